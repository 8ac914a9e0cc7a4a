"""Where municipalities lie: boundaries as good as they can be made, cells where there are none."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import koopopt
import random_instances
import tiny
from koopopt.case.instance import Instance
from koopopt.report.shapes.areas import (
    Shapes,
    of_instance,
    outline,
    to_geojson,
)

DATA = Path(__file__).parents[3] / "shared" / "data"


def square(lon: float, lat: float, side: float = 0.05) -> list[list[float]]:
    """Return a ring around a point, counterclockwise."""
    a, b, c, d = lon - side / 2, lon + side / 2, lat - side / 2, lat + side / 2
    return [[a, c], [b, c], [b, d], [a, d], [a, c]]


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def bounded(**changes: Any) -> Instance:
    """Return the tiny instance, its towns at 51.00, 51.05 and 51.10, with squares around them."""
    squares = {f"0{k + 1}": polygon(square(10.0, 51.0 + 0.05 * k)) for k in range(3)}
    return tiny.instance(boundaries={**squares, **changes})


def turning(ring: list[list[float]]) -> float:
    """Return the area of a ring, positive where it runs counterclockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def rings(geojson: dict[str, Any]) -> list[list[list[list[float]]]]:
    coordinates = geojson["coordinates"]
    return [coordinates] if geojson["type"] == "Polygon" else coordinates


# --- of_instance ---------------------------------------------------------------------------------


def test_boundaries_are_taken_as_they_are() -> None:
    found = of_instance(bounded())
    assert not found.schematic
    assert list(found.areas) == ["01", "02", "03"]
    drawn = shapely.box(9.975, 51.025, 10.025, 51.075)
    assert found.areas["02"].symmetric_difference(drawn).area < 1e-12
    assert found.points == {"01": (10.0, 51.0), "02": (10.0, 51.05), "03": (10.0, 51.1)}
    assert found.label_from == {"01": 320, "02": 320, "03": 320}


def test_a_ring_that_crosses_itself_is_mended() -> None:
    bow = [[10.0, 51.0], [10.1, 51.1], [10.1, 51.0], [10.0, 51.1], [10.0, 51.0]]
    found = of_instance(bounded(**{"01": polygon(bow)}))
    assert found.areas["01"].is_valid
    assert found.areas["01"].area == pytest.approx(0.005)  # two triangles of 0.1 × 0.05 / 2 each


def test_a_point_outside_moves_into_its_area() -> None:
    found = of_instance(bounded(**{"01": polygon(square(10.5, 51.0))}))
    assert found.areas["01"].contains(shapely.Point(found.points["01"]))
    assert found.points["02"] == (10.0, 51.05)


def test_heights_and_holes_and_several_parts() -> None:
    high = [[*position, 300.0] for position in square(10.0, 51.0)]
    parts = [[square(10.0, 51.05), square(10.0, 51.05, 0.02)], [square(10.2, 51.05)]]
    two = {"type": "MultiPolygon", "coordinates": parts}
    found = of_instance(bounded(**{"01": polygon(high), "02": two}))
    assert not found.areas["01"].has_z
    assert found.areas["01"].area == pytest.approx(0.0025)
    assert found.areas["02"].area == pytest.approx(0.0025 - 0.0004 + 0.0025)
    assert found.areas["02"].contains(shapely.Point(found.points["02"]))


@pytest.mark.parametrize("missing", ["absent", "flat"])
def test_who_has_no_boundary_gets_what_the_others_leave(missing: str) -> None:
    instance = bounded()
    if missing == "absent":
        kept = {k: v for k, v in instance.boundaries.items() if k != "02"}
        instance = replace(instance, boundaries=kept)
    else:
        flat = polygon([[10.0, 51.0], [10.1, 51.0], [10.2, 51.0], [10.0, 51.0]])
        instance = bounded(**{"02": flat})
    found = of_instance(instance)
    assert found.schematic
    assert found.cells == {"02"}
    assert found.areas["02"].contains(shapely.Point(10.0, 51.05))
    for other in ("01", "03"):
        assert found.areas["02"].intersection(found.areas[other]).area < 1e-12
        assert found.areas["02"].distance(found.areas[other]) < 1e-9


def test_who_is_left_no_room_gets_a_speck() -> None:
    everything = {"01": polygon(square(10.0, 51.0, 20.0))}
    found = of_instance(tiny.instance(boundaries=everything))
    for id_ in ("02", "03"):
        assert 0 < found.areas[id_].area < 1e-3
        assert found.areas[id_].contains(shapely.Point(found.points[id_]))


@pytest.mark.parametrize("seed", range(15))
def test_any_instance_has_a_map(seed: int) -> None:
    instance = random_instances.random_problem(seed).instance
    found = of_instance(instance)
    ids = [m.id for m in instance.municipalities]
    assert found.schematic
    assert list(found.areas) == list(found.points) == list(found.label_from) == ids
    points = np.array(list(found.points.values()))
    assert shapely.contains_xy(list(found.areas.values()), points).all()


def test_the_larger_of_two_towns_side_by_side_has_its_name() -> None:
    """Two squares that are a three-hundredth of the map wide."""
    places = [10.0, 10.05, 25.0]
    instance = tiny.instance(
        boundaries={f"0{k + 1}": polygon(square(lon, 51.0)) for k, lon in enumerate(places)}
    )
    towns = [
        replace(m, lat=51.0, lon=lon)
        for m, lon in zip(instance.municipalities, places, strict=True)
    ]
    found = of_instance(replace(instance, municipalities=tuple(towns)))
    assert found.label_from["02"] == found.label_from["03"] == 320
    assert found.label_from["01"] > 10**6


@pytest.mark.parametrize("name", ["werra-meissner", "valley", "three-villages"])
def test_neighbours_mostly_touch(name: str) -> None:
    instance = koopopt.read(name)
    areas = of_instance(instance).areas
    borders = [areas[p.a].intersection(areas[p.b]).length for p in instance.neighbours]
    assert np.mean(np.array(borders) > 0) > 0.7


def test_importing_reports_does_not_load_shapely() -> None:
    code = "import sys, koopopt.report.shapes.areas, koopopt.report.maps.gis;"
    code += "sys.exit(bool({'shapely', 'pyogrio', 'pandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- over the date line, and at the poles --------------------------------------------------------


def at(*places: tuple[float, float], **changes: Any) -> Instance:
    """Return the tiny instance with its towns at these places, longitude first."""
    made = tiny.instance(**changes)
    towns = [
        replace(m, lon=lon, lat=lat)
        for m, (lon, lat) in zip(made.municipalities, places, strict=True)
    ]
    return replace(made, municipalities=tuple(towns))


ACROSS = ((179.7, -16.8), (179.9, -16.8), (-179.8, -16.7))


@pytest.mark.parametrize(
    ("places", "box"),
    [
        (ACROSS, (179.5, -17.0, 180.5, -16.5)),
        (((-179.7, 65), (-179.9, 65), (179.8, 65.1)), (-180.7, 64.5, -179.0, 65.5)),
        (((180, 0), (-180, 0.1), (180, 0.2)), (179.8, -0.2, 180.2, 0.4)),
        (((170, 60), (-170, 60), (180, 61)), (160.0, 52.0, 200.0, 69.0)),
        (((-179.9, 1), (-179.8, 1), (-179.7, 1)), (-180.1, 0.8, -179.5, 1.2)),
        (((0, 90), (0, 90), (10, 89.99)), (-20.0, 89.9, 30.0, 90.0)),
        (((15, -90), (20, -89.99), (25, -90)), (0.0, -90.0, 40.0, -89.9)),
    ],
)
def test_cells_stay_near_their_points(
    places: tuple[tuple[float, float], ...], box: tuple[float, float, float, float]
) -> None:
    found = of_instance(at(*places))
    assert shapely.box(*box).contains(
        shapely.box(*shapely.total_bounds(list(found.areas.values())))
    )
    for id_, (lon, lat) in found.points.items():
        assert found.areas[id_].contains(shapely.Point(lon, lat))
    for (lon, lat), (lon2, lat2) in zip(places, found.given.values(), strict=True):
        assert (lon2 - lon) % 360 == pytest.approx(0)
        assert lat2 == lat


def test_ordinary_longitudes_are_left_exactly() -> None:
    places = ((-120.3, 40), (0.1, 50), (59.7, 30))
    assert tuple(of_instance(at(*places)).given.values()) == places


def test_boundaries_follow_their_points_over_the_date_line() -> None:
    """However they are drawn: cut there, or counted on either side."""
    cut = {"type": "MultiPolygon", "coordinates": [
        [square(179.95, -16.8, 0.1)], [square(-179.95, -16.8, 0.1)],
    ]}  # fmt: skip
    boundaries = {"01": polygon(square(179.7, -16.8)), "02": cut,
                  "03": polygon(square(180.2, -16.7))}  # fmt: skip
    found = of_instance(at(*ACROSS, boundaries=boundaries))
    assert found.areas["02"].bounds == pytest.approx((179.9, -16.85, 180.1, -16.75))
    assert found.areas["02"].geom_type == "Polygon"
    assert found.points["03"] == pytest.approx((180.2, -16.7))
    mirrored = {**boundaries, "03": polygon(square(-179.8, -16.7))}
    again = of_instance(at(*ACROSS, boundaries=mirrored))
    assert again.areas["03"].bounds == pytest.approx(found.areas["03"].bounds)


def test_who_has_no_boundary_beyond_the_date_line_gets_a_cell_there() -> None:
    boundaries = {"01": polygon(square(179.7, -16.8)), "02": polygon(square(179.9, -16.8))}
    found = of_instance(at(*ACROSS, boundaries=boundaries))
    assert found.cells == {"03"}
    assert found.areas["03"].contains(shapely.Point(180.2, -16.7))


@pytest.mark.parametrize("places", [ACROSS, ((0, 90), (5, 89.99), (10, 89.98))])
def test_what_libraries_can_draw(places: tuple[tuple[float, float], ...]) -> None:
    found = of_instance(at(*places))
    drawn = found.drawable()
    west, south, east, north = shapely.total_bounds(list(drawn.areas.values()))
    assert max(-west, east, -south, north) < 5
    for id_, point in drawn.points.items():
        assert drawn.areas[id_].contains(shapely.Point(point))
    here = of_instance(koopopt.read("three-villages"))
    assert here.drawable() is here


# --- outline -------------------------------------------------------------------------------------


def test_an_outline_has_no_lines_inside() -> None:
    found = of_instance(bounded())
    whole = outline(found, ["01", "02", "03"])
    assert whole.geom_type == "Polygon"
    assert whole.symmetric_difference(shapely.box(9.975, 50.975, 10.025, 51.125)).area < 1e-9
    apart = outline(found, ["01", "03"])
    assert apart.geom_type == "MultiPolygon"
    assert apart.area == pytest.approx(2 * 0.0025, rel=1e-6)


def test_slivers_are_closed_and_gaps_are_not() -> None:
    def two(gap: float) -> Shapes:
        lower, upper = square(10.0, 51.0), square(10.0, 51.05 + gap)
        return of_instance(bounded(**{"01": polygon(lower), "02": polygon(upper)}))

    assert outline(two(2e-4), ["01", "02"]).geom_type == "Polygon"
    assert outline(two(2e-3), ["01", "02"]).geom_type == "MultiPolygon"


def test_the_cells_of_everybody_have_one_outline() -> None:
    instance = koopopt.read("werra-meissner")
    found = of_instance(instance)
    whole = outline(found, found.areas)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert whole.area == pytest.approx(sum(a.area for a in found.areas.values()), rel=1e-3)


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_real_boundaries() -> None:
    """The Meißner water association: Eschwege, Wehretal and Meißner border on each other."""
    path = DATA / "boundaries_werra_meissner.geojson"
    features = json.loads(path.read_text("utf-8"))["features"]
    instance = koopopt.read("werra-meissner")
    ids = {m.id for m in instance.municipalities}
    drawn = {f["id"]: f["geometry"] for f in features if f["id"] in ids}
    found = of_instance(replace(instance, boundaries=drawn))
    assert not found.schematic
    assert len(found.areas) == 16
    together = outline(found, ["06636003", "06636008", "06636014"])
    assert together.geom_type == "Polygon"
    assert not together.interiors
    near = [p for p in instance.neighbours if p.border_km and p.border_km > 0.5]
    assert all(found.areas[p.a].intersection(found.areas[p.b]).length > 0 for p in near)


# --- to_geojson ----------------------------------------------------------------------------------

BOXES = st.builds(
    lambda x, y, w, h: shapely.box(x, y, x + w, y + h),
    st.floats(5, 15), st.floats(47, 55), st.floats(1e-6, 1), st.floats(1e-6, 1),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(BOXES, min_size=1, max_size=6), BOXES, st.booleans(), st.integers(2, 6))
def test_rings_run_the_right_way_and_repeat_nothing(
    boxes: list[shapely.Polygon], hole: shapely.Polygon, clockwise: bool, digits: int
) -> None:
    geometry = shapely.union_all(boxes).difference(hole)
    written = to_geojson(geometry, digits, clockwise=clockwise)
    sign = -1 if clockwise else 1
    for exterior, *holes in rings(written):
        assert sign * turning(exterior) > 0
        assert all(sign * turning(ring) < 0 for ring in holes)
        for ring in (exterior, *holes):
            assert len(ring) >= 4
            assert ring[0] == ring[-1]
            assert all(a != b for a, b in pairwise(ring))
            assert all(round(v, digits) == v for position in ring for v in position)
    area = sum(abs(turning(e)) - sum(map(abs, map(turning, h))) for e, *h in rings(written))
    assert area == pytest.approx(geometry.area, abs=(geometry.length + 1) * 10**-digits)


def test_golden_geojson() -> None:
    ring = [(0, 0), (1, 0), (1, 0.00001), (1, 1), (0, 1), (0, 0)]
    hole = [(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4), (0.2, 0.2)]
    crack = [(0.5, 0.5), (0.6, 0.5), (0.6, 0.50001), (0.5, 0.5)]
    crumb = shapely.box(3, 3, 3.00001, 3.00001)
    geometry = shapely.MultiPolygon([shapely.Polygon(ring, [hole, crack]), crumb])
    assert to_geojson(geometry, 2) == {
        "type": "Polygon",
        "coordinates": [
            [[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]],
            [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.4], [0.2, 0.2]],
        ],
    }
    assert to_geojson(crumb, 2) == {"type": "MultiPolygon", "coordinates": []}
    assert len(rings(to_geojson(geometry, 6))) == 2
