"""How large a partnership is: members, inhabitants, demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from koopopt.case.facts import Facts, at_most
from koopopt.case.library import NonNegative, Size
from koopopt.case.plan import Partnership
from koopopt.linear import Floats
from koopopt.rules.base import OTHERS, Capacity, Conditions, PartnershipRule, Range, names
from koopopt.text import T, Text

BySeat = NonNegative | Mapping[str, NonNegative]
"""A number for all seats, or a table by seat; `OTHERS` is for those that it does not name."""


def most_at(value: BySeat, seat: str) -> float:
    """Return what a capacity, a number or a table, says of one seat; infinite where nothing."""
    return value.get(seat, value.get(OTHERS, np.inf)) if isinstance(value, Mapping) else value


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


class _CapacityRule(PartnershipRule):
    """Shared meaning of the rules on how much a pool can serve, from any seat or from its own."""

    __slots__ = ()

    @property
    def _most(self) -> BySeat:
        value: BySeat = getattr(self, self.name)
        return value

    def _weight(self, facts: Facts, service: int) -> Floats:
        """Return what each municipality takes of the capacity."""
        raise NotImplementedError

    def _unit(self, facts: Facts, service: int) -> Text | str:
        raise NotImplementedError

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        weight = self._weight(facts, service)
        high = np.array([most_at(self._most, i) for i in facts.seat_ids], float)
        capacity = Capacity(weight, high)
        two = np.tile(weight[:, None], facts.places)
        two[:, : facts.n] += np.where(np.eye(facts.n, dtype=bool), 0.0, weight)  # a site takes none
        conditions.pair &= two <= capacity.room
        if np.isfinite(largest := float(capacity.high.max())):
            conditions.ranges.append(Range(weight, high=largest))
        if (capacity.high < largest).any():
            conditions.capacities.append(capacity)

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        service, who = facts.service_index[partnership.service], facts.members(partnership)
        served = float(self._weight(facts, service)[who].sum())
        limit = most_at(self._most, partnership.seat)
        if partnership.pooled and not at_most(served, limit):
            yield T(
                "It serves {count} {unit}, at most {limit} are allowed with the seat {name}.",
                count=served,
                unit=self._unit(facts, service),
                limit=limit,
                name=names(facts, [partnership.seat]),
            )


@dataclass(frozen=True, slots=True)
class MaxPopulation(_CapacityRule):
    """Capacity: a pool serves at most so many inhabitants."""

    summary: ClassVar[str] = (
        "Σ population of the members ≤ the value; in a table that of the seat, `default` being for"
        " seats that it does not name"
    )
    seat_keys: ClassVar[tuple[str, ...]] = ("max_population",)
    max_population: BySeat

    def _weight(self, facts: Facts, service: int) -> Floats:
        return facts.population

    def _unit(self, facts: Facts, service: int) -> Text:
        return T("inhabitants")


@dataclass(frozen=True, slots=True)
class MaxDemand(_CapacityRule):
    """Capacity: a pool serves at most so much demand a year, in the service's unit."""

    summary: ClassVar[str] = (
        "Σ demand of the members a year, in the service's unit, ≤ the value; in a table that of the"
        " seat"
    )
    seat_keys: ClassVar[tuple[str, ...]] = ("max_demand",)
    max_demand: BySeat

    def _weight(self, facts: Facts, service: int) -> Floats:
        return np.asarray(facts.demand[service])

    def _unit(self, facts: Facts, service: int) -> str:
        return facts.services[service].demand.unit
