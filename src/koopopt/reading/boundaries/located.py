"""Where areas lie: in degrees, and where their municipalities are.

A mirrored or shifted map looks like a map. That it is none shows only where it is held against the
municipalities' own points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from koopopt.case.instance import Municipality
from koopopt.errors import Fault, some
from koopopt.reading.boundaries.areas import (
    Drawn,
    UnfitError,
    area,
    kilometres,
    read,
    swapped,
)
from koopopt.reading.boundaries.geojson import SAVE_AS
from koopopt.reading.boundaries.projected import likely
from koopopt.reading.tables import Geometry
from koopopt.text import T

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_MAX_DEGREES: Final = (360.0, 90.0)
"""Longitudes beyond 180 are those that go on over the date line, or count from 0 to 360."""

_FAR_KM: Final = 50.0
"""Kilometres: no municipality's point is so far from its area."""

_ASTRAY: Final = 300.0
"""Kilometres: no exclave, no island is so far away."""


def in_degrees(
    file: str, drawn: Mapping[str, Drawn], towns: Mapping[str, Municipality]
) -> Iterator[Fault]:
    """Yield the fault that coordinates are no degrees."""
    rings = {
        id_: np.vstack([ring for polygon in its.polygons for ring in polygon])
        for id_, its in drawn.items()
        if its.polygons
    }
    beyond = [id_ for id_, xy in rings.items() if (np.abs(xy) > _MAX_DEGREES).any()]
    if not beyond:
        return
    xy = np.vstack([rings[id_] for id_ in beyond])
    points = [(town.lon, town.lat) for town in towns.values()]
    guess = likely(np.median(xy, axis=0), np.median(points, axis=0)) if points else None
    rule, remedy = T("The coordinates are no degrees of longitude and latitude."), SAVE_AS
    if (np.abs(xy[:, ::-1]) <= _MAX_DEGREES).all():
        rule = T("The first coordinate is the latitude, but GeoJSON writes the longitude first.")
        remedy = T("Swap the two numbers of every position.")
    elif guess:
        rule = T("The coordinates are no degrees of longitude and latitude; they look like"
                 " {system}.", system=guess)  # fmt: skip
    first = ", ".join(f"{part:.9g}" for part in rings[beyond[0]][0])
    yield Fault(file, rule, remedy, value=f"{beyond[0]}: {first}")


def misplaced(
    file: str, drawn: Mapping[str, BaseGeometry], towns: Mapping[str, Municipality]
) -> Iterator[Fault]:
    """Yield the faults that areas lie elsewhere than their municipalities."""
    import shapely

    off: dict[str, float] = {}
    mirrored: list[str] = []
    for id_, its in drawn.items():
        if id_ not in towns:
            continue
        lon, lat = towns[id_].lon, towns[id_].lat
        parts = [kilometres(part, lon, lat) for part in shapely.get_parts(its)]
        if min(parts) > 0 and kilometres(swapped(its), lon, lat) < min(_FAR_KM, *parts):
            mirrored.append(id_)
        if min(parts) > _FAR_KM or max(parts) > _ASTRAY:
            off[id_] = max(parts)
    if len(mirrored) > len(drawn) / 2:
        rule = T("Latitude and longitude are swapped: {count} of {all} areas lie where their"
                 " municipalities would be then. GeoJSON writes the longitude first.",
                 count=len(mirrored), all=len(drawn))  # fmt: skip
        remedy = T("Swap the two numbers of every position; or lat and lon of the municipalities,"
                   " if theirs are the wrong ones.")  # fmt: skip
        yield Fault(file, rule, remedy, value=mirrored[0])
        return
    for id_, km in off.items():
        town = towns[id_]
        if id_ in mirrored:
            rule = T("Latitude and longitude of the area are swapped; GeoJSON writes the longitude"
                     " first.")  # fmt: skip
            remedy = T("Swap the two numbers of every position.")
        else:
            rule = T("The area, or a part of it, lies {km} km from the municipality's point"
                     " {lat}, {lon}.", km=round(km), lat=town.lat, lon=town.lon)  # fmt: skip
            remedy = T("Correct the id or the coordinates, or the municipality's lat and lon.")
        yield Fault(file, rule, remedy, value=id_)


def crossed(
    file: str, drawn: Mapping[str, BaseGeometry], towns: Mapping[str, Municipality]
) -> Iterator[Fault]:
    """Yield a note on points that lie in the area of another municipality: ids may be confused."""
    import shapely

    ids = [id_ for id_ in drawn if id_ in towns]
    if not ids:
        return
    points = shapely.points([(towns[id_].lon, towns[id_].lat) for id_ in ids])
    where, whose = shapely.STRtree([drawn[id_] for id_ in ids]).query(points, "intersects")
    home = {int(a) for a, b in zip(where, whose, strict=True) if a == b}
    pairs = [
        f"{ids[a]} → {ids[b]}" for a, b in zip(where, whose, strict=True) if int(a) not in home
    ]
    if pairs:
        rule = T("Points of municipalities lie in the area of another one: {examples}.",
                 examples=some(pairs))  # fmt: skip
        yield Fault(file, rule, T("Check that ids and areas belong together."))


def unnamed(
    file: str, strangers: Iterable[tuple[str, Geometry]], towns: Mapping[str, Municipality]
) -> Iterator[Fault]:
    """Yield a note on features of other places that lie where municipalities without one are."""
    if not towns:
        return
    ids = list(towns)
    lon, lat = np.array([(town.lon, town.lat) for town in towns.values()]).T
    found: list[str] = []
    for name, feature in strangers:
        try:
            read(feature.geometry, drawn := Drawn())
        except UnfitError:
            continue
        for polygon in drawn.polygons:
            (west, south), (east, north) = polygon[0].min(axis=0), polygon[0].max(axis=0)
            near = np.flatnonzero((west < lon) & (lon < east) & (south < lat) & (lat < north))
            for k in near:
                whole, _ = area([polygon], float(lon[k]))
                if whole is not None and kilometres(whole, float(lon[k]), float(lat[k])) == 0:
                    found.append(f"{name} → {ids[k]}?")
    if found:
        rule = T("Some of them lie where municipalities without an area are: {examples}.",
                 examples=some(found))  # fmt: skip
        yield Fault(file, rule, T("Correct their ids if they are these municipalities'."))
