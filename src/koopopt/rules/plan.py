"""The rules about a whole plan (section 5 of docs/semantics.md), one class each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from koopopt.case.facts import Facts
from koopopt.case.library import Count
from koopopt.case.plan import Partnership, Plan
from koopopt.criteria import CRITERIA
from koopopt.exact import Number, whole_down
from koopopt.rules.base import (
    Conditions,
    CountRange,
    PartnershipRule,
    PlanConditions,
    PlanRule,
    names,
)
from koopopt.rules.stability import Stable
from koopopt.text import T, Text

Counts = Count | Mapping[str, Count]


@dataclass(frozen=True, slots=True)
class MaxPooled(PlanRule):
    """Autonomy: a municipality has at most so many services seated elsewhere."""

    summary: ClassVar[str] = "a municipality has at most this many services seated elsewhere"
    max_pooled: Count

    def restrict(self, facts: Facts, conditions: PlanConditions) -> None:
        conditions.max_pooled = self.max_pooled

    def violations(self, facts: Facts, plan: Plan) -> Iterator[Text]:
        counts = Counter(town for p in plan.partnerships for town in p.members if town != p.seat)
        for town in facts.ids:
            away = counts[town]
            if away > self.max_pooled:
                yield T(
                    "{name} has {count} services seated elsewhere, at most {limit} are allowed.",
                    name=names(facts, [town]),
                    count=away,
                    limit=self.max_pooled,
                )


@dataclass(frozen=True, slots=True)
class MaxMemberships(PlanRule):
    """A municipality belongs to at most so many pooled partnerships."""

    summary: ClassVar[str] = (
        "a municipality is a member of at most this many pooled partnerships, those it seats"
        " included"
    )
    max_memberships: Count

    def restrict(self, facts: Facts, conditions: PlanConditions) -> None:
        conditions.max_memberships = self.max_memberships

    def violations(self, facts: Facts, plan: Plan) -> Iterator[Text]:
        counts = Counter(town for p in plan.pooled for town in p.members)
        for town in facts.ids:
            bodies = counts[town]
            if bodies > self.max_memberships:
                yield T(
                    "{name} is a member of {count} pooled partnerships, at most {limit} are"
                    " allowed.",
                    name=names(facts, [town]),
                    count=bodies,
                    limit=self.max_memberships,
                )


@dataclass(frozen=True, slots=True)
class MaxHosted(PlanRule):
    """Balance: a municipality seats at most so many pooled partnerships."""

    summary: ClassVar[str] = "a municipality seats at most this many pooled partnerships"
    max_hosted: Count

    def restrict(self, facts: Facts, conditions: PlanConditions) -> None:
        conditions.max_hosted = self.max_hosted

    def violations(self, facts: Facts, plan: Plan) -> Iterator[Text]:
        counts = Counter(p.seat for p in plan.pooled)
        for town in facts.ids:
            hosted = counts[town]
            if hosted > self.max_hosted:
                yield T(
                    "{name} seats {count} pooled partnerships, at most {limit} are allowed.",
                    name=names(facts, [town]),
                    count=hosted,
                    limit=self.max_hosted,
                )


@dataclass(frozen=True, slots=True)
class MaxPartnerSeats(PlanRule):
    """Overlap of bodies: services are seated in at most so many other municipalities."""

    summary: ClassVar[str] = (
        "a municipality's services are seated in at most this many other municipalities"
    )
    max_partner_seats: Count

    def restrict(self, facts: Facts, conditions: PlanConditions) -> None:
        conditions.max_partner_seats = self.max_partner_seats

    def violations(self, facts: Facts, plan: Plan) -> Iterator[Text]:
        seats_of: defaultdict[str, set[str]] = defaultdict(set)
        for p in plan.partnerships:
            for town in p.members:
                seats_of[town].add(p.seat)
        for town in facts.ids:
            seats = seats_of[town] - {town}
            if len(seats) > self.max_partner_seats:
                said = (
                    T("{name} has its services in {count} other municipalities and sites ({seats}),"
                      " at most {limit} are allowed.")
                    if facts.sites
                    else T("{name} has its services in {count} other municipalities ({seats}),"
                           " at most {limit} are allowed.")
                )  # fmt: skip
                values = {
                    "name": names(facts, [town]),
                    "count": len(seats),
                    "seats": names(facts, sorted(seats)),
                    "limit": self.max_partner_seats,
                }
                yield Text(said.template, values)


@dataclass(frozen=True, slots=True)
class _CountRule(PlanRule):
    """Shared meaning of the four rules that count partnerships."""

    pooled_only: ClassVar[bool]
    lowest: ClassVar[bool]

    def _limits(self) -> Mapping[str | None, int]:
        value: Counts = getattr(self, self.keys()[0])
        if not isinstance(value, Mapping):
            return {None: value}
        limits: dict[str | None, int] = {}
        limits.update(value)
        return limits

    def restrict(self, facts: Facts, conditions: PlanConditions) -> None:
        for service, limit in self._limits().items():
            number = None if service is None else facts.service_index[service]
            bounds = {"low": float(limit)} if self.lowest else {"high": float(limit)}
            conditions.counts.append(CountRange(self.pooled_only, number, **bounds))

    def violations(self, facts: Facts, plan: Plan) -> Iterator[Text]:
        for service, limit in self._limits().items():
            of = plan.partnerships if service is None else plan.of(service)
            count = sum(p.pooled or not self.pooled_only for p in of)
            what = T("pooled partnerships") if self.pooled_only else T("partnerships")
            where = T("all services together") if service is None else service
            if self.lowest and count < limit:
                yield T(
                    "There are {count} {what} ({where}), at least {limit} are needed.",
                    count=count, what=what, where=where, limit=limit,
                )  # fmt: skip
            if not self.lowest and count > limit:
                yield T(
                    "There are {count} {what} ({where}), at most {limit} are allowed.",
                    count=count, what=what, where=where, limit=limit,
                )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MaxBodies(_CountRule):
    """At most so many pooled partnerships, in total or by service."""

    summary: ClassVar[str] = "number of pooled partnerships ≤ the value, in total or by service"
    service_keys: ClassVar[tuple[str, ...]] = ("max_bodies",)
    pooled_only: ClassVar[bool] = True
    lowest: ClassVar[bool] = False
    max_bodies: Counts


@dataclass(frozen=True, slots=True)
class MinBodies(_CountRule):
    """At least so many pooled partnerships, in total or by service."""

    summary: ClassVar[str] = "number of pooled partnerships ≥ the value, in total or by service"
    service_keys: ClassVar[tuple[str, ...]] = ("min_bodies",)
    pooled_only: ClassVar[bool] = True
    lowest: ClassVar[bool] = True
    min_bodies: Counts


@dataclass(frozen=True, slots=True)
class MaxPartnerships(_CountRule):
    """At most so many partnerships, alone ones included."""

    summary: ClassVar[str] = "number of partnerships, alone ones included, ≤ the value"
    service_keys: ClassVar[tuple[str, ...]] = ("max_partnerships",)
    pooled_only: ClassVar[bool] = False
    lowest: ClassVar[bool] = False
    max_partnerships: Counts


@dataclass(frozen=True, slots=True)
class MinPartnerships(_CountRule):
    """At least so many partnerships, alone ones included."""

    summary: ClassVar[str] = "number of partnerships, alone ones included, ≥ the value"
    service_keys: ClassVar[tuple[str, ...]] = ("min_partnerships",)
    pooled_only: ClassVar[bool] = False
    lowest: ClassVar[bool] = True
    min_partnerships: Counts


@dataclass(frozen=True, slots=True)
class Limit(PlanRule):
    """Upper bounds on criteria."""

    summary: ClassVar[str] = "upper bounds on criteria, `{ cost = ..., travel = ... }`"
    limit: Mapping[str, Number] = field(default_factory=dict)

    def restrict(self, facts: Facts, conditions: PlanConditions) -> None:
        for name, most in self._amounts():
            conditions.limits[name] = min(most, conditions.limits.get(name, most))

    def violations(self, facts: Facts, plan: Plan) -> Iterator[Text]:
        for name, most in self._amounts():
            amount = CRITERIA[name].amount(facts, plan)
            if amount > most:
                yield _exceeded(name, amount, most)

    def _amounts(self) -> Iterator[tuple[str, int]]:
        """Yield the limits rounded down to the unit."""
        for name, limit in self.limit.items():
            yield name, whole_down(limit, CRITERIA[name].per_one)


@dataclass(frozen=True, slots=True)
class AtMost(PartnershipRule):
    """A limit on a criterion that is a largest value: none of a partnership is above it.

    No file has it; it says to formulations what `Limit` says of a plan.
    """

    criterion: str
    most: int

    @property
    def name(self) -> str:
        """The rule that it comes from."""
        return "limit"

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        """Forbid what is above, staying alone as well."""
        inside = CRITERIA[self.criterion].sizes(facts, service) <= self.most
        conditions.pair &= inside
        conditions.alone &= inside.diagonal()

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        """Yield that its largest value is above."""
        amount = CRITERIA[self.criterion].size(facts, partnership)
        if amount > self.most:
            yield _exceeded(self.criterion, amount, self.most)


def _exceeded(name: str, amount: int, most: int) -> Text:
    c = CRITERIA[name]
    return T(
        "{name} is {value} {unit}, at most {limit} are allowed.",
        name=c.title, value=c.shown(amount), unit=c.unit, limit=c.shown(most),
    )  # fmt: skip


OWN: tuple[type[PlanRule], ...] = (
    MaxPooled,
    MaxMemberships,
    MaxHosted,
    MaxPartnerSeats,
    MaxBodies,
    MinBodies,
    MaxPartnerships,
    MinPartnerships,
    Limit,
    Stable,
)
