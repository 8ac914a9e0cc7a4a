"""The pool: every pooled partnership that one service may form, evaluated and priced at once.

A pool entry is a coalition with its cost in the cheapest legal form that it may take; the seat is
chosen while pricing, because duals make seats cheaper or dearer. What a rule means for a
coalition is read off `Conditions`; the numbers are exact, whatever the cost curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import fsum

import numpy as np

from koopopt.case.facts import Facts
from koopopt.coalitions.admissible import evaluated
from koopopt.coalitions.sets import (
    COMPILED_FROM,
    FORBIDDEN,
    Coalitions,
)
from koopopt.formulations.partition.rank1 import Rank1
from koopopt.linear import Bools, Floats, Ints
from koopopt.rules import Capacity, Conditions

OPERATION_ERROR = 2.0**-52
"""Relative error of one operation, twice what it is."""


@dataclass(slots=True)
class Prices:
    """What the linear program charges, for one service.

    Attributes
    ----------
    cost : float
        Weight of the partnership's cost, for a cent.
    pair : (n, n) array
        pair[h, i]: for member i at seat h.
    seat : (n,) array
        For a pooled partnership seated at h.
    body : float
        For a pooled partnership.
    alone : (n,) array
        For staying alone, its cost included.
    cuts : Rank1
        Rows of which a coalition pays `cut_price` for each unit of its entry.
    cut_price : (number of cuts,) array
    """

    cost: float
    pair: Floats
    seat: Floats
    body: float
    alone: Floats
    cuts: Rank1 = field(default_factory=Rank1.none)
    cut_price: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, eq=False)
class Pool:
    """The pooled partnerships of one service, seats still open.

    Attributes
    ----------
    coalitions : Coalitions
        N of them.
    cost : (N,) array
        Cents a year in the cheapest legal form: whole numbers.
    form : (N,) int array
        Number of that form in the instance.
    pair : (n, n) bool array
        Which member i may go to which seat h.
    compiled : bool
        Whether it, or the pool it is a part of, is so large that compiled code pays.
    capacities : sequence of Capacity
        How much a coalition may be at which seat.
    """

    coalitions: Coalitions
    cost: Floats
    form: Ints
    pair: Bools
    compiled: bool
    capacities: Sequence[Capacity] = ()

    def __len__(self) -> int:
        return len(self.coalitions)

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return self.coalitions.nbytes + self.cost.nbytes + self.form.nbytes + self.pair.nbytes

    def take(self, which: Ints | Bools) -> Pool:
        """Return a part of the pool."""
        if which.dtype == bool and which.all():
            return self
        return replace(
            self,
            coalitions=self.coalitions.take(which),
            cost=self.cost[which],
            form=self.form[which],
        )

    @classmethod
    def joined(cls, pools: Sequence[Pool]) -> Pool:
        """Put pools of one service, of the same conditions, one after the other."""
        coalitions = Coalitions.joined(pools[0].coalitions.n, [pool.coalitions for pool in pools])
        return cls(
            coalitions,
            np.concatenate([pool.cost for pool in pools]),
            np.concatenate([pool.form for pool in pools]),
            pools[0].pair,
            coalitions.many,
            pools[0].capacities,
        )

    def reduced_cost(self, prices: Prices, enough: float = np.inf) -> tuple[Floats, Ints]:
        """Return for each coalition its least reduced cost over the seats, and that seat.

        Where it is at least `enough`, any lower bound of it that is, too, may stand instead.
        """
        base = prices.cost * self.cost + prices.body
        pair = np.where(self.pair.T, prices.pair, FORBIDDEN)
        best, at = np.empty(len(self)), np.empty(len(self), np.int64)
        if self.compiled:
            from koopopt.coalitions import kernels

            c = self.coalitions
            cuts = prices.cuts
            kernels.reduced_cost(
                c.start, c.member, base, pair, prices.seat,
                np.ascontiguousarray(cuts.weight.T), cuts.divisor, prices.cut_price,
                _table([c.weight for c in self.capacities], c.n),
                _table([c.room for c in self.capacities], c.n), enough, best, at,
            )  # fmt: skip
            return best, at
        for a in range(0, len(self), COMPILED_FROM):
            part = slice(a, a + COMPILED_FROM)
            total = self.by_seat(prices, part)
            at[part] = total.argmin(axis=1)
            best[part] = total[np.arange(len(total)), at[part]]
        return best, at

    def least_both_ways(self, prices: Prices) -> tuple[Floats, Ints, Floats, Ints]:
        """Return the least reduced cost of each coalition, its seat, of each seat, its coalition.

        At prices without cuts. A seat that none has costs infinity, or what is `FORBIDDEN`.
        """
        n = self.coalitions.n
        if not self.compiled or self.capacities:
            total = self.by_seat(prices, slice(None))
            lowest = total.min(axis=0, initial=np.inf)
            which = total.argmin(axis=0) if len(self) else np.full(n, -1)
            return total.min(axis=1), total.argmin(axis=1), lowest, which
        from koopopt.coalitions import kernels

        c, lowest, which = self.coalitions, np.full(n, np.inf), np.full(n, -1)
        pair = np.where(self.pair.T, prices.pair, FORBIDDEN)
        base = prices.cost * self.cost + prices.body
        kernels.least_by_seat(c.start, c.member, base, pair, prices.seat, lowest, which)
        return *self.reduced_cost(prices), lowest, which

    def by_seat(self, prices: Prices, part: slice | Ints) -> Floats:
        """Return (coalitions of the part, n) reduced costs, one column a seat."""
        rows = np.arange(len(self))[part]
        whole = isinstance(part, slice) and len(rows) == len(self)
        coalitions = self.coalitions if whole else self.coalitions.take(rows)
        inside = coalitions.dense
        pair = np.where(self.pair.T, prices.pair, FORBIDDEN)
        base = prices.cost * self.cost[rows] + prices.body
        if len(prices.cuts):
            base += prices.cuts.entries(inside) @ prices.cut_price
        total = inside @ pair.T
        total += prices.seat
        total += base[:, None]
        total += coalitions.barred
        if self.capacities:
            total[~self.has_room(coalitions)] = FORBIDDEN
        return np.asarray(total)

    def has_room(self, coalitions: Coalitions) -> Bools:
        """Return (len(coalitions), n) whether the seats have room for all of a coalition."""
        room = np.ones((len(coalitions), coalitions.n), bool)
        for c in self.capacities:
            room &= coalitions.total(c.weight)[:, None] <= c.room
        return room

    def least_share(self, value: Floats) -> Floats:
        """Return (n,) min over the coalitions with member i of value / size (inf without)."""
        least = np.full(self.coalitions.n, np.inf)
        c = self.coalitions
        if self.compiled:
            from koopopt.coalitions import kernels

            kernels.least_share(c.start, c.member, value, least)
            return least
        for a in range(0, len(self), COMPILED_FROM):
            part = slice(a, a + COMPILED_FROM)
            barred = (
                c if len(self) <= COMPILED_FROM else c.take(np.arange(len(self))[part])
            ).barred
            share = (value[part] / c.size[part])[:, None] + barred
            np.minimum(least, share.min(axis=0), out=least)
        least[least > FORBIDDEN / 100] = np.inf  # sizes divide what is forbidden, too
        return least

    def restricted(self, pair: Bools) -> Pool:
        """Return the part that keeps to fewer pairs of member and seat."""
        n = self.coalitions.n
        narrow = replace(self, pair=pair)
        if pair.all() and not self.capacities:
            return narrow
        free = Prices(0.0, np.zeros((n, n)), np.zeros(n), 0.0, np.zeros(n))
        return narrow.take(narrow.reduced_cost(free)[0] < FORBIDDEN / 2)


def _table(rows: Sequence[Floats], n: int) -> Floats:
    return np.array(rows, float).reshape(len(rows), n)


def proven(
    pools: Sequence[Pool],
    prices: Sequence[Prices],
    alone: Sequence[Bools],
    reduced: Sequence[Floats],
    rest: float,
    beyond: Sequence[float] | None = None,
) -> tuple[float, float]:
    """Return what prices prove: (bound, level).

    Every plan costs `bound` at least, and `level` + r if it has a column of reduced cost r.
    `alone` says who may stay alone in each service, `rest` is the part beside the columns,
    `beyond` the least reduced cost of what is not in the pools, where that is not nothing.
    """
    bound, level = [rest], [rest]
    beyond = [np.inf] * len(pools) if beyond is None else beyond
    for pool, price, free, value, other in zip(pools, prices, alone, reduced, beyond, strict=True):
        share = np.minimum(np.where(free, price.alone, np.inf), pool.least_share(value))
        # Nothing is shared by less than two, nor by more than all.
        share = np.minimum(share, other / (2 if other < 0 else len(free)))
        share -= OPERATION_ERROR * np.where(
            np.isfinite(share), np.abs(share), 0.0
        )  # of the division
        level += np.minimum(share, 0.0).tolist()
        bound += share.tolist()
    return _sum(bound), _sum(level)


def _sum(values: list[float]) -> float:
    """Return a sum that is not above the true one."""
    total = fsum(values)
    return total if np.isinf(total) else float(np.nextafter(total, -np.inf))


def fill(facts: Facts, service: int, conditions: Conditions, coalitions: Coalitions) -> Pool:
    """Evaluate coalitions for a service and keep those that the rules allow."""
    kept, cost, form = evaluated(facts, service, conditions, coalitions)
    pool = Pool(kept, cost, form, conditions.pair, coalitions.many, conditions.capacities)
    return pool.restricted(conditions.pair)
