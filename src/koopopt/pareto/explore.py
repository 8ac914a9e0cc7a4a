"""The search for a front: which box to ask about next.

What is known (`SearchState`) is a function of the answers alone, in any order: a journal of them
resumes a search, and questions may be answered by any number of workers. The steps:

0. *opening*: a weighted sum of all criteria, where that is easier than the ends: what is found and
   learnt there helps them;
1. *ideal*: minimise every criterion alone; from then on its bound is known;
2. *draft*: weighted sums without limits. First the ends, then, between two neighbouring points of
   two criteria, along the line through them (dichotomy; Aneja and Nair 1979). They find the
   supported points, and each proves that nothing lies below its line;
3. *boxes*: of the search region, the largest first, the best point by the weights of the
   `SearchPolicy`; a point splits it, and the bound of the answer proves parts of it empty, so
   that most boxes need no question;
4. *settle*: where a cell may hold several efficient solutions, the one of least weighted sum.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from koopopt.pareto import rough
from koopopt.pareto.grid import NO_BOUND, Amounts, Cell, Grid, total
from koopopt.pareto.oracle import Answer, Found, Kind, Point
from koopopt.pareto.overview import halved
from koopopt.pareto.planes import plane, whole
from koopopt.pareto.rough import Rough
from koopopt.pareto.state import SearchState, SearchTask

MIN_DRAFTED_SHARE: Final = 1e-3
"""Boxes of three and more criteria whose share is less are not drafted, for there are many."""
MAX_FLOAT_SUM: Final = 10**12
"""Weighted sums above this are not left to a solver's floating point."""
FIRST_HALVED: Final = 3
"""Boxes that are halved before a front is swept: they show it before it is complete."""
HALVING_INTERVAL: Final = 40
"""And one after so many questions: each costs a question, for what is between its neighbours."""
QUESTIONS_PER_POINT: Final = 10
"""So many questions a point are enough for an overview."""
END_TILT: Final = 0.003
"""Weight of the other criteria at the ends of an overview, in shares of the ranges: so little that
the end is hardly missed, enough to tell apart what would be equally good."""


@dataclass(frozen=True, slots=True)
class SearchPolicy:
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
    opening : tuple of k ints or None
        Weights of the first question; None where the ends are as easy.
    """

    draft: bool
    ordered: bool
    highest: tuple[int | None, ...]
    points: int | None = None
    coverage: float | None = None
    hurried: bool = False
    opening: Amounts | None = None

    @property
    def representative(self) -> bool:
        """Whether the front need not be complete, but well spread."""
        return self.points is not None or self.coverage is not None


class Exploration:
    """A search: the questions that its state leaves, in the order of the policy.

    Attributes
    ----------
    state : State
    """

    def __init__(self, grid: Grid, policy: SearchPolicy) -> None:
        self.grid = grid
        self.policy = policy
        self.state = SearchState(grid)
        self._queue: list[tuple[float, int]] = []
        self._wide: list[tuple[float, int]] = []
        self._undrafted: list[tuple[float, int]] = []
        self._drafted: set[int] = set()
        self._cuts = 0
        self._ended: set[int] = set()
        early = policy.draft and (policy.representative or policy.hurried)
        self._rough = Rough(policy.points, policy.coverage, on=early)
        self._checked, self._good = 0, False
        for number in self.state.region:
            self._enqueue(number)

    def chosen(self) -> list[Point]:
        """Return the points to show: all of them, or the few that were asked for."""
        points = self.state.points.in_order()
        if not self.policy.representative or len(points) < 2 or not self.state.ranged:
            return points
        known = self.state.known()
        if self.policy.points is not None:
            return [points[k] for k in known.few(self.policy.points)]
        assert self.policy.coverage is not None
        return [points[k] for k in known.sparse(self.policy.coverage)[0]]

    # -- what to ask ---------------------------------------------------------------------------

    def tasks(self, running: Iterable[tuple[Cell, Amounts]]) -> Iterator[SearchTask]:
        """Yield questions that are worth asking now, besides those that are running."""
        busy, asked = set(running), False
        for task in self._tasks(busy):
            asked = True
            yield task
        if not (asked or busy or self._good) and self._rough.sharpen(self.state):
            yield from self._tasks(busy)

    def _tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[SearchTask]:
        if self.state.infeasible:
            return
        opening = None if self.state.grounded else self.policy.opening
        if opening is not None and self._new(self.state.everything, opening, busy):
            task = SearchTask(self.state.everything, opening, None, Kind.OPENING)
            yield self._rough.task(self.state, task)
        ideals = [self._rough.task(self.state, task) for task in self._ideal_tasks(busy)]
        yield from ideals
        if ideals or not self.state.grounded:
            return
        if self._rough.on:
            yield from self._tilted_tasks(busy)
        if self.policy.representative:
            # Errors are shares of the ranges, and these are certain once the ends are known.
            enough = self._enough()
            if not enough:
                yield from self._overview_tasks(busy)
            elif not self._rough.on:
                yield from self._end_tasks(busy)
            return
        if self._rough.on:
            if not self._rough.overviewed(self.state):
                yield from self._overview_tasks(busy)
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
        asked, most = len(self.state.records), self.policy.points
        if len(self.state.points) < (most or 1) or asked < self._checked + max(1, asked // 8):
            return asked == self._checked and self._good
        self._checked = asked
        known = self.state.known()
        if most is not None:
            each = self._rough.questions(self.state) if self._rough.on else QUESTIONS_PER_POINT
            self._good = asked >= each * (most + 2) or known.good(known.few(most))
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
        return (
            len(self.state.points) >= self.grid.count
            and self._cuts < FIRST_HALVED + len(self.state.records) // HALVING_INTERVAL
        )

    def _overview_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[SearchTask]:
        """Yield halves of the boxes of largest error."""
        passed = []
        stuck, most = 0.0, self.policy.points or 1
        try:
            while self._wide:
                number = heapq.heappop(self._wide)[1]
                if number not in self.state.region or self.state.proven(number):
                    continue
                # Errors shrink as points are found: look again.
                entry = (-self.state.error(self.state.region[number]), number)
                if self._wide and entry > self._wide[0]:
                    heapq.heappush(self._wide, entry)
                    continue
                passed.append(entry)
                if self._rough.tired(number):
                    stuck = max(stuck, -entry[0])
                    continue
                if -entry[0] < rough.WORTHWHILE_SHARE * stuck and len(self.state.points) >= most:
                    return
                task = self._line(number, busy) or self._half(number)
                if self._new(*task.key, busy):
                    yield self._rough.task(self.state, task, number)
        finally:
            for entry in passed:
                heapq.heappush(self._wide, entry)

    def _line(self, number: int, busy: set[tuple[Cell, Amounts]]) -> SearchTask | None:
        """Return the weighted sum, if new, for which the neighbours of a box are equal.

        Without limits it is the easier question; a point below the line divides the box.
        """
        upper = self.state.region[number]
        cutting = plane(self.state, upper, short=True) if self._rough.on else None
        if cutting is None or not self._new(self.state.everything, cutting[0], busy):
            return None
        return SearchTask(self.state.everything, *cutting)

    def _half(self, number: int) -> SearchTask:
        """Return the question about a half of a box, or all of it where it cannot be cut."""
        upper, grid = self.state.region[number], self.grid
        if not self.state.points:
            return SearchTask(upper, grid.weights, None)
        low, high = self.state.reach()
        lower = grid.cell(grid.amounts(self.state.lower(upper)))
        worst = grid.cell(grid.amounts(high.tolist()))
        top = tuple(min(u, max(w, c) + 1) for u, w, c in zip(upper, worst, lower, strict=True))
        cut = halved(upper, lower, top, np.array(grid.resolution) / np.maximum(high - low, 1e-300))
        if cut is None or self._fruitless(upper):
            return SearchTask(upper, self._ways(upper)[0], self.state.starts.get(number))
        box, across = cut
        if not self.policy.ordered:
            weights = whole(grid, 1.0 / np.where(high > low, high - low, 1.0), self._rough.on)
            return SearchTask(box, weights, self.state.starts.get(number))
        # The others first: what the answer proves then reaches to where the box was cut.
        weight = 1 + sum(
            max(0, t - c) * r for t, c, r in zip(top, lower, grid.per_cell, strict=True)
        )
        weights = tuple(1 if k == across else weight for k in range(grid.count))
        amounts = grid.amounts(high.tolist())
        if total(weights, tuple(map(abs, amounts))) > MAX_FLOAT_SUM:
            weights = grid.weights
        return SearchTask(box, weights, self.state.starts.get(number))

    def _new(self, upper: Cell, weights: Amounts, busy: set[tuple[Cell, Amounts]]) -> bool:
        return (upper, weights) not in self.state.asked and (upper, weights) not in busy

    def _ideal_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[SearchTask]:
        for k in range(self.grid.count):
            weights = tuple(int(j == k) for j in range(self.grid.count))
            if np.isinf(self.state.ideal[k]) and self._new(self.state.everything, weights, busy):
                start = self.state.best(weights)
                yield SearchTask(self.state.everything, weights, start, Kind.IDEAL)

    def _end_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[SearchTask]:
        """Yield the ends of the front: what is best in one criterion, and then in sum."""
        ends = self.grid.cell(self.grid.amounts(self.state.ideal))
        for k in range(self.grid.count):
            upper = tuple(ends[k] + 1 if j == k else NO_BOUND for j in range(self.grid.count))
            reached = bool((self.state.points.cells[:, k] <= ends[k]).any())
            known = reached or self.state.proofs.empty(upper)
            if not known and self._new(upper, self.grid.weights, busy):
                yield SearchTask(upper, self.grid.weights, None)

    def _tilted_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[SearchTask]:
        """Yield the ends of an overview: what is best in one criterion, and in others a little."""
        low, high = self.state.reach()
        for k in range(self.grid.count):
            share = np.where(np.arange(self.grid.count) == k, 1.0, END_TILT)
            weights = whole(self.grid, share / np.where(high > low, high - low, 1.0), short=True)
            if k not in self._ended and self._new(self.state.everything, weights, busy):
                self._ended.add(k)
                start = self.state.best(weights)
                task = SearchTask(self.state.everything, weights, start)
                yield self._rough.task(self.state, task)

    def _draft_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[SearchTask]:
        """Yield the ends, then lines through the neighbours of the largest boxes."""
        yield from self._end_tasks(busy)
        for number in self._by_size(self._undrafted):
            if number in self._drafted:
                continue
            cutting = plane(self.state, self.state.region[number], short=True)
            if cutting is None or (self.state.everything, cutting[0]) in self.state.asked:
                self._drafted.add(number)
            elif self._new(self.state.everything, cutting[0], busy):
                yield SearchTask(self.state.everything, *cutting)

    def _box_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[SearchTask]:
        """Yield the largest boxes that nothing proves empty."""
        for number in self._by_size(self._queue):
            upper = self.state.region[number]
            ways = self._ways(upper)
            if all((upper, weights) in self.state.asked for weights in ways):
                ways = [self.grid.weights]  # nobody could tell: the smallest sums are the last way
            for weights in ways:
                if self._new(upper, weights, busy):
                    yield SearchTask(upper, weights, self.state.starts.get(number))

    def _by_size(self, queue: list[tuple[float, int]]) -> Iterator[int]:
        """Yield the boxes of a queue that nothing proves empty, the largest first.

        They stay in the queue.
        """
        passed = []
        try:
            while queue:
                entry = heapq.heappop(queue)
                number = entry[1]
                if number in self.state.region and not self.state.proven(number):
                    passed.append(entry)
                    yield number
        finally:
            for entry in passed:
                if queue is not self._undrafted or entry[1] not in self._drafted:
                    heapq.heappush(queue, entry)

    def _settling_tasks(self, busy: set[tuple[Cell, Amounts]]) -> Iterator[SearchTask]:
        for upper, point in self.state.unsettled():
            if self._new(upper, self.grid.weights, busy):
                yield SearchTask(upper, self.grid.weights, point)

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
        room = [
            max(0, t - a) for t, a in zip(known, self.grid.amounts(self.state.ideal), strict=True)
        ]
        ways: list[Amounts] = []
        for first in range(2 if self.grid.count == 2 else 1):
            # A unit of the first criterion outweighs all that the others can differ in the box.
            weight = 1 + sum(room) - room[first]
            order = tuple(weight if k == first else 1 for k in range(self.grid.count))
            if total(order, tuple(map(abs, known))) <= MAX_FLOAT_SUM:
                ways.append(order)
        return ways or [self.grid.weights]

    # -- what an answer leaves -----------------------------------------------------------------

    def take(self, task: SearchTask, answer: Answer) -> Point | None:
        """Take an answer in; return its point if that is new."""
        self._cuts += self._is_cut(task)
        self._rough.take(task, answer)
        point, new = self.state.take(task, answer)
        for number in new:
            self._enqueue(number)
        return point

    def _fruitless(self, upper: Cell) -> bool:
        """Whether a part of a box was looked at, and nothing was there: then all of it is asked."""
        return any(
            r.found is Found.EMPTY
            and sum(a < b for a, b in zip(r.upper, upper, strict=True)) == 1
            and all(a <= b for a, b in zip(r.upper, upper, strict=True))
            for r in self.state.records
        )

    def _is_cut(self, task: SearchTask) -> bool:
        """Whether a question was about a part of a box of the region."""
        whole = task.upper == self.state.everything or self.state.region.holds(task.upper)
        return self.state.ranged and not whole

    def _enqueue(self, number: int) -> None:
        size = -self._size(self.state.region[number])
        heapq.heappush(self._queue, (size, number))
        heapq.heappush(self._wide, (-np.inf, number))
        if self.policy.draft and (self.grid.count == 2 or -size > MIN_DRAFTED_SHARE):
            heapq.heappush(self._undrafted, (size, number))

    def _size(self, upper: Cell) -> float:
        """Return the priority of a box."""
        if not self.state.ranged:
            return float("inf")
        if self.grid.count == 2:
            return self.state.error(upper)
        low, high = self.state.ranges()
        corner = np.minimum(self.grid.corner_values(upper), high)
        sides = np.maximum(corner - low, 0.0) / np.maximum(high - low, 1e-300)
        return float(np.prod(sides))
