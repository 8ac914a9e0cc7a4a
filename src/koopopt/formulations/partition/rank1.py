"""Rank-1 cuts: roundings of a few cover rows, which raise the bound of the linear program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from koopopt.linear import Bools, Floats, Ints

MAX_CUT_ROWS = 5
"""Cover rows that a rank-1 cut combines at the most."""


@dataclass(frozen=True, slots=True, eq=False)
class Rank1:
    """Rank-1 cuts of one service: Σ_M floor(Σ_{i ∈ M} w_i / d) λ_M ≤ floor(Σ_i w_i / d).

    A Chvátal-Gomory rounding of at most five cover rows; every plan keeps it.

    Attributes
    ----------
    town : (number, 5) int array
        The municipalities; n, an index past the last, where fewer are combined.
    weight : (number, 5) int array
        Numerators of their multipliers, 0 where fewer are combined.
    divisor : (number,) int array
        Common denominator.
    """

    town: Ints
    weight: Ints
    divisor: Ints

    @classmethod
    def none(cls) -> Rank1:
        """Return no cuts."""
        return cls(
            np.empty((0, MAX_CUT_ROWS), np.int64),
            np.empty((0, MAX_CUT_ROWS), np.int64),
            np.empty(0, int),
        )

    def __len__(self) -> int:
        return len(self.divisor)

    @property
    def most(self) -> Floats:
        """(number,) right-hand sides."""
        return np.asarray(self.weight.sum(axis=1) // self.divisor, float)

    def take(self, which: Ints | Bools) -> Rank1:
        """Return some of the cuts."""
        return Rank1(self.town[which], self.weight[which], self.divisor[which])

    def with_(self, other: Rank1) -> Rank1:
        """Return both."""
        return Rank1(
            np.concatenate([self.town, other.town]),
            np.concatenate([self.weight, other.weight]),
            np.concatenate([self.divisor, other.divisor]),
        )

    def entries(self, inside: Floats) -> Floats:
        """Return (coalitions, number) entries, for a dense (coalitions, n) table."""
        n = inside.shape[1]
        multiplier = np.zeros((n + 1, len(self)))
        np.add.at(multiplier, (self.town.T, np.arange(len(self))), self.weight.T / self.divisor)
        return np.floor(inside @ multiplier[:n] + 1e-6)
