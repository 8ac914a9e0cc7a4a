"""Rank-1 cuts: roundings of some cover rows, which raise the bound of the linear program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from koopopt.linear import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Rank1:
    """Rank-1 cuts of one service: Σ_M floor(Σ_{i ∈ M} w_i / d) λ_M ≤ floor(Σ_i w_i / d).

    A Chvátal-Gomory rounding of the cover rows with multipliers w_i / d; every plan keeps it.

    Attributes
    ----------
    weight : (number, n) int array
        Numerators of the multipliers, 0 for rows that are not combined.
    divisor : (number,) int array
        Common denominator.
    """

    weight: Ints
    divisor: Ints

    @classmethod
    def none(cls, n: int = 0) -> Rank1:
        """Return no cuts."""
        return cls(np.empty((0, n), np.int64), np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self.divisor)

    @property
    def most(self) -> Floats:
        """(number,) right-hand sides."""
        return np.asarray(self.weight.sum(axis=1) // self.divisor, float)

    @property
    def keys(self) -> list[bytes]:
        """One a cut; equal cuts have equal keys."""
        return [row.tobytes() for row in np.column_stack([self.weight, self.divisor])]

    def take(self, which: Ints | Bools) -> Rank1:
        """Return some of the cuts."""
        return Rank1(self.weight[which], self.divisor[which])

    def with_(self, other: Rank1) -> Rank1:
        """Return both."""
        if not len(self):
            return other
        if not len(other):
            return self
        return Rank1(
            np.concatenate([self.weight, other.weight]),
            np.concatenate([self.divisor, other.divisor]),
        )

    def entries(self, inside: Floats) -> Floats:
        """Return (coalitions, number) entries, for a dense (coalitions, n) table."""
        return rounded(inside @ self.weight.T.astype(float), self.divisor)


def rounded(sums: Floats, divisor: Ints | int) -> Floats:
    """Return whole numbers divided by others, rounded down."""
    result = sums + 0.5  # a half more is never the next whole number
    result /= divisor
    return np.floor(result, out=result)  # in place: tables are large
