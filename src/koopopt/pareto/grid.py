"""The grid of resolutions: what counts as one value, and what as another.

A criterion k with resolution δ_k sorts values into *cells*: the cell of v is the integer nearest
to v / δ_k, the lower one of two. The front at this resolution holds one solution for every
nondominated cell vector: of those in it, the one of least Σ_k v_k / δ_k. So

* the set does not depend on the order of the search, on back ends or on the number of workers;
* its points are efficient, and mutually nondominated by their exact values;
* for every solution there is a point that is worse by at most δ_k in each criterion k.

Where all values are multiples of δ_k (`exact`), cells are the values themselves and the front is
the nondominated set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from koopopt.errors import UsageError
from koopopt.linear import Floats, Ints
from koopopt.text import T

Cell = tuple[int, ...]
"""One integer a criterion."""

ROUNDING: Final = 1e-12
"""Relative error of values, sums of many numbers in floating point."""
FAR: Final = 2**62
"""Stands for no bound; no cell comes near."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Resolutions of k criteria.

    Attributes
    ----------
    resolution : tuple of k floats
        Positive.
    exact : tuple of k bools
        Whether every value of the criterion is a multiple of its resolution.
    coarse : bool
        Whether the user chose a resolution, so that a cell may hold several efficient solutions.
        The default ones are finer than any difference that matters.
    """

    resolution: tuple[float, ...]
    exact: tuple[bool, ...]
    coarse: bool = False

    @property
    def count(self) -> int:
        """Number of criteria."""
        return len(self.resolution)

    def cell(self, values: Sequence[float]) -> Cell:
        """Return the cells of values."""
        return tuple(self.cells(np.array(values, float)).tolist())

    def cells(self, values: Floats) -> Ints:
        """Return the cells of many values, shape (N, k).

        Raises
        ------
        UsageError
            If a resolution is too fine for them.
        """
        counts = values / np.array(self.resolution)
        if not (np.abs(counts) < FAR / 2).all():
            raise UsageError(
                T("The resolution {delta} is too fine for values like {value}.",
                  delta=f"{min(self.resolution):g}", value=f"{np.abs(values).max():g}")
            )  # fmt: skip
        return np.asarray(np.ceil(counts - 0.5 - _noise(counts)), np.int64)

    def corner(self, upper: Cell) -> Floats:
        """Return the largest values with cells below `upper`, infinite where it is `FAR`."""
        return np.array(
            [
                np.inf if u >= FAR else (u - (1.0 if exact else 0.5)) * delta
                for u, delta, exact in zip(upper, self.resolution, self.exact, strict=True)
            ]
        )

    def beyond(self, values: Sequence[float], limits: Sequence[float]) -> tuple[float, ...]:
        """Return by how much values exceed limits, rounding apart; 0 where they do not."""
        delta = np.array(self.resolution)
        over = np.array(values) - np.array(limits)
        beyond = over > delta * _noise(np.array(values) / delta)
        return tuple(np.where(beyond, over, 0.0).tolist())

    def limits(self, upper: Cell) -> tuple[float, ...]:
        """Return bounds on values that hold for the cells below `upper` and for no others.

        They lie half a cell above the largest value where values are exact, so that a solver's
        tolerances do no harm.
        """
        return tuple(
            np.inf if u >= FAR else (u - 0.5) * delta
            for u, delta in zip(upper, self.resolution, strict=True)
        )

    @property
    def weights(self) -> tuple[float, ...]:
        """1 / δ_k, scaled so that the largest is 1."""
        least = min(self.resolution)
        return tuple(least / delta for delta in self.resolution)


def _noise(counts: Floats) -> Floats:
    return ROUNDING * np.maximum(1e3, np.abs(counts))
