"""Common borders: which two areas share one, how long it is, who only touches in a point.

Polygons that share the corners of their lines, as official ones do, are measured exactly. Where
edges of two do not meet (`shapely.coverage_invalid_edges`), what runs along within `near` metres
counts as common.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from koopopt.importing.polygons.areas import Areas
from koopopt.linear import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR: Final = 1.0
"""Metres that edges of neighbours may be apart, or overlap, and still be one border."""
_SHORTEST: Final = 20.0
"""Times `near`; what runs along for less is a corner."""
_ALMOST: Final = 250.0
"""Metres of a gap through which two areas may still be thought to border on each other."""


@dataclass(frozen=True, slots=True)
class Borders:
    """What areas have in common.

    Attributes
    ----------
    pairs : mapping (key, key) -> km
        Each pair once, in the order of the areas; along the ground.
    corners : tuple of (key, key)
        Pairs that touch in points only: no neighbours.
    gaps : mapping (key, key) -> metres
        Pairs without a common border that are nearer than 250 metres, and how near.
    """

    pairs: dict[tuple[str, str], float]
    corners: tuple[tuple[str, str], ...]
    gaps: dict[tuple[str, str], float]


def borders(areas: Areas, near: float = NEAR) -> Borders:
    """Return the common borders of areas.

    Parameters
    ----------
    areas : Areas
    near : float
        Metres.
    """
    import shapely

    shapes, keys = areas.metres, areas.keys
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="dwithin", distance=_ALMOST)
    first, second = first[first < second], second[first < second]
    if not len(first):
        return Borders({}, (), {})
    lines = shapely.boundary(shapes)
    common = shapely.intersection(lines[first], lines[second])
    loose = ~_exact(shapes, near)
    unsure = (loose[first] & loose[second]) & (
        shapely.distance(shapes[first], shapes[second]) <= near
    )
    if unsure.any():
        a, b = first[unsure], second[unsure]
        common[unsure] = shapely.intersection(lines[a], shapely.buffer(shapes[b], near))
    metres = _along(areas, common)
    border = metres > _SHORTEST * near
    apart = shapely.distance(shapes[first], shapes[second])
    pairs, corners, gaps = {}, [], {}
    for a, b, long, is_border, far in zip(first, second, metres, border, apart, strict=True):
        pair = (keys[a], keys[b])
        if is_border:
            pairs[pair] = float(long) / 1000
        elif far <= near:
            corners.append(pair)
        else:
            gaps[pair] = float(far)
    return Borders(pairs, tuple(corners), gaps)


def _exact(shapes: NDArray[Any], near: float) -> NDArray[np.bool_]:
    """Return which areas meet all their neighbours edge by edge, (n,)."""
    import shapely

    return np.asarray(shapely.is_empty(shapely.coverage_invalid_edges(shapes, gap_width=near)))


def _along(areas: Areas, lines: NDArray[Any]) -> Floats:
    """Return the length of each on the ellipsoid, in metres, (k,); points have none."""
    import shapely
    from pyproj import Geod

    parts, of = shapely.get_parts(lines, return_index=True)
    parts, deeper = shapely.get_parts(parts, return_index=True)  # lines within collections
    of = of[deeper]
    is_line = shapely.get_dimensions(parts) == 1
    xy, at = shapely.get_coordinates(parts[is_line], return_index=True)
    total = np.zeros(len(lines))
    if not len(xy):
        return total
    lon, lat = areas.degrees(xy).T
    same = at[1:] == at[:-1]
    *_, metres = Geod(ellps="GRS80").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    np.add.at(total, of[is_line][at[1:][same]], np.asarray(metres)[same])
    return total
