"""A tiny instance built by hand, and results for it without any solver."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from koopopt.case.facts import estimated_minutes, points
from koopopt.case.instance import Instance, Municipality, Neighbours
from koopopt.case.library import (
    Demand,
    Grant,
    Identity,
    LegalForm,
    PowerCost,
    ServiceModel,
    Trips,
    Votes,
)
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import all_alone, evaluate
from koopopt.problem import Problem
from koopopt.solving.optimise import Result, Status

HOSTILE = [
    "[bold red]x[/]",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x";"y")',
    "bell\x07 and \x1b[31mred\x1b[0m",
    "\u202egnp.exe",
    "two\nlines",
    "שלום",
    "{braces} %s %(x)s",
    "@SUM(A1)",
    "-1+1",
]


def service(id_: str = "water", **changes: Any) -> ServiceModel:
    titles = {"water": "Wasserversorgung", "housing": "Wohnen"}
    values: dict[str, Any] = {
        "id": id_,
        "title": {"de": titles.get(id_, id_), "en": id_.capitalize()},
        "demand": Demand(per_inhabitant=40.0, unit="m3", source="statistics", confidence="high"),
        "cost": PowerCost(kind="power", scale=20.0, elasticity=0.8, source="guess"),
        "travel": Trips(trips_per_inhabitant=0.15),
        "identity": Identity(weight=0.5, source="survey", confidence="medium"),
    }
    return ServiceModel(**{**values, **changes})


ASSOCIATION = LegalForm(
    id="association",
    title={"de": "Zweckverband", "en": "Special-purpose association"},
    fixed_cost=10000.0,
    cost_per_extra_member=500.0,
    votes=Votes(inhabitants_per_vote=1000.0, max_share=0.6),
    grant=Grant(amounts={"2": 50000.0, "4+": 100000.0}, years=5.0),
)


def instance(
    names: list[str] | None = None, ids: list[str] | None = None, **changes: Any
) -> Instance:
    names = names or ["Ahausen", "Bühl an der Weißen Werra", "Celle"]
    ids = ids or [f"0{k}" for k in range(1, len(names) + 1)]
    towns = tuple(
        Municipality(
            id=id_, name=name, population=1000.0 * (k + 1), lat=51.0 + 0.05 * k, lon=10.0,
            county="K", state="HE", identity_area="north" if k % 2 else "south",
        )
        for k, (id_, name) in enumerate(zip(ids, names, strict=True))
    )  # fmt: skip
    values: dict[str, Any] = {
        "name": "tiny",
        "title": {"de": "Kleiner Kreis", "en": "Tiny district"},
        "municipalities": towns,
        "neighbours": tuple(Neighbours(a, b) for a, b in pairwise(ids)),
        "services": (service("water"), service("housing")),
        "legal_forms": (ASSOCIATION,),
        "office_cost": 1000.0,
    }
    return _with_ways_back(Instance(**{**values, **changes}))


def uncertain(**changes: Any) -> Instance:
    """Return it with ranges: of the cost of an office, of the speed, of the weight of travel."""
    made = instance(**{"weights": {"travel": 2.0}, **changes})
    return replace(
        made,
        office_cost_range=(0.0, 2.0 * made.office_cost + 100.0),
        weights_range={"travel": (1.0, 3.0)},
        speed_kmh_range=(made.speed_kmh, 90.0),
    )


def _with_ways_back(made: Instance) -> Instance:
    """Give the ways back that a test does not care about the minutes that are estimated anyway."""
    index = {m.id: i for i, m in enumerate(made.municipalities)}
    minutes = estimated_minutes(made, points(made), range(len(index)))
    back = {(b, a): float(minutes[index[b], index[a]]) for a, b in made.travel if a != b}
    return replace(made, travel={**back, **made.travel}) if back else made


def pooled_plan(problem: Problem) -> Plan:
    """Return the plan in which the first two pool the first service, seated at the second."""
    ids = problem.facts.ids
    first, *others = problem.facts.services
    pool = Partnership(first.id, ids[:2], ids[1], "association")
    alone = [Partnership(first.id, (town,), town) for town in ids[2:]]
    rest = [Partnership(s.id, (town,), town) for s in others for town in ids]
    return Plan([pool, *alone, *rest])


def result(problem: Problem, plan: Plan | None = None, **changes: Any) -> Result:
    """Return a result as a solve would, of the pooled plan by default."""
    evaluation = evaluate(problem, plan or pooled_plan(problem))
    values: dict[str, Any] = {
        "problem": problem,
        "status": Status.OPTIMAL,
        "evaluation": evaluation,
        "bound": evaluation.objective,
        "formulation": "partition",
        "solver": "fake 1.0",
        "seconds": 0.25,
    }
    return Result(**{**values, **changes})


def nothing(problem: Problem, status: Status, **changes: Any) -> Result:
    """Return a result without a plan."""
    return replace(
        result(problem, all_alone(problem)), evaluation=None, bound=None, status=status, **changes
    )
