"""The points that a search has found: one for each nondominated cell, and arrays of them."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator

import numpy as np

from koopopt.linear import Floats, Ints
from koopopt.pareto.grid import Amounts, Cell, Grid, total
from koopopt.pareto.oracle import Point, Values


class Nondominated:
    """Points whose cells no other point's cell dominates; of each cell the best one known.

    They are held, and iterated over, in the order in which their cells came.
    """

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._points: dict[Cell, Point] = {}
        self._counted: dict[Values, Amounts] = {}
        self._arrays: tuple[Ints, Floats] | None = None

    def __len__(self) -> int:
        return len(self._points)

    def __iter__(self) -> Iterator[Point]:
        return iter(self._points.values())

    def __contains__(self, cell: object) -> bool:
        return cell in self._points

    def __getitem__(self, cell: Cell) -> Point:
        return self._points[cell]

    def in_order(self) -> list[Point]:
        """Return the points, sorted by their values."""
        return sorted(self, key=lambda p: p.values)

    def items(self) -> ItemsView[Cell, Point]:
        """Return the cells with their points."""
        return self._points.items()

    @property
    def cells(self) -> Ints:
        """The cells, shape (N, k)."""
        return self._tables()[0]

    @property
    def values(self) -> Floats:
        """The values of the points, shape (N, k)."""
        return self._tables()[1]

    @property
    def worst(self) -> Floats:
        """The least values that the largest cells leave, shape (k,): who knows only those."""
        return np.array(self._grid.values(self._grid.floor(tuple(self.cells.max(axis=0).tolist()))))

    def amounts(self, point: Point) -> Amounts:
        """Return the amounts of any point."""
        known = self._counted.get(point.values)
        if known is None:
            known = self._counted[point.values] = self._grid.amounts(point.values)
        return known

    def cell(self, point: Point) -> Cell:
        """Return the cell of any point."""
        return self._grid.cell(self.amounts(point))

    def best(self, weights: Amounts, others: Iterable[Point] = ()) -> Point | None:
        """Return the point of least weighted sum, of these and others; None without any."""
        known = [*self, *others]
        return min(known, key=lambda p: total(weights, self.amounts(p)), default=None)

    def within(self, upper: Cell) -> list[Point]:
        """Return those with cells below these."""
        held = np.flatnonzero((self.cells < np.array(upper, np.int64)).all(axis=1))
        points = list(self)
        return [points[k] for k in held.tolist()]

    def keep(self, point: Point) -> bool:
        """Keep a point where no other cell dominates its own; return whether its cell is new."""
        cell = self.cell(point)
        known = self._points.get(cell)
        if known is not None:
            if self._rank(point) < self._rank(known):
                self._put(cell, point)
            return False
        mine = np.array(cell, np.int64)
        if (self.cells <= mine).all(axis=1).any():
            return False
        for row in self.cells[(self.cells >= mine).all(axis=1)].tolist():
            del self._points[tuple(row)]
        self._put(cell, point)
        return True

    def _put(self, cell: Cell, point: Point) -> None:
        self._points[cell] = point
        self._arrays = None

    def _rank(self, point: Point) -> tuple[int, Amounts]:
        amounts = self.amounts(point)
        return total(self._grid.weights, amounts), amounts

    def _tables(self) -> tuple[Ints, Floats]:
        if self._arrays is None:
            count = self._grid.count
            cells = np.array(list(self._points), np.int64).reshape(-1, count)
            values = np.array([p.values for p in self], float).reshape(-1, count)
            self._arrays = cells, values
        return self._arrays
