"""Who pays what as blocks: tables for each partnership, then which key suits whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeVar

from koopopt.case.plan import Plan
from koopopt.grants.criteria import money
from koopopt.problem import Problem
from koopopt.report.values.blocks import Block, Grid, Heading, Money, Sentence, Words
from koopopt.report.values.paying import MOST_GROUPS, core_said, irrational, left_out
from koopopt.sharing.allocation import NOTHING, Allocation, Payment
from koopopt.sharing.keys import Key
from koopopt.sharing.suiting import Suiting, suiting
from koopopt.text import T, Text, listed

KEYS_ABREAST: Final = 4
"""Keys in one table: more do not fit a terminal of 80 columns."""
Item = TypeVar("Item")
COLUMNS: Final = (
    "service", "seat", "municipality", "key", "share", "office", "alone", "today",
)  # fmt: skip
"""Columns of the table of shares."""
BORNE: Final = ("travel", "burden", "burden_alone")
"""Columns besides, where own travel has a value."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A plan whose costs are shared: what all ways to show it are made from.

    `broken` says which rules the plan breaks, if any; `value` is what a person-hour of own travel
    counts, in EUR, which burdens are shown with.
    """

    problem: Problem
    plan: Plan
    keys: Sequence[Key]
    found: Sequence[Allocation]
    broken: Text | None = None
    value: Fraction = NOTHING

    def town(self, id_: str) -> str:
        """Return the name of a municipality or a site."""
        return self.problem.facts.seat_name(id_)

    def title(self, a: Allocation) -> Words:
        """Return the title of a partnership's service."""
        facts = self.problem.facts
        return facts.services[facts.service_index[a.partnership.service]].title

    @property
    def suiting(self) -> list[Suiting]:
        """What everybody pays over all services."""
        return suiting(self.problem, self.plan, self.found, self.keys)


def blocks(s: Shared) -> Iterator[Block]:
    """Yield everything, partnership by partnership, then what is paid over all services."""
    instance = s.problem.instance
    yield Heading(T("Who pays what: {instance}", instance=instance.title or instance.name), 1)
    if s.broken is not None:
        yield Sentence(s.broken)
    if not s.found:
        yield Sentence(T("Nobody pools anything, so there is nothing to share."))
    for a in s.found:
        yield from _shares(s, a)
        yield from _keys(s, a)
        if s.value:
            yield from _burdens(s, a)
    if s.found and len(s.keys) > 1:
        yield from _suiting(s)


def columns(s: Shared) -> tuple[str, ...]:
    """Return the columns of the table of shares."""
    return (*COLUMNS, *BORNE) if s.value else COLUMNS


def rows(s: Shared) -> Iterator[tuple[str | Decimal | None, ...]]:
    """Yield the table of shares, EUR a year: a row a partnership, member and key.

    See `columns`. `share` is without, `office` its part of the office; both are None where the key
    cannot be worked out for so many members, `today` where nobody can tell.
    """
    for a in s.found:
        for key in s.keys:
            paid = a.payments.get(key.name)
            for k, id_ in enumerate(a.members):
                cents: tuple[int | None, ...] = (
                    None if paid is None else paid.cents[k],
                    None if paid is None else paid.office[k],
                    a.alone[k],
                    None if paid is None or paid.today is None else paid.today[k],
                )
                if s.value:
                    borne = None if paid is None else a.borne(paid)[k]
                    cents = (*cents, a.travel[k], borne, a.borne_alone[k])
                p = a.partnership
                yield (p.service, p.seat, id_, key.name, *map(_euros, cents))


def _euros(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)


def _shares(s: Shared, a: Allocation) -> Iterator[Block]:
    yield Heading(
        T("{service}, seat {seat}: {cost} EUR a year, and {office} EUR of the office",
          service=s.title(a), seat=s.town(a.partnership.seat), cost=money(a.cost),
          office=money(a.office)), 2
    )  # fmt: skip
    for payments in _abreast(list(a.payments.values())):
        yield Grid(
            (T("Municipality"), T("alone"), *(p.key.short for p in payments)),
            tuple(
                (s.town(id_), Money(a.alone[k]), *(Money(p.cents[k]) for p in payments))
                for k, id_ in enumerate(a.members)
            ),
        )


def _abreast(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for first in range(0, len(items), KEYS_ABREAST):
        yield items[first : first + KEYS_ABREAST]


def _keys(s: Shared, a: Allocation) -> Iterator[Block]:
    yield Heading(T("What speaks for a key"), 3)
    yield Grid(
        (T("Key"), T("losers"), T("largest loss"), T("against today"), T("groups better off"),
         T("at most by")),
        tuple(_row(payment, a) for payment in a.payments.values()),
    )  # fmt: skip
    yield Sentence(
        T("Losers pay more than alone, or (against today) than today. Groups are better off that"
          " would pay less without the others, at most by so many EUR a year; below 0 all groups"
          " would pay at least so much more.")
    )  # fmt: skip
    yield from map(Sentence, left_out(a))
    for payment in a.payments.values():
        for group in payment.blocking[:MOST_GROUPS]:
            yield Sentence(
                T("{key}: {members} would pay {gain} EUR a year less without the others.",
                  key=payment.key.title, members=listed(map(s.town, group.members)),
                  gain=money(group.gain))
            )  # fmt: skip
    of_core = core_said(a.core, s.town, lambda cents: T("{amount} EUR a year", amount=money(cents)))
    yield from map(Sentence, of_core)
    yield from map(Sentence, irrational(a))
    yield Sentence(
        T("The smallest largest loss of two parts: {key} ({loss} EUR a year).",
          key=a.fairest.title, loss=money(max(0, a.fairest_loss)))
    )  # fmt: skip


def _burdens(s: Shared, a: Allocation) -> Iterator[Block]:
    yield Heading(T("Burdens: shares and own travel (EUR a year)"), 3)
    for payments in _abreast(list(a.payments.values())):
        yield Grid(
            (T("Municipality"), T("own travel"), T("alone"), *(p.key.short for p in payments)),
            tuple(
                (s.town(id_), Money(a.travel[k]), Money(a.borne_alone[k]),
                 *(Money(a.borne(p)[k]) for p in payments))
                for k, id_ in enumerate(a.members)
            ),
        )  # fmt: skip
    for payment in a.payments.values():
        yield Sentence(_worse_off(s, a, payment))
    yield Sentence(
        T("A person-hour of own travel counts {value} EUR. Only burdens hold it: losers, groups"
          " that are better off and what would help from outside are about money only.",
          value=float(s.value))
    )  # fmt: skip


def _worse_off(s: Shared, a: Allocation, payment: Payment) -> Text:
    worse = a.worse_off(payment)
    if not worse:
        return T("{key}: nobody bears more than alone.", key=payment.key.title)
    return T("{key}: {members} would bear less alone, at most {most} EUR a year less.",
             key=payment.key.title, members=listed(map(s.town, worse)),
             most=money(max(worse.values())))  # fmt: skip


def _row(payment: Payment, a: Allocation) -> tuple[Words | Money, ...]:
    losses, today = payment.losses(a.alone), payment.today
    more = None if today is None else sum(loss > 0 for loss in payment.losses(today))
    return (
        payment.key.title,
        _count(sum(loss > 0 for loss in losses)),
        Money(max(0, *losses)),
        _count(more),
        _count(payment.groups),
        "–" if payment.excess is None else Money(payment.excess),
    )


def _count(count: int | None) -> Text:
    return Text("{count}", {"count": "–" if count is None else count})


def _suiting(s: Shared) -> Iterator[Block]:
    yield Heading(T("Which key suits whom (EUR a year over all services)"), 2)
    every = s.suiting
    members = [found for found in every if found.pools]
    for keys in _abreast(s.keys):
        yield Grid(
            (T("Municipality"), *(key.short for key in keys)),
            tuple(
                (s.town(found.municipality), *(_paid(found, key) for key in keys))
                for found in members
            ),
        )
    yield Grid(
        (T("Municipality"), T("cheapest")),
        tuple((s.town(found.municipality), _cheapest(found, len(s.keys))) for found in members),
    )
    yield Sentence(
        T("Offices are in it, and what is paid for services that a municipality keeps to itself.")
    )
    if others := [s.town(found.municipality) for found in every if not found.pools]:
        yield Sentence(
            T("To those who pool nothing keys make no difference: {names}.", names=listed(others))
        )


def _paid(found: Suiting, key: Key) -> Words | Money:
    cents = found.pays[key.name]
    return "–" if cents is None else Money(cents)


def _cheapest(found: Suiting, keys: int) -> Words:
    if len(found.cheapest) == keys:
        return T("all alike")
    return listed(key.short for key in found.cheapest) if found.cheapest else "–"
