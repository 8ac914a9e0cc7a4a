"""Separation: valid inequalities that a solution of the linear program violates."""

from __future__ import annotations

from functools import cache

import numpy as np

from koopopt.case.facts import Facts
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.rank1 import MAX_CUT_ROWS, Rank1
from koopopt.formulations.partition.rows import Rank1Cuts, SeatCuts
from koopopt.linear import Floats, Ints

MIN_VIOLATION = 0.02
"""Rank-1 cuts that are violated less are not worth a row."""
PER_SERVICE, PER_TOWN = 40, 8
"""Cuts to add in one round."""
NEAR_ONE, NEAR_SEED = 60, 40
"""Municipalities that are looked at around one, and around a triple."""

# Numerators and divisor of the undominated multipliers (Pecin et al. 2017); the first numerators
# belong to the municipalities that differ.
TRIPLE_CUT = ((1, 1, 1), 2)
LARGER_CUTS = (
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
    and only where triples are not enough: looking for them takes time.
    """
    services, found = [], Rank1.none()
    for s in range(len(facts.services)):
        mine = np.flatnonzero((columns.service == s) & (value > 1e-6) & (value < 1 - 1e-6))
        mine = mine[columns.coalitions.size[mine] > 1]
        if len(mine) < 3:
            continue
        inside, weight = columns.coalitions.take(mine).dense, value[mine]
        together = (inside.T * weight) @ inside
        triples = _cuts(_triples(together), TRIPLE_CUT, facts.n)
        violated = _violated(triples, inside, weight)
        cuts = _best(triples, violated, facts.n)
        if larger and len(cuts) < PER_SERVICE // 4:
            seeds = triples.town[np.argsort(-violated, kind="stable")[:100], :3]
            for pattern in LARGER_CUTS:
                more = _cuts(_extended(seeds, len(pattern[0]), together), pattern, facts.n)
                cuts = cuts.with_(_best(more, _violated(more, inside, weight), facts.n))
        services += [s] * len(cuts)
        found = found.with_(cuts)
    return Rank1Cuts(np.array(services, np.int64), found) if len(found) else None


def _cuts(sets: Ints, pattern: tuple[tuple[int, ...], int], n: int) -> Rank1:
    """Return the cuts of these sets with the pattern's multipliers in the order of the set."""
    numerators, divisor = pattern
    pad = MAX_CUT_ROWS - len(numerators)
    return Rank1(
        np.pad(sets, ((0, 0), (0, pad)), constant_values=n),
        np.broadcast_to(np.pad(numerators, (0, pad)), (len(sets), MAX_CUT_ROWS)),
        np.full(len(sets), divisor),
    )


def _violated(cuts: Rank1, inside: Floats, weight: Floats) -> Floats:
    parts = [
        weight @ part.entries(inside) - part.most
        for part in (
            cuts.take(np.arange(a, min(a + 8192, len(cuts)))) for a in range(0, len(cuts), 8192)
        )
    ]
    return np.concatenate(parts) if parts else np.empty(0)


def _best(cuts: Rank1, violated: Floats, n: int) -> Rank1:
    """Return the most violated, so that no municipality is in too many."""
    used = np.zeros(n + 1, int)
    taken: list[int] = []
    for t in np.argsort(-violated, kind="stable").tolist():
        if violated[t] < MIN_VIOLATION or len(taken) == PER_SERVICE:
            break
        towns = cuts.town[t][cuts.weight[t] > 0]
        if (used[towns] < PER_TOWN).all():
            used[towns] += 1
            taken.append(t)
    return cuts.take(np.array(taken, np.int64))


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
