"""Maps without boundaries: cells part their outline exactly, whatever the points."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from koopopt.report.shapes import schematic
from koopopt.report.shapes.schematic import (
    Projection,
    cells,
    land,
    spread,
)

PLACE = st.tuples(
    st.floats(8.0, 12.0).map(lambda v: round(v, 2)),
    st.floats(48.0, 54.0).map(lambda v: round(v, 2)),
)
PLACES = st.lists(PLACE, min_size=1, max_size=25)  # rounded so that some coincide or are in line

AWKWARD = {
    "one": [(10, 51)],
    "two": [(10, 51), (10.1, 51)],
    "the same twice": [(10, 51)] * 2,
    "the same twelve times": [(10, 51)] * 12,
    "heaps": [(10, 51)] * 5 + [(10.2, 51.1)] * 3 + [(10.5, 51)],
    "in a line": [(10 + 0.05 * k, 51) for k in range(7)],
    "in a slanting line": [(10 + 0.05 * k, 51 + 0.03 * k) for k in range(7)],
    "in a grid": [(10 + 0.1 * (k % 5), 51 + 0.1 * (k // 5)) for k in range(25)],
    "in a ring": [(10 + np.cos(k / 6), 51 + np.sin(k / 6)) for k in range(36)],
    "metres apart": [(10, 51), (10.00001, 51), (10, 51.00001), (11, 52)],
    "an outlier": [(10, 51), (10.1, 51), (30, 60)],
    "all over the world": [(0, 90), (90, 89), (170, -90), (-180, 0)],
}


def check(places: list[tuple[float, float]], pairs: list[tuple[int, int]]) -> None:
    degrees = np.array(places, float)
    areas, points = cells(degrees, pairs)
    assert len(areas) == len(points) == len(places)
    assert all(area.is_valid and area.area > 0 for area in areas)
    assert shapely.contains_xy(areas, points).all()
    whole = shapely.union_all(areas)
    size = whole.area
    for a, b in combinations(areas, 2):
        assert shapely.intersection(a, b).area < 1e-9 * size
    projection = Projection.around(degrees)
    _, ground = schematic.ground(projection, degrees, pairs)
    outline = shapely.transform(ground, projection.back)
    assert (np.abs(shapely.get_coordinates(outline)[:, 1]) <= 90 + 1e-9).all()
    assert shapely.symmetric_difference(whole, outline).area < 1e-9 * size


@settings(max_examples=60, deadline=None)
@given(PLACES, st.data())
def test_cells_part_the_outline_and_hold_their_points(
    places: list[tuple[float, float]], data: st.DataObject
) -> None:
    numbers = st.integers(0, len(places) - 1)
    pairs = data.draw(st.lists(st.tuples(numbers, numbers).filter(lambda p: p[0] != p[1])))
    check(places, pairs)


@pytest.mark.parametrize("places", AWKWARD.values(), ids=AWKWARD)
def test_awkward_places(places: list[tuple[float, float]]) -> None:
    check(places, [])
    check(places, list(combinations(range(len(places)), 2)))


@settings(max_examples=60, deadline=None)
@given(PLACES)
def test_a_cell_is_what_is_nearest_to_its_point(places: list[tuple[float, float]]) -> None:
    """Without moving points apart: the definition of a Voronoi diagram, on a raster."""
    degrees = np.array(places, float)
    km = spread(Projection.around(degrees).forward(degrees))
    outline = land(km, [])
    parts = schematic._partition(km, outline)
    low, high = np.array(outline.bounds).reshape(2, 2)
    raster = low + (high - low) * np.stack(np.meshgrid(*[np.linspace(0, 1, 15)] * 2), -1).reshape(
        -1, 2
    )
    raster = raster[shapely.contains_xy(outline, raster)]
    owners = np.array([shapely.distance(part, shapely.points(raster)) for part in parts]).argmin(0)
    distance = np.hypot(*(raster[:, None] - km).transpose(2, 0, 1))
    astray = distance[np.arange(len(raster)), owners] > distance.min(axis=1) + 1e-6
    # Only what an inlet cuts off from its point goes to somebody else.
    assert all(_cut_off(outline, parts, km, at) for at in raster[astray])


def _cut_off(outline: shapely.Geometry, parts: list, km: np.ndarray, at: np.ndarray) -> bool:
    nearest = np.hypot(*(km - at).T).argmin()
    return not outline.covers(shapely.LineString([at, km[nearest]]))


def test_single_points_stay_where_they_are() -> None:
    degrees = np.array(AWKWARD["in a grid"], float)
    assert (cells(degrees)[1] == degrees).all()


def test_points_that_coincide_are_spread_but_stay_near() -> None:
    km = np.array([[0.0, 0.0]] * 200 + [[10.0, 0.0], [0.0, 10.0]])
    found = spread(km)
    gaps = np.hypot(*(found[:, None] - found).transpose(2, 0, 1)) + np.eye(len(km)) * 99
    assert gaps.min() > 1.0
    assert np.hypot(*(found - km).T).max() < 0.3 * 10 * 200**0.5 + 0.1
    assert (spread(km) == found).all()


def test_neighbours_are_connected_by_land() -> None:
    """Two towns farther apart than discs reach: one piece of land if they are neighbours."""
    square = np.array([[0.0, 0.0], [0.0, 4.0], [4.0, 0.0], [4.0, 4.0]])
    km = np.concatenate([square, square + np.array([22.0, 0.0])])
    assert land(km, []).geom_type == "MultiPolygon"
    assert land(km, [(2, 4)]).geom_type == "Polygon"


def test_crowded_towns_get_more_room() -> None:
    rng = np.random.default_rng(7)
    degrees = np.concatenate(
        [rng.uniform((10, 51), (11, 52), (40, 2)), rng.uniform((10.4, 51.4), (10.5, 51.5), (10, 2))]
    )
    km = Projection.around(degrees).forward(degrees)
    plain = [part.area for part in schematic._partition(km, land(km, []))]
    areas, _ = cells(degrees)
    assert np.std(np.log([a.area for a in areas])) < np.std(np.log(plain))
    assert min(a.area for a in areas) / max(a.area for a in areas) > min(plain) / max(plain)


def test_the_projection_is_true_near_its_middle() -> None:
    """One degree of latitude is 111.195 km, one of longitude at 60° half of that."""
    projection = Projection.around(np.array([[9.0, 59.0], [11.0, 61.0]]))
    km = projection.forward(np.array([[11.0, 60.0], [10.0, 61.0]]))
    assert km == pytest.approx(np.array([[55.5975, 0.0], [0.0, 111.195]]), abs=1e-3)
    assert projection.back(km) == pytest.approx(np.array([[11.0, 60.0], [10.0, 61.0]]))
