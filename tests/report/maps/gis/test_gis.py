"""Files for geographic information systems hold the plan, whatever the names."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tiny
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership
from koopopt.errors import UsageError
from koopopt.problem import Problem
from koopopt.report.maps import gis
from koopopt.report.maps.gis import layers, qgis
from koopopt.report.values.decision import Decision

pyogrio = pytest.importorskip("pyogrio")

LAYERS = ["partnerships", "municipalities", "seats", "lines", "today"]
NAMES = [
    "Ahausen",
    "Bühl an der Weißen Werra",
    "<script>alert(1)</script>",
    '=HYPERLINK("x")',
    'O\'Brien "&" Söhne',
    "שלום עולם",
    "\u202egnp.exe",
    "x" * 200,
    "two\nlines\r\nand\ttabs",
    "bell\x07 and \x1b[31mred",
    "a; b; c",
    " ",
    "🏘",
]


def decide(instance: Instance | None = None) -> Decision:
    """Decide on the plan in which the first two pool water, seated at the second."""
    return Decision.of(tiny.result(Problem.of(instance or tiny.instance())))


def table(path: Path, layer: str) -> list[dict[str, Any]]:
    """Return the rows of a layer, with the geometry under ``geometry``."""
    about, _, geometry, columns = pyogrio.raw.read(path, layer=layer)
    fields = dict(zip(about["fields"], columns, strict=True))
    fields["geometry"] = shapely.from_wkb(geometry)
    return [dict(zip(fields, row, strict=True)) for row in zip(*fields.values(), strict=True)]  # type: ignore[misc]


def features(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text("utf-8"))["features"])


def pooled_today() -> tuple[Partnership, ...]:
    return (Partnership("water", ("02", "03"), "03", "association"),)


# --- what the files say --------------------------------------------------------------------------


def test_golden_rows(tmp_path: Path) -> None:
    """As computed by hand: 1,000 and 2,000 inhabitants, 40 m³ each, 0.05° = 5.56 km apart."""
    decision = decide(tiny.instance(status_quo=pooled_today()))
    gis.write_geopackage(decision, tmp_path / "plan.gpkg")
    (row,) = table(tmp_path / "plan.gpkg", "partnerships")
    form = 10_000 + 500 - 50_000 / 5
    assert row["cost_eur_a"] == pytest.approx(20.0 * 120_000**0.8 + form)
    assert row["longest_minutes"] == pytest.approx(5.5597 * 1.3 / 50 * 60, abs=1e-3)
    assert row["population"] == 3000
    assert (row["service"], row["service_de"], row["service_en"]) == (
        "water", "Wasserversorgung", "Water",
    )  # fmt: skip
    assert (row["seat"], row["seat_name"]) == ("02", "Bühl an der Weißen Werra")
    assert (row["members"], row["member_names"], row["count"]) == (
        "01; 02", "Ahausen; Bühl an der Weißen Werra", 2,
    )  # fmt: skip
    assert (row["legal_form"], row["legal_form_de"]) == ("association", "Zweckverband")
    assert row["schematic"]
    (today,) = table(tmp_path / "plan.gpkg", "today")
    assert (today["members"], today["seat"]) == ("02; 03", "03")
    (seat,) = table(tmp_path / "plan.gpkg", "seats")
    assert seat["geometry"].equals(shapely.Point(10.0, 51.05))
    assert (seat["name"], seat["services"], seat["services_de"]) == (
        "Bühl an der Weißen Werra", "water", "Wasserversorgung",
    )  # fmt: skip
    (line,) = table(tmp_path / "plan.gpkg", "lines")
    assert line["geometry"].equals(shapely.LineString([(10.0, 51.0), (10.0, 51.05)]))
    assert (line["member"], line["seat"]) == ("01", "02")


def test_municipalities_are_those_of_the_evaluation(tmp_path: Path) -> None:
    decision = decide()
    gis.write_geopackage(decision, tmp_path / "plan.gpkg")
    rows = table(tmp_path / "plan.gpkg", "municipalities")
    expected = decision.plan.municipalities()
    assert [row["id"] for row in rows] == expected["municipality"].tolist()
    for ours, theirs in [
        ("service", "service"), ("seat", "seat"), ("pooled", "pooled"), ("members", "members"),
        ("legal_form", "legal_form"), ("cost_alone_eur_a", "cost_alone"),
        ("cost_plan_eur_a", "cost_share"), ("minutes", "minutes"),
    ]:  # fmt: skip
        assert [row[ours] for row in rows] == expected[theirs].tolist()
    assert sum(row["cost_plan_eur_a"] for row in rows) == pytest.approx(
        decision.plan.criteria["cost"]
    )
    assert [row["colour"] is None for row in rows] == [not row["pooled"] for row in rows]
    for row in rows:
        assert row["geometry"].equals(shapely.multipolygons([decision.shapes.areas[row["id"]]]))


def test_both_files_hold_the_same(tmp_path: Path) -> None:
    decision = decide(tiny.instance(NAMES, status_quo=pooled_today()))
    gis.write_geopackage(decision, tmp_path / "plan.gpkg")
    gis.write_geojson(decision, tmp_path / "plan.geojson")
    found = features(tmp_path / "plan.geojson")
    assert list(dict.fromkeys(f["properties"]["layer"] for f in found)) == LAYERS
    for layer in LAYERS:
        rows = table(tmp_path / "plan.gpkg", layer)
        same = [f for f in found if f["properties"]["layer"] == layer]
        assert len(rows) == len(same) > 0
        for row, feature in zip(rows, same, strict=True):
            drawn = shapely.geometry.shape(feature["geometry"])
            assert drawn.hausdorff_distance(row.pop("geometry")) < 2e-6
            values = feature["properties"]
            for name, value in row.items():
                said = values[name]
                assert ("; ".join(said) if isinstance(said, list) else said) == value, name


# --- names ---------------------------------------------------------------------------------------


def test_hostile_names_come_back(tmp_path: Path) -> None:
    for name in NAMES:
        decision = decide(tiny.instance(["Ahausen", name, "Celle"]))
        gis.write_geopackage(decision, tmp_path / "plan.gpkg")
        gis.write_geojson(decision, tmp_path / "plan.geojson")
        (row,) = table(tmp_path / "plan.gpkg", "seats")
        assert row["name"] == name
        (row,) = table(tmp_path / "plan.gpkg", "partnerships")
        assert (row["seat_name"], row["member_names"]) == (name, f"Ahausen; {name}")
        found = features(tmp_path / "plan.geojson")
        assert found[0]["properties"]["member_names"] == ["Ahausen", name]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_any_name_comes_back(tmp_path: Path, name: str) -> None:
    decision = decide(tiny.instance(["Ahausen", name, "Celle"]))
    gis.write_geopackage(decision, tmp_path / "plan.gpkg")
    gis.write_geojson(decision, tmp_path / "plan.geojson")
    (row,) = table(tmp_path / "plan.gpkg", "seats")
    written = features(tmp_path / "plan.geojson")[0]["properties"]["seat_name"]
    assert row["name"] == written == name.replace("\x00", "\ufffd")


def test_what_no_file_can_hold_is_replaced(tmp_path: Path) -> None:
    """Half characters in a service's title: in rows, in what is said of the file, in styles."""
    broken = {"de": "Wa\ud800sser\x00", "en": "Wa\udfffter\x00"}
    instance = tiny.instance(
        services=(tiny.service("water", title=broken),),
        title=broken,
        sources=({"what": "names", "from": "nul\x00 and \udc00 half"},),
    )
    decision = decide(instance)
    for lang in ("de", "en"):
        gis.write_geopackage(decision, tmp_path / "plan.gpkg", lang)
        gis.write_geojson(decision, tmp_path / "plan.geojson", lang)
        (row,) = table(tmp_path / "plan.gpkg", "partnerships")
        assert row["service_de"] == "Wa\ufffdsser\ufffd"
        collection = json.loads((tmp_path / "plan.geojson").read_text("utf-8"))
        assert collection["attribution"] == "nul\ufffd and \ufffd half"
        assert collection["title"] == (
            "Wa\ufffdsser\ufffd" if lang == "de" else "Wa\ufffdter\ufffd"
        )


# --- GeoJSON -------------------------------------------------------------------------------------


def test_geojson_is_as_rfc_7946_has_it(tmp_path: Path) -> None:
    hole = [[9.99, 50.99], [9.99, 51.01], [10.01, 51.01], [10.01, 50.99], [9.99, 50.99]]
    ring = [[9.9, 50.9], [9.9, 51.02], [10.1, 51.02], [10.1, 50.9], [9.9, 50.9]]
    boundaries = {"01": {"type": "Polygon", "coordinates": [ring, hole]}}
    gis.write_geojson(decide(tiny.instance(boundaries=boundaries)), tmp_path / "plan.geojson")
    collection = json.loads((tmp_path / "plan.geojson").read_text("utf-8"))
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    seen = set()
    for feature in collection["features"]:
        assert set(feature) == {"type", "properties", "geometry"}
        geometry = feature["geometry"]
        seen.add(geometry["type"])
        if geometry["type"].endswith("Polygon"):
            parts = geometry["coordinates"]
            for part in [parts] if geometry["type"] == "Polygon" else parts:
                for k, line in enumerate(part):
                    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(line))
                    assert area > 0 if k == 0 else area < 0
    assert seen >= {"Polygon", "Point", "LineString"}


def test_sources_are_named(tmp_path: Path) -> None:
    sources = (
        {"what": "population", "from": "© Office", "year": 2024, "licence": "dl-de/by-2-0"},
        {"what": "places", "from": "© Office", "year": 2024, "licence": "dl-de/by-2-0"},
        {"what": "borders", "from": "© Survey"},
    )
    decision = decide(tiny.instance(sources=sources))
    gis.write_geojson(decision, tmp_path / "plan.geojson", "de")
    gis.write_geopackage(decision, tmp_path / "plan.gpkg", "de")
    collection = json.loads((tmp_path / "plan.geojson").read_text("utf-8"))
    about = pyogrio.read_info(tmp_path / "plan.gpkg", layer="seats")["dataset_metadata"]
    for found in (collection, about):
        assert found["title"] == "Kleiner Kreis"
        assert found["attribution"] == "© Office, 2024, dl-de/by-2-0\n© Survey"
        assert found["made"] == decision.made.isoformat()
        assert found["koopopt"]


# --- GeoPackage ----------------------------------------------------------------------------------


def test_the_geopackage_is_one(tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    gis.write_geopackage(decide(), path)
    kinds = dict(pyogrio.list_layers(path).tolist())
    assert kinds == {
        "partnerships": "MultiPolygon", "municipalities": "MultiPolygon", "seats": "Point",
        "lines": "LineString", "today": "MultiPolygon", "layer_styles": None,
    }  # fmt: skip
    for layer in LAYERS:
        assert pyogrio.read_info(path, layer=layer)["crs"] == "EPSG:4326"
    near = pyogrio.raw.read(path, layer="seats", bbox=(9.99, 51.04, 10.01, 51.06))
    far = pyogrio.raw.read(path, layer="seats", bbox=(9.99, 51.06, 10.01, 51.08))
    assert (len(near[2]), len(far[2])) == (1, 0)
    with closing(sqlite3.connect(path)) as database:
        ask = lambda sql: database.execute(sql).fetchall()  # noqa: E731
        assert ask("PRAGMA integrity_check") == [("ok",)]
        assert ask("PRAGMA application_id") == [(int.from_bytes(b"GPKG", "big"),)]
        contents = ask("SELECT table_name, data_type, srs_id FROM gpkg_contents")
        assert contents == [
            *((name, "features", 4326) for name in LAYERS), ("layer_styles", "attributes", 0),
        ]  # fmt: skip
        indexed = ask("SELECT table_name FROM gpkg_extensions WHERE extension_name LIKE '%rtree%'")
        assert sorted(indexed) == sorted((name,) for name in LAYERS)
        said = dict(ask("SELECT table_name, description FROM gpkg_contents"))
    rough = {name for name, text in said.items() if "Schematic" in text}
    assert rough == {"partnerships", "municipalities", "today"}


def test_real_boundaries_are_not_called_schematic(tmp_path: Path) -> None:
    ring = [[9.9, 50.98], [10.1, 50.98], [10.1, 51.02], [9.9, 51.02], [9.9, 50.98]]
    rings = {f"0{k + 1}": [[lon, lat + 0.05 * k] for lon, lat in ring] for k in range(3)}
    boundaries = {i: {"type": "Polygon", "coordinates": [r]} for i, r in rings.items()}
    decision = decide(tiny.instance(boundaries=boundaries))
    gis.write_geopackage(decision, tmp_path / "plan.gpkg")
    for layer in ("municipalities", "partnerships"):
        assert not any(row["schematic"] for row in table(tmp_path / "plan.gpkg", layer))
    gis.write_geojson(decision, tmp_path / "plan.geojson")
    assert "chematic areas" not in (tmp_path / "plan.geojson").read_text("utf-8")
    # Where some have none, their areas are cells, and so is what has one of them for a member.
    decision = decide(tiny.instance(boundaries={"01": boundaries["01"]}))
    gis.write_geopackage(decision, tmp_path / "some.gpkg")
    rows = table(tmp_path / "some.gpkg", "municipalities")
    assert {(row["id"], bool(row["schematic"])) for row in rows} == {
        ("01", False), ("02", True), ("03", True),
    }  # fmt: skip
    assert all(row["schematic"] for row in table(tmp_path / "some.gpkg", "partnerships"))
    gis.write_geojson(decision, tmp_path / "some.geojson")
    assert "chematic areas" in (tmp_path / "some.geojson").read_text("utf-8")


def test_each_layer_has_a_style_that_shows_one_service_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    gis.write_geopackage(decide(), path, "de")
    with closing(sqlite3.connect(path)) as database:
        styles = database.execute(
            "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles"
        ).fetchall()
    assert [row[0] for row in styles] == LAYERS
    assert {(row[1], row[3]) for row in styles} == {("geom", 1)}
    for layer, _, text, _ in styles:
        root = ElementTree.fromstring(text)
        rules = root.findall(".//rule")
        symbols = {symbol.get("name") for symbol in root.findall(".//symbol")}
        assert {rule.get("symbol") for rule in rules} == symbols
        if layer != "seats":
            assert [rule.get("label") for rule in rules] == ["Wasserversorgung", "Wohnen"]
            assert [rule.get("checkstate") for rule in rules] == [None, "0"]
            assert [rule.get("filter") for rule in rules] == [
                "\"service\" = 'water'", "\"service\" = 'housing'",
            ]  # fmt: skip


def test_titles_do_no_harm_in_styles() -> None:
    text = qgis.style("lines", {"o'b\\x": '<b>"\x07&\nx'})
    (rule,) = ElementTree.fromstring(text).findall(".//rule")
    assert rule.get("filter") == "\"service\" = 'o''b\\\\x'"
    assert rule.get("label") == '<b>"& x'


# --- writing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [gis.write_geopackage, gis.write_geojson])
def test_files_are_replaced_whole(
    write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan"
    path.write_text("what was there", encoding="utf-8")
    with monkeypatch.context() as broken:
        broken.setattr(gis.files.os, "replace", _full)
        with pytest.raises(UsageError, match="No space"):
            write(decide(), path)
    assert path.read_text("utf-8") == "what was there"
    write(decide(), path)
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]
    assert path.read_bytes() != b"what was there"
    with pytest.raises(UsageError):
        write(decide(), tmp_path / "missing" / "plan")


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_library_that_fails_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise pyogrio.errors.DataSourceError("sqlite3_exec failed: database or disk is full")

    monkeypatch.setattr(pyogrio.raw, "write", fail)
    with pytest.raises(UsageError, match="disk is full"):
        gis.write_geopackage(decide(), tmp_path / "plan.gpkg")
    assert not list(tmp_path.iterdir())


def test_without_pyogrio_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyogrio", None)
    with pytest.raises(UsageError, match="pip install pyogrio"):
        gis.write_geopackage(decide(), tmp_path / "plan.gpkg")
    gis.write_geojson(decide(), tmp_path / "plan.geojson")
    assert len(features(tmp_path / "plan.geojson")) == 9


def test_adjacent_partnerships_have_different_colours() -> None:
    """Four towns in a row, two and two pool water."""
    instance = tiny.instance(["A", "B", "C", "D"])
    problem = Problem.of(replace(instance, services=(tiny.service("water"),)))
    pools = [
        Partnership("water", ("01", "02"), "01", "association"),
        Partnership("water", ("03", "04"), "04", "association"),
    ]
    decision = Decision.of(tiny.result(problem, tiny.Plan(pools)))
    rows = layers.of_decision(decision)[0].rows
    assert len({values["colour"] for _, values in rows}) == 2
