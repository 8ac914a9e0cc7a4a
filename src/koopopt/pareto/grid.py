"""The grid of resolutions: what counts as one value, and what as another.

Every value of a criterion is a whole number of its *unit* (`amounts`); the search, its records and
the verifier compute with these integers alone. A resolution δ_k of so many units sorts amounts into
*cells*: the cell is the integer nearest to the value over δ_k, the lower one of two. The front at
this resolution holds one solution for every nondominated cell vector: of those in it, the one of
least Σ_k v_k / δ_k. So

* the set does not depend on the order of the search, on back ends or on the number of workers;
* its points are efficient, and mutually nondominated by their exact values;
* for every solution there is a point that is worse by at most δ_k in each criterion k.

With one unit a cell, cells are the values themselves and the front is the nondominated set. A
criterion that is not `exact` (an objective with continuous columns) has amounts that are rounded
up to a thousandth of its resolution; what is proven of it takes that into account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, lcm
from typing import Final

import numpy as np

from koopopt.errors import UsageError
from koopopt.exact import fraction
from koopopt.linear import Floats, Ints
from koopopt.text import T

Cell = tuple[int, ...]
"""One integer a criterion."""
Amounts = tuple[int, ...]
"""One whole number of units a criterion."""

MAX_AMOUNT: Final = 2**52
"""No amount is larger: floating point still shows every one of them."""
NO_BOUND: Final = 2**62
"""Stands for no bound; no cell comes near."""
UNITS_PER_CELL: Final = 1000
"""Units in a cell where values are not exact."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Units and resolutions of k criteria.

    Attributes
    ----------
    units : tuple of k Fractions
        What one unit is as a number. Positive.
    per_cell : tuple of k ints
        Units in a cell.
    exact : tuple of k bools
        Whether every value of the criterion is a whole number of units.
    coarse : bool
        Whether the user chose a resolution, so that a cell may hold several efficient solutions.
        The default ones are finer than any difference that matters.
    """

    units: tuple[Fraction, ...]
    per_cell: tuple[int, ...]
    exact: tuple[bool, ...]
    coarse: bool = False

    @property
    def count(self) -> int:
        """Number of criteria."""
        return len(self.units)

    @property
    def resolution(self) -> tuple[float, ...]:
        """δ_k, as numbers."""
        return tuple(float(u * r) for u, r in zip(self.units, self.per_cell, strict=True))

    @property
    def weights(self) -> Amounts:
        """Weights of amounts in the same proportion as 1 / δ_k of values: whole numbers."""
        common = lcm(*self.per_cell)
        return tuple(common // r for r in self.per_cell)

    def amounts(self, values: Sequence[float]) -> Amounts:
        """Return values in units, to the nearest."""
        pairs = zip(values, self.units, strict=True)
        # What is no number counts nothing: it is told with what is too large.
        found = tuple(round(fraction(v) / u) if isfinite(v) else MAX_AMOUNT + 1 for v, u in pairs)
        self._check(found)
        return found

    def values(self, amounts: Amounts) -> tuple[float, ...]:
        """Return amounts as numbers."""
        return tuple(float(a * u) for a, u in zip(amounts, self.units, strict=True))

    def many(self, values: Floats) -> Ints:
        """Return the amounts of many values, shape (N, k).

        Raises
        ------
        UsageError
            If a resolution is too fine for them.
        """
        table = np.asarray(values, float).reshape(-1, self.count)
        counts = table * np.array([float(1 / u) for u in self.units])
        if len(counts):
            self._check(tuple(np.abs(counts).max(axis=0).tolist()))
        return np.asarray(np.rint(counts), np.int64)

    def _check(self, amounts: Sequence[float]) -> None:
        for amount, delta, unit in zip(amounts, self.resolution, self.units, strict=True):
            if not abs(amount) <= MAX_AMOUNT:
                raise UsageError(
                    T("The resolution {delta} is too fine for values like {value}.",
                      delta=f"{delta:g}", value=f"{float(abs(amount) * unit):g}")
                )  # fmt: skip

    def cell(self, amounts: Amounts) -> Cell:
        """Return the cells of amounts."""
        return tuple(-((r - 2 * a) // (2 * r)) for a, r in zip(amounts, self.per_cell, strict=True))

    def cells(self, amounts: Ints) -> Ints:
        """Return the cells of many amounts, shape (N, k)."""
        per_cell = np.array(self.per_cell, np.int64)
        return np.asarray(-((per_cell - 2 * amounts) // (2 * per_cell)), np.int64)

    def limits(self, upper: Cell) -> tuple[int | None, ...]:
        """Return the largest amounts with cells below `upper`, None where it is `NO_BOUND`."""
        return tuple(
            None if u >= NO_BOUND else (2 * r * (u - 1) + r) // 2
            for u, r in zip(upper, self.per_cell, strict=True)
        )

    def floor(self, cell: Cell) -> Amounts:
        """Return the least amounts that are in cells."""
        pairs = zip(cell, self.per_cell, self.exact, strict=True)
        return tuple((2 * r * (c - 1) + r) // 2 + exact for c, r, exact in pairs)

    def corner(self, upper: Cell) -> tuple[int | None, ...]:
        """Return amounts that no solution in the box exceeds, None where it is `NO_BOUND`.

        Those are its limits, and one unit more where amounts are rounded.
        """
        return tuple(
            None if limit is None else limit + (not exact)
            for limit, exact in zip(self.limits(upper), self.exact, strict=True)
        )

    def corner_values(self, upper: Cell) -> Floats:
        """Return the corner as numbers, infinite where it is `NO_BOUND`."""
        pairs = zip(self.corner(upper), self.units, strict=True)
        return np.array([np.inf if c is None else float(c * unit) for c, unit in pairs])

    def most(self, upper: Cell, weights: Amounts) -> int | None:
        """Return the largest weighted sum of amounts in a box; None where there is no end."""
        total = 0
        for weight, amount in zip(weights, self.corner(upper), strict=True):
            if weight:
                if amount is None:
                    return None
                total += weight * amount
        return total


def total(weights: Amounts, amounts: Amounts) -> int:
    """Return a weighted sum of amounts."""
    return sum(w * a for w, a in zip(weights, amounts, strict=True))
