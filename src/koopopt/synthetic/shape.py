"""The map of a synthetic county: who lies where, how large, and who borders on whom.

As in the reforms of real municipalities, small localities are joined: from a centre each, some
faster than others, municipalities grow over a plane strewn with localities until all are taken.
What grows from one centre is connected, so the graph of neighbours is planar; where large and
small ones meet, some have many neighbours. The county is cut out of a larger plane, so that its
border is as open as a real one.

All is computed from whole numbers and single roundings of IEEE arithmetic: the same everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from random import Random
from statistics import NormalDist
from typing import Final

import numpy as np

from koopopt.linear import Floats, Ints
from koopopt.synthetic.cells import GRID, Cells, strewn

Graph = Sequence[Sequence[int]]

LOCALITIES: Final = 6
"""To a municipality, on average."""
SPREAD: Final = 0.35
"""Standard deviation of the logarithm of the speed at which municipalities grow."""
APART: Final = 0.38
"""Least distance of two centres; 1 would be the side of a square of mean area."""
MARGIN: Final = 6
"""Municipalities on each side of the county that are cut off."""
RAGGED: Final = 0.4
"""How much nearer or farther municipalities seem when the county is cut, in the same unit."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Municipalities on a plane.

    Attributes
    ----------
    places : sequence of (float, float)
        Main settlements; the unit of length is such that the mean area is 1.
    area : sequence of float
    borders : mapping (int, int) -> float
        Neighbours, the smaller number first, and how long their border is.
    near : sequence of sequence of int
        The neighbours of each municipality.
    outlines : sequence of (E, 2, 2) array
        The lines around each municipality, in no order.
    """

    places: Sequence[tuple[float, float]]
    area: Sequence[float]
    borders: Mapping[tuple[int, int], float]
    near: Graph
    outlines: Sequence[Floats]


def graph(count: int, pairs: Iterable[tuple[int, int]]) -> Graph:
    """Return the neighbours of each of `count` nodes."""
    near: list[list[int]] = [[] for _ in range(count)]
    for a, b in pairs:
        near[a].append(b)
        near[b].append(a)
    return near


def normal(dice: Random) -> float:
    """Return a number of the standard normal distribution, from one number of `Random.random`.

    Python promises that this sequence stays as it is, not those of its other methods.
    """
    return NormalDist().inv_cdf(max(dice.random(), 2.0**-53))


def drawn(municipalities: int, dice: Random) -> Shape:
    """Return a random shape with so many municipalities, all connected."""
    across = math.ceil(math.sqrt(municipalities)) + 2 * MARGIN
    wide = across * across
    cells = strewn(LOCALITIES * wide, dice)
    centres = _apart(cells.points, wide)
    speeds = {c: round(math.exp(SPREAD * normal(dice)), 3) for c in centres}
    owner = grown(graph(len(cells.points), cells.pairs.tolist()), cells.points, speeds)
    number = {c: k for k, c in enumerate(centres)}
    # An ear of the rim touches nobody: it has no area, whoever gets it.
    whose = np.array([number.get(o, 0) for o in owner])
    borders = _borders(cells, whose)
    at = [cells.points[c] for c in centres]
    chosen = _middle(graph(wide, borders), at, municipalities, dice)
    area = np.bincount(whose, cells.area, wide)[chosen]
    unit = math.sqrt(float(area.sum()) / municipalities)
    new = {old: k for k, old in enumerate(chosen)}
    inside = {
        (new[a], new[b]): border / unit
        for (a, b), border in borders.items()
        if a in new and b in new
    }
    around: dict[int, list[int]] = {k: [] for k in chosen}
    ends = whose[cells.pairs]
    for line in np.flatnonzero(ends[:, 0] != ends[:, 1]).tolist():
        for k in ends[line].tolist():
            if k in around:
                around[k].append(line)
    return Shape(
        places=[(at[k][0] / unit, at[k][1] / unit) for k in chosen],
        area=(area / unit**2).tolist(),
        borders=inside,
        near=graph(municipalities, inside),
        outlines=[cells.lines[around[k]] / unit for k in chosen],
    )


def _borders(cells: Cells, whose: Ints) -> dict[tuple[int, int], float]:
    """Return the length of border of each pair of municipalities, the smaller number first."""
    found: dict[tuple[int, int], float] = {}
    for (a, b), length in zip(whose[cells.pairs].tolist(), cells.length.tolist(), strict=True):
        if a != b:
            pair = min(a, b), max(a, b)
            found[pair] = found.get(pair, 0.0) + length
    return dict(sorted(found.items()))


def grown(
    near: Graph, points: Sequence[tuple[float, float]], speeds: Mapping[int, float]
) -> list[int]:
    """Return to which start each node belongs, once all have grown along edges at their speeds."""
    owner = [-1] * len(near)
    front = [(0.0, start, start) for start in speeds]
    heapify(front)
    while front:
        when, node, start = heappop(front)
        if owner[node] >= 0:
            continue
        owner[node] = start
        for other in near[node]:
            if owner[other] < 0:
                way = _distance(points[node], points[other])
                heappush(front, (when + way / speeds[start], other, start))
    return owner


def _middle(
    near: Graph, points: Sequence[tuple[float, float]], count: int, dice: Random
) -> list[int]:
    """Return `count` connected nodes around the middle of the plane."""
    middle = (GRID / 2, GRID / 2)
    wide = GRID / math.sqrt(len(points))
    away = [_distance(p, middle) + RAGGED * wide * round(normal(dice), 3) for p in points]
    first = min(range(len(near)), key=away.__getitem__)
    front, seen = [(away[first], first)], {first}
    chosen: list[int] = []
    while len(chosen) < count:
        _, node = heappop(front)
        chosen.append(node)
        for other in near[node]:
            if other not in seen:
                seen.add(other)
                heappush(front, (away[other], other))
    return sorted(chosen)


def _apart(points: Sequence[tuple[int, int]], count: int) -> list[int]:
    """Return the first `count` points that keep their distance from each other.

    Points come in random order. Those already taken are looked up in squares as wide as the
    distance, so only the squares around a point matter.
    """
    least = APART * GRID / math.sqrt(count)
    taken: dict[tuple[int, int], list[int]] = {}
    chosen: list[int] = []
    for k, point in enumerate(points):
        column, row = int(point[0] / least), int(point[1] / least)
        around = [(column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        if all(_distance(point, points[o]) >= least for box in around for o in taken.get(box, ())):
            taken.setdefault((column, row), []).append(k)
            chosen.append(k)
        if len(chosen) == count:
            break
    return chosen


def _distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2)
