"""Accounts from tables as people keep them, and every way in which such a table is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from calibrating.county import IDS, county, table
from koopopt.calibrating.accounts import Account, read_accounts
from koopopt.case.instance import Instance
from koopopt.errors import DataError, Fault


def read(path: Path, instance: Instance | None = None, **settings: Any) -> list[Account]:
    case = instance or county()
    return list(read_accounts(path, case, case.services[0], settings.pop("notes", []), **settings))


def notes(path: Path, instance: Instance | None = None) -> list[str]:
    told: list[Fault] = []
    read(path, instance, notes=told)
    return [note.render() for note in told]


def test_a_plain_table(tmp_path: Path) -> None:
    text = f"municipality,cost,demand,year,remarks\n{IDS[0]},1234.5,41000,2023,\nCelle,99,,2022,x\n"
    assert read(table(tmp_path, text)) == [
        Account(IDS[0], 1234.5, 41000.0, ("2023",)),
        Account(IDS[2], 99.0, 120000.0, ("2022",)),  # 3,000 people, 40 m3 each
    ]
    assert notes(table(tmp_path, text)) == []


GERMAN = """\
Wasserkosten der Gemeinden;;;;;
;;;;;
AGS;Gemeinde;Kosten (EUR im Jahr);Menge (m³);Rechnungsjahr;Bemerkung
6636001;Ahausen;1.234.567,89 €;40.000,5;2023;laut Abschluss
6636002.0;bühl an der weißen werra;850.000;61 000,0;2023;
06636003;;12,5 EUR;;2023;
;Dorn;;;2023;noch offen
"""


def test_a_german_table_as_it_was_kept(tmp_path: Path) -> None:
    path = table(tmp_path, GERMAN)
    assert read(path) == [
        Account(IDS[0], 1234567.89, 40000.5, ("2023",)),
        Account(IDS[1], 850000.0, 61000.0, ("2023",)),
        Account(IDS[2], 12.5, 120000.0, ("2023",)),
    ]
    said = "\n".join(notes(path))
    assert "row 1, value 'Wasserkosten der Gemeinden': The row stands above the header" in said
    assert "row 4, column id, value '6636001': A spreadsheet took the id for a number" in said
    assert "row 7, column municipality, value 'Dorn': There is no cost in this row" in said


def test_the_same_as_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Tabelle1"
    sheet.append(["Wasserkosten der Gemeinden"])
    sheet.append([])
    sheet.append(["Gemeinde", "Kosten in EUR", "Bedarf [cbm]", "Jahr", "Bemerkungen"])
    sheet.append([6636001, 1234567.89, 40000, 2023, None])
    sheet.append(["Celle", "850.000,00 €", None, 2023, "x"])
    sheet["B4"].number_format = "#,##0"  # shown without its cents
    sheet["C4"].number_format = '0" m³"'  # shown as no number at all
    path = tmp_path / "konten.xlsx"
    book.save(path)
    expected = [
        Account(IDS[0], 1234567.89, 40000.0, ("2023",)),
        Account(IDS[2], 850000.0, 120000.0, ("2023",)),
    ]
    assert read(path) == expected
    book.create_sheet("Notizen").append(["anything"])
    book.save(path)
    with pytest.raises(DataError, match="several sheets, none of which is named as that"):
        read(path)
    sheet.title = "Kosten"
    book.save(path)
    assert read(path) == expected


def test_a_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as found:
        read(Path())
    assert f"{tmp_path.name}: " in str(found.value)


def test_years_of_a_municipality_are_one_account(tmp_path: Path) -> None:
    text = "Gemeinde,Kosten,Menge,Jahr\nCelle,100,10,2023\nElm,7,70000,2023\nCelle,300,30,2021\n"
    path = table(tmp_path, text)
    assert read(path)[0] == Account(IDS[2], 200.0, 20.0, ("2021", "2023"))
    assert any("Municipalities with accounts of several years: 1." in note for note in notes(path))


def test_demand_that_the_instance_gives(tmp_path: Path) -> None:
    instance = county(demand={(IDS[0], "water"): 5.0, (IDS[0], "housing"): 7.0})
    path = table(tmp_path, "municipality,cost\nAhausen,100\n")
    assert read(path, instance) == [Account(IDS[0], 100.0, 5.0)]


def test_a_unit_that_may_be_mixed_up_is_told(tmp_path: Path) -> None:
    (note,) = notes(table(tmp_path, "municipality,cost,demand\nCelle,100,120\n"))
    assert "The instance has 120,000 m3 here, 1,000 times as much." in note


def test_what_could_be_thousands_is_asked_about_and_can_be_said(tmp_path: Path) -> None:
    path = table(tmp_path, "Gemeinde;Kosten\nCelle;850.000\n")
    with pytest.raises(DataError) as caught:
        read(path)
    (fault,) = caught.value.faults
    assert "Write 850000 or 850; or give --decimal ," in fault.render()
    assert "instance.toml" not in fault.render()
    assert read(path, decimal=",")[0].cost == 850000.0
    assert read(path, decimal=".")[0].cost == 850.0


HEAD = "municipality,cost,demand,year\n"
BROKEN: list[tuple[str, str, list[str]]] = [
    ("no account", "municipality,cost\nCelle,\n", ["There are no accounts."]),
    ("zero", HEAD + "Celle,0,,\n", ["row 2, column cost, value '0'", "0 or less"]),
    ("negative", HEAD + "Celle,(5),,\n", ["row 2, column cost, value '(5)'", "0 or less"]),
    ("no number", HEAD + "Celle,k.A.,,\n", ["row 2, column cost", "not a number"]),
    ("thousands of EUR", HEAD + "Celle,5 TEUR,,\n", ["row 2, column cost", "not a number"]),
    ("infinite", HEAD + "Celle,1e999,,\n", ["row 2, column cost"]),
    ("no demand", HEAD + "Celle,5,0,\n", ["row 2, column demand, value '0'", "no demand of water"]),
    ("negative demand", HEAD + "Celle,5,-3,\n", ["row 2, column demand", "between 0"]),
    ("no year", HEAD + "Celle,5,,23\n", ["row 2, column year, value '23'", "no year"]),
    ("nobody", HEAD + "Nirgends,5,,\n", ["row 2, column municipality", "no municipality"]),
    ("misspelt", HEAD + "Ahusen,5,,\n", ["row 2", "Did you mean 'Ahausen'?"]),
    ("nobody named", HEAD + ",5,,\n", ["row 2, column municipality", "empty"]),
    ("sum", HEAD + "Celle,5,,\nSumme,5,,\n", ["row 3", "'Summe'", "no municipality"]),
    ("twice", HEAD + "Celle,5,,2023\n06636003,6,,2023\n", ["row 3", "row 2 already"]),
    ("twice without year", HEAD + "Celle,5,,2023\nCelle,6,,\n", ["row 3, column year", "year of"]),
    ("id of another", "AGS,Gemeinde,Kosten\n06636001,Celle,5\n",
     ["row 2", "another municipality than '06636001': that is "]),
    ("unknown unit", "Gemeinde,Kosten (TEUR),Jahr\nCelle,5,2023\n",
     ["column Kosten (TEUR)", "Only EUR a year, and m3 for demand"]),
    ("no cost", "Gemeinde,Jahr\nCelle,2023\n", ["column cost", "missing"]),
    ("unknown column", "Gemeinde,Kosten,Preis\nCelle,5,6\n", ["column Preis", "Unknown column"]),
    ("two columns of one meaning", "Gemeinde,Kosten,Aufwand\nCelle,5,6\n", ["that mean cost"]),
    ("not UTF-8", "Gemeinde,Kosten\nB\udcfchl,5\n", ["not UTF-8"]),
    ("empty", "", ["The file is empty"]),
    ("ragged", HEAD + "Celle,5\n", ["row 2", "2 cells, the header 4"]),
    ("another separator", "Gemeinde|Kosten\nCelle|5\n", ["separated by '|'"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), [case[1:] for case in BROKEN],
                         ids=[case[0] for case in BROKEN])  # fmt: skip
def test_what_is_wrong_is_told_by_row_and_column(
    text: str, said: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "accounts.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(DataError) as caught:
        read(path)
    lines = [fault.render() for fault in caught.value.faults]
    assert any(all(part in line for part in ["accounts.csv", *said]) for line in lines), lines
    german = [fault.render("de") for fault in caught.value.faults]
    assert not set(german) & set(lines)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = HEAD + "Celle,0,,\nNirgends,5,,\nElm,x,y,z\n"
    with pytest.raises(DataError) as caught:
        read(table(tmp_path, text))
    assert len(caught.value.faults) == 5


def test_a_name_that_several_have_is_asked_about(tmp_path: Path) -> None:
    case = county()
    towns = tuple(
        replace(t, name="Neustadt") if t.name == "Elm" else t for t in case.municipalities
    )
    twins = replace(case, municipalities=towns)
    with pytest.raises(
        DataError, match="Several municipalities have this name: 06636005, 06636009"
    ):
        read(table(tmp_path, "municipality,cost\nNeustadt,5\n"), twins)
    assert read(table(tmp_path, "municipality,cost\n06636009,5\n"), twins)
    # Beside the id the name helps nobody to be mistaken.
    text = "id,municipality,cost\n06636009,Neustadt,5\n"
    assert read(table(tmp_path, text), twins)[0].municipality == IDS[8]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="missing"):
        read(tmp_path / "none.csv")
    broken = tmp_path / "none.xlsx"
    broken.write_bytes(b"no workbook")
    with pytest.raises(DataError, match=r"none\.xlsx"):
        read(broken)
