"""Criteria that are a largest value, answered by thresholds.

Formulations minimise sums. A limit on a largest value is a rule of partnerships to them
(`Problem.additive`); its weight is answered here. Let f(v) be the least weighted sum of the other
criteria among the plans whose largest value is v at most. Then

    the optimum = min over v of f(v) + weight · v

where v is one of the values that some member has at some seat. What is not decided yet are
*pieces*, ranges of these values, with a bound on f: a solve at v bounds all of f below v, and its
plan, whose own largest value may be less, decides what lies between. The piece of the least bound
comes first, so plan and bound are valid whenever it has to stop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, inf
from typing import Final

import numpy as np

from koopopt.case.plan import Plan
from koopopt.criteria import Criterion
from koopopt.evaluation import Evaluation, evaluate
from koopopt.exact import MAX_EXACT_SUM
from koopopt.formulations.base import Outcome, known, pass_on
from koopopt.formulations.beside import Beside
from koopopt.formulations.curves import Curves
from koopopt.formulations.sites import joined
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Progress, Termination
from koopopt.text import Text

Solve = Callable[[Problem, Control, Plan | None], Outcome]
"""Solves a problem whose criteria are sums, from a plan if one is known."""

ANY_PLAN: Final = MAX_EXACT_SUM**2
"""A weighted sum that every plan keeps."""
DECIDED: Final = (Termination.OPTIMAL, Termination.INFEASIBLE, Termination.LIMIT)
"""Ends after which the search may go on elsewhere."""


def by_thresholds(
    problem: Problem,
    control: Control,
    start: Plan | None,
    solve: Solve,
    curves: Curves | None = None,
) -> Outcome:
    """Solve a problem; those that ask for sums alone are passed on as they are.

    `curves` is what is known of the same case.
    """
    for c in problem.criteria:
        if c.largest is not None and problem.weights.get(c.name):
            known = Curves() if curves is None else curves
            return _Thresholds(problem, c, control, solve, known).run(start)
    return solve(problem.additive, control, start)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Values that are not decided.

    Attributes
    ----------
    low, high : int
        The first and the last one, by their place.
    least : int or None
        No plan with such a value has less of the other criteria; None where nothing is known.
    """

    low: int
    high: int
    least: int | None


class _Thresholds:
    """One search."""

    def __init__(
        self, problem: Problem, c: Criterion, control: Control, solve: Solve, curves: Curves
    ) -> None:
        self.problem, self.criterion, self.control = problem, c, control
        self.solve, self.curves = solve, curves
        self.parts = Beside.of(problem, c.name, problem, _any(problem))
        self.others, self.single = self.parts.others, self.parts.single
        self.weight, self.per_sum = self.parts.weight, self.parts.per_sum
        self.values = _values(problem, c)
        self.pieces = [_Piece(0, len(self.values) - 1, 0 if self.single else None)]
        self.closed: list[float] = []
        self.found: list[Evaluation] = []
        self.asked = 0
        self.doubts: list[Text] = []
        self.last = Outcome(Termination.LIMIT)

    # -- what is known -------------------------------------------------------------------------

    @property
    def best(self) -> Evaluation | None:
        """The best plan."""
        return min(self.found, key=lambda e: e.total, default=None)

    @property
    def most(self) -> float:
        """The weighted sum of the best plan; nothing better is infinite."""
        return inf if self.best is None else self.best.total

    @property
    def least(self) -> float:
        """No plan has a weighted sum below this."""
        return min([self.most, *self.closed, *map(self._bound, self.pieces)])

    @property
    def proven(self) -> bool:
        """Whether the gap that was asked for is reached."""
        if self.best is None:
            return False
        distance = self.most - self.least
        return distance <= self.control.gap * abs(self.best.total)

    @property
    def enough(self) -> bool:
        """Whether the best plan is as good as somebody needs it."""
        return self.control.enough is not None and self.most <= self.control.enough

    def _bound(self, piece: _Piece) -> float:
        return self._sum(piece.least, piece.low)

    def _sum(self, least: int | None, place: int) -> float:
        """Return the weighted sum of a value and so much of the others, rounded up."""
        return self.parts.sum(least, int(self.values[place]))

    # -- the search ----------------------------------------------------------------------------

    def run(self, start: Plan | None) -> Outcome:
        """Decide piece after piece."""
        if not len(self.values):
            return replace(self.solve(self.others.additive, self.control, start), least=None)
        if self.control.stopped:
            return known(self.problem, self.control, start)
        self._offer(start)
        while not (self.proven or self.enough or self.control.stopped):
            piece = self._next()
            if piece is None:
                break
            self.last = self._ask(piece, self._place(piece))
            if self.last.termination not in DECIDED:
                break
        return self._outcome()

    def _next(self) -> _Piece | None:
        """Take the piece of the least bound, cut down to what may hold a better plan."""
        self.pieces = [p for p in self.pieces if self._bound(p) < self.most]
        if not self.pieces:
            return None
        piece = min(self.pieces, key=self._bound)
        self.pieces.remove(piece)
        high = piece.high
        if piece.least is not None and self.best is not None:
            room = self.best.total - 1 - ceil(self.per_sum * piece.least)
            high = int(np.searchsorted(self.values, room // self.weight, side="right")) - 1
        return replace(piece, high=min(high, piece.high))

    def _place(self, piece: _Piece) -> int:
        """Return the value to ask for: the last one and the middle one by turns.

        The last one gives a better plan, the middle one decides more at once. Where only this
        criterion counts, every answer is yes or no, and the middle is best.
        """
        if self.single and self.control.enough is not None and not self.asked:
            wanted = self.control.enough // self.weight
            place = int(np.searchsorted(self.values, wanted, side="right")) - 1
            if piece.low <= place <= piece.high:
                return place
        if piece.least is None or not (self.single or self.asked % 2):
            return piece.high
        middle = (int(self.values[piece.low]) + int(self.values[piece.high])) // 2
        place = int(np.searchsorted(self.values, middle, side="right")) - 1
        return min(max(place, piece.low), piece.high)

    def _ask(self, piece: _Piece, place: int) -> Outcome:
        """Solve at a value, and take in what that says of the piece."""
        self.asked += 1
        outcome = self._answer(place)
        self.doubts += [doubt for doubt in outcome.doubts if doubt not in self.doubts]
        evaluation = self._offer(outcome.plan)
        below = [x for x in (piece.least, outcome.least) if x is not None]
        least = 0 if self.single else max(below, default=None)
        if place < piece.high:
            self.pieces.append(replace(piece, low=place + 1))
        if outcome.termination is Termination.INFEASIBLE and evaluation is None:
            return outcome
        reached = place + 1
        if evaluation is not None:
            amount = evaluation.amount(self.criterion.name)
            reached = max(piece.low, int(np.searchsorted(self.values, amount)))
        # From the plan's own value on nothing is better; below it that is not known yet.
        if reached <= place:
            self.closed.append(self._sum(least, reached))
        if piece.low < reached:
            rest = _Piece(piece.low, min(reached - 1, place), least)
            if evaluation is None and outcome.termination is Termination.LIMIT:
                self.closed.append(self._bound(rest))  # it cannot tell more
            else:
                self.pieces.append(rest)
        return outcome

    def _answer(self, place: int) -> Outcome:
        """Return the least of the other criteria where no value is above this one."""
        value, name = int(self.values[place]), self.criterion.name
        if (proven := self.curves.find(self.others, name, value)) is not None:
            return proven
        asked = self.others
        if place < len(self.values) - 1:
            asked = asked.within({name: Fraction(value, self.criterion.per_one)})
        control = self.control.part(on_progress=self._tell)
        control.enough = self._enough(value)
        outcome = by_thresholds(asked, control, self._start(value), self.solve, self.curves)
        self.curves.keep(self.others, name, value, outcome)
        return outcome

    def _enough(self, value: int) -> int | None:
        """Return what is enough of the others where the value is at most this."""
        if self.single:
            return ANY_PLAN
        if self.control.enough is None:
            return None
        return int((self.control.enough - self.weight * value) // self.per_sum)

    def _start(self, value: int) -> Plan | None:
        """Return the plan to begin with at a value: that of the least of the others."""
        name, scale = self.criterion.name, self.others.scale
        inside = [e for e in self.found if e.amount(name) <= value]
        return min(inside, key=lambda e: scale.total(e.amounts)).plan if inside else None

    def _offer(self, plan: Plan | None) -> Evaluation | None:
        """Remember a plan that keeps all rules."""
        evaluation = None if plan is None else evaluate(self.problem, plan)
        if evaluation is None or not evaluation.feasible:
            return None
        self.found.append(evaluation)
        return evaluation

    def _tell(self, progress: Progress) -> None:
        """Pass on progress, with the values of this search."""
        pass_on(self.problem, self.control, progress, self.best, self.least)

    def _outcome(self) -> Outcome:
        """Return what is known at the end."""
        least = int(self.least) if abs(self.least) < inf else None
        why = self.last.termination
        if self.proven:
            why = Termination.OPTIMAL
        elif self.best is None and self.least == inf:
            why = Termination.INFEASIBLE
        elif self.control.stopped:
            why = self.control.why
        elif why in DECIDED:
            why = Termination.LIMIT
        plan = None if self.best is None else self.best.plan
        doubts = tuple(self.doubts)
        return Outcome(why, plan, least, self.last.message, doubts, self.last.reasons)


def _any(problem: Problem) -> dict[str, int]:
    """Return weights for a question that any plan answers: of what is limited, else the cost."""
    limits = problem.additive.plan_conditions.limits
    return {next(reversed(limits), "cost"): 1}


def _values(problem: Problem, c: Criterion) -> Ints:
    """Return the values that the criterion may have, in order."""
    least, limit = 0, problem.plan_conditions.limits.get(c.name, inf)
    found = [np.zeros(0, np.int64)]
    asked = joined(problem.additive)
    for s, conditions in enumerate(asked.conditions):
        sizes = c.sizes(asked.facts, s)
        may = conditions.pair & conditions.pool & conditions.pool[:, None]
        np.fill_diagonal(may, may.diagonal() | conditions.alone)
        found.append(sizes[may])
        # Everybody needs some seat.
        each = np.where(may, sizes, np.iinfo(np.int64).max).min(axis=1)
        least = max(least, int(each[may.any(axis=1)].max(initial=least)))
    values = np.unique(np.concatenate(found))
    return values[(values >= least) & (values <= limit)]
