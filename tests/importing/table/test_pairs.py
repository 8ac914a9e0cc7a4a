from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from importing.table.made import BORDERS, COMMUNES, imported, saved, told, wanted
from koopopt.errors import DataError
from koopopt.importing.table.making import Imported, import_table

REST = {"constants": {"county": "01", "state": "84"}}


def made(tmp_path: Path, borders: str = BORDERS, **chosen: Any) -> Imported:
    table = saved(tmp_path / "t.csv", COMMUNES)
    said = chosen.pop("said", {})
    asked = wanted(table, neighbours=saved(tmp_path / "n.csv", borders), **(REST | chosen))
    return import_table(replace(asked, chosen=replace(asked.chosen, neighbours=said)))


def test_pairs_in_both_directions_are_taken_once(tmp_path: Path) -> None:
    found = made(tmp_path)
    header, rows = found.contents.tables["neighbours"]
    assert header == ("a", "b", "border_km")
    assert rows == [("01001", "01003", 6.084), ("01002", "01004", 0.718)]
    assert "n.csv, row 3: 1 pair(s) stand there a second time" in told(found.notes)
    assert found.contents.documents["instance.toml"]["rules"]["contiguous"] is True


def test_pairs_with_those_left_out_are_counted(tmp_path: Path) -> None:
    found = made(tmp_path, only={"epci": ("Sud",)})
    assert len(found.contents.tables["neighbours"][1]) == 1
    assert "1 pair(s) are left out, of which a municipality is: 01002 – 01004" in told(found.notes)


def test_lost_zeros_are_restored(tmp_path: Path) -> None:
    found = made(tmp_path, BORDERS.replace("01001", "1001"))
    assert ("01001", "01003", 6.084) in found.contents.tables["neighbours"][1]
    assert "n.csv, row 2, column code_a: Keys that a spreadsheet took for" in told(found.notes)


def test_wrong_pairs_are_named_by_their_own_headings(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        made(tmp_path, "AGS1;AGS2;Grenze\n01001;01999;1\n01001;01001;1\n01001;01002;lang\n")
    text = told(caught.value.faults)
    assert "n.csv, row 2, column AGS2, value '01999': There is no municipality" in text
    assert "n.csv, row 3, column AGS2, value '01001': A municipality is its own neighbour." in text
    assert "n.csv, row 4, column Grenze, value 'lang': This is not a number." in text


def test_remarks_among_pairs_are_left_out(tmp_path: Path) -> None:
    found = made(tmp_path, BORDERS + "Source: survey of 2024,,,\nTotal,,12.9,\n")
    assert len(found.contents.tables["neighbours"][1]) == 2
    assert "n.csv, row 5, value 'Source: survey of 2024'" in told(found.notes)
    assert "n.csv, row 6, value 'Total | 12.9': The row is a sum" in told(found.notes)


def test_who_borders_nobody_is_named(tmp_path: Path) -> None:
    found = made(tmp_path, "a,b\n01001,01003\n")
    assert "These border nobody, so they stay alone: Ajain, Anzême." in told(found.notes)


def test_without_neighbours_nothing_need_be_contiguous(tmp_path: Path) -> None:
    found = imported(saved(tmp_path / "t.csv", COMMUNES), **REST)
    settings = found.contents.documents["instance.toml"]
    assert "neighbours" not in found.contents.tables
    assert "contiguous" not in settings["rules"]
    assert settings["service"]["water"] == {"rules": {"contiguous": False}}
    assert "There is no table of neighbours" in told(found.notes)


def test_columns_that_are_not_recognised_are_asked_for(tmp_path: Path) -> None:
    borders = "eins,zwei\n01001,01003\n"
    with pytest.raises(DataError, match="--neighbour-column a=HEADING"):
        made(tmp_path, borders)
    found = made(tmp_path, borders, said={"a": "eins", "b": "zwei"})
    assert len(found.contents.tables["neighbours"][1]) == 1
