"""Burdens: what each member of each of many coalitions pays under a key, and tests on that.

Shares are worked out in floating point for all of them at once; those too near to a bound for that
to decide are shared again, exactly and in whole cents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership
from koopopt.coalitions.sets import Coalitions, Members
from koopopt.errors import UsageError
from koopopt.linear import Bools, Floats, Ints
from koopopt.problem import Problem
from koopopt.sharing.keys import WEIGHTED, Key, numbers, to_cents, weights
from koopopt.text import T

SLACK: Final = 1e-9
"""What floating point may be wrong by, relatively, before cents are looked at."""
CENT: Final = 1.0
"""A share in whole cents is less than one beside the exact one."""
ANY: Final = np.iinfo(np.int64).max // 4
"""More than anybody pays."""


@dataclass(frozen=True, eq=False)
class Burdens:
    """What members of partnerships of a service pay under a key, offices apart.

    Attributes
    ----------
    problem : Problem
    service : int
    key : Key
        A fixed weight, or two.
    """

    problem: Problem
    service: int
    key: Key

    def __post_init__(self) -> None:
        if self.key.rest_by not in WEIGHTED:
            raise UsageError(
                T("Stability is asked under {known}, or two of them.", known=", ".join(WEIGHTED))
            )

    @cached_property
    def _parts(self) -> list[tuple[float, Floats]]:
        """Which part of a cost is shared by which weights."""
        fixed = self.key.fixed / 100
        parts = [(1 - fixed, self._weights(self.key.rest_by))]
        return [*parts, (fixed, self._weights(self.key.fixed_by))] if fixed else parts

    def _weights(self, name: str) -> Floats:
        everybody = np.arange(self.problem.facts.n)
        return np.array(weights(self.problem, self.service, everybody, name), float)

    @property
    def weight(self) -> Floats:
        """(n,) the weights, of a key that is one."""
        if self.key.fixed:
            raise ValueError(f"the key {self.key.name} has two weights")
        return self._parts[0][1]

    @property
    def alone(self) -> Ints:
        """(n,) what each pays alone, in cents."""
        return np.asarray(self.problem.facts.alone_cents[self.service])

    def exact(self, who: Ints, cents: int) -> list[int]:
        """Return what members pay of a cost, in whole cents."""
        return to_cents(self.key.shares(self.problem, self.service, who, cents))

    def of(self, partnership: Partnership) -> dict[int, int]:
        """Return what the members of a partnership pay, by their numbers."""
        who = numbers(self.problem, partnership.members)
        paid = self.exact(who, self.problem.facts.cents(partnership))
        return dict(zip(who.tolist(), paid, strict=True))

    def about(self, c: Coalitions, cents: Floats) -> Floats:
        """Return (total size,) what each member of each coalition pays, before cents are rounded.

        `cents` are (N,) costs. What is paid is less than `CENT` and `wrong` beside it.
        """
        paid = np.zeros(len(c.member))
        for part, weight in self._parts:
            total = np.repeat(c.total(weight), c.size)
            equal = np.repeat(1 / np.maximum(c.size, 1), c.size)
            each = np.divide(weight[c.member], total, out=equal, where=total > 0)
            paid += part * each * np.repeat(cents, c.size)
        return paid


def wrong(about: Floats) -> Floats:
    """Return by how much what is paid in whole cents may differ from `Burdens.about`."""
    return CENT + SLACK * (1 + np.abs(about))


@dataclass(frozen=True, eq=False)
class Between:
    """Every member pays at most so much, and more than so much (cents, (n,) each)."""

    burdens: Burdens
    most: Ints
    more: Ints

    def keeps(self, start: Ints, member: Members, cents: Floats) -> Bools:
        """Return (N,) whether pooled coalitions of such costs may be formed."""
        c = Coalitions(len(self.most), start, member)
        about = self.burdens.about(c, cents)
        margin = wrong(about)
        most, more = self.most[c.member], self.more[c.member]
        never = (about - margin > most) | (about + margin <= more)
        sure = (about + margin <= most) & (about - margin > more)
        may = ~np.logical_or.reduceat(never, start[:-1])
        unsure = may & ~np.logical_and.reduceat(sure, start[:-1])
        for k in np.flatnonzero(unsure).tolist():
            may[k] = self.allows(c[k].astype(np.int64), int(cents[k]))
        return np.asarray(may)

    def allows(self, who: Ints, cents: int) -> bool:
        """Return whether members may pay what they pay of such a cost."""
        paid = np.array(self.burdens.exact(who, cents), np.int64)
        return bool(((paid <= self.most[who]) & (paid > self.more[who])).all())


@dataclass(frozen=True, eq=False)
class OneOf:
    """Only these coalitions; others may slip through where sums of random numbers agree."""

    n: int
    known: Ints

    @classmethod
    def of(cls, coalitions: Coalitions) -> OneOf:
        """Allow these."""
        return cls(coalitions.n, np.unique(_sums(coalitions)))

    def keeps(self, start: Ints, member: Members, cents: Floats) -> Bools:
        """Return (N,) whether pooled coalitions may be formed."""
        return np.isin(_sums(Coalitions(self.n, start, member)), self.known)


@dataclass(frozen=True, eq=False)
class NoneOf:
    """None of these coalitions."""

    coalitions: Coalitions

    def keeps(self, start: Ints, member: Members, cents: Floats) -> Bools:
        """Return (N,) whether pooled coalitions may be formed."""
        c = Coalitions(self.coalitions.n, start, member)
        may = np.ones(len(c), bool)
        known = np.flatnonzero(np.isin(_sums(c), _sums(self.coalitions)))
        if len(known):
            may[known] = self.coalitions.find(c.take(known)) < 0
        return may


def _sums(c: Coalitions) -> Ints:
    """Return (N,) sums of large random numbers, which tell sets apart, nearly always."""
    number = np.random.default_rng(0).integers(2**62, size=c.n)
    if not len(c):
        return np.zeros(0, np.int64)
    return np.asarray(np.add.reduceat(number[c.member], c.start[:-1]))


def sets(n: int, groups: Sequence[Sequence[int]]) -> Coalitions:
    """Return groups of numbers as coalitions."""
    table = np.zeros((len(groups), n), bool)
    for row, group in zip(table, groups, strict=True):
        row[list(group)] = True
    return Coalitions.of_table(table)


@dataclass(frozen=True, eq=False)
class Inside:
    """No group pays more, each of its members, than by itself: a coalition with it is none.

    Attributes
    ----------
    burdens : Burdens
    groups : tuple of (members, what each of them pays by themselves)
    """

    burdens: Burdens
    groups: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]

    def keeps(self, start: Ints, member: Members, cents: Floats) -> Bools:
        """Return (N,) whether pooled coalitions may be formed."""
        facts: Facts = self.burdens.problem.facts
        c = Coalitions(facts.n, start, member)
        may = np.ones(len(c), bool)
        for group, paid in self.groups:
            inside = np.zeros(facts.n)
            inside[list(group)] = 1.0
            with_it = np.flatnonzero(c.total(inside) == len(group))
            most = np.full(facts.n, -ANY)
            most[list(group)] = paid
            for k in self._leaving(c.take(with_it), cents[with_it], most, len(group)):
                may[with_it[k]] = False
        return may

    def _leaving(self, c: Coalitions, cents: Floats, paid: Ints, size: int) -> list[int]:
        """Return in which coalitions all members of a group pay more than these."""
        if not len(c):
            return []
        about = self.burdens.about(c, cents)
        own = paid[c.member]
        counted = own > -ANY
        sure = np.add.reduceat((counted & (about - wrong(about) > own)).astype(int), c.start[:-1])
        maybe = np.add.reduceat((counted & (about + wrong(about) > own)).astype(int), c.start[:-1])
        leave: list[int] = np.flatnonzero(sure == size).tolist()
        for k in np.flatnonzero((maybe == size) & (sure < size)).tolist():
            who = c[k].astype(np.int64)
            exact = np.array(self.burdens.exact(who, int(cents[k])), np.int64)
            if (exact > paid[who])[paid[who] > -ANY].all():
                leave.append(k)
        return leave
