"""Coalitions that a priced pool may grow by: whoever has a negative price, as the rules allow."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from koopopt.case.facts import Facts, at_most
from koopopt.formulations.partition.pool import max_size
from koopopt.linear import Bools, Floats
from koopopt.rules import Conditions, Range
from koopopt.solvers.base import Control

MAX_PROPOSED = 2_000
"""Coalitions to propose for a service at a time."""


def largest_size(facts: Facts, conditions: Conditions) -> int:
    """Return the largest size of a coalition; a site in it is no member."""
    return max_size(facts, conditions) + (facts.n > facts.towns)


def propose(
    facts: Facts,
    conditions: Conditions,
    linear: list[tuple[Floats, Floats]],
    near: list[list[int]],
    control: Control,
) -> list[Bools]:
    """Return for the most promising seats and lines the members with negative prices."""
    largest = max_size(facts, conditions)
    town = np.arange(facts.n) < facts.towns
    everyone = np.ones((facts.n, facts.n), bool)
    graph = facts.adjacent if conditions.contiguous else everyone
    lists = near if conditions.contiguous else None
    sets = []
    for k, h in _promising(linear, largest_size(facts, conditions)):
        control.check()
        price = linear[k][1][h].copy()
        price[h] = 0.0
        most = largest + (not town[h])
        wanted = price < 0
        ranges = conditions.ranges_at(h)
        bounded = [r for r in ranges if np.isfinite(r.high) and np.ptp(r.weight[town]) > 0]
        if not town[h] and wanted.any():  # begins with its best member, and takes the site in last
            first = int(np.where(wanted, price, np.inf).argmin())
            wanted = _grown(lists, conditions.apart, first, price, largest, bounded)
        elif conditions.contiguous or conditions.apart.any() or bounded:
            wanted = _grown(lists, conditions.apart, h, price, most, bounded)
        elif wanted.sum() > most - 1:
            wanted = np.zeros(facts.n, bool)
            wanted[np.argsort(price, kind="stable")[: most - 1]] = True
        wanted[h] = True
        for group in conditions.groups:
            if wanted[group].any():
                wanted[group] = True
        spoilt = conditions.groups and not _may_meet(graph, conditions, wanted & town)
        if wanted.sum() >= 2 and not spoilt:
            sets.append(wanted)
    return sets


def _promising(linear: list[tuple[Floats, Floats]], most: int) -> list[tuple[int, int]]:
    """Return (line, seat) of the least sums, borders and other rules apart."""
    sums = np.array([base + cheapest_others(member, most) for base, member in linear])
    order = np.argsort(sums, axis=None, kind="stable")[:MAX_PROPOSED]
    line, seat = np.unravel_index(order, sums.shape)
    ok = sums[line, seat] < 0
    return list(zip(line[ok].tolist(), seat[ok].tolist(), strict=True))


def cheapest_others(member: Floats, most: int) -> Floats:
    """Return (n,) the sum of the least prices of members beside each seat."""
    others = np.minimum(member, 0.0)
    np.fill_diagonal(others, 0.0)
    kept = max(0, most - 1)
    if kept < len(others):
        others = np.partition(others, kept, axis=1)[:, :kept]
    return np.asarray(others.sum(axis=1))


def _may_meet(graph: Bools, conditions: Conditions, wanted: Bools) -> bool:
    """Whether these are what `candidates` would enumerate: groups may have spoilt it."""
    who = np.flatnonzero(wanted)
    if not conditions.pool[who].all() or conditions.apart[np.ix_(who, who)].any():
        return False
    free = np.zeros((len(who), len(who)), bool)
    near = [np.flatnonzero(row).tolist() for row in graph[np.ix_(who, who)]]
    return bool(_grown(near, free, 0, -np.ones(len(who)), len(who)).all())


def _grown(
    near: list[list[int]] | None,
    apart: Bools,
    h: int,
    price: Floats,
    most: int,
    bounded: Sequence[Range] = (),
) -> Bools:
    """Return the members reached from h over negative prices, the best ones that fit first.

    `near` lists neighbours; None: everybody is one.
    """
    inside = np.zeros(len(price), bool)
    cost = price.tolist()
    wanted = np.flatnonzero(price < 0).tolist()
    queue = [(0.0, h)]
    barred = apart.any()
    load = [0.0 for _ in bounded]
    count = 0
    while queue and count < most:
        _, i = heapq.heappop(queue)
        if inside[i] or (barred and (apart[i] & inside).any()):
            continue
        full = [x + r.weight[i] for x, r in zip(load, bounded, strict=True)]
        if not all(at_most(x, r.high) for x, r in zip(full, bounded, strict=True)):
            continue
        load = full
        inside[i] = True
        count += 1
        for j in near[i] if near is not None else wanted if count == 1 else ():
            if cost[j] < 0 and not inside[j]:
                heapq.heappush(queue, (cost[j], j))
    return inside
