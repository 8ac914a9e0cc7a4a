"""The instance that is made of both files, and what its notes say, by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from importing.germany.official import (
    BORDERS,
    CORNERS_SOUTH,
    LANDS,
    NORTH,
    SOUTH,
    THROUGH_FOREST,
    features,
    write_geojson,
    write_layer,
    write_register,
)
from koopopt.case.instance import Instance
from koopopt.errors import DataError, UsageError
from koopopt.importing.germany.associations import Today as Pooled
from koopopt.importing.germany.instance import Made, Wishes, _rules, make
from koopopt.importing.germany.register import Register, read_register
from koopopt.importing.germany.selection import Selection
from koopopt.importing.polygons.owned import Drawing
from koopopt.importing.written import written
from koopopt.report.values.blocks import rendered

pytest.importorskip("pyogrio")
BOTH = NORTH + SOUTH


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Register, Path]:
    folder = tmp_path_factory.mktemp("official")
    register = read_register(write_register(folder / "gv.txt"))
    return register, write_geojson(folder / "areas.geojson", features())


def made(files: tuple[Register, Path], keys: tuple[str, ...] = BOTH, **wishes: Any) -> Made:
    chosen = Selection("Musterland", keys)
    return make(files[0], chosen, files[1], Wishes(name="here", **wishes))


def told(found: Made) -> list[str]:
    return [note.render("en") for note in found.notes]


def pairs(found: Made) -> dict[tuple[str, str], float | None]:
    return {(a, b): km for a, b, km in found.contents.tables["neighbours"][1]}  # type: ignore[misc]


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".shp"])
def test_neighbours_borders_areas_and_points(
    ending: str, files: tuple[Register, Path], tmp_path: Path
) -> None:
    path = files[1] if ending == ".geojson" else write_layer(tmp_path / f"a{ending}", features())
    found = made((files[0], path))
    near = pairs(found)
    assert {pair for pair, km in near.items() if km is not None} == BORDERS
    assert {pair for pair, km in near.items() if km is None} == THROUGH_FOREST
    assert all(km == pytest.approx(3.0, rel=1e-3) for km in near.values() if km is not None)
    instance = written(found.contents, tmp_path / "here")
    assert [town.id for town in instance.municipalities] == list(BOTH)
    people = {land.key: land.people for land in LANDS}
    assert [town.population for town in instance.municipalities] == [people[k] for k in BOTH]
    _demand_inside(instance)


def _demand_inside(instance: Instance) -> None:
    """Squares hold their centres; Vöhl and its exclave have none between them."""
    from pyproj import Transformer

    there = Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True)
    for town in instance.municipalities:
        x, y = there.transform(town.lon, town.lat)
        column, row = (x - 570_000) / 3000, (y - 5_650_000) / 3000
        boxes = next(land.boxes for land in LANDS if land.key == town.id)
        assert any(b[0] < column < b[2] and b[1] < row < b[3] for b in boxes), town.name
        if len(boxes) == 1:
            left, bottom, right, top = boxes[0]
            middle = ((left + right) / 2, (bottom + top) / 2)
            assert (column, row) == pytest.approx(middle, abs=1e-3)


def test_every_place_that_is_no_plain_case_is_told(files: tuple[Register, Path]) -> None:
    notes = told(made(files, NORTH))
    across = [line for line in notes if "border on the same land that belongs to no" in line]
    assert len(across) == len(THROUGH_FOREST)
    assert all("Forst (16901900)" in line and "count as neighbours" in line for line in across)
    (island,) = [line for line in notes if "connected with no other" in line]
    assert "Insel (16901008)" in island
    assert "nearest is Eßlar (16901005), 9 km away" in island
    assert "16901008,16901005" in island
    south = told(made(files, SOUTH))
    corners = [line for line in south if "touch in a corner only" in line]
    assert len(corners) == len(CORNERS_SOUTH)
    assert any("12 people live in Moor (16902900)" in line and "row 36" in line for line in south)
    assert not any("Insel" in line or "Forst" in line for line in south)


def test_links(files: tuple[Register, Path]) -> None:
    plain = made(files, NORTH, drawing=Drawing(links="borders"))
    assert set(pairs(plain)) == {pair for pair in BORDERS if set(pair) <= set(NORTH)}
    assert "they do not count as neighbours. --links forests" in " ".join(told(plain))
    everyone = made(files, NORTH, drawing=Drawing(links="all"))
    assert set(pairs(everyone)) - set(pairs(made(files, NORTH))) == {("16901005", "16901008")}


@pytest.mark.parametrize(
    ("identity", "areas"),
    [
        ("tax-office", {"Finanzamt 2601", "Finanzamt 2602"}),
        ("county", {"Nordkreis"}),
        ("court", {"Amtsgericht 2601"}),
        ("association", {"Nordamt", "Cronau", "Eßlar, Markt", "Grünau", "Hügel", "Insel",
                         "Kirchberg"}),
    ],
)  # fmt: skip
def test_identity(identity: Any, areas: set[str], files: tuple[Register, Path]) -> None:
    header, rows = made(files, NORTH, identity=identity).contents.tables["municipalities"]
    place = header.index("identity_area")
    assert {row[place] for row in rows} == areas


@pytest.mark.parametrize("how", ["status-quo", "rule", "none"])
def test_associations_of_today(how: Any, files: tuple[Register, Path], tmp_path: Path) -> None:
    found = made(files, services=("administration",), associations=how)
    assert ("status_quo" in found.contents.tables) == (how != "none")
    rules = found.contents.documents["instance.toml"]["rules"]
    assert rules.get("keep_existing", False) == (how == "rule")
    instance = written(found.contents, tmp_path / "here")
    assert len(instance.status_quo) == (0 if how == "none" else 2)


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"services": ("watre",)}, "no model 'watre'.*'water'"),
        ({"legal_forms": "hesse"}, "no set of legal forms 'hesse'.*'hessen'"),
        ({"associated": ("fire",), "services": ("water",)}, "no model 'fire'|is none of the"),
        ({"associated": ("housing",), "services": ("water",)}, "'housing' is said to be pooled"),
    ],
)
def test_names_that_cannot_be_meant(
    wishes: dict[str, Any], message: str, files: tuple[Register, Path]
) -> None:
    with pytest.raises(UsageError, match=message):
        made(files, **wishes)


@pytest.mark.parametrize(
    "title",
    ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", 'a"b\\c\'d', "x" * 500, "two\nlines",
     "Grün & Süd", "a\x01b\x1b[31m\u202e\u2028c", "[a](javascript:b)", "# head"],
)  # fmt: skip
def test_titles_are_text_and_nothing_else(
    title: str, files: tuple[Register, Path], tmp_path: Path
) -> None:
    instance = written(made(files, SOUTH, title=title).contents, tmp_path / "here")
    assert instance.title["de"] == title
    page = (tmp_path / "here/README.md").read_text(encoding="utf-8")
    assert re.search(r"(?<!\\)[<\[]", page.split("##")[0]) is None
    for line in (tmp_path / "here/instance.toml").read_text(encoding="utf-8").splitlines()[:3]:
        assert line.startswith("#")


def test_whoever_has_no_polygon_is_named(files: tuple[Register, Path], tmp_path: Path) -> None:
    less = [row for row in features() if row.key not in ("16901003", "16901001")]
    with pytest.raises(DataError) as caught:
        made((files[0], write_geojson(tmp_path / "less.geojson", less)))
    assert "2 of 16 municipalities have no polygon" in str(caught.value)
    assert "Abach, Stadt (16901001)" in str(caught.value)
    south = made((files[0], tmp_path / "less.geojson"), SOUTH)  # whom it does not concern
    assert len(pairs(south)) == 8


@pytest.mark.parametrize(("largest", "most"), [(0, 6), (6, 6), (7, 7), (10, 10), (11, 6)])
def test_today_is_a_plan_under_the_rules_where_that_can_be(largest: int, most: int) -> None:
    rules = _rules(Wishes(name="x"), Pooled([], largest, []))
    assert rules["max_members"] == most
    assert "keep_existing" not in rules


def test_a_table_of_points_will_do_without_polygons(
    files: tuple[Register, Path], tmp_path: Path
) -> None:
    register, _ = files
    keys = tuple(key for key in NORTH if key in register.municipalities)
    rows = "".join(f"{key.lstrip('0')};51,{k}1;10,{k}2\n" for k, key in enumerate(keys))
    (tmp_path / "orte.csv").write_text("AGS;Breite;Länge\n" + rows, "utf-8")
    wishes = Wishes(name="x", points=tmp_path / "orte.csv")
    made = make(register, Selection("Nordkreis", keys), None, wishes)
    instance = written(made.contents, tmp_path / "x")
    assert [(t.id, t.lat, t.lon) for t in instance.municipalities] == [
        (key, float(f"51.{k}1"), float(f"10.{k}2")) for k, key in enumerate(keys)
    ]
    assert instance.neighbours == ()
    assert "contiguous" not in instance.rules
    assert not any(service.rules.get("contiguous") for service in instance.services)
    assert "it is not known who borders on whom" in " ".join(n.render() for n in made.notes)


def test_places_that_are_missing_are_named(files: tuple[Register, Path], tmp_path: Path) -> None:
    register, _ = files
    keys = tuple(key for key in NORTH if key in register.municipalities)
    (tmp_path / "orte.csv").write_text(f"AGS;lat;lon\n{keys[0]};51;10\n", "utf-8")
    wishes = Wishes(name="x", points=tmp_path / "orte.csv")
    with pytest.raises(DataError, match="have no place in it"):
        make(register, Selection("Nordkreis", keys), None, wishes)
    with pytest.raises(UsageError, match="--boundaries"):
        make(register, Selection("Nordkreis", keys), None, Wishes(name="x"))


def test_sources_are_said_by_language_whatever_the_remarks_are_in(
    files: tuple[Register, Path], tmp_path: Path
) -> None:
    """So that a page in English names them in English."""
    instances = [written(made(files, lang=lang).contents, tmp_path / lang) for lang in ("en", "de")]
    assert instances[0].sources == instances[1].sources
    assert instances[0].fingerprint == instances[1].fingerprint
    official, drawn, supposed = instances[0].sources
    assert rendered(official["what"], "en").startswith("municipalities.csv: population, area_km2")
    assert official["from"]["en"].endswith("data modified")
    assert official["from"]["de"].endswith("Daten verändert")
    assert supposed["what"].keys() == {"en", "de"}
    assert supposed["from"] == "koopopt import germany"
    assert drawn["from"]["de"].endswith("areas.geojson")


def test_polygons_of_the_federal_agency_are_named_with_their_licence(
    files: tuple[Register, Path], tmp_path: Path
) -> None:
    areas = write_geojson(tmp_path / "VG250.geojson", features())
    found = make(files[0], Selection("Musterland", BOTH), areas, Wishes(name="here"))
    (drawn,) = [s for s in found.contents.documents["instance.toml"]["sources"]
                if "BKG" in str(s["from"])]  # fmt: skip
    assert rendered(drawn["from"], "en") == "© GeoBasis-DE / BKG, data modified: VG250.geojson"
    assert rendered(drawn["licence"], "en").endswith("newer editions may be CC BY 4.0")
    assert "neuere Ausgaben" in rendered(drawn["licence"], "de")
