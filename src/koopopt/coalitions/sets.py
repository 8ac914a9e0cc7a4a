"""Sets of coalitions: many subsets of n municipalities in compressed rows.

Any n, any sizes, a few bytes a member. `enumeration` makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from koopopt.linear import Bools, Floats, Ints

Members = NDArray[np.int16]

COMPILED = find_spec("numba") is not None
"""Whether compiled loops can be had."""

FORBIDDEN = 1e100
"""Price of what may not be; anything above half of it is no price, however large duals are."""

COMPILED_FROM = 60_000
"""Up to here numpy is quicker than loading compiled code."""
COMPILED_NUMBERS = 1_000_000
"""The same for coalitions times municipalities, where something is worked out for each pair."""


@dataclass(frozen=True, eq=False)
class Coalitions:
    """N subsets of n municipalities.

    Attributes
    ----------
    n : int
        Number of municipalities.
    start : (N + 1,) int array
    member : (total size,) int16 array
        Coalition c has the members `member[start[c]:start[c + 1]]`, ascending.
    """

    n: int
    start: Ints
    member: Members

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def many(self) -> bool:
        """Whether compiled code pays for what is worked out for each of them and each seat."""
        return COMPILED and len(self) * self.n > COMPILED_NUMBERS

    def __getitem__(self, which: int) -> Members:
        return self.member[self.start[which] : self.start[which + 1]]

    def apart(self, towns: int) -> tuple[Coalitions, Ints]:
        """Return them without their sites, which come after so many towns, and the sites.

        -1 where a coalition has none.
        """
        site = np.full(len(self), -1, np.int64)
        if towns == self.n or not len(self):
            return self, site
        last = self.member[self.start[1:] - 1].astype(np.int64)
        there = last >= towns
        site[there] = last[there]
        start = np.concatenate([[0], np.cumsum(self.size - there)])
        return Coalitions(self.n, start, self.member[self.member < towns]), site

    @cached_property
    def size(self) -> Ints:
        """(N,) number of members."""
        return np.diff(self.start)

    def take(self, which: NDArray[np.generic]) -> Coalitions:
        """Return the coalitions at these positions, or where a mask is True."""
        if which.dtype == bool and which.all():
            return self
        rows = np.flatnonzero(which) if which.dtype == bool else which
        size = self.size[rows]
        start = np.concatenate([[0], np.cumsum(size)])
        offset = np.repeat(self.start[rows] - start[:-1], size)
        return Coalitions(self.n, start, self.member[np.arange(start[-1]) + offset])

    def find(self, wanted: Coalitions) -> Ints:
        """Return where each wanted coalition is among these, -1 where it is not."""
        at = np.full(len(wanted), -1)
        if not len(self) or not len(wanted):
            return at
        # Sums of large random numbers tell sets apart, nearly always; then their members decide.
        key = np.random.default_rng(0).integers(2**62, size=self.n)
        here, there = (np.add.reduceat(key[c.member], c.start[:-1]) for c in (self, wanted))
        last: dict[int, int] = {}
        for k in np.flatnonzero(np.isin(here, there)).tolist():
            last[int(here[k])] = k
        for k, sum_ in enumerate(there.tolist()):
            found = last.get(sum_, -1)
            if found >= 0 and np.array_equal(self[found], wanted[k]):
                at[k] = found
        return at

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays, of the tables that were made of them, too."""
        return sum(a.nbytes for a in vars(self).values() if isinstance(a, np.ndarray))

    def total(self, weight: Floats) -> Floats:
        """Return (N,) Σ_{i ∈ M} weight_i."""
        if COMPILED and len(self) > COMPILED_FROM:
            from koopopt.coalitions import kernels

            result = np.empty(len(self))
            kernels.total(self.start, self.member, weight.astype(float), result)
            return result
        return np.add.reduceat(weight[self.member], self.start[:-1]) if len(self) else np.empty(0)

    def most(self, value: Floats) -> Floats:
        """Return (N,) max_{i ∈ M} value_i."""
        return (
            np.maximum.reduceat(value[self.member], self.start[:-1]) if len(self) else np.empty(0)
        )

    @cached_property
    def dense(self) -> Floats:
        """(N, n) of 0.0 and 1.0; only for small sets."""
        table = np.zeros((len(self), self.n))
        table[np.repeat(np.arange(len(self)), self.size), self.member] = 1.0
        return table

    @cached_property
    def barred(self) -> Floats:
        """(N, n) of 0.0 for members and `FORBIDDEN` for the others; only for small sets."""
        return np.where(self.dense > 0, 0.0, FORBIDDEN)

    @classmethod
    def joined(cls, n: int, parts: Sequence[Coalitions]) -> Coalitions:
        """Put sets of coalitions of the same n municipalities one after the other."""
        if len(parts) == 1:
            return parts[0]
        offset = np.cumsum([0, *(len(p.member) for p in parts)])
        starts = [p.start[1:] + o for p, o in zip(parts, offset, strict=False)]
        none = np.empty(0, np.int16)
        return cls(
            n,
            np.concatenate([np.zeros(1, np.int64), *starts]),
            np.concatenate([none, *(p.member for p in parts)]),
        )

    @classmethod
    def of_table(cls, table: Bools) -> Coalitions:
        """Make it from a (N, n) bool table."""
        row, member = np.nonzero(table)
        start = np.searchsorted(row, np.arange(len(table) + 1))
        return cls(table.shape[1], start.astype(np.int64), member.astype(np.int16))
