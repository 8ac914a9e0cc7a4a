"""Separation: valid inequalities that a solution of the linear program violates."""

from __future__ import annotations

from functools import cache

import numpy as np

from koopopt.case.facts import Facts
from koopopt.formulations.partition.clusters import clusters
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.cut_rows import Rank1Cuts, SeatCuts
from koopopt.formulations.partition.rank1 import Rank1, rounded
from koopopt.linear import Floats, Ints

MIN_VIOLATION = 0.02
"""Rank-1 cuts that are violated less are not worth a row."""
PER_SERVICE, PER_TOWN = 40, 8
"""Cuts to add in one round; of a service also half as many as there are municipalities."""
NEAR_ONE, NEAR_SEED = 60, 40
"""Municipalities that are looked at around one, and around a triple."""

# Numerators and divisor of the undominated multipliers (Pecin et al. 2017); the first numerators
# belong to the municipalities that differ.
Pattern = tuple[tuple[int, ...], int]
TRIPLE_CUT: Pattern = ((1, 1, 1), 2)
LARGER_CUTS: tuple[Pattern, ...] = (
    ((2, 1, 1, 1), 3),
    ((1, 1, 1, 1, 1), 2),
    ((1, 1, 1, 1, 1), 3),
    ((2, 2, 1, 1, 1), 3),
    ((2, 2, 1, 1, 1), 4),
    ((3, 1, 1, 1, 1), 4),
    ((3, 2, 2, 1, 1), 5),
)


def rank1_cuts(facts: Facts, columns: Columns, value: Floats, *, larger: bool) -> Rank1Cuts | None:
    """Return the most violated rank-1 cuts, None where none is found.

    Of three rows all are tried; of four and five (`larger`) only those that extend good triples,
    and only where triples are not enough: looking for them takes time. Those of more rows are
    about clusters (`clusters`).
    """
    services, found = [], Rank1.none()
    for s in range(len(facts.services)):
        mine = np.flatnonzero((columns.service == s) & (value > 1e-6) & (value < 1 - 1e-6))
        mine = mine[columns.coalitions.size[mine] > 1]
        if len(mine) < 3:
            continue
        inside, weight = columns.coalitions.take(mine).dense, value[mine]
        together = (inside.T * weight) @ inside
        triples = _triples(together)
        violated = _violated(triples, TRIPLE_CUT, inside, weight)
        cuts = _best(triples, violated, TRIPLE_CUT, facts.n)
        if larger and len(cuts) < PER_SERVICE // 4:
            seeds = triples[np.argsort(-violated, kind="stable")[:100]]
            for pattern in LARGER_CUTS:
                more = _extended(seeds, len(pattern[0]), together)
                violated = _violated(more, pattern, inside, weight)
                cuts = cuts.with_(_best(more, violated, pattern, facts.n))
        if larger:
            cuts = cuts.with_(clusters(inside, weight))
        services += [s] * len(cuts)
        found = found.with_(cuts)
    return Rank1Cuts(np.array(services, np.int64), found) if len(found) else None


def _cuts(sets: Ints, pattern: Pattern, n: int) -> Rank1:
    """Return the cuts of these sets with the pattern's multipliers in the order of the set."""
    numerators, divisor = pattern
    weight = np.zeros((len(sets), n), np.int64)
    np.put_along_axis(weight, sets, np.broadcast_to(numerators, sets.shape), axis=1)
    return Rank1(weight, np.full(len(sets), divisor))


def _violated(sets: Ints, pattern: Pattern, inside: Floats, weight: Floats) -> Floats:
    """Return by how much the cuts of these sets are violated."""
    numerators, divisor = pattern
    most = sum(numerators) // divisor
    violated = np.empty(len(sets))
    for a in range(0, len(sets), 8192):
        part = sets[a : a + 8192]
        held = sum(w * inside[:, part[:, k]] for k, w in enumerate(numerators))
        violated[a : a + 8192] = weight @ rounded(np.asarray(held), divisor) - most
    return violated


def _best(sets: Ints, violated: Floats, pattern: Pattern, n: int) -> Rank1:
    """Return the cuts violated most, so that no municipality is in too many."""
    used = np.zeros(n, int)
    taken: list[int] = []
    for t in np.argsort(-violated, kind="stable").tolist():
        if violated[t] < MIN_VIOLATION or len(taken) == max(PER_SERVICE, n // 2):
            break
        if (used[sets[t]] < PER_TOWN).all():
            used[sets[t]] += 1
            taken.append(t)
    return _cuts(sets[np.array(taken, np.int64)], pattern, n)


@cache
def _pairs(count: int) -> tuple[Ints, Ints]:
    """Return which places there are two of; the same arrays every time."""
    a, b = np.triu_indices(count, 1)
    return a, b


def _nearest(together: Floats, most: int) -> Ints:
    """Return whoever is together with somebody, not more than so many: those who are most."""
    near = np.flatnonzero(together > 0.0)
    if len(near) > most:
        near = np.sort(near[np.argsort(-together[near], kind="stable")[:most]])
    return near


def _extended(seeds: Ints, size: int, together: Floats) -> Ints:
    """Return sets of `size` that hold a seed, in the orders that matter for multipliers."""
    found = []
    for seed in seeds:
        met = np.where((together[seed] > 0.0).sum(axis=0) >= 2, together[seed].sum(axis=0), 0.0)
        met[seed] = 0.0
        near = _nearest(met, NEAR_SEED)
        if size == 4:
            more = near[:, None]
        else:
            a, b = _pairs(len(near))
            more = np.column_stack([near[a], near[b]])
        found.append(np.hstack([np.broadcast_to(seed, (len(more), 3)), more]))
    stacked = np.concatenate(found) if found else np.empty((0, size), np.int64)
    stacked = np.unique(np.sort(stacked, axis=1), axis=0)
    orders = [np.roll(np.arange(size), k) for k in range(size)]
    return np.concatenate([stacked[:, order] for order in orders])


def _triples(together: Floats) -> Ints:
    """Return the triples of which at least two pairs meet in some of these coalitions."""
    n = len(together)
    meet = together.copy()
    np.fill_diagonal(meet, 0.0)
    found = []
    for middle in range(n):
        near = _nearest(meet[middle], NEAR_ONE)
        a, b = _pairs(len(near))
        trio = np.column_stack([near[a], near[b], np.full(len(a), middle)])
        found.append(np.sort(trio, axis=1))
    stacked = np.concatenate(found) if found else np.empty((0, 3), np.int64)
    keys = np.unique((stacked[:, 0] * n + stacked[:, 1]) * n + stacked[:, 2])
    return np.column_stack([keys // (n * n), keys // n % n, keys % n])


def seat_cuts(facts: Facts, columns: Columns, value: Floats, most: int) -> SeatCuts | None:
    """Return for each municipality the row of `SeatCuts` that is violated most, if any is."""
    column, town = columns.members()
    seat, service = columns.seat[column], columns.service[column]
    away = (seat != town) & (value[column] > 0)
    share = np.zeros((facts.n, len(facts.services), facts.n))
    np.add.at(share, (town[away], service[away], seat[away]), value[column][away])
    largest = share.max(axis=1)
    violated = np.flatnonzero(largest.sum(axis=1) > most + 1e-6)
    if not len(violated):
        return None
    picked = np.where(largest[violated] > 1e-9, share[violated].argmax(axis=1), -1)
    return SeatCuts(violated, picked, most)
