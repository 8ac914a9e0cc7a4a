"""Burdens: what each member of each of many partnerships bears under a key.

A burden is a member's share of the cost, offices apart, and its own travel where that has a value.
It is worked out in floating point for all partnerships at once; where that is too near to decide,
it is worked out again, exactly and in whole cents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np

from koopopt.case.plan import Partnership
from koopopt.case.shares import to_cents, weights
from koopopt.coalitions.sets import Coalitions
from koopopt.criteria import CRITERIA
from koopopt.errors import UsageError
from koopopt.exact import CENTS_PER_EURO, fraction
from koopopt.games.game import MOST_PLAYERS
from koopopt.linear import Bools, Floats, Ints
from koopopt.problem import Problem
from koopopt.rules import Stable
from koopopt.rules.stability import OWN_VALUES
from koopopt.sharing.admissible import Admissible
from koopopt.sharing.keys import Key, numbers
from koopopt.sharing.standalone import StandAlone
from koopopt.text import T

SLACK: Final = 1e-9
"""What floating point may be wrong by, relatively, before cents are looked at."""
CHECKED_EVERY: Final = 100
"""Coalitions after which the clock is looked at."""
CENT: Final = 1.0
"""A share in whole cents is less than one beside the exact one."""


def wrong(about: Floats) -> Floats:
    """Return by how much what is paid in whole cents may differ from `Burdens.about`."""
    return np.asarray(CENT + SLACK * (1 + np.abs(about)))


@dataclass(frozen=True, eq=False)
class Offers:
    """Every partnership of a service, staying alone included, and what its members would bear.

    Attributes
    ----------
    coalitions : Coalitions
        N of them. Where own travel counts, each once for every seat that it may have. Who stays
        alone is a coalition of one; these come last, in the order of the municipalities.
    row : (N,) int array
        Which of `Admissible.coalitions`; -1 for staying alone.
    cost : (N,) array
        Cents a year.
    seat : (N,) int array
        -1 where it does not matter.
    free : (N,) bool array
        Whether it may be: staying alone may be forbidden.
    about : (total size,) array
        What each member bears, in cents, before these are rounded.
    """

    coalitions: Coalitions
    row: Ints
    cost: Floats
    seat: Ints
    free: Bools
    about: Floats


@dataclass(frozen=True, eq=False)
class Burdens:
    """What members of partnerships of a service bear under a key.

    Attributes
    ----------
    problem : Problem
    service : int
    key : Key
    value : Fraction
        What a person-hour of travel counts, in EUR.
    """

    problem: Problem
    service: int
    key: Key
    value: Fraction = Fraction(0)

    @classmethod
    def under(cls, problem: Problem, service: int, rule: Stable) -> Burdens:
        """Return what members bear under the key of a rule."""
        assert rule.shared_by is not None
        new = cls(problem, service, Key.parse(rule.shared_by), fraction(rule.value_of_travel))
        if rule.stable != "key":
            return new
        # What is worked out of all partnerships is kept with them.
        kept: Burdens = new.all_of.kept.setdefault((new.key, new.value), new)
        return kept

    @cached_property
    def _known(self) -> dict[tuple[int, ...], list[int]]:
        """Shares that were worked out, by members and cost, where that takes long."""
        return {}

    @cached_property
    def all_of(self) -> Admissible:
        """All partnerships of the service."""
        return Admissible.known(self.problem, self.service)

    @cached_property
    def travel(self) -> Ints:
        """(n, places) own travel to a seat in cents a year, each rounded, half to even."""
        hours = CRITERIA["travel"].terms(self.problem.facts, self.service)
        assert hours is not None
        cents = self.value * CENTS_PER_EURO / CRITERIA["travel"].per_one
        return np.array([[round(cents * h) for h in row] for row in hours.tolist()], np.int64)

    @cached_property
    def alone(self) -> Ints:
        """(n,) what each bears alone, in cents."""
        everybody = np.arange(self.problem.facts.n)
        paid = self.problem.facts.alone_cents[self.service]
        return np.asarray(paid + self.own_travel(everybody, everybody))

    def own_travel(self, who: Ints, seat: Ints | int) -> Ints:
        """Return what members' own travel to a seat counts, in cents; nothing without a value."""
        if not self.value:
            return np.zeros(len(who), np.int64)
        return np.asarray(self.travel[who, seat])

    def shares(self, who: Ints, cents: int) -> list[int]:
        """Return what members pay of a cost, in whole cents."""
        if self.key.rest_by not in OWN_VALUES:
            return to_cents(self.key.shares(self.problem, self.service, who, cents))
        asked = *who.tolist(), cents
        if asked not in self._known:
            own = self._own(who)
            shares = self.key.shares(self.problem, self.service, who, cents, own)
            self._known[asked] = to_cents(shares)
        return self._known[asked]

    def _own(self, who: Ints) -> StandAlone:
        """Return what all parts of members pay by themselves, out of all that is at hand."""
        self._demand_few(len(who))
        known = Admissible.at_hand(self.problem, self.service)
        if known is not None:
            return known.stand_alone(who)
        return StandAlone.of(self.problem, self.service, who)

    def _demand_few(self, members: int) -> None:
        """Raise `UsageError` where the key cannot be worked out for so many members."""
        if self.key.rest_by in OWN_VALUES and members > MOST_PLAYERS:
            raise UsageError(
                T("The key {name} is worked out for {most} members at the most; partnerships of"
                  " {service} may have {count}. Set max_members, or share by another key.",
                  name=self.key.name, most=MOST_PLAYERS, count=members,
                  service=self.problem.facts.services[self.service].id)
            )  # fmt: skip

    def exact(self, who: Ints, cents: int, seat: int) -> Ints:
        """Return what members bear at a seat, in whole cents."""
        return np.asarray(np.array(self.shares(who, cents), np.int64) + self.own_travel(who, seat))

    def of(self, partnership: Partnership) -> dict[int, int]:
        """Return what the members of a partnership bear, by their numbers."""
        facts = self.problem.facts
        who, seat = numbers(self.problem, partnership.members), facts.index[partnership.seat]
        borne = self.exact(who, facts.cents(partnership), seat)
        return dict(zip(who.tolist(), borne.tolist(), strict=True))

    def paid(self, partnership: Partnership) -> dict[int, int]:
        """Return what the members of a partnership pay, by their numbers."""
        who = numbers(self.problem, partnership.members)
        shares = self.shares(who, self.problem.facts.cents(partnership))
        return dict(zip(who.tolist(), shares, strict=True))

    @cached_property
    def _parts(self) -> list[tuple[float, Floats]]:
        """Which part of a cost is shared by which weights."""
        fixed = self.key.fixed / 100
        parts = [(1 - fixed, self._weights(self.key.rest_by))]
        return [*parts, (fixed, self._weights(self.key.fixed_by))] if fixed else parts

    def _weights(self, name: str) -> Floats:
        everybody = np.arange(self.problem.facts.n)
        return np.array(weights(self.problem.facts, self.service, everybody, name), float)

    @property
    def weight(self) -> Floats:
        """(n,) the weights, of a key that is one."""
        if self.key.fixed or self.key.rest_by in OWN_VALUES:
            raise ValueError(f"the key {self.key.name} has no single weight")
        return self._parts[0][1]

    def about(self, c: Coalitions, cents: Floats) -> Floats:
        """Return (total size,) what each member of each coalition pays, before cents are rounded.

        `cents` are (N,) costs. What is paid is less than `wrong` beside it.
        """
        if self.key.rest_by in OWN_VALUES:
            self._demand_few(int(c.size.max(initial=0)))
            each = (self.shares(c[k].astype(np.int64), int(paid)) for k, paid in enumerate(cents))
            return np.array([share for shares in each for share in shares], float)
        paid = np.zeros(len(c.member))
        for part, weight in self._parts:
            total = np.repeat(c.total(weight), c.size)
            equal = np.repeat(1 / np.maximum(c.size, 1), c.size)
            share = np.divide(weight[c.member], total, out=equal, where=total > 0)
            paid += part * share * np.repeat(cents, c.size)
        return paid

    def prepare(self, check: Callable[[], None]) -> None:
        """Work out what takes long; `check` is called now and then, and may raise what ends it."""
        all_of = self.all_of
        self._demand_few(int(all_of.coalitions.size.max(initial=0)))
        for k in range(len(all_of.coalitions) if self.key.rest_by in OWN_VALUES else 0):
            if k % CHECKED_EVERY == 0:
                check()
            self.shares(all_of.coalitions[k].astype(np.int64), int(all_of.cost[k]))

    @cached_property
    def offers(self) -> Offers:
        """Every partnership, staying alone included, and what its members would bear."""
        n, all_of = self.problem.facts.n, self.all_of
        about = self.about(all_of.coalitions, all_of.cost)
        pooled, row, own = all_of.coalitions, np.arange(len(all_of.coalitions)), np.arange(n)
        seat = np.full(len(pooled), -1)
        if self.value:
            row, seat = all_of.seats()
            first, size = pooled.start[:-1][row], pooled.size[row]
            start = np.concatenate([[0], np.cumsum(size)])
            about = about[np.repeat(first - start[:-1], size) + np.arange(start[-1])]
            pooled = pooled.take(row)
            about = about + self.travel[pooled.member, np.repeat(seat, size)]
        return Offers(
            Coalitions.joined(n, [pooled, Coalitions(n, np.arange(n + 1), own.astype(np.int16))]),
            np.concatenate([row, np.full(n, -1)]),
            np.concatenate([all_of.cost[row], self.problem.facts.alone_cents[self.service]]),
            np.concatenate([seat, own]),
            np.concatenate([np.ones(len(pooled), bool), all_of.alone]),
            np.concatenate([about, self.alone.astype(float)]),
        )

    def offered(self, k: int) -> Ints:
        """Return what the members of an offer bear, in whole cents."""
        o = self.offers
        return self.exact(o.coalitions[k].astype(np.int64), int(o.cost[k]), int(o.seat[k]))
