"""The moves of a local search: which partnerships of a service could be replaced by which others.

* a municipality joins another partnership, or leaves and stays alone (what borders hold together
  no longer goes on in parts);
* two partnerships become one;
* a partnership is dissolved;
* two municipalities swap places.

A change of seat is part of every move: new partnerships take their best seat.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from koopopt.formulations.local.state import LocalState
from koopopt.formulations.local.values import Who

Move = tuple[int, tuple[int, ...], tuple[Who, ...]]
"""Service, seats of the partnerships that go, members of those that come."""

NEAR_MUNICIPALITIES = 24
"""Municipalities that count as near where borders do not matter."""


class Moves:
    """Makes the moves of a state.

    Attributes
    ----------
    near : list (one entry a service) of lists
        Who may come together with a municipality.
    only : set or None
        Moves begin at partnerships with one of these members.
    """

    def __init__(self, state: LocalState) -> None:
        self.state = state
        self.only: set[int] | None = None
        self.near: list[list[list[int]]] = []
        facts = state.problem.facts
        most = min(NEAR_MUNICIPALITIES, facts.n - 1)
        way = facts.minutes + facts.minutes.T
        np.fill_diagonal(way, np.inf)
        nearest = np.argsort(way, axis=1, kind="stable")[:, :most].tolist()
        for values in state.values:
            self.near.append(values.near if values.conditions.contiguous else nearest)

    def around(self, s: int, who: Who, wide: bool = False) -> list[int]:
        """Return the seats of other partnerships that members could join."""
        seat = self.state.seat[s]
        own = int(seat[who[0]])
        if wide and not self.state.values[s].conditions.contiguous:
            return [h for h in self.state.members[s] if h != own]
        found = {int(seat[j]) for i in who for j in self.near[s][i]}
        found.discard(own)
        return sorted(found)

    def joins(self, s: int, wide: bool = False) -> Iterator[Move]:
        """One municipality goes elsewhere, or stays alone."""
        members, values = self.state.members[s], self.state.values[s]
        for h, who in self._stable(s):
            for i in who:
                parts = values.parts(j for j in who if j != i)
                if len(who) > 1:
                    yield s, (h,), ((i,), *parts)
                for g in self.around(s, (i,), wide):
                    # Two that are alone come together once.
                    if g in members and (len(who) > 1 or i < g or len(members[g]) > 1):
                        yield s, (h, g), (_with(members[g], i), *parts)

    def merges(self, s: int, wide: bool = False) -> Iterator[Move]:
        """Two partnerships become one; one is dissolved, or takes another seat."""
        members = self.state.members[s]
        for h, who in self._stable(s):
            if len(who) == 1:
                continue
            yield s, (h,), (who,)
            yield s, (h,), tuple((i,) for i in who)
            for g in self.around(s, who, wide):
                if g > h and len(members.get(g, ())) > 1:
                    yield s, (h, g), (tuple(sorted((*who, *members[g]))),)

    def swaps(self, s: int) -> Iterator[Move]:
        """Two municipalities of two partnerships swap places."""
        members = self.state.members[s]
        for h, who in self._stable(s):
            for g in self.around(s, who):
                others = members.get(g, ())
                if g < h or len(who) + len(others) < 3:
                    continue
                for i in who:
                    if not set(self.near[s][i]).intersection(others):
                        continue
                    rest = tuple(k for k in who if k != i)
                    for j in others:
                        left = tuple(k for k in others if k != j)
                        yield s, (h, g), (_with(rest, j), _with(left, i))

    def _stable(self, s: int) -> Iterator[tuple[int, Who]]:
        """Yield the partnerships of now, those apart that are changed meanwhile."""
        members = self.state.members[s]
        for h, who in list(members.items()):
            if self.only is not None and self.only.isdisjoint(who):
                continue
            if members.get(h) == who:
                yield h, who


def _with(who: Who, i: int) -> Who:
    return tuple(sorted((*who, i)))
