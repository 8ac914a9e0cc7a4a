"""Which partnerships can be part of a plan that nobody leaves under a key.

A partnership T blocks every plan in which all its members pay more than in T. So a stable plan
holds, for every T, one of its *answers*: partnerships, T among them, in which some member of T pays
no more than in T. What overlaps all answers to some T without being one is in no stable plan, and
is left out; that makes answers of others fewer, and so on until nothing changes.

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
from koopopt.sharing.stability import Alternatives

MOST_ANSWERS: Final = 40
"""Answers to a partnership up to which each is held against all others."""
MOST_TRIED: Final = 64
"""Partnerships tried in a round, those first that their members like best."""


@dataclass(frozen=True, eq=False)
class Surviving:
    """What can be in a stable plan, of one service.

    Attributes
    ----------
    coalitions : (N,) bool
        Of `Alternatives`.
    alone : (n,) bool
        Who may stay alone.
    because : list of int arrays
        Members of the partnerships that ruled others out, in turn.
    """

    coalitions: Bools
    alone: Bools
    because: list[Ints]


def surviving(all_of: Alternatives, burdens: Burdens) -> Surviving:
    """Leave out what no stable plan holds, until nothing changes."""
    return _Elimination(all_of, burdens).run()


class _Elimination:
    """One elimination. Who is alone is a coalition of one, behind the pooled ones."""

    def __init__(self, all_of: Alternatives, burdens: Burdens) -> None:
        n, pooled = burdens.problem.facts.n, all_of.coalitions
        singles = Coalitions.of_table(np.eye(n, dtype=bool))
        self.pooled, self.burdens = len(pooled), burdens
        self.c = Coalitions.joined(n, [pooled, singles])
        self.cost = np.concatenate([all_of.cost, burdens.alone.astype(float)])
        self.about = burdens.about(self.c, self.cost)
        self.low = self.about - wrong(self.about)
        # Staying alone may be forbidden; then it neither blocks nor answers.
        self.allowed = np.ones(len(self.c), bool)
        self.allowed[self.pooled :] = burdens.problem.conditions[burdens.service].alone
        self.alive = self.allowed.copy()
        self.settled = ~self.allowed
        owner = np.repeat(np.arange(len(self.c)), self.c.size)
        entry = np.argsort(self.c.member, kind="stable")
        first = np.searchsorted(self.c.member[entry], np.arange(n + 1))
        self.entries = [entry[a:b] for a, b in pairwise(first.tolist())]
        self.owners = [owner[of_one] for of_one in self.entries]
        self.because: list[Ints] = []

    def run(self) -> Surviving:
        """Go on until nothing changes."""
        changed = True
        while changed and self.alive.any():
            changed = False
            for k in self._liked():
                changed |= self._ruled_out(k)
        return Surviving(self.alive[: self.pooled], self.alive[self.pooled :], self.because)

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
        paid = self.burdens.exact(who, int(self.cost[k]))
        answers = np.zeros(len(self.c), bool)
        for i, most in zip(who.tolist(), paid, strict=True):
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
