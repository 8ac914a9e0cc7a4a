"""Plans that nobody leaves, found by bounds on what members pay.

Formulations know conditions on one partnership. The rule `stable` is more: under a key, whether a
partnership T would replace parts of a plan depends on several of them. Every stable plan answers to
T: one of T's members pays no more than in T. So:

1. What can be in no stable plan is left out (`sharing.surviving`, or who pays more than alone).
2. What is left is solved without the rule. Where its best plan is blocked by T, the search
   branches on T's members: in the k-th branch the k-th of them pays no more than in T, and those
   before it pay more. A group within one partnership is met by that partnership alone, and forbids
   it, and whatever else it leaves, in all branches.

Bounds on what a member pays are conditions on partnerships (`sharing.burdens`). Branches exclude
each other and cover all stable plans, so the least of their bounds is a bound.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from math import inf
from typing import ClassVar, Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import Evaluation, evaluate
from koopopt.formulations.base import Outcome, known
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.rules import Conditions, PartnershipRule, Stable
from koopopt.rules.base import CoalitionTest, names
from koopopt.sharing.burdens import ANY, Between, Burdens, Inside, NoneOf, OneOf, sets
from koopopt.sharing.core import empty_core, groups_that_gain, perhaps_in_core
from koopopt.sharing.keys import Key, numbers
from koopopt.sharing.stability import Alternatives, Blocked
from koopopt.sharing.stable import demand_no_sites
from koopopt.sharing.surviving import surviving
from koopopt.solvers.base import Control, Progress, Stopped, Termination
from koopopt.text import T, Text

Solve = Callable[[Problem, Control, Plan | None], Outcome]

MOST_REASONS: Final = 5
"""Groups that are named where no plan is stable."""
MOST_BLOCKING: Final = 30
"""Blocking partnerships among which one to branch on is chosen."""
DECIDED: Final = (Termination.OPTIMAL, Termination.INFEASIBLE)
"""Ends after which nothing of a branch is left open."""


@dataclass(frozen=True, eq=False)
class Tested(PartnershipRule):
    """What a search asks of a service's partnerships; no file has it.

    Attributes
    ----------
    tests : tuple of CoalitionTest
    alone : (n,) bool array
        Who may stay alone.
    """

    tests: tuple[CoalitionTest, ...]
    alone: np.ndarray

    name: ClassVar[str] = "stable"

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        """Add the tests."""
        conditions.tests += self.tests
        conditions.alone &= self.alone

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        """Yield that a partnership does not pass."""
        who = np.sort(facts.members(partnership))
        if not partnership.pooled:
            ok = bool(self.alone[who].all())
        else:
            start, member = np.array([0, len(who)]), who.astype(np.int16)
            cents = np.array([facts.cents(partnership)], float)
            ok = all(test.keeps(start, member, cents)[0] for test in self.tests)
        if not ok:
            yield T("Some of {names} would leave.", names=names(facts, partnership.members))


def by_burdens(problem: Problem, control: Control, start: Plan | None, solve: Solve) -> Outcome:
    """Solve a problem; one that does not ask for stability is passed on as it is.

    Raises
    ------
    UsageError
        Where stability cannot be told: with sites, or with too many coalitions.
    """
    rule = problem.stable
    if rule is None:
        return solve(problem, control, start)
    demand_no_sites(problem)
    try:
        return _Tree(problem, rule, control, solve).run(start)
    except Stopped:
        return known(problem, control, start)


@dataclass(frozen=True, eq=False)
class _Branch:
    """Bounds on what each municipality pays for each service: (services, n) cents."""

    most: Ints
    more: Ints

    def narrowed(self, s: int, blocked: Blocked, facts: Facts) -> Iterator[_Branch]:
        """Yield the branches in which some member pays no more than in a partnership."""
        more = self.more.copy()
        for town, paid in zip(blocked.members, blocked.pays, strict=True):
            i, most = facts.index[town], self.most.copy()
            most[s, i] = min(most[s, i], paid)
            if more[s, i] < most[s, i]:
                yield _Branch(most, more.copy())
            more[s, i] = max(more[s, i], paid)


class _Asked:
    """What is asked of one service in all branches."""

    def __init__(self, problem: Problem, rule: Stable, service: int) -> None:
        facts = problem.facts
        self.problem, self.rule, self.service = problem, rule, service
        self.key = None if rule.shared_by is None else Key.parse(rule.shared_by)
        self.alone = np.ones(facts.n, bool)
        self.first: tuple[CoalitionTest, ...] = ()
        self.inside: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()
        self.none: list[tuple[int, ...]] = []
        self.because: list[tuple[int, ...]] = []
        if self.key is not None:
            self.burdens = Burdens(problem, service, self.key)
            if rule.stable != "key":
                anything = np.full(facts.n, -ANY)
                self.first = (Between(self.burdens, self.burdens.alone, anything),)
        if rule.stable == "individual":
            return
        self.all_of = Alternatives.known(problem, service)
        if rule.stable == "core":
            kept = perhaps_in_core(self.all_of, None if self.key is None else self.burdens)
            self.first += (OneOf.of(self.all_of.coalitions.take(kept)),)
            return
        left = surviving(self.all_of, self.burdens)
        self.alone = left.alone
        self.first = (OneOf.of(self.all_of.coalitions.take(left.coalitions)),)
        self.because = [tuple(who.tolist()) for who in left.because]

    def tested(self, branch: _Branch) -> Tested:
        """Return what is asked of its partnerships in a branch."""
        tests, alone = self.first, self.alone
        n = self.problem.facts.n
        if self.inside:
            tests += (Inside(self.burdens, self.inside),)
        if self.none:
            tests += (NoneOf(sets(n, self.none)),)
        most, more = branch.most[self.service], branch.more[self.service]
        if (most < ANY).any() or (more > -ANY).any():
            tests += (Between(self.burdens, most, more),)
            alone = alone & (self.burdens.alone <= most) & (self.burdens.alone > more)
        return Tested(tests, alone)

    def learns(self, plan: Plan) -> tuple[bool, list[Blocked]]:
        """Return whether partnerships of a plan are forbidden from now on, else who blocks it."""
        facts = self.problem.facts
        own = [p for p in plan.partnerships if p.service == facts.services[self.service].id]
        before = len(self.inside), len(self.none)
        if self.rule.stable == "core":
            for p in own:
                if self._outside_core(p):
                    self.none.append(tuple(sorted(numbers(self.problem, p.members).tolist())))
            return len(self.none) > before[1], []
        if self.rule.stable == "individual":
            return False, []
        blocking = self.all_of.blocking(own, self.burdens.key, MOST_BLOCKING)
        together = [set(p.members) for p in own]
        within = [b for b in blocking if any(set(b.members) <= m for m in together)]
        self.inside += tuple((tuple(facts.index[i] for i in b.members), b.pays) for b in within)
        self.because += [group for group, _ in self.inside[before[0] :]]
        return bool(within), sorted(blocking, key=lambda b: len(b.members))

    def _outside_core(self, p: Partnership) -> bool:
        if not p.pooled:
            return False
        if self.key is None:
            return empty_core(self.problem, self.service, p)
        return bool(groups_that_gain(self.problem, self.service, p, self.key))


class _Tree:
    """One search."""

    def __init__(self, problem: Problem, rule: Stable, control: Control, solve: Solve) -> None:
        others = tuple(r for r in problem.plan_rules if r is not rule)
        self.problem, self.control, self.solve = problem, control, solve
        self.free = replace(problem, plan_rules=others)
        services = range(len(problem.facts.services))
        self.asked = [_Asked(problem, rule, s) for s in services]
        self.best: Evaluation | None = None
        self.open: list[tuple[float, int, _Branch]] = []
        self.closed = inf
        self.number = count()
        self.last = Outcome(Termination.INFEASIBLE)

    @property
    def most(self) -> float:
        """The weighted sum of the best plan; nothing better is infinite."""
        return inf if self.best is None else self.best.total

    @property
    def least(self) -> float:
        """No stable plan has a weighted sum below this."""
        return min([self.most, self.closed, *(least for least, *_ in self.open)])

    @property
    def done(self) -> bool:
        """Whether the best plan is proven as asked, or good enough."""
        if self.best is None:
            return False
        enough = self.control.enough is not None and self.most <= self.control.enough
        return enough or self.most - self.least <= self.control.gap * abs(self.most)

    def run(self, start: Plan | None) -> Outcome:
        """Decide branch after branch."""
        facts = self.problem.facts
        shape = len(facts.services), facts.n
        self._offer(start)
        self._push(-inf, _Branch(np.full(shape, ANY), np.full(shape, -ANY)))
        while self.open and not (self.done or self.control.stopped):
            least, _, branch = heapq.heappop(self.open)
            if least >= self.most:
                continue
            self._decide(least, branch)
        return self._outcome()

    def _decide(self, least: float, branch: _Branch) -> None:
        """Solve a branch, and split it where its plan is blocked."""
        rules = zip(self.problem.partnership_rules, self.asked, strict=True)
        asked = replace(
            self.free, partnership_rules=tuple((*own, a.tested(branch)) for own, a in rules)
        )
        control = self.control.part(on_progress=self._tell)
        control.enough = None
        start = None if self.best is None else self.best.plan
        self.last = outcome = self.solve(asked, control, start)
        if outcome.least is not None:
            least = max(least, outcome.least)
        if outcome.termination is Termination.INFEASIBLE:
            return
        plan = outcome.plan
        if plan is None or not evaluate(asked, plan).feasible:
            return self._give_up(least, branch)
        if self._offer(plan):
            # It is the best of its branch, as far as that is proven.
            self.closed = min(self.closed, least)
            return None
        for s, a in enumerate(self.asked):
            forbidden, blocking = a.learns(plan)
            if forbidden:
                return self._push(least, branch)
            if blocking:
                chosen = blocking[0]
                a.because.append(tuple(self.problem.facts.index[i] for i in chosen.members))
                for part in branch.narrowed(s, chosen, self.problem.facts):
                    self._push(least, part)
                return None
        return self._give_up(least, branch)  # it breaks another rule

    def _push(self, least: float, branch: _Branch) -> None:
        heapq.heappush(self.open, (least, next(self.number), branch))

    def _give_up(self, least: float, branch: _Branch) -> None:
        """Leave a branch as it is."""
        self.closed = min(self.closed, least)

    def _offer(self, plan: Plan | None) -> bool:
        """Remember a plan that keeps all rules; return whether it does."""
        evaluation = None if plan is None else evaluate(self.problem, plan)
        if evaluation is None or not evaluation.feasible:
            return False
        if evaluation.total < self.most:
            self.best = evaluation
        return True

    def _tell(self, progress: Progress) -> None:
        """Pass on progress, with the values of this search."""
        if self.control.on_progress is None:
            return
        if progress.note is None:
            shown = self.problem.scale.shown
            progress = replace(
                progress,
                seconds=self.control.seconds,
                incumbent=None if self.best is None else self.best.objective,
                bound=shown(int(self.least)) if abs(self.least) < inf else None,
            )
        self.control.on_progress(progress)

    def _outcome(self) -> Outcome:
        """Return what is known at the end."""
        least = int(self.least) if abs(self.least) < inf else None
        why, reasons = Termination.LIMIT, self.last.reasons
        if self.done:
            why = Termination.OPTIMAL
        elif self.best is None and not self.open and self.closed == inf:
            why, reasons = Termination.INFEASIBLE, tuple(self._reasons())
        elif self.control.stopped:
            why = self.control.why
        plan = None if self.best is None else self.best.plan
        return Outcome(why, plan, least, self.last.message, self.last.doubts, reasons)

    def _reasons(self) -> Iterator[Text]:
        """Yield the groups of which one would always leave."""
        facts = self.problem.facts
        for a in self.asked:
            groups = list(dict.fromkeys(a.because))[-MOST_REASONS:]
            if groups:
                said = "; ".join(names(facts, [facts.ids[i] for i in group]) for group in groups)
                yield T("{service}: whatever the plan, a group would leave, such as {groups}.",
                        service=facts.services[a.service].id, groups=said)  # fmt: skip
