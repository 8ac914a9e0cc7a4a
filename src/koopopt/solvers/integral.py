"""A pure integer `LinearModel` in exact 64-bit integers, for solvers that know no fractions.

Columns are shifted by their lower bounds, so y = x - lower ≥ 0 with y ≤ `span`. Every row is
multiplied by the smallest power of ten that makes it integral. Where none does, or none that
fits, the row is multiplied by a large power of two, rounded, and its bounds are moved outwards
by what rounding can do: no feasible solution is lost, and a solution that only fits the relaxed
row is found out when the answer is checked. The objective is treated likewise, coefficients
being rounded down, and `Integral.bound` accounts for what was rounded up; so the bound is a
lower bound of the true objective.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from koopopt.errors import SolverError
from koopopt.linear import Bools, Floats, Ints, LinearModel
from koopopt.solvers.account import MAX_CP_SAT_SUM as FITS
from koopopt.solvers.account import Account, is_whole
from koopopt.solvers.checking import FEASIBILITY_TOLERANCE
from koopopt.solvers.implied import implied_bounds
from koopopt.solvers.task import SolverTask
from koopopt.text import T

POWERS_OF_TEN: Final = 10.0 ** np.arange(10)
MAX_EXACT_ROW: Final = 2.0**52
"""Largest sum of |coefficient| x span of a row that is scaled: below it floating point counts
exactly. What is whole already may be as large as the solver's integers are."""
MULTIPLICATION_ERROR: Final = 1e-15
"""Relative error of a decimal number after a multiplication or two."""
INFINITE_BOUND: Final = 2**62
"""Stands for an infinite row bound; no row of the scaled model comes near."""


@dataclass(frozen=True, slots=True, eq=False)
class Integral:
    """The scaled model.

    Attributes
    ----------
    lower, span : (n,) int arrays
        x = lower + y with 0 ≤ y ≤ span.
    start, index, value : int arrays
        The matrix by rows: row i has its entries at `start[i]:start[i + 1]`.
    row_lower, row_upper : (m,) int arrays
    cost : (n,) int array
        Objective of y.
    scale, base, slack : float
        True objective ≥ cost·y / scale + base - slack.
    whole : bool
        Whether the program was one in whole numbers, without an offset.
    """

    lower: Ints
    span: Ints
    start: Ints
    index: Ints
    value: Ints
    row_lower: Ints
    row_upper: Ints
    cost: Ints
    scale: float
    base: float
    slack: float
    whole: bool = False

    def bound(self, reached: float) -> float:
        """Return the lower bound of the true objective that follows from one on cost·y."""
        return reached / self.scale + self.base - self.slack


def integral(task: SolverTask) -> Integral:
    """Scale `task` to integers.

    Raises
    ------
    SolverError
        A column is continuous or has no finite bounds, or the numbers do not fit 64 bits.
    """
    model = task.model
    if not model.integer.all():
        raise SolverError(T("This solver needs integer columns only; use another one."))
    lower, upper = _finite_bounds(model)
    span = upper - lower
    if task.offset == 0.0 and is_whole(model) and Account.of(model).total < FITS:
        return _whole(model, lower.astype(np.int64), span.astype(np.int64))
    rows = model.shape[0]
    start, column, value = model.by_row()
    row: Ints = np.repeat(np.arange(rows), np.diff(start))

    shift = np.bincount(row, weights=value * lower[column], minlength=rows)
    size = np.abs(value) * np.maximum(span, 1.0)[column]
    weight = np.bincount(row, weights=size, minlength=rows).astype(float)
    scale = _scales(row, value, weight, rows)
    wanted = value * scale[row]
    rounded = np.where(_fraction(wanted), np.floor(wanted), np.rint(wanted))
    error = (rounded - wanted) * span[column]
    up = np.bincount(row, weights=np.maximum(error, 0.0), minlength=rows)
    down = np.bincount(row, weights=np.minimum(error, 0.0), minlength=rows)
    low, high = (
        (bound - shift) * scale
        + moved
        + sign * (FEASIBILITY_TOLERANCE + MULTIPLICATION_ERROR * scale * np.abs(shift))
        for bound, moved, sign in ((model.row_lower, down, -1.0), (model.row_upper, up, 1.0))
    )

    factor, cost, slack = _objective(task.cost, span)
    return Integral(
        lower=lower.astype(np.int64),
        span=span.astype(np.int64),
        start=start,
        index=column.astype(np.int64),
        value=rounded.astype(np.int64),
        row_lower=_clipped(np.ceil(low)),
        row_upper=_clipped(np.floor(high)),
        cost=cost,
        scale=factor,
        base=float(task.cost @ lower) + task.offset,
        slack=slack,
    )


def _whole(model: LinearModel, lower: Ints, span: Ints) -> Integral:
    """Take over a program in whole numbers as it is."""
    start, column, value = model.by_row()
    whole = value.astype(np.int64)
    row = np.repeat(np.arange(model.shape[0]), np.diff(start))
    shift = np.zeros(model.shape[0], np.int64)
    np.add.at(shift, row, whole * lower[column])
    low, high = (
        np.where(np.isinf(bound), np.sign(bound) * float(INFINITE_BOUND), towards(bound)).astype(
            np.int64
        )
        for bound, towards in ((model.row_lower, np.ceil), (model.row_upper, np.floor))
    )
    return Integral(
        lower=lower,
        span=span,
        start=start,
        index=column.astype(np.int64),
        value=whole,
        row_lower=np.where(np.isinf(model.row_lower), low, low - shift),
        row_upper=np.where(np.isinf(model.row_upper), high, high - shift),
        cost=model.objectives[0].coefficients.astype(np.int64),
        scale=1.0,
        base=float(model.objectives[0].coefficients @ lower),
        slack=0.0,
        whole=True,
    )


def _scales(row: Ints, value: Floats, weight: Floats, rows: int) -> Floats:
    """Return a factor for each row: the smallest power of ten that makes it integral, if any."""
    scale = _largest(weight)
    for power in POWERS_OF_TEN[::-1]:
        broken = np.bincount(row, weights=_fraction(value * power), minlength=rows) > 0
        scale[~broken & (weight * power < MAX_EXACT_ROW)] = power
    return scale


def _objective(cost: Floats, span: Floats) -> tuple[float, Ints, float]:
    """Return (scale, integer coefficients, what rounding up may have added to the bound)."""
    weight = float(np.abs(cost) @ np.maximum(span, 1.0))
    for power in POWERS_OF_TEN:
        if weight * power < MAX_EXACT_ROW and not _fraction(cost * power).any():
            factor = float(power)
            break
    else:
        factor = float(_largest(np.array([weight]))[0])
    wanted = cost * factor
    rounded = np.where(_fraction(wanted), np.floor(wanted), np.rint(wanted))
    slack = float(np.maximum(rounded - wanted, 0.0) @ span) / factor
    return factor, rounded.astype(np.int64), slack


def _fraction(value: Floats) -> Bools:
    """Return where `value` is further from an integer than floating point explains."""
    return np.abs(value - np.rint(value)) > np.minimum(1e-3, MULTIPLICATION_ERROR * np.abs(value))


def _largest(weight: Floats) -> Floats:
    """Return the largest power of two that keeps `weight` below `MAX_EXACT_ROW`."""
    return np.exp2(np.floor(np.log2(MAX_EXACT_ROW / np.maximum(weight, 1e-9))) - 1.0)


def _clipped(bound: Floats) -> Ints:
    """Return integer row bounds, ±`INFINITE_BOUND` for those that no solution can reach."""
    return np.clip(bound, -float(INFINITE_BOUND), float(INFINITE_BOUND)).astype(np.int64)


def _finite_bounds(model: LinearModel) -> tuple[Floats, Floats]:
    """Return finite column bounds, those missing derived from the rows that imply them."""
    lower, upper = implied_bounds(model)
    infinite = (
        np.isinf(lower) | np.isinf(upper) | (np.maximum(abs(lower), abs(upper)) > MAX_EXACT_ROW)
    )
    if infinite.any():
        name = model.columns[int(np.flatnonzero(infinite)[0])]
        raise SolverError(
            T("This solver needs finite bounds, but column {name} has none.", name=name)
        )
    return lower, np.maximum(upper, lower)
