"""Enumerating coalitions at sites: each site with all municipalities that may be served there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from koopopt.case.facts import Facts
from koopopt.coalitions.enumeration import Enumeration, TooMany, never
from koopopt.coalitions.sets import Coalitions
from koopopt.linear import Bools, Floats, Ints
from koopopt.rules import Conditions


@dataclass(frozen=True, slots=True, eq=False)
class SiteEnumeration:
    """All coalitions of municipalities, and all of municipalities and a site.

    Attributes
    ----------
    towns : Enumeration
        Two municipalities and more.
    sites : tuple of (site, who may be served there)
    alone : bool
        Whether one municipality may be served at a site.
    """

    towns: Enumeration
    sites: tuple[tuple[int, Ints], ...]
    alone: bool
    _made: dict[int, Enumeration] = field(default_factory=dict)

    @classmethod
    def of(
        cls, facts: Facts, conditions: Conditions, graph: Bools, apart: Bools, largest: int
    ) -> SiteEnumeration:
        """Enumerate along a graph of municipalities, `largest` at the most, none `apart`."""
        sites = np.flatnonzero(conditions.pool & (np.arange(facts.n) >= facts.towns)).tolist()
        may = conditions.pair & ((np.arange(facts.n) < facts.towns) & conditions.pool)[:, None]
        return cls(
            Enumeration(graph, apart, largest),
            tuple((h, np.flatnonzero(may[:, h])) for h in sites),
            largest > 0,
        )

    def _there(self) -> Iterator[tuple[int, Ints, Enumeration]]:
        """Yield each site, who may be served there alone, and the coalitions of more there.

        Made when they are needed: where there are many sites, all of them take much memory.
        """
        of = self.towns
        for h, who in self.sites:
            if h not in self._made:
                may = np.zeros(len(of.adjacent), bool)
                may[who] = True
                here = of.adjacent & may & may[:, None]
                self._made[h] = Enumeration(here, of.apart, of.max_size)
            yield h, who if self.alone else who[:0], self._made[h]

    @property
    def max_size(self) -> int:
        """Members of the largest coalition, its site among them."""
        return self.towns.max_size + 1

    def count(
        self, most: float, each: Floats | None = None, check: Callable[[], None] = never
    ) -> Ints:
        """Return how many coalitions there are, by the number of members; see `Enumeration`."""
        each = np.ones(self.max_size + 1) if each is None else each
        number = np.zeros(self.max_size + 1, np.int64)

        def add(of: Enumeration, shift: int) -> None:
            left = most - float(number @ each)
            try:
                found = of.count(left, each[shift : shift + of.max_size + 1], check)
            except TooMany as many:
                raise TooMany(float(number.sum()) + many.known) from None
            number[shift : shift + len(found)] += found

        add(self.towns, 0)
        for _, single, there in self._there():
            number[2] += len(single)
            if number @ each > most:
                raise TooMany(float(number.sum()))
            add(there, 1)
        return number

    def pieces(self, check: Callable[[], None] = never) -> Iterator[Coalitions]:
        """Yield all coalitions, some at a time."""
        yield from self.towns.pieces(check)
        for h, single, there in self._there():
            if len(single):
                table = np.zeros((len(single), len(there.adjacent)), bool)
                table[np.arange(len(single)), single] = table[:, h] = True
                yield Coalitions.of_table(table)
            for piece in there.pieces(check):
                yield _at(piece, h)


def _at(c: Coalitions, site: int) -> Coalitions:
    """Return coalitions of municipalities with a site, which comes last."""
    member = np.insert(c.member, c.start[1:], np.int16(site))
    return Coalitions(c.n, c.start + np.arange(len(c.start)), member)
