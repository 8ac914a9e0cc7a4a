"""What to look at first in a large pool, and what to take of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from koopopt.case.facts import Facts
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.pool import Pool
from koopopt.linear import Floats, Ints

LOWEST_COALITIONS = 20_000
"""Coalitions a service to look at between two looks at all of them."""
FEW_COALITIONS = 6_000
"""Coalitions that are so few that a node takes a moment, and pricing them again less than duals of
the middle."""


def little(node: Node) -> bool:
    """Whether so little is left in a node that its halves take a moment each."""
    return sum(map(len, node.pools)) <= FEW_COALITIONS


def large(node: Node) -> bool:
    """Whether all of a node's pools are too much to look at each time."""
    return sum(map(len, node.pools)) > LOWEST_COALITIONS * len(node.pools)


def smallest(pools: Sequence[Pool], few: int = LOWEST_COALITIONS) -> list[Pool]:
    """Return for each service the smallest coalitions, as many sizes as are few."""
    hot = []
    for pool in pools:
        sizes = np.cumsum(np.bincount(pool.coalitions.size))
        most = max(2, int(np.searchsorted(sizes, few)) - 1)
        hot.append(pool.take(np.flatnonzero(pool.coalitions.size <= most)))
    return hot


def lowest_reduced_cost(node: Node) -> list[Pool]:
    """Return for each service the part of the pool with the least reduced costs."""
    return lowest(node.pools, node.reduced, LOWEST_COALITIONS)


def lowest(pools: Sequence[Pool], reduced: Sequence[Floats], most: int) -> list[Pool]:
    """Return for each service so many coalitions, those with the least reduced costs."""
    return [
        pool.take(np.argpartition(part, most)[:most]) if len(pool) > most else pool
        for pool, part in zip(pools, reduced, strict=True)
    ]


def regions(facts: Facts, size: int = 10) -> list[list[int]]:
    """Return around every municipality the nearest ones."""
    near = np.argsort(facts.minutes + facts.minutes.T, axis=1, kind="stable")
    return [row[:size].tolist() for row in near]


def pick(pool: Pool, reduced: Floats, below: float, passes: int = 3, most: int = 2000) -> Ints:
    """Return negative coalitions to add: several packings of disjoint ones, best first.

    Coalitions that fit together make better partitions than the few most negative ones, which
    are all alike.
    """
    negative = np.flatnonzero(reduced < below)
    if len(negative) > most:
        negative = negative[np.argpartition(reduced[negative], most)[:most]]
    negative = negative[np.argsort(reduced[negative], kind="stable")]
    taken = pool.coalitions.take(negative)
    flat = taken.member.tolist()
    members = [flat[a:b] for a, b in pairwise(taken.start.tolist())]
    picked: list[int] = []
    left = list(range(len(negative)))
    for _ in range(passes):
        used: set[int] = set()
        over = []
        for k in left:
            if used.isdisjoint(members[k]):
                used.update(members[k])
                picked.append(k)
            else:
                over.append(k)
        left = over
    return negative[picked]
