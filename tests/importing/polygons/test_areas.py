"""Valid areas in metres and degrees, of whatever system and in whatever state."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from koopopt.errors import DataError, UsageError
from koopopt.importing.polygons.areas import Areas, areas
from koopopt.importing.polygons.layer import Layer

pytest.importorskip("pyproj")
UTM = "EPSG:25832"
HERE = shapely.box(570_000, 5_650_000, 573_000, 5_653_000)


def layer(*shapes: Any, system: str | None = UTM, names: list[str] | None = None) -> Layer:
    drawn = np.array([None, *shapes], object)[1:]
    cells = np.array(names or [f"N{k}" for k in range(len(shapes))], object)
    return Layer("a.shp", "a", {"GEN": cells}, drawn, system)


def told(found: Areas) -> str:
    return " ".join(note.render("en") for note in found.notes)


@pytest.mark.parametrize("system", [UTM, "EPSG:3035", "EPSG:31467", "EPSG:4326", "EPSG:3857"])
def test_any_system_gives_the_same_area_and_place(system: str) -> None:
    from pyproj import Transformer

    change = Transformer.from_crs(UTM, system, always_xy=True)
    fine = shapely.segmentize(HERE, 50)
    there = shapely.transform(
        fine, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1]))
    )
    found = areas(layer(there, system=system), ["1"])
    assert found.km2() == pytest.approx([9.006], rel=1e-3)  # 3 km in UTM are 3.001 on the ground
    assert found.points()[0] == pytest.approx([10.0192, 51.0106], abs=2e-4)
    assert found.notes == []


def test_a_point_lies_inside_of_a_horseshoe() -> None:
    hole = shapely.box(570_500, 5_650_500, 573_000, 5_652_500)
    found = areas(layer(shapely.difference(HERE, hole)), ["1"])
    (lon, lat) = found.points()[0]
    degrees = shapely.transform(found.metres[0], found.degrees)
    assert shapely.contains(degrees, shapely.Point(lon, lat))


def test_features_of_one_key_are_one_area() -> None:
    other = shapely.box(573_000, 5_650_000, 576_000, 5_653_000)
    found = areas(layer(HERE, other, HERE), ["1", "1", "2"])
    assert found.keys == ("1", "2")
    assert found.names == ("N0", "N2")
    assert found.km2() == pytest.approx([18.01, 9.006], rel=1e-3)
    assert "Several features of one municipality were united: 1" in told(found)


def test_what_is_no_area_is_left_out_and_told() -> None:
    line = shapely.LineString([(570_000, 5_650_000), (571_000, 5_650_000)])
    found = areas(
        layer(HERE, None, shapely.Polygon(), line, shapely.Point(570_000, 5_650_000), HERE),
        ["1", "2", "3", "", "5", ""],
    )
    assert found.keys == ("1",)
    assert "without an area were left out: 2, 3, row 4 and 1 more" in told(found)
    assert "1 features have no key" in told(found)
    with pytest.raises(DataError, match="No feature is an area with a key"):
        areas(layer(HERE, None), ["", "1"])


def test_faulty_rings_are_mended_and_told() -> None:
    eight = shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
    moved = shapely.transform(eight, lambda xy: xy + np.array([570_000, 5_650_000]))
    spike = shapely.Polygon(
        [
            (570_000, 5_650_000),
            (571_000, 5_650_000),
            (571_000, 5_651_000),
            (571_000, 5_652_000),
            (571_000, 5_651_000),
            (570_000, 5_651_000),
        ]
    )
    found = areas(layer(moved, spike), ["8", "1"])
    assert found.km2() == pytest.approx([0.5, 1.0], rel=2e-3)
    assert all(shapely.is_valid(found.metres))
    assert "Faulty rings were mended: 8, 1" in told(found)


def test_who_lies_outside_the_system_is_named() -> None:
    far = shapely.box(1e20, 1e20, 2e20, 2e20)
    with pytest.raises(DataError, match=r"do not lie where their system .* holds: 2"):
        areas(layer(HERE, far), ["1", "2"])
    polar = shapely.box(10, 91, 11, 92)
    with pytest.raises(DataError, match="WGS 84 holds: 1"):
        areas(layer(polar, system="EPSG:4326"), ["1"])


def test_where_no_system_is_named() -> None:
    with pytest.raises(DataError, match=r"570000 5650000 … 573000 5653000.*--crs EPSG:25832"):
        areas(layer(HERE, system=None), ["1"])
    given = areas(layer(HERE, system=None), ["1"], system="EPSG:25832")
    assert given.km2() == pytest.approx([9.006], rel=1e-3)
    degrees = areas(layer(shapely.box(10, 51, 10.1, 51.1), system=None), ["1"])
    assert "they count as degrees (WGS 84)" in told(degrees)
    for wrong in ("metres", "EPSG:0", "", "x" * 1000, "/etc/passwd"):
        if wrong:
            with pytest.raises(UsageError, match="no coordinate system"):
                areas(layer(HERE), ["1"], system=wrong)


def test_chosen_keeps_the_order_that_is_asked_for() -> None:
    found = areas(layer(HERE, HERE, HERE), ["1", "2", "3"])
    assert found.chosen(["3", "x", "1"]).keys == ("3", "1")
    assert found.chosen([]).keys == ()
