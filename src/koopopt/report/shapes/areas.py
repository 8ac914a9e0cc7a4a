"""Where municipalities lie: areas to colour, points to seat, names to write, for every map.

Areas are the instance's boundaries. Where it has none they are schematic (`schematic`), so that a
map can be drawn of any instance. All coordinates are degrees (WGS 84), longitude first. Where a
map reaches over the date line they go on beyond 180: what lies together stays together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from koopopt.case.instance import Instance
from koopopt.language.inert import on_line
from koopopt.linear import Floats
from koopopt.reading.boundaries.areas import Drawn, area, read
from koopopt.report.shapes.labels import label_from
from koopopt.report.shapes.schematic import Projection, cells, stretch

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

SLIVER_DEGREES: Final = 2e-4
"""Degrees, some 20 metres: gaps between areas twice as wide are no gaps but careless drawing."""

SPECK_DEGREES: Final = 5e-3
"""Degrees: the radius of a municipality that has no boundary where others leave it no room."""


_MERCATOR: Final = 85.0
"""Degrees of latitude up to which maps are usually drawn so."""


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Where municipalities lie.

    Attributes
    ----------
    areas : mapping id -> Polygon or MultiPolygon
        Valid and not empty, for every municipality.
    points : mapping id -> (longitude, latitude)
        As the instance has it, or moved into the area; of sites as well.
    given : mapping id -> (longitude, latitude)
        As the instance has it; of sites as well.
    cells : frozenset of ids
        Of the areas that are cells around points, not boundaries.
    label_from : mapping id -> int
        The least width of the map in pixels from which the name can be written without covering
        a more important one; see `koopopt.report.shapes.labels`.
    """

    areas: Mapping[str, BaseGeometry]
    points: Mapping[str, tuple[float, float]]
    given: Mapping[str, tuple[float, float]]
    cells: frozenset[str]
    label_from: Mapping[str, int]

    @property
    def schematic(self) -> bool:
        """Whether some areas are cells around points, not boundaries."""
        return bool(self.cells)

    def drawable(self) -> Shapes:
        """Return the same as drawing libraries can show it.

        They tear what goes on over the date line, and stretch what lies at a pole without end. Such
        maps are moved to where the equator crosses 0 degrees, true to scale.
        """
        import shapely

        west, south, east, north = box = shapely.total_bounds(list(self.areas.values()))
        if west >= -180 and east <= 180 and max(-south, north) <= _MERCATOR:
            return self
        here = Projection.around(np.reshape(box, (2, 2)))
        there = Projection(0.0, 0.0)

        def moved(degrees: Floats) -> Floats:
            return there.back(here.forward(degrees))

        def places(of: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
            return _by_id(list(of), moved(np.array(list(of.values()))))

        return replace(
            self,
            areas={id_: shapely.transform(area, moved) for id_, area in self.areas.items()},
            points=places(self.points),
            given=places(self.given),
        )


def of_instance(instance: Instance) -> Shapes:
    """Return where the municipalities of an instance lie."""
    import shapely

    towns = instance.municipalities
    ids = [town.id for town in towns]
    if not ids:
        return Shapes({}, {}, {}, frozenset(), {})
    degrees = np.array([[town.lon, town.lat] for town in towns], float)
    degrees[:, 0] = stretch(degrees[:, 0])
    given = _by_id(ids, degrees)
    sites = _sites(instance, degrees)
    bounds = (
        (id_, _area(geometry, given[id_][0])) for id_, geometry in instance.boundaries.items()
    )
    areas = {id_: its for id_, its in bounds if its is not None}
    schematic = not areas
    bounded = frozenset(areas)
    if len(areas) < len(ids):
        number = {id_: k for k, id_ in enumerate(ids)}
        drawn, points = cells(degrees, [(number[p.a], number[p.b]) for p in instance.neighbours])
        if schematic:
            areas, degrees = dict(zip(ids, drawn, strict=True)), points
        else:
            areas |= _gaps(areas, dict(zip(ids, drawn, strict=True)), points)
    areas = {id_: areas[id_] for id_ in ids}
    degrees = _inside(list(areas.values()), degrees)
    box = shapely.total_bounds(list(areas.values()))
    scale = Projection.around(box.reshape(2, 2)).scale
    width, height = ((box[2:] - box[:2]) * scale).tolist()
    least = label_from(
        [on_line(town.name) for town in towns],
        np.array([town.population for town in towns], float),
        degrees * scale,
        (width, height),
    )
    return Shapes(
        areas=areas,
        points=_by_id(ids, degrees) | sites,
        given=given | sites,
        cells=frozenset(ids) - bounded,
        label_from=dict(zip(ids, least.tolist(), strict=True)),
    )


def _sites(instance: Instance, towns: Floats) -> dict[str, tuple[float, float]]:
    """Return the points of sites, on the same side of the date line as the municipalities."""
    sites = {site.id: (site.lon, site.lat) for site in instance.sites}
    if not sites:
        return {}
    degrees = np.array(list(sites.values()), float)
    away = float(np.mean(towns[:, 0])) - degrees[:, 0]
    degrees[:, 0] += 360.0 * np.rint(away / 360.0)
    return _by_id(list(sites), degrees)


def outline(shapes: Shapes, members: Iterable[str]) -> BaseGeometry:
    """Return the area of a partnership: one outline around its members, slivers closed."""
    import shapely

    united = shapely.union_all([shapely.force_2d(shapes.areas[member]) for member in members])
    gap = min(SLIVER_DEGREES, 0.01 * float(united.area) ** 0.5)
    for by in (gap, -gap):
        united = united.buffer(by, join_style="mitre", mitre_limit=2.0)
    return united


def to_geojson(
    geometry: BaseGeometry, digits: int = 4, *, clockwise: bool = True
) -> dict[str, Any]:
    """Return a Polygon or MultiPolygon as GeoJSON: rounded, without what vanishes by that.

    Parameters
    ----------
    geometry : Polygon or MultiPolygon
    digits : int
        Decimals of degrees to keep; 4 are some ten metres.
    clockwise : bool
        How exterior rings run. Drawing libraries that take rings for lines on a sphere (d3, Vega)
        want them clockwise, and fill the rest of the world otherwise; RFC 7946 wants the reverse.
    """
    import shapely

    parts = []
    for part in shapely.get_parts(geometry):
        rings = [
            _ring(shapely.get_coordinates(ring), digits, clockwise == (k == 0))
            for k, ring in enumerate([part.exterior, *part.interiors])
        ]
        if rings[0]:
            parts.append([ring for ring in rings if ring])
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _ring(positions: Any, digits: int, clockwise: bool) -> list[list[float]]:
    """Return a rounded ring that runs the right way; nothing where it has no area."""
    xy = np.round(positions[:, :2], digits) + 0.0  # never -0.0
    xy = np.delete(xy, np.flatnonzero((xy[1:] == xy[:-1]).all(axis=1)) + 1, axis=0)
    if len(xy) < 4:
        return []
    x, y = (xy - xy[0]).T
    doubled = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    if abs(doubled) < 10.0 ** (-2 * digits) / 2:
        return []
    return [list(p) for p in (xy if (doubled < 0) == clockwise else xy[::-1]).tolist()]


def _by_id(ids: list[str], degrees: Floats) -> dict[str, tuple[float, float]]:
    return {id_: (lon, lat) for id_, (lon, lat) in zip(ids, degrees.tolist(), strict=True)}


def _area(geometry: Mapping[str, Any], lon: float) -> BaseGeometry | None:
    """Return a boundary as valid polygons near a longitude, None where it encloses nothing."""
    read(geometry, drawn := Drawn())
    return area(drawn.polygons, lon)[0]


def _areal(parts: Iterable[Any], least: float = 0.0) -> BaseGeometry | None:
    """Return those parts of a geometry that have more than the least area, None without any."""
    import shapely

    kept = [part for part in parts if part.area > least]
    return (kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)) if kept else None


def _gaps(
    areas: Mapping[str, BaseGeometry], drawn: Mapping[str, BaseGeometry], points: Any
) -> dict[str, BaseGeometry]:
    """Return areas for municipalities without a boundary: what the others leave of their cells."""
    import shapely

    taken = shapely.union_all(list(areas.values()))
    found = {}
    for (id_, cell), point in zip(drawn.items(), points, strict=True):
        if id_ not in areas:
            left = shapely.get_parts(shapely.difference(cell, taken))
            rest = _areal(left, 0.05 * max(shapely.area(left), default=0.0))  # without crumbs
            found[id_] = rest or shapely.Point(point).buffer(SPECK_DEGREES)
    return found


def _inside(areas: Any, degrees: Any) -> Any:
    """Return the points, those outside of their areas moved in."""
    import shapely

    within = shapely.contains_xy(areas, degrees)
    surface = shapely.get_coordinates(shapely.point_on_surface(areas))
    return np.where(within[:, None], degrees, surface)
