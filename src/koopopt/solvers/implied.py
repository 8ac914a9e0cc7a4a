"""Bounds that rows imply: for columns that have none of their own."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, isfinite
from typing import Final

import numpy as np

from koopopt.errors import SolverError
from koopopt.linear import Floats, Ints, LinearModel, Objective
from koopopt.solvers.account import MAX_FLOAT_INTEGER
from koopopt.solvers.base import Control, Solver
from koopopt.solvers.checking import FEASIBILITY_TOLERANCE

PROPAGATION_ROUNDS: Final = 20
BOUNDING_SECONDS: Final = 10.0
"""Seconds for the linear programs that bound columns."""
MAX_DENOMINATOR: Final = 1000
"""Largest denominator of the multipliers of rows, by which they are thought to be combined."""
SUM_ERROR: Final = 1e-14
"""Relative error of a sum in floating point, generously."""


def bounded(model: LinearModel) -> LinearModel:
    """Return the model with the column bounds that its rows imply."""
    if finite(model):
        return model
    lower, upper = implied_bounds(model)
    if (lower > upper).any():  # rows contradict each other, whatever the columns' values are
        upper = np.maximum(lower, upper)
    return replace(model, lower=lower, upper=upper)


def enclosed(model: LinearModel, solver: Solver, control: Control) -> LinearModel:
    """Return the model with bounds of integer columns that its rows imply together.

    What stays without a bound row by row is minimised and maximised over the relaxation: one
    linear program a bound, as time allows. Its duals say how to combine the rows; what that
    proves is counted in fractions, for a wrong bound would lose solutions.
    """
    model = bounded(model)
    if finite(model):
        return model
    sides = {1.0: model.lower.copy(), -1.0: model.upper.copy()}
    relaxed = replace(model, integer=np.zeros_like(model.integer))
    own = control.part(BOUNDING_SECONDS)
    for sign, side in sides.items():
        for j in np.flatnonzero(np.isinf(side) & model.integer).tolist():
            cost = np.zeros(model.shape[1])
            cost[j] = sign
            asked = replace(relaxed, objectives=(Objective("end", cost),))
            try:
                found = solver.solve(asked, own)
            except SolverError:
                return model
            least = None if found.duals is None else _combined(relaxed, cost, found.duals)
            if least is not None and abs(least) < MAX_FLOAT_INTEGER:
                side[j] = sign * ceil(least)
    return replace(model, lower=sides[1.0], upper=np.maximum(sides[1.0], sides[-1.0]))


def _combined(model: LinearModel, cost: Floats, duals: Floats) -> Fraction | None:
    """Return what cost · x is at least by rows times simple fractions near duals, exactly.

    None where that proves nothing: it meets a side without end.
    """
    largest = np.zeros(model.shape[0])
    np.maximum.at(largest, model.index, np.abs(model.value))
    times = {
        i: Fraction(float(duals[i] * largest[i])).limit_denominator(MAX_DENOMINATOR)
        / Fraction(largest[i])
        for i in np.flatnonzero(duals * largest).tolist()
    }
    left = [Fraction(c) for c in cost.tolist()]
    entries = zip(model.index.tolist(), model.column.tolist(), model.value.tolist(), strict=True)
    for i, j, value in entries:
        left[j] -= times.get(i, 0) * Fraction(value)
    terms = [(t, model.row_lower[i], model.row_upper[i]) for i, t in times.items()]
    terms += zip(left, model.lower, model.upper, strict=True)
    total = -Fraction(FEASIBILITY_TOLERANCE) * sum(
        abs(t) for t in times.values()
    )  # rows may be missed by that
    for price, low, high in terms:
        side = float(low if price > 0 else high)
        if price and not isfinite(side):
            return None
        total += price * Fraction(side) if price else 0
    return total


def finite(model: LinearModel) -> bool:
    """Whether all columns have bounds."""
    return bool(np.isfinite(model.lower).all() and np.isfinite(model.upper).all())


def implied_bounds(model: LinearModel) -> tuple[Floats, Floats]:
    """Return column bounds, infinite ones replaced where rows imply finite ones.

    Each round takes every row's least and greatest activity without one column, which bounds
    that column. Only infinite bounds are replaced: that is enough, and never wrong. Where rows
    contradict each other, an upper bound may be below the lower one.
    """
    lower, upper = model.lower.copy(), model.upper.copy()
    rows, columns = model.shape
    column = model.column
    row, value = model.index, model.value
    for _ in range(PROPAGATION_ROUNDS):
        open_before = int(np.isinf(lower).sum() + np.isinf(upper).sum())
        if not open_before:
            break
        most = np.where(value > 0, upper[column], lower[column]) * value
        least = np.where(value > 0, lower[column], upper[column]) * value
        above, error_above = _others(least, row, rows, -np.inf)
        below, error_below = _others(most, row, rows, np.inf)
        room_up = (model.row_upper[row] - above) / value
        room_down = (model.row_lower[row] - below) / value
        error_up, error_down = error_above / np.abs(value), error_below / np.abs(value)
        ceiling, floor = np.full(columns, np.inf), np.full(columns, -np.inf)
        rising = value > 0
        np.minimum.at(ceiling, column, np.where(rising, room_up + error_up, room_down + error_down))
        np.maximum.at(floor, column, np.where(rising, room_down - error_down, room_up - error_up))
        ceiling, floor = ceiling + FEASIBILITY_TOLERANCE, floor - FEASIBILITY_TOLERANCE
        ceiling = np.where(model.integer, np.floor(ceiling), ceiling)
        floor = np.where(model.integer, np.ceil(floor), floor)
        upper = np.where(np.isinf(upper), ceiling, upper)
        lower = np.where(np.isinf(lower), floor, lower)
        if int(np.isinf(lower).sum() + np.isinf(upper).sum()) == open_before:
            break
    return lower, upper


def _others(terms: Floats, row: Ints, rows: int, infinite: float) -> tuple[Floats, Floats]:
    """Return for each entry the sum of the other entries of its row, and by how much it may err.

    It is `infinite` where one of the others is.
    """
    endless = np.isinf(terms)
    finite = np.where(endless, 0.0, terms)
    size = np.bincount(row, weights=np.abs(finite), minlength=rows)[row]
    total = np.bincount(row, weights=finite, minlength=rows)[row] - finite
    others = np.bincount(row, weights=endless, minlength=rows)[row] - endless
    return np.where(others > 0, infinite, total), np.asarray(SUM_ERROR * size, float)
