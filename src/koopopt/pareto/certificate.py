"""What was proven of a front: the log of every box that was looked at, and what is left.

A record says: among the solutions whose cells are below `upper` (in every criterion), weights ·
values is at least `bound`. Every box of the search region that some record proves empty (`Proofs`)
needs no further look; a front is complete once no box is left. That is checked from the records
and the points alone, without a solver, in `pareto.verify`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from koopopt.linear import Bools, Floats, Ints
from koopopt.pareto.grid import Cell, Grid
from koopopt.pareto.oracle import Found, Values


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One question and its answer.

    Attributes
    ----------
    upper : tuple of k ints
        The box: cells below these; `grid.FAR` where it has no bound.
    weights : tuple of k floats
    found : Found
    bound : float
        Proven lower bound on weights · values in the box; infinite where it is empty.
    cell : tuple of k ints or None
        Of the point that was found.
    solver : str
    seconds : float
    """

    upper: Cell
    weights: Values
    found: Found
    bound: float
    cell: Cell | None
    solver: str
    seconds: float


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
        criterion than the nearest point.
    """

    upper: Cell
    lower: Values
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """The log of a front.

    Attributes
    ----------
    records : tuple of Record
        In the order of the answers.
    open : tuple of Open
        What is left; empty where the front is complete.
    unexplored : float
        Share of the volume between the ideal point and the worst values of the points that is
        still open.
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


@dataclass(slots=True)
class Proofs:
    """What the records prove, as arrays that grow."""

    grid: Grid
    _upper: list[Cell] = field(default_factory=list)
    _weights: list[Values] = field(default_factory=list)
    _bound: list[float] = field(default_factory=list)
    _arrays: tuple[Ints, Floats, Floats] | None = None
    _taken: int = 0

    def add(self, upper: Cell, weights: Values, bound: float) -> None:
        """Remember that in the box `upper` weights · values ≥ bound."""
        self._upper.append(upper)
        self._weights.append(weights)
        self._bound.append(bound)

    def empty(self, upper: Cell) -> bool:
        """Whether the box is proven to hold no solution."""
        _, weights, bounds = self._as_arrays()
        if not len(bounds):
            return False
        holds = self._hold(upper)
        if not holds.any():
            return False
        # Nothing in the box is above its upper corner; if even that is below a bound, it is empty.
        corner = self.grid.corner(upper)
        used = np.where(weights[holds] > 0, corner, 0.0)
        most = (weights[holds] * used).sum(axis=1)
        bound = bounds[holds]
        known = np.isfinite(bound)
        slack = 1e-9 * np.maximum(1.0, np.abs(bound[known]))
        return bool((~known).any() or (most[known] < bound[known] - slack).any())

    def lower(self, upper: Cell, ideal: Values) -> Values:
        """Return proven lower bounds of every criterion in the box, no worse than `ideal`."""
        _, weights, bounds = self._as_arrays()
        least = np.array(ideal, float)
        if not len(bounds):
            return tuple(least.tolist())
        holds = self._hold(upper) & np.isfinite(bounds)
        corner = self.grid.corner(upper)
        for w, bound in zip(weights[holds], bounds[holds], strict=True):
            others = np.where(w > 0, w * np.where(w > 0, corner, 0.0), 0.0)
            if not np.isfinite(others).all():
                continue
            positive = w > 0
            least[positive] = np.maximum(
                least[positive], (bound - (others.sum() - others[positive])) / w[positive]
            )
        return tuple(least.tolist())

    def _hold(self, upper: Cell) -> Bools:
        """Return which records speak of all of a box."""
        boxes, _, _ = self._as_arrays()
        return np.asarray((boxes >= np.array(upper, np.int64)).all(axis=1))

    def _as_arrays(self) -> tuple[Ints, Floats, Floats]:
        if self._arrays is None or self._taken < len(self._bound):
            new = slice(self._taken, None)
            more = (
                np.array(self._upper[new], np.int64).reshape(-1, self.grid.count),
                np.array(self._weights[new], float).reshape(-1, self.grid.count),
                np.array(self._bound[new], float),
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
