"""Putting partitions of single services together to plans that cost no more than is asked.

A plan costs the sum of what its partitions cost, and each office once. Two lower bounds of that
are at hand: sums of reduced costs, by which whole ranges are left out, and the weighted sum itself.
What cannot become a plan that keeps the rules of whole plans is left out, too (`keeping`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.keeping import Keeping
from koopopt.formulations.partition.rows import cost_weight
from koopopt.formulations.partition.runs import in_pieces
from koopopt.formulations.partition.walking import Partitions, as_bits
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem

MAX_ROWS, MAX_COMBINATIONS = 1_000_000, 50_000_000
"""Combinations of all services but one to write down, and combinations to look at."""
AT_ONCE = 1_000_000
"""Combinations that are looked at at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Most:
    """What combinations may come to, offices included: weighted sum and amounts (`Keeping`).

    Attributes
    ----------
    value, office : float
        `office` is what each office adds to the weighted sum.
    amounts, offices : (A,) arrays
    """

    value: float
    office: float
    amounts: Floats
    offices: Floats

    def beside(self, others: Sequence[Combined]) -> Most:
        """Return what is left once others take the least that they can."""
        value, amounts = self.value, self.amounts
        for other in others:
            value = value - float(other.value.min(initial=np.inf))
            amounts = amounts - other.amounts.min(axis=0, initial=np.inf)
        return Most(value, self.office, amounts, self.offices)


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
    numbers, amounts : (N, words) int, (N, A) arrays
        What plan rules bound (`Keeping`).
    """

    which: Ints
    reduced: Floats
    value: Floats
    hosts: Ints
    numbers: Ints
    amounts: Floats

    @classmethod
    def of(cls, value: Floats, part: Partitions, keeping: Keeping) -> Combined:
        """Return the partitions of one service, those of the least reduced cost first."""
        order = np.argsort(part.cost, kind="stable")
        hosts, numbers = as_bits(keeping.hosts(part)), keeping.numbers(part)
        found = cls(
            order[:, None], part.cost, part.sums(value), hosts, numbers, keeping.amounts(part)
        )
        return cls(order[:, None], *found.arrays(order))

    def __len__(self) -> int:
        return len(self.reduced)

    def take(self, rows: Ints | slice) -> Combined:
        """Return some of them."""
        return Combined(self.which[rows], *self.arrays(rows))

    def arrays(self, rows: Ints | slice = slice(None)) -> tuple[Floats, Floats, Ints, Ints, Floats]:
        """Return all arrays but `which`, or some rows of them."""
        return (
            self.reduced[rows], self.value[rows], self.hosts[rows],
            self.numbers[rows], self.amounts[rows],
        )  # fmt: skip

    @classmethod
    def nothing(cls, like: Combined) -> Combined:
        """Return the one combination of no services."""
        one = like.take(slice(0, 1))
        return cls(
            np.empty((1, 0), np.int64), np.zeros(1), np.zeros(1),
            0 * one.hosts, 0 * one.numbers, 0.0 * one.amounts,
        )  # fmt: skip

    def with_(self, other: Combined, row: Ints, at: Ints, most: Most, keeping: Keeping) -> Combined:
        """Return the combinations of row[k] with the other's at[k] that come to no more."""
        value, hosts = self.value[row] + other.value[at], self.hosts[row] | other.hosts[at]
        offices = _number(hosts)
        ok = value + most.office * offices <= most.value
        for k, (amount, office) in enumerate(zip(most.amounts, most.offices, strict=True)):
            ok &= self.amounts[row, k] + other.amounts[at, k] + office * offices <= amount
        row, at, value, hosts = row[ok], at[ok], value[ok], hosts[ok]
        numbers = self.numbers[row] + other.numbers[at]
        ok = keeping.few(numbers)
        row, at = row[ok], at[ok]
        return Combined(
            np.column_stack([self.which[row], other.which[at]]),
            self.reduced[row] + other.reduced[at],
            value[ok], hosts[ok], numbers[ok],
            self.amounts[row] + other.amounts[at],
        )  # fmt: skip

    def below(self, room: float) -> Combined:
        """Return those that cost no more; they are in that order."""
        return self.take(slice(int(np.searchsorted(self.reduced, room, "right"))))

    def total(self, office: float) -> Floats:
        """Return (N,) weighted sums with what each office adds."""
        return self.value + office * _number(self.hosts)

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
    looks: int = MAX_COMBINATIONS,
) -> tuple[Ints, Floats] | None:
    """Return the combinations within both bounds: (number, services) partitions, weighted sums.

    Those that break a rule of whole plans are left out. Where there are more than `most`, at least
    so many of the cheapest are returned.

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
    looks : int
        Combinations to look at.

    Returns
    -------
    which, value : arrays, or None
        None where there are too many to look at.
    """
    keeping = Keeping(problem, columns)
    office = cost_weight(problem.scale.floats) * problem.facts.office_cents
    bounds = Most(best, office, keeping.most, keeping.office)
    every = [Combined.of(value, part, keeping) for part in parts]
    least = np.array([c.reduced[0] for c in every])
    every = [c.below(room - least.sum() + c.reduced[0]) for c in every]
    # The largest comes last: it alone is never written down with the others.
    order = sorted(range(len(every)), key=lambda k: len(every[k]))
    first, looked = Combined.nothing(every[0]), 0
    for k, number in enumerate(order):
        later = order[k + 1 :]
        count = first.partners(every[number], room - least[later].sum())
        looked += int(count.sum())
        if looked > min(looks, MAX_COMBINATIONS):
            return None
        left, found, held = bounds.beside([every[s] for s in later]), [], 0
        for row, at in in_pieces(count, AT_ONCE):
            if stopped():
                return None
            both = first.with_(every[number], row, at, left, keeping)
            if not later:
                both = _cheapest(_plans(both, order, parts, keeping), office, most)
            elif (held := held + len(both)) > MAX_ROWS:
                return None
            found.append(both)
        first = _joined(found)
    return first.which[:, np.argsort(order)], first.total(office)


def _plans(
    both: Combined, order: list[int], parts: Sequence[Partitions], keeping: Keeping
) -> Combined:
    """Return the combinations of all services that keep what only whole plans can be asked."""
    return both.take(np.flatnonzero(keeping.whole(parts, both.which[:, np.argsort(order)])))


def _cheapest(both: Combined, office: float, most: int) -> Combined:
    """Return at most so many, those of the least weighted sum."""
    if len(both) <= most:
        return both
    return both.take(np.argpartition(both.total(office), most)[:most])


def _joined(parts: Sequence[Combined]) -> Combined:
    """Return all of several."""
    return Combined(
        np.concatenate([c.which for c in parts]),
        *(np.concatenate(same) for same in zip(*(c.arrays() for c in parts), strict=True)),
    )


def _number(bits: Ints) -> Floats:
    """Return (N,) how many bits are set."""
    return np.asarray(np.bitwise_count(bits).sum(axis=1), float)
