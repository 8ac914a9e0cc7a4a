"""Sets of coalitions, and the enumeration of all connected ones.

A `Coalitions` holds many subsets of n municipalities in compressed rows: any n, any sizes, a few
bytes a member. Enumeration grows them member by member along a graph and never visits a set
twice; numba compiles it where it is installed and the number is large, else numpy does it level
by level.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from koopopt.linear import Bools, Floats, Ints

Members = NDArray[np.int16]

COMPILED = find_spec("numba") is not None
"""Whether compiled loops can be had."""

FORBIDDEN = 1e15
"""Price of what may not be; anything above half of it is no price."""

SMALL = 60_000
"""Up to here numpy is quicker than loading compiled code."""


class TooMany(Exception):  # noqa: N818 - a signal between two modules, not an error
    """There are more coalitions than the caller wants to hold."""


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

    def __getitem__(self, which: int) -> Members:
        return self.member[self.start[which] : self.start[which + 1]]

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

    def total(self, weight: Floats) -> Floats:
        """Return (N,) Σ_{i ∈ M} weight_i."""
        if COMPILED and len(self) > SMALL:
            from koopopt.formulations.partition import kernels

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
    def of_table(cls, table: Bools) -> Coalitions:
        """Make it from a (N, n) bool table."""
        row, member = np.nonzero(table)
        start = np.searchsorted(row, np.arange(len(table) + 1))
        return cls(table.shape[1], start.astype(np.int64), member.astype(np.int16))


def connected(
    adjacent: Bools, apart: Bools, max_size: int, most: int, *, compiled: bool | None = None
) -> Coalitions:
    """Return all connected coalitions with 2 to `max_size` members.

    Parameters
    ----------
    adjacent : (n, n) bool
        The graph; for coalitions that need not be connected, all True.
    apart : (n, n) bool
        Pairs that never are in one coalition.
    max_size : int
    most : int
        How many to hold at the most.
    compiled : bool, optional
        Force compiled code or numpy; by default chosen by number and by what is installed.

    Raises
    ------
    TooMany
        If there are more than `most`.
    """
    adjacent = adjacent & ~apart & ~np.eye(len(adjacent), dtype=bool)
    max_size = min(max_size, len(adjacent))
    can = COMPILED if compiled is None else compiled
    if not compiled:
        try:
            return _by_levels(adjacent, apart, max_size, min(most, SMALL) if can else most)
        except TooMany:
            if not can or most <= SMALL:
                raise
    from koopopt.formulations.partition import kernels

    degree = adjacent.sum(axis=1)
    first = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    neighbour = np.nonzero(adjacent)[1].astype(np.int16)
    start, member, count = kernels.enumerate_connected(first, neighbour, apart, max_size, most)
    if count < 0:
        raise TooMany
    return Coalitions(len(adjacent), start, member)


def _by_levels(adjacent: Bools, apart: Bools, max_size: int, most: int) -> Coalitions:
    """Grow all coalitions by one neighbour at a time, dropping twins."""
    n = len(adjacent)
    graph, conflicts = adjacent.astype(np.float32), apart.astype(np.float32)
    level = np.eye(n, dtype=bool)
    levels = []
    total = 0
    for _ in range(2, max_size + 1):
        inside = level.astype(np.float32)
        grow = (inside @ graph > 0) & ~level & ~(inside @ conflicts > 0)
        row, new = np.nonzero(grow)
        if total + len(row) / max_size > most:  # each has at most max_size parents
            raise TooMany
        grown = level[row]
        grown[np.arange(len(row)), new] = True
        packed = np.packbits(grown, axis=1)
        keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
        level = grown[np.unique(keys, return_index=True)[1]]
        total += len(level)
        if total > most:
            raise TooMany
        if not len(level):
            break
        levels.append(level)
    return Coalitions.of_table(np.concatenate(levels) if levels else np.zeros((0, n), bool))
