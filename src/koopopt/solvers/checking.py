"""Judging answers against the model: nobody's claim is passed on unchecked."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from koopopt.linear import Floats, LinearModel
from koopopt.solvers.base import Held, Solution, Termination, relative_gap
from koopopt.solvers.task import SolverAnswer, SolverTask

FEASIBILITY_TOLERANCE: Final = 1e-6
"""Absolute violation of a row or bound that counts as none."""
OBJECTIVE_TOLERANCE: Final = 1e-9
"""Relative difference of two objectives that counts as none."""
LINEAR_OBJECTIVE_TOLERANCE: Final = 1e-6
"""The same for linear programs, which are solved up to the solver's tolerances by nature."""

STOPPED_EARLY: Final = (Termination.TIME_LIMIT, Termination.INTERRUPTED, Termination.LIMIT)


def obvious(task: SolverTask) -> SolverAnswer | None:
    """Answer where no solver is needed: crossing bounds, empty rows broken, nothing to decide."""
    model = task.model
    filled = np.bincount(model.index, minlength=len(model.row_lower)) > 0
    empty_broken = ~filled & (
        (model.row_lower > OBJECTIVE_TOLERANCE) | (model.row_upper < -OBJECTIVE_TOLERANCE)
    )
    impossible = (
        (model.lower > model.upper) | (model.lower == np.inf) | (model.upper == -np.inf)
    ).any() or (
        empty_broken
        | (model.row_lower > model.row_upper)
        | (model.row_lower == np.inf)
        | (model.row_upper == -np.inf)
    ).any()
    if impossible:
        return SolverAnswer(Termination.INFEASIBLE)
    if filled.any():
        return None
    nearest = np.clip(0.0, model.lower, model.upper)
    cheapest = np.where(task.cost > 0, model.lower, np.where(task.cost < 0, model.upper, nearest))
    if not np.isfinite(cheapest).all():
        return SolverAnswer(Termination.UNBOUNDED)
    bound = float(task.cost @ cheapest) + task.offset
    return SolverAnswer(Termination.OPTIMAL, cheapest, bound, np.zeros(len(model.row_lower)))


def infeasible_or_unbounded(task: SolverTask) -> Termination:
    """Return which it is, where a solver says no more than that.

    Where the column bounds alone bound the objective, it is infeasible. Otherwise nobody knows,
    and `UNBOUNDED` claims the less of the two.
    """
    cheapest = np.where(task.cost > 0, task.model.lower, task.model.upper)
    limited = bool(np.isfinite(cheapest[task.cost != 0]).all())
    return Termination.INFEASIBLE if limited else Termination.UNBOUNDED


def well_formed(task: SolverTask, answer: object) -> SolverAnswer:
    """Return an answer whose parts are of the kinds that they should be.

    Raises
    ------
    TypeError
        Whoever is so wrong about the form is not believed in the rest.
    """
    if not isinstance(answer, SolverAnswer) or not isinstance(answer.termination, Termination):
        raise TypeError(f"{answer!r:.60} is no answer")
    for numbers, shape in (
        (answer.values, task.model.lower.shape),
        (answer.duals, task.model.row_lower.shape),
    ):
        if numbers is not None and np.shape(numbers) != shape:
            raise TypeError(f"an answer of shape {np.shape(numbers)}, not {shape}")
    values, duals = (
        None if a is None else np.asarray(a, float) for a in (answer.values, answer.duals)
    )
    bound = None if answer.bound is None else float(answer.bound)
    return replace(answer, values=values, duals=duals, bound=bound)


def feasible(
    model: LinearModel, values: Floats, precision: float = OBJECTIVE_TOLERANCE
) -> Floats | None:
    """Return `values` with integers rounded and bounds kept, or None where they break the model.

    A row may be broken by 1e-6 plus `precision` times the sum of the magnitudes of its terms.
    """
    if values.shape != model.lower.shape or not np.isfinite(values).all():
        return None
    room: Floats = FEASIBILITY_TOLERANCE + precision * np.abs(values)
    kept = np.where(model.integer, np.rint(values), values)
    if (np.abs(kept - values) > 100 * room).any():
        return None
    kept = np.clip(kept, model.lower, model.upper) + 0.0
    if (np.abs(kept - values) > 100 * room).any():
        return None
    terms = model.value * np.repeat(kept, np.diff(model.start))
    rows = len(model.row_lower)
    activity = np.bincount(model.index, weights=terms, minlength=rows)
    slack = FEASIBILITY_TOLERANCE + precision * np.bincount(
        model.index, weights=np.abs(terms), minlength=rows
    )
    broken = (activity < model.row_lower - slack) | (activity > model.row_upper + slack)
    return None if broken.any() else kept


def checked(task: SolverTask, answer: SolverAnswer) -> Solution:
    """Turn the solver's words into a `Solution` that claims no more than can be verified."""
    held, objective = _best(task, answer)
    termination, message = answer.termination, answer.message
    bound = answer.bound if answer.bound is not None and np.isfinite(answer.bound) else None
    linear = not task.model.integer.any()
    slack = max(
        LINEAR_OBJECTIVE_TOLERANCE if linear else OBJECTIVE_TOLERANCE, 10 * answer.precision
    )
    if objective is not None and bound is not None and held is not None:
        size = _size(task, held)
        if bound > objective + slack * size:
            termination, bound = Termination.ERROR, None
            message = f"bound above a feasible solution; {message}"
        elif bound > objective - 1e-2 * OBJECTIVE_TOLERANCE * size:
            bound = objective  # the same number in floating point
    gap = relative_gap(objective, bound)
    reached = gap is not None and (
        gap <= task.gap + slack or (held is not None and _same(task, held, objective, bound))
    )
    if termination in STOPPED_EARLY and reached:
        termination = Termination.OPTIMAL
    elif (
        termination is Termination.OPTIMAL
        and not reached
        and objective is not None
        and (task.options)
    ):
        termination = Termination.LIMIT  # a gap that was asked for by an option of its own
    elif termination is Termination.OPTIMAL and not reached:
        termination = Termination.ERROR
        message = (
            "the solver's solution breaks the model"
            if objective is None
            else f"the gap is {gap}, not the one claimed"
        ) + (f"; {message}" if message else "")
    elif termination in (Termination.INFEASIBLE, Termination.UNBOUNDED):
        bound = None
        if termination is Termination.INFEASIBLE and held is not None:
            termination, message = Termination.ERROR, "claimed infeasible, but the start is not"
    elif termination is Termination.ERROR and answer.values is not None and held is None:
        message = f"the solver's solution breaks the model; {message}"
    optimal = termination is Termination.OPTIMAL
    return Solution(
        termination,
        Held.NONE if held is None else Held.OPTIMAL if optimal else Held.FEASIBLE,
        held,
        objective,
        bound,
        answer.duals if optimal and linear else None,
        message,
        None if bound is None else answer.least,
    )


def _same(task: SolverTask, values: Floats, objective: float | None, bound: float | None) -> bool:
    """Whether an objective near zero and its bound are the same, by the size of its terms."""
    if objective is None or bound is None:
        return False
    return objective - bound <= OBJECTIVE_TOLERANCE * _size(task, values)


def _size(task: SolverTask, values: Floats) -> float:
    """Return how large the terms of the objective are: its errors are relative to them."""
    terms = np.abs(task.cost * values)
    return float(terms.sum() + abs(task.offset) + np.abs(task.cost).max(initial=0.0))


def _best(task: SolverTask, answer: SolverAnswer) -> tuple[Floats | None, float | None]:
    """Return the better of the answer and the start, as far as they are feasible."""
    best: Floats | None = None
    least: float | None = None
    for values, precision in ((answer.values, answer.precision), (task.start, OBJECTIVE_TOLERANCE)):
        kept = None if values is None else feasible(task.model, values, precision)
        if kept is None:
            continue
        objective = float(task.cost @ kept) + task.offset
        if least is None or objective < least - OBJECTIVE_TOLERANCE * abs(least):
            best, least = kept, objective
    return best, least
