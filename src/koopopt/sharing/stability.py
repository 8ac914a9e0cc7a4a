"""Partitions that nobody leaves: who blocks a plan under a key, and a partition nobody blocks.

An admissible partnership blocks a plan under a key if every member would pay at least a cent less
in it than in the plan, offices apart (section 8 of docs/semantics.md). Under a fixed weight
all members rank partnerships alike, by cost per weight, so taking the one of the least ratio again
and again gives a partition that none blocks (common ranking; Farrell and Scotchmer 1988). Because
cents are rounded, that is not taken for granted: what is claimed was looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership
from koopopt.coalitions.admissible import all_admissible, enumeration, seats
from koopopt.coalitions.enumeration import TooMany
from koopopt.coalitions.sets import Coalitions
from koopopt.errors import UsageError
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem
from koopopt.rules import PartnershipRule
from koopopt.sharing.burdens import CENT, Burdens, wrong
from koopopt.sharing.keys import Key
from koopopt.text import T

MOST_COALITIONS: Final = 3_000_000
"""Coalitions of a service that are held for this."""


_Enumerated = tuple[tuple[PartnershipRule, ...], "Alternatives"]
_KNOWN: WeakKeyDictionary[Facts, dict[int, _Enumerated]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Blocked:
    """A partnership that would replace parts of a plan.

    Attributes
    ----------
    service : str
    members : tuple of str
        Ids, in the order of the instance.
    gains : tuple of int
        Cents a year that each of them would pay less.
    pays : tuple of int
        Cents a year that each of them would pay.
    """

    service: str
    members: tuple[str, ...]
    gains: tuple[int, ...]
    pays: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Alternatives:
    """All partnerships that a service allows, and what they cost.

    Attributes
    ----------
    problem : Problem
    service : int
    coalitions : Coalitions
        Pooled ones.
    cost : (N,) array
        Cents a year, whole numbers.
    form : (N,) int array
        Number of the legal form.
    """

    problem: Problem
    service: int
    coalitions: Coalitions
    cost: Floats
    form: Ints

    @classmethod
    def known(cls, problem: Problem, service: int) -> Alternatives:
        """Return them, enumerated once for problems of the same facts and rules.

        Raises
        ------
        UsageError
            Where they are more than `MOST_COALITIONS`.
        """
        kept = _KNOWN.setdefault(problem.facts, {})
        rules = problem.partnership_rules[service]
        if service not in kept or kept[service][0] != rules:
            kept[service] = rules, cls.of(problem, service)
        return kept[service][1]

    @classmethod
    def of(cls, problem: Problem, service: int) -> Alternatives:
        """Enumerate them.

        Raises
        ------
        UsageError
            Where they are more than `MOST_COALITIONS`.
        """
        facts, conditions = problem.facts, problem.conditions[service]
        try:
            enumeration(facts, conditions).count(MOST_COALITIONS)
        except TooMany:
            raise UsageError(
                T("There are more than {most} possible coalitions for {service}; set max_members.",
                  most=MOST_COALITIONS, service=facts.services[service].id)
            ) from None  # fmt: skip
        return cls(problem, service, *all_admissible(facts, service, conditions))

    def core_partition(self, key: Key) -> list[Partnership]:
        """Return the partition that taking the least cost per weight again and again gives."""
        facts, s = self.problem.facts, self.service
        weight = self.burdens(key).weight
        singles = np.arange(facts.n)
        total = np.concatenate([self.coalitions.total(weight), weight])
        cost = np.concatenate([self.cost, facts.alone_cents[s].astype(float)])
        worst = np.where(cost > 0, np.inf, -np.inf)
        ratio = np.divide(cost, total, out=worst, where=total > 0)
        # Who must not stay alone does so last of all, where nothing else is left.
        ratio[len(self.coalitions) :][~self.problem.conditions[s].alone] = np.inf
        free, chosen = np.ones(facts.n, bool), []
        for c in np.argsort(ratio, kind="stable").tolist():
            k = c - len(self.coalitions)
            who = singles[k : k + 1] if k >= 0 else self.coalitions[c].astype(np.int64)
            if free[who].all():
                free[who] = False
                chosen.append(self._partnership(c, who))
        return chosen

    def blocking(self, partnerships: Sequence[Partnership], key: Key, most: int) -> list[Blocked]:
        """Return partnerships that block these, which cover everybody; at most so many."""
        problem, facts, burdens = self.problem, self.problem.facts, self.burdens(key)
        paid = np.zeros(facts.n, np.int64)
        for p in partnerships:
            for i, cents in burdens.of(p).items():
                paid[i] = cents
        service = facts.services[self.service].id
        alone = problem.conditions[self.service].alone
        found = [
            Blocked(service, (facts.ids[i],), (int(paid[i] - own),), (own,))
            for i, own in enumerate(burdens.alone.tolist())
            if own < paid[i] and alone[i]
        ]
        for c in self._candidates(burdens, paid):
            if len(found) >= most:
                break
            who = self.coalitions[c].astype(np.int64)
            shares = burdens.exact(who, int(self.cost[c]))
            gains = [int(paid[i]) - share for i, share in zip(who, shares, strict=True)]
            if min(gains) >= 1:
                ids = tuple(facts.ids[i] for i in who)
                found.append(Blocked(service, ids, tuple(gains), tuple(shares)))
        return found[:most]

    def burdens(self, key: Key) -> Burdens:
        """Return what members pay under a key."""
        return Burdens(self.problem, self.service, key)

    def _candidates(self, burdens: Burdens, paid: Ints) -> list[int]:
        """Return which coalitions may block, gaining most first."""
        c = self.coalitions
        if not len(c):
            return []
        about = burdens.about(c, self.cost)
        # Whose share in whole cents is less than what is paid gains a cent: a gain is below that
        # of exact shares by less than one.
        gain = paid[c.member] - about + wrong(about) - CENT
        least = np.minimum.reduceat(gain, c.start[:-1])
        may = np.flatnonzero(least > 0)
        return [int(k) for k in may[np.argsort(-least[may], kind="stable")]]

    def _partnership(self, c: int, who: Ints) -> Partnership:
        """Return a coalition at the seat with the least travel."""
        facts, service = self.problem.facts, self.problem.facts.services[self.service].id
        ids = tuple(facts.ids[i] for i in who)
        if len(who) == 1:
            return Partnership(service, ids, ids[0])
        may = seats(self.problem.conditions[self.service], self.coalitions.take(np.array([c])))[0]
        travel = facts.population[who] @ facts.minutes[who]
        seat = int(np.where(may, travel, np.inf).argmin())
        form = facts.instance.legal_forms[int(self.form[c])].id
        return Partnership(service, ids, facts.seat_ids[seat], form)
