"""Common borders: which two areas share one, how long it is, who only touches in a point.

Polygons that share the corners of their lines, as official ones do, are measured exactly. Where
edges of two do not meet (`shapely.coverage_invalid_edges`), what runs along within `near` metres
counts as common.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from koopopt.importing.polygons.areas import KM2, Areas
from koopopt.linear import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR: Final = 1.0
"""Metres that edges of neighbours may be apart, or overlap, and still be one border."""
_SHORTEST: Final = 20.0
"""Metres; what two have in common for less is a corner."""
_ROUND_A_CORNER: Final = 6.0
"""Times `near`: for so long edges run within `near` of each other where they only meet in a corner,
and beyond the ends of what they share exactly."""
_LEAST_LAND: Final = 1000.0
"""Square metres that two must both claim, besides a strip of `near`, to overlap."""
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
    overlaps : mapping (key, key) -> km2
        Pairs that both claim some land, more than edges that do not quite meet.
    """

    pairs: dict[tuple[str, str], float]
    corners: tuple[tuple[str, str], ...]
    gaps: dict[tuple[str, str], float]
    overlaps: dict[tuple[str, str], float]


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
    first, second = tree.query(shapes, predicate="dwithin", distance=max(_ALMOST, near))
    first, second = first[first < second], second[first < second]
    apart = shapely.distance(shapes[first], shapes[second])
    loose = ~_exact(shapes, near)
    unsure = loose[first] & loose[second] & (apart <= near)
    metres, border = _measured(areas, first, second, unsure, near)
    pairs, corners, gaps = {}, [], {}
    for a, b, long, is_border, far in zip(first, second, metres, border, apart, strict=True):
        pair = (keys[a], keys[b])
        if is_border:
            pairs[pair] = float(long) / 1000
        elif far <= near:
            corners.append(pair)
        else:
            gaps[pair] = float(far)
    first, second, metres = first[unsure], second[unsure], metres[unsure]
    both = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    claimed = both > _LEAST_LAND + near * metres
    overlaps = {
        (keys[a], keys[b]): float(land) / KM2
        for a, b, land in zip(first[claimed], second[claimed], both[claimed], strict=True)
    }
    return Borders(pairs, tuple(corners), gaps, overlaps)


def _measured(
    areas: Areas,
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    unsure: NDArray[np.bool_],
    near: float,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return what each pair has in common, in metres, (k,), and whether that is a border, (k,).

    Of pairs whose edges do not all meet, what runs along within `near` counts, unless it is no more
    than what they share exactly and the surroundings of its ends.
    """
    import shapely

    lines = shapely.boundary(areas.metres)
    metres = _along(areas, shapely.intersection(lines[first], lines[second]))
    border = metres > _SHORTEST
    around = shapely.buffer(areas.metres[second[unsure]], near)
    wide = _along(areas, shapely.intersection(lines[first[unsure]], around))
    ends = _ROUND_A_CORNER * near
    metres[unsure] = np.where(wide > metres[unsure] + ends, wide, metres[unsure])
    return metres, border | (metres > max(_SHORTEST, ends))


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
