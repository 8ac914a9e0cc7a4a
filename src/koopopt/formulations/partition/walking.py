"""The walk through the partitions of one service: all ways to cover everyone once, at little cost.

Municipalities are covered one after the other, each next to those before, and columns that cost
more than is left are not tried. It goes on in pieces, so that the clock is heard.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from koopopt.coalitions.sets import COMPILED
from koopopt.formulations.partition import walking_loop
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.walking_loop import WORD
from koopopt.linear import Bools, Floats, Ints

PLAIN_STEPS: Final = 3_000
"""Ways to look at before compiled code is loaded, which takes longer than that."""
COMPILED_WALK: Final = "koopopt.formulations.partition.walking_compiled"
"""Where that is, once it is loaded."""
STEPS_AT_ONCE: Final = 2_000_000
"""Ways to look at between two looks at the clock."""
PARTITIONS_AT_ONCE, MAX_PARTITIONS = 4_096, 2_000_000
"""Partitions to write down at once, and of all services together."""
STEPS_A_PARTITION: Final = 40
"""Ways to look at for which one partition may be written down."""
SHARINGS: Final = 4
"""How often costs of columns are shared among those whom they cover."""


@dataclass(slots=True)
class Budget:
    """How much may be looked at, and written down, until somebody says stop.

    Attributes
    ----------
    steps : int
        Ways to cover somebody.
    stopped : callable
    taken, found : int
        Ways looked at and partitions written down so far.
    """

    steps: int
    stopped: Callable[[], bool]
    taken: int = 0
    found: int = 0

    @property
    def over(self) -> bool:
        """Whether it is used up."""
        return self.taken >= self.steps or self.found > self.most or self.stopped()

    @property
    def most(self) -> int:
        """How many partitions may be written down."""
        return min(MAX_PARTITIONS, self.steps // STEPS_A_PARTITION)


@dataclass(frozen=True, slots=True, eq=False)
class Partitions:
    """N partitions of one service.

    Attributes
    ----------
    end, chosen : (N + 1,), (size,) int arrays
        Partition k has the columns `chosen[end[k]:end[k + 1]]`.
    cost : (N,) array
    """

    end: Ints
    chosen: Ints
    cost: Floats

    def __len__(self) -> int:
        return len(self.cost)

    def __getitem__(self, which: int) -> Ints:
        return self.chosen[self.end[which] : self.end[which + 1]]

    @property
    def least(self) -> float:
        """The least cost of any, infinite where there is none."""
        return float(self.cost.min(initial=np.inf))

    def up_to(self, cost: Floats, most: float) -> Partitions:
        """Return those that cost no more, by other costs."""
        kept = cost <= most
        size = np.diff(self.end)
        end = np.concatenate([[0], size[kept].cumsum()])
        return Partitions(end, self.chosen[np.repeat(kept, size)], cost[kept])

    def sums(self, of_columns: Floats) -> Floats:
        """Return the sum of what their columns have, (K,) or (K, A), for each of them."""
        return np.asarray(np.add.reduceat(of_columns[self.chosen], self.end[:-1], axis=0))


class Walk:
    """The partitions of one service.

    Parameters
    ----------
    inside : (K, n) bool array
        Whom each column of the service covers.
    cost : (K,) array
        One a column.
    mine : (K,) int array
        The numbers of these columns among those of all services.

    Attributes
    ----------
    least : float
        What every partition costs at the least.
    excess : (K,) array
        What those with each column cost above that, at the least.
    """

    def __init__(self, inside: Bools, cost: Floats, mine: Ints) -> None:
        self._mine = mine
        self.excess, self.least = _shared(inside, cost)
        inside = inside[:, _in_sight(inside)]
        self._mask = as_bits(inside)
        # Whoever comes before is covered: only columns that begin at a place can cover it.
        begins = inside.argmax(axis=1)
        self._ways = np.lexsort((self.excess, begins))
        self._first = np.searchsorted(begins[self._ways], np.arange(inside.shape[1] + 1))

    @classmethod
    def of(cls, columns: Columns, cost: Floats, mine: Ints) -> Walk:
        """Return the walk through the columns `mine`, which are of one service."""
        return cls(columns.coalitions.take(mine).dense > 0.0, cost[mine], mine)

    def __len__(self) -> int:
        return len(self._mine)

    def within(self, slack: float) -> int:
        """Return how many columns may be in a partition that costs so much above the least."""
        return int((self.excess <= slack).sum())

    def partitions(self, room: float, budget: Budget) -> Partitions | None:
        """Return all that cost no more, None where they are too many to look at."""
        places, words = len(self._first) - 1, self._mask.shape[1]
        size = places + 1
        at, stop, stack = (np.zeros(size, np.int64) for _ in range(3))
        left, spent = np.zeros((size, words), np.int64), np.zeros(size)
        left[0] = as_bits(np.ones((1, places), bool))
        at[0], depth, parts = -1, 0, []
        many = PARTITIONS_AT_ONCE
        end, total = np.zeros(many + 1, np.int64), np.empty(many)
        chosen = np.empty(many * places, np.int64)
        while depth >= 0:
            if budget.over:
                return None
            steps, walk = _loop(budget)
            depth, found, rest = walk(
                self._mask, self.excess, self._first, self._ways, room - self.least,
                depth, at, stop, left, spent, stack, end, chosen, total, steps,
            )  # fmt: skip
            budget.taken += steps - rest
            budget.found += found
            if found:
                held = end[: found + 1].copy()
                parts.append((held, chosen[: held[-1]].copy(), total[:found] + self.least))
        return Partitions(
            np.concatenate([[0], *(np.diff(e) for e, _, _ in parts)]).cumsum(),
            self._mine[np.concatenate([np.empty(0, np.int64), *(c for _, c, _ in parts)])],
            np.concatenate([np.empty(0), *(t for _, _, t in parts)]),
        )


def _in_sight(inside: Bools) -> Ints:
    """Return the places in the order in which they are covered: next to those before.

    Whose columns mostly touch places before has few ways left; where there is none, that is seen
    at once, not after everything far away was covered in all ways.
    """
    ways = inside.sum(axis=0).astype(float)
    together = inside.T.astype(float) @ inside > 0.0
    touched, order = np.zeros(len(ways)), np.zeros(len(ways), np.int64)
    share = np.where(ways > 0.0, -ways, np.inf)  # the fewest ways first, none at the very first
    for k in range(len(ways)):
        order[k] = place = int(share.argmax())
        touched += together[place]
        ways[place] = np.nan
        share = np.where(np.isnan(ways), -np.inf, touched / np.maximum(ways, 1.0))
    return order


def as_bits(table: Bools | Ints, width: int = 1) -> Ints:
    """Return the rows of a (N, n) table as bits, shape (N, words); each entry has so many bits."""
    places = WORD // width
    at = width * (np.arange(table.shape[1], dtype=np.int64) % places)
    bits = np.left_shift(np.int64(1), at)
    starts = range(0, table.shape[1], places)
    return np.column_stack([table[:, a : a + places] @ bits[a : a + places] for a in starts])


def prepare() -> None:
    """Load compiled code, where it can be had, so that nobody has to wait for it later."""
    if COMPILED:
        budget = Budget(2 * PLAIN_STEPS, bool, taken=PLAIN_STEPS)
        Walk(np.ones((1, 1), bool), np.zeros(1), np.zeros(1, np.int64)).partitions(0.0, budget)


def _loop(budget: Budget) -> tuple[int, Callable[..., tuple[int, int, int]]]:
    """Return how many steps to go next, and the loop for it."""
    if not COMPILED or (budget.taken < PLAIN_STEPS and COMPILED_WALK not in sys.modules):
        return min(PLAIN_STEPS, budget.steps - budget.taken), walking_loop.walk
    from koopopt.formulations.partition import walking_compiled

    return min(STEPS_AT_ONCE, budget.steps - budget.taken), walking_compiled.walk


def _shared(inside: Bools, cost: Floats) -> tuple[Floats, float]:
    """Return costs less what whom they cover must pay in any case, at least 0, and all of that.

    The least share of a column's cost is what covering somebody takes, whatever column does it.
    """
    size, least, cost = inside.sum(axis=1), 0.0, cost.copy()
    for _ in range(SHARINGS):
        share = np.where(inside, (cost / size)[:, None], np.inf).min(axis=0, initial=np.inf)
        least += float(share.sum())
        if not np.isfinite(least):
            return cost, np.inf
        cost = np.maximum(cost - inside @ share, 0.0)
    return cost, least
