"""Moves from a plan: a municipality joins or leaves, or two partnerships become one.

A move happens if every mover pays at least a cent a year less under the key: whoever joins, leaves
or merges, and those who are joined. Who is left behind is not asked; they stay together where the
rules allow it, else they divide as cheaply as they can (each alone, where they are more than
`MOST_PLAYERS`). Nobody moves so that somebody is alone who must not be. Offices are left out, and
rules about the whole plan are not asked (section 8 of docs/semantics.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from koopopt.case.plan import Plan
from koopopt.games.game import MOST_PLAYERS
from koopopt.rules.stability import OWN_VALUES
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import numbers
from koopopt.sharing.single import coalition_cost
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
        self.free = self.problem.conditions[burdens.service].alone
        self.few = burdens.key.rest_by in OWN_VALUES
        self.given: dict[Part, dict[int, int]] = {}
        self.may = cache(self._may)
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
        for kind, movers, to, after in self._candidates(parts):
            new = after - parts
            if not all(map(self.may, new)):
                continue
            then = {i: cents for part in new for i, cents in self.paid(part).items()}
            gains = {self.ids[i]: pays[i] - then[i] for i in (*movers, *to)}
            if min(gains.values()) >= 1:
                yield Move(kind, self._named(movers), self._named(to), gains), after

    def _candidates(self, parts: Parts) -> Iterator[tuple[str, Part, Part, Parts]]:
        """Yield every move, its movers, whom they join and who is together then."""
        for part in sorted(parts):
            for i in part if len(part) > 1 else ():
                rest = self.rest(tuple(j for j in part if j != i))
                yield "leave", (i,), (), parts - {part} | {(i,)} | rest
            for other in sorted(parts - {part}):
                for i in part:
                    whole = tuple(sorted((*other, i)))
                    if (len(part) > 1 or len(other) > 1 or i < other[0]) and self.may(whole):
                        rest = self.rest(tuple(j for j in part if j != i))
                        yield "join", (i,), other, parts - {part, other} | {whole} | rest
                whole = tuple(sorted((*part, *other)))
                if len(part) > 1 and (len(part), part) < (len(other), other) and self.may(whole):
                    yield "merge", part, other, parts - {part, other} | {whole}

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

    def _named(self, part: Part) -> tuple[str, ...]:
        return tuple(self.ids[i] for i in part)

    def _may(self, part: Part) -> bool:
        """Return whether the rules allow a part, and it can be told what its members pay."""
        if len(part) == 1:
            return bool(self.free[part[0]])
        if self.few and len(part) > MOST_PLAYERS:
            return False
        who = np.array(part, np.int64)
        return coalition_cost(self.problem, self.burdens.service, who) is not None

    def _paid(self, part: Part) -> dict[int, int]:
        """Return what members of a part pay, which the rules allow or which there is today."""
        if part in self.given:
            return self.given[part]
        who = np.array(part, np.int64)
        cost = coalition_cost(self.problem, self.burdens.service, who)
        assert cost is not None, "a part that the rules forbid"
        shares = [cost] if len(part) == 1 else self.burdens.shares(who, cost)
        return dict(zip(part, shares, strict=True))

    def _rest(self, part: Part) -> Parts:
        """Return how those divide who are left behind."""
        if len(part) < 2 or self.may(part):
            return frozenset({part} if part else ())
        if len(part) > MOST_PLAYERS:
            return frozenset((i,) for i in part)
        own = StandAlone.of(self.problem, self.burdens.service, np.array(part, np.int64))
        masks = own.division((1 << len(part)) - 1)
        return frozenset(tuple(i for k, i in enumerate(part) if mask >> k & 1) for mask in masks)
