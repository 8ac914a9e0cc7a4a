"""The criterion `largest_loss`: what somebody pays more than alone, over all services.

Formulations minimise sums over partnerships; what a municipality pays for all services together is
none of one partnership. A limit v on the largest loss, and a weight on it, are answered by a search
over ranges of

* the largest loss of the plan, and
* the loss of each municipality in each service, of which a plan with the largest loss v has
  loss(s, i) ≤ v − Σ over the other services of the least that i can lose there.

Such ranges are conditions on partnerships (`sharing.bounds`), so every part of the plans is a
problem of the other criteria. Where its best plan has a larger loss than the part allows, a
municipality that loses too much loses less in one of its services, or more there and so much less
in the others. Where it has not, its own loss splits the part: from there on nothing is better.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, inf
from typing import Final

import numpy as np

from koopopt.case.plan import Plan
from koopopt.case.shares import TwoParts, losses
from koopopt.criteria import LARGEST_LOSS, key_of_losses
from koopopt.errors import UsageError
from koopopt.evaluation import evaluate
from koopopt.formulations.base import Outcome
from koopopt.formulations.beside import Beside
from koopopt.formulations.branching import Branching
from koopopt.formulations.burdens import Solve, Tested
from koopopt.formulations.sites import joined
from koopopt.formulations.thresholds import ANY_PLAN
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.sharing.admissible import Admissible
from koopopt.sharing.bounds import ANY, Between
from koopopt.sharing.burdens import Burdens, wrong
from koopopt.sharing.keys import Key
from koopopt.solvers.base import Control, Solver, Stopped, Termination
from koopopt.text import T

SETTLING_SHARE: Final = 0.5
"""Part of the time left that one integer program may take."""
SETTLING_SECONDS: Final = 120.0
"""Seconds for it where there is no time limit."""
MOST_STEPS: Final = 20
"""Steps of a dive for a plan."""
FREE: Final = ANY // 4
"""A loss that nobody has; sums of a few of them are numbers still."""


def by_losses(
    problem: Problem, control: Control, start: Plan | None, solve: Solve, solver: Solver
) -> Outcome:
    """Solve a problem; one that asks nothing of losses is passed on as it is.

    `solver` decides where few partnerships are left (`partition.losing`).

    Raises
    ------
    UsageError
        Where losses cannot be bounded: by the key, or with too many coalitions.
    """
    if not problem.asks(LARGEST_LOSS):
        return solve(problem, control, start)
    demand_losses(problem)
    try:
        return _Tree(problem, control, solve, solver).run(start)
    except Stopped:  # while partnerships were enumerated
        return Outcome(control.why)


def demand_losses(problem: Problem) -> None:
    """Raise `UsageError` where losses are shown, but cannot be bounded."""
    said = problem.instance.rules.get("key")
    if said is not None and TwoParts.named(said) is None:
        raise UsageError(
            T("largest_loss is worked out by fixed weights only, not by the key {name}.", name=said)
        )


@dataclass(frozen=True, eq=False)
class _Part:
    """Plans by what is lost, in cents.

    Attributes
    ----------
    low, high : int
        The largest loss over all services, the last one included.
    most, more : (services, n) arrays
        What each loses in each service: at most, and more than.
    """

    low: int
    high: int
    most: Ints
    more: Ints


class _Tree(Branching[_Part]):
    """One search."""

    def __init__(self, problem: Problem, control: Control, solve: Solve, solver: Solver) -> None:
        super().__init__(problem, control)
        self.solver, self.tried = solver, inf
        self.solve, self.facts, self.key = solve, problem.facts, key_of_losses(problem.facts)
        parts = Beside.of(problem, LARGEST_LOSS, problem.without(LARGEST_LOSS), {"cost": 1})
        self.others, self.single, self.weight = parts.others, parts.single, parts.weight
        self.sum = parts.sum
        services = range(len(self.facts.services))
        self.burdens = [Burdens(problem, s, Key.of(self.key)) for s in services]
        self.lowest = np.array([self._lowest(s) for s in services])
        self.dives = 0

    def _lowest(self, s: int) -> Ints:
        """Return (n,) the least that each can lose in a service, or less."""
        all_of = Admissible.known(joined(self.problem), s, self.control.check)
        alone, burdens = self.facts.alone_cents[s], self.burdens[s]
        least = np.where(all_of.alone[: self.facts.n], 0.0, np.inf)
        coalitions, _ = all_of.coalitions.apart(self.facts.n)
        about, who = burdens.about(coalitions, all_of.cost), coalitions.member
        np.minimum.at(least, who, np.floor(about - wrong(about)) - alone[who])
        return np.where(np.isfinite(least), least, FREE).astype(np.int64)

    def run(self, start: Plan | None) -> Outcome:
        """Decide part after part."""
        shape = self.lowest.shape
        limit = self.problem.plan_conditions.limits.get(LARGEST_LOSS, FREE)
        whole = _Part(0, min(limit, FREE), np.full(shape, FREE), np.full(shape, -FREE))
        self.offer(start)
        if self.single and self.control.enough is not None:  # ask just that
            enough = min(self.control.enough // self.weight, whole.high - 1)
            self.push(-inf, replace(whole, high=enough))
            whole = replace(whole, low=enough + 1)
        self.explore(whole)
        return self.outcome()

    # -- one part ------------------------------------------------------------------------------

    def decide(self, least: float, part: _Part) -> None:
        """Solve a part, and split it where its plan loses too much, or less than it allows."""
        narrow = self._narrowed(part)
        if narrow is None:
            return
        part = narrow
        asked, outcome = self._solved(part)
        sums = outcome.least
        least = max(least, self.sum(sums, part.low))
        if outcome.termination is Termination.INFEASIBLE or least >= self.most:
            return
        plan = outcome.plan
        if plan is None or not evaluate(asked, plan).feasible:
            return self.close(least)
        lost = self._lost(plan)
        largest = max(0, int(lost.sum(axis=0).max(initial=0)))
        if largest > part.high:
            self._dive(part, lost)
            if self._settled():
                return
            for half in self._halves(part, lost):
                self.push(least, half)
            return
        right = self.offer(plan)
        if not right:
            return self.close(least)  # it breaks another rule
        self.close(self.sum(sums, max(largest, part.low)) if self.weight else least)
        if self.weight and part.low < largest:
            middle = (part.low + largest) // 2
            self.push(least, replace(part, high=middle))
            if middle + 1 < largest:
                above = max(least, self.sum(sums, middle + 1))
                self.push(above, replace(part, low=middle + 1, high=largest - 1))

    def _narrowed(self, part: _Part) -> _Part | None:
        """Return a part with all that follows from its ranges; None where it holds no plan."""
        least = np.maximum(self.lowest, part.more + 1)
        whole = least.sum(axis=0)
        most = np.minimum(part.most, part.high - (whole - least))
        low = max(part.low, int(whole.max(initial=0)))
        if low > part.high or (most < least).any():
            return None
        return replace(part, low=low, most=most)

    def _solved(self, part: _Part) -> tuple[Problem, Outcome]:
        """Solve the other criteria over a part's plans."""
        rules = []
        for s, own in enumerate(self.problem.partnership_rules):
            paid = self.facts.alone_cents[s]
            tests = (Between(self.burdens[s], paid + part.most[s], paid + part.more[s]),)
            alone = (part.most[s] >= 0) & (part.more[s] < 0)
            pair = np.ones((self.facts.n, self.facts.places), bool)
            rules.append((*own, Tested(tests, alone, pair)))
        asked = replace(self.others, partnership_rules=tuple(rules))
        control = self.control.part(on_progress=self.tell)
        control.enough = ANY_PLAN if self.single else None
        self.last = outcome = self.solve(asked, control, self._start(asked))
        if self.single:
            outcome = replace(outcome, least=0)
        return asked, outcome

    def _dive(self, part: _Part, lost: Ints) -> None:
        """Look for a plan in which nobody loses too much, from one in which somebody does.

        Whoever loses too much must lose so much less in one service, again and again.
        """
        self.dives += 1
        if self.dives & (self.dives - 1):  # the first time, the second, the fourth, ...
            return
        everybody = np.arange(self.facts.n)
        for _ in range(MOST_STEPS):
            over = lost.sum(axis=0) - part.high
            room = lost - self.lowest
            s = room.argmax(axis=0)
            most = part.most.copy()
            less = np.minimum(over, room[s, everybody])
            capped = np.minimum(most[s, everybody], lost[s, everybody] - less)
            most[s, everybody] = np.where(over > 0, capped, most[s, everybody])
            near = self._narrowed(replace(part, most=most))
            if near is None or self.control.stopped:
                return
            plan = self._solved(near)[1].plan
            if plan is None or self.offer(plan):
                return
            part, lost = near, self._lost(plan)

    def _settled(self) -> bool:
        """Whether all partnerships that a better plan can have make one integer program.

        That is tried where there is a plan, and again with each that is better.
        """
        others = [
            c.name for c in self.problem.criteria if not c.additive and c.name != LARGEST_LOSS
        ]
        if self.best is None or self.most >= self.tried or self.single:
            return False
        if any(self.problem.weights.get(name) for name in others):
            return False
        from koopopt.formulations.partition.losing import decided

        self.tried = self.most
        left = self.control.remaining
        control = self.control.part(SETTLING_SECONDS if left is None else SETTLING_SHARE * left)
        try:
            outcome = decided(self.problem, self.key, self.best, self.solver, control)
        except Stopped:  # its part of the time
            return False
        if outcome is None:
            return False
        self.offer(outcome.plan)
        if outcome.least is not None:
            self.floor = max(self.floor, min(outcome.least, self.tried))
        return self.done

    def _start(self, asked: Problem) -> Plan | None:
        """Return the best plan where it is one of the part."""
        if self.best is None or not evaluate(asked, self.best.plan).feasible:
            return None
        return self.best.plan

    def _lost(self, plan: Plan) -> Ints:
        """Return (services, n) what each loses in each service."""
        services = [s.id for s in self.facts.services]
        of = {id_: Plan([p for p in plan.partnerships if p.service == id_]) for id_ in services}
        return np.array([losses(self.facts, of[id_], self.key) for id_ in services])

    def _halves(self, part: _Part, lost: Ints) -> Iterator[_Part]:
        """Yield the plans in which one who loses too much loses less in a service, and the rest."""
        i = int(lost.sum(axis=0).argmax())
        over = int(lost[:, i].sum()) - part.high
        room = lost[:, i] - np.maximum(self.lowest[:, i], part.more[:, i] + 1)
        s = int(room.argmax())
        less = max(1, ceil(Fraction(over * int(room[s]), int(room.sum()))))
        most, more = part.most.copy(), part.more.copy()
        most[s, i] = more[s, i] = lost[s, i] - less
        yield replace(part, most=most)
        yield replace(part, more=more)
