"""What a search knows of a front: a function of the answers alone, in any order.

A point takes what it dominates out of the search region; the bound of an answer proves parts of it
empty. What known points speak against is not taken in: it is a doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from koopopt.linear import Floats
from koopopt.pareto.certificate import Certificate, Open, Proofs, Record
from koopopt.pareto.grid import NO_BOUND, Amounts, Cell, Grid, total
from koopopt.pareto.nondominated import Nondominated
from koopopt.pareto.oracle import Answer, Found, Kind, Point, Values
from koopopt.pareto.overview import KnownPoints, errors
from koopopt.pareto.region import Region

MIN_OPEN_SHARE: Final = 1e-4
"""What is open is said to be this share at least: 0 is for complete fronts."""


@dataclass(frozen=True, slots=True, eq=False)
class SearchTask:
    """A question about a box of cells."""

    upper: Cell
    weights: Amounts
    start: Point | None
    kind: Kind = Kind.SEARCH
    gap: float = 0.0
    seconds: float | None = None

    @property
    def key(self) -> tuple[Cell, Amounts]:
        """What tells tasks apart."""
        return self.upper, self.weights

    @property
    def alone(self) -> int | None:
        """Which criterion's ideal is asked for; None where a box is searched."""
        return int(np.argmax(self.weights)) if self.kind is Kind.IDEAL else None


class SearchState:
    """The state of a search.

    Attributes
    ----------
    grid : Grid
    records : list of Record
    asked : set of (cell, weights)
        The tasks that were answered.
    infeasible : bool
        Whether it is proven that there is no solution.
    doubts : list of str
        Claims that known points contradict: they were not taken in.
    everything : tuple of k ints
        The box that holds all.
    region : Region
        The boxes that may still hold better points; some are proven empty (`proven`).
    proofs : Proofs
    points : Nondominated
    alone : list of Point
        Solutions that are best in one criterion; they may be dominated.
    starts : dict of int to Point
        For boxes of the region, a point beside them.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.records: list[Record] = []
        self.asked: set[tuple[Cell, Amounts]] = set()
        self.infeasible = False
        self.doubts: list[str] = []
        self.everything: Cell = (NO_BOUND,) * grid.count
        self.region = Region(grid.count)
        self.proofs = Proofs(grid)
        self.points = Nondominated(grid)
        self.alone: list[Point] = []
        self.starts: dict[int, Point] = {}
        self._settled: set[Cell] = set()
        self._doubtful: set[Cell] = set()
        self._efficient: set[Values] = set()
        self._ideal: dict[int, float] = {}

    # -- what is known -------------------------------------------------------------------------

    @property
    def ideal(self) -> Values:
        """Proven least values of the criteria, as far as they are known."""
        return tuple(self._ideal.get(k, -np.inf) for k in range(self.grid.count))

    @property
    def grounded(self) -> bool:
        """Whether the least values of all criteria are known."""
        return len(self._ideal) == self.grid.count

    @property
    def ranged(self) -> bool:
        """Whether there are ranges to measure errors by."""
        return self.grounded and bool(self.points)

    def known(self) -> KnownPoints:
        """Return the points, sorted by their values, and what may be in the open boxes."""
        corners = [self.lower(self.region[n]) for n in list(self.region) if not self.proven(n)]
        return KnownPoints(
            np.array([p.values for p in self.points.in_order()]).reshape(-1, self.grid.count),
            np.array(corners, float).reshape(-1, self.grid.count),
            self.sides(()),
        )

    def certificate(self, points: Sequence[Point] | None = None) -> Certificate:
        """Return the log, and what is left where these are the points; by default all."""
        kept = self.points.in_order() if points is None else list(points)
        shown = {self.points.cell(point) for point in kept}
        log = tuple(self._held(record, shown) for record in self.records)
        if self.infeasible:
            return Certificate(log)
        left = self._left() if len(kept) == len(self.points) else self._left_of(kept)
        if not left:
            left = [Open(upper, point.values, 0.0) for upper, point in self.unsettled()]
        return Certificate(
            log, tuple(left), max(MIN_OPEN_SHARE, self.unexplored()) if left else 0.0
        )

    def _held(self, record: Record, shown: set[Cell]) -> Record:
        """Return a record that names a point of the front, so that it can be checked.

        What was found may be dominated: where one criterion was minimised alone, or by another
        cell. Then a point that is as good by the same weights stands for it; without one, only
        the bound is known.
        """
        if (
            record.found is not Found.POINT
            or record.cell in shown
            or (min(record.weights) > 0 and record.cell in self.points)
        ):
            return record
        for cell in shown:
            point = self.points[cell]
            same = total(record.weights, self.points.amounts(point)) == record.bound
            if same and _within(cell, record.upper):
                return replace(record, cell=cell)
        return replace(record, found=Found.STOPPED, cell=None)

    def _left(self) -> list[Open]:
        return [
            Open(upper, self.lower(upper), self.error(upper))
            for number, upper in list(self.region.items())
            if not self.proven(number)
        ]

    def _left_of(self, kept: list[Point]) -> list[Open]:
        """Return the open boxes beside a choice of the points; the others divide them."""
        region = Region(self.grid.count)
        for point in kept:
            region.update(self.points.cell(point))
        known = self.known()
        parts = np.concatenate([known.points, known.corners])
        values = np.array([p.values for p in kept])
        error = errors(values, parts, self.sides(kept)).min(axis=1)
        left = []
        for upper in (u for _, u in region.items() if not self.proofs.empty(u)):
            inside = (parts <= self.grid.corner_values(upper)).all(axis=1)
            left.append(Open(upper, self.lower(upper), float(error[inside].max(initial=0.0))))
        return left

    def unexplored(self) -> float:
        """Return the share of the space between the best and the worst values that is open.

        The worst are those of the solutions that are best in one criterion, so that the space
        stays the same from the first point to the last.
        """
        if self.infeasible:
            return 0.0
        uppers = [self.region[n] for n in list(self.region) if not self.proven(n)]
        if not uppers:
            return MIN_OPEN_SHARE if self.unsettled() else 0.0
        if not self.grounded or len(self.alone) < self.grid.count:
            return 1.0
        import moocore

        low = np.array(self.ideal)
        high = np.array([p.values for p in self.alone]).max(axis=0)
        wide = high > low
        if not wide.any():
            return 1.0
        # Below an efficient point there is nothing, nor in what was found to be empty.
        known = [np.array(p.values) for p in self.points if p.values in self._efficient]
        known += [self.grid.corner_values(r.upper) for r in self.records if r.found is Found.EMPTY]
        corners = [self.grid.corner_values(u) for u in uppers]
        both = np.array([*known, *corners])
        shares = np.clip((np.minimum(both, high) - low)[:, wide] / (high - low)[wide], 0.0, 1.0)
        reference = np.zeros(int(wide.sum()))
        nothing = moocore.hypervolume(-shares[: len(known)], ref=reference) if known else 0.0
        share = float(moocore.hypervolume(-shares, ref=reference) - nothing)
        return min(1.0, max(MIN_OPEN_SHARE, share))

    def error(self, upper: Cell) -> float:
        """Return how much better, in shares of the ranges, a solution in the box may be."""
        if not self.ranged:
            return float("inf")
        # A solution in the box lies above the proven lower bounds; the nearest point is worse by
        # no more than this.
        lower = np.array([self.lower(upper)])
        return float(errors(self.points.values, lower, self.sides()).min())

    def ranges(self) -> tuple[Floats, Floats]:
        """Return the least values, proven, and the worst ones of the points; shape (k,) each."""
        low = np.array(self.ideal)
        return low, np.maximum(self.points.values.max(axis=0), low)

    def reach(self) -> tuple[Floats, Floats]:
        """Return the least values, proven, and the worst of all that is known; shape (k,) each."""
        low = np.array(self.ideal)
        known = [p.values for p in (*self.points, *self.alone)]
        return low, np.array([low, *known]).max(axis=0)

    def sides(self, kept: Sequence[Point] | None = None) -> Floats:
        """Return the ranges: from the ideal to the worst values of the points that were found.

        Of those that are not kept only the cells are known to who reads the certificate.
        """
        values = self.points.values if kept is None else np.array([p.values for p in kept])
        worst = values.max(axis=0, initial=-np.inf)
        sides = np.maximum(worst, self.points.worst) - np.array(self.ideal)
        return np.asarray(np.maximum(sides, 1e-300))

    def best(self, weights: Amounts) -> Point | None:
        """Return the solution known of least weighted sum; None without any."""
        return self.points.best(weights, self.alone)

    def lower(self, upper: Cell) -> Values:
        """Return proven lower bounds in a box."""
        return self.proofs.lower(upper, self.ideal)

    def unsettled(self) -> list[tuple[Cell, Point]]:
        """Return what may hold better solutions than its point: cells, as boxes."""
        if not self.grid.coarse:
            return []
        exact = all(self.grid.exact)
        return [
            (tuple(c + 1 for c in cell), point)
            for cell, point in self.points.items()
            if cell not in self._settled and (not exact or cell in self._doubtful)
        ]

    def proven(self, number: int) -> bool:
        """Whether a box holds nothing; then it leaves the region."""
        if not self.proofs.empty(self.region[number]):
            return False
        self.region.close(number)
        self.starts.pop(number, None)
        return True

    # -- what an answer means ------------------------------------------------------------------

    def take(self, task: SearchTask, answer: Answer) -> tuple[Point | None, list[int]]:
        """Take an answer in; return its point if that is new, and the boxes that it made."""
        answer = self._credible(task, answer)
        cell = self.points.cell(answer.point) if answer.point else None
        self.records.append(
            Record(
                task.upper, task.weights, answer.found, answer.bound, cell,
                answer.solver, answer.seconds,
            )
        )  # fmt: skip
        self.asked.add(task.key)
        if answer.found is Found.EMPTY or answer.bound is not None:
            self.proofs.add(task.upper, task.weights, answer.bound)
        if (alone := task.alone) is not None:  # its solution may be dominated
            if answer.found is Found.EMPTY:
                self.infeasible = True
            elif answer.bound is not None:
                self._ideal[alone] = float(answer.bound * self.grid.units[alone])
            if answer.point is not None:
                self.alone.append(answer.point)
            return None, []
        if answer.point is None or cell is None:
            return None, []
        proven = answer.found is Found.POINT
        if proven and task.weights == self.grid.weights:
            self._settled.add(cell)
        elif not proven or task.kind is Kind.OPENING:
            self._doubtful.add(cell)
        kept = self._keep(answer.point, cell)
        self._prove(answer.point)
        return kept

    def _prove(self, new: Point) -> None:
        """Remember which points the last record proves to be efficient: its own, or near ones."""
        last = self.records[-1]
        for point in (new,) if last.found is Found.POINT else (new, *self.points):
            if last.proves(self.points.amounts(point), self.grid):
                self._efficient.add(point.values)

    def _keep(self, point: Point, cell: Cell) -> tuple[Point | None, list[int]]:
        """Keep a solution, proven or not: what it dominates leaves the region in any case."""
        if not self.points.keep(point):
            return None, []
        _, new = self.region.update(cell)
        self.starts |= dict.fromkeys(new, point)
        return point, new

    def keep_alone(self) -> None:
        """Where nothing else is known, keep what is best in one criterion: it may be dominated."""
        for point in self.alone if not self.points else ():
            cell = self.points.cell(point)
            self._doubtful.add(cell)
            self._keep(point, cell)

    def _credible(self, task: SearchTask, answer: Answer) -> Answer:
        """Return an answer without what a known point speaks against."""
        if answer.found is not Found.EMPTY and answer.bound is None:
            return answer
        own = [] if answer.point is None else [answer.point]
        # Rounded amounts may be below the true ones.
        pairs = zip(task.weights, self.grid.exact, strict=True)
        room = sum(weight for weight, exact in pairs if not exact)
        others = [p for p in (*own, *self.alone) if _within(self.points.cell(p), task.upper)]
        for point in (*others, *self.points.within(task.upper)):
            amounts = self.points.amounts(point)
            if answer.bound is None or answer.bound > total(task.weights, amounts) + room:
                self.doubts.append(
                    f"{answer.solver} claimed that there is nothing better than a known point"
                )
                return replace(answer, found=Found.STOPPED, point=None, bound=None)
        return answer


def _within(cell: Cell, upper: Cell) -> bool:
    return all(c < u for c, u in zip(cell, upper, strict=True))
