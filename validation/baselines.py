"""Groupings that need no optimiser, to hold plans against: each returns labels, one a municipality.

`near` says who borders on each municipality, as `reality.County.near`.

at_random
    Contiguous groups of given sizes, grown from random places. Knows the real sizes.
nearest
    Everybody joins the nearest of some centres, as the crow flies.
smallest_first
    The smallest group that the law does not allow joins the neighbour whose people travel least.
core
    The group of the least cost an inhabitant is taken again and again: nobody has a reason to leave
    it if costs are shared by inhabitants (section 8 of docs/semantics.md, common ranking). Groups
    are grown by single neighbours, so a cheaper one may be missed; `study.exact_core` misses none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import asin, cos, inf, radians, sin, sqrt
from random import Random
from typing import Final

from reality import parts

EARTH_KM: Final = 6371.0
TRIES: Final = 30
"""Times that a group is grown, and a grouping made, until it fits the sizes."""

Near = Sequence[frozenset[int]]
Place = tuple[float, float]


def labelled(groups: Iterable[Iterable[int]], n: int) -> list[int]:
    """Return the label of each municipality; who is in no group is alone."""
    labels = [-1 - i for i in range(n)]
    for k, group in enumerate(groups):
        for i in group:
            labels[i] = k
    return labels


def at_random(near: Near, sizes: Iterable[int], seed: int) -> list[int]:
    """Return contiguous groups of these sizes; of others where the borders leave no such.

    Each is grown from a random place by random neighbours, and grown again where the rest would
    fall into parts that the sizes left cannot fill.
    """
    dice, wanted = Random(seed), sorted(sizes)
    groups: list[set[int]] = []
    for _ in range(TRIES):
        groups = _drawn(near, wanted, dice)
        if sorted(map(len, groups)) == wanted:
            break
    return labelled(groups, len(near))


def _drawn(near: Near, wanted: Iterable[int], dice: Random) -> list[set[int]]:
    """Return groups of these sizes, or nearly."""
    left, free, groups = list(wanted), set(range(len(near))), []
    while free:
        part = parts(near, sorted(free))[-1]
        fitting = [size for size in left if size <= len(part)] or [len(part)]
        size = dice.choice(fitting)
        if size in left:
            left.remove(size)
        can = _sums(left)
        for _ in range(TRIES):
            group = _grown(near, part, size, dice)
            if all(len(one) in can for one in parts(near, sorted(free - group))):
                break
        groups.append(group)
        free -= group
    return groups


def _grown(near: Near, inside: set[int], size: int, dice: Random) -> set[int]:
    group = {dice.choice(sorted(inside))}
    while len(group) < size:
        group.add(dice.choice(sorted({j for i in group for j in near[i]} & inside - group)))
    return group


def _sums(sizes: Iterable[int]) -> set[int]:
    """Return what some of the sizes can sum to."""
    found = {0}
    for size in sizes:
        found |= {size + other for other in found}
    return found


def nearest(places: Sequence[Place], centres: Sequence[int]) -> list[int]:
    """Return for each municipality which of the centres, numbers of municipalities, is nearest."""
    return [
        min(range(len(centres)), key=lambda k: (kilometres(here, places[centres[k]]), k))
        for here in places
    ]


def kilometres(a: Place, b: Place) -> float:
    """Return the length of the great circle between two places in degrees."""
    (lat, lon), (lat2, lon2) = (tuple(map(radians, place)) for place in (a, b))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def largest(people: Sequence[int], count: int) -> list[int]:
    """Return so many municipalities of the most inhabitants."""
    return sorted(range(len(people)), key=lambda i: (-people[i], i))[:count]


def smallest_first(
    near: Near, places: Sequence[Place], people: Sequence[int], least: int, alone: int
) -> list[int]:
    """Return groups of `least` inhabitants at least; of one member, `alone` inhabitants."""
    groups = [{i} for i in range(len(near))]

    def lacks(group: set[int]) -> bool:
        return size(group) < (least if len(group) > 1 else alone)

    def size(group: set[int]) -> int:
        return sum(people[i] for i in group)

    def way(group: set[int]) -> float:
        return min(sum(people[i] * kilometres(places[i], places[h]) for i in group) for h in group)

    stuck: list[set[int]] = []
    while too_small := [group for group in groups if lacks(group) and group not in stuck]:
        one = min(too_small, key=lambda group: (size(group), min(group)))
        around = {j for i in one for j in near[i]}
        beside = [group for group in groups if group is not one and group & around]
        if not beside:
            stuck.append(one)  # an island
            continue
        other = min(beside, key=lambda g: (way(g | one) - way(g) - way(one), min(g)))
        groups = [group for group in groups if group is not one and group is not other]
        groups.append(one | other)
    return labelled(groups, len(near))


def core(
    near: Near,
    people: Sequence[int],
    cost: Callable[[int, int], float],
    *,
    least: int,
    alone: int,
    most: int | None = None,
) -> list[int]:
    """Return groups of which the cheapest an inhabitant is taken again and again.

    Parameters
    ----------
    cost : callable
        (members, inhabitants) -> EUR a year, infinite where no legal form is open to so many.
    least, alone : int
        Inhabitants of a group of several members, and of one, at least; who may not be alone is
        so only where nothing else is left.
    most : int, optional
        Members.
    """
    n = len(near)
    free, groups = set(range(n)), []
    kept: dict[int, tuple[float, frozenset[int]]] = {}
    while free:
        for i in sorted(free):
            if i not in kept:
                kept[i] = _cheapest(near, people, cost, i, free, least, alone, most or n)
        _, group = min((kept[i] for i in free), key=lambda found: (found[0], sorted(found[1])))
        groups.append(group)
        free -= group
        kept = {i: found for i, found in kept.items() if i in free and not found[1] & group}
    return labelled(groups, n)


def _cheapest(
    near: Near, people: Sequence[int], cost: Callable[[int, int], float], start: int,
    free: set[int], least: int, alone: int, most: int,
) -> tuple[float, frozenset[int]]:  # fmt: skip
    """Return cost an inhabitant and members of the cheapest group grown from a municipality.

    Infinite, and alone, where the law allows none.
    """
    group, total = {start}, people[start]
    ratio = cost(1, total) / max(total, 1)
    best = (ratio if total >= alone else inf, frozenset(group))
    while len(group) < most:
        beside = {j for i in group for j in near[i]} & free - group
        if not beside:
            break
        # All that differs is how many inhabitants one brings: the most are the cheapest.
        new = max(beside, key=lambda j: (people[j], -j))
        group.add(new)
        total += people[new]
        before, ratio = ratio, cost(len(group), total) / max(total, 1)
        if total >= least and ratio < best[0]:
            best = ratio, frozenset(group)
        elif total >= least and before < ratio < inf:
            break
    return best
