"""Rows of the partition formulation: each kind says its entries and what its duals charge.

A row is written twice from one definition: as matrix entries of columns that are in hand
(`entries`) and as charges on columns that are not (`charge`), so that pricing sees exactly the
linear program. Entries of a column depend only on its service, members and seat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, islice
from typing import Protocol

import numpy as np

from koopopt.case.facts import Facts
from koopopt.criteria import CRITERIA
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.pool import Prices
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem
from koopopt.rules import CountRange
from koopopt.scale import TARGET_BITS

MAX_CHOICES = 10
"""Choices of services that have rows of their own."""

Entries = tuple[Ints, Ints, Floats]
"""(row within the block, column, value)."""


class RowBlock(Protocol):
    """Rows of one kind."""

    @property
    def names(self) -> list[str]:
        """Names of the rows."""

    @property
    def lower(self) -> Floats:
        """Lower bounds of the rows."""

    @property
    def upper(self) -> Floats:
        """Upper bounds of the rows."""

    def entries(self, columns: Columns) -> Entries:
        """Return the entries of the columns in these rows."""

    def offices(self) -> Entries:
        """Return the entries of the offices: (row within the block, municipality, value)."""

    def charge(self, duals: Floats, prices: Sequence[Prices]) -> None:
        """Subtract dual × entry from the price of every possible column."""


def signed(block: RowBlock, duals: Floats) -> Floats:
    """Return the duals of rows, 0 where one has the wrong sign and proves nothing."""
    duals = np.where(np.isfinite(block.lower), duals, np.minimum(duals, 0.0))
    return np.where(np.isfinite(block.upper), duals, np.maximum(duals, 0.0))


def stacked(first: Sequence[int], entries: Sequence[Entries]) -> Entries:
    """Return the entries of several blocks as of one, each from its own first row on."""
    none: Entries = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    moved = [
        (row + a, column, value) for a, (row, column, value) in zip(first, entries, strict=False)
    ]
    row, column, value = (np.concatenate(parts) for parts in zip(none, *moved, strict=True))
    return row, column, value


class WithoutOffices:
    """Rows that offices have no entries in."""

    __slots__ = ()

    def offices(self) -> Entries:
        """Return nothing."""
        none = np.empty(0, np.int64)
        return none, none, np.empty(0)


class CoverRows(WithoutOffices):
    """Every municipality is in exactly one partnership of every service, or of some services."""

    def __init__(self, facts: Facts, services: Sequence[int] | None = None) -> None:
        self._n = facts.n
        self._services = range(len(facts.services)) if services is None else services
        self._place = np.full(len(facts.services), -1, np.int64)
        self._place[list(self._services)] = np.arange(len(self._services))
        ids = [facts.services[s].id for s in self._services]
        self.names = [f"cover[{service},{i}]" for service in ids for i in facts.ids]
        self.lower = self.upper = np.ones(len(self.names))

    def entries(self, columns: Columns) -> Entries:
        column, town = columns.members()
        place = self._place[columns.service[column]]
        mine = place >= 0
        return place[mine] * self._n + town[mine], column[mine], np.ones(int(mine.sum()))

    def charge(self, duals: Floats, prices: Sequence[Prices]) -> None:
        rows = duals.reshape(len(self._services), self._n)
        for s, dual in zip(self._services, rows, strict=True):
            prices[s].pair -= dual
            prices[s].alone -= dual


class OfficeRows:
    """Who seats a pooled partnership keeps an office: Σ columns seated at h ≤ office[h].

    The office itself is an extra column of the linear program, with entry -1.
    """

    def __init__(self, facts: Facts) -> None:
        self._n = facts.n
        self.names = [f"office[{s.id},{h}]" for s in facts.services for h in facts.ids]
        self.lower = np.full(len(self.names), -np.inf)
        self.upper = np.zeros(len(self.names))

    def entries(self, columns: Columns) -> Entries:
        which = np.flatnonzero(columns.pooled)
        row = columns.service[which] * self._n + columns.seat[which]
        return row, which, np.ones(len(which))

    def offices(self) -> Entries:
        rows = np.arange(len(self.names))
        return rows, rows % self._n, np.full(len(rows), -1.0)

    def charge(self, duals: Floats, prices: Sequence[Prices]) -> None:
        for price, dual in zip(prices, duals.reshape(len(prices), self._n), strict=True):
            price.seat -= dual


class MaxPooledRows(WithoutOffices):
    """A municipality has at most so many services seated elsewhere."""

    def __init__(self, facts: Facts, most: int) -> None:
        self.names = [f"max_pooled[{i}]" for i in facts.ids]
        self.lower = np.full(facts.n, -np.inf)
        self.upper = np.full(facts.n, float(most))

    def entries(self, columns: Columns) -> Entries:
        column, town = columns.members()
        away = columns.seat[column] != town
        return town[away], column[away], np.ones(int(away.sum()))

    def charge(self, duals: Floats, prices: Sequence[Prices]) -> None:
        away = np.broadcast_to(duals, (len(duals), len(duals))).copy()
        np.fill_diagonal(away, 0.0)
        for price in prices:
            price.pair -= away


class MaxMembershipsRows(WithoutOffices):
    """A municipality is a member of at most so many pooled partnerships."""

    def __init__(self, facts: Facts, most: int) -> None:
        self.names = [f"max_memberships[{i}]" for i in facts.ids]
        self.lower = np.full(facts.n, -np.inf)
        self.upper = np.full(facts.n, float(most))
        self.upper[facts.towns :] = np.inf  # a site is no member

    def entries(self, columns: Columns) -> Entries:
        column, town = columns.members()
        pooled = columns.pooled[column]
        return town[pooled], column[pooled], np.ones(int(pooled.sum()))

    def charge(self, duals: Floats, prices: Sequence[Prices]) -> None:
        for price in prices:
            price.pair -= duals


class HostRows:
    """Who is in more pooled partnerships than may be seated elsewhere keeps an office itself.

    Of any `most` + 1 services that a municipality pools one is seated at it. Where that are too
    many ways to choose services, one row is about all of them, which says less.
    """

    def __init__(self, facts: Facts, most: int) -> None:
        services = range(len(facts.services))
        chosen = list(islice(combinations(services, most + 1), MAX_CHOICES + 1))
        whole = len(chosen) > MAX_CHOICES
        self._n, self.chosen = facts.n, [tuple(services)] if whole else chosen
        self._worth = len(services) - most if whole else 1
        self.names = [f"host[{k},{i}]" for k in range(len(self.chosen)) for i in facts.ids]
        self.lower = np.full(len(self.names), -np.inf)
        self.upper = np.full(len(self.names), float(most))

    def entries(self, columns: Columns) -> Entries:
        column, town = columns.members()
        pooled = columns.pooled[column]
        column, town = column[pooled], town[pooled]
        rows, cols = [], []
        for k, services in enumerate(self.chosen):
            mine = np.isin(columns.service[column], services)
            rows.append(k * self._n + town[mine])
            cols.append(column[mine])
        return np.concatenate(rows), np.concatenate(cols), np.ones(sum(map(len, cols)))

    def offices(self) -> Entries:
        rows = np.arange(len(self.names))
        return rows, rows % self._n, np.full(len(rows), -float(self._worth))

    def charge(self, duals: Floats, prices: Sequence[Prices]) -> None:
        for services, dual in zip(self.chosen, duals.reshape(-1, self._n), strict=True):
            for s in services:
                prices[s].pair -= dual


class MaxHostedRows:
    """A municipality seats at most so many pooled partnerships, and none without an office."""

    def __init__(self, facts: Facts, most: int) -> None:
        self._worth = most if facts.office_cents else 0
        self.names = [f"max_hosted[{i}]" for i in facts.ids]
        self.lower = np.full(facts.n, -np.inf)
        self.upper = np.full(facts.n, float(most - self._worth))
        self.upper[facts.towns :] = np.inf  # a site seats as many as it can

    def entries(self, columns: Columns) -> Entries:
        which = np.flatnonzero(columns.pooled)
        return columns.seat[which], which, np.ones(len(which))

    def offices(self) -> Entries:
        rows = np.arange(len(self.names) if self._worth else 0)
        return rows, rows, np.full(len(rows), -float(self._worth))

    def charge(self, duals: Floats, prices: Sequence[Prices]) -> None:
        for price in prices:
            price.seat -= duals


class CountRows(WithoutOffices):
    """Numbers of partnerships, in total or by service."""

    def __init__(self, counts: Sequence[CountRange], towns: int) -> None:
        self.counts, self._towns = list(counts), towns
        self.names = [f"count[{k}]" for k in range(len(counts))]
        self.lower = np.array([c.low for c in counts], float)
        self.upper = np.array([c.high for c in counts], float)

    def entries(self, columns: Columns) -> Entries:
        rows, cols = [], []
        for k, count in enumerate(self.counts):
            counted = columns.pooled
            if not count.pooled_only:  # a site that seats nobody is no partnership
                counted = counted | (columns.seat < self._towns)
            if count.service is not None:
                counted = counted & (columns.service == count.service)
            cols.append(np.flatnonzero(counted))
            rows.append(np.full(len(cols[-1]), k))
        column = np.concatenate(cols)
        return np.concatenate(rows), column, np.ones(len(column))

    def charge(self, duals: Floats, prices: Sequence[Prices]) -> None:
        for count, dual in zip(self.counts, duals, strict=True):
            for s, price in enumerate(prices):
                if count.service in (None, s):
                    price.body -= dual
                    if not count.pooled_only:
                        price.alone[: self._towns] -= dual


class LimitRows:
    """Upper bounds on criteria; offices enter through the extra columns' own entries.

    Rows are in about the criterion's own unit, or a larger one where sums of it would be so large
    that floating point tells them apart no better than a solver does: amounts times a power of two
    (`factor`), which changes no digit. `largest` says how large the sums are, by criterion, `cents`
    what each municipality's office costs.
    """

    def __init__(
        self,
        limits: Mapping[str, float],
        largest: Sequence[float] = (),
        cents: Sequence[int] = (),
    ) -> None:
        self.criteria, self._cents = list(limits), cents
        self.number = [list(CRITERIA).index(name) for name in limits]
        self.names = [f"limit[{name}]" for name in limits]
        units = [CRITERIA[name].per_one for name in limits]
        sums = [largest[number] for number in self.number] if len(largest) else [1.0]
        much = np.log2(np.maximum(sums, 1.0)) - TARGET_BITS
        self.factor = np.exp2(-np.rint(np.maximum(np.log2(units), much)))
        self.lower = np.full(len(limits), -np.inf)
        self.bound(limits)

    def bound(self, limits: Mapping[str, float]) -> None:
        """Set other limits on the same criteria, infinite where one is missing."""
        self.most = [limits.get(name, np.inf) for name in self.criteria]
        self.upper = np.array(self.most, float) * self.factor

    def entries(self, columns: Columns) -> Entries:
        values = (columns.criteria[:, self.number] * self.factor).T
        row, column = np.nonzero(values)
        return row, column, values[row, column]

    def offices(self) -> Entries:
        shares = [tuple(CRITERIA.values())[k].cost_share for k in self.number]
        value = np.outer(shares * self.factor, self._cents)
        row, town = np.indices(value.shape)
        return row.ravel(), town.ravel(), value.ravel()

    def charge(self, duals: Floats, prices: Sequence[Prices]) -> None:
        """Do nothing: these duals change the weights from which prices start (`priced`)."""


class Numbers(WithoutOffices):
    """How many partnerships a service has: free rows, bounded while branching."""

    def __init__(self, facts: Facts) -> None:
        self.names = [f"number[{s.id}]" for s in facts.services]
        self.lower = np.full(len(self.names), -np.inf)
        self.upper = np.full(len(self.names), np.inf)

    def entries(self, columns: Columns) -> Entries:
        return columns.service, np.arange(len(columns)), np.ones(len(columns))

    def charge(self, duals: Floats, prices: Sequence[Prices]) -> None:
        for price, dual in zip(prices, duals, strict=True):
            price.body -= dual
            price.alone -= dual


def fixed_blocks(problem: Problem, bounded: Sequence[str] = ()) -> list[RowBlock]:
    """Return the rows that are there from the start.

    `bounded` are criteria that have a row though the problem sets them no limit.
    """
    facts, asked = problem.facts, problem.plan_conditions
    services = len(facts.services)
    blocks: list[RowBlock] = [CoverRows(facts)]
    if facts.office_cents:
        blocks.append(OfficeRows(facts))
    if asked.max_pooled is not None and asked.max_pooled < services:
        blocks.append(MaxPooledRows(facts, asked.max_pooled))
        if facts.office_cents:
            blocks.append(HostRows(facts, asked.max_pooled))
    if asked.max_memberships is not None and asked.max_memberships < services:
        blocks.append(MaxMembershipsRows(facts, asked.max_memberships))
    if asked.max_hosted is not None and asked.max_hosted < services:
        blocks.append(MaxHostedRows(facts, asked.max_hosted))
    if asked.counts:
        blocks.append(CountRows(asked.counts, facts.towns))
    limits = {**dict.fromkeys(bounded, np.inf), **asked.limits}
    if limits:
        cents = [facts.office_cents] * facts.n if facts.office_cents else []
        blocks.append(LimitRows(limits, [facts.n * size for size in problem.largest], cents))
    return blocks


def coupled(blocks: Sequence[RowBlock]) -> bool:
    """Whether services share more than offices: rules of the whole plan have rows of their own."""
    return not all(isinstance(b, Numbers | CoverRows | OfficeRows) for b in blocks)


def cost_weight(weights: Floats) -> float:
    """Return what a unit of cost weighs."""
    return float(sum(w * c.cost_share for w, c in zip(weights, CRITERIA.values(), strict=True)))


def office_price(facts: Facts, weights: Floats) -> Floats:
    """Return what the offices cost at these weights: (n,), or (0,) where they cost nothing."""
    return np.full(facts.n if facts.office_cents else 0, cost_weight(weights) * facts.office_cents)


def prices(problem: Problem, weights: Floats, terms: Sequence[list[Floats | None]]) -> list[Prices]:
    """Return what columns cost by their criteria alone, for each service.

    `weights` has one entry a criterion, for its unit, duals of limits included.
    """
    facts, criteria = problem.facts, tuple(CRITERIA.values())
    cost = cost_weight(weights)
    body = float(sum(w * c.per_body for w, c in zip(weights, criteria, strict=True)))
    result = []
    for s, pairs in enumerate(terms):
        pair = np.zeros((facts.n, facts.n))
        for w, p in zip(weights, pairs, strict=True):
            if p is not None and w:
                pair += w * p.T
        alone = cost * facts.alone_cents[s] + pair.diagonal()
        result.append(Prices(cost, pair, np.zeros(facts.n), body, alone))
    return result
