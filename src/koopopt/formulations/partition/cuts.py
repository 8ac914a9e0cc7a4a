"""Separation: valid inequalities that a solution of the linear program violates."""

from __future__ import annotations

from functools import cache

import numpy as np

from koopopt.case.facts import Facts
from koopopt.coalitions.sets import COMPILED, COMPILED_NUMBERS
from koopopt.formulations.partition.clusters import clusters
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.cut_rows import Rank1Cuts, SeatCuts
from koopopt.formulations.partition.rank1 import Rank1, rounded
from koopopt.linear import Floats, Ints

MIN_VIOLATION = 0.02
"""Rank-1 cuts that are violated less are not worth a row."""
SETS_AT_ONCE = 2048
"""Sets that are held against all columns at once."""
PER_SERVICE, PER_TOWN = 40, 8
"""Cuts to add in one round; of a service also half as many as there are municipalities."""
NEAR_ONE, NEAR_SEED = 60, 40
"""Municipalities that are looked at around one, and around a triple."""
MOST_SEEDS = 100
"""Triples to extend."""

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
LARGER_CUTS_BY_SIZE: dict[int, tuple[Pattern, ...]] = {
    size: tuple(p for p in LARGER_CUTS if len(p[0]) == size) for size in (4, 5)
}


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
        violated = _violated(_held(triples, inside, weight), TRIPLE_CUT)
        cuts = _best(triples, violated, TRIPLE_CUT, facts.n)
        if larger and len(cuts) < PER_SERVICE // 4:
            seeds = triples[np.argsort(-violated[0], kind="stable")[:MOST_SEEDS]]
            for size, patterns in LARGER_CUTS_BY_SIZE.items():
                more = _extended(seeds, size, together)
                held = _held(more, inside, weight)
                for pattern in patterns:
                    cuts = cuts.with_(_best(more, _violated(held, pattern), pattern, facts.n))
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


@cache
def _orders(pattern: Pattern) -> tuple[Ints, Floats]:
    """Return the orders of a set that matter for multipliers, and what each cut has of columns.

    Returns
    -------
    orders : (orders, size) int array
        The places of a set that the pattern's numerators belong to, one after the other.
    entry : (orders, 2 ** size) array
        The entry of a column that holds the members of a set whose bits are 1.
    """
    numerators, divisor = pattern
    size = len(numerators)
    rolled = [np.roll(np.arange(size), k) for k in range(size)]
    # Where numerators are equal, another order may be the same cut.
    distinct = {np.array(numerators)[np.argsort(order)].tobytes(): order for order in rolled}
    orders = np.array(list(distinct.values()))
    has = np.arange(2**size)[:, None] >> np.arange(size) & 1
    sums = np.stack([has[:, order] @ np.array(numerators) for order in orders])
    return orders, rounded(sums.astype(float), divisor)


def _held(sets: Ints, inside: Floats, weight: Floats) -> Floats:
    """Return by how much columns hold each part of these sets and no more of it.

    Shape (sets, 2 ** size), a part as the bits of its places. All that a rank-1 cut of a set has to
    know of the columns, whatever its multipliers are: those that hold nothing may be left out.
    """
    count, size = sets.shape
    parts = 2**size
    if COMPILED and count * len(inside) > COMPILED_NUMBERS:
        from koopopt.coalitions import kernels

        town, column = np.nonzero(inside.T)
        held = np.zeros((count, parts))
        first = np.searchsorted(town, np.arange(inside.shape[1] + 1))
        kernels.held(np.ascontiguousarray(sets, np.int64), first, column, weight, held)
        return held
    held = np.empty((count, parts))
    has = (inside.T > 0.0).astype(np.int64)  # one row a municipality: gathered as a whole
    for a in range(0, count, SETS_AT_ONCE):
        some = sets[a : a + SETS_AT_ONCE]
        part = has[some[:, 0]]
        for k in range(1, size):
            part += has[some[:, k]] << k
        part += np.arange(len(some))[:, None] * parts
        weights = np.broadcast_to(weight, part.shape).ravel()
        met = np.bincount(part.ravel(), weights, minlength=len(some) * parts)
        held[a : a + SETS_AT_ONCE] = met.reshape(-1, parts)
    return held


def _violated(held: Floats, pattern: Pattern) -> Floats:
    """Return (orders, sets) by how much the cuts of sets are violated."""
    numerators, divisor = pattern
    _, entry = _orders(pattern)
    return np.asarray(entry @ held.T) - sum(numerators) // divisor


def _best(sets: Ints, violated: Floats, pattern: Pattern, n: int) -> Rank1:
    """Return the cuts violated most, so that no municipality is in too many."""
    used = np.zeros(n, int)
    taken: list[Ints] = []
    order, of = np.nonzero(violated >= MIN_VIOLATION)
    ranked = np.argsort(-violated[order, of], kind="stable")
    for t in ranked.tolist():
        if len(taken) == max(PER_SERVICE, n // 2):
            break
        who = sets[of[t]]
        if (used[who] < PER_TOWN).all():
            used[who] += 1
            taken.append(who[_orders(pattern)[0][order[t]]])
    return _cuts(np.array(taken, np.int64).reshape(-1, sets.shape[1]), pattern, n)


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
    """Return the sets of `size` that hold a seed and who is together with two of it, ascending."""
    n = len(together)
    if not len(seeds):
        return np.empty((0, size), np.int64)
    shares = together[seeds]
    met = np.where((shares > 0.0).sum(axis=1) >= 2, shares.sum(axis=1), 0.0)
    np.put_along_axis(met, seeds, 0.0, axis=1)
    near = np.argsort(-met, axis=1, kind="stable")[:, :NEAR_SEED]
    there = np.take_along_axis(met, near, axis=1) > 0.0
    if size == 4:
        seed, first = np.nonzero(there)
        more = near[seed, first][:, None]
    else:
        a, b = _pairs(near.shape[1])
        seed, pair = np.nonzero(there[:, a] & there[:, b])
        more = np.column_stack([near[seed, a[pair]], near[seed, b[pair]]])
    return _distinct(np.hstack([seeds[seed], more]), n)


def _distinct(sets: Ints, n: int) -> Ints:
    """Return each set once, its members ascending."""
    size = sets.shape[1]
    sets = np.sort(sets, axis=1)
    if n**size >= 2**63:
        return np.unique(sets, axis=0)
    place = n ** np.arange(size - 1, -1, -1, dtype=np.int64)
    return np.asarray(np.unique(sets @ place)[:, None] // place % n)


def _triples(together: Floats) -> Ints:
    """Return the triples of which at least two pairs meet in some of these coalitions."""
    n = len(together)
    meet = together.copy()
    np.fill_diagonal(meet, 0.0)
    found = []
    for middle in range(n):
        near = _nearest(meet[middle], NEAR_ONE)
        a, b = _pairs(len(near))
        found.append(np.column_stack([near[a], near[b], np.full(len(a), middle)]))
    stacked = np.concatenate(found) if found else np.empty((0, 3), np.int64)
    return _distinct(stacked, n)


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
