"""Boundaries as people and programs write them: taken where certain, told where not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from koopopt.reading.boundaries.projected import likely
from koopopt.reading.instance import read as read_instance
from reading.boundaries.features import (
    PLACES,
    Read,
    collection,
    feature,
    notes,
    polygon,
    right,
    ring,
)
from reading.valid import FILES, lay_out


def test_what_is_right_is_taken_as_it_is(read: Read) -> None:
    found = read(collection(right(), attribution="© me"))
    assert found.areas == {id_: polygon(*place) for id_, place in PLACES.items()}
    assert (found.attribution, found.notes) == ("© me", ())


# --- which municipality ---------------------------------------------------------------------------

NAMES: list[dict[str, Any]] = [
    {"id_": "06001"}, {"id": "06001"}, {"ags": "06001"}, {"AGS": "06001"}, {"RS": "06001"},
    {"ags": 6001}, {"ags": 6001.0}, {"ags": "6001"}, {"ags": "6001.0"}, {"ags": " 06001 "},
    {"id_": 6001}, {"id_": "relation/7", "ags": "06001"}, {"id_": 17, "ags": "06001"},
    {"id_": 6001, "ags": 6001}, {"id": None, "ags": "06001"}, {"id": True, "ags": "06001"},
]  # fmt: skip


@pytest.mark.parametrize("names", NAMES, ids=str)
def test_ids_as_they_are_written(read: Read, names: dict[str, Any]) -> None:
    given = dict(names)
    first = feature(polygon(*PLACES["06001"]), given.pop("id_", None), **given)
    found = read(collection([first, *right()[1:]]))
    assert list(found.areas) == list(PLACES)
    restored = not any(isinstance(v, str) and v.strip() == "06001" for v in names.values())
    assert ("→ 06001" in notes(found)) == restored


def test_the_long_key_of_a_municipality_holds_the_short_one(read: Read) -> None:
    place = {"06636003": (9.8, 51.2)}
    for written in ("066360003003", 66360003003):
        found = read(collection([feature(polygon(9.8, 51.2), ARS=written)]), place)
        assert list(found.areas) == ["06636003"]
        assert "06636003" in notes(found)
    assert "No feature" in read.told(collection([feature(polygon(9.8, 51.2), ARS=3)]), place)


@pytest.mark.parametrize(
    "names", [{"id_": "06001", "ags": "06002"}, {"id_": 6001, "ags": "06002"},
              {"AGS": "06001", "ags": "06003"}]
)  # fmt: skip
def test_names_that_do_not_agree_mean_nobody(read: Read, names: dict[str, Any]) -> None:
    given = dict(names)
    first = feature(polygon(9.8, 51.2), given.pop("id_", None), **given)
    assert "mean several municipalities: 06001, 0600" in read.told(collection([first, *right()]))


def test_zeros_that_tell_two_apart_are_not_guessed(read: Read) -> None:
    places = {"1": (9.8, 51.2), "01": (9.9, 51.2)}
    found = read(collection([feature(polygon(9.8, 51.2), "1"), feature(polygon(9.9, 51.2), "01")]),
                 places)  # fmt: skip
    assert (list(found.areas), found.notes) == (["1", "01"], ())
    assert "1, 01" in read.told(collection([feature(polygon(9.8, 51.2), 1)]), places)


def test_a_serial_number_is_no_id_beside_a_key(read: Read) -> None:
    places = {"1": (9.8, 51.2), "2": (9.9, 51.2)}
    features = [feature(polygon(9.8, 51.2), 1, ags="09162000"), feature(polygon(9.9, 51.2), "2")]
    found = read(collection(features), places)
    assert list(found.areas) == ["2"]
    assert "other places were left out: 09162000" in notes(found)
    assert "without an area here are drawn schematically: 1" in notes(found)


def test_who_finds_no_partner_is_named(read: Read) -> None:
    others = [feature(polygon(8, 50), ags=f"0700{k}") for k in range(9)]
    found = read(collection([*right()[:1], *others]))
    assert "left out: 07000, 07001, 07002 and 6 more" in notes(found)
    assert "schematically: 06002, 06003" in notes(found)
    assert "there are 07000, 07001, 07002 and 6 more" in read.told(collection(others))


@pytest.mark.parametrize("written", [None, "", "'06002", "6.002", "Bruchau", True, [6002]])
def test_who_is_left_out_where_somebody_is_missing_is_told(read: Read, written: Any) -> None:
    found = read(collection([*right()[::2], feature(polygon(*PLACES["06002"]), ags=written)]))
    assert list(found.areas) == ["06001", "06003"]
    name = written if isinstance(written, str) and written else "features[3]"
    assert f"municipalities without an area are: {name} → 06002?" in notes(found)


# --- what a file is -------------------------------------------------------------------------------


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\x1e", " "])
def test_features_one_after_the_other(read: Read, between: str) -> None:
    found = read(between.join(map(json.dumps, right())))
    assert list(found.areas) == list(PLACES)


def test_a_single_feature(read: Read) -> None:
    assert list(read(right()[0]).areas) == ["06001"]
    assert "No feature has the id" in read.told(polygon(9.8, 51.2))


def test_a_byte_order_mark_is_nothing(read: Read) -> None:
    assert read(b"\xef\xbb\xbf" + json.dumps(collection(right())).encode()).areas


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (json.dumps(collection(right())).encode("utf-16"), "UTF-16"),
        ('{"type": "Straße"}'.encode("latin-1"), "not UTF-8"),
        (b"\x00\x00\x27\x0a" + bytes(96), "shapefile"),
        (b"SQLite format 3\x00" + bytes(90), "GeoPackage"),
        (b"PK\x03\x04" + bytes(90), "ZIP"),
        (b'<?xml version="1.0"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">', "KML"),
        (b"<gml:FeatureCollection>", "GML"),
        (b"<!DOCTYPE html><html>", "web page"),
        ({"type": "Topology", "objects": {}, "arcs": []}, "TopoJSON"),
        ({"version": 0.6, "elements": []}, "OpenStreetMap JSON"),
        ({"geometryType": "esriGeometryPolygon", "features": []}, "Esri JSON"),
        (b"POLYGON ((9 51, 9 52, 10 52, 9 51))", "Well-Known Text"),
        (b"", "empty"),
        (b'{"type": "FeatureCollection", "features": [', "no valid JSON"),
        ([1, 2], "no GeoJSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_of_other_kinds(read: Read, data: Any, said: str) -> None:
    told = read.told(data)
    assert said in told
    assert told.count("b.geojson") == 1


# --- where ----------------------------------------------------------------------------------------


def mirrored(geometry: dict[str, Any]) -> dict[str, Any]:
    return {**geometry, "coordinates": [[p[::-1] for p in r] for r in geometry["coordinates"]]}


@pytest.mark.parametrize("place", [(9.8, 51.2), (139.5, 35.6), (10.0, 10.4), (-70.0, -20.0)])
def test_latitude_first_is_refused(read: Read, place: tuple[float, float]) -> None:
    lon, lat = place
    places = {f"{k}": (lon + 0.05 * k, lat) for k in range(3)}
    features = [feature(mirrored(polygon(*place)), id_) for id_, place in places.items()]
    assert "longitude first" in read.told(collection(features), places)
    features[1:] = [feature(polygon(*places[id_]), id_) for id_ in ("1", "2")]
    if place != (10.0, 10.4):  # there a mirrored one alone lies near
        assert "longitude first" in read.told(collection(features), places)


def test_areas_far_from_their_municipality_are_refused(read: Read) -> None:
    told = read.told(collection(right(at_06002=polygon(12.85, 51.25))))
    assert "'06002'" in told
    assert "207 km from the municipality's point 51.25, 9.85" in told
    astray = {"type": "MultiPolygon", "coordinates": [[ring(9.85, 51.25)], [ring(0.1, 0.1)]]}
    assert "'06002'" in read.told(collection(right(at_06002=astray)))


def test_an_exclave_is_not_astray(read: Read) -> None:
    far = feature(polygon(8.9, 53.9), ags="06002")
    assert len(read(collection([*right(), far])).areas["06002"]["coordinates"]) == 2


def test_ids_that_were_mixed_up_are_noted(read: Read) -> None:
    one, two = right()[:2]
    one["geometry"], two["geometry"] = two["geometry"], one["geometry"]
    found = read(collection([one, two]))
    assert "06001 → 06002, 06002 → 06001" in notes(found)


SYSTEMS = [
    ((9.81, 51.2), (556_600.0, 5_672_300.0), "UTM 32N, EPSG:25832"),
    ((9.81, 51.2), (32_556_600.0, 5_672_300.0), "EPSG:4647"),
    ((13.4, 52.5), (391_400.0, 5_818_000.0), "UTM 33N, EPSG:25833"),
    ((9.81, 51.2), (5_672_300.0, 556_600.0), "UTM 32N, EPSG:25832"),
    ((9.81, 51.2), (3_556_700.0, 5_674_000.0), "Gauß-Krüger 3, EPSG:31467"),
    ((9.81, 51.2), (1_092_044.0, 6_656_000.0), "EPSG:3857"),
    ((9.81, 51.2), (4_307_700.0, 3_121_000.0), "EPSG:3035"),
    ((9.81, 51.2), (1_092_000.0, 5_699_600.0), "Plate Carrée"),
    ((178.0, -18.0), (605_800.0, 8_009_600.0), "UTM 60S"),
]


@pytest.mark.parametrize(("degrees", "xy", "name"), SYSTEMS)
def test_the_likely_system_is_named(
    read: Read, degrees: tuple[float, float], xy: tuple[float, float], name: str
) -> None:
    features = [feature(polygon(*xy, half=2000.0), "1")]
    told = read.told(collection(features), {"1": degrees})
    assert name in told
    assert "reprojected to WGS 84" in told
    assert "no degrees" in told


def test_an_unlikely_system_is_not_named() -> None:
    assert likely(np.array([7e8, 7e8]), np.array([9.8, 51.2])) is None


@pytest.mark.parametrize(
    ("crs", "fine"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", True), ("EPSG:4326", True), ("OGC:CRS84", True),
        ("urn:ogc:def:crs:EPSG::4258", True),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", True),
        ("urn:ogc:def:crs:EPSG::25832", False), ("EPSG:31467", False),
        ("ETRS89 / UTM zone 32N", False),
    ],
)  # fmt: skip
def test_the_system_that_a_file_names(read: Read, crs: str, fine: bool) -> None:
    table = collection(right(), crs={"type": "name", "properties": {"name": crs}})
    if fine:
        assert read(table).areas
    else:
        assert f"'{crs}'" in read.told(table)


def test_no_system_is_no_other_system(read: Read) -> None:
    assert read(collection(right(), crs=None)).areas
    link = {"type": "link", "properties": {"href": "http://example.com/25832.prj"}}
    assert "25832.prj" in read.told(collection(right(), crs=link))


def test_across_the_date_line(read: Read) -> None:
    """Cut in two there, drawn on beyond it, or torn: the same area beside its point."""
    cut = {"type": "MultiPolygon", "coordinates": [
        [[[179.9, -17], [180, -17], [180, -16.9], [179.9, -16.9], [179.9, -17]]],
        [[[-180, -17], [-179.9, -17], [-179.9, -16.9], [-180, -16.9], [-180, -17]]],
    ]}  # fmt: skip
    on = {"type": "Polygon", "coordinates": [
        [[179.9, -17], [180.1, -17], [180.1, -16.9], [179.9, -16.9], [179.9, -17]]]}  # fmt: skip
    torn = {"type": "Polygon", "coordinates": [
        [[179.9, -17], [-179.9, -17], [-179.9, -16.9], [179.9, -16.9], [179.9, -17]]]}  # fmt: skip
    for lon in (179.95, -179.95):
        for geometry in (cut, on, torn):
            found = read(collection([feature(geometry, "1")]), {"1": (lon, -16.95)})
            assert found.notes == ()
            area = shape(found.areas["1"])
            assert area.area == pytest.approx(0.02)
            assert area.contains(shapely.Point(lon, -16.95))
    counted = read(collection([feature(polygon(350.0, 51.0), "1")]), {"1": (-10.0, 51.0)})
    assert shape(counted.areas["1"]).bounds[0] == pytest.approx(-10.02)


def test_a_number_of_any_length_is_json(read: Read) -> None:
    far = {"type": "Polygon", "coordinates": [[[1234567, 51]] * 4]}
    text = json.dumps(collection(right(at_06002=far))).replace("1234567", "9" * 5000)
    assert "A coordinate is no finite number." in read.told(text)


def test_a_key_has_one_value(read: Read) -> None:
    text = json.dumps(collection(right()))
    told = read.told(text.replace('"ags": "06001"', '"ags": "06001", "ags": "06002"'))
    assert "column ags: A key stands twice in an object" in told
    again = read(text.replace('"ags": "06001"', '"ags": "06001", "ags": "06001", "x": 1, "x": 2'))
    assert again.areas == read(text).areas


def test_no_features_are_noted(tmp_path: Path) -> None:
    empty = json.dumps(collection([]))
    (note,) = read_instance(lay_out({**FILES, "boundaries.geojson": empty}, tmp_path)).notes
    assert note.render().startswith("boundaries.geojson: There are no features.")
