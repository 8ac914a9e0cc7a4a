"""Where members and seats lie: borders, minutes, areas, counties, states, central places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.library import NonNegative, Size
from koopopt.case.plan import Partnership
from koopopt.linear import Ints
from koopopt.rules.base import Conditions, Distinct, Ids, PartnershipRule, names
from koopopt.text import T, Text


@dataclass(frozen=True, slots=True)
class Contiguous(PartnershipRule):
    """Members border each other, directly or through other members."""

    summary: ClassVar[str] = "the members induce a connected subgraph of the neighbour graph"
    contiguous: bool

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.contiguous = self.contiguous

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if not self.contiguous or not partnership.pooled:
            return
        who = facts.members(partnership)
        reached = facts.reached(who)
        if not reached.all():
            cut_off = [partnership.members[k] for k in np.flatnonzero(~reached)]
            yield T(
                "The members do not border each other: {names} cannot be reached from {first}.",
                names=names(facts, cut_off),
                first=names(facts, partnership.members[:1]),
            )


@dataclass(frozen=True, slots=True)
class MaxMinutes(PartnershipRule):
    """Nobody travels longer to the seat."""

    summary: ClassVar[str] = "minutes to the seat ≤ the value for every member"
    max_minutes: NonNegative

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.pair &= facts.minutes <= self.max_minutes

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if not partnership.pooled:
            return
        seat = facts.index[partnership.seat]
        for member in partnership.members:
            minutes = facts.minutes[facts.index[member], seat]
            if minutes > self.max_minutes:
                yield T(
                    "{name} needs {minutes} minutes to the seat, allowed are {limit}.",
                    name=names(facts, [member]),
                    minutes=round(float(minutes), 1),
                    limit=self.max_minutes,
                )


@dataclass(frozen=True, slots=True)
class MaxIdentityAreas(PartnershipRule):
    """Members come from at most so many identity areas."""

    summary: ClassVar[str] = "number of distinct identity areas among the members ≤ the value"
    max_identity_areas: Size

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.distinct.append(Distinct(facts.area, self.max_identity_areas))

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        count = len(set(facts.area[facts.members(partnership)].tolist()))
        if partnership.pooled and count > self.max_identity_areas:
            yield T(
                "Its members belong to {count} identity areas, at most {limit} are allowed.",
                count=count,
                limit=self.max_identity_areas,
            )


@dataclass(frozen=True, slots=True)
class SameCounty(PartnershipRule):
    """All members lie in one county."""

    summary: ClassVar[str] = "all members share the county"
    same_county: bool

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        if self.same_county:
            _forbid_mixing(conditions, facts.county)

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if self.same_county and len(set(facts.county[facts.members(partnership)].tolist())) > 1:
            yield T("Its members lie in different counties.")


@dataclass(frozen=True, slots=True)
class SameState(PartnershipRule):
    """All members lie in one state."""

    summary: ClassVar[str] = "all members share the state"
    same_state: bool

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        if self.same_state:
            _forbid_mixing(conditions, facts.state)

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if self.same_state and len(set(facts.state[facts.members(partnership)].tolist())) > 1:
            yield T("Its members lie in different states.")


def _forbid_mixing(conditions: Conditions, label: Ints) -> None:
    same = label[:, None] == label
    conditions.pair[:, : len(label)] &= same
    conditions.apart |= ~same


@dataclass(frozen=True, slots=True)
class Seats(PartnershipRule):
    """Only named municipalities or sites, or central places of named kinds, may be a seat."""

    summary: ClassVar[str] = (
        "the seat is one of these ids, or a central place of a kind in `central_places`"
    )
    triggers: ClassVar[tuple[str, ...]] = ("seats", "central_places")
    seat_keys: ClassVar[tuple[str, ...]] = ("seats",)
    seats: Ids = ()
    central_places: Ids = ()

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.pair &= np.array([self._may(facts, i) for i in facts.seat_ids], bool)[None, :]

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if partnership.pooled and not self._may(facts, partnership.seat):
            yield T("{name} may not be a seat.", name=names(facts, [partnership.seat]))

    def _may(self, facts: Facts, place: str) -> bool:
        number = facts.index[place]
        town = facts.instance.municipalities[number] if number < facts.n else None
        central = town is not None and town.central_place in self.central_places
        return place in self.seats or central
