"""Which partnerships can be part of a plan that nobody leaves under a key.

A partnership T blocks every plan in which all its members bear more than in T. So a stable plan
holds, for every T, one of its *answers*: partnerships, T among them, in which some member of T
bears no more than in T. What overlaps all answers to some T without being one is in no stable plan,
and is left out; that makes answers of others fewer, and so on until nothing changes.

Where all members rank partnerships alike, the one that all its members like best is the only answer
to itself, and what is left is one partition, ties apart (the top coalition property: Banerjee,
Konishi and Sönmez 2001). Floating point only keeps what it cannot rule out.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from koopopt.coalitions.sets import Coalitions
from koopopt.linear import Bools, Ints
from koopopt.sharing.burdens import Burdens, wrong
from koopopt.sharing.within import perhaps_together

MOST_ANSWERS: Final = 60
"""Answers to a partnership up to which each is held against all others."""
MOST_TRIED: Final = 64
"""Partnerships tried in a round, those first that their members like best."""


@dataclass(frozen=True, eq=False)
class Surviving:
    """What can be in a stable plan, of one service.

    Attributes
    ----------
    coalitions : Coalitions
        Pooled ones; some more than once where travel counts.
    alone : (n,) bool
        Who may stay alone.
    pair : (n, places) bool
        Which member may be in a pooled partnership seated where.
    because : list of int arrays
        Members of the partnerships that ruled others out, in turn.
    """

    coalitions: Coalitions
    alone: Bools
    pair: Bools
    because: list[Ints]


def surviving(burdens: Burdens, *, only_alone: bool = False) -> Surviving:
    """Leave out what no stable plan holds, until nothing changes.

    With `only_alone` a plan is stable already if nobody bears more than alone.
    """
    elimination = _Elimination(burdens)
    if only_alone:
        elimination.against_alone()
    else:
        elimination.run()
    return elimination.result()


class _Elimination:
    """One elimination."""

    def __init__(self, burdens: Burdens) -> None:
        self.burdens, self.offers = burdens, burdens.offers
        self.c, n = self.offers.coalitions, burdens.problem.facts.n
        self.about = self.offers.about
        self.low = self.about - wrong(self.about)
        self.alive = self.offers.free.copy()
        self.settled = ~self.offers.free
        owner = np.repeat(np.arange(len(self.c)), self.c.size)
        entry = np.argsort(self.c.member, kind="stable")
        first = np.searchsorted(self.c.member[entry], np.arange(n + 1))
        self.entries = [entry[a:b] for a, b in pairwise(first.tolist())]
        self.owners = [owner[of_one] for of_one in self.entries]
        self.because: list[Ints] = []

    def result(self) -> Surviving:
        """Return what is left."""
        n, places = len(self.entries), self.burdens.problem.facts.places
        pooled = len(self.c) - n
        left = np.flatnonzero(self.alive[:pooled])
        kept = self.c.take(left)
        pair = np.ones((n, places), bool)
        if self.burdens.value:
            pair[:] = False
            pair[kept.member, np.repeat(self.offers.seat[left], kept.size)] = True
        return Surviving(kept, self.alive[pooled:], pair, self.because)

    def against_alone(self) -> None:
        """Leave out where somebody bears more than alone."""
        most = self.burdens.alone[self.c.member]
        self.alive &= ~np.logical_or.reduceat(self.low > most, self.c.start[:-1])

    def run(self) -> None:
        """Go on until nothing changes."""
        if not self.burdens.value:
            together = perhaps_together(self.burdens)
            self.alive[: len(together)] &= together
        changed = True
        while changed and self.alive.any():
            changed = False
            for k in self._liked():
                changed |= self._ruled_out(k)

    def _liked(self) -> list[int]:
        """Return partnerships that none of their members likes much less than its best."""
        best = np.full(self.c.n, np.inf)
        for i, (entries, owners) in enumerate(zip(self.entries, self.owners, strict=True)):
            best[i] = self.about[entries[self.alive[owners]]].min(initial=np.inf)
        worse = np.maximum.reduceat(self.about - best[self.c.member], self.c.start[:-1])
        worse[self.settled] = np.inf
        few = min(MOST_TRIED, len(worse) - 1)
        first = np.argpartition(worse, few)[: few + 1]
        first = first[np.isfinite(worse[first])]
        return [int(k) for k in first[np.argsort(worse[first], kind="stable")]]

    def _ruled_out(self, k: int) -> bool:
        """Leave out what overlaps all answers to a partnership; return whether there was any."""
        who = self.c[k].astype(np.int64)
        answers = np.zeros(len(self.c), bool)
        for i, most in zip(who.tolist(), self.burdens.offered(k).tolist(), strict=True):
            entries = self.entries[i]
            answers[self.owners[i][self.low[entries] <= most]] = True
        answers &= self.alive
        few = np.flatnonzero(answers)
        if not len(few):  # no plan answers to it
            self.alive[:] = False
            self.because.append(who)
            return True
        gone = self.alive & ~answers
        if len(few) <= MOST_ANSWERS:
            for answer in few.tolist():
                gone &= self._overlapping(self.c[answer]) > 0
        else:
            gone &= self._overlapping(who) == len(who)
        self.settled[k] = len(few) == 1
        if not gone.any():
            return False
        self.alive &= ~gone
        self.because.append(who)
        return True

    def _overlapping(self, who: NDArray[np.integer[Any]]) -> Ints:
        """Return (N,) how many members each coalition has in common with some municipalities."""
        common = np.zeros(len(self.c), np.int64)
        for i in who.tolist():
            common[self.owners[i]] += 1  # each has a member once
        return common
