"""GeoJSON geometries as areas: read leniently, mended where rings are faulty, near their place.

Longitudes are angles: 190 is -170. An area is moved by whole turns to the place it belongs to, and
a ring that steps from 180 to -180 goes on beyond 180, so that no area reaches around the globe.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from koopopt.errors import KoopoptError
from koopopt.linear import Floats
from koopopt.text import T

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_FLAT: Final = ("Point", "MultiPoint", "LineString", "MultiLineString")
_TURN: Final = 360.0
_DEEPEST: Final = 20
"""Geometry collections within each other; more are meant to harm."""


class UnfitError(KoopoptError):
    """A geometry that cannot be read; its message says why."""


@dataclass(slots=True)
class Drawn:
    """What geometries hold: polygons as lists of rings, the exterior first; and what is no area.

    Attributes
    ----------
    polygons : list of list of (k, 2) arrays
    mended : bool
        Whether something was faulty and left out.
    flat : bool
        Whether there are lines or points.
    empty : bool
        Whether a geometry holds nothing at all.
    """

    polygons: list[list[Floats]] = field(default_factory=list)
    mended: bool = False
    flat: bool = False
    empty: bool = False


def read(geometry: Any, into: Drawn) -> None:
    """Add what a GeoJSON geometry holds.

    Raises
    ------
    UnfitError
        If it is none, or its coordinates are no numbers.
    """
    _collect(geometry, found := Drawn())
    into.polygons += found.polygons
    into.mended |= found.mended
    into.flat |= found.flat
    into.empty |= not (found.polygons or found.mended or found.flat)


def _collect(geometry: Any, found: Drawn, depth: int = 0) -> None:
    if geometry is None:
        return
    if not isinstance(geometry, Mapping) or depth > _DEEPEST:
        raise UnfitError(T("This is no GeoJSON geometry."))
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    match kind:
        case "Polygon":
            _polygon(coordinates, found)
        case "MultiPolygon":
            for polygon in _list(coordinates):
                _polygon(polygon, found)
        case "GeometryCollection":
            for part in _list(geometry.get("geometries")):
                _collect(part, found, depth + 1)
        case str() if kind in _FLAT:
            found.flat = True
        case _:
            raise UnfitError(T("This is no GeoJSON geometry."))


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        raise UnfitError(_NESTED)
    return list(value)


_NESTED: Final = T(
    "The coordinates are not nested as they should be: polygons hold rings, rings hold positions,"
    " each of two numbers."
)


def _polygon(coordinates: Any, found: Drawn) -> None:
    """Add a polygon; one without a proper exterior is left out, and rings that are none."""
    exterior, *holes = [_ring(ring) for ring in _list(coordinates)] or [None]
    rings = [ring for ring in (exterior, *holes) if ring is not None]
    found.mended |= len(rings) < len(_list(coordinates))
    if exterior is not None:
        found.mended |= any((ring[0] != ring[-1]).any() for ring in rings)
        found.polygons.append(rings)


def _ring(ring: Any) -> Floats | None:
    """Return the positions of a ring, None where there are fewer than three different ones."""
    positions = _list(ring)
    for position in positions:
        if not isinstance(position, (list, tuple)) or len(position) < 2:
            raise UnfitError(_NESTED)
        for value in position[:2]:
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise UnfitError(_NESTED)
            if not abs(value) <= sys.float_info.max:
                raise UnfitError(T("A coordinate is no finite number."))
    xy = np.array([position[:2] for position in positions], float).reshape(-1, 2)
    return xy if len(np.unique(xy, axis=0)) >= 3 else None


def area(polygons: Iterable[list[Floats]], lon: float) -> tuple[BaseGeometry | None, bool]:
    """Return polygons as one valid area near a longitude, and whether rings had to be mended.

    The area is None where the rings enclose nothing.
    """
    import shapely

    parts: list[Any] = []
    mended = False
    for rings in polygons:
        polygon = shapely.Polygon(*_near(rings, lon))
        if not polygon.is_valid:
            mended = True
            valid = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
            parts += [part for part in shapely.get_parts(valid) if part.area > 0]
        elif polygon.area > 0:
            parts.append(polygon)
    if len(parts) < 2:
        return (parts[0] if parts else None), mended
    whole = shapely.MultiPolygon(parts)
    return (whole if whole.is_valid else shapely.union_all(parts)), mended


def _near(rings: list[Floats], lon: float) -> tuple[Floats, list[Floats]]:
    """Return exterior and holes, unrolled, in that turn of the globe which is nearest to `lon`."""
    first, *others = [_unrolled(ring) for ring in rings]
    exterior = _turned(first, lon)
    middle = float(exterior[:, 0].min() + exterior[:, 0].max()) / 2
    return exterior, [_turned(hole, middle) for hole in others]


def _turned(ring: Floats, lon: float) -> Floats:
    """Return a ring moved by whole turns, so that a longitude is within it or near."""
    low, high = float(ring[:, 0].min()), float(ring[:, 0].max())
    turns = 0 if low <= lon <= high else round((lon - (low + high) / 2) / _TURN)
    return np.asarray(ring + np.array([turns * _TURN, 0.0]))


def _unrolled(ring: Floats) -> Floats:
    """Return a ring that goes on where it stepped over 180 degrees."""
    closed = ring if (ring[0] == ring[-1]).all() else np.vstack([ring, ring[:1]])
    if (np.abs(np.diff(closed[:, 0])) <= _TURN / 2).all():
        return closed
    lon = np.unwrap(closed[:, 0], period=_TURN)
    around = abs(lon[-1] - lon[0]) > _TURN / 2  # around a pole: there is no way to unroll it
    return closed if around else np.column_stack([lon, closed[:, 1]])


def to_json(geometry: BaseGeometry, *, multi: bool = False) -> dict[str, Any]:
    """Return an area as a GeoJSON geometry, every number as it is; with `multi` a MultiPolygon."""
    import shapely

    polygons = [
        [shapely.get_coordinates(ring).tolist() for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(geometry)
    ]
    if len(polygons) == 1 and not multi:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def kilometres(geometry: BaseGeometry, lon: float, lat: float) -> float:
    """Return how far an area is from a place, 0 within it; of far ones roughly."""
    import shapely

    scale = np.radians(6371.0) * np.array([max(math.cos(math.radians(lat)), 0.01), 1.0])
    around = shapely.transform(geometry, lambda xy: (xy - [lon, lat]) * scale)
    return float(shapely.distance(around, shapely.Point(0.0, 0.0)))


def swapped(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry with latitude and longitude exchanged."""
    import shapely

    return shapely.transform(geometry, lambda xy: xy[:, ::-1])
