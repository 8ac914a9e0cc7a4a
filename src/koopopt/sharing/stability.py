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

import numpy as np

from koopopt.case.plan import Partnership
from koopopt.coalitions.admissible import all_admissible, enumeration, seats
from koopopt.coalitions.enumeration import TooMany
from koopopt.coalitions.sets import Coalitions
from koopopt.errors import UsageError
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem
from koopopt.sharing.keys import WEIGHTED, Key, numbers, to_cents, weights
from koopopt.text import T

MOST_COALITIONS: Final = 3_000_000
"""Coalitions of a service that are held for this."""
SLACK: Final = 1e-9
"""What floating point may be wrong by, relatively, before cents are looked at."""


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
    """

    service: str
    members: tuple[str, ...]
    gains: tuple[int, ...]


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
        weight = _float_weights(self.problem, s, key)
        singles = np.arange(facts.n)
        total = np.concatenate([self.coalitions.total(weight), weight])
        cost = np.concatenate([self.cost, facts.alone_cents[s].astype(float)])
        worst = np.where(cost > 0, np.inf, -np.inf)
        ratio = np.divide(cost, total, out=worst, where=total > 0)
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
        problem, facts, s = self.problem, self.problem.facts, self.service
        paid = np.zeros(facts.n, np.int64)
        for p in partnerships:
            who = numbers(problem, p.members)
            paid[who] = to_cents(key.shares(problem, s, who, facts.cents(p)))
        found = [
            Blocked(facts.services[s].id, (facts.ids[i],), (int(paid[i] - own),))
            for i, own in enumerate(facts.alone_cents[s].tolist())
            if own < paid[i]
        ]
        for c in self._candidates(key, paid):
            who = self.coalitions[c].astype(np.int64)
            shares = to_cents(key.shares(problem, s, who, int(self.cost[c])))
            gains = [int(paid[i]) - share for i, share in zip(who, shares, strict=True)]
            if min(gains) >= 1:
                ids = tuple(facts.ids[i] for i in who)
                found.append(Blocked(facts.services[s].id, ids, tuple(gains)))
            if len(found) >= most:
                break
        return found[:most]

    def _candidates(self, key: Key, paid: Ints) -> list[int]:
        """Return which coalitions may block, by exact shares in floating point, gaining most first.

        A share in whole cents is less than a cent beside the exact one.
        """
        c = self.coalitions
        if not len(c):
            return []
        fixed = key.fixed / 100
        parts = np.zeros(len(c.member))
        for name, part in ((key.rest_by, 1 - fixed), (key.fixed_by, fixed)):
            weight = _float_weights(self.problem, self.service, Key(name))
            total = c.total(weight)
            each = np.divide(
                weight[c.member],
                np.repeat(total, c.size),
                out=np.repeat(1 / c.size, c.size),
                where=np.repeat(total > 0, c.size),
            )
            parts += part * each * np.repeat(self.cost, c.size)
        gain = paid[c.member] - parts + SLACK * (1 + np.abs(parts))
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


def _float_weights(problem: Problem, service: int, key: Key) -> Floats:
    """Return (n,) the weights of a key that has one."""
    if key.rest_by not in WEIGHTED:
        raise UsageError(
            T("Stability is asked under {known}, or two of them.", known=", ".join(WEIGHTED))
        )
    facts = problem.facts
    if key.rest_by == "equal":
        return np.ones(facts.n)
    return np.array(weights(problem, service, np.arange(facts.n), key.rest_by), float)
