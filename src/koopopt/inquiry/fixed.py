"""Partnerships that a plan has to hold: a rule that no file says, but questions do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership
from koopopt.problem import Problem
from koopopt.rules import Conditions, PartnershipRule
from koopopt.rules.base import names
from koopopt.text import T, Text


@dataclass(frozen=True, slots=True)
class Fixed(PartnershipRule):
    """These partnerships are in the plan, with their members and their seat, no more, no fewer.

    Their legal form is the one that the plan would take, the cheapest.
    """

    partnerships: tuple[Partnership, ...]

    @property
    def name(self) -> str:
        """The rule that is most like it."""
        return "together"

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        """Bind the members to each other and to the seat, and keep all others away."""
        for p in self._of(facts.services[service].id):
            inside = np.zeros(facts.n, bool)
            inside[[facts.index[i] for i in p.members]] = True
            between = inside[:, None] ^ inside
            conditions.apart |= between
            conditions.pair[:, : facts.n] &= ~between
            if not p.pooled:
                conditions.pool &= ~inside
                continue
            conditions.alone &= ~inside
            if len(p.members) > 1:
                conditions.groups.append(np.flatnonzero(inside))
            seat = np.arange(facts.places) == facts.index[p.seat]
            conditions.pair &= ~(inside[:, None] & ~seat)
            if facts.index[p.seat] >= facts.n:  # a site seats one partnership of a service
                conditions.pair &= ~(~inside[:, None] & seat)

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        """Yield that a partnership has only some of the members, others, or another seat."""
        for p in self._of(partnership.service):
            here = set(p.members) & set(partnership.members)
            if here and (p.members, p.seat) != (partnership.members, partnership.seat):
                yield T("{names} must share it, seated in {seat}, and nobody else.",
                        names=names(facts, p.members), seat=names(facts, [p.seat]))  # fmt: skip

    def _of(self, service: str) -> list[Partnership]:
        return [p for p in self.partnerships if p.service == service]


def with_fixed(problem: Problem, partnerships: tuple[Partnership, ...]) -> Problem:
    """Return the problem of plans that hold these partnerships; itself where there are none."""
    if not partnerships:
        return problem
    rule = Fixed(partnerships)
    rules = tuple((*own, rule) for own in problem.partnership_rules)
    return replace(problem, partnership_rules=rules)
