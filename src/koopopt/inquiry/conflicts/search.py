"""The search: contradictions and sets to give up, each led by what is known of the other.

    sets to give up:   the lightest set that hits all contradictions known → does the rest leave a plan?
    contradictions:    the least set that hits all that plans were found to break → does it leave none?

Each answer is one more set for the other to hit. So the first set to give up that helps is the
cheapest one, and a contradiction that is found by its number of rules is a smallest one. Where that
takes too many questions, rules are left out one after the other as long as the rest contradicts
itself (a deletion filter).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from koopopt.case.plan import Plan
from koopopt.inquiry.conflicts.binding import Keep
from koopopt.inquiry.conflicts.hitting import hitting_sets
from koopopt.inquiry.conflicts.oracle import Answer, Oracle

FIRST_SECONDS: Final = 0.5
"""Seconds for a question at first; each time round it gets twice as many."""
ROUND: Final = 4
"""Times the seconds of a question for all that look for one contradiction, each time round."""
QUESTIONS_EACH: Final = 4
"""Questions a rule after which the smallest contradiction is looked for no longer."""


@dataclass(slots=True, eq=False)
class Search:
    """What is known of a set of rules, and how more is found out.

    Attributes
    ----------
    oracle : Oracle
    weights : sequence of Fraction
        What giving up each rule counts.
    conflicts : list of sets of rules
        Each leaves no plan.
    """

    oracle: Oracle
    weights: Sequence[Fraction]
    conflicts: list[Keep] = field(default_factory=list)

    @property
    def every(self) -> Keep:
        """All rules."""
        return self.oracle.rules.every

    def settled(self, rules: Keep, first: float = FIRST_SECONDS) -> Answer:
        """Return a plan that keeps these rules; False where a contradiction in them is known now.

        From above, where most rules hold and little is to be looked through, and from below, where
        few rules are easily seen to contradict each other; in turns, each time for longer.
        """
        seconds = first
        while True:
            if any(some <= rules for some in self.conflicts):
                return False
            answer = self.oracle.ask(rules, seconds)
            if isinstance(answer, Plan):
                return answer
            found = self.smallest(rules, seconds)
            if found is None and answer is False:
                found = self._filtered(rules)
            if isinstance(found, frozenset):
                self.conflicts.append(found)
                return False
            if isinstance(found, Plan):
                return found
            if self.oracle.stopped:
                return False if answer is False else None
            seconds *= 2

    def smallest(self, rules: Keep, seconds: float) -> Keep | Plan | None:
        """Return a contradiction among these rules that holds none of those known already.

        It is a smallest one unless questions stayed open. A plan that keeps all of these rules,
        where that comes first; None where there is no further one or that was not found out.

        Parameters
        ----------
        rules : set of int
        seconds : float
            For each question; `ROUND` times as many for all of them.
        """
        barred = [some for some in self.conflicts if some <= rules]
        until = time.perf_counter() + ROUND * seconds
        left = QUESTIONS_EACH * len(rules)
        even = [Fraction(1)] * len(self.every)
        while left > 0 and time.perf_counter() < until and not self.oracle.stopped:
            broken = [rules - kept for kept in self.oracle.plans.values()]
            if not all(broken):
                return self.oracle.known(rules) or None  # type: ignore[return-value]
            found = self._lightest(broken, even, barred)
            if found is None:
                return None
            left -= 1
            answer = self.oracle.ask(found, seconds)
            if answer is False:
                return found
            if answer is None:
                barred.append(found)
        return None

    def _lightest(
        self, sets: Sequence[Keep], weights: Sequence[Fraction], without: Sequence[Keep]
    ) -> Keep | None:
        some = hitting_sets(
            sets, weights, without=without, stopped=lambda: self.oracle.stopped
        )
        return next(some, None)

    def _filtered(self, rules: Keep) -> Keep:
        """Return a part of contradicting rules that still does; of open questions rules stay."""
        for k in sorted(rules, key=self._likely):
            if k in rules and self.oracle.ask(rules - {k}, self._share(len(rules))) is False:
                rules -= {k}
        return rules

    def _likely(self, k: int) -> int:
        """Return how often plans keep a rule: those that all keep are left out first."""
        return -sum(k in kept for kept in self.oracle.plans.values())

    def _share(self, parts: int) -> float:
        return max(FIRST_SECONDS, self.oracle.remaining / max(1, parts))

    def reduced(self, conflict: Keep) -> tuple[Keep, bool]:
        """Return the contradiction, or a part of it, and whether that is proven to be minimal.

        It is where every part with one rule less leaves a plan: to give up a rule takes no plan
        away, so smaller parts leave one as well.
        """
        proven = True
        for k in sorted(conflict):
            answer = self.oracle.ask(conflict - {k}, self._share(len(conflict)))
            if answer is False:
                conflict -= {k}
            proven = proven and answer is not None
        return conflict, proven

    def relaxations(self, most: int) -> Iterator[tuple[Keep, Plan, bool]]:
        """Yield sets of rules to give up, the cheapest first, each with a plan that keeps the rest.

        And whether it is proven that none is cheaper. All that are as cheap as the first come, as
        many as asked for at the most.
        """
        passed: list[Keep] = []  # looked at: they help, or that stayed open
        best: Fraction | None = None
        proven = True
        while most > 0 and not self.oracle.stopped:
            given_up = self._lightest(self.conflicts, self.weights, passed)
            if given_up is None or (best is not None and self.weight(given_up) > best):
                return
            answer = self.settled(self.every - given_up)
            if answer is False and any(some <= self.every - given_up for some in self.conflicts):
                continue
            passed.append(given_up)
            if isinstance(answer, Plan):
                best = self.weight(given_up)
                most -= 1
                yield given_up, answer, proven
            else:
                proven = False

    def weight(self, rules: Keep) -> Fraction:
        """Return what giving up these rules counts."""
        return sum((self.weights[k] for k in rules), Fraction(0))

    def more(self, most: int) -> bool:
        """Look for further contradictions until there are so many; return whether all are known."""
        seconds = FIRST_SECONDS
        while len(self.conflicts) < most and not self.oracle.stopped:
            known = len(self.conflicts)
            found = self.smallest(self.every, seconds)
            if isinstance(found, frozenset):
                self.conflicts.append(found)
            elif self._exhausted():
                return True
            if len(self.conflicts) == known:
                seconds *= 2
        return self._exhausted()

    def _exhausted(self) -> bool:
        """Return whether no set without a known contradiction hits all that plans break."""
        if self.oracle.stopped:
            return False
        broken = [self.every - kept for kept in self.oracle.plans.values()]
        even = [Fraction(1)] * len(self.every)
        none = self._lightest(broken, even, self.conflicts) is None
        return none and not self.oracle.stopped
