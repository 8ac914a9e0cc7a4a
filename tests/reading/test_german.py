"""German names of sheets and headings: one dictionary, the same instance, faults in these words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from koopopt.errors import DataError
from koopopt.reading import german
from koopopt.reading.entries import MUNICIPALITY_COLUMNS, OPTIONAL_COLUMNS
from koopopt.reading.instance import check, read
from koopopt.reading.sites import OPTIONAL_SITE_COLUMNS
from koopopt.reading.tables import REQUIRED_COLUMNS
from koopopt.reading.workbook import Workbook
from reading.books import book, saved, set_cell
from reading.valid import FILES, lay_out


def german_book() -> Any:
    """Return the small instance with German names of sheets and headings."""
    result = book()
    for sheet in result:
        stem = sheet.title
        for cell in sheet[1]:
            known = stem if stem in german.HEADINGS else german.DOCUMENT
            cell.value = german.heading(known, cell.value)
        sheet.title = german.sheet_name(stem)
    return result


def test_every_sheet_and_column_has_a_german_name_of_its_own() -> None:
    assert german.HEADINGS.keys() - {german.DOCUMENT} == german.SHEETS.keys() - {german.SETTINGS}
    for stem, columns in REQUIRED_COLUMNS.items():
        assert set(columns) <= german.HEADINGS[stem].keys()
    assert german.HEADINGS["municipalities"].keys() == {*MUNICIPALITY_COLUMNS, *OPTIONAL_COLUMNS}
    assert set(OPTIONAL_SITE_COLUMNS) <= german.HEADINGS["sites"].keys()
    names = [german.folded(name) for words in german.SHEETS.values() for name in words]
    assert len(names) == len(set(names))
    assert {german.folded(stem) for stem in german.SHEETS}.isdisjoint(names)
    for columns in german.HEADINGS.values():
        words = [german.folded(word) for words in columns.values() for word in words]
        assert len(words) == len(set(words))


@pytest.mark.parametrize("sheet", german.HEADINGS)
def test_what_is_written_is_understood(sheet: str) -> None:
    for column in german.HEADINGS[sheet]:
        assert german.column_meant(sheet, german.heading(sheet, column)) == column
    assert german.column_meant(sheet, "remark") == "remark"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("EINWOHNER", "population"),
        ("Einwohner 2040", "population_2040"),
        ("Einwohner-2040", "population_2040"),
        ("Fläche (km²)", "area_km2"),
        ("Flaeche km2", "area_km2"),
        ("Identita\u0308tsraum", "identity_area"),
        ("population", "population"),
        ("Bemerkung", "Bemerkung"),
    ],
)
def test_headings_as_people_spell_them(written: str, meant: str) -> None:
    assert german.column_meant("municipalities", written) == meant


def test_years_are_written_in_german() -> None:
    assert german.heading("municipalities", "population_2040") == "Einwohner 2040"


def test_the_same_instance_as_in_english(tmp_path: Path) -> None:
    place = saved(german_book(), tmp_path)
    assert check(place) == []
    assert read(place) == read(lay_out(FILES, tmp_path / "folder"))
    assert Workbook(place).language == "de"


def test_english_names_may_stand_between_german_ones(tmp_path: Path) -> None:
    result = german_book()
    result["Heute"].title = "status_quo"
    result["Gemeinden"]["C1"] = "population"
    result["Grenzen"].title = " grenzen"
    assert read(saved(result, tmp_path)) == read(lay_out(FILES, tmp_path / "folder"))
    assert Workbook(saved(book(), tmp_path)).language == "en"


def retitled(old: str, new: str) -> Callable[[Any], None]:
    return lambda result: setattr(result[old], "title", new)


def copied(old: str, new: str) -> Callable[[Any], None]:
    return lambda result: setattr(result.copy_worksheet(result[old]), "title", new)


@pytest.mark.parametrize(
    ("mutate", "wanted"),
    [
        (
            set_cell("Gemeinden", "C2", "many"),
            ["Gemeinden, row 2, column Einwohner, value 'many'"],
        ),
        (
            set_cell("Gemeinden", "C1", "Einwohnr"),
            ["column Einwohner: The column is missing.", "needed are Schlüssel, Gemeinde,",
             "column Einwohnr: Unknown column. Did you mean 'Einwohner'?"],
        ),
        (set_cell("Fahrzeiten", "B2", "7"), ["Fahrzeiten, row 2, column Nach, value '7'"]),
        (set_cell("Kosten allein", "C2", "teuer"), ["Kosten allein, row 2, column Kosten"]),
        (
            set_cell("Gemeinden", "L1", "population"),
            ["column population: It means the same as the column 'Einwohner'"],
        ),
        (
            copied("Gemeinden", "municipalities"),
            ["Gemeinden: It means the same as the sheet 'municipalities'"],
        ),
        (copied("Heute", "Bestand"), ["Bestand: It means the same as the sheet 'Heute'"]),
        (copied("Einstellungen", "instance"), ["Einstellungen: It means the same"]),
        (copied("Grenzen", "boundaries"), ["Grenzen: It means the same"]),
        (copied("Gemeinden", "Gemeinden (2)"), ["Gemeinden (2)", "another 'Gemeinden'"]),
        (retitled("Gemeinden", "Gemeinde"), ["Gemeinden: The table is missing", "Gemeinde:"]),
        (retitled("Einstellungen", "Einstellung"), ["Einstellungen: The sheet is missing"]),
        (set_cell("Einstellungen", "A1", "Wort"), ["needs the columns Schlüssel and Wert"]),
        (set_cell("Grenzen", "B1", "Form"), ["needs the columns Schlüssel and Geometrie"]),
        (set_cell("Grenzen", "B2", "x"), ["Grenzen, row 2, column Geometrie"]),
        (set_cell("Einstellungen", "B15", "viele"), ["Einstellungen, row 15, column weights"]),
    ],
)  # fmt: skip
def test_faults_say_what_the_workbook_says(
    mutate: Callable[[Any], None], wanted: list[str], tmp_path: Path
) -> None:
    result = german_book()
    mutate(result)
    with pytest.raises(DataError) as caught:
        read(saved(result, tmp_path))
    told = caught.value.render()
    assert [part for part in wanted if part not in told] == []
    assert "municipalities, row" not in told


def test_notes_say_it_as_well(tmp_path: Path) -> None:
    result = german_book()
    result["Gemeinden"]["H3"] = "Nord"
    result.create_sheet("Bemerkungen").append(["x"])
    told = [note.render() for note in read(saved(result, tmp_path)).notes]
    assert any(line.startswith("Gemeinden, column Identitätsraum: Nearly equal") for line in told)
    assert any("Not read: 'Bemerkungen'" in line for line in told)


def test_the_docs_name_every_word() -> None:
    page = (Path(__file__).parents[2] / "docs" / "workbooks.md").read_text("utf-8")
    table = page.partition("## German names")[2]
    rows = {line.split("|")[1].strip(" `"): line for line in table.splitlines() if "|" in line}
    for sheet, names in german.SHEETS.items():
        assert f"| {', '.join(names)} |" in rows[sheet]
        columns = german.HEADINGS[german.DOCUMENT if sheet == german.SETTINGS else sheet]
        for column, words in columns.items():
            assert f"`{column}`" in table
            assert ", ".join(words) in table, (sheet, column)
