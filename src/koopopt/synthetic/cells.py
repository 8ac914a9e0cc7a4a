"""Localities strewn over a plane, and the cells around them: who touches whom, how long, how large.

A cell is what is nearer to its locality than to any other (Voronoi); cells touch where localities
are joined in the Delaunay triangulation, along the line between the centres of two triangles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import numpy as np

from koopopt.linear import Floats, Ints

GRID: Final = 1 << 20
"""Steps of the plane from side to side: GEOS decides exactly with numbers of this size."""
Point = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cells on a plane; those at its rim are open and count for nothing there.

    Attributes
    ----------
    points : sequence of (int, int)
        The localities, in random order.
    pairs : (E, 2) int array
        Cells that touch.
    lines : (E, 2, 2) array
        The two ends of the line along which they do.
    length : (E,) array
        Its length.
    area : array
        Of each cell.
    """

    points: Sequence[Point]
    pairs: Ints
    lines: Floats
    length: Floats
    area: Floats


def strewn(count: int, dice: Random) -> Cells:
    """Return the cells of so many localities."""
    found: dict[Point, None] = {}
    while len(found) < count:
        found[int(dice.random() * GRID), int(dice.random() * GRID)] = None
    points = list(found)
    triangles = _triangles(points)
    pairs, beside = _sides(triangles)
    at = np.array(points, float)
    lines = _centres(at[triangles])[beside]
    length, way = (np.sqrt((d**2).sum(axis=1)) for d in
                   (lines[:, 1] - lines[:, 0], at[pairs[:, 1]] - at[pairs[:, 0]]))  # fmt: skip
    # A cell is made of triangles from its locality to each line, half the way between two high.
    parts = np.repeat(length * way / 4, 2)
    area = np.bincount(pairs.ravel(), parts, count).astype(float)
    return Cells(points, pairs, lines, length, area)


def _triangles(points: Sequence[Point]) -> Ints:
    """Return the Delaunay triangles of points, as three numbers each."""
    import shapely

    found: Any = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(points)))
    corners = shapely.get_coordinates(found).reshape(-1, 4, 2)[:, :3].astype(np.int64)
    key = np.array([x * GRID + y for x, y in points])
    order = np.argsort(key)
    return order[np.searchsorted(key[order], corners[..., 0] * GRID + corners[..., 1])]


def _sides(triangles: Ints) -> tuple[Ints, Ints]:
    """Return the sides that two triangles share, and these two; those at the rim are left out."""
    sides = np.sort(triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    of = np.repeat(np.arange(len(triangles)), 3)
    order = np.lexsort((sides[:, 1], sides[:, 0]))
    sides, of = sides[order], of[order]
    twice = np.flatnonzero((sides[1:] == sides[:-1]).all(axis=1))
    return sides[twice], np.stack([of[twice], of[twice + 1]], axis=1)


def _centres(corners: Floats) -> Floats:
    """Return the centres of the circles through the corners of triangles, (T, 3, 2)."""
    first = corners[:, 0]
    b, c = corners[:, 1] - first, corners[:, 2] - first
    b2, c2 = (b**2).sum(axis=1), (c**2).sum(axis=1)
    double = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    x = (c[:, 1] * b2 - b[:, 1] * c2) / double
    y = (b[:, 0] * c2 - c[:, 0] * b2) / double
    return np.asarray(first + np.stack([x, y], axis=1), float)
