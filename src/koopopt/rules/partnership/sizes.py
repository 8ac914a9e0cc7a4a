"""How large a partnership is: members, inhabitants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from koopopt.case.facts import Facts, at_most
from koopopt.case.library import NonNegative, Size
from koopopt.case.plan import Partnership
from koopopt.rules.base import Conditions, PartnershipRule, Range
from koopopt.text import T, Text


@dataclass(frozen=True, slots=True)
class MinMembers(PartnershipRule):
    """A pool has at least so many members."""

    summary: ClassVar[str] = "number of members ≥ the value"
    min_members: Size

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.ranges.append(Range(np.ones(facts.n), low=self.min_members))

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if partnership.pooled and len(partnership.members) < self.min_members:
            yield T(
                "It has {count} members, at least {limit} are needed.",
                count=len(partnership.members),
                limit=self.min_members,
            )


@dataclass(frozen=True, slots=True)
class MaxMembers(PartnershipRule):
    """A pool has at most so many members."""

    summary: ClassVar[str] = "number of members ≤ the value"
    max_members: Size

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.ranges.append(Range(np.ones(facts.n), high=self.max_members))

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if partnership.pooled and len(partnership.members) > self.max_members:
            yield T(
                "It has {count} members, at most {limit} are allowed.",
                count=len(partnership.members),
                limit=self.max_members,
            )


@dataclass(frozen=True, slots=True)
class MinPopulation(PartnershipRule):
    """Viable scale: a pool serves at least so many inhabitants; asked of alone too on request."""

    summary: ClassVar[str] = (
        "Σ population of the members ≥ the value; with `viable_alone = true` also of who is alone"
    )
    min_population: NonNegative
    viable_alone: bool = False

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.ranges.append(Range(facts.population, low=self.min_population))
        if self.viable_alone:
            conditions.alone &= facts.population >= self.min_population

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        served = float(facts.population[facts.members(partnership)].sum())
        if (partnership.pooled or self.viable_alone) and not at_most(self.min_population, served):
            yield T(
                "It serves {count} inhabitants, at least {limit} are needed.",
                count=served,
                limit=self.min_population,
            )
