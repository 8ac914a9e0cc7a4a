"""The rules about one partnership (section 5 of docs/semantics.md), one class each.

They bind pooled partnerships; staying alone is always allowed unless `forbid_alone`,
`viable_alone`, `together` or `keep_existing` says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Len, MinLen

from koopopt.case.facts import Facts, at_most
from koopopt.case.library import NonNegative, Size
from koopopt.case.plan import Partnership
from koopopt.linear import Floats, Ints
from koopopt.rules.base import Conditions, Distinct, NoLosers, PartnershipRule, Range, names
from koopopt.text import T, Text

Pair = Annotated[tuple[str, ...], Len(2, 2)]
Ids = tuple[str, ...]


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
        inside = facts.adjacent[np.ix_(who, who)]
        reached = np.zeros(len(who), bool)
        reached[0] = True
        while True:
            more = reached | inside[reached].any(axis=0)
            if (more == reached).all():
                break
            reached = more
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
    conditions.pair &= same
    conditions.apart |= ~same


@dataclass(frozen=True, slots=True)
class Seats(PartnershipRule):
    """Only named municipalities, or central places of named kinds, may be a seat."""

    summary: ClassVar[str] = (
        "the seat is one of these ids, or a central place of a kind in `central_places`"
    )
    triggers: ClassVar[tuple[str, ...]] = ("seats", "central_places")
    town_keys: ClassVar[tuple[str, ...]] = ("seats",)
    seats: Ids = ()
    central_places: Ids = ()

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.pair &= np.array([self._may(facts, i) for i in facts.ids], bool)[None, :]

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if partnership.pooled and not self._may(facts, partnership.seat):
            yield T("{name} may not be a seat.", name=names(facts, [partnership.seat]))

    def _may(self, facts: Facts, town: str) -> bool:
        place = facts.instance.municipalities[facts.index[town]].central_place
        return town in self.seats or place in self.central_places


@dataclass(frozen=True, slots=True)
class LegalForms(PartnershipRule):
    """Only these legal forms may be taken (one id prescribes it)."""

    summary: ClassVar[str] = "the legal form is one of these ids"
    legal_forms: Annotated[Ids, MinLen(1)]

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        wanted = [f.id in self.legal_forms for f in facts.instance.legal_forms]
        conditions.forms &= np.array(wanted, bool)

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if partnership.pooled and partnership.legal_form not in self.legal_forms:
            yield T(
                "Its legal form is {form}, allowed are {allowed}.",
                form=partnership.legal_form,
                allowed=", ".join(self.legal_forms),
            )


@dataclass(frozen=True, slots=True)
class Apart(PartnershipRule):
    """Pairs that never share a partnership."""

    summary: ClassVar[str] = "a and b of a pair are never members of one partnership"
    town_keys: ClassVar[tuple[str, ...]] = ("apart",)
    apart: tuple[Pair, ...]

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        for a, b in self.apart:
            i, j = facts.index[a], facts.index[b]
            conditions.apart[i, j] = conditions.apart[j, i] = True
            conditions.pair[i, j] = conditions.pair[j, i] = False

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        for a, b in self.apart:
            if a in partnership.members and b in partnership.members:
                yield T("{names} must not share it.", names=names(facts, [a, b]))


@dataclass(frozen=True, slots=True)
class Together(PartnershipRule):
    """Pairs that always share a partnership."""

    summary: ClassVar[str] = "a and b of a pair are always members of one partnership"
    town_keys: ClassVar[tuple[str, ...]] = ("together",)
    together: tuple[Pair, ...]

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        for pair in self.together:
            _bind(conditions, [facts.index[i] for i in pair])

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        yield from _torn(facts, partnership, self.together)


@dataclass(frozen=True, slots=True)
class Alone(PartnershipRule):
    """Municipalities that stay alone."""

    summary: ClassVar[str] = "these municipalities stay alone"
    town_keys: ClassVar[tuple[str, ...]] = ("alone",)
    alone: Ids

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.pool[[facts.index[i] for i in self.alone]] = False

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        for town in self.alone:
            if partnership.pooled and town in partnership.members:
                yield T("{name} must stay alone.", name=names(facts, [town]))


@dataclass(frozen=True, slots=True)
class ForbidAlone(PartnershipRule):
    """Everyone, or the named ones, must pool."""

    summary: ClassVar[str] = "nobody (`true`), or none of these municipalities, stays alone"
    town_keys: ClassVar[tuple[str, ...]] = ("forbid_alone",)
    forbid_alone: bool | Ids

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.alone[[facts.index[i] for i in self._bound(facts)]] = False

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if not partnership.pooled and partnership.members[0] in self._bound(facts):
            yield T("{name} must not stay alone.", name=names(facts, partnership.members))

    def _bound(self, facts: Facts) -> Iterable[str]:
        if isinstance(self.forbid_alone, bool):
            return facts.ids if self.forbid_alone else ()
        return self.forbid_alone


@dataclass(frozen=True, slots=True)
class KeepExisting(PartnershipRule):
    """Who pools today stays together; others may join."""

    summary: ClassVar[str] = "the members of a status-quo partnership stay in one partnership"
    keep_existing: bool

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        for group in self._groups(facts, facts.services[service].id):
            _bind(conditions, [facts.index[i] for i in group])

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        yield from _torn(facts, partnership, self._groups(facts, partnership.service))

    def _groups(self, facts: Facts, service: str) -> list[Ids]:
        today = facts.instance.status_quo if self.keep_existing else ()
        return [p.members for p in today if p.service == service and p.pooled]


def _bind(conditions: Conditions, group: list[int]) -> None:
    conditions.groups.append(np.array(sorted(set(group)), np.int64))
    if len(set(group)) > 1:
        conditions.alone[group] = False


def _torn(facts: Facts, partnership: Partnership, groups: Iterable[Ids]) -> Iterator[Text]:
    """Name the groups of which some but not all are members."""
    for group in groups:
        inside = [town in partnership.members for town in group]
        if any(inside) and not all(inside):
            yield T("{names} must share it, all of them.", names=names(facts, group))


@dataclass(frozen=True, slots=True)
class NoLosersRule(PartnershipRule):
    """With the cost shared by a key nobody pays more than alone (plus a tolerance)."""

    summary: ClassVar[str] = (
        "with the partnership's cost (without the office) shared by demand, population or equally,"
        " no member pays more than (1 + `tolerance`) × its cost alone"
    )
    no_losers: Literal["demand", "population", "equal"]
    tolerance: NonNegative = 0.0

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.no_losers.append(NoLosers(self._key(facts, service), self.tolerance))

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if not partnership.pooled:
            return
        service, who = facts.service_index[partnership.service], facts.members(partnership)
        key = self._key(facts, service)[who]
        if key.sum() <= 0:
            return
        pays = facts.cost(partnership) * key / key.sum()
        allowed = (1 + self.tolerance) * facts.alone_cost[service, who]
        for member, share, limit in zip(partnership.members, pays, allowed, strict=True):
            if not at_most(float(share), float(limit)):
                yield T(
                    "{name} pays {share} EUR a year, alone (with tolerance) {limit}.",
                    name=names(facts, [member]),
                    share=round(float(share), 2),
                    limit=round(float(limit), 2),
                )

    def _key(self, facts: Facts, service: int) -> Floats:
        if self.no_losers == "demand":
            return np.asarray(facts.demand[service])
        if self.no_losers == "population":
            return facts.population
        return np.ones(facts.n)


OWN: tuple[type[PartnershipRule], ...] = (
    Contiguous,
    MaxMinutes,
    MinMembers,
    MaxMembers,
    MinPopulation,
    MaxIdentityAreas,
    SameCounty,
    SameState,
    Seats,
    LegalForms,
    Apart,
    Together,
    Alone,
    ForbidAlone,
    KeepExisting,
    NoLosersRule,
)
