"""Coalitions that a priced pool may grow by: what is cheap without borders, as the rules allow."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from koopopt.case.facts import Facts, at_most
from koopopt.coalitions.admissible import max_size
from koopopt.formulations.partition.relaxed import Cheapest
from koopopt.linear import Bools, Floats, Ints
from koopopt.rules import Conditions, Range
from koopopt.solvers.base import Control


def propose(
    facts: Facts,
    conditions: Conditions,
    found: Cheapest,
    near: list[list[int]],
    control: Control,
) -> list[Bools]:
    """Return members for each seat where something is cheap: as the rules allow.

    Of the cheapest coalition those that hang together with the seat, and whoever else has a
    negative price and does.
    """
    sets = []
    for h in np.flatnonzero(found.reduced < 0).tolist():
        control.check()
        inside = found.members[h]
        for price in (found.pay[h], np.where(inside, np.minimum(found.pay[h], -1.0), 1.0)):
            wanted = _wanted(facts, conditions, h, price.copy(), near)
            if wanted is not None:
                sets.append(wanted)
    return sets


def mended(
    facts: Facts, conditions: Conditions, seats: Ints, members: Bools, near: list[list[int]]
) -> list[Bools]:
    """Return of each coalition with a seat those who hang together with it, as the rules allow."""
    sets = []
    for h, inside in zip(seats.tolist(), members, strict=True):
        wanted = _wanted(facts, conditions, h, np.where(inside, -1.0, 1.0), near)
        if wanted is not None:
            sets.append(wanted)
    return sets


def _wanted(
    facts: Facts, conditions: Conditions, h: int, price: Floats, near: list[list[int]]
) -> Bools | None:
    """Return who has a negative price and may be with the seat, the best ones that fit first."""
    largest = max_size(facts, conditions)
    town = np.arange(facts.n) < facts.towns
    everyone = np.ones((facts.n, facts.n), bool)
    graph = facts.adjacent if conditions.contiguous else everyone
    lists = near if conditions.contiguous else None
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
    return None if spoilt or wanted.sum() < 2 else wanted


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
