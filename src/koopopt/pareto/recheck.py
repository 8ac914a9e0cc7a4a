"""Asking about a box once more: another back end, and none of the search's oracles."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from koopopt.errors import SolverError
from koopopt.exact import Number
from koopopt.linear import LinearModel, Objective
from koopopt.pareto import models, plans
from koopopt.pareto.front import Front
from koopopt.pareto.grid import Cell, Grid
from koopopt.problem import Problem
from koopopt.rules import Limit
from koopopt.solve import Status, solve
from koopopt.solvers import get
from koopopt.solvers.base import Control, Termination
from koopopt.solvers.judge import decide

Limits = tuple[int | None, ...]
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
    """Return whether a box is empty."""
    control = Control(time_limit=seconds, seed=seed, cancel=cancel or threading.Event())
    try:
        if isinstance(front.subject, Problem):
            return _of_problem(front, front.subject, grid.limits(box), grid, solver, control)
        return _of_model(front, front.subject, grid.limits(box), grid, solver, control)
    except SolverError:
        return None, ()


def _of_problem(
    front: Front, problem: Problem, limits: Limits, grid: Grid, solver: str, control: Control
) -> Verdict:
    """Look for any plan within the limits: the one that is least in the first bounded criterion."""
    bounds: dict[str, Number] = {
        name: limit * unit
        for name, limit, unit in zip(front.criteria, limits, grid.units, strict=True)
        if limit is not None
    }
    first = next(iter(bounds), front.criteria[0])
    rules = (*problem.plan_rules, Limit(bounds)) if bounds else problem.plan_rules
    asked = replace(problem, weights={first: 1}, lexicographic=(), plan_rules=rules)
    result = solve(
        asked, solver=solver, time_limit=control.remaining, seed=control.seed,
        cancel=control.cancel,
    )  # fmt: skip
    if result.plan is not None:
        return False, [result.criteria[name] for name in front.criteria]
    return (True if result.status is Status.INFEASIBLE else None), ()


def _of_model(
    front: Front, model: LinearModel, limits: Limits, grid: Grid, solver: str, control: Control
) -> Verdict:
    """Look for any solution within the limits: the one that is least in a bounded objective."""
    model = models.chosen(model, front.criteria)
    subject = models.ModelSubject(model, grid, solver)
    whole = subject.whole
    if whole is None:
        return _in_floating_point(subject, limits, control)
    upper, rows = whole.row_upper.copy(), model.shape[0]
    for k, shift in enumerate(models.offsets(model, grid)):
        limit = limits[k]
        upper[rows + k] = inf if limit is None else float(limit - shift)
    k = next((k for k, limit in enumerate(limits) if limit is not None), 0)
    objective = Objective("least", whole.objectives[k].coefficients)
    asked = replace(whole, row_upper=upper, objectives=(objective,))
    verdict = decide(models.bounded(asked), get(solver), control)
    if verdict.values is not None:
        amounts = subject.amounts(tuple(verdict.values.tolist()))
        return False, () if amounts is None else grid.values(amounts)
    return (True if verdict.termination is Termination.INFEASIBLE else None), ()


def _in_floating_point(subject: models.ModelSubject, limits: Limits, control: Control) -> Verdict:
    """Look for a solution that is in the box by more than what a solver may miss."""
    from koopopt.pareto.oracle import Found, Question

    oracle = models.FloatingOracle(subject)
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
