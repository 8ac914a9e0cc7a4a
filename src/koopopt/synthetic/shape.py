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
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Graph = Sequence[Sequence[int]]

LOCALITIES: Final = 6
"""To a municipality, on average."""
SPREAD: Final = 0.35
"""Standard deviation of the logarithm of the speed at which municipalities grow."""
APART: Final = 0.38
"""Least distance of two centres; 1 would be the side of a square of mean area."""
MARGIN: Final = 6
"""Municipalities on each side of the county that are cut off."""
RAGGED: Final = 0.08
"""Standard deviation of the logarithm of what distances are taken for when the county is cut."""
GRID: Final = 1 << 20
"""Steps of the plane from side to side: GEOS decides exactly with numbers of this size."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Municipalities on a plane.

    Attributes
    ----------
    x, y : sequence of float
        Main settlements; the unit of length is such that the mean area is 1.
    area : sequence of float
    pairs : sequence of (int, int)
        Neighbours, the smaller number first, in order.
    near : sequence of sequence of int
        The neighbours of each municipality.
    """

    x: Sequence[float]
    y: Sequence[float]
    area: Sequence[float]
    pairs: Sequence[tuple[int, int]]
    near: Graph


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
    points = _points(LOCALITIES * wide, dice)
    triangles = _triangles(points)
    pairs = _edges(triangles)
    centres = _apart(points, wide)
    speeds = {c: round(math.exp(SPREAD * normal(dice)), 3) for c in centres}
    owner = grown(graph(len(points), pairs), points, speeds)
    number = {c: k for k, c in enumerate(centres)}
    whose = np.array([number[o] for o in owner])
    borders = sorted({(min(p), max(p)) for p in whose[np.array(pairs)].tolist() if p[0] != p[1]})
    at = [points[c] for c in centres]
    chosen = _middle(graph(wide, borders), at, municipalities, dice)
    area = np.bincount(whose, _areas(points, triangles), wide)[chosen]
    new = {old: k for k, old in enumerate(chosen)}
    unit = math.sqrt(float(area.sum()) / municipalities)
    inside = sorted((new[a], new[b]) for a, b in borders if a in new and b in new)
    return Shape(
        x=[at[k][0] / unit for k in chosen],
        y=[at[k][1] / unit for k in chosen],
        area=(area / unit**2).tolist(),
        pairs=inside,
        near=graph(municipalities, inside),
    )


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
    away = [
        _distance(point, middle) * round(math.exp(RAGGED * normal(dice)), 3) for point in points
    ]
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


def _points(count: int, dice: Random) -> list[tuple[int, int]]:
    found: dict[tuple[int, int], None] = {}
    while len(found) < count:
        found[int(dice.random() * GRID), int(dice.random() * GRID)] = None
    return list(found)


def _triangles(points: Sequence[tuple[int, int]]) -> npt.NDArray[np.int64]:
    """Return the Delaunay triangles of points, as three numbers each."""
    import shapely

    found: Any = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(points)))
    corners = shapely.get_coordinates(found).reshape(-1, 4, 2)[:, :3].astype(np.int64)
    key = np.array([x * GRID + y for x, y in points])
    order = np.argsort(key)
    return order[np.searchsorted(key[order], corners[..., 0] * GRID + corners[..., 1])]


def _edges(triangles: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    sides = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    return [(a, b) for a, b in np.unique(np.sort(sides, axis=1), axis=0).tolist()]


def _areas(
    points: Sequence[tuple[int, int]], triangles: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return the area of each point: a third of that of each triangle it is a corner of."""
    a, b, c = np.moveaxis(np.array(points)[triangles], 1, 0)
    twice = np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])
    shares = np.bincount(triangles.ravel(), np.repeat(twice / 6, 3), len(points))
    return shares.astype(np.float64)
