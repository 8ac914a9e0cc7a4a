"""All pooled partnerships that a service allows, and what they cost.

They are held, `MOST_COALITIONS` at the most: who would leave a plan is asked of every one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership
from koopopt.coalitions.admissible import all_admissible, enumeration, seats
from koopopt.coalitions.enumeration import TooMany
from koopopt.coalitions.sets import Coalitions
from koopopt.errors import UsageError
from koopopt.linear import Bools, Floats, Ints
from koopopt.problem import Problem
from koopopt.rules import PartnershipRule
from koopopt.sharing.standalone import StandAlone
from koopopt.text import T

MOST_COALITIONS: Final = 3_000_000
"""Coalitions of a service that are held for this."""
_Enumerated = tuple[tuple[PartnershipRule, ...], "Admissible"]
_KNOWN: WeakKeyDictionary[Facts, dict[int, _Enumerated]] = WeakKeyDictionary()


def demand_no_sites(problem: Problem) -> None:
    """Raise `UsageError` where there are sites, and they are no municipalities."""
    if problem.facts.sites and problem.facts.plain is None:
        raise UsageError(T("Stability with sites is not worked out yet; leave out sites.csv."))


@dataclass(frozen=True, eq=False)
class Admissible:
    """All pooled partnerships that a service allows, in their cheapest form.

    Attributes
    ----------
    problem : Problem
        Without sites, or with sites as municipalities (`formulations.sites`).
    service : int
    coalitions : Coalitions
        N of them; a site that seats one is its last member.
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
    def known(
        cls, problem: Problem, service: int, check: Callable[[], None] | None = None
    ) -> Admissible:
        """Return them, enumerated once for problems of the same facts and rules.

        `check` is called now and then, and may raise what ends that.

        Raises
        ------
        UsageError
            Where they are more than `MOST_COALITIONS`, or there are sites.
        """
        kept = _KNOWN.setdefault(problem.facts, {})
        rules = problem.partnership_rules[service]
        if service not in kept or kept[service][0] != rules:
            kept[service] = rules, cls.of(problem, service, check)
        return kept[service][1]

    @staticmethod
    def at_hand(problem: Problem, service: int) -> Admissible | None:
        """Return them where they are enumerated already."""
        rules, found = _KNOWN.get(problem.facts, {}).get(service, (None, None))
        return found if rules == problem.partnership_rules[service] else None

    @classmethod
    def of(
        cls, problem: Problem, service: int, check: Callable[[], None] | None = None
    ) -> Admissible:
        """Enumerate them; see `known`."""
        facts, conditions = problem.facts, problem.conditions[service]
        demand_no_sites(problem)
        try:
            enumeration(facts, conditions).count(MOST_COALITIONS)
        except TooMany:
            raise UsageError(
                T("There are more than {most} possible coalitions for {service}; set max_members.",
                  most=MOST_COALITIONS, service=facts.services[service].id)
            ) from None  # fmt: skip
        return cls(problem, service, *all_admissible(facts, service, conditions, check))

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """What others work out of them and keep here."""
        return {}

    @property
    def alone(self) -> Bools:
        """(n,) who may stay alone."""
        return self.problem.conditions[self.service].alone

    def seats(self) -> tuple[Ints, Ints]:
        """Return where each coalition may be seated: two int arrays, a row and a seat each."""
        c = self.coalitions
        may = seats(self.problem.conditions[self.service], c)
        row = np.repeat(np.arange(len(c)), c.size)
        return row[may], c.member[may].astype(np.int64)

    def partnership(self, who: Ints, row: int) -> Partnership:
        """Return a coalition at the seat with the least travel; `row` says which, if it pools."""
        if len(who) == 1:
            town = self.problem.facts.ids[who[0]]
            return Partnership(self.problem.facts.services[self.service].id, (town,), town)
        one = self.coalitions.take(np.array([row]))
        return seated(self.problem, self.service, one, int(self.form[row]))

    def together(self, who: Ints, seat: str | None = None) -> Partnership | None:
        """Return a partnership at a seat, or that with the least travel; None if forbidden."""
        row = self._rows.get(sum(1 << i for i in who.tolist()), -1)
        if row < 0 and len(who) > 1:
            return None
        found = self.partnership(who, row)
        return found if seat is None else replace(found, seat=seat)

    @cached_property
    def _rows(self) -> dict[int, int]:
        """The row of each coalition, by the sum of two to the power of its members."""
        each = self.coalitions.member.tolist()
        ends = self.coalitions.start.tolist()
        sums = (sum(1 << i for i in each[a:b]) for a, b in pairwise(ends))
        return {sum_: row for row, sum_ in enumerate(sums)}

    def stand_alone(self, who: Ints) -> StandAlone:
        """Return what all parts of some municipalities pay by themselves; few of them."""
        sums = [0]
        for i in who.tolist():
            sums += [1 << i | other for other in sums]
        known = [(mask, self._rows[sum_]) for mask, sum_ in enumerate(sums) if sum_ in self._rows]
        parts = np.array([mask for mask, _ in known], np.int64)
        cost = self.cost[[row for _, row in known]].astype(np.int64)
        alone = self.problem.facts.alone_cents[self.service, who]
        return StandAlone.made(who, alone, parts, cost)


def seated(problem: Problem, service: int, one: Coalitions, form: int) -> Partnership:
    """Return one coalition in a legal form, at the seat with the least travel that it may have."""
    facts, who = problem.facts, one[0].astype(np.int64)
    may = seats(problem.conditions[service], one)
    travel = facts.population[who] @ facts.minutes[np.ix_(who, who)]
    seat = int(who[np.where(may, travel, np.inf).argmin()])
    ids = tuple(facts.ids[i] for i in who)
    form_id = facts.instance.legal_forms[form].id
    return Partnership(facts.services[service].id, ids, facts.seat_ids[seat], form_id)
