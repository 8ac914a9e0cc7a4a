"""What was proven of a front: the log of every box that was looked at, and what is left.

A record says: among the solutions whose cells are below `upper` (in every criterion), weights ·
amounts is at least `bound`; or that there are none. All of it are whole numbers. Every box of the
search region that some record proves empty (`Proofs`) needs no further look; a front is complete
once no box is left. That is checked from the records and the points alone, without a solver, in
`pareto.verify`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from koopopt.linear import Bools, Floats, Ints
from koopopt.pareto.grid import Amounts, Cell, Grid, total
from koopopt.pareto.oracle import Found, Values
from koopopt.shown import Brief, counted

TOLD_APART_SHARE = 1e-12
"""Relative difference of sums above which floating point tells them apart for certain."""


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One question and its answer.

    Attributes
    ----------
    upper : tuple of k ints
        The box: cells below these; `grid.NO_BOUND` where it has no bound.
    weights : tuple of k ints
        Of amounts.
    found : Found
    bound : int or None
        Proven lower bound on weights · amounts in the box; None where nothing was proven, and
        where the box is empty.
    cell : tuple of k ints or None
        Of the point that was found.
    solver : str
    seconds : float
    """

    upper: Cell
    weights: Amounts
    found: Found
    bound: int | None
    cell: Cell | None
    solver: str
    seconds: float

    def proves(self, amounts: Amounts, grid: Grid) -> bool:
        """Whether this says that a point is efficient: nothing has a smaller weighted sum.

        Bounds of a solver in floating point may be a little less than the point that it found.
        """
        cell = grid.cell(amounts)
        if self.bound is None or min(self.weights) <= 0:
            return False
        if not all(c < u for c, u in zip(cell, self.upper, strict=True)):
            return False
        alone = not (grid.coarse and all(grid.exact))  # in its cell, or nobody can tell
        named = alone and self.found is Found.POINT and cell == self.cell
        return named or total(self.weights, amounts) <= self.bound


@dataclass(frozen=True, slots=True, eq=False)
class Open:
    """A box that is not yet explored.

    Attributes
    ----------
    upper : tuple of k ints
        As in `Record`.
    lower : tuple of k floats
        Proven: every solution in it has at least these values.
    error : float
        How far, in shares of the front's ranges, a solution in it may be better in its worst
        criterion than the nearest point. Points that were found and left out divide the box; it
        is the largest error of its parts.
    """

    upper: Cell
    lower: Values
    error: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Certificate(Brief):
    """The log of a front.

    Attributes
    ----------
    records : tuple of Record
        In the order of the answers.
    open : tuple of Open
        What is left; empty where the front is complete.
    unexplored : float
        Share of the volume between the ideal point and the worst values of the solutions that
        are best in one criterion that is still open. 1 at first, 0 only where the front is
        complete.
    """

    records: tuple[Record, ...] = ()
    open: tuple[Open, ...] = ()
    unexplored: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether nothing is left."""
        return not self.open

    @property
    def coverage(self) -> float:
        """Proven quality, a share of the criteria's ranges; 0 where the front is complete.

        For every solution there is a point that is worse, in each criterion, by at most the
        resolution plus this share of the criterion's range.
        """
        return max((box.error for box in self.open), default=0.0)

    def _said(self) -> str:
        boxes = counted(len(self.open), "open box", "open boxes")
        return f": {counted(len(self.records), 'record')}, {boxes}"


@dataclass(slots=True)
class Proofs:
    """What the records prove, as arrays that grow.

    Floating point decides where sums are far apart, integers where they are close.
    """

    grid: Grid
    _upper: list[Cell] = field(default_factory=list)
    _weights: list[Amounts] = field(default_factory=list)
    _bound: list[int | None] = field(default_factory=list)
    _arrays: tuple[Ints, Floats, Floats] | None = None
    _taken: int = 0

    def add(self, upper: Cell, weights: Amounts, bound: int | None) -> None:
        """Remember that in the box `upper` weights · amounts ≥ bound; None: that it is empty."""
        self._upper.append(upper)
        self._weights.append(weights)
        self._bound.append(bound)

    def empty(self, upper: Cell) -> bool:
        """Whether the box is proven to hold no solution."""
        _, weights, bounds = self._as_arrays()
        if not len(bounds):
            return False
        holds = np.flatnonzero(self._hold(upper))
        if not len(holds):
            return False
        if np.isinf(bounds[holds]).any():
            return True
        # Nothing in the box is above its upper corner; if even that is below a bound, it is empty.
        corner = np.array([np.inf if c is None else c for c in self.grid.corner(upper)], float)
        terms = np.where(weights[holds] > 0, weights[holds], 0.0)
        terms = terms * np.where(weights[holds] > 0, corner, 0.0)
        most, bound = terms.sum(axis=1), bounds[holds]
        room = TOLD_APART_SHARE * np.maximum(np.abs(terms).sum(axis=1), np.abs(bound))
        finite = np.isfinite(most)
        if (most[finite] < bound[finite] - room[finite]).any():
            return True
        near = finite & (most < bound + room)
        return any(self._below(upper, int(k)) for k in holds[near])

    def _below(self, upper: Cell, record: int) -> bool:
        most, bound = self.grid.most(upper, self._weights[record]), self._bound[record]
        return most is not None and bound is not None and most < bound

    def lower(self, upper: Cell, ideal: Values) -> Values:
        """Return proven lower bounds of every criterion in the box, no worse than `ideal`.

        A record whose box ends inside this one in criterion k alone still speaks of the part
        below that end. If it proves it empty, up to some amount of k, all solutions are above.
        """
        boxes, weights, bounds = self._as_arrays()
        least = list(ideal)
        if not len(bounds):
            return ideal
        ends = boxes < np.array(upper, np.int64)
        corner = np.array([np.inf if c is None else c for c in self.grid.corner(upper)], float)
        count = ends.sum(axis=1)
        for k in range(self.grid.count):
            rows = np.flatnonzero(count == ends[:, k])
            if not len(rows):
                continue
            own = weights[rows]
            others = np.arange(self.grid.count) != k
            used = (own > 0) & others
            sums = (np.where(used, own, 0.0) * np.where(used, corner, 0.0)).sum(axis=1)
            with np.errstate(divide="ignore", invalid="ignore"):
                rest = np.where(np.isinf(bounds[rows]), np.inf, bounds[rows] - sums)
                reach = np.where(
                    own[:, k] > 0, rest / own[:, k], np.where(rest > 0, np.inf, -np.inf)
                )
            reach = np.minimum(reach, np.where(ends[rows, k], boxes[rows, k] * 1.0
                                               * self.grid.per_cell[k], np.inf))  # fmt: skip
            found = self._above(upper, int(rows[int(reach.argmax())]), k)
            if found is not None:
                least[k] = max(least[k], float(found * self.grid.units[k]))
        return tuple(least)

    def _above(self, upper: Cell, record: int, k: int) -> int | None:
        """Return what amount of k a record proves of a box, exactly; None if it proves nothing."""
        weights, bound, box = self._weights[record], self._bound[record], self._upper[record]
        end = None
        if box[k] < upper[k]:
            end = self.grid.floor(box)[k]
        if bound is None:
            return end
        rest = bound
        for j, amount in enumerate(self.grid.corner(upper)):
            if j != k and weights[j]:
                if amount is None:
                    return None
                rest -= weights[j] * amount
        if not weights[k]:
            return end if rest > 0 else None
        reach = -(-rest // weights[k])
        return reach if end is None else min(reach, end)

    def _hold(self, upper: Cell) -> Bools:
        """Return which records speak of all of a box."""
        boxes, _, _ = self._as_arrays()
        return np.asarray((boxes >= np.array(upper, np.int64)).all(axis=1))

    def _as_arrays(self) -> tuple[Ints, Floats, Floats]:
        if self._arrays is None or self._taken < len(self._bound):
            new, count = slice(self._taken, None), self.grid.count
            more = (
                np.array(self._upper[new], np.int64).reshape(-1, count),
                np.array(self._weights[new], float).reshape(-1, count),
                np.array([np.inf if b is None else float(b) for b in self._bound[new]]),
            )
            if self._arrays is None:
                self._arrays = more
            else:
                old = self._arrays
                self._arrays = (
                    np.concatenate([old[0], more[0]]),
                    np.concatenate([old[1], more[1]]),
                    np.concatenate([old[2], more[2]]),
                )
            self._taken = len(self._bound)
        return self._arrays
