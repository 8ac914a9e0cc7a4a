"""Counting and enumerating all connected coalitions.

Coalitions grow member by member along a graph, and no set is visited twice. They are counted
before any is held, so that nobody begins what memory does not allow; counting ends as soon as it
is clear that there are too many. Everything goes on in pieces of a few milliseconds, between which
the caller's `check` may raise.

Few coalitions are grown by numpy level by level and kept at once. More are counted and then made
by compiled code where numba is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import comb
from typing import Final

import numpy as np

from koopopt.coalitions.sets import COMPILED, COMPILED_FROM, Coalitions, Members
from koopopt.linear import Bools, Floats, Ints
from koopopt.system.threads import Watched

STEPS_PER_LOOK: Final = 300_000
"""Steps of compiled code between two looks at the clock: some milliseconds."""
COALITIONS_PER_PIECE: Final = 200_000
"""Coalitions to hand out at a time."""
CELLS_AT_ONCE: Final = 4_000_000
"""Coalitions times municipalities that numpy grows at a time."""


NUMPY_BYTES: Final = 2e9
"""Bytes that numpy may take for growing coalitions where it has to do all of them."""


class TooMany(Exception):  # noqa: N818 - a signal between two modules, not an error
    """There are more coalitions than the caller wants to hold.

    Attributes
    ----------
    known : float
        How many there are at the least.
    """

    def __init__(self, known: float = 0.0) -> None:
        super().__init__(known)
        self.known = known


def never() -> None:
    """Raise nothing: a check that lets everything go on."""


@dataclass(slots=True, eq=False)
class Enumeration:
    """All connected coalitions with 2 to `max_size` members.

    Attributes
    ----------
    adjacent : (n, n) bool
        The graph; for coalitions that need not be connected, all True.
    apart : (n, n) bool
        Pairs that never are in one coalition.
    max_size : int
    compiled : bool or None
        Whether compiled code or numpy is used; None chooses by number and by what is installed.
    """

    adjacent: Bools
    apart: Bools
    max_size: int
    compiled: bool | None = None
    _held: list[Coalitions] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        n = len(self.adjacent)
        self.adjacent = self.adjacent & ~self.apart & ~np.eye(n, dtype=bool)
        self.max_size = max(1, min(self.max_size, n))

    def count(
        self, most: float, each: Floats | None = None, check: Callable[[], None] = never
    ) -> Ints:
        """Return how many coalitions there are, by the number of their members.

        Parameters
        ----------
        most : float
            What all of them may weigh together.
        each : (max_size + 1,) array, optional
            What one weighs, by its number of members; 1 unless said.
        check : callable
            Called every few milliseconds; may raise.

        Raises
        ------
        TooMany
            If they weigh more than `most`.
        """
        each = np.ones(self.max_size + 1) if each is None else each
        self._by_formula(most, each)
        can = COMPILED if self.compiled is None else self.compiled
        few = COMPILED_FROM if can else max(COMPILED_FROM, NUMPY_BYTES / (8 * len(self.adjacent)))
        if not self.compiled:
            try:
                self._held = self._by_levels(most, each, few, check)
                sizes = [np.bincount(c.size, minlength=self.max_size + 1) for c in self._held]
                return np.asarray(sum(sizes, np.zeros(self.max_size + 1, np.int64)))
            except _Many as many:
                if many.heavy or not can:
                    raise TooMany(many.known) from None
        _load(check)
        walk = _Walk(self)
        done = False
        while not done:
            check()
            done = walk.count()
            if walk.number @ each > most:
                raise TooMany(int(walk.number.sum()))
        return walk.number

    def pieces(self, check: Callable[[], None] = never) -> Iterator[Coalitions]:
        """Yield all coalitions, some at a time; `count` comes first where numpy has to do it."""
        if self._held is not None:
            yield from self._held
            return
        walk = _Walk(self)
        done = False
        while not done:
            check()
            done, found = walk.take()
            if len(found):
                yield found

    def _by_formula(self, most: float, each: Floats) -> None:
        """Where everybody may be with everybody the numbers are binomials."""
        n = len(self.adjacent)
        if int(self.adjacent.sum()) < n * (n - 1):
            return
        weight = known = 0.0
        for k in range(2, self.max_size + 1):
            known += comb(n, k)
            weight += comb(n, k) * float(each[k])
            if weight > most:
                raise TooMany(known)

    def _by_levels(
        self, most: float, each: Floats, few: float, check: Callable[[], None]
    ) -> list[Coalitions]:
        """Grow all coalitions by one member at a time; how many come next is known before."""
        n, adjacent = len(self.adjacent), self.adjacent
        place = np.arange(n)
        member = np.eye(n, dtype=bool)
        # Who may join next, and who is past that: members, their neighbours, those apart of them.
        ready = adjacent & (place > place[:, None])
        past = member | adjacent | self.apart
        root = place
        levels: list[Coalitions] = []
        weight, total = 0.0, 0
        at_a_time = max(1, CELLS_AT_ONCE // max(1, n))
        for size in range(2, self.max_size + 1):
            row, new = np.nonzero(ready)
            total += len(row)
            weight += len(row) * float(each[size])
            if total > few or weight > most:
                raise _Many(total, weight > most)
            if not len(row):
                break
            tables: list[tuple[Bools, Bools, Bools]] = []
            for a in range(0, len(row), at_a_time):
                check()
                r, w = row[a : a + at_a_time], new[a : a + at_a_time]
                grown, closed = member[r], past[r]
                grown[np.arange(len(r)), w] = True
                fresh = adjacent[w] & ~closed & (place > root[r][:, None])
                later = ((ready[r] & (place > w[:, None])) | fresh) & ~self.apart[w]
                tables.append((grown, later, closed | adjacent[w] | self.apart[w]))
            member, ready, past = (np.concatenate(t) for t in zip(*tables, strict=True))
            root = root[row]
            levels.append(Coalitions.of_table(member))
        return levels


class _Many(Exception):  # noqa: N818 - a signal inside this module
    """There are more than numpy should grow; `heavy`: more than are wanted at all."""

    def __init__(self, known: float, heavy: bool) -> None:
        super().__init__(known)
        self.known, self.heavy = known, heavy


def _load(check: Callable[[], None]) -> None:
    """Load compiled code in another thread: the first time it takes seconds to be made."""

    def load() -> None:
        from koopopt.coalitions import kernels

        kernels.load()

    loading = Watched(load, "koopopt-loading")
    while not loading.done.wait(0.02):
        check()
    loading.result()


class _Walk:
    """Where compiled enumeration stands."""

    def __init__(self, of: Enumeration) -> None:
        n = len(of.adjacent)
        degree = of.adjacent.sum(axis=1)
        self.n = n
        self.first = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
        self.neighbour = np.nonzero(of.adjacent)[1].astype(np.int16)
        none = np.zeros((0, 0), bool)
        self.apart = of.apart if of.apart.any() else none
        self.spot = np.array([-1, 0], np.int64)
        self.chosen = np.zeros(of.max_size, np.int16)
        self.todo = np.empty(of.max_size * n + n, np.int16)
        self.lo = np.zeros(of.max_size + 1, np.int64)
        self.hi = np.zeros(of.max_size + 1, np.int64)
        self.seen = np.full(n, -1, np.int16)
        self.number = np.zeros(of.max_size + 1, np.int64)

    def count(self) -> bool:
        """Count on for some steps; return whether that was all."""
        return self._grow(np.empty(0, np.int64), np.empty(0, np.int16))[0]

    def take(self) -> tuple[bool, Coalitions]:
        """Return whether that was all, and the next coalitions."""
        start = np.zeros(COALITIONS_PER_PIECE + 1, np.int64)
        member = np.empty(max(16 * COALITIONS_PER_PIECE, len(self.chosen)), np.int16)
        done, count = self._grow(start, member)
        return done, Coalitions(self.n, start[: count + 1].copy(), member[: start[count]].copy())

    def _grow(self, start: Ints, member: Members) -> tuple[bool, int]:
        from koopopt.coalitions import kernels

        done, count = kernels.grow(
            self.first, self.neighbour, self.apart, self.spot, self.chosen, self.todo, self.lo,
            self.hi, self.seen, self.number, start, member, STEPS_PER_LOOK,
        )  # fmt: skip
        return bool(done), int(count)


def connected(
    adjacent: Bools, apart: Bools, max_size: int, most: int, *, compiled: bool | None = None
) -> Coalitions:
    """Return all connected coalitions with 2 to `max_size` members.

    Raises
    ------
    TooMany
        If there are more than `most`.
    """
    everything = Enumeration(adjacent, apart, max_size, compiled)
    everything.count(most)
    none = Coalitions.of_table(np.zeros((0, len(adjacent)), bool))
    return Coalitions.joined(len(adjacent), [none, *everything.pieces()])
