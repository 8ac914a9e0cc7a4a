"""Overviews: where to look so that few points show all of a front, and which of them to show.

*Where*: an open box is cut across its narrow side, for all that lies in it is worse than its
neighbour by at most that side. Whatever the answer is, a point or that there is none, half of
what was unknown is known.

*Which*: what has to be covered are the points known and the lower corners of the open boxes,
below which nothing is. Points that cover both cover every solution. And corners in the place of
points cover at least as well as whatever is in the boxes, which tells how good any choice of so
many points could be: the search may end once a choice is proven to be good.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np

from koopopt.linear import Bools, Floats, ModelBuilder
from koopopt.pareto.grid import Cell
from koopopt.solvers.base import Control, Termination
from koopopt.solvers.registry import get

OVERVIEW_FACTOR: Final = 1.5
"""A choice is good enough if no other of so many points is better by more than this factor."""
MAX_EXACT_ENTRIES: Final = 60_000
"""Covers with more entries are chosen greedily."""
EXACT_SECONDS: Final = 1.0
"""And those that take longer."""


def halved(upper: Cell, lower: Cell, top: Cell, sides: Floats) -> tuple[Cell, int] | None:
    """Return the lower half of a box, across its narrowest side that can be cut, and which it is.

    Parameters
    ----------
    upper : tuple of k ints
        The box: cells below these.
    lower : tuple of k ints
        Cells that no solution in the box is below.
    top : tuple of k ints
        Where the box is thought to end; `upper`, or what points show where that is `NO_BOUND`.
    sides : (k,) array
        What a cell is worth, in shares of the ranges.
    """
    width = (np.array(top, float) - np.array(lower, float)) * sides
    for k in np.argsort(width, kind="stable").tolist():
        end = lower[k] + (top[k] - lower[k]) // 2 + 1
        if lower[k] + 1 < end < upper[k]:
            return tuple(end if j == k else u for j, u in enumerate(upper)), k
    return None


def errors(points: Floats, corners: Floats, sides: Floats) -> Floats:
    """Return by which share of the ranges a point (column) is worse than a corner (row)."""
    worse = np.maximum(points[None] - corners[:, None], 0.0)
    with np.errstate(over="ignore"):  # where all points are equal, any difference is without end
        return np.asarray(np.where(worse > 0, worse / sides, 0.0).max(axis=2))


@dataclass(frozen=True, slots=True)
class KnownPoints:
    """What is known of a front.

    Attributes
    ----------
    points : (n, k) array
    corners : (m, k) array
        Proven lower bounds of what is in the open boxes.
    sides : (k,) array
        The ranges.
    """

    points: Floats
    corners: Floats
    sides: Floats

    def covered(self) -> Floats:
        """Return the errors of the points for all that has to be covered."""
        return errors(self.points, np.concatenate([self.points, self.corners]), self.sides)

    def possible(self) -> Floats:
        """Return errors for the points known of the best points that there might be."""
        return errors(np.concatenate([self.points, self.corners]), self.points, self.sides)

    def few(self, count: int) -> list[int]:
        """Return the best choice of `count` points."""
        return best(self.covered(), count)

    def good(self, chosen: Sequence[int]) -> bool:
        """Whether no choice of so many points is much better."""
        error = float(self.covered()[:, chosen].min(axis=1).max())
        if error == 0.0:
            return True
        better = fewest(self.possible(), error / OVERVIEW_FACTOR * (1 - 1e-9))
        return better is not None and better.least > len(chosen)

    def sparse(self, error: float) -> tuple[list[int], bool]:
        """Return the fewest points of this error, and whether there might be much fewer."""
        found = fewest(self.covered(), error)
        if found is None:
            return list(range(len(self.points))), True
        other = fewest(self.possible(), error)
        return found.columns, other is not None and len(
            found.columns
        ) > OVERVIEW_FACTOR * other.least


@dataclass(frozen=True, slots=True)
class Cover:
    """Columns of which every row has one that covers it.

    Attributes
    ----------
    columns : list of int
    least : int
        Proven: fewer columns do not suffice.
    """

    columns: list[int]
    least: int


def best(table: Floats, count: int) -> list[int]:
    """Return `count` columns that cover every row with the least error."""
    if table.shape[1] <= count:
        return list(range(table.shape[1]))
    chosen = list(islice(_greedy(table), count))
    if table.size <= MAX_EXACT_ENTRIES:
        steps = np.unique(table)
        low = int(np.searchsorted(steps, table.min(axis=1).max()))
        high = int(np.searchsorted(steps, table[:, chosen].min(axis=1).max()))
        while low < high:
            middle = (low + high) // 2
            found = fewest(table, float(steps[middle]))
            if found is not None and len(found.columns) <= count:
                chosen, high = found.columns, middle
            else:
                low = middle + 1
    while len(chosen) < count:
        rest = [k for k in range(table.shape[1]) if k not in chosen]
        worst = int(table[:, chosen].min(axis=1).argmax())
        chosen.append(min(rest, key=lambda k: (table[worst, k], k)))
    return sorted(chosen)


def _greedy(table: Floats) -> Iterator[int]:
    """Yield columns, each the best for the row that those before cover worst."""
    chosen: set[int] = set()
    error = np.full(len(table), np.inf)
    nearest = int(table.max(axis=0).argmin())
    while nearest not in chosen:
        yield nearest
        chosen.add(nearest)
        error = np.minimum(error, table[:, nearest])
        nearest = int(table[int(error.argmax())].argmin())


def fewest(table: Floats, error: float) -> Cover | None:
    """Return the fewest columns that cover every row with this error, None if none do.

    Where the table is large, or the program takes long, they are chosen greedily.
    """
    covers = table <= error
    if not covers.any(axis=1).all():
        return None
    if table.size > MAX_EXACT_ENTRIES:
        return _greedy_cover(table, covers)
    builder = ModelBuilder()
    columns = builder.columns([f"c{k}" for k in range(table.shape[1])])
    rows = builder.rows([f"r{k}" for k in range(len(table))], 1.0, np.inf)
    row, column = np.nonzero(covers)
    builder.entries(rows[row], columns[column])
    builder.objective("count", columns, np.ones(len(columns)))
    solution = get("highs").solve(builder.build(), Control(time_limit=EXACT_SECONDS))
    if solution.termination is not Termination.OPTIMAL or solution.values is None:
        return _greedy_cover(table, covers)
    chosen = [int(k) for k in np.flatnonzero(solution.values > 0.5)]
    return Cover(chosen, len(chosen))


def _greedy_cover(table: Floats, covers: Bools) -> Cover:
    """Return a cover that need not be the smallest.

    Rows that no column covers two of need a column each.
    """
    chosen: list[int] = []
    covered = np.zeros(len(table), bool)
    for k in _greedy(table):
        chosen.append(k)
        covered |= covers[:, k]
        if covered.all():
            break
    least, used = 0, np.zeros(table.shape[1], bool)
    for row in np.argsort(covers.sum(axis=1), kind="stable"):
        if not (covers[row] & used).any():
            least += 1
            used |= covers[row]
    return Cover(chosen, least)
