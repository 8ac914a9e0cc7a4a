"""Boundaries: GeoJSON polygons by municipality, checked as far as a map needs it.

Those of an instance's own folder name its municipalities by the property `id`, and nothing else.
A file from elsewhere may hold more places than the instance (a whole country, say), and name
them as statistical offices do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from koopopt.errors import Fault
from koopopt.hints import Names
from koopopt.instance.tables import Geometry
from koopopt.text import T, Text

KEYS: Final = ("id", "ags")
"""Properties that may name a feature of a file from elsewhere, besides its own `id`."""


def features(collection: Mapping[str, Any], towns: Names) -> Iterator[Geometry]:
    """Yield those features of a GeoJSON FeatureCollection that are of these municipalities."""
    for k, feature in enumerate(collection["features"], start=1):
        if not isinstance(feature, dict):
            continue
        properties = feature.get("properties")
        named = [feature.get("id")]
        named += [properties.get(key) for key in KEYS] if isinstance(properties, dict) else []
        id_ = next((name for name in named if isinstance(name, str) and name in towns), None)
        if id_ is not None:
            yield Geometry(id_, feature.get("geometry"), None, f"features[{k}].geometry")


def boundaries(
    file: str, geometries: Sequence[Geometry], towns: Names | None, faults: list[Fault]
) -> dict[str, Any]:
    """Return the polygons by municipality id; a municipality may have none."""
    found: dict[str, Any] = {}
    for item in geometries:
        problem: tuple[Text, Text] | None
        value = None
        if towns is not None and item.id not in towns:
            problem = (
                T("There is no municipality of this name in the instance."),
                towns.remedy(item.id),
            )
            value = item.id
        elif item.id in found:
            problem = T("The municipality has a boundary already."), T("Delete one of the two.")
            value = item.id
        else:
            rule = _wrong(item.geometry)
            problem = (
                (rule, T("Export the boundaries again, as GeoJSON in WGS 84.")) if rule else None
            )
        if problem:
            faults.append(Fault(file, *problem, row=item.row, column=item.column, value=value))
        else:
            found[item.id] = item.geometry
    return found


def _wrong(geometry: Any) -> Text | None:
    """Return what is wrong with a geometry, None if nothing is."""
    if not isinstance(geometry, dict):
        return T("The boundary has no geometry.")
    coordinates = geometry.get("coordinates")
    match geometry.get("type"):
        case "Polygon":
            polygons = [coordinates]
        case "MultiPolygon" if isinstance(coordinates, list) and coordinates:
            polygons = coordinates
        case "MultiPolygon":
            return T("The geometry has no coordinates.")
        case _:
            return T("The geometry is neither a Polygon nor a MultiPolygon.")
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            return T("The geometry has no coordinates.")
        for ring in polygon:
            if not isinstance(ring, list) or len(ring) < 4 or not all(map(_position, ring)):
                return T("A ring needs four positions or more, each of two numbers.")
            if ring[0] != ring[-1]:
                return T("A ring does not end where it begins.")
            if any(abs(p[0]) > 180 or abs(p[1]) > 90 for p in ring):
                return T("The coordinates are no degrees of longitude and latitude.")
    return None


def _position(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 2 <= len(value) <= 4
        and all(type(part) in (int, float) and math.isfinite(part) for part in value)
    )
