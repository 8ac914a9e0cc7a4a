"""`koopopt import table`."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

import koopopt
from importing.table.made import BORDERS, COMMUNES, COUNTY, saved, workbook


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_table_becomes_a_folder_that_checks_and_solves(run: Any) -> None:
    saved(Path("communes.csv"), COMMUNES)
    saved(Path("borders.csv"), BORDERS)
    asked = [
        "import", "table", "communes.csv", "--neighbours", "borders.csv", "--status-quo", "epci",
        "--set", "county=01", "--set", "state=84", "--services", "water", "--title", "Ain",
        "-o", "ain",
    ]  # fmt: skip
    made = run(*asked)
    assert made.exit_code == 0
    assert made.stdout.startswith("Ain: 4 municipalities, 3,262 inhabitants, 2 pairs of neighbours")
    assert "Columns that are not taken: 'point_source'" in made.stdout
    assert run("check", "ain").exit_code == 0
    assert run("solve", "ain", "--quiet").exit_code == 0
    assert "point_source" in Path("ain/README.md").read_text("utf-8")
    again = run(*asked)
    assert again.exit_code == 2
    assert "not overwritten" in again.stderr


@pytest.mark.parametrize(
    "given", [("--links", "all"), ("--snap", "5"), ("--layer", "x"), ("--id", "AGS")]
)
def test_how_polygons_are_read_needs_polygons(given: tuple[str, str], run: Any) -> None:
    saved(Path("t.csv"), COUNTY)
    result = run("import", "table", "t.csv", "--decimal", ",", *given)
    assert result.exit_code == 2
    assert f"{given[0]} says how polygons are read: give them with --polygons." in result.stderr
    assert run("import", "table", "t.csv", "--decimal", ";").stderr.endswith("'.' ','.\n")


def test_what_is_open_is_one_answer_with_a_file_to_fill_in(run: Any) -> None:
    saved(Path("t.csv"), COUNTY.replace("Breitengrad", "Nord"))
    failed = run("import", "table", "t.csv", "--write-map", "m.toml", "--decimal", ",")
    assert failed.exit_code == 3
    assert "t.csv, row 3, column lat: No heading is known that means this" in failed.stderr
    assert "m.toml is written." in failed.stderr
    assert not Path("t").exists()
    text = Path("m.toml").read_text("utf-8")
    assert text.startswith("# How t.csv is read: koopopt import table t.csv --map m.toml\n")
    assert 'id = "AGS"' in text
    assert '# lat = ""' in text
    filled = text.replace('# lat = ""', 'lat = "Nord"')
    saved(Path("filled.toml"), filled)
    assert run("import", "table", "t.csv", "--map", "filled.toml").exit_code == 0
    refused = run("import", "table", "t.csv", "--write-map", "m.toml")
    assert refused.exit_code == 2
    assert "m.toml is there already" in refused.stderr


def test_the_page_shows_what_happens(run: Any) -> None:
    page = (Path(__file__).parents[3] / "docs" / "import-table.md").read_text("utf-8")
    blocks = re.findall(r"^```\n(.*?)^```", page, re.S | re.M)
    saved(Path("kreis.csv"), next(b for b in blocks if b.startswith("Gemeinden im Musterkreis")))
    lines = [b for b in blocks if b.startswith("$ koopopt import table kreis.csv")]
    assert len(lines) == 2
    for block in lines:
        first, *rest = block.split("\n$ ")
        command, *shown = first.removeprefix("$ ").splitlines()
        made = run(*shlex.split(command)[1:])
        assert made.exit_code == 0
        for said in (part for line in shown for part in line.split("…") if part.strip()):
            assert said.strip() in made.stdout
        shutil.rmtree("musterkreis")
    assert run(*shlex.split(rest[0].splitlines()[0])[1:]).exit_code == 0
    assert Path("kreis.toml").read_text("utf-8").partition("\n")[2] in page


def test_a_mapping_that_was_used_asks_nothing_again(run: Any) -> None:
    workbook(Path("t.xlsx"))
    first = run(
        "import", "table", "t.xlsx", "--column", "population=Bevölkerung 2024", "--crs",
        "EPSG:25832", "--decimal", ",", "--write-map", "m.toml", "-o", "one",
    )  # fmt: skip
    assert first.exit_code == 0
    assert run("import", "table", "t.xlsx", "--map", "m.toml", "-o", "two.xlsx").exit_code == 0
    assert koopopt.read("one").municipalities == koopopt.read("two.xlsx").municipalities


def test_german_notes_and_faults(run: Any) -> None:
    saved(Path("t.csv"), COUNTY, "cp1252")
    made = run("import", "table", "t.csv", "--decimal", ",", "--lang", "de")
    assert made.exit_code == 0
    assert "Die Zeile ist eine Summe oder ein Durchschnitt" in made.stdout
    failed = run("import", "table", "t.csv", "--lang", "de", "-o", "u", "--skip", "Kreis",
                 "--skip", "Längengrad", "--decimal", ",")  # fmt: skip
    assert failed.exit_code == 3
    assert "--column lon=" in failed.stderr


def test_at_a_terminal_it_asks(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(Path("t.csv"), COMMUNES)
    monkeypatch.setattr(sys.modules["koopopt.cli.importing.table"], "_terminal", lambda: True)
    made = run("import", "table", "t.csv", input="=01\n=84\n")
    assert made.exit_code == 0
    assert "t.csv: which column is county, its county?" in made.stderr
    assert " 2  name  (Ahun)" in made.stderr
    assert koopopt.read("t").municipalities[0].state == "84"
    given_up = run("import", "table", "t.csv", "-o", "u", input="")
    assert given_up.exit_code == 2
    assert not Path("u").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--column", "name"], "--column needs NAME=VALUE"),
        (["--column", "nam=x"], "--column: there is no column 'nam'. Did you mean 'name'?"),
        (["--set", "name=x"], "--set: there is no column 'name'"),
        (["--set", "state=1", "--set", "state=2"], "--set: state is given twice"),
        (["--services", "watr"], "There is no model 'watr'. Did you mean 'water'?"),
        (["--derive", "agx"], "--derive: there is no 'agx'"),
        (["--header", "0"], "--header is 0"),
    ],
)
def test_options_that_cannot_be_meant(words: list[str], said: str, run: Any) -> None:
    saved(Path("t.csv"), COMMUNES)
    failed = run("import", "table", "t.csv", *words)
    assert failed.exit_code == 2
    assert said in failed.stderr
    assert sorted(path.name for path in Path().iterdir()) == ["t.csv"]


def test_polygons_give_places_neighbours_and_boundaries(run: Any, tmp_path: Path) -> None:
    squares = {
        "06001": (10.0, 51.0),
        "06002": (10.1, 51.0),
        "06003": (10.3, 51.0),
        "x": (9.0, 51.0),
    }
    features = [
        {"type": "Feature", "properties": {"AGS": key},
         "geometry": {"type": "Polygon", "coordinates": [
             [[lon, lat], [lon + 0.1, lat], [lon + 0.1, lat + 0.1], [lon, lat + 0.1], [lon, lat]]
         ]}}
        for key, (lon, lat) in squares.items()
    ]  # fmt: skip
    Path("areas.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), "utf-8"
    )
    Path("towns.csv").write_text(
        "id;name;population;county;state\n6001;A;1000;1;06\n6002;B;2000;1;06\n6003;C;900;1;06\n",
        "utf-8",
    )
    done = run("import", "table", "towns.csv", "--polygons", "areas.geojson", "-o", "made")
    assert done.exit_code == 0, done.output
    made = koopopt.read("made")
    (pair,) = made.neighbours
    assert (pair.a, pair.b) == ("6001", "6002")
    assert pair.border_km == pytest.approx(11.126, abs=0.01)  # 0.1° of a meridian at 51° N
    assert [(round(t.lat, 2), round(t.lon, 2)) for t in made.municipalities] == [
        (51.05, 10.05), (51.05, 10.15), (51.05, 10.35),
    ]  # fmt: skip
    assert set(made.boundaries) == {"6001", "6002", "6003"}
    assert made.rules["contiguous"] is True
    assert "Keys were matched but for leading zeros: 06001 → 6001" in done.output
    assert "C (6003) is connected with no other by borders; nearest is B (6002)" in done.output
