"""Putting partitions of single services together to plans that cost no more than is asked.

A plan costs the sum of what its partitions cost, and each office once. Two lower bounds of that
are at hand: sums of reduced costs, by which whole ranges are left out, and the weighted sum itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.criteria import CRITERIA
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.walking import Partitions, as_bits
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem

MAX_ROWS, MAX_COMBINATIONS = 1_000_000, 50_000_000
"""Combinations of all services but one to write down, and combinations to look at."""
AT_ONCE = 1_000_000
"""Combinations that are looked at at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Combined:
    """Combinations of partitions of some services, one a row.

    Attributes
    ----------
    which : (N, services) int array
        Their partitions.
    reduced, value : (N,) arrays
        Sums of reduced costs and weighted sums, offices apart.
    hosts : (N, words) int array
        Who seats a pooled partnership, as bits.
    """

    which: Ints
    reduced: Floats
    value: Floats
    hosts: Ints

    @classmethod
    def of(cls, columns: Columns, value: Floats, part: Partitions) -> Combined:
        """Return the partitions of one service, those of the least reduced cost first."""
        order = np.argsort(part.cost, kind="stable")
        sums = np.add.reduceat(value[part.chosen], part.end[:-1])
        hosts = _hosts(columns, part)
        return cls(order[:, None], part.cost[order], sums[order], hosts[order])

    def __len__(self) -> int:
        return len(self.reduced)

    def take(self, rows: Ints | slice) -> Combined:
        """Return some of them."""
        return Combined(self.which[rows], self.reduced[rows], self.value[rows], self.hosts[rows])

    def with_(self, other: Combined, row: Ints, at: Ints) -> Combined:
        """Return the combinations of row[k] with the other's at[k]."""
        return Combined(
            np.column_stack([self.which[row], other.which[at]]),
            self.reduced[row] + other.reduced[at],
            self.value[row] + other.value[at],
            self.hosts[row] | other.hosts[at],
        )

    def below(self, room: float) -> Combined:
        """Return those that cost no more; they are in that order."""
        return self.take(slice(int(np.searchsorted(self.reduced, room, "right"))))

    def total(self, office: float) -> Floats:
        """Return (N,) weighted sums with what each office adds."""
        offices = np.asarray(np.bitwise_count(self.hosts).sum(axis=1), float)
        return self.value + office * offices

    def within(self, office: float, best: float, most: int) -> Combined:
        """Return those whose weighted sum is not above the best, at most so many: the cheapest."""
        total = self.total(office)
        which = np.flatnonzero(total <= best)
        if len(which) > most:
            which = which[np.argpartition(total[which], most)[:most]]
        return self.take(which)

    def partners(self, other: Combined, room: float) -> Ints:
        """Return with how many of the other's, in order, each costs no more than the room."""
        return np.searchsorted(other.reduced, room - self.reduced, "right")


def combined(
    problem: Problem,
    columns: Columns,
    value: Floats,
    parts: Sequence[Partitions],
    room: float,
    best: float,
    most: int,
    stopped: Callable[[], bool],
) -> tuple[Ints, Floats] | None:
    """Return the combinations within both bounds: (number, services) partitions, weighted sums.

    Where there are more than `most`, at least so many of the cheapest are returned.

    Parameters
    ----------
    problem : Problem
    columns : Columns
    value : (K,) array
        The weighted sum of each column, scaled.
    parts : sequence of Partitions
        One a service, none empty.
    room, best : float
        What reduced costs and weighted sums may come to.
    most : int
    stopped : callable

    Returns
    -------
    which, value : arrays, or None
        None where there are too many to look at.
    """
    office = float(problem.scale.floats @ [c.cost_share for c in CRITERIA.values()])
    office *= problem.facts.office_cents
    every = [Combined.of(columns, value, part) for part in parts]
    least = np.array([c.reduced[0] for c in every])
    every = [c.below(room - least.sum() + c.reduced[0]) for c in every]
    # The largest comes last: it alone is never written down with the others.
    order = sorted(range(len(every)), key=lambda k: len(every[k]))
    first, last = every[order[0]], every[order[-1]]
    for k, number in enumerate(order[1:-1], start=1):
        count = first.partners(every[number], room - least[order[k + 1 :]].sum())
        if count.sum() > MAX_ROWS:
            return None
        first = first.with_(every[number], *_pairs(np.arange(len(first)), count))
    if len(order) == 1:
        return _in_order([first.within(office, best, most)], order, office)
    first = first.take(np.flatnonzero(first.total(office) + last.value.min(initial=np.inf) <= best))
    count = first.partners(last, room)
    if count.sum() > MAX_COMBINATIONS:
        return None
    pieces = np.searchsorted(np.cumsum(count), np.arange(AT_ONCE, count.sum(), AT_ONCE))
    found = []
    for rows in np.split(np.arange(len(first)), pieces):
        if stopped():
            return None
        both = first.with_(last, *_pairs(rows, count[rows]))
        found.append(both.within(office, best, most))
    return _in_order(found, order, office)


def _pairs(rows: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Return each row with 0, 1, ... count - 1, as two arrays."""
    row = np.repeat(rows, count)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)


def _in_order(
    found: Sequence[Combined], order: Sequence[int], office: float
) -> tuple[Ints, Floats]:
    """Return what is found as `combined` does, services in their own order."""
    which = np.concatenate([c.which for c in found])[:, np.argsort(order)]
    return which, np.concatenate([c.total(office) for c in found])


def _hosts(columns: Columns, part: Partitions) -> Ints:
    """Return who seats a pooled partnership of each partition, as bits, shape (N, words)."""
    hosts = np.zeros((len(part), columns.coalitions.n), bool)
    which = np.repeat(np.arange(len(part)), np.diff(part.end))
    pooled = columns.pooled[part.chosen]
    hosts[which[pooled], columns.seat[part.chosen[pooled]]] = True
    return as_bits(hosts)
