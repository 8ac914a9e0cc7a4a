"""Separation: rows that a solution of the linear program breaks."""

from __future__ import annotations

import numpy as np

from koopopt.facts import Facts
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.rows import SeatCuts, SubsetCuts
from koopopt.linear import Floats, Ints

VIOLATION = 0.02
"""Subset-row cuts that are violated less are not worth a row."""


def subset_cuts(
    facts: Facts, columns: Columns, value: Floats, per_service: int, per_town: int
) -> SubsetCuts | None:
    """Return the most violated subset-row cuts, at most so many a service and a municipality."""
    found = []
    for s in range(len(facts.services)):
        mine = np.flatnonzero((columns.service == s) & (value > 1e-6) & (value < 1 - 1e-6))
        mine = mine[columns.coalitions.size[mine] > 1]
        if len(mine) < 3:
            continue
        inside = columns.coalitions.take(mine).dense
        triples = _triples(inside)
        violated = np.empty(len(triples))
        for a in range(0, len(triples), 4096):
            part = triples[a : a + 4096]
            held = inside[:, part[:, 0]] + inside[:, part[:, 1]] + inside[:, part[:, 2]]
            violated[a : a + 4096] = value[mine] @ (held >= 2) - 1.0
        used = np.zeros(facts.n, int)
        taken = 0
        for t in np.argsort(-violated, kind="stable"):
            if violated[t] < VIOLATION or taken == per_service:
                break
            if (used[triples[t]] < per_town).all():
                used[triples[t]] += 1
                taken += 1
                found.append((s, *triples[t].tolist()))
    return SubsetCuts(np.array(found, np.int64)) if found else None


def _triples(inside: Floats) -> Ints:
    """Return the triples of which at least two pairs meet in some of these coalitions."""
    n = inside.shape[1]
    meet = (inside.T @ inside) > 0
    np.fill_diagonal(meet, False)
    found = []
    for middle in range(n):
        near = np.flatnonzero(meet[middle])
        a, b = np.triu_indices(len(near), 1)
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
