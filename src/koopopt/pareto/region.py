"""The search region: where solutions may still be that no known point dominates.

The region is the union of boxes {cells below u}, one a *local upper bound* u. A new point z
splits every box that holds it: what is not worse than z in criterion k, for each k. Boxes within
others are left out, so that no part is looked at twice (Klamroth, Lacour and Vanderpooten 2015,
"On the representation of the search region in multi-objective optimization", algorithm 3, which
asks nothing of the points' position).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from koopopt.linear import Bools, Ints
from koopopt.pareto.grid import NO_BOUND, Cell


class Region:
    """The boxes of the search region, numbered in the order of their birth."""

    def __init__(self, count: int) -> None:
        self._boxes: dict[int, Cell] = {}
        self._table = np.full((64, count), NO_BOUND, np.int64)
        self._alive = np.zeros(64, bool)
        self._born = 0
        self._slots: dict[int, int] = {}
        self._free = list(range(63, -1, -1))
        self._number = np.zeros(64, np.int64)
        self._add((NO_BOUND,) * count)

    def __len__(self) -> int:
        return len(self._boxes)

    def __iter__(self) -> Iterator[int]:
        return iter(self._boxes)

    def __contains__(self, number: int) -> bool:
        return number in self._boxes

    def __getitem__(self, number: int) -> Cell:
        return self._boxes[number]

    def holds(self, upper: Cell) -> bool:
        """Whether there is this box, whatever its number."""
        same = (self._table == np.array(upper, np.int64)).all(axis=1)
        return bool((same & self._alive).any())

    def items(self) -> Iterator[tuple[int, Cell]]:
        """Yield (number, upper)."""
        yield from self._boxes.items()

    def update(self, cell: Cell) -> tuple[list[int], list[int]]:
        """Take a point's cell out of the region.

        Returns
        -------
        gone, new : lists of int
            Numbers of the boxes that held it, and of those that take their place.
        """
        z = np.array(cell, np.int64)
        held = self._alive & (self._table > z).all(axis=1)
        slots = np.flatnonzero(held)
        if not len(slots):
            return [], []
        split = self._table[slots]
        born: list[Cell] = []
        for k in range(len(cell)):
            others = np.arange(len(cell)) != k
            candidates = split.copy()
            candidates[:, k] = z[k]
            touching = self._alive & (self._table[:, k] == z[k])
            touching &= (self._table[:, others] > z[others]).all(axis=1)
            kept = _largest(candidates, self._table[touching])
            born += [tuple(row) for row in candidates[kept].tolist()]
        gone = self._number[slots].tolist()
        for number in gone:
            self.close(number)
        return gone, [self._add(upper) for upper in born]

    def close(self, number: int) -> None:
        """Leave out a box that is known to hold no solution."""
        del self._boxes[number]
        slot = self._slots.pop(number)
        self._alive[slot] = False
        self._free.append(slot)

    def _add(self, upper: Cell) -> int:
        if not self._free:
            size = len(self._alive)
            self._table = np.concatenate([self._table, np.full_like(self._table, NO_BOUND)])
            self._alive = np.concatenate([self._alive, np.zeros(size, bool)])
            self._number = np.concatenate([self._number, np.zeros(size, np.int64)])
            self._free = list(range(2 * size - 1, size - 1, -1))
        slot, number = self._free.pop(), self._born
        self._born += 1
        self._boxes[number], self._slots[number] = upper, slot
        self._table[slot], self._alive[slot], self._number[slot] = upper, True, number
        return number


def _largest(candidates: Ints, others: Ints) -> Bools:
    """Return which candidates lie in no other box, keeping one of equal candidates."""
    kept = np.ones(len(candidates), bool)
    for i, mine in enumerate(candidates):
        inside = (candidates >= mine).all(axis=1) & kept
        inside[i] = False
        kept[i] = not (inside.any() or (others >= mine).all(axis=1).any())
    return kept
