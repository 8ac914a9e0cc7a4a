from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import koopopt
from importing.table.made import (
    BORDERS,
    COMMUNES,
    COUNTY,
    imported,
    saved,
    told,
    towns,
    wanted,
    workbook,
)  # fmt: skip
from koopopt.errors import UsageError
from koopopt.importing.table.asking import OpenError
from koopopt.importing.table.making import import_table
from koopopt.importing.written import written
from koopopt.text import Text

CREUSE = Path(__file__).parents[4] / "shared" / "data" / "fr_creuse_communes.csv"


def test_a_county_as_it_is_kept(tmp_path: Path) -> None:
    made = imported(saved(tmp_path / "t.csv", COUNTY, "cp1252"), decimal=",")
    assert towns(made)[0] == {
        "id": "06636003", "name": "Eschwege", "population": 18743.0, "lat": 51.1866,
        "lon": 10.0532, "county": "Werra-Meißner-Kreis", "state": "06",
        "identity_area": "Werra-Meißner-Kreis", "area_km2": 63.26,
    }  # fmt: skip
    assert [town["population"] for town in towns(made)] == [18743.0, 3054.0, 4021.0]
    notes = told(made.notes)
    for said in (
        "6636003 → 06636003",
        "row 9, value 'Insgesamt | 25.818 | 154,43': The row is a sum",
        "row 10, value 'Quelle: Statistisches Landesamt'",
        "Columns that are not taken: 'Bemerkung'",
        "Taken from the digits of the key: state",
        "the identity area is the county",
        "column Einwohner am 31.12.2024: The column is taken for the inhabitants of today",
    ):
        assert said in notes
    instance = written(made.contents, tmp_path / "mine")
    assert sum(town.population for town in instance.municipalities) == 25818
    (said,) = [source["from"] for source in instance.sources if source["what"] == "[travel]"]
    assert said["en"].startswith("ASSUMPTION: 50 km/h")
    assert said["de"].startswith("ANNAHME: 50 km/h")
    assert "18.743" not in (tmp_path / "mine/README.md").read_text("utf-8")


def test_thousands_that_are_not_certain_are_asked_about(tmp_path: Path) -> None:
    with pytest.raises(OpenError) as caught:
        imported(saved(tmp_path / "t.csv", COUNTY))
    first = caught.value.faults[0].render()
    assert first.startswith("t.csv, row 5, column Einwohner am 31.12.2024, value '18.743'")
    assert "into the mapping file (or say --decimal)" in first
    assert caught.value.chosen.columns["name"] == "Gemeinde"


def test_at_a_terminal_the_decimal_mark_is_asked_for_once(tmp_path: Path) -> None:
    answers = iter(["comma", ","])
    made = import_table(wanted(saved(tmp_path / "t.csv", COUNTY)), lambda _: next(answers))
    assert [town["population"] for town in towns(made)] == [18743.0, 3054.0, 4021.0]
    assert made.chosen.decimal == ","
    with pytest.raises(UsageError, match="Nothing was answered"):
        import_table(wanted(tmp_path / "t.csv"), lambda _: "")


def test_a_workbook_with_everything(tmp_path: Path) -> None:
    said = {"columns": {"population": "Bevölkerung 2024"}, "crs": "EPSG:25832"}
    made = imported(workbook(tmp_path / "t.xlsx"), **said, status_quo="Zweckverband", decimal=",")
    first = towns(made)[0]
    assert (first["id"], first["population_2040"], first["area_km2"]) == ("06634001", 11000, 82.345)
    assert [town["county"] for town in towns(made)] == ["Schwalm-Eder"] * 3
    assert "Hectares were turned into square kilometres." in told(made.notes)
    assert len(made.contents.tables["status_quo"][1]) == 4
    again = import_table(replace(wanted(tmp_path / "t.xlsx"), chosen=made.chosen))
    assert again.contents == made.contents
    written(made.contents, tmp_path / "out.xlsx")
    assert koopopt.read(tmp_path / "out.xlsx").municipalities[0].area_km2 == 82.345


def test_everything_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    text = "Nr;Ort;Kreis;Kreisname;Zahl\n1;A;K;K;5\n"
    with pytest.raises(OpenError) as caught:
        imported(saved(tmp_path / "t.csv", text))
    assert set(caught.value.gaps) == {
        "columns.id", "columns.population", "columns.lat", "columns.lon", "columns.county",
        "columns.state",
    }  # fmt: skip
    assert caught.value.gaps["columns.county"] == ("Kreis", "Kreisname")
    assert "--set state=VALUE" in caught.value.render()
    assert "Several columns can be meant: 'Kreis', 'Kreisname'" in caught.value.render()


def test_what_is_asked_begins_with_the_key(tmp_path: Path) -> None:
    table = saved(tmp_path / "t.csv", "Schl.;Ort;Menschen;Nord;Ost\n06636001;A;1;51,1;9,1\n")
    asked: list[str] = []

    def ask(lines: Sequence[Text]) -> str:
        asked.append(str(lines[0]))
        return ["1", "3", "4", "5", "=K", "=06"][len(asked) - 1]

    made = import_table(wanted(table), ask)
    assert [re.findall(r"which column is (\w+)", line) for line in asked] == [
        ["id"], ["population"], ["lat"], ["lon"], ["county"], ["state"],
    ]  # fmt: skip
    assert towns(made)[0]["id"] == "06636001"


def test_inhabitants_to_come_are_not_taken_for_those_of_today(tmp_path: Path) -> None:
    text = COUNTY.replace("Einwohner am 31.12.2024", "Einwohner 2140")
    with pytest.raises(OpenError, match="Several columns can be meant: 'Einwohner 2140'"):
        imported(saved(tmp_path / "t.csv", text), decimal=",")


def test_who_sits_there_is_asked_only_for_what_is_missing(tmp_path: Path) -> None:
    answers = iter(["nonsense", "epci", "=84"])
    asked: list[str] = []

    def ask(lines: Sequence[Text]) -> str:
        asked.append(lines[0].render())
        return next(answers)

    made = import_table(wanted(saved(tmp_path / "t.csv", COMMUNES.replace(",\n", ",X\n"))), ask)
    assert [line.partition(",")[0] for line in asked] == [
        "t.csv: which column is county",
        "'nonsense' is neither one of the numbers nor a heading.",
        "t.csv: which column is state",
    ]
    assert towns(made)[0]["county"] == "Sud"
    assert towns(made)[0]["state"] == "84"
    with pytest.raises(UsageError, match="Nothing was answered"):
        import_table(wanted(tmp_path / "t.csv"), lambda _: "")
    second = import_table(replace(wanted(tmp_path / "t.csv"), chosen=made.chosen))
    assert second.contents == made.contents


def test_faults_have_the_headings_of_the_file(tmp_path: Path) -> None:
    text = (
        "AGS;Ort;Einwohner;Breite;Länge\n06636001;A;100;51,1;9,1\n06636001;B;abc;51,2;9,2\n"
        "6636;K;9;51;9\nx;;-5;95;9\n;D;4;51;9\n"
    )
    with pytest.raises(OpenError) as caught:
        imported(saved(tmp_path / "t.csv", text))
    lines = told(caught.value.faults).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "t.csv, row 5, column AGS, value 'x'",
        "t.csv, row 3, column AGS, value '06636001'",
        "t.csv, row 3, column Einwohner, value 'abc'",
        "t.csv, row 5, column Ort, value ''",
        "t.csv, row 5, column Einwohner, value '-5'",
        "t.csv, row 5, column Breite, value '95'",
        "t.csv, row 6, column AGS, value ''",
    ]


def test_a_key_that_became_a_date_is_a_fault_and_no_county(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["AGS", "Gemeinde", "Einwohner", "lat", "lon"])
    book.active.append([date(2024, 1, 2), "A", 4, 51.2, 9.2])
    for key in (6636002, 6636003):
        book.active.append([key, "B", 5, 51.1, 9.1])
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(OpenError, match="Cells hold a date: A2"):
        imported(tmp_path / "t.xlsx")


def test_text_that_a_spreadsheet_would_run_stays_text(tmp_path: Path) -> None:
    text = "AGS;Ort;Einwohner;lat;lon;Kreis\n06636001;=cmd|calc;100;51,1;9,1;{x}\n"
    made = imported(saved(tmp_path / "t.csv", text))
    written(made.contents, tmp_path / "mine")
    assert "'=cmd|calc" in (tmp_path / "mine/municipalities.csv").read_text("utf-8")
    assert koopopt.read(tmp_path / "mine").municipalities[0].name == "=cmd|calc"


@pytest.mark.parametrize(
    ("states", "forms"), [(("06", "06"), "hessen"), (("06", "16"), "simple"), (("11",), "simple")]
)
def test_legal_forms_are_those_of_the_state(
    states: tuple[str, ...], forms: str, tmp_path: Path
) -> None:
    rows = [f"{state}63600{k};Ort {k};1{k};51,{k};9,1" for k, state in enumerate(states)]
    text = "\n".join(["AGS;Gemeinde;Einwohner;lat;lon", *rows])
    asked = replace(wanted(saved(tmp_path / "t.csv", text)), legal_forms=None)
    made = import_table(asked)
    assert made.contents.documents["instance.toml"]["legal_forms"] == forms
    assert f"Nobody said which legal forms there are: those of the set {forms}." in told(made.notes)


def test_legal_forms_of_another_country_are_of_no_state(tmp_path: Path) -> None:
    asked = wanted(saved(tmp_path / "t.csv", COMMUNES), derive="insee", constants={"state": "06"})
    made = import_table(replace(asked, legal_forms=None))
    assert made.contents.documents["instance.toml"]["legal_forms"] == "simple"


def test_hectares_leave_no_dust(tmp_path: Path) -> None:
    text = "AGS;Gemeinde;Einwohner;Fläche in ha;lat;lon\n06636001;A;10;6.962,1;51,1;9,1\n"
    made = imported(saved(tmp_path / "t.csv", text), decimal=",")
    assert towns(made)[0]["area_km2"] == 69.621


def test_names_that_there_are_not(tmp_path: Path) -> None:
    asked = wanted(saved(tmp_path / "t.csv", COMMUNES))
    for changed in ({"services": ("watr",)}, {"legal_forms": "hesen"}, {"name": "a/b"}):
        with pytest.raises(UsageError):
            import_table(replace(asked, **changed))


def test_a_second_country_from_table_to_plan(tmp_path: Path) -> None:
    table = saved(tmp_path / "t.csv", COMMUNES)
    made = imported(
        table, neighbours=saved(tmp_path / "n.csv", BORDERS), status_quo="epci",
        derive="insee", constants={"state": "84"},
    )  # fmt: skip
    assert {town["county"] for town in towns(made)} == {"01"}
    instance = written(made.contents, tmp_path / "ain")
    result = koopopt.solve(instance, time_limit=30)
    assert result.status.value == "optimal"
    assert result.evaluation is not None
    assert result.evaluation.feasible


@pytest.mark.skipif(not CREUSE.exists(), reason="the shared data are not here")
def test_the_creuse(tmp_path: Path) -> None:
    asked = {"status_quo": "epci", "constants": {"county": "23", "state": "75"}}
    borders = CREUSE.with_name("fr_creuse_neighbours.csv")
    made = imported(CREUSE, neighbours=borders, **asked)
    instance = written(made.contents, tmp_path / "creuse")
    assert (len(instance.municipalities), len(instance.neighbours)) == (255, 703)
    assert sum(town.population for town in instance.municipalities) == 118_638
    assert len(instance.status_quo) == 2 * 10
    part = imported(CREUSE, neighbours=borders, **asked, only={"epci": ("Creuse Sud Ouest",)})
    assert len(towns(part)) == 43
