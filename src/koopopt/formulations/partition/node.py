"""A node of the search tree: what every service may still form, and who may stay alone.

The vocabulary of branching is that of seats: a municipality is *alone* in a service, *hosts* it,
or is served *at* a named seat. Once all of these are decided, every column is; each decision
narrows the pairs of member and seat, so that the pool stays a pool.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from koopopt.case.facts import Facts
from koopopt.coalitions.sets import Members
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.pool import Pool
from koopopt.linear import Bools, Floats

ChosenColumn = tuple[int, Members, int]
"""Service, members and seat of a partnership."""


@dataclass(frozen=True, slots=True)
class MemberState:
    """What one municipality may still be in one service.

    Attributes
    ----------
    service, town : int
    alone, host : bool
        Whether it may stay alone, and whether it may seat a pooled partnership.
    at : (n,) bool array
        The other seats it may be served at (its own entry is meaningless).
    """

    service: int
    town: int
    alone: bool
    host: bool
    at: Bools


@dataclass(eq=False)
class Node:
    """A part of the solution space.

    Attributes
    ----------
    pools : list of Pool
        As of the last `settle`: the pairs may since have become fewer.
    pair : list of (n, n) bool arrays
        Which member may go to which seat, by service.
    alone : list of (n,) bool arrays
    office : (n,) bool array
        Whose office is open for certain.
    fewest, most : (S,) arrays
        Bounds on the number of partnerships of each service, alone ones included.
    bound : float
        Proven for all plans of the node.
    reduced : list of arrays
        Reduced costs of the pools when they were last priced.
    level : float
        What the same prices prove: no plan with a column of reduced cost r is below level + r.
    narrow : bool
        Whether coalitions that are not in the pools are excluded, too.
    """

    pools: list[Pool]
    pair: list[Bools]
    alone: list[Bools]
    office: Bools
    fewest: Floats
    most: Floats
    bound: float = -np.inf
    reduced: list[Floats] = field(default_factory=list)
    level: float = -np.inf
    narrow: bool = False

    @classmethod
    def root(cls, facts: Facts, pools: list[Pool], alone: list[Bools]) -> Node:
        """Return the node of all plans."""
        free = np.full(len(pools), np.inf)
        pair = [pool.pair for pool in pools]
        return cls(pools, pair, alone, np.zeros(facts.n, bool), -free, free)

    def settle(self) -> None:
        """Drop from the pools what the pairs no longer allow."""
        self.pools = [
            pool if pool.pair is pair else pool.restricted(pair)
            for pool, pair in zip(self.pools, self.pair, strict=True)
        ]

    def narrowed(self, state: MemberState) -> Node:
        """Return the node in which a municipality is no more than its state allows."""
        s, i = state.service, state.town
        alone, pair = list(self.alone), list(self.pair)
        alone[s], pair[s] = alone[s].copy(), pair[s].copy()
        alone[s][i] &= state.alone
        host = pair[s][i, i] and state.host
        pair[s][i] &= state.at
        pair[s][i, i] = host
        if not host:
            pair[s][:, i] = False
        return self._with(pair=pair, alone=alone)

    def with_office(self, host: int, kept: bool) -> Node:
        """Return the node in which a municipality keeps an office for certain, or none."""
        if kept:
            office = self.office.copy()
            office[host] = True
            return self._with(office=office)
        pair = [p.copy() for p in self.pair]
        for p in pair:
            p[:, host] = False
        return self._with(pair=pair)

    def with_number(self, service: int, fewest: float = -np.inf, most: float = np.inf) -> Node:
        """Return the node with bounds on the number of partnerships of a service."""
        low, high = self.fewest.copy(), self.most.copy()
        low[service] = max(low[service], fewest)
        high[service] = min(high[service], most)
        return self._with(fewest=low, most=high)

    def keep(self, columns: Columns, kept: Bools) -> None:
        """Exclude all but the kept ones of some columns, which are all that are not excluded."""
        n = len(self.office)
        column, town = columns.members()
        for s, pool in enumerate(self.pools):
            mine = kept & (columns.service == s)
            pooled = mine & columns.pooled
            self.alone[s] = np.zeros(n, bool)
            self.alone[s][columns.seat[mine & ~pooled]] = True
            here, pair = pooled[column], np.zeros((n, n), bool)
            pair[town[here], columns.seat[column[here]]] = True
            pair[columns.seat[pooled], columns.seat[pooled]] = True
            self.pair[s] = pair & self.pair[s]
            at = pool.coalitions.find(columns.coalitions.take(pooled))
            at = np.unique(at[at >= 0])
            self.pools[s] = replace(pool.take(at), pair=self.pair[s])
            self.reduced[s] = self.reduced[s][at]
        self.narrow = True

    def with_pools(self, pools: list[Pool]) -> Node:
        """Return the node with a part of its pools."""
        return self._with(pools=pools)

    def with_partnerships(self, chosen: Iterable[ChosenColumn]) -> Node:
        """Return the node in which these (service, members, seat) are formed."""
        n = len(self.office)
        alone = [a.copy() for a in self.alone]
        pair = [p.copy() for p in self.pair]
        for s, members, seat in chosen:
            if len(members) == 1:
                pair[s][seat] = False
                pair[s][:, seat] = False
                continue
            inside = np.zeros(n, bool)
            inside[members] = True
            alone[s][members] = False
            pair[s][inside] &= np.arange(n) == seat
            pair[s][~inside, seat] = False
        return self._with(pair=pair, alone=alone)

    def _with(self, **changes: Any) -> Node:
        return replace(self, reduced=[], level=-np.inf, **changes)

    def admits(self, columns: Columns) -> Bools:
        """Return which columns the node's decisions allow."""
        ok = np.zeros(len(columns), bool)
        size, start = columns.coalitions.size, columns.coalitions.start
        column, town = columns.members()
        for s, (pair, alone) in enumerate(zip(self.pair, self.alone, strict=True)):
            pooled = np.logical_and.reduceat(pair[town, columns.seat[column]], start[:-1])
            ok |= (columns.service == s) & np.where(size > 1, pooled, alone[columns.seat])
        if self.narrow:
            for s, pool in enumerate(self.pools):
                mine = np.flatnonzero(ok & (columns.service == s) & (size > 1))
                ok[mine] = pool.coalitions.find(columns.coalitions.take(mine)) >= 0
        return ok


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A way to split a node in two, and its halves.

    Either by the `number` of partnerships of a service: at most so many, or more. Or by an office:
    that of `town` is not kept, or kept. Or by what `town` is in a service: alone (if `alone`) or
    served at one of `seats`, an (n,) bool array, or anything else. `likely` is the half that raises
    the linear program's value less.
    """

    halves: tuple[Node, Node]
    service: int | None = None
    town: int | None = None
    number: int | None = None
    alone: bool = False
    seats: Bools | None = None
    likely: int = 0


def branchings(
    node: Node, columns: Columns, value: Floats, office: Floats, most: int
) -> list[Split]:
    """Return ways to split a node in two that exclude its fractional solution, likely ones first.

    The most fractional of: the number of partnerships of a service, an office kept, a service
    kept at home, hosted, kept alone, or served at a seat; weightier decisions first among equals.
    """
    n, services = len(node.office), len(node.pools)
    column, town = columns.members()
    x = np.zeros((services, n, n))
    np.add.at(x, (columns.service[column], town, columns.seat[column]), value[column])
    alone = np.zeros((services, n))
    single = ~columns.pooled
    np.add.at(alone, (columns.service[single], columns.seat[single]), value[single])
    home = x[:, np.arange(n), np.arange(n)].copy()
    x[:, np.arange(n), np.arange(n)] = 0.0
    number = np.bincount(columns.service, weights=value, minlength=services).astype(float)
    number = np.clip(number, node.fewest, node.most)  # else a row is broken: nothing to split
    everyone, nobody = np.ones(n, bool), np.zeros(n, bool)

    def by_number(at: int) -> Split:
        low, high = np.floor(number[at]), np.ceil(number[at])
        halves = node.with_number(at, most=low), node.with_number(at, fewest=high)
        return Split(halves, service=at, number=int(low))

    def by_office(at: int) -> Split:
        return Split((node.with_office(at, False), node.with_office(at, True)), town=at)

    def by_state(yes: tuple[bool, bool], no: tuple[bool, bool], at: int) -> Split:
        s, i = divmod(at, n)
        halves = (
            node.narrowed(MemberState(s, i, *yes, nobody)),
            node.narrowed(MemberState(s, i, *no, everyone)),
        )
        alone, host = yes
        return Split(halves, s, i, alone=alone, seats=(np.arange(n) == i) & host)

    def by_seat(at: int) -> Split:
        s, i, h = at // (n * n), at // n % n, at % n
        here = np.arange(n) == h
        halves = (
            node.narrowed(MemberState(s, i, False, False, here)),
            node.narrowed(MemberState(s, i, True, True, ~here)),
        )
        return Split(halves, s, i, seats=here)

    kinds: list[tuple[float, Floats, Callable[[int], Split]]] = [
        (2.0, number, by_number),
        (1.5, office, by_office),
        (1.3, home, partial(by_state, (True, True), (False, False))),
        (1.1, home - alone, partial(by_state, (False, True), (True, False))),
        (1.0, alone, partial(by_state, (True, False), (False, True))),
        (0.9, x, by_seat),
    ]
    ranked: list[tuple[float, int, Callable[[int], Split], int]] = []
    for weight, values, split in kinds:
        score = weight * (0.5 - np.abs(values.ravel() - np.floor(values.ravel() + 1e-9) - 0.5))
        for at in np.argsort(-score, kind="stable")[:most].tolist():
            if score[at] > 1e-7:
                ranked.append((float(score[at]), len(ranked), split, at))
    return [split(at) for _, _, split, at in sorted(ranked, key=lambda r: r[:2])[::-1][:most]]
