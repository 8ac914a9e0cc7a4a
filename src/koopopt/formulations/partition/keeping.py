"""Which combinations of partitions can still become plans that keep the rules of whole plans.

Partitions of single services know nothing of the rules that couple services. Most of those are
sums over partitions that only grow: how many services a municipality has seated elsewhere, seats,
is a member in, and amounts with an upper bound. So whatever exceeds one before all services are
put together is left out at once. Numbers of one municipality are counted side by side in the bytes
of whole numbers. How many seats a municipality deals with is no sum: whole plans are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from koopopt.criteria import CRITERIA
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.pool import OPERATION_ERROR
from koopopt.formulations.partition.walking import Partitions, as_bits
from koopopt.linear import Bools, Floats, Ints
from koopopt.problem import Problem

BITS, MOST = 8, 127
"""Bits for each number, and the largest; what exceeds its bound is made to reach the last bit."""
AT_ONCE: Final = 50_000
"""Plans whose seats are looked at at once."""


class Keeping:
    """The plan rules of a problem, seen from partitions of its services.

    Parameters
    ----------
    problem : Problem
    columns : Columns
        What the partitions consist of.

    Attributes
    ----------
    most : (A,) array
        Upper bounds of the amounts, rounding included.
    office : (A,) array
        What each office adds to them.
    """

    def __init__(self, problem: Problem, columns: Columns) -> None:
        self._columns, self._services = columns, len(problem.facts.services)
        self._facts, self._asked = problem.facts, problem.plan_conditions
        towns, asked = self._facts.towns, self._asked
        everywhere, there = np.ones(self._facts.n, bool), np.arange(self._facts.n) < towns
        self._counted: list[tuple[Callable[[Partitions], Bools], int, Bools]] = [
            (table, most, who)
            for table, most, who in (
                (self._away, asked.max_pooled, everywhere),
                (self.hosts, asked.max_hosted, there),  # a site seats as many as it can
                (self._pooled, asked.max_memberships, there),  # and is no member
            )
            if most is not None and most < self._services <= MOST
        ]
        above = [who * (MOST - most) for _, most, who in self._counted]
        self._above = np.concatenate([np.empty(0, np.int64), *map(_side_by_side, above)])
        self._last = _side_by_side(np.full(len(everywhere), MOST + 1))
        self._last = np.tile(self._last, len(self._counted))
        self._amounts()

    def _amounts(self) -> None:
        """Set bounds and offices of amounts, and what each column adds to them."""
        facts, columns, pooled = self._facts, self._columns, self._columns.pooled
        adds: list[Floats] = []
        most: list[float] = []
        office: list[float] = []
        for k, c in enumerate(CRITERIA.values()):
            if c.additive and c.name in self._asked.limits:
                adds.append(columns.criteria[:, k])
                most.append(float(self._asked.limits[c.name]))
                office.append(float(c.cost_share * facts.office_cents))
        for count in self._asked.counts:
            counted = pooled | ((columns.seat < facts.towns) & (not count.pooled_only))
            if count.service is not None:
                counted &= columns.service == count.service
            for sign, bound in ((1.0, count.high), (-1.0, count.low)):
                if np.isfinite(bound):
                    adds.append(np.asarray(sign * counted, float))
                    most.append(sign * bound)
                    office.append(0.0)
        self._adds = np.column_stack([np.empty((len(columns), 0)), *adds])
        blur = OPERATION_ERROR * 16 * facts.n * self._services * np.abs(self._adds).sum(axis=0)
        self.most = np.array(most, float) + blur
        self.office = np.array(office, float)

    # -- of partitions -------------------------------------------------------------------------

    def hosts(self, part: Partitions) -> Bools:
        """Return (N, n) who seats a pooled partnership."""
        table, which = self._table(part)
        pooled = self._columns.pooled[part.chosen]
        table[which[pooled], self._columns.seat[part.chosen[pooled]]] = True
        return table

    def numbers(self, part: Partitions) -> Ints:
        """Return (N, words) what is counted of each municipality, side by side."""
        tables = [as_bits(table(part), BITS) for table, _, _ in self._counted]
        return np.column_stack([np.empty((len(part), 0), np.int64), *tables])

    def amounts(self, part: Partitions) -> Floats:
        """Return (N, A) amounts with an upper bound, offices apart."""
        return part.sums(self._adds)

    def _away(self, part: Partitions) -> Bools:
        """Return (N, n) who is seated elsewhere."""
        table, _ = self._table(part)
        which, town, seat = self._members(part)
        table[which[seat != town], town[seat != town]] = True
        return table

    def _pooled(self, part: Partitions) -> Bools:
        """Return (N, n) who is a member of a pooled partnership."""
        table, _ = self._table(part)
        which, town, _ = self._members(part, pooled=True)
        table[which, town] = True
        return table

    def _table(self, part: Partitions) -> tuple[Bools, Ints]:
        """Return an empty (N, n) table, and the partition of each chosen column."""
        which = np.repeat(np.arange(len(part)), np.diff(part.end))
        return np.zeros((len(part), self._facts.n), bool), which

    def _members(self, part: Partitions, pooled: bool = False) -> tuple[Ints, Ints, Ints]:
        """Return partition, municipality and seat of each member, of pooled ones only if asked."""
        which, chosen = self._table(part)[1], part.chosen
        if pooled:
            ok = self._columns.pooled[chosen]
            which, chosen = which[ok], chosen[ok]
        coalitions = self._columns.coalitions.take(chosen)
        town, size = coalitions.member.astype(np.int64), coalitions.size
        return np.repeat(which, size), town, np.repeat(self._columns.seat[chosen], size)

    # -- of combinations -----------------------------------------------------------------------

    def few(self, numbers: Ints) -> Bools:
        """Return (N,) whether nothing that is counted exceeds its bound."""
        return np.asarray((((numbers + self._above) & self._last) == 0).all(axis=1))

    def whole(self, parts: Sequence[Partitions], which: Ints) -> Bools:
        """Return (N,) whether nobody deals with too many seats in (N, services) partitions."""
        most = self._asked.max_partner_seats
        ok = np.ones(len(which), bool)
        if most is None or most >= self._services or not len(which):
            return ok
        seats = []
        for part in parts:
            seat = np.empty((len(part), self._facts.n), np.int16)
            at, town, to = self._members(part)
            seat[at, town] = to
            seats.append(seat)
        home = np.arange(self._facts.n, dtype=np.int16)
        for a in range(0, len(which), AT_ONCE):
            rows = which[a : a + AT_ONCE]
            seat = np.stack([s[k] for s, k in zip(seats, rows.T, strict=True)])
            seat = np.sort(np.where(seat == home, -1, seat), axis=0)
            new = seat >= 0
            new[1:] &= seat[1:] != seat[:-1]
            ok[a : a + AT_ONCE] = (new.sum(axis=0) <= most).all(axis=1)
        return ok


def _side_by_side(numbers: Ints) -> Ints:
    """Return (n,) small numbers as the bytes of few."""
    return as_bits(np.asarray(numbers)[None, :], BITS).ravel()
