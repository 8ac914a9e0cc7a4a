"""Bounds that rows imply: for integer columns that have none of their own."""

from __future__ import annotations

from typing import Final

import numpy as np

from koopopt.linear import Floats, Ints, LinearModel
from koopopt.solvers.checking import FEASIBLE

ROUNDS: Final = 20
NOISE: Final = 1e-14
"""Relative error of a sum in floating point, generously."""


def implied_bounds(model: LinearModel) -> tuple[Floats, Floats]:
    """Return column bounds, infinite ones replaced where rows imply finite ones.

    Each round takes every row's least and greatest activity without one column, which bounds
    that column. Only infinite bounds are replaced: that is enough, and never wrong. Columns must
    be integer. Where rows contradict each other, an upper bound may be below the lower one.
    """
    lower, upper = model.lower.copy(), model.upper.copy()
    rows, columns = model.shape
    column = model.column
    row, value = model.index, model.value
    for _ in range(ROUNDS):
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
        upper = np.where(np.isinf(upper), np.floor(ceiling + FEASIBLE), upper)
        lower = np.where(np.isinf(lower), np.ceil(floor - FEASIBLE), lower)
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
    return np.where(others > 0, infinite, total), np.asarray(NOISE * size, float)
