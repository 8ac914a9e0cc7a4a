from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from importing.table.made import saved
from koopopt.errors import DataError
from koopopt.importing.table.mapping import Chosen, mapping_text, read_mapping

FULL = Chosen(
    sheet="Tabelle 1", header=4, decimal=",", crs="EPSG:25832", derive="ags", status_quo="ZV",
    skip=("Bemerkung",), columns={"id": "AGS", "population_2040": 'Einwohner "2040"'},
    constants={"state": "06"}, only={"Kreis": ("A", "B")}, neighbours={"a": "von"},
    points={"id": "AGS", "lat": "Breite"},
)  # fmt: skip


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = saved(tmp_path / "m.toml", mapping_text(FULL, ["Eine Zeile", ""], {}))
    assert path.read_text("utf-8").startswith("# Eine Zeile\n#\n")
    assert read_mapping(path) == FULL


def test_what_is_open_is_a_line_to_fill_in(tmp_path: Path) -> None:
    gaps = {"columns.county": (), "columns.id": ("AGS", "Nr."), "points.lat": ()}
    text = mapping_text(Chosen(columns={"name": "Ort"}), [], gaps)
    assert '# county = ""' in text
    assert '# id = "AGS" | "Nr."' in text
    assert tomllib.loads(text) == {"columns": {"name": "Ort"}, "points": {}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[columns]\nnam = "x"\n', "column columns.nam: There is no column of this name"),
        ('[constants]\npopulation = "5"\n', "column constants.population"),
        ("[columns]\nid = 5\n", "column columns.id, value '5': This must be text"),
        ('colums = { id = "x" }\n', "column colums"),
        ('derive = "agx"\n', "must be 'ags' or 'insee'"),
        ("header = 0\n", "column header"),
        ("[columns\n", "row 1"),
    ],
)
def test_wrong_mappings_are_named(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_mapping(saved(tmp_path / "m.toml", text))
    assert said in caught.value.render()
    assert "m.toml" in caught.value.render()


def test_the_later_choice_wins() -> None:
    later = Chosen(decimal=".", columns={"id": "Nr."}, skip=("x",))
    both = FULL.and_then(later)
    assert both.decimal == "."
    assert both.columns == {**FULL.columns, "id": "Nr."}
    assert both.skip == ("Bemerkung", "x")
    assert both.sheet == "Tabelle 1"
