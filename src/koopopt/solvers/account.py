"""The account of tolerances: what a back end may be believed, of which program.

A program in whole numbers has the unit 1. For a claim about it ("none is better", "there is none")
to hold, this chain has to:

    unit 1  >  `ROW_SLACK` given to rows of large numbers  >  `precision` × the largest number met

where `precision` is the relative error of the back end's own arithmetic and comparisons: 0 for
CP-SAT, which computes in integers (up to `MAX_CP_SAT_SUM`), 1e-10 for HiGHS with the tolerances we
set, 1e-9 for others that compute in floating point, without end for a back end that is not ours.
And what computes in floating point loses solutions on its way (in presolve, mostly) where rows
have large terms: so theirs may not be larger than `MAX_TRUSTED_TERMS`. Where the chain does not
hold, the back end's solutions count, for they are checked exactly, but its proofs do not: another
one is asked (`koopopt.solvers.judge`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import Final

import numpy as np

from koopopt.linear import Floats, LinearModel
from koopopt.solvers.base import Solver

ROW_SLACK: Final = 0.25
"""Room in rows of large numbers, in which floating point might miss a whole number by a hair."""
LARGE_COEFFICIENT: Final = 1e3
"""Coefficients from which a row is one of large numbers."""
MAX_TRUSTED_TERMS: Final = 2.5e6
"""Terms of rows up to which floating point is believed. Of 14,328 small programs with terms of 1e7
to 1e10 that differ in their last digits HiGHS 1.13 proved 18 wrongly, the smallest terms being
1.5e7; of 5,726 with terms of 1e6 to 1e7 none, nor of 7,381 with such terms in the objective only.
SCIP is wrong now and then, too."""
MAX_CP_SAT_SUM: Final = 2.0**61
"""Sums that CP-SAT can hold."""
HANDY_COEFFICIENT: Final = 2.0**20
"""Coefficients that are multiplied or rounded stay about below this."""
MAX_DECIMALS: Final = 6
"""Decimals that are looked for in coefficients."""
DECIMAL_ERROR: Final = 1e-14
"""Relative error of a decimal number after a few operations."""
MAX_FLOAT_INTEGER: Final = 2.0**53
"""Whole numbers up to here are exact in floating point."""


@dataclass(frozen=True, slots=True)
class Account:
    """The magnitudes of a program in whole numbers.

    Attributes
    ----------
    largest : float
        The largest term, a coefficient times what its column can be.
    term : float
        The largest term of a row.
    total : float
        The largest sum of a row or of the objective.
    """

    largest: float
    term: float
    total: float

    @classmethod
    def of(cls, model: LinearModel) -> Account:
        """Read the magnitudes; columns without bounds make them infinite."""
        reach = _reach(model)
        each = np.abs(model.value) * reach[model.column]
        cost = np.abs(model.objectives[0].coefficients)
        cost = np.where(cost > 0, cost * np.where(cost > 0, reach, 1.0), 0.0)
        rows = np.bincount(model.index, weights=each, minlength=1)
        term = float(each.max(initial=0.0))
        return cls(
            max(term, float(cost.max(initial=0.0))),
            term,
            max(float(rows.max(initial=0.0)), float(cost.sum())),
        )

    def believes(self, solver: Solver) -> bool:
        """Whether the chain holds for a back end."""
        precision = getattr(solver, "precision", inf)
        if precision == 0.0:
            return self.total < MAX_CP_SAT_SUM
        return precision * self.largest <= ROW_SLACK and self.term <= MAX_TRUSTED_TERMS


def is_whole(model: LinearModel) -> bool:
    """Whether columns are integer, and coefficients whole; sides of rows may lie between."""
    numbers = (model.value, model.objectives[0].coefficients)
    sides = [bound[np.isfinite(bound)] for bound in (model.row_lower, model.row_upper)]
    return (
        bool(model.integer.all())
        and all(bool((part == np.rint(part)).all()) for part in numbers)
        and all(bool((np.abs(part) <= MAX_FLOAT_INTEGER).all()) for part in (*numbers, *sides))
    )


def loosened(model: LinearModel) -> LinearModel:
    """Return the model with `ROW_SLACK` in rows of large numbers: its solutions stay the same."""
    slack = np.where(_largest(model) >= LARGE_COEFFICIENT, ROW_SLACK, 0.0)
    if not slack.any():
        return model
    return replace(model, row_lower=model.row_lower - slack, row_upper=model.row_upper + slack)


def rounded_outwards(model: LinearModel) -> LinearModel:
    """Return the model with whole coefficients in all rows: no solution is lost.

    A row is multiplied by the smallest power of ten that makes it whole, where the numbers stay
    handy; else by a power of two and rounded, its sides moved out by what rounding can do.
    """
    rows, columns = model.shape
    column, top = model.column, _largest(model)
    reach = _reach(model)[column]
    factor = np.exp2(np.round(np.log2(HANDY_COEFFICIENT / np.where(top > 0, top, 1.0))))
    open_ = np.ones(rows, bool)
    for power in range(MAX_DECIMALS + 1):
        wanted = model.value * 10.0**power
        off = np.abs(wanted - np.rint(wanted)) > DECIMAL_ERROR * np.abs(wanted)
        broken = np.bincount(model.index, weights=off, minlength=rows) > 0
        fits = open_ & ~broken & ((power == 0) | (top * 10.0**power <= HANDY_COEFFICIENT))
        factor[fits] = 10.0**power
        open_ &= ~fits
    wanted = model.value * factor[model.index]
    value = np.rint(wanted)
    error = np.where(
        np.abs(value - wanted) <= DECIMAL_ERROR * np.abs(wanted), 0.0, np.abs(value - wanted)
    )
    moved = np.bincount(model.index, weights=error * reach, minlength=rows)
    sides = []
    for side, sign, towards in ((model.row_lower, -1, np.ceil), (model.row_upper, 1, np.floor)):
        bound = side * factor
        # A whole side that floating point has a hair off is that whole number.
        hair = DECIMAL_ERROR * np.maximum(np.abs(bound), 1.0)
        sides.append(towards(bound + sign * (moved + np.where(np.isfinite(bound), hair, 0.0))))
    kept = value != 0.0
    return replace(
        model,
        row_lower=sides[0],
        row_upper=sides[1],
        value=value[kept],
        index=model.index[kept],
        start=np.searchsorted(column[kept], np.arange(columns + 1)),
    )


def _reach(model: LinearModel) -> Floats:
    """Return how large each column can be, 1 at least."""
    return np.maximum(np.maximum(np.abs(model.lower), np.abs(model.upper)), 1.0)


def _largest(model: LinearModel) -> Floats:
    """Return the largest coefficient of each row."""
    top = np.zeros(len(model.row_lower))
    np.maximum.at(top, model.index, np.abs(model.value))
    return top


def keeps(model: LinearModel, values: Floats) -> bool:
    """Whether whole values keep bounds and rows of a whole program, exactly."""
    if not ((model.lower <= values) & (values <= model.upper)).all():
        return False
    each = values[model.column]
    rows = len(model.row_lower)
    size = np.bincount(model.index, weights=np.abs(model.value * each), minlength=rows)
    activity = np.bincount(model.index, weights=model.value * each, minlength=rows)
    ok = (activity >= model.row_lower) & (activity <= model.row_upper)
    for r in np.flatnonzero(size >= MAX_FLOAT_INTEGER):
        mine = np.flatnonzero(model.index == r)
        exact = dot(model.value[mine], each[mine])
        ok[r] = model.row_lower[r] <= exact <= model.row_upper[r]
    return bool(ok.all())


def dot(coefficients: Floats, values: Floats) -> int:
    """Return the sum of products of whole numbers, exactly."""
    used = np.flatnonzero((coefficients != 0) & (values != 0))
    pairs = zip(coefficients[used].tolist(), values[used].tolist(), strict=True)
    return sum(int(c) * int(v) for c, v in pairs)
