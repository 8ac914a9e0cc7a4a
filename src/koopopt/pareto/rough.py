"""How exactly, and how long, the questions of an overview are answered.

A few points that stand for a front of plans need no proof of each weighted sum: a plan and a bound
that are close do, for what the bound leaves open is part of the coverage that is told. So every
question has a gap, smaller than what so few points can tell apart, and some time: a hard question,
at the ends of the front mostly, would else cost more than all the others. A box that was asked
about in vain stays as it is. What is proven of an answer is its bound in any case.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from koopopt.pareto.grid import Amounts, Cell, total
from koopopt.pareto.oracle import Answer, Found
from koopopt.pareto.state import SearchState, SearchTask

GAP_BEFORE_RANGES: Final = 5e-4
"""How exactly the first questions are answered, relatively: there are no ranges to measure by."""
ROOM_PER_POINT, ROOM_OF_COVERAGE, MAX_ROOM = 0.1, 0.25, 0.005
"""And the others, in shares of the ranges: divided by the number of points, whose coverage is about
four times as much; multiplied by the coverage that is asked for; and no more than this."""
FIRST_SECONDS, SECONDS, SHARE_OF_FIRST = 30.0, 1.5, 0.6
"""Seconds for each of the first questions, and for the others: at least so many, and this share of
what the first one took."""
USUAL_POINTS: Final = 20
"""Points of the overview that comes before a complete front, where there is a time limit."""
ROUGH_QUESTIONS_PER_POINT, LONG_QUESTIONS_PER_POINT, PATIENCE = 5.0, 2.5, 6.0
"""So many questions a point are enough for an overview; fewer after so many seconds."""
TIRING_QUESTIONS: Final = 2
"""So many questions in vain, each out of time, and a box is left as it is."""
WORTHWHILE_SHARE: Final = 0.5
"""Boxes whose error is a smaller share of that of one that is left as it is show nothing more."""

Key = tuple[Cell, Amounts]


@dataclass(slots=True, eq=False)
class Rough:
    """The questions of one overview.

    Attributes
    ----------
    points, coverage : int or None, float or None
        How many are to be shown, or which error they may have; neither where it is all of them.
    on : bool
        Whether answers need not be exact.
    """

    points: int | None
    coverage: float | None
    on: bool
    _about: dict[Key, int] = field(default_factory=dict)
    _near: set[Key] = field(default_factory=set)
    _vain: Counter[int] = field(default_factory=Counter)

    def task(self, state: SearchState, task: SearchTask, box: int | None = None) -> SearchTask:
        """Return a question, about a box of the region, with its gap and seconds."""
        if not self.on:
            return task
        if box is not None:
            self._about[task.key] = box
        seconds = FIRST_SECONDS
        if state.grounded:
            seconds = max(SECONDS, SHARE_OF_FIRST * state.records[0].seconds)
        return replace(task, gap=self._gap(state, task.weights), seconds=seconds)

    def _gap(self, state: SearchState, weights: Amounts) -> float:
        """Return how much worse than the best, relatively, an answer may be."""
        best = state.best(weights)
        if not state.ranged or best is None:
            return GAP_BEFORE_RANGES
        low, high = state.reach()
        sides = (high - low) / np.array([float(unit) for unit in state.grid.units])
        share = ROOM_PER_POINT / (self.points or USUAL_POINTS)
        if self.coverage is not None:
            share = ROOM_OF_COVERAGE * self.coverage
        room = min(share, MAX_ROOM) * float(np.array(weights, float) @ sides)
        return room / max(1.0, abs(float(total(weights, state.points.amounts(best)))))

    def questions(self, state: SearchState) -> float:
        """Return how many questions a point are enough."""
        long = sum(record.seconds for record in state.records) >= PATIENCE
        return LONG_QUESTIONS_PER_POINT if long else ROUGH_QUESTIONS_PER_POINT

    def overviewed(self, state: SearchState) -> bool:
        """Whether a complete front may begin, after an overview."""
        return len(state.points) >= USUAL_POINTS or len(state.records) >= 2 * USUAL_POINTS

    def take(self, task: SearchTask, answer: Answer) -> None:
        """Remember what was not answered exactly, and what was asked in vain."""
        if task.gap and answer.found is Found.STOPPED:
            self._near.add(task.key)
            box = self._about.get(task.key)
            if box is not None and task.seconds is not None and answer.seconds >= task.seconds:
                self._vain[box] += 1

    def tired(self, box: int) -> bool:
        """Whether a box is left as it is."""
        return self.on and self._vain[box] >= TIRING_QUESTIONS

    def sharpen(self, state: SearchState) -> bool:
        """Ask the same exactly from now on; return whether that may show more.

        Where points are asked for and a box is left as it is, it is not worth its time.
        """
        whole = self.points is None and self.coverage is None
        if not self.on or not (whole or self._near) or (self.points is not None and self._vain):
            return False
        self.on = False
        state.asked -= self._near
        return True
