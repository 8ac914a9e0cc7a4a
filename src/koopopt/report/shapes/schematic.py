"""A map without boundaries: from the points of municipalities alone, areas that read as a map.

The points are projected to kilometres. Discs around them, with corridors between neighbours, are
merged and smoothed to an outline; a Voronoi diagram of the points parts it into cells, whose
points then move a little apart where they crowd, so that small towns stay readable. All lines are
noded together and the faces between them handed out, so that cells share their corners exactly:
they do not overlap, and nothing of the outline is left over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from koopopt.case.facts import EARTH_RADIUS_KM
from koopopt.linear import Floats

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

COINCIDENT_KM: Final = 1e-3
"""Kilometres; points that are not farther apart coincide, and are spread."""

LONE_KM: Final = 5.0
"""Kilometres to the next municipality where there is none."""

RELAXATION_ROUNDS: Final = 2
"""How often points move apart. More rounds make cells alike, but the map less true."""

RELAXATION_STEP: Final = 0.4
"""How far a point moves to the middle of its cell (Lloyd's relaxation has 1)."""

GOLDEN_ANGLE: Final = float(np.pi * (3 - 5**0.5))
"""The angle from seed to seed of a sunflower, which keeps all of them apart."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Equirectangular around a place: degrees to kilometres and back, true near that place."""

    lon: float
    lat: float

    @classmethod
    def around(cls, degrees: Floats) -> Projection:
        """Return the projection for (n, 2) longitudes and latitudes."""
        lon, lat = (degrees.min(axis=0) + degrees.max(axis=0)) / 2
        return cls(float(lon), float(lat))

    @property
    def scale(self) -> Floats:
        """Kilometres a degree of longitude and of latitude."""
        narrowed = max(float(np.cos(np.radians(self.lat))), 0.01)
        return np.asarray(np.radians(EARTH_RADIUS_KM) * np.array([narrowed, 1.0]))

    def forward(self, degrees: Floats) -> Floats:
        """Return kilometres."""
        return np.asarray((degrees - [self.lon, self.lat]) * self.scale)

    def back(self, km: Floats) -> Floats:
        """Return degrees."""
        return np.asarray(km / self.scale + [self.lon, self.lat])

    def world(self) -> Floats:
        """Return the corners of the globe in kilometres: the poles, and half a turn each way."""
        return self.forward(np.array([[self.lon - 180, -90.0], [self.lon + 180, 90.0]]))


def stretch(lon: Floats) -> Floats:
    """Return longitudes as one stretch: counted on beyond 180 where that keeps them together."""
    if len(lon) == 0 or np.ptp(lon) <= 180:
        return lon
    around = np.sort(lon % 360)
    gaps = np.diff(np.append(around, around[0] + 360))
    start = around[(int(gaps.argmax()) + 1) % len(around)]
    turns = np.round((start + (lon - start) % 360 - lon) / 360)
    turns -= round(float((lon + 360 * turns).min() + (lon + 360 * turns).max()) / 720)
    together = np.asarray(lon + 360 * turns)
    return together if np.ptp(together) < np.ptp(lon) else lon


def cells(
    degrees: Floats, pairs: Sequence[tuple[int, int]] = ()
) -> tuple[list[BaseGeometry], Floats]:
    """Return a cell for each municipality, and its point: both in degrees, longitude first.

    Parameters
    ----------
    degrees : (n, 2) longitudes and latitudes
    pairs : sequence of pairs of numbers
        Neighbours; the outline does not part them.

    Returns
    -------
    cells : list of Polygon or MultiPolygon
    points : (n, 2)
        Each in its cell: as given, but for the few that coincided or crowded.
    """
    import shapely

    projection = Projection.around(degrees)
    sites, outline = ground(projection, degrees, pairs)
    parts = _partition(sites, outline)
    for _ in range(RELAXATION_ROUNDS):
        middle = shapely.get_coordinates(shapely.centroid(parts))
        moved = sites + RELAXATION_STEP * (middle - sites)
        sites = np.where(shapely.contains_xy(parts, moved)[:, None], moved, sites)
        parts = _partition(sites, outline)
    areas = [shapely.transform(part, projection.back) for part in parts]
    inside = shapely.contains_xy(areas, degrees)
    return areas, np.where(inside[:, None], degrees, projection.back(sites))


def ground(
    projection: Projection, degrees: Floats, pairs: Sequence[tuple[int, int]]
) -> tuple[Floats, BaseGeometry]:
    """Return the points in kilometres, none on another, and the outline: neither off the globe."""
    import shapely

    low, high = projection.world()
    sites = np.clip(spread(projection.forward(degrees)), low + LONE_KM / 10, high - LONE_KM / 10)
    return sites, land(sites, pairs).intersection(shapely.box(*low, *high))


def spread(km: Floats) -> Floats:
    """Return the points so that no two coincide: the further ones in a spiral around the first."""
    step = 0.3 * float(np.median(_nearest(np.unique(_rounded(km), axis=0), 1)))
    for turn in range(1, 20):
        km = _rounded(km)
        _, group, counts = np.unique(km, axis=0, return_inverse=True, return_counts=True)
        if counts.max() == 1:
            break
        rank = _ranks(group.reshape(-1))
        angle, radius = GOLDEN_ANGLE * rank + turn, step * np.sqrt(rank)
        km = km + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return km


def _rounded(km: Floats) -> Floats:
    return np.asarray(np.round(km / COINCIDENT_KM) * COINCIDENT_KM + 0.0)


def _ranks(group: Any) -> Floats:
    """Return how many of the same group stand before each one."""
    order = np.argsort(group, kind="stable")
    ranks = np.empty(len(group))
    ranks[order] = np.arange(len(group)) - np.searchsorted(group[order], group[order])
    return ranks


def _nearest(km: Floats, count: int) -> Floats:
    """Return the mean distance of each point to its `count` nearest others."""
    count = min(count, len(km) - 1)
    if count < 1:
        return np.full(len(km), LONE_KM)
    means = []
    for some in np.array_split(km, len(km) // 500 + 1):  # all pairs at once would fill the memory
        distance = np.hypot(*(some[:, None] - km).transpose(2, 0, 1))
        nearest = np.sort(np.partition(distance, count)[:, : count + 1])
        means.append(nearest[:, 1:].mean(axis=1))
    return np.concatenate(means)


def land(km: Floats, pairs: Sequence[tuple[int, int]]) -> BaseGeometry:
    """Return the outline of all: discs and corridors, with inlets filled and edges rounded."""
    import shapely

    local = 0.65 * _nearest(km, min(3, max(1, len(km) // 2)))
    across = float(np.hypot(*np.ptp(km, axis=0)))
    typical = max(float(np.median(local)), 0.15 * across / len(km) ** 0.5)  # never mere dots
    reach = np.clip(local, 0.75 * typical, 1.15 * typical)  # beyond a point where nobody else is
    a, b = np.array(pairs, int).reshape(-1, 2).T
    near = np.hypot(*(km[a] - km[b]).T) < 4 * (reach[a] + reach[b])  # others are islands
    a, b = a[near], b[near]
    discs: Any = shapely.buffer(shapely.points(km), reach, quad_segs=16)
    ways: Any = shapely.linestrings(np.stack([km[a], km[b]], axis=1))
    corridors = shapely.buffer(ways, 0.5 * np.minimum(reach[a], reach[b]), quad_segs=4)
    inlet, soft = 1.6 * typical, 0.4 * float(reach.min())
    area = shapely.union_all(np.concatenate([discs, corridors]))
    for by in (inlet, -inlet - soft, soft):
        area = area.buffer(by, quad_segs=16)
    parts = [_filled(part, inlet) for part in shapely.get_parts(area)]
    return shapely.union_all(parts).simplify(0.005 * typical)


def _filled(part: Any, width: float) -> BaseGeometry:
    """Return a polygon without its small holes."""
    import shapely

    holes = [ring for ring in part.interiors if shapely.Polygon(ring).area > 10 * width**2]
    return shapely.Polygon(part.exterior, holes)


def _partition(km: Floats, outline: BaseGeometry) -> list[BaseGeometry]:
    """Part the outline by nearness to the points."""
    import shapely

    if len(km) == 1:
        return [outline]
    around = outline.envelope.buffer(outline.length)
    lines = shapely.voronoi_polygons(shapely.multipoints(km), extend_to=around, only_edges=True)
    drawn: Any = [lines, outline.boundary]
    noded = shapely.union_all(drawn)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inner = shapely.point_on_surface(faces)
    shapely.prepare(outline)
    within = shapely.contains(outline, inner)
    faces, inner = faces[within], inner[within]
    points: Any = shapely.points(km)
    owner = shapely.STRtree(points).nearest(inner)
    owner = _adopted(faces, owner, shapely.contains_xy(faces, km[owner]))
    return [shapely.union_all(faces[owner == k]) for k in range(len(km))]


def _adopted(faces: Any, owner: Any, home: Any) -> Any:
    """Return the owners of the faces: one cut off from its point goes to whom it borders most."""
    import shapely

    owner, tree = owner.copy(), shapely.STRtree(faces)
    for stray in np.flatnonzero(~home):
        near = [k for k in tree.query(faces[stray]) if home[k]]
        border = shapely.length(shapely.intersection(faces[stray], faces[near]))
        if near and border.max() > 0:
            owner[stray] = owner[near[int(border.argmax())]]
    return owner
