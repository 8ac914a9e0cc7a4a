"""Allocations: what the members of a plan's partnerships pay under several keys.

Everything is in whole cents and sums to the plan's cost. The office at a seat is split among the
partnerships seated there in proportion to their costs, and then by the same key; what members would
pay alone, and whether a group would gain by leaving, is asked without offices (section 8 of
docs/semantics.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from math import lcm
from typing import Final

import numpy as np

from koopopt.case.facts import euros
from koopopt.case.plan import Partnership, Plan
from koopopt.case.shares import WEIGHTED, to_cents, whole_cents
from koopopt.games.core import Core, core
from koopopt.games.game import MOST_PLAYERS, sums
from koopopt.linear import Bools, Ints
from koopopt.problem import Problem
from koopopt.rules.stability import OWN_VALUES
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.cores import Parts, core_of, largest_gain
from koopopt.sharing.keys import Key, numbers
from koopopt.sharing.standalone import StandAlone
from koopopt.shown import Shown, counted, figure

NOTHING: Final = Fraction(0)
FEW: Final = 14
"""Members up to which asking all groups takes less than finding the parts they are made of."""
MOST_BLOCKING: Final = 20
"""Groups that would gain by leaving which are listed."""


@dataclass(frozen=True, slots=True)
class Blocking:
    """A group that would pay less by itself.

    Attributes
    ----------
    members : tuple of str
    gain : int
        Cents a year.
    """

    members: tuple[str, ...]
    gain: int


@dataclass(frozen=True, slots=True)
class Payment:
    """What members pay under one key.

    Attributes
    ----------
    key : Key
    cents : tuple of int
        Without the office, in the order of the members.
    office : tuple of int
        Of the office of the seat.
    blocking : tuple of Blocking
        Groups that would gain by leaving, the most gaining first, `MOST_BLOCKING` at the most.
    groups : int or None
        How many there are; None where nobody can tell, as there are too many members.
    """

    key: Key
    cents: tuple[int, ...]
    office: tuple[int, ...]
    blocking: tuple[Blocking, ...]
    groups: int | None
    excess: int | None
    """What the group gains that gains most by leaving, cents a year: how far these shares are from
    the core. Less than 0: what the others lose at the least. None where nobody can tell."""
    today: tuple[int, ...] | None
    """What they pay today under the same key, offices apart; None where nobody can tell."""

    def losses(self, alone: Sequence[int]) -> tuple[int, ...]:
        """Return what each member pays more than alone, the office apart; negative is a gain."""
        return tuple(paid - own for paid, own in zip(self.cents, alone, strict=True))


@dataclass(frozen=True, slots=True, repr=False)
class Allocation(Shown):
    """Who pays what of one pooled partnership.

    Attributes
    ----------
    partnership : Partnership
    members : tuple of str
        In the order of the instance.
    cost, office : int
        Cents a year: the partnership's cost, and its part of the office of its seat.
    alone : tuple of int
        What each member would pay alone.
    payments : mapping name of a key -> Payment
    left_out : tuple of Key
        Keys that cannot be worked out for so many members.
    core : Core
        Whether any shares are such that no group would gain by leaving; in cents a year.
    fairest : Key
        The key of two weights, in whole percent, whose largest loss is the smallest.
    travel, travel_alone : tuple of int
        What each member's own travel counts here and alone, in cents a year; 0 where it has no
        value. Everything else is about money only.
    """

    partnership: Partnership
    members: tuple[str, ...]
    cost: int
    office: int
    alone: tuple[int, ...]
    payments: Mapping[str, Payment]
    left_out: tuple[Key, ...]
    core: Core
    fairest: Key
    fairest_loss: int = field(default=0)
    travel: tuple[int, ...] = ()
    travel_alone: tuple[int, ...] = ()

    def _said(self) -> str:
        p, who = self.partnership, counted(len(self.members), "member")
        keys = ", ".join(self.payments)
        return f" of {p.service!r}, seat {p.seat!r}: {who}, {figure(euros(self.cost))} by {keys}"

    @property
    def rational(self) -> bool:
        """Whether shares exist with which nobody pays more than alone."""
        return sum(self.alone) >= self.cost

    @property
    def borne_alone(self) -> tuple[int, ...]:
        """What each member would bear alone: what it would pay, and its own travel."""
        return tuple(a + b for a, b in zip(self.alone, self.travel_alone, strict=True))

    def borne(self, payment: Payment) -> tuple[int, ...]:
        """Return what each member bears under a key: its share, and its own travel."""
        return tuple(a + b for a, b in zip(payment.cents, self.travel, strict=True))

    def worse_off(self, payment: Payment) -> dict[str, int]:
        """Return who bears more than alone under a key, and how much, the most first."""
        both = zip(self.members, self.borne(payment), self.borne_alone, strict=True)
        more = {id_: borne - own for id_, borne, own in both if borne > own}
        return dict(sorted(more.items(), key=lambda item: -item[1]))


def allocations(
    problem: Problem, plan: Plan, keys: Sequence[Key], value: Fraction = NOTHING
) -> list[Allocation]:
    """Return who pays what of each pooled partnership of a plan.

    `value` is what a person-hour of own travel counts, in EUR.
    """
    parts = offices(problem, plan)

    @cache
    def today(service: str, key: Key) -> list[int] | None:
        return _today(problem, service, key)

    found = (_allocation(problem, p, parts[k], keys, today) for k, p in enumerate(plan.pooled))
    return [_travelled(problem, a, value) for a in found]


def _travelled(problem: Problem, a: Allocation, value: Fraction) -> Allocation:
    """Return an allocation with what own travel counts."""
    facts, p = problem.facts, a.partnership
    who = numbers(problem, a.members)
    burdens = Burdens(problem, facts.service_index[p.service], Key(WEIGHTED[0]), value)
    travel, alone = burdens.own_travel(who, facts.index[p.seat]), burdens.own_travel(who, who)
    return replace(a, travel=tuple(travel.tolist()), travel_alone=tuple(alone.tolist()))


def offices(problem: Problem, plan: Plan) -> list[int]:
    """Return the part of its seat's office that each pooled partnership pays."""
    facts, pooled = problem.facts, plan.pooled
    parts = [0] * len(pooled)
    by_seat: dict[str, list[int]] = {}
    for k, p in enumerate(pooled):
        by_seat.setdefault(p.seat, []).append(k)
    for here in by_seat.values():
        costs = [max(0, facts.cents(pooled[k])) for k in here]
        costs = costs if sum(costs) else [1] * len(here)
        shares = [Fraction(facts.office_cents * c, sum(costs)) for c in costs]
        for k, part in zip(here, to_cents(shares), strict=True):
            parts[k] = part
    return parts


def _allocation(
    problem: Problem,
    p: Partnership,
    office: int,
    keys: Sequence[Key],
    today: Callable[[str, Key], list[int] | None],
) -> Allocation:
    facts, service = problem.facts, problem.facts.service_index[p.service]
    who, cost = numbers(problem, p.members), facts.cents(p)
    own = StandAlone.of(problem, service, who) if len(who) <= MOST_PLAYERS else None
    many = own is None or len(who) > FEW
    parts = Parts.of(problem, service, who) if many else None
    alone = facts.alone_cents[service, who].tolist()
    ids = tuple(facts.ids[i] for i in who)
    payments, left_out = {}, []
    for key in keys:
        if key.rest_by in OWN_VALUES and own is None:
            left_out.append(key)
            continue
        paid = to_cents(key.shares(problem, service, who, cost, own))
        share = (
            to_cents(key.shares(problem, service, who, office, own))
            if key.rest_by not in OWN_VALUES
            else _alike(paid, office)
        )
        groups, excess, found = _leaving(own, parts, ids, paid)
        pays = today(p.service, key)
        now = None if pays is None else tuple(pays[i] for i in who.tolist())
        payments[key.name] = Payment(key, tuple(paid), tuple(share), found, groups, excess, now)
    fairest, loss = _fairest(problem, service, who.tolist(), cost, alone)
    known = Core(None, None, None)
    if parts:
        known = core_of(parts, ids, cost)
    if own and known.excess is None:
        known = core(own.game(ids, cost), known.subsidy)
    return Allocation(
        p, ids, cost, office, tuple(alone), payments, tuple(left_out), known, fairest, loss
    )


def _today(problem: Problem, service: str, key: Key) -> list[int] | None:
    """Return (n,) what everybody pays today for a service under a key, offices apart."""
    facts, s = problem.facts, problem.facts.service_index[service]
    pays: list[int] = facts.alone_cents[s].tolist()
    for p in problem.instance.status_quo:
        if p.service != service or not p.pooled:
            continue
        who, own = numbers(problem, p.members), None
        if key.rest_by in OWN_VALUES:
            if len(who) > MOST_PLAYERS:
                return None
            own = StandAlone.of(problem, s, who)
        shares = to_cents(key.shares(problem, s, who, facts.cents(p), own))
        for i, cents in zip(who.tolist(), shares, strict=True):
            pays[i] = cents
    return pays


def _alike(paid: Sequence[int], office: int) -> list[int]:
    """Share an office as the cost itself is shared; what is negative counts as 0."""
    weight = [max(0, cents) for cents in paid]
    weight = weight if sum(weight) else [1] * len(paid)
    return to_cents([Fraction(office * w, sum(weight)) for w in weight])


def _leaving(
    own: StandAlone | None, parts: Parts | None, ids: Sequence[str], paid: Sequence[int]
) -> tuple[int | None, int | None, tuple[Blocking, ...]]:
    """Return how many groups gain by leaving, the largest gain, and those that gain the most.

    Where there are too many members for all groups, those are named that may be one part.
    """
    cents = np.array(paid, np.int64)
    if own is not None:
        gain = sums(cents) - own.value
        least = int(gain.min())
        gain[[0, -1]] = least  # nobody, and all of them, are no part of the members
        return int((gain > 0).sum()), int(gain.max()), _most(gain, ids, None)
    if parts is None:
        return None, None, ()
    gain = parts.inside @ cents - parts.cost
    return None, largest_gain(parts, paid), _most(gain, ids, parts.inside)


def _most(gain: Ints, ids: Sequence[str], inside: Bools | None) -> tuple[Blocking, ...]:
    """Return the groups that gain the most: rows of a table, or bit masks."""
    which = np.flatnonzero(gain > 0)
    if len(which) > MOST_BLOCKING:  # those below the last one that is listed need no order
        last = np.partition(gain[which], -MOST_BLOCKING)[-MOST_BLOCKING]
        which = which[gain[which] >= last]
    most = which[np.argsort(-gain[which], kind="stable")][:MOST_BLOCKING]
    found = []
    for k in most.tolist():
        here = [k >> i & 1 for i in range(len(ids))] if inside is None else inside[k]
        members = tuple(id_ for id_, member in zip(ids, here, strict=True) if member)
        found.append(Blocking(members, int(gain[k])))
    return tuple(found)


def _fairest(
    problem: Problem, service: int, who: list[int], cost: int, alone: list[int]
) -> tuple[Key, int]:
    """Return the key of two weights whose largest loss is the smallest, and that loss."""
    # Shares of two parts lie between those of one: hundredths of these, as whole numbers.
    exact = {name: Key(name).shares(problem, service, np.array(who), cost) for name in WEIGHTED}
    one = lcm(*(share.denominator for shares in exact.values() for share in shares))
    units = {name: [int(share * one) for share in shares] for name, shares in exact.items()}

    def loss(key: Key) -> int:
        both = zip(units[key.fixed_by], units[key.rest_by], strict=True)
        parts = [key.fixed * first + (100 - key.fixed) * rest for first, rest in both]
        paid = whole_cents(parts, 100 * one)
        return max(p - a for p, a in zip(paid, alone, strict=True))

    return min(((key, loss(key)) for key in _two_parts()), key=lambda found: found[1])


def _two_parts() -> Iterator[Key]:
    """Yield the keys of one weight, then those of two, in whole percent."""
    yield from map(Key, WEIGHTED)
    for k, rest in enumerate(WEIGHTED):
        for first in WEIGHTED[k + 1 :]:
            yield from (Key(rest, percent, first) for percent in range(1, 100))
