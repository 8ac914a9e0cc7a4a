"""A choice from a front as plain values, and as the JSON object of `koopopt choose --json`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from koopopt.case.plan import Plan
from koopopt.choice import Alternatives, Choice, Rate, Robustness
from koopopt.evaluation import Evaluation, evaluate
from koopopt.linear import LinearModel
from koopopt.pareto.front import Front
from koopopt.pareto.words import completeness
from koopopt.problem import Problem
from koopopt.savings.saving import Savings
from koopopt.solving.optimise import Result, Status
from koopopt.storage import objects
from koopopt.text import T, Text


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """A choice, and what else was asked about it.

    Attributes
    ----------
    front : Front
    choice : Choice
    rates : tuple of Rate or None
    robust : Robustness or None
    others : Alternatives or None
    """

    front: Front
    choice: Choice
    rates: tuple[Rate, ...] | None = None
    robust: Robustness | None = None
    others: Alternatives | None = None

    @property
    def evaluation(self) -> Evaluation | None:
        """Of the chosen plan; None where the front is of a model."""
        problem, plan = self.front.subject, self.front[self.choice.index].solution
        if isinstance(problem, Problem) and isinstance(plan, Plan):
            return evaluate(problem, plan)
        return None

    def columns(self) -> Iterator[tuple[str, float]]:
        """Yield the columns of a model that are not 0 at the chosen point."""
        model, values = self.front.subject, self.front[self.choice.index].solution
        if isinstance(model, LinearModel) and isinstance(values, tuple):
            yield from ((n, v) for n, v in zip(model.columns, values, strict=True) if v)

    @property
    def verdict(self) -> tuple[Text, ...]:
        """Which point, why, and what is proven of the front."""
        number, count = self.choice.index + 1, len(self.front)
        which = T(
            "Plan {number} of {count}. {why}", number=number, count=count, why=self.choice.text
        )
        doubt = T("It is not proven to be efficient: there may be a better one nearby.")
        doubts = (doubt,) if self.choice.index in self.front.unproven else ()
        return which, *doubts, completeness(self.front)


def as_result(chosen: Chosen) -> Result:
    """Return the chosen plan as a solve would, to be written as one.

    The front may prove that it is efficient, not that it is best under the instance's weights.
    """
    front, problem = chosen.front, chosen.front.subject
    assert isinstance(problem, Problem)
    return Result(
        problem=problem,
        status=Status.FEASIBLE,
        evaluation=chosen.evaluation,
        bound=None,
        formulation="front",
        solver=", ".join(dict.fromkeys(r.solver for r in front.certificate.records)),
        seconds=front.seconds,
        interrupted=front.interrupted,
        source=front.source,
        solver_options=front.solver_options,
    )


def to_table(chosen: Chosen, lang: str = "en") -> dict[str, Any]:
    """Return the object of `koopopt choose --json`; ``point`` counts from 0.

    ``rates``, ``robust`` and ``alternatives`` are there where they were asked for.
    """
    front, choice = chosen.front, chosen.choice
    table: dict[str, Any] = {
        "front": {
            "instance": front.subject.instance.name if isinstance(front.subject, Problem) else None,
            "criteria": list(front.criteria),
            "points": len(front),
            "complete": front.complete,
            "unexplored": front.unexplored,
        },
        "warnings": [fault.render(lang) for fault in front.warnings],
        "method": choice.method,
        "point": choice.index,
        **_solution(chosen),
        "explanation": {
            "text": choice.text.render(lang),
            "figures": {
                who: {name: _number(value) for name, value in row.items()}
                for who, row in choice.figures.items()
            },
            "score": _number(choice.score),
            "scores": [_number(score) for score in choice.scores],
            "ranking": list(choice.ranking),
        },
    }
    if chosen.rates is not None:
        table["rates"] = [_rate(rate) for rate in chosen.rates]
    if chosen.robust is not None:
        table["robust"] = _robust(chosen.robust, lang)
    if chosen.others is not None:
        table["alternatives"] = _alternatives(chosen.others)
    return table


def _solution(chosen: Chosen) -> dict[str, Any]:
    evaluation = chosen.evaluation
    if evaluation is not None:
        said = objects.of_evaluation(evaluation)
        saved = objects.of_saving(Savings(evaluation.problem), evaluation.plan)
        return {"criteria": said["criteria"], "partnerships": said["partnerships"], **saved}
    point = chosen.front[chosen.choice.index]
    values = zip(chosen.front.criteria, point.values, strict=True)
    return {"criteria": dict(values), "columns": dict(chosen.columns())}


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "to": rate.to,
        "gained": rate.gained,
        "gain": rate.gain,
        "paid": rate.paid,
        "price": rate.price,
        "rate": rate.rate,
    }


def _robust(robust: Robustness, lang: str) -> dict[str, Any]:
    frames = {"pairs": robust.pairs, "seats": robust.seats, "partnerships": robust.partnerships}
    tables = {name: frame.to_dict("records") for name, frame in frames.items()}
    said = {"text": robust.text.render(lang), "points": robust.points, "complete": robust.complete}
    return said | tables


def _alternatives(others: Alternatives) -> dict[str, Any]:
    plans = []
    savings = Savings(others.plans[0].problem) if others.plans else None
    for evaluation, distance in zip(others.plans, others.distance, strict=True):
        said = objects.of_evaluation(evaluation)
        saved = {} if savings is None else objects.of_saving(savings, evaluation.plan)
        told = {k: said[k] for k in ("criteria", "partnerships")}
        plans.append({"distance": distance, **told, **saved})
    return {
        "limits": dict(others.limits),
        "plans": plans,
        "all": others.all,
        "decided": others.decided,
        "necessary": [
            {"service": bond.service, "members": list(bond.members)} for bond in others.necessary
        ],
        "doubts": [str(doubt) for doubt in others.doubts],
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
