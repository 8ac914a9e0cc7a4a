"""Limits on criteria: what is needed at least is said, to the unit."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import bruteforce
import koopopt
from koopopt.case.instance import Instance, Municipality, Neighbours
from koopopt.case.library import (
    Demand,
    Grant,
    LegalForm,
    PowerCost,
    ServiceModel,
    Tier,
    TierCost,
    Trips,
)
from koopopt.problem import Problem
from koopopt.solving.optimise import Status, solve
from random_instances import Dice, random_problem

UNITS = dict(zip(bruteforce.NAMES, bruteforce.UNITS, strict=True))


@pytest.mark.parametrize("formulation", ["partition", "assignment"])
@pytest.mark.parametrize("name", ["cost", "travel", "identity"])
def test_the_least_possible_limit_is_kept_and_one_unit_less_is_not(
    formulation: str, name: str
) -> None:
    tried = 0
    for seed in range(40):
        instance = random_problem(seed).instance
        amounts = bruteforce.all_criteria(Problem.of(instance))
        if not len(amounts):
            continue
        least = int(amounts[:, bruteforce.NAMES.index(name)].min())
        at = Problem.of(instance, limits={name: float(Fraction(least, UNITS[name]))})
        kept = solve(at, formulation=formulation)
        assert kept.status is Status.OPTIMAL, seed
        assert kept.criteria[name] == least / UNITS[name]
        below = Problem.of(instance, limits={name: float(Fraction(least - 1, UNITS[name]))})
        refused = solve(below, formulation=formulation)
        assert refused.status is Status.INFEASIBLE, seed
        own = instance.rules.get("limit", {})
        if not own:
            assert len(refused.reasons) == 1
            assert refused.reasons[0].values["least"] == least / UNITS[name]
        tried += 1
    assert tried > 20


def test_a_cent_too_tight_on_the_county() -> None:
    county = koopopt.read("werra-meissner")
    least = solve(county, weights={"travel": 0.0}).criteria["cost"]
    assert least == 21_122_576.88
    result = solve(county, limits={"cost": 21_122_576.87})
    assert result.status is Status.INFEASIBLE
    assert str(result.reasons[0]).startswith("cost: at least 21,122,576.88 EUR a year are needed")
    assert solve(county, limits={"cost": 21_122_576.88}).criteria["cost"] == least


def test_each_limit_under_those_before_it() -> None:
    county = koopopt.read("border")
    cheapest = solve(county, weights={"travel": 0.0})
    nearest = solve(county, lexicographic=("travel", "cost"))
    limits = {"cost": cheapest.criteria["cost"], "travel": nearest.criteria["travel"]}
    result = solve(county, limits=limits)
    assert result.status is Status.INFEASIBLE
    assert "where the other limits hold" in str(result.reasons[0])


def dear(seed: int) -> Instance:
    """Return towns that pay hundreds of millions for services, and cents or little for offices."""
    dice = Dice(np.random.default_rng(seed))
    ids = "ABC"

    def service(k: int) -> ServiceModel:
        tier = Tier(fixed=dice.number(1e3, 1e6), per_unit=dice.pick([36.36363636363637, 46.26]))
        return ServiceModel(
            id=f"s{k}",
            title={"en": f"Service {k}"},
            demand=Demand(per_inhabitant=1.0),
            cost=TierCost(kind="tiers", tiers=(tier,))
            if dice.chance(0.5)
            else PowerCost(
                kind="power", scale=dice.number(20, 300), elasticity=dice.pick([0.8, 0.9, 1.0])
            ),
            travel=Trips(trips_per_inhabitant=0.0),
            rules=dice.pick([{}, {"contiguous": True, "min_members": dice.pick([2, 4])}]),
        )

    return Instance(
        name="dear",
        title={"en": "Dear"},
        municipalities=tuple(
            Municipality(
                id=i, name=i, population=float(dice.pick([1, 10**7, dice.count(1, 10**7)])),
                lat=51.0, lon=10.0, county="K", state="HE", identity_area="s",
            )
            for i in ids
        ),
        services=tuple(service(k) for k in range(dice.count(1, 3))),
        legal_forms=(LegalForm(id="f", title={"en": "f"}),),
        neighbours=(Neighbours("A", "B"), Neighbours("B", "C")),
        travel={(a, b): 0.0 for a in ids for b in ids if a != b},
        office_cost=dice.pick([0.01, 0.01, 0.1, 5.0, 500.0]),
        rules=dice.pick([{}, {"max_partner_seats": 2}, {"max_partner_seats": 1}]),
        weights={"cost": 1.0},
    )  # fmt: skip


@pytest.mark.parametrize("part", range(2))
def test_limits_on_large_costs_with_small_offices(part: int) -> None:
    """One row holds hundreds of millions and a cent: linear programs that are hard to solve."""
    for seed in range(part * 15, (part + 1) * 15):
        instance = dear(seed)
        best = bruteforce.solve(Problem.of(instance))
        assert best is not None
        for more in (0.0, 0.01, 1.0, 1e5):
            problem = Problem.of(instance, limits={"cost": round(best.objective + more, 2)})
            result = solve(problem, formulation="partition")
            assert result.status is Status.OPTIMAL, (seed, more)
            assert result.evaluation is not None
            assert result.evaluation.total == best.total(problem), (seed, more)
        below = Problem.of(instance, limits={"cost": round(best.objective - 0.01, 2)})
        assert solve(below, formulation="partition").status is Status.INFEASIBLE, seed


def granted() -> Instance:
    """Return three towns that are paid for pooling: costs below 0."""
    ids = "ABC"
    return Instance(
        name="granted",
        title={"en": "Granted"},
        municipalities=tuple(
            Municipality(
                id=i, name=i, population=1.0, lat=51.0, lon=10.0, county="K", state="HE",
                identity_area="s",
            )
            for i in ids
        ),
        services=(
            ServiceModel(
                id="s",
                title={"en": "s"},
                demand=Demand(per_inhabitant=1.0),
                cost=TierCost(kind="tiers", tiers=(Tier(fixed=10.0),)),
                travel=Trips(trips_per_inhabitant=1.0),
            ),
        ),
        legal_forms=(
            LegalForm(id="f", title={"en": "f"}, grant=Grant(amounts={"2+": 50_000.0}, years=1.0)),
        ),
        travel={(a, b): 10.0 for a in ids for b in ids if a != b},
        weights={"cost": 1.0},
    )  # fmt: skip


@pytest.mark.parametrize("formulation", ["partition", "assignment"])
@pytest.mark.parametrize("weights", [{"cost": 1.0}, {"travel": 1.0}])
def test_limits_below_zero(formulation: str, weights: dict[str, float]) -> None:
    for most in (5.0, 0.0, -40_000.0, -49_985.0, -49_990.0, -49_990.01, -1e6):
        problem = Problem.of(granted(), weights=weights, limits={"cost": most})
        best = bruteforce.solve(problem)
        result = solve(problem, formulation=formulation)
        assert result.status is (Status.INFEASIBLE if best is None else Status.OPTIMAL), most
        if best is not None:
            assert result.objective == best.objective, most


def test_a_front_of_costs_below_zero() -> None:
    front = koopopt.front(granted(), ["cost", "travel"], workers=1)
    assert front.complete
    assert [p.values for p in front.points] == [
        (-49_990.0, 0.6666), (-49_980.0, 0.3333), (30.0, 0.0),
    ]  # fmt: skip
