"""Forecasts of inhabitants: official tables into municipalities.csv, nothing guessed or lost."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import koopopt
from koopopt.case import resources
from koopopt.cli import main
from koopopt.errors import DataError, UsageError
from koopopt.importing.population import entered, forecast
from koopopt.importing.table.mapping import Chosen

TABLE = """Bevölkerungsvorausberechnung;;;
Schlüssel;Gemeinde;2030;Bevölkerung 2040
6636001;Bad Sooden-Allendorf, Stadt;8.012;7.650
06636002;Berkatal;1.400;1.350
6636;Werra-Meißner-Kreis;95.000;90.000
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "case"
    shutil.copytree(resources.instances()["werra-meissner"], place)
    return place


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "municipalities.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_german_numbers_and_lost_zeros(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "f.csv"
    table.write_text(TABLE, encoding="utf-8")
    before = _rows(folder)
    done = CliRunner().invoke(
        main,
        ["import", "population", str(table), "--instance", str(folder), "--decimal", ","],
        obj="en",
    )
    assert done.exit_code == 0, done.output
    assert "Werra-Meißner-Kreis" in done.output  # a row that is about none
    assert "06636003" in done.output  # a municipality without a row
    after = _rows(folder)
    assert [{k: row[k] for k in before[0]} for row in after] == before
    assert [after[0][f"population_{y}"] for y in (2030, 2040)] == ["8012", "7650"]
    assert after[2]["population_2030"] == ""
    assert koopopt.read(folder).municipalities[1].population_by_year[2040] == 1350


def test_nothing_is_overwritten(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "f.csv"
    table.write_text(TABLE.replace("2040", "2022"), encoding="utf-8")
    towns = koopopt.read(folder).municipalities
    before = (folder / "municipalities.csv").read_bytes()
    with pytest.raises(UsageError, match="population_2022"):
        entered(folder, forecast(table, towns, Chosen(decimal=",")))
    assert (folder / "municipalities.csv").read_bytes() == before


def test_a_workbook_with_several_sheets(folder: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Hinweise"
    book.active.append(["Gemeinde", "Quelle"])
    book.active.append(["Berkatal", "Land"])
    for name, people in (("untere", 1300), ("obere", 1500)):
        sheet = book.create_sheet(name)
        sheet.append(["Gemeinde", "2035"])
        sheet.append(["Berkatal", people])
    book.save(tmp_path / "f.xlsx")
    towns = koopopt.read(folder).municipalities
    found = forecast(tmp_path / "f.xlsx", towns, Chosen(sheet="obere"))
    assert found.people == {"06636002": {2035: 1500}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id;2030\n06636002;1.400\n", "1.400"),
        ("id;2030\n06636002;many\n", "many"),
        ("id;2030\n01001000;5\n", "No row is about"),
        ("id;people\n06636002;5\n", "No heading names a year"),
        ("id;2030\n06636002;5\n6636002;6\n", "stands in row 2"),
        ("id;2030;Prognose 2030\n06636002;5;6\n", "Two columns are of the year 2030"),
    ],
)
def test_what_is_wrong_is_told(folder: Path, tmp_path: Path, text: str, said: str) -> None:
    table = tmp_path / "f.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        forecast(table, koopopt.read(folder).municipalities, Chosen())
