"""The search for a front: which box to ask about next, and what an answer means.

The state is a function of the records alone, in any order: a journal of them resumes a search,
and questions may be answered by any number of workers. The steps:

1. *ideal*: minimise every criterion alone; from then on its bound is known;
2. *draft*: weighted sums without limits. First the ends, then, between two neighbouring points of
   two criteria, along the line through them (dichotomy; Aneja and Nair 1979). They find the
   supported points, and each proves that nothing lies below its line;
3. *boxes*: of the search region, the largest first, the best point by the weights of the `Policy`;
   a point splits it, and the bound of the answer proves parts of it empty, so that most boxes
   need no question;
4. *settle*: where a cell may hold several efficient solutions, the one of least weighted sum.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import gcd
from typing import Final

import numpy as np

from koopopt.linear import Floats
from koopopt.pareto.certificate import Certificate, Open, Proofs, Record
from koopopt.pareto.grid import FAR, Amounts, Cell, Grid, total
from koopopt.pareto.nondominated import Nondominated
from koopopt.pareto.oracle import Answer, Found, Point, Values
from koopopt.pareto.overview import Known, errors, halved
from koopopt.pareto.region import Region

FACING: Final = 1e-3
"""Planes that are steeper are not drafted along."""
SMALL: Final = 1e-3
"""Boxes of three and more criteria whose share is less are not drafted, for there are many."""
LARGE: Final = 10**12
"""Weighted sums above this are not left to a solver's floating point."""
LEAST: Final = 1e-4
"""What is open is said to be this share at least: 0 is for complete fronts."""
FIRST: Final = 3
"""Boxes that are halved before a front is swept: they show it before it is complete."""
EVERY: Final = 40
"""And one after so many questions: each costs a question, for what is between its neighbours."""
MANY: Final = 10
"""So many questions a point are enough for an overview."""
DIGITS: Final = 10**6
"""Weights of a plane are rounded to so many steps."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How to search.

    Attributes
    ----------
    draft : bool
        Whether weighted sums without limits are cheap and come first.
    ordered : bool
        Whether to minimise one criterion after the other inside a box, which proves more; else
        the weighted sum of the resolutions, which suits oracles that know weighted sums well.
    highest : tuple of k ints
        Upper bounds of the amounts, None where unknown.
    points : int or None
        Show so many.
    coverage : float or None
        Show as few as have this error, a share of the ranges.
    hurried : bool
        Whether the search will hardly end in time: then it is an overview all along.
    """

    draft: bool
    ordered: bool
    highest: tuple[int | None, ...]
    points: int | None = None
    coverage: float | None = None
    hurried: bool = False

    @property
    def representative(self) -> bool:
        """Whether the front need not be complete, but well spread."""
        return self.points is not None or self.coverage is not None


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A question about a box of cells."""

    upper: Cell
    weights: Amounts
    start: Point | None

    @property
    def key(self) -> tuple[Cell, Amounts]:
        """What tells tasks apart."""
        return self.upper, self.weights

    @property
    def alone(self) -> int | None:
        """Which criterion is minimised alone; None where it is a sum of several."""
        used = [k for k, weight in enumerate(self.weights) if weight]
        return used[0] if len(used) == 1 else None


class Exploration:
    """The state of a search.

    Attributes
    ----------
    records : list of Record
    infeasible : bool
        Whether it is proven that there is no solution.
    doubts : list of str
        Claims that known points contradict: they were not taken in.
    """

    def __init__(self, grid: Grid, policy: Policy) -> None:
        self.grid = grid
        self.policy = policy
        self.records: list[Record] = []
        self.infeasible = False
        self.doubts: list[str] = []
        self._everything: Cell = (FAR,) * grid.count
        self._region = Region(grid.count)
        self._proofs = Proofs(grid)
        self._points = Nondominated(grid)
        self._settled: set[Cell] = set()
        self._ideal: dict[int, float] = {}
        self._alone: list[Point] = []
        self._asked: set[tuple[Cell, Amounts]] = set()
        self._queue: list[tuple[float, int]] = []
        self._wide: list[tuple[float, int]] = []
        self._cuts = 0
        self._checked, self._good = 0, False
        self._undrafted: list[tuple[float, int]] = []
        self._drafted: set[int] = set()
        self._starts: dict[int, Point] = {}
        for number in self._region:
            self._enqueue(number)

    # -- what is known -------------------------------------------------------------------------

    @property
    def points(self) -> list[Point]:
        """Points with nondominated cells, sorted by their values."""
        return sorted(self._points, key=lambda p: p.values)

    @property
    def found(self) -> int:
        """How many points there are."""
        return len(self._points)

    @property
    def ideal(self) -> Values:
        """Proven least values of the criteria, as far as they are known."""
        return tuple(self._ideal.get(k, -np.inf) for k in range(self.grid.count))

    def chosen(self) -> list[Point]:
        """Return the points to show: all of them, or the few that were asked for."""
        points = self.points
        if not self.policy.representative or len(points) < 2 or not self._ranged:
            return points
        known = self._known(points)
        if self.policy.points is not None:
            return [points[k] for k in known.few(self.policy.points)]
        assert self.policy.coverage is not None
        return [points[k] for k in known.sparse(self.policy.coverage)[0]]

    @property
    def _ranged(self) -> bool:
        return len(self._ideal) == self.grid.count and bool(self._points)

    def _known(self, points: list[Point]) -> Known:
        corners = [self._lower(self._region[n]) for n in list(self._region) if not self._proven(n)]
        return Known(
            np.array([p.values for p in points]).reshape(-1, self.grid.count),
            np.array(corners, float).reshape(-1, self.grid.count),
            self._sides(()),
        )

    def certificate(self, points: Sequence[Point] | None = None) -> Certificate:
        """Return the log, and what is left where these are the points; by default all."""
        kept = self.points if points is None else list(points)
        shown = {self._points.cell(point) for point in kept}
        log = tuple(self._held(record, shown) for record in self.records)
        if self.infeasible:
            return Certificate(log)
        left = self._left() if len(kept) == len(self._points) else self._left_of(kept)
        if not left:
            left = [Open(upper, point.values, 0.0) for upper, point in self._unsettled()]
        return Certificate(log, tuple(left), self.unexplored() if left else 0.0)

    def _held(self, record: Record, shown: set[Cell]) -> Record:
        """Return a record that names a point of the front, so that it can be checked.

        What was found may be dominated: where one criterion was minimised alone, or by another
        cell. Then a point that is as good by the same weights stands for it; without one, only
        the bound is known.
        """
        if (
            record.found is not Found.POINT
            or record.cell in shown
            or (min(record.weights) > 0 and record.cell in self._points)
        ):
            return record
        for cell in shown:
            point = self._points[cell]
            same = total(record.weights, self._points.amounts(point)) == record.bound
            if same and _within(cell, record.upper):
                return replace(record, cell=cell)
        return replace(record, found=Found.STOPPED, cell=None)

    def _left(self) -> list[Open]:
        return [
            Open(upper, self._lower(upper), self.error(upper))
            for number, upper in list(self._region.items())
            if not self._proven(number)
        ]

    def _left_of(self, kept: list[Point]) -> list[Open]:
        """Return the open boxes beside a choice of the points; the others divide them."""
        region = Region(self.grid.count)
        for point in kept:
            region.update(self._points.cell(point))
        known = self._known(self.points)
        parts = np.concatenate([known.points, known.corners])
        values = np.array([p.values for p in kept])
        error = errors(values, parts, self._sides(kept)).min(axis=1)
        left = []
        for upper in (u for _, u in region.items() if not self._proofs.empty(u)):
            inside = (parts <= self.grid.corner_values(upper)).all(axis=1)
            left.append(Open(upper, self._lower(upper), float(error[inside].max(initial=0.0))))
        return left

    def unexplored(self) -> float:
        """Return the share of the space between the best and the worst values that is open.

        The worst are those of the solutions that are best in one criterion, so that the space
        stays the same from the first point to the last.
        """
        if self.infeasible:
            return 0.0
        uppers = [self._region[n] for n in list(self._region) if not self._proven(n)]
        if not uppers:
            return LEAST if self._unsettled() else 0.0
        if len(self._ideal) < self.grid.count or len(self._alone) < self.grid.count:
            return 1.0
        import moocore

        low = np.array(self.ideal)
        high = np.array([p.values for p in self._alone]).max(axis=0)
        wide = high > low
        if not wide.any():
            return 1.0
        # Below a point there is nothing, for it is efficient, nor in what was found to be empty.
        known = [np.array(p.values) for p in self._points]
        known += [self.grid.corner_values(r.upper) for r in self.records if r.found is Found.EMPTY]
        corners = [self.grid.corner_values(u) for u in uppers]
        both = np.array([*known, *corners])
        shares = np.clip((np.minimum(both, high) - low)[:, wide] / (high - low)[wide], 0.0, 1.0)
        reference = np.zeros(int(wide.sum()))
        nothing = moocore.hypervolume(-shares[: len(known)], ref=reference) if known else 0.0
        share = float(moocore.hypervolume(-shares, ref=reference) - nothing)
        return min(1.0, max(LEAST, share))

    def error(self, upper: Cell) -> float:
        """Return how much better, in shares of the ranges, a solution in the box may be."""
        if not self._ranged:
            return float("inf")
        # A solution in the box lies above the proven lower bounds; the nearest point is worse by
        # no more than this.
        lower = np.array([self._lower(upper)])
        return float(errors(self._points.values, lower, self._sides()).min())

    def _ranges(self) -> tuple[Floats, Floats]:
        low = np.array(self.ideal)
        return low, np.maximum(self._points.values.max(axis=0), low)

    def _sides(self, kept: Sequence[Point] | None = None) -> Floats:
        """Return the ranges: from the ideal to the worst values of the points that were found.

        Of those that are not kept only the cells are known to who reads the certificate.
        """
        values = self._points.values if kept is None else np.array([p.values for p in kept])
        worst = values.max(axis=0, initial=-np.inf)
        sides = np.maximum(worst, self._points.worst) - np.array(self.ideal)
        return np.asarray(np.maximum(sides, 1e-300))

    def _lower(self, upper: Cell) -> Values:
        """Return proven lower bounds in a box."""
        return self._proofs.lower(upper, self.ideal)

    # -- what to ask ---------------------------------------------------------------------------

    def tasks(self, running: Iterable[tuple[Cell, Amounts]]) -> Iterator[Task]:
        """Yield questions that are worth asking now, besides those that are running."""
        busy = set(running)
        if self.infeasible:
            return
        ideals = list(self._ideal_tasks(busy))
        yield from ideals
        if ideals or len(self._ideal) < self.grid.count:
            return
        if self.policy.representative:
            # Errors are shares of the ranges, and these are certain once the ends are known.
            enough = self._enough()
            yield from self._end_tasks(busy) if enough else self._overview_tasks(busy)
            return
        if self._short():
            yield from self._overview_tasks(busy)
        if self.policy.draft:
            yield from self._draft_tasks(busy)
        yield from self._box_tasks(busy)
        if not busy:
            yield from self._settling_tasks(busy)

    def _enough(self) -> bool:
        """Whether the points that were asked for can be chosen well from those that are known."""
        asked, most = len(self.records), self.policy.points
        if len(self._points) < (most or 1) or asked < self._checked + max(1, asked // 8):
            return asked == self._checked and self._good
        self._checked = asked
        points = self.points
        known = self._known(points)
        if most is not None:
            self._good = asked >= MANY * (most + 2) or known.good(known.few(most))
        else:
            assert self.policy.coverage is not None
            self._good = not known.sparse(self.policy.coverage)[1]
        return self._good

    def _short(self) -> bool:
        """Whether an overview comes first: in a hurry always, else as far as it costs little."""
        if self.policy.draft:
            return False
        if self.policy.hurried:
            return True
        return self.found >= self.grid.count and self._cuts < FIRST + len(self.records) // EVERY

    def _overview_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[Task]:
        """Yield halves of the boxes of largest error."""
        passed = []
        try:
            while self._wide:
                number = heapq.heappop(self._wide)[1]
                if number not in self._region or self._proven(number):
                    continue
                # Errors shrink as points are found: look again.
                entry = (-self.error(self._region[number]), number)
                if self._wide and entry > self._wide[0]:
                    heapq.heappush(self._wide, entry)
                    continue
                passed.append(entry)
                task = self._half(number)
                if self._new(*task.key, busy):
                    yield task
        finally:
            for entry in passed:
                heapq.heappush(self._wide, entry)

    def _half(self, number: int) -> Task:
        """Return the question about a half of a box, or all of it where it cannot be cut."""
        upper, grid = self._region[number], self.grid
        if not self._points:
            return Task(upper, grid.weights, None)
        low, high = self._ranges()
        lower = grid.cell(grid.amounts(self._lower(upper)))
        for point in self._alone:
            high = np.maximum(high, point.values)
        worst = grid.cell(grid.amounts(high.tolist()))
        top = tuple(min(u, max(w, c) + 1) for u, w, c in zip(upper, worst, lower, strict=True))
        cut = halved(upper, lower, top, np.array(grid.resolution) / np.maximum(high - low, 1e-300))
        if cut is None or self._fruitless(upper):
            return Task(upper, self._ways(upper)[0], self._starts.get(number))
        box, across = cut
        if not self.policy.ordered:
            weights = self._whole(1.0 / np.where(high > low, high - low, 1.0))
            return Task(box, weights, self._starts.get(number))
        # The others first: what the answer proves then reaches to where the box was cut.
        weight = 1 + sum(
            max(0, t - c) * r for t, c, r in zip(top, lower, grid.per_cell, strict=True)
        )
        weights = tuple(1 if k == across else weight for k in range(grid.count))
        amounts = grid.amounts(high.tolist())
        if total(weights, tuple(map(abs, amounts))) > LARGE:
            weights = grid.weights
        return Task(box, weights, self._starts.get(number))

    def _new(self, upper: Cell, weights: Amounts, busy: set[tuple[Cell, Amounts]]) -> bool:
        return (upper, weights) not in self._asked and (upper, weights) not in busy

    def _ideal_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[Task]:
        for k in range(self.grid.count):
            weights = tuple(int(j == k) for j in range(self.grid.count))
            if k not in self._ideal and self._new(self._everything, weights, busy):
                yield Task(self._everything, weights, self._points.best(weights, self._alone))

    def _end_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[Task]:
        """Yield the ends of the front: what is best in one criterion, and then in sum."""
        ends = self.grid.cell(self.grid.amounts(self.ideal))
        for k in range(self.grid.count):
            upper = tuple(ends[k] + 1 if j == k else FAR for j in range(self.grid.count))
            reached = bool((self._points.cells[:, k] <= ends[k]).any())
            known = reached or self._proofs.empty(upper)
            if not known and self._new(upper, self.grid.weights, busy):
                yield Task(upper, self.grid.weights, None)

    def _draft_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[Task]:
        """Yield the ends, then lines through the neighbours of the largest boxes."""
        yield from self._end_tasks(busy)
        for number in self._by_size(self._undrafted):
            plane = None if number in self._drafted else self._plane(self._region[number])
            if plane is None or (self._everything, plane[0]) in self._asked:
                self._drafted.add(number)
            elif self._new(self._everything, plane[0], busy):
                yield Task(self._everything, *plane)

    def _whole(self, weights: Floats) -> Amounts:
        """Return weights of values as whole weights of amounts, rounded."""
        own = weights * np.array([float(unit) for unit in self.grid.units])
        rounded = np.maximum(np.rint(own * (DIGITS / own.max())), 1.0)
        common = gcd(*rounded.astype(np.int64).tolist())
        return tuple(int(w) // common for w in rounded.tolist())

    def _plane(self, upper: Cell) -> tuple[Amounts, Point | None] | None:
        """Return weights to draft a box with, and a point at which to begin.

        Those for which the neighbours of the box are equal. Where it lacks one, or where the
        plane through them does not face the ideal point, the box's own sides, if there are three
        criteria or more; with two there is nothing to gain.
        """
        cells, points = self._points.cells, list(self._points)
        if not points:  # the ends are still being looked for
            return None
        low, high = self._ranges()
        sides = np.maximum(high - low, 1e-300)
        corner = np.array(upper, np.int64)
        touching, below = cells == corner, cells < corner
        chosen = []
        for k in range(self.grid.count):
            others = np.arange(self.grid.count) != k
            chosen += np.flatnonzero(touching[:, k] & below[:, others].all(axis=1))[:1].tolist()
        start = points[chosen[0]] if chosen else None
        if len(chosen) == self.grid.count:
            values = self._points.values[chosen]
            try:
                normal = np.linalg.solve((values - low) / sides, np.ones(self.grid.count))
            except np.linalg.LinAlgError:
                normal = np.zeros(self.grid.count)
            if normal.min() > FACING * normal.max():
                weights = self._whole(normal / sides)
                return weights, self._points.best(weights, self._alone) or start
        if self.grid.count == 2:
            return None
        own = np.minimum(self.grid.corner_values(upper), high) - low
        weights = self._whole(1.0 / np.maximum(own, FACING * sides))
        return weights, self._points.best(weights, self._alone) or start

    def _box_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[Task]:
        """Yield the largest boxes that nothing proves empty."""
        for number in self._by_size(self._queue):
            upper = self._region[number]
            ways = self._ways(upper)
            if all((upper, weights) in self._asked for weights in ways):
                ways = [self.grid.weights]  # nobody could tell: the smallest sums are the last way
            for weights in ways:
                if self._new(upper, weights, busy):
                    yield Task(upper, weights, self._starts.get(number))

    def _by_size(self, queue: list[tuple[float, int]]) -> Iterator[int]:
        """Yield the boxes of a queue that nothing proves empty, the largest first.

        They stay in the queue.
        """
        passed = []
        try:
            while queue:
                entry = heapq.heappop(queue)
                number = entry[1]
                if number in self._region and not self._proven(number):
                    passed.append(entry)
                    yield number
        finally:
            for entry in passed:
                if queue is not self._undrafted or entry[1] not in self._drafted:
                    heapq.heappush(queue, entry)

    def _settling_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[Task]:
        for upper, point in self._unsettled():
            if self._new(upper, self.grid.weights, busy):
                yield Task(upper, self.grid.weights, point)

    def _unsettled(self) -> list[tuple[Cell, Point]]:
        """Return what may hold better solutions than its point: cells, as boxes."""
        if all(self.grid.exact) or not self.grid.coarse:
            return []
        held = self._points.items()
        return [(tuple(c + 1 for c in cell), p) for cell, p in held if cell not in self._settled]

    def _ways(self, upper: Cell) -> list[Amounts]:
        """Return the weights to ask a box with: several where workers may come from two sides."""
        if not self.policy.ordered:
            return [self.grid.weights]
        pairs = zip(self.grid.limits(upper), self.policy.highest, strict=True)
        top = [limit if limit is not None else highest for limit, highest in pairs]
        known = [t for t in top if t is not None]
        if len(known) < len(top):
            return [self.grid.weights]
        # What no solution is below may be above what is left of the box: no room, not less.
        room = [max(0, t - a) for t, a in zip(known, self.grid.amounts(self.ideal), strict=True)]
        ways: list[Amounts] = []
        for first in range(2 if self.grid.count == 2 else 1):
            # A unit of the first criterion outweighs all that the others can differ in the box.
            weight = 1 + sum(room) - room[first]
            order = tuple(weight if k == first else 1 for k in range(self.grid.count))
            if total(order, tuple(map(abs, known))) <= LARGE:
                ways.append(order)
        return ways or [self.grid.weights]

    # -- what an answer means ------------------------------------------------------------------

    def take(self, task: Task, answer: Answer) -> Point | None:
        """Take an answer in; return its point if that is new."""
        answer = self._credible(task, answer)
        cell = self._points.cell(answer.point) if answer.point else None
        self.records.append(
            Record(
                task.upper, task.weights, answer.found, answer.bound, cell,
                answer.solver, answer.seconds,
            )
        )  # fmt: skip
        self._asked.add(task.key)
        self._cuts += self._is_cut(task)
        if answer.found is Found.EMPTY or answer.bound is not None:
            self._proofs.add(task.upper, task.weights, answer.bound)
        if (alone := task.alone) is not None:  # its solution may be dominated
            if answer.found is Found.EMPTY and task.upper == self._everything:
                self.infeasible = True
            elif answer.bound is not None:
                self._ideal[alone] = float(answer.bound * self.grid.units[alone])
            if answer.point is not None:
                self._alone.append(answer.point)
            return None
        if answer.found is not Found.POINT or answer.point is None or cell is None:
            return None
        if task.weights == self.grid.weights:
            self._settled.add(cell)
        return answer.point if self._keep(cell, answer.point) else None

    def _fruitless(self, upper: Cell) -> bool:
        """Whether a part of a box was looked at, and nothing was there: then all of it is asked."""
        return any(
            r.found is Found.EMPTY
            and sum(a < b for a, b in zip(r.upper, upper, strict=True)) == 1
            and all(a <= b for a, b in zip(r.upper, upper, strict=True))
            for r in self.records
        )

    def _is_cut(self, task: Task) -> bool:
        """Whether a question was about a part of a box of the region."""
        whole = task.upper == self._everything or self._region.holds(task.upper)
        return self._ranged and not whole

    def _credible(self, task: Task, answer: Answer) -> Answer:
        """Return an answer without what a known point speaks against."""
        if answer.found is not Found.EMPTY and answer.bound is None:
            return answer
        own = [] if answer.point is None else [answer.point]
        # Rounded amounts may be below the true ones.
        pairs = zip(task.weights, self.grid.exact, strict=True)
        room = sum(weight for weight, exact in pairs if not exact)
        others = [p for p in (*own, *self._alone) if _within(self._points.cell(p), task.upper)]
        for point in (*others, *self._points.within(task.upper)):
            amounts = self._points.amounts(point)
            if answer.bound is None or answer.bound > total(task.weights, amounts) + room:
                self.doubts.append(
                    f"{answer.solver} claimed that there is nothing better than a known point"
                )
                return replace(answer, found=Found.STOPPED, point=None, bound=None)
        return answer

    def _keep(self, cell: Cell, point: Point) -> bool:
        """Keep a point where no other cell dominates its own; return whether its cell is new."""
        if not self._points.keep(point):
            return False
        _, new = self._region.update(cell)
        for number in new:
            self._starts[number] = point
            self._enqueue(number)
        return True

    def _enqueue(self, number: int) -> None:
        size = -self._size(self._region[number])
        heapq.heappush(self._queue, (size, number))
        heapq.heappush(self._wide, (-np.inf, number))
        if self.policy.draft and (self.grid.count == 2 or -size > SMALL):
            heapq.heappush(self._undrafted, (size, number))

    def _size(self, upper: Cell) -> float:
        """Return the priority of a box."""
        if len(self._ideal) < self.grid.count or not self._points:
            return float("inf")
        if self.grid.count == 2:
            return self.error(upper)
        low, high = self._ranges()
        corner = np.minimum(self.grid.corner_values(upper), high)
        sides = np.maximum(corner - low, 0.0) / np.maximum(high - low, 1e-300)
        return float(np.prod(sides))

    def _proven(self, number: int) -> bool:
        """Whether a box holds nothing; then it leaves the region."""
        if not self._proofs.empty(self._region[number]):
            return False
        self._region.close(number)
        self._starts.pop(number, None)
        return True


def _within(cell: Cell, upper: Cell) -> bool:
    return all(c < u for c, u in zip(cell, upper, strict=True))
