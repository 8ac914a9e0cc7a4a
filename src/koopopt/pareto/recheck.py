"""Asking about a box once more: another back end, and none of the search's oracles."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from koopopt.errors import SolverError
from koopopt.facts import TOLERANCE
from koopopt.linear import Floats, LinearModel
from koopopt.pareto import models, plans
from koopopt.pareto.front import Front
from koopopt.pareto.grid import Cell, Grid
from koopopt.problem import Problem
from koopopt.rules import Limit
from koopopt.solve import Status, solve
from koopopt.solvers import get
from koopopt.solvers.base import Control, Termination
from koopopt.solvers.checking import FEASIBLE

ROUNDING: Final = 1.001 * TOLERANCE
"""What the evaluator forgives, relative to a limit; a hair more, so that it is outside."""

Verdict = tuple[bool | None, Sequence[float]]
"""Whether the box is empty, None where it is open; the values of a solution in it."""


def grid_of(front: Front) -> Grid:
    """Return the grid of a front."""
    given = dict(zip(front.criteria, front.resolution, strict=True))
    if isinstance(front.subject, LinearModel):
        model = models.chosen(front.subject, front.criteria)
        usual = models.grid_of(model, {}).resolution
        return replace(models.grid_of(model, given), coarse=front.resolution != usual)
    return plans.grid_of(front.criteria, given)


def other_solver(front: Front, used: str) -> str:
    """Return a back end that is not the one that was used."""
    names = ["cp-sat", "highs", "scip"]
    if isinstance(front.subject, LinearModel) and not front.subject.integer.all():
        names.remove("cp-sat")  # it knows integer columns only
    return next(name for name in names if name not in used)


def ask_again(
    front: Front,
    grid: Grid,
    box: Cell,
    solver: str,
    seconds: float | None,
    seed: int,
    cancel: threading.Event | None,
) -> Verdict:
    """Return whether a box is empty: the least value of one criterion within the others' limits.

    Solvers and the evaluator forgive rounding, so a solution may lie just outside the box; then
    the question is put once more, with limits tighter by that much.
    """
    asked = _of_problem if isinstance(front.subject, Problem) else _of_model
    limits = np.array(grid.limits(box))
    finite = np.flatnonzero(np.isfinite(limits))
    k = int(finite[0]) if len(finite) else 0
    sizes = np.maximum(1.0, np.abs(np.where(np.isfinite(limits), limits, 0.0)))
    control = Control(time_limit=seconds, seed=seed, cancel=cancel or threading.Event())
    for slack in (0.0, ROUNDING if isinstance(front.subject, Problem) else FEASIBLE):
        tight = limits - slack * sizes
        tight[k] = np.inf
        try:
            least, values = asked(front, tight, k, solver, control)
        except SolverError:
            return None, ()
        if least > limits[k] or least == np.inf:
            return True, ()
        if values and all(c < u for c, u in zip(grid.cell(values), box, strict=True)):
            return False, values
    return None, ()


Least = tuple[float, Sequence[float]]
"""Proven least value of a criterion, infinite where nothing is feasible; values of a solution."""


def _of_problem(front: Front, limits: Floats, k: int, solver: str, control: Control) -> Least:
    assert isinstance(front.subject, Problem)
    bounds = {
        name: float(limit)
        for name, limit in zip(front.criteria, limits, strict=True)
        if np.isfinite(limit)
    }
    rules = front.subject.plan_rules
    problem = replace(
        front.subject,
        weights={front.criteria[k]: 1.0},
        lexicographic=(),
        plan_rules=(*rules, Limit(bounds)) if bounds else rules,
    )
    result = solve(
        problem, solver=solver, time_limit=control.remaining, seed=control.seed,
        cancel=control.cancel,
    )  # fmt: skip
    if result.status is Status.INFEASIBLE:
        return np.inf, ()
    bound = -np.inf if result.bound is None else result.bound
    return bound, [result.criteria[name] for name in front.criteria] if result.plan else ()


def _of_model(front: Front, limits: Floats, k: int, solver: str, control: Control) -> Least:
    assert isinstance(front.subject, LinearModel)
    model = models.chosen(front.subject, front.criteria)
    weights = tuple(float(j == k) for j in range(len(limits)))
    limited = _limited(model, limits, front.resolution)
    solution = get(solver).solve(limited, control, weights=weights)
    if solution.termination is Termination.INFEASIBLE:
        return np.inf, ()
    bound = -np.inf if solution.bound is None else solution.bound
    if (x := solution.values) is None:
        return bound, ()
    return bound, [float(o.coefficients @ x) + o.offset for o in model.objectives]


def _limited(model: LinearModel, limits: Floats, deltas: Sequence[float]) -> LinearModel:
    """Return the model with its objectives bounded, in units of their resolution."""
    rows, columns = model.shape
    dense = np.array([o.coefficients / d for o, d in zip(model.objectives, deltas, strict=True)])
    upper = [
        (limit - o.offset) / d for limit, o, d in zip(limits, model.objectives, deltas, strict=True)
    ]
    start, index, value = [0], [], []
    for j in range(columns):
        own = slice(int(model.start[j]), int(model.start[j + 1]))
        used = np.flatnonzero(dense[:, j])
        index += [model.index[own], rows + used]
        value += [model.value[own], dense[used, j]]
        start.append(start[-1] + len(model.index[own]) + len(used))
    return replace(
        model,
        rows=[*model.rows, *(f"at most {o.name}" for o in model.objectives)],
        row_lower=np.concatenate([model.row_lower, np.full(len(dense), -np.inf)]),
        row_upper=np.concatenate([model.row_upper, upper]),
        start=np.array(start, np.int64),
        index=np.concatenate(index).astype(np.int64) if index else model.index,
        value=np.concatenate(value).astype(float) if value else model.value,
    )
