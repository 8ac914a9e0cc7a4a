"""Moves from a plan: a municipality joins or leaves, or two partnerships become one.

A move happens if every mover pays at least a cent a year less under the key: whoever joins, leaves
or merges, and those who are joined. Who is left behind is not asked; they stay together where the
rules allow it, else they divide as cheaply as they can. Offices are left out, and rules about the
whole plan are not asked (section 8 of docs/semantics.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from koopopt.case.plan import Plan
from koopopt.games.game import MOST_PLAYERS
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import numbers
from koopopt.sharing.leaving import coalition_cost
from koopopt.sharing.standalone import StandAlone

Part = tuple[int, ...]
Parts = frozenset[Part]


@dataclass(frozen=True, slots=True)
class Move:
    """A move that all movers gain by.

    Attributes
    ----------
    kind : {"join", "leave", "merge"}
    movers : tuple of str
        Whoever joins or leaves; all of the smaller partnership that merges.
    to : tuple of str
        Those who are joined; nobody where a member leaves.
    gains : mapping of str to int
        Cents a year that each mover and each of those who are joined pays less.
    """

    kind: str
    movers: tuple[str, ...]
    to: tuple[str, ...]
    gains: dict[str, int]

    @property
    def total(self) -> int:
        """What all of them gain together."""
        return sum(self.gains.values())


@dataclass(frozen=True, slots=True)
class Path:
    """Moves one after the other, always the one that its movers gain the most by.

    Attributes
    ----------
    moves : tuple of Move
    parts : tuple of tuples of str
        Who is together in the end.
    ends : bool
        Whether no move is left; False where the path comes back to where it was.
    """

    moves: tuple[Move, ...]
    parts: tuple[tuple[str, ...], ...]
    ends: bool


class Moving:
    """All moves of one service under a key."""

    def __init__(self, burdens: Burdens) -> None:
        self.burdens, self.problem = burdens, burdens.problem
        self.ids = burdens.problem.facts.ids
        self.given: dict[Part, dict[int, int]] = {}
        self.paid = cache(self._paid)
        self.rest = cache(self._rest)

    def start(self, plan: Plan) -> Parts:
        """Return who is together in a plan; what they pay there counts, allowed or not."""
        service = self.problem.facts.services[self.burdens.service].id
        for p in plan.partnerships:
            if p.service == service:
                self.given[tuple(numbers(self.problem, p.members).tolist())] = self.burdens.of(p)
        return frozenset(self.given)

    def moves(self, parts: Parts) -> Iterator[tuple[Move, Parts]]:
        """Yield every move that all movers gain by, and who is together then."""
        pays = {i: cents for part in parts for i, cents in self.paid(part).items()}
        for part in sorted(parts):
            for i in part if len(part) > 1 else ():
                left = parts - {part} | {(i,)} | self.rest(tuple(j for j in part if j != i))
                yield from self._gained("leave", (i,), (), pays, left)
            for other in sorted(parts - {part}):
                for i in part:
                    whole = tuple(sorted((*other, i)))
                    if (len(part) > 1 or len(other) > 1 or i < other[0]) and self.paid(whole):
                        rest = self.rest(tuple(j for j in part if j != i))
                        left = parts - {part, other} | {whole} | rest
                        yield from self._gained("join", (i,), other, pays, left)
                whole = tuple(sorted((*part, *other)))
                if len(part) > 1 and (len(part), part) < (len(other), other) and self.paid(whole):
                    left = parts - {part, other} | {whole}
                    yield from self._gained("merge", part, other, pays, left)

    def path(self, parts: Parts) -> Path:
        """Return the moves from a start, until none is left or a state comes again."""
        seen, done = {parts}, []
        while found := list(self.moves(parts)):
            move, parts = max(found, key=lambda pair: pair[0].total)
            done.append(move)
            if parts in seen:
                return self._path(done, parts, ends=False)
            seen.add(parts)
        return self._path(done, parts, ends=True)

    def _path(self, done: list[Move], parts: Parts, *, ends: bool) -> Path:
        return Path(tuple(done), tuple(self._named(part) for part in sorted(parts)), ends)

    def _gained(
        self, kind: str, movers: Part, to: Part, pays: dict[int, int], after: Parts
    ) -> Iterator[tuple[Move, Parts]]:
        then = {i: cents for part in after for i, cents in self.paid(part).items()}
        gains = {self.ids[i]: pays[i] - then[i] for i in (*movers, *to)}
        if min(gains.values()) >= 1:
            yield Move(kind, self._named(movers), self._named(to), gains), after

    def _named(self, part: Part) -> tuple[str, ...]:
        return tuple(self.ids[i] for i in part)

    def _paid(self, part: Part) -> dict[int, int]:
        """Return what members pay together; nothing where they must not."""
        if part in self.given:
            return self.given[part]
        who = np.array(part, np.int64)
        cost = coalition_cost(self.problem, self.burdens.service, who)
        if cost is None:
            return {}
        shares = [cost] if len(part) == 1 else self.burdens.shares(who, cost)
        return dict(zip(part, shares, strict=True))

    def _rest(self, part: Part) -> Parts:
        """Return how those divide who are left behind."""
        if not part or len(part) == 1 or self.paid(part):
            return frozenset({part} if part else ())
        if len(part) > MOST_PLAYERS:
            return frozenset((i,) for i in part)
        own = StandAlone.of(self.problem, self.burdens.service, np.array(part, np.int64))
        masks = own.division((1 << len(part)) - 1)
        return frozenset(tuple(i for k, i in enumerate(part) if mask >> k & 1) for mask in masks)
