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

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import evaluate
from koopopt.formulations.base import Outcome
from koopopt.formulations.branching import Branching
from koopopt.linear import Bools, Ints
from koopopt.problem import Problem
from koopopt.rules import Conditions, PartnershipRule, Stable
from koopopt.rules.base import CoalitionTest, names
from koopopt.sharing.admissible import Admissible
from koopopt.sharing.bounds import ANY, Between, Group, Inside, NoneOf, OneOf, sets
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.cores import groups_that_gain, own_core
from koopopt.sharing.keys import Key
from koopopt.sharing.settling import settled
from koopopt.sharing.stability import Blocked, blocking, core_partition, losers
from koopopt.sharing.stable import demand_answer, prepare
from koopopt.sharing.surviving import surviving
from koopopt.sharing.within import perhaps_in_core
from koopopt.solvers.base import Control, Stopped, Termination
from koopopt.text import T, Text

Solve = Callable[[Problem, Control, Plan | None], Outcome]

MOST_REASONS: Final = 5
"""Groups that are named where no plan is stable."""
MOST_BLOCKING: Final = 30
"""Blocking partnerships among which one to branch on is chosen."""
FEW: Final = 100
"""Coalitions that may be in a stable plan up to which no first plan is looked for."""
SETTLING_SHARE: Final = 0.2
"""Part of the time in which a first plan is looked for."""


@dataclass(frozen=True, eq=False)
class Tested(PartnershipRule):
    """What a search asks of a service's partnerships; no file has it.

    Attributes
    ----------
    tests : tuple of CoalitionTest
    alone : (n,) bool array
        Who may stay alone.
    pair : (n, places) bool array
        Which member may be seated where.
    """

    tests: tuple[CoalitionTest, ...]
    alone: Bools
    pair: Bools

    name: ClassVar[str] = "stable"

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        """Add the tests."""
        conditions.tests += self.tests
        conditions.alone &= self.alone
        conditions.pair &= self.pair

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        """Yield that a partnership does not pass."""
        who = np.sort(facts.members(partnership))
        if not partnership.pooled:
            ok = bool(self.alone[who].all())
        else:
            start, member = np.array([0, len(who)]), who.astype(np.int16)
            cents = np.array([facts.cents(partnership)], float)
            ok = bool(self.pair[who, facts.index[partnership.seat]].all())
            ok = ok and all(test.keeps(start, member, cents)[0] for test in self.tests)
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
    demand_answer(problem, rule)
    try:
        return _Tree(problem, rule, control, solve).run(start)
    except Stopped:  # while partnerships were enumerated, before which nobody knows who leaves
        return Outcome(control.why)


@dataclass(frozen=True, eq=False)
class _Branch:
    """Bounds on what each municipality pays for each service, and where it is seated.

    (services, n) each; cents, travel apart, and seats, -1 where any will do.
    """

    most: Ints
    more: Ints
    seat: Ints

    @classmethod
    def whole(cls, services: int, n: int) -> _Branch:
        """Ask nothing."""
        shape = services, n
        return cls(np.full(shape, ANY), np.full(shape, -ANY), np.full(shape, -1))

    def narrowed(self, burdens: Burdens, blocked: Blocked) -> Iterator[_Branch]:
        """Yield branches, in each of which a member bears no more than in a partnership."""
        s, facts, more = burdens.service, burdens.problem.facts, self.more.copy()
        for town, bears in zip(blocked.members, blocked.bears, strict=True):
            i = facts.index[town]
            for seat in range(facts.places) if burdens.value else (-1,):
                if seat >= 0 and self.seat[s, i] not in (-1, seat):
                    continue
                most, at = self.most.copy(), self.seat.copy()
                at[s, i] = max(seat, self.seat[s, i])
                most[s, i] = min(
                    most[s, i], bears - int(burdens.own_travel(np.array([i]), seat)[0])
                )
                if more[s, i] < most[s, i]:
                    yield _Branch(most, more.copy(), at)
            if not burdens.value:
                more[s, i] = max(more[s, i], bears)


class _Asked:
    """What is asked of one service in all branches."""

    def __init__(self, problem: Problem, rule: Stable, service: int) -> None:
        facts = problem.facts
        self.problem, self.rule, self.service = problem, rule, service
        self.alone = np.ones(facts.n, bool)
        self.pair = np.ones((facts.n, facts.places), bool)
        self.first: tuple[CoalitionTest, ...] = ()
        self.inside: tuple[Group, ...] = ()
        self.none: list[tuple[int, ...]] = []
        self.because: list[tuple[int, ...]] = []
        self.left = 0
        self.burdens = None if rule.shared_by is None else Burdens.under(problem, service, rule)
        if self.burdens is None or rule.stable == "core":
            self._perhaps_in_core()
        elif rule.stable == "individual" and not self.burdens.value:
            anything = np.full(facts.n, -ANY)
            self.first = (Between(self.burdens, self.burdens.alone, anything),)
        else:
            left = surviving(self.burdens, only_alone=rule.stable == "individual")
            self.alone, self.pair = left.alone, left.pair
            self.left = len(left.coalitions)
            self.first = (OneOf.of(left.coalitions),)
            self.because = [tuple(who.tolist()) for who in left.because]

    def _perhaps_in_core(self) -> None:
        all_of, n = Admissible.known(self.problem, self.service), self.problem.facts.n
        kept = OneOf.of(all_of.coalitions.take(perhaps_in_core(all_of, self.burdens)))
        self.first = (kept,)
        if self.burdens is not None:
            self.first += (Between(self.burdens, self.burdens.alone, np.full(n, -ANY)),)

    def tested(self, branch: _Branch) -> Tested:
        """Return what is asked of its partnerships in a branch."""
        tests, alone, pair = self.first, self.alone, self.pair
        if self.inside:
            assert self.burdens is not None
            tests += (Inside(self.burdens, self.inside),)
        if self.none:
            tests += (NoneOf.of(len(alone), self.none),)
        most, more = branch.most[self.service], branch.more[self.service]
        seat = branch.seat[self.service]
        if self.burdens is not None and ((most < ANY).any() or (more > -ANY).any()):
            tests += (Between(self.burdens, most, more),)
            paid = self.problem.facts.alone_cents[self.service]
            alone = alone & (paid <= most) & (paid > more)
        if (seat >= 0).any():
            somewhere, places = seat >= 0, np.arange(pair.shape[1])
            pair = pair & (~somewhere[:, None] | (seat[:, None] == places))
            alone = alone & (~somewhere | (seat == np.arange(len(seat))))
        return Tested(tests, alone, pair)

    def only(self, found: Sequence[Partnership]) -> Tested:
        """Return that these partnerships are formed, at any seats."""
        facts = self.problem.facts
        groups = [[facts.index[i] for i in p.members] for p in found]
        alone = np.zeros(facts.n, bool)
        alone[[g[0] for g in groups if len(g) == 1]] = True
        pooled = sets(facts.n, [g for g in groups if len(g) > 1])
        return Tested((OneOf.of(pooled),), alone, np.ones_like(self.pair))

    def learns(self, plan: Plan) -> tuple[bool, list[Blocked]]:
        """Return whether partnerships of a plan are forbidden from now on, else who blocks it."""
        facts = self.problem.facts
        own = [p for p in plan.partnerships if p.service == facts.services[self.service].id]
        if self.burdens is None or self.rule.stable == "core":
            outside = [p for p in own if p.pooled and self._outside_core(p)]
            self.none += [tuple(sorted(facts.index[i] for i in p.members)) for p in outside]
            return bool(outside), []
        if self.rule.stable == "individual":
            return False, losers(self.burdens, own)
        found = blocking(self.burdens, own, MOST_BLOCKING)
        if self.burdens.value:  # whether a group leaves a partnership depends on its seat
            return False, sorted(found, key=lambda b: len(b.members))
        together = [set(p.members) for p in own]
        within = [b for b in found if any(set(b.members) <= m for m in together)]
        new = tuple((tuple(facts.index[i] for i in b.members), b.bears) for b in within)
        self.inside += new
        self.because += [group for group, _ in new]
        return bool(within), sorted(found, key=lambda b: len(b.members))

    def _outside_core(self, p: Partnership) -> bool:
        if self.burdens is None:
            return bool(own_core(self.problem, self.service, p).empty)
        return bool(groups_that_gain(self.burdens, p))


class _Tree(Branching[_Branch]):
    """One search."""

    def __init__(self, problem: Problem, rule: Stable, control: Control, solve: Solve) -> None:
        super().__init__(problem, control)
        self.solve = solve
        self.free = problem.with_stable(None)
        services = range(len(problem.facts.services))
        prepare(problem, rule, control.check)
        self.asked = [_Asked(problem, rule, s) for s in services]

    def run(self, start: Plan | None) -> Outcome:
        """Decide branch after branch."""
        facts = self.problem.facts
        self.offer(start)
        self._settle()
        self.explore(_Branch.whole(len(facts.services), facts.n))
        return self.outcome()

    def _settle(self) -> None:
        """Look for a first plan that no group leaves: partitions, then their best seats."""
        plan: list[Partnership] = []
        asked = []
        if sum(a.left for a in self.asked) <= FEW:
            return  # the search itself is quicker
        for a, own in zip(self.asked, self.problem.partnership_rules, strict=True):
            if a.rule.stable != "key" or a.burdens is None or self.control.stopped:
                return
            weight = Burdens(self.problem, a.service, Key("population"))
            found = settled(a.burdens, core_partition(a.burdens.all_of, weight))
            if found is None:
                return
            plan += found
            asked.append((*own, a.only(found)))
        self.offer(Plan(tuple(plan)))
        if not any(a.burdens is not None and a.burdens.value for a in self.asked):
            narrow = replace(self.free, partnership_rules=tuple(asked))
            control = self.control.share(SETTLING_SHARE)
            self.offer(self.solve(narrow, control, None).plan)

    def decide(self, least: float, branch: _Branch) -> None:
        """Solve a branch, and split it where its plan is blocked."""
        rules = zip(self.problem.partnership_rules, self.asked, strict=True)
        asked = replace(
            self.free, partnership_rules=tuple((*own, a.tested(branch)) for own, a in rules)
        )
        control = self.control.part(on_progress=self.tell)
        control.enough = None
        start = None if self.best is None else self.best.plan
        self.last = outcome = self.solve(asked, control, start)
        if outcome.least is not None:
            least = max(least, outcome.least)
        if outcome.termination is Termination.INFEASIBLE:
            return
        plan = outcome.plan
        if plan is None or not evaluate(asked, plan).feasible:
            return self.close(least)
        if self.offer(plan):  # the best of its branch, as far as that is proven
            return self.close(least)
        for a in self.asked:
            forbidden, found = a.learns(plan)
            if forbidden:
                return self.push(least, branch)
            if found:
                chosen = found[0]
                a.because.append(tuple(self.problem.facts.index[i] for i in chosen.members))
                assert a.burdens is not None
                for part in branch.narrowed(a.burdens, chosen):
                    self.push(least, part)
                return None
        return self.close(least)  # it breaks another rule

    def reasons(self) -> Iterator[Text]:
        """Yield the groups of which one would always leave."""
        facts = self.problem.facts
        for a in self.asked:
            groups = list(dict.fromkeys(a.because))[-MOST_REASONS:]
            if groups:
                said = "; ".join(names(facts, [facts.ids[i] for i in group]) for group in groups)
                yield T("{service}: whatever the plan, a group would leave, such as {groups}.",
                        service=facts.services[a.service].id, groups=said)  # fmt: skip
