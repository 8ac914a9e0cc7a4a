"""A best-first search above the formulations: parts of the plans, each with a bound.

Parts cover all plans that may still be better than the best one, so the least of their bounds is a
bound, and plan and bound are valid whenever the search has to stop.
"""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import count
from math import inf
from typing import Generic, TypeVar

from koopopt.case.plan import Plan
from koopopt.evaluation import Evaluation, evaluate
from koopopt.formulations.base import Outcome, pass_on
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Progress, Termination
from koopopt.text import Text

Part = TypeVar("Part")


class Branching(ABC, Generic[Part]):
    """One search for the best plan of a problem."""

    def __init__(self, problem: Problem, control: Control) -> None:
        self.problem, self.control = problem, control
        self.best: Evaluation | None = None
        self.open: list[tuple[float, int, Part]] = []
        self.closed = inf
        self.floor = -inf
        self.number = count()
        self.last = Outcome(Termination.INFEASIBLE)

    @abstractmethod
    def decide(self, least: float, part: Part) -> None:
        """Solve a part, and `push` or `close` what is left of it."""

    @property
    def most(self) -> float:
        """The weighted sum of the best plan; nothing better is infinite."""
        return inf if self.best is None else self.best.total

    @property
    def least(self) -> float:
        """No plan has a weighted sum below this."""
        left = min([self.closed, *(least for least, *_ in self.open)])
        return min(self.most, max(self.floor, left))

    @property
    def done(self) -> bool:
        """Whether the best plan is proven as asked, or good enough."""
        if self.best is None:
            return False
        enough = self.control.enough is not None and self.most <= self.control.enough
        return enough or self.most - self.least <= self.control.gap * abs(self.most)

    def explore(self, whole: Part) -> None:
        """Decide part after part, the one of the least bound first."""
        self.push(-inf, whole)
        while self.open and not (self.done or self.control.stopped):
            least, _, part = heapq.heappop(self.open)
            if least < self.most:
                self.decide(least, part)

    def push(self, least: float, part: Part) -> None:
        """Leave a part for later."""
        heapq.heappush(self.open, (least, next(self.number), part))

    def close(self, least: float) -> None:
        """Leave a part as it is, with its bound."""
        self.closed = min(self.closed, least)

    def offer(self, plan: Plan | None) -> bool:
        """Remember a plan that keeps all rules; return whether it does."""
        evaluation = None if plan is None else evaluate(self.problem, plan)
        if evaluation is None or not evaluation.feasible:
            return False
        if evaluation.total < self.most:
            self.best = evaluation
        return True

    def tell(self, progress: Progress) -> None:
        """Pass on progress, with the values of this search."""
        pass_on(self.problem, self.control, progress, self.best, self.least)

    def reasons(self) -> Iterator[Text]:
        """Yield why there is no plan, where that is proven."""
        yield from ()

    def outcome(self) -> Outcome:
        """Return what is known at the end."""
        least = int(self.least) if abs(self.least) < inf else None
        why, reasons = Termination.LIMIT, self.last.reasons
        if self.done:
            why = Termination.OPTIMAL
        elif self.best is None and not self.open and self.closed == inf:
            why, reasons = Termination.INFEASIBLE, tuple(self.reasons()) or reasons
        elif self.control.stopped:
            why = self.control.why
        plan = None if self.best is None else self.best.plan
        return Outcome(why, plan, least, self.last.message, self.last.doubts, reasons)
