"""Geometries of boundaries: united, mended, left out or refused."""

from __future__ import annotations

from typing import Any

import pytest
from shapely.geometry import shape

from reading.boundaries.features import Read, collection, feature, notes, polygon, right, ring


def test_features_of_one_municipality_are_united(read: Read) -> None:
    lake = feature(polygon(9.86, 51.25), ags="06002")
    found = read(collection([*right(), lake, lake, feature(polygon(9.95, 51.25), ags=6002)]))
    area = shape(found.areas["06002"])
    assert area.area == pytest.approx(0.05 * 0.04 + 0.04**2)
    assert "of one municipality were united: 06002" in notes(found)


def test_collections_hold_polygons_and_others(read: Read) -> None:
    parts = [polygon(9.85, 51.25), {"type": "Point", "coordinates": [9.85, 51.25]},
             {"type": "GeometryCollection", "geometries": [polygon(9.95, 51.25)]}]  # fmt: skip
    mixed = {"type": "GeometryCollection", "geometries": parts}
    found = read(collection(right(at_06002=mixed)))
    assert found.areas["06002"]["type"] == "MultiPolygon"
    assert "left out: 06002" in notes(found)


BOW = [[9.83, 51.23], [9.87, 51.27], [9.87, 51.23], [9.83, 51.27], [9.83, 51.23]]
HOLE = ring(9.85, 51.25, 0.005)
FAULTY: dict[str, tuple[list[Any], float, bool]] = {
    "a bow tie": ([BOW], 0.0008, True),
    "open": ([ring(9.85, 51.25)[:-1]], 0.0016, True),
    "a triangle, open": ([[[9.83, 51.23], [9.87, 51.23], [9.87, 51.27]]], 0.0008, True),
    "the other way": ([ring(9.85, 51.25)[::-1]], 0.0016, False),
    "positions twice": ([[p for p in ring(9.85, 51.25) for _ in (0, 1)]], 0.0016, False),
    "with a height": ([[[*p, 210.5] for p in ring(9.85, 51.25)]], 0.0016, False),
    "a hole": ([ring(9.85, 51.25), HOLE], 0.0015, False),
    "the same hole twice": ([ring(9.85, 51.25), HOLE, HOLE], 0.0015, True),
    "a hole within a hole": ([ring(9.85, 51.25), HOLE, ring(9.85, 51.25, 0.002)], 0.0015, True),
    "a hole that is a point": ([ring(9.85, 51.25), [[9.85, 51.25]] * 4], 0.0016, True),
    "a hole with a spike": ([ring(9.85, 51.25), [*HOLE[:2], HOLE[0]]], 0.0016, True),
}


@pytest.mark.parametrize(("rings", "size", "told"), FAULTY.values(), ids=FAULTY)
def test_faulty_rings_are_mended(read: Read, rings: list[Any], size: float, told: bool) -> None:
    found = read(collection(right(at_06002={"type": "Polygon", "coordinates": rings})))
    area = shape(found.areas["06002"])
    assert area.is_valid
    assert not area.has_z
    assert area.area == pytest.approx(size)
    assert ("were mended: 06002" in notes(found)) == told


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (None, "have no geometry: 06002"),
        ({"type": "Polygon", "coordinates": []}, "have no geometry: 06002"),
        ({"type": "MultiPolygon", "coordinates": []}, "have no geometry: 06002"),
        ({"type": "GeometryCollection", "geometries": []}, "have no geometry: 06002"),
        ({"type": "Polygon", "coordinates": [[]]}, "enclose no area: 06002"),
        ({"type": "Polygon", "coordinates": [[[9.8, 51.2], [9.9, 51.3], [9.8, 51.2]]]},
         "enclose no area: 06002"),
        ({"type": "Polygon", "coordinates": [[[9.8, 51], [9.9, 51], [9.85, 51], [9.8, 51]]]},
         "enclose no area: 06002"),
        ({"type": "LineString", "coordinates": ring(9.85, 51.25)}, "were left out: 06002"),
    ],
)  # fmt: skip
def test_geometries_that_are_no_area_are_named(read: Read, geometry: Any, said: str) -> None:
    found = read(collection(right(at_06002=geometry)))
    assert list(found.areas) == ["06001", "06003"]
    assert said in notes(found)
    assert "schematically: 06002" in notes(found)
    assert said in read.told(collection(right(at_06002=geometry)[1:2]))


NESTED = "not nested as they should be"


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        ({"type": "Polygon", "coordinates": ring(9.85, 51.25)}, NESTED),
        ({"type": "MultiPolygon", "coordinates": [ring(9.85, 51.25)]}, NESTED),
        ({"type": "Polygon", "coordinates": [[["9.8", "51.2"]] * 4]}, NESTED),
        ({"type": "Polygon", "coordinates": [[[9.8]] * 4]}, NESTED),
        ({"type": "Polygon", "coordinates": {"a": 1}}, NESTED),
        ({"type": "Polygon", "coordinates": [[[float("nan"), 51]] * 4]}, "no finite number"),
        ({"type": "Polygon", "coordinates": [[[float("inf"), 51]] * 4]}, "no finite number"),
        ({"type": "Polygon", "coordinates": [[[10**400, 51]] * 4]}, "no finite number"),
        ({"type": "polygon", "coordinates": [ring(9.85, 51.25)]}, "no GeoJSON geometry"),
        ("POLYGON", "no GeoJSON geometry"),
    ],
)
def test_what_cannot_be_read_is_refused(read: Read, geometry: Any, said: str) -> None:
    told = read.told(collection(right(at_06002=geometry)))
    assert said in told
    assert "features[2].geometry" in told
    assert "'06002'" in told
