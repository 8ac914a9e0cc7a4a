"""Conditions on coalitions that a search for stable plans asks: bounds on what members pay, sets.

Each has `keeps`, as `rules.base.CoalitionTest` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from koopopt.coalitions.sets import Coalitions, Members
from koopopt.linear import Bools, Floats, Ints
from koopopt.sharing.burdens import Burdens, wrong

ANY: Final = np.iinfo(np.int64).max // 4
"""More than anybody pays."""
Group = tuple[tuple[int, ...], tuple[int, ...]]
"""Members by their numbers, and what each of them pays by themselves, in cents."""


@dataclass(frozen=True, eq=False)
class Between:
    """Every member pays at most so much, and more than so much (cents, (n,) each).

    A site among the members, which comes after n municipalities, pays nothing.
    """

    burdens: Burdens
    most: Ints
    more: Ints

    def keeps(self, start: Ints, member: Members, cents: Floats) -> Bools:
        """Return (N,) whether pooled coalitions of such costs may be formed."""
        places = self.burdens.problem.facts.places
        c, _ = Coalitions(places, start, member).apart(len(self.most))
        about, start = self.burdens.about(c, cents), c.start
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
        paid = np.array(self.burdens.shares(who, cents), np.int64)
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

    @classmethod
    def of(cls, n: int, groups: Sequence[Sequence[int]]) -> NoneOf:
        """Forbid groups of numbers."""
        return cls(sets(n, groups))

    def keeps(self, start: Ints, member: Members, cents: Floats) -> Bools:
        """Return (N,) whether pooled coalitions may be formed."""
        c = Coalitions(self.coalitions.n, start, member)
        may = np.ones(len(c), bool)
        known = np.flatnonzero(np.isin(_sums(c), _sums(self.coalitions)))
        if len(known):
            may[known] = self.coalitions.find(c.take(known)) < 0
        return may


def sets(n: int, groups: Sequence[Sequence[int]]) -> Coalitions:
    """Return groups of numbers as coalitions."""
    table = np.zeros((len(groups), n), bool)
    for row, group in zip(table, groups, strict=True):
        row[list(group)] = True
    return Coalitions.of_table(table)


def _sums(c: Coalitions) -> Ints:
    """Return (N,) sums of large random numbers, which tell sets apart, nearly always."""
    number = np.random.default_rng(0).integers(2**62, size=c.n)
    if not len(c):
        return np.zeros(0, np.int64)
    return np.asarray(np.add.reduceat(number[c.member], c.start[:-1]))


@dataclass(frozen=True, eq=False)
class Inside:
    """No group pays more, each of its members, than by itself: a coalition with it is none."""

    burdens: Burdens
    groups: tuple[Group, ...]

    def keeps(self, start: Ints, member: Members, cents: Floats) -> Bools:
        """Return (N,) whether pooled coalitions of such costs may be formed."""
        n = self.burdens.problem.facts.n
        c = Coalitions(n, start, member)
        may = np.ones(len(c), bool)
        for group, paid in self.groups:
            inside = np.zeros(n)
            inside[list(group)] = 1.0
            with_it = np.flatnonzero(c.total(inside) == len(group))
            most = np.full(n, -ANY)
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
            exact = np.array(self.burdens.shares(who, int(cents[k])), np.int64)
            if (exact > paid[who])[paid[who] > -ANY].all():
                leave.append(k)
        return leave
