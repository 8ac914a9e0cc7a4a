"""The largest loss in an integer program, once few partnerships are left for a better plan.

Bounds on the other criteria say which partnerships a plan can have that is not worse than the best
one known (`bounds`). Over these, what everybody pays more than alone is a sum of whole cents:

    Σ over partnerships of (what i pays - what i pays alone) ≤ L ≤ limit     for every municipality

and L has the weight of the criterion.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from koopopt.case.shares import TwoParts
from koopopt.coalitions.enumeration import TooMany
from koopopt.criteria import CRITERIA, LARGEST_LOSS
from koopopt.evaluation import Evaluation
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition import pools
from koopopt.formulations.partition.bounds import Bounds
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.model import solution_of, whole
from koopopt.formulations.sites import joined
from koopopt.linear import Floats, Ints, LinearModel, extended
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver
from koopopt.solvers.judge import decide

MOST_COLUMNS: Final = 60_000
"""Partnerships over which an integer program still decides."""


def decided(
    problem: Problem, key: TwoParts, best: Evaluation, solver: Solver, control: Control
) -> Outcome | None:
    """Return what an integer program says; None where too much is left for one.

    Parameters
    ----------
    problem : Problem
        With a limit or a weight on the largest loss; its other criteria are sums.
    key : TwoParts
        By what costs are shared.
    best : Evaluation
        The best plan known.
    """
    limit = problem.plan_conditions.limits.get(LARGEST_LOSS)
    asked = joined(replace(problem.without(LARGEST_LOSS), weights=problem.weights).additive)
    try:
        columns, worth = _left(asked, best.total, control)
    except TooMany:
        return None
    if columns is None or worth is None:
        return None
    program = whole(asked, columns, worth)
    if program.unit > 1:
        return None
    weight = problem.scale.weights[list(CRITERIA).index(LARGEST_LOSS)]
    model = _with_losses(asked, key, columns, program.model, weight, limit)
    start = _start(asked, columns, program.model, best)
    verdict = decide(model, solver, control, start=start)
    plan = best.plan
    if verdict.values is not None:
        plan = columns.plan(asked.facts, np.flatnonzero(verdict.values[: len(columns)] > 0.5))
    least = None if verdict.least is None else program.least(verdict.least)
    return Outcome(verdict.termination, plan, least, verdict.message, tuple(verdict.doubts))


def _left(asked: Problem, most: int, control: Control) -> tuple[Columns | None, Floats | None]:
    """Return the columns of plans with such a weighted sum at most, and what covering is worth."""
    scale = asked.scale
    bounds = Bounds(asked, pools(asked, control), ())
    view = bounds.view(scale.floats, scale.step, {}, control)
    if view is None:
        return None, None
    columns = bounds.few_columns([(view, scale.above(most))], MOST_COLUMNS)
    return columns, bounds.worth(scale.step)


def _with_losses(
    asked: Problem, key: TwoParts, columns: Columns, model: LinearModel, weight: int,
    limit: int | None,
) -> LinearModel:  # fmt: skip
    """Return the model with the column of the largest loss and its rows."""
    column, town, more = _losses(asked, key, columns)
    rows, count = model.shape
    each = np.arange(asked.facts.towns)
    made = extended(
        model,
        columns=[LARGEST_LOSS],
        rows=[f"loss[{asked.facts.ids[i]}]" for i in each],
        row_upper=np.zeros(len(each)),
        entries=(
            rows + np.concatenate([town, each]),
            np.concatenate([column, np.full(len(each), count)]),
            np.concatenate([more, np.full(len(each), -1)]).astype(float),
        ),
    )
    upper, (objective,) = made.upper.copy(), made.objectives
    upper[count] = float(np.abs(more).sum()) if limit is None else float(limit)
    costs = objective.coefficients.copy()
    costs[count] = weight
    return replace(made, upper=upper, objectives=(replace(objective, coefficients=costs),))


def _losses(asked: Problem, key: TwoParts, columns: Columns) -> tuple[Ints, Ints, Ints]:
    """Return who in which column pays how many cents more than alone; none are left out.

    A site among the members pays nothing.
    """
    facts, cents, pooled = asked.facts, columns.cents.astype(np.int64), columns.pooled
    known: dict[tuple[int, bytes, int], list[int]] = {}
    column, town, more = [], [], []
    for k, (service, members, _) in enumerate(columns):
        if not pooled[k]:
            continue
        who, paid = np.sort(members[members < facts.towns]).astype(np.int64), int(cents[k])
        asks = service, who.tobytes(), paid
        if asks not in known:
            known[asks] = key.in_cents(facts, service, who, paid)
        column += [k] * len(who)
        town += who.tolist()
        more += [p - a for p, a in zip(known[asks], facts.alone_cents[service, who], strict=True)]
    other = np.array(more, np.int64) != 0
    found = [np.array(of, np.int64)[other] for of in (column, town, more)]
    return found[0], found[1], found[2]


def _start(asked: Problem, columns: Columns, model: LinearModel, best: Evaluation) -> Floats | None:
    """Return the best plan as a solution of the program with losses."""
    values = solution_of(asked, columns, model, best.plan)
    return None if values is None else np.append(values, float(best.amount(LARGEST_LOSS)))
