"""A node of the search tree: what every service may still form, and who may stay alone.

The vocabulary of branching is that of seats: a municipality is *alone* in a service, *hosts* it,
or is served *at* a named seat. Once all of these are decided, every column is; each decision
narrows the pairs of member and seat, so that the pool stays a pool.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from koopopt.facts import Facts
from koopopt.formulations.partition.coalitions import Members
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.pool import Pool
from koopopt.linear import Bools, Floats


Chosen = tuple[int, Members, int]
"""Service, members and seat of a partnership."""


@dataclass(frozen=True, slots=True)
class State:
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
    alone : list of (n,) bool arrays
    office : (n,) bool array
        Whose office is open for certain.
    fewest, most : (S,) arrays
        Bounds on the number of partnerships of each service, alone ones included.
    bound : float
        Proven for all plans of the node.
    reduced, share : lists of arrays
        Reduced costs of the pools at that bound, and the least share by municipality.
    """

    pools: list[Pool]
    alone: list[Bools]
    office: Bools
    fewest: Floats
    most: Floats
    bound: float = -np.inf
    reduced: list[Floats] = field(default_factory=list)
    share: list[Floats] = field(default_factory=list)

    @classmethod
    def root(cls, facts: Facts, pools: list[Pool], alone: list[Bools]) -> Node:
        """Return the node of all plans."""
        free = np.full(len(pools), np.inf)
        return cls(pools, alone, np.zeros(facts.n, bool), -free, free)

    def narrowed(self, states: list[State]) -> Node:
        """Return the node in which these municipalities are no more than their states allow."""
        pools, alone = list(self.pools), [a.copy() for a in self.alone]
        for s in {state.service for state in states}:
            pair = pools[s].pair.copy()
            for state in states:
                if state.service != s:
                    continue
                i = state.town
                alone[s][i] &= state.alone
                host = pair[i, i] and state.host
                pair[i] &= state.at
                pair[i, i] = host
                if not host:
                    pair[:, i] = False
            pools[s] = pools[s].restricted(pair)
        return self._with(pools=pools, alone=alone)

    def without_office(self, host: int) -> Node:
        """Return the node in which a municipality seats no pooled partnership."""
        pools = []
        for pool in self.pools:
            pair = pool.pair.copy()
            pair[:, host] = False
            pools.append(pool.restricted(pair))
        return self._with(pools=pools)

    def with_office(self, host: int) -> Node:
        """Return the node in which a municipality keeps an office in any case."""
        office = self.office.copy()
        office[host] = True
        return self._with(office=office)

    def with_number(self, service: int, fewest: float = -np.inf, most: float = np.inf) -> Node:
        """Return the node with bounds on the number of partnerships of a service."""
        low, high = self.fewest.copy(), self.most.copy()
        low[service] = max(low[service], fewest)
        high[service] = min(high[service], most)
        return self._with(fewest=low, most=high)

    def with_pools(self, pools: list[Pool]) -> Node:
        """Return the node with a part of its pools."""
        return self._with(pools=pools)

    def _with(self, **changes: Any) -> Node:
        return replace(self, reduced=[], share=[], **changes)

    def with_partnerships(self, chosen: Iterable[Chosen]) -> Node:
        """Return the node in which these (service, members, seat) are formed."""
        n = len(self.office)
        alone = [a.copy() for a in self.alone]
        pair = [pool.pair.copy() for pool in self.pools]
        touched = set()
        for s, members, seat in chosen:
            touched.add(s)
            if len(members) == 1:
                pair[s][seat] = False
                pair[s][:, seat] = False
                continue
            inside = np.zeros(n, bool)
            inside[members] = True
            alone[s][members] = False
            pair[s][inside] &= np.arange(n) == seat
            pair[s][~inside, seat] = False
        pools = [
            pool.restricted(p) if s in touched else pool
            for s, (pool, p) in enumerate(zip(self.pools, pair, strict=True))
        ]
        return self._with(pools=pools, alone=alone)

    def admits(self, columns: Columns) -> Bools:
        """Return which columns the node's decisions allow."""
        ok = np.zeros(len(columns), bool)
        size, start = columns.coalitions.size, columns.coalitions.start
        column, town = columns.members()
        for s, (pool, alone) in enumerate(zip(self.pools, self.alone, strict=True)):
            pair = pool.pair[town, columns.seat[column]]
            pooled = np.logical_and.reduceat(pair, start[:-1])
            single = alone[columns.seat]
            ok |= (columns.service == s) & np.where(size > 1, pooled, single)
        return ok


def branch(node: Node, columns: Columns, value: Floats, office: Floats) -> Iterator[Node]:
    """Yield two nodes that share the plans of `node` and exclude its fractional solution.

    The most fractional of: the number of partnerships of a service, an office kept, a service kept at home, hosted, kept alone, or
    served at a seat; decisions of more weight first among equals.
    """
    n = len(node.office)
    services = len(node.pools)
    column, town = columns.members()
    x = np.zeros((services, n, n))
    np.add.at(x, (columns.service[column], town, columns.seat[column]), value[column])
    alone = np.zeros((services, n))
    single = ~columns.pooled
    np.add.at(alone, (columns.service[single], columns.seat[single]), value[single])
    home = x[:, np.arange(n), np.arange(n)]
    other = x.copy()
    other[:, np.arange(n), np.arange(n)] = 0.0
    number = np.bincount(columns.service, weights=value, minlength=services)
    candidates = [
        (2.0, number[:, None]),
        (1.5, office[None, :]),
        (1.3, home),
        (1.1, home - alone),
        (1.0, alone),
        (0.9, other.reshape(services, -1)),
    ]
    scores = [w * (0.5 - np.abs(v - np.floor(v + 1e-9) - 0.5)) for w, v in candidates]
    kind = int(np.argmax([score.max(initial=0.0) for score in scores]))
    best = int(scores[kind].argmax())
    if scores[kind].max(initial=0.0) <= 1e-7:
        return
    if kind == 0:
        yield node.with_number(best, most=np.floor(number[best]))
        yield node.with_number(best, fewest=np.ceil(number[best]))
        return
    if kind == 1:
        yield node.without_office(best)
        yield node.with_office(best)
        return
    s, at = divmod(best, scores[kind].shape[1])
    everyone, nobody = np.ones(n, bool), np.zeros(n, bool)
    if kind == 5:
        i, h = divmod(at, n)
        here = np.arange(n) == h
        yield node.narrowed([State(s, i, False, False, here)])
        yield node.narrowed([State(s, i, True, True, ~here)])
        return
    yes = {
        2: State(s, at, True, True, nobody),
        3: State(s, at, False, True, nobody),
        4: State(s, at, True, False, nobody),
    }[kind]
    no = {
        2: State(s, at, False, False, everyone),
        3: State(s, at, True, False, everyone),
        4: State(s, at, False, True, everyone),
    }[kind]
    yield node.narrowed([yes])
    yield node.narrowed([no])
