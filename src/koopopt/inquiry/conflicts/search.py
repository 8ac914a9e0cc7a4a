"""The search: contradictions and sets of rules to give up, each led by what is known of the other.

The lightest set that has a member in each contradiction known so far is where to look for the
cheapest set to give up. Where the rest of the rules leaves a plan, it is one, and none is cheaper.
Where not, the rest holds another contradiction, and the next set has to hit that as well. Once
every such set helps, all minimal contradictions are known (Liffiton, Previti, Malik and
Marques-Silva 2016).

A contradiction is found from above: rules are left out, in ever smaller parts, as long as the rest
contradicts itself (a deletion filter). Where it stays open whether many rules leave a plan, it is
looked for from below: the least set that hits all that plans were found to break, which is a
smallest contradiction where it leaves no plan (Ignatiev, Previti, Liffiton and Marques-Silva 2015).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf
from typing import Final

from koopopt.case.plan import Plan
from koopopt.inquiry.conflicts.hitting import hitting_sets
from koopopt.inquiry.conflicts.oracle import Answer, Oracle
from koopopt.inquiry.conflicts.ruleset import Keep

FIRST_SECONDS: Final = 4.0
"""Seconds for a question at first; each time round it gets twice as many."""
PARTS: Final = 4
"""Parts of that time that a question of the search from below may take."""


FEW: Final = 3
"""Rules that are likely to be all to blame."""
MAKE_SMALL: Final = frozenset(("contiguous", "max_members", "max_partner_seats"))
"""Rules that most cases have, and that seldom contradict others."""


Weight = Fraction | float
"""What giving up counts: exact, or infinite for what is not to be given up."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Rules that are given up, and a plan that keeps the rest."""

    rules: Keep
    weight: Weight
    plan: Plan


@dataclass(slots=True, eq=False)
class Search:
    """What is known of a set of rules, and how more is found out.

    Attributes
    ----------
    oracle : Oracle
    weights : sequence of Weight
        What giving up each rule counts.
    conflicts : list of sets of rules
        Each leaves no plan, and none holds another.
    helping : list of GivenUp
        In the order of their weights.
    open_from : Fraction or None
        The weight of the lightest set of which it stayed open whether it helps.
    complete : bool
        Whether all minimal contradictions are known.
    hopeless : bool
        Whether it is proven that no set helps: what is not to be given up leaves no plan.
    """

    oracle: Oracle
    weights: Sequence[Weight]
    conflicts: list[Keep] = field(default_factory=list)
    helping: list[GivenUp] = field(default_factory=list)
    open_from: Weight | None = None
    complete: bool = False
    hopeless: bool = False

    @property
    def every(self) -> Keep:
        """All rules."""
        return self.oracle.rules.every

    def weight(self, rules: Keep) -> Weight:
        """Return what giving up these rules counts."""
        return sum((self.weights[k] for k in rules), Fraction(0))

    def run(self, most: int) -> None:
        """Find the cheapest sets to give up, and contradictions until there are so many."""
        passed: list[Keep] = []  # sets that help, or of which that stayed open
        while not self.oracle.stopped:
            given_up = self._lightest(self.conflicts, self.weights, passed)
            if given_up is None:
                self.complete = self.open_from is None and not self.oracle.stopped
                return
            weight = self.weight(given_up)
            never = weight == inf
            self.hopeless |= never and not self.helping and self.open_from is None
            dearer = never or (bool(self.helping) and weight > self.helping[0].weight)
            if dearer and len(self.conflicts) >= most:
                return
            answer = self.settled(self.every - given_up)
            if isinstance(answer, Plan) and not never:
                self.helping.append(GivenUp(given_up, weight, answer))
            if answer is not False:
                passed.append(given_up)
            if answer is None and self.open_from is None:
                self.open_from = weight

    def settled(self, rules: Keep) -> Answer:
        """Return a plan that keeps these rules; False where a contradiction in them is known now.

        From above, where most rules hold and little is to be looked through, and from below, where
        few rules are easily seen to contradict each other; in turns, each time for longer.
        """
        seconds = FIRST_SECONDS
        while True:
            if any(some <= rules for some in self.conflicts):
                return False
            answer, final = self.oracle.ask(rules, seconds), False
            if answer is None:
                answer, final = self._from_below(rules, seconds)
            if answer is False:
                self._add(self._part(self.oracle.contradiction(rules)))
                return False
            final &= rules in self.oracle.beyond
            if answer is not None or final or self.oracle.stopped:
                return answer
            seconds *= 2

    def _from_below(self, rules: Keep, seconds: float) -> tuple[Answer, bool]:
        """Return a plan that keeps these rules, or whether few of them contradict each other.

        And whether that is all that can be said, however long there is.
        """
        until = time.perf_counter() + seconds
        even: list[Weight] = [Fraction(1)] * len(self.every)
        barred: list[Keep] = []
        while time.perf_counter() < until and not self.oracle.stopped:
            broken = [rules - kept for kept in self.oracle.plans.values()]
            if not all(broken):
                return self.oracle.known(rules), True
            found = self._lightest(broken, even, barred)
            if found is None:
                return None, all(some in self.oracle.beyond for some in barred)
            answer = self.oracle.ask(found, seconds / PARTS)
            if answer is False:
                return False, True
            if answer is None:
                barred.append(found)
        return None, False

    def _lightest(
        self, sets: Sequence[Keep], weights: Sequence[Weight], without: Sequence[Keep]
    ) -> Keep | None:
        some = hitting_sets(sets, weights, without=without, stopped=lambda: self.oracle.stopped)
        return next(some, None)

    def _part(self, rules: Keep) -> Keep:
        """Return a part of contradicting rules that still does, without any that is not needed.

        Rules are left out in parts, half a part where a whole one is too much. Those go first that
        are seldom to blame, so that what is asked is mostly whether many rules leave a plan: that
        is easy to say. Where it stays open, rules stay. Of many rules it is first looked from
        below whether a few are to blame: that may be easy to say where no part of many is.
        """
        if len(rules) > FEW:
            self._from_below(rules, min(FIRST_SECONDS, self.oracle.remaining / PARTS))
            rules = self.oracle.contradiction(rules)
        parts = [sorted(rules, key=self._blame)]
        while parts:
            part = parts.pop()
            if not rules.issuperset(part):
                part = [k for k in part if k in rules]
            if not part:
                continue
            if len(part) == 1 and self._needed(rules, part[0]):
                continue
            rest = rules - frozenset(part)
            if self.oracle.ask(rest, self._share) is False:
                rules = self.oracle.contradiction(rest)
            elif len(part) > 1:
                half = (len(part) + 1) // 2
                parts += [part[half:], part[:half]]
        return rules

    def _needed(self, rules: Keep, k: int) -> bool:
        """Return whether a plan without one rule is known, or found while all others hold.

        That plan is wanted anyhow: it says that to give up this rule is enough.
        """
        if len(rules) > FEW or self.oracle.known(rules - {k}) is not None:
            return isinstance(self.oracle.known(rules - {k}), Plan)
        return isinstance(self.oracle.ask(self.every - {k}, self._share), Plan)

    def _blame(self, k: int) -> tuple[int, int]:
        """Return how likely a rule is to blame: conditions of forms seldom, demands on plans most.

        A contradiction has a rule that each plan known breaks, such as that nobody stays alone.
        """
        rule = self.oracle.rules.rules[k]
        if rule.place in ("legal form", "site"):
            return 0, k
        if any(k not in kept for kept in self.oracle.plans.values()):
            return 3, k
        return (1 if rule.key in MAKE_SMALL else 2), k

    @property
    def _share(self) -> float:
        """Seconds for a question of many."""
        return max(FIRST_SECONDS, self.oracle.remaining / 10)

    def _add(self, conflict: Keep) -> None:
        self.conflicts = [some for some in self.conflicts if not conflict <= some]
        self.conflicts.append(conflict)

    def minimal(self) -> list[tuple[Keep, bool]]:
        """Return the contradictions, and whether each is proven to be minimal, the smallest first.

        It is where every part with one rule less leaves a plan: to give up a rule takes no plan
        away, so smaller parts leave one as well. Several may shrink to the same: that is told once.
        """
        least: dict[Keep, bool] = {}
        for conflict in sorted(self.conflicts, key=_by_size):
            less, proven = conflict, True
            for k in sorted(conflict):
                answer = self.oracle.ask(less - {k}, self._share)
                if answer is False:
                    less -= {k}
                proven = proven and answer is not None
            if less != conflict:
                self._add(less)
            if not any(some <= less for some in least):
                least = {some: sure for some, sure in least.items() if not less <= some}
                least[less] = proven
        return sorted(least.items(), key=lambda one: _by_size(one[0]))


def _by_size(rules: Keep) -> tuple[int, list[int]]:
    return len(rules), sorted(rules)
