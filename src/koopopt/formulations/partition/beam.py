"""Beam search for coalitions of negative reduced cost: the best of each size, one member more.

It finds what straight lines under the cost curve do not show (`proposing`): coalitions that are
worth their price as a whole, though none of their members is worth it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.coalitions.admissible import max_size
from koopopt.coalitions.sets import Coalitions
from koopopt.formulations.partition.pool import Prices, fill
from koopopt.linear import Bools
from koopopt.rules import Conditions

BEAM_WIDTH: Final = 300
"""Coalitions of a size that grow on."""
MAX_GROWN: Final = 20_000
"""Coalitions of the next size to look at, about: a wide country has a narrower beam."""


def beam(
    facts: Facts,
    service: int,
    conditions: Conditions,
    prices: Prices,
    seeds: Coalitions,
    check: Callable[[], None],
) -> Coalitions:
    """Return coalitions of negative reduced cost, grown from seeds.

    What only a grown coalition can keep (least sums, groups, that nobody loses, savings) is not
    asked: who evaluates them asks. At sites nothing is grown.
    """
    ranges = [replace(r, low=-np.inf) for r in conditions.ranges]
    loose = replace(conditions, ranges=ranges, groups=[], no_losers=[], savings=[])
    largest = 0 if facts.n > facts.towns else max_size(facts, conditions)
    found = [Coalitions.of_table(np.zeros((0, facts.n), bool))]
    grown = np.zeros((0, facts.n), bool)
    for size in range(2, largest + 1):
        check()
        table = np.concatenate([grown, seeds.take(seeds.size == size).dense > 0])
        pool = fill(facts, service, loose, Coalitions.of_table(_distinct(table)))
        reduced, _ = pool.reduced_cost(prices)
        best = np.argsort(reduced, kind="stable")[:BEAM_WIDTH]
        found.append(pool.coalitions.take(best[reduced[best] < 0.0]))
        inside = pool.coalitions.take(best).dense > 0
        grown = np.concatenate([grown[:0], *_one_more(facts, conditions, inside)])
    return Coalitions.joined(facts.n, found)


def _one_more(facts: Facts, conditions: Conditions, inside: Bools) -> Iterator[Bools]:
    """Yield coalitions with one more member each, the best ones' first, until these are many."""
    graph = facts.adjacent if conditions.contiguous else np.ones((facts.n, facts.n), bool)
    total = 0
    for members in inside:
        near = graph[members].any(axis=0) & ~conditions.apart[members].any(axis=0)
        new = np.flatnonzero(near & ~members & conditions.pool)
        table = np.repeat(members[None, :], len(new), axis=0)
        table[np.arange(len(new)), new] = True
        yield table
        total += len(new)
        if total > MAX_GROWN:
            return


def _distinct(table: Bools) -> Bools:
    """Return the different rows, in an order that depends on nothing else."""
    if not len(table):
        return table
    packed = np.packbits(table, axis=1)
    _, first = np.unique(packed.view(f"V{packed.shape[1]}").ravel(), return_index=True)
    return np.asarray(table[first])
