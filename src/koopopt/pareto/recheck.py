"""Asking about a box once more: another back end, and none of the search's oracles."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from koopopt.errors import SolverError
from koopopt.exact import Number
from koopopt.linear import LinearModel
from koopopt.pareto import models, plans, units
from koopopt.pareto.certificate import Record
from koopopt.pareto.front import Front
from koopopt.pareto.grid import Amounts, Cell, Grid, total
from koopopt.pareto.model_oracles import FloatingOracle
from koopopt.pareto.oracle import Found, Question
from koopopt.pareto.whole_model import least_sum
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control
from koopopt.solvers.implied import bounded, enclosed
from koopopt.solving.optimise import Result, Status, solve

CellLimits = tuple[int | None, ...]
BoxVerdict = tuple[bool | None, Sequence[float]]
"""Whether the box is empty, None where it is open; the values of a solution in it."""


def grid_of(front: Front) -> Grid:
    """Return the grid of a front."""
    given = dict(zip(front.criteria, front.resolution, strict=True))
    if isinstance(front.subject, LinearModel):
        model = models.with_objectives(front.subject, front.criteria)
        usual = units.grid_of(model, {}).resolution
        return replace(units.grid_of(model, given), coarse=front.resolution != usual)
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
) -> BoxVerdict:
    """Return whether a box is empty."""
    control = Control(time_limit=seconds, seed=seed, cancel=cancel or threading.Event())
    try:
        if isinstance(front.subject, Problem):
            return _of_problem(front, front.subject, grid.limits(box), grid, solver, control)
        return _of_model(front, front.subject, grid.limits(box), grid, solver, control)
    except SolverError:
        return None, ()


def bound_again(
    front: Front,
    grid: Grid,
    record: Record,
    solver: str,
    seconds: float | None,
    seed: int,
    cancel: threading.Event | None,
) -> BoxVerdict:
    """Return whether what a record proves holds, and what speaks against it if not."""
    if record.found is Found.EMPTY or record.bound is None:
        return ask_again(front, grid, record.upper, solver, seconds, seed, cancel)
    control = Control(time_limit=seconds, seed=seed, cancel=cancel or threading.Event())
    limits = grid.limits(record.upper)
    subject = front.subject
    try:
        if isinstance(subject, Problem):
            weights = weighted(front, grid, record.weights)
            result = _solved(front, subject, weights, limits, grid, solver, control)
            values: Sequence[float] = ()
            if result.plan is not None:
                values = [result.criteria[name] for name in front.criteria]
            settled = result.status in (Status.OPTIMAL, Status.INFEASIBLE)
        else:
            asked = _of_objectives(front, subject, grid, solver)
            values, settled = _least(asked, record.weights, limits, solver, control)
    except SolverError:
        return None, ()
    room = sum(w for w, exact in zip(record.weights, grid.exact, strict=True) if not exact)
    if len(values) and total(record.weights, grid.amounts(values)) + room < record.bound:
        return False, values
    return (True if settled else None), ()


def weighted(front: Front, grid: Grid, weights: Amounts) -> dict[str, Number]:
    """Return weights of amounts as weights of criteria."""
    pairs = zip(front.criteria, weights, grid.units, strict=True)
    return {name: weight / unit for name, weight, unit in pairs if weight}


def _solved(
    front: Front, problem: Problem, weights: dict[str, Number], limits: CellLimits, grid: Grid,
    solver: str, control: Control,
) -> Result:  # fmt: skip
    bounds: dict[str, Number] = {
        name: limit * unit
        for name, limit, unit in zip(front.criteria, limits, grid.units, strict=True)
        if limit is not None
    }
    asked = replace(problem, weights=weights, lexicographic=()).within(bounds)
    return solve(
        asked, solver=solver, time_limit=control.remaining, seed=control.seed,
        cancel=control.cancel,
    )  # fmt: skip


def _of_problem(
    front: Front, problem: Problem, limits: CellLimits, grid: Grid, solver: str, control: Control
) -> BoxVerdict:
    """Look for any plan within the limits: the one that is least in the first bounded criterion."""
    pairs = zip(front.criteria, limits, strict=True)
    first = next((name for name, limit in pairs if limit is not None), front.criteria[0])
    result = _solved(front, problem, {first: 1}, limits, grid, solver, control)
    if result.plan is not None:
        return False, [result.criteria[name] for name in front.criteria]
    return (True if result.status is Status.INFEASIBLE else None), ()


def _of_model(
    front: Front, model: LinearModel, limits: CellLimits, grid: Grid, solver: str, control: Control
) -> BoxVerdict:
    """Look for any solution within the limits: the one that is least in a bounded objective."""
    subject = _of_objectives(front, model, grid, solver)
    if subject.whole is None:
        return _in_floating_point(subject, limits, control)
    k = next((k for k, limit in enumerate(limits) if limit is not None), 0)
    weights = tuple(int(j == k) for j in range(len(limits)))
    values, settled = _least(subject, weights, limits, solver, control)
    if len(values):
        return False, values
    return (True if settled else None), ()


def _of_objectives(
    front: Front, model: LinearModel, grid: Grid, solver: str
) -> models.ModelSubject:
    """Return what a search for the front of the model would be about."""
    return models.ModelSubject(models.with_objectives(model, front.criteria), grid, solver)


def _least(
    subject: models.ModelSubject,
    weights: Amounts,
    limits: CellLimits,
    solver: str,
    control: Control,
) -> tuple[Sequence[float], bool]:
    """Return a solution of least weighted sum within the limits, and whether nothing is open."""
    model, grid, whole = subject.model, subject.grid, subject.whole
    if whole is None:
        question = Question(limits, weights, seconds=control.remaining)
        answer = FloatingOracle(subject).ask(question, control.cancel)
        values = () if answer.point is None else answer.point.values
        return values, answer.found is not Found.STOPPED
    upper, rows = whole.row_upper.copy(), model.shape[0]
    for k, shift in enumerate(units.offsets(model, grid)):
        limit = limits[k]
        upper[rows + k] = inf if limit is None else float(limit - shift)
    asked = bounded(replace(enclosed(whole, get("highs"), control), row_upper=upper))
    verdict = least_sum(asked, weights, get(solver), control)
    settled = verdict.settled
    if verdict.values is None:
        return (), settled
    amounts = subject.amounts(tuple(verdict.values.tolist()))
    return (() if amounts is None else grid.values(amounts)), settled


def _in_floating_point(
    subject: models.ModelSubject, limits: CellLimits, control: Control
) -> BoxVerdict:
    """Look for a solution that is in the box by more than what a solver may miss."""
    oracle = FloatingOracle(subject)
    k = next((k for k, limit in enumerate(limits) if limit is not None), 0)
    weights = tuple(int(j == k) for j in range(len(limits)))
    question = Question(limits, weights, seconds=control.remaining)
    answer = oracle.ask(question, control.cancel)
    if answer.found is Found.EMPTY:
        return True, ()
    limit = limits[k]
    if answer.bound is not None and limit is not None and answer.bound > limit:
        return True, ()
    if answer.point is not None:
        amounts = subject.grid.amounts(answer.point.values)
        pairs = zip(amounts, limits, strict=True)
        if all(u is None or a < u for a, u in pairs):
            return False, answer.point.values
    return None, ()
