"""A new workbook: valid as it stands, in both languages, and after all that users do to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from koopopt.case import resources
from koopopt.errors import DataError, UsageError
from koopopt.reading import german
from koopopt.reading.instance import check, read
from koopopt.reading.tables import REQUIRED_COLUMNS
from koopopt.reading.workbook import LISTS_SHEET, START_SHEET
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES
from koopopt.text import LANGUAGES
from koopopt.writing.instance import write
from koopopt.writing.scaffold import scaffold
from koopopt.writing.starter import words
from koopopt.writing.starter.book import write_starter
from koopopt.writing.starter.choices import LAST_ROW
from reading.valid import FILES, lay_out

STEMS = ("instance", *REQUIRED_COLUMNS)


def made(folder: Path, lang: str = "en", **settings: Any) -> Path:
    place = folder / "mine.xlsx"
    write_starter("mine", place, lang, **settings)
    return place


def opened(place: Path) -> Any:
    return openpyxl.load_workbook(place)


def name(stem: str, lang: str) -> str:
    return german.sheet_name(stem) if lang == "de" else stem


@pytest.mark.parametrize("lang", LANGUAGES)
def test_valid_as_it_stands_without_a_note(lang: str, tmp_path: Path) -> None:
    place = made(tmp_path, lang)
    assert check(place) == []
    assert read(place).notes == ()
    sheets = [START_SHEET, *(name(stem, lang) for stem in STEMS), LISTS_SHEET]
    assert sorted(opened(place).sheetnames) == sorted(sheets)
    assert opened(place).sheetnames[0] == START_SHEET


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_example_as_in_a_folder(lang: str, tmp_path: Path) -> None:
    assert read(made(tmp_path, lang)) == read(scaffold("mine", tmp_path / "folder", lang=lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_heading_is_explained_and_stays_in_sight(lang: str, tmp_path: Path) -> None:
    book = opened(made(tmp_path, lang))
    for stem in STEMS:
        sheet = book[name(stem, lang)]
        assert sheet.freeze_panes in ("A2", "C2")
        for cell in sheet[1]:
            said = cell.comment.text
            assert said.endswith(
                (words.T("Required.").render(lang), words.T("Optional.").render(lang))
            )
            assert len(said) > len("Erforderlich."), (stem, cell.value)
            width = sheet.column_dimensions[cell.column_letter].width
            assert len(str(cell.value)) < width <= 100


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_typed_into_columns_of_ids_stays_text(lang: str, tmp_path: Path) -> None:
    book = opened(made(tmp_path, lang))
    for stem, letters in {"municipalities": "A", "neighbours": "AB", "status_quo": "CD"}.items():
        for letter in letters:
            assert book[name(stem, lang)].column_dimensions[letter].number_format == "@"
    assert book[name("municipalities", lang)].column_dimensions["C"].number_format == "General"


def offers(sheet: Any) -> dict[str, str]:
    """Return the formula of each range of cells that has a drop-down."""
    return {
        str(rule.sqref): rule.formula1
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_drop_downs_name_places_that_hold_the_library(lang: str, tmp_path: Path) -> None:
    book = opened(made(tmp_path, lang))
    towns = f"'{name('municipalities', lang)}'!$A$2:$A${LAST_ROW}"
    assert offers(book[name("neighbours", lang)]) == {
        f"A2:A{LAST_ROW}": towns, f"B2:B{LAST_ROW}": towns,
    }  # fmt: skip
    today = offers(book[name("status_quo", lang)])
    assert today[f"C2:C{LAST_ROW}"] == today[f"D2:D{LAST_ROW}"] == towns
    assert name("instance", lang) in today[f"E2:E{LAST_ROW}"]
    assert held(book, today[f"A2:A{LAST_ROW}"]) == list(resources.services())
    settings = book[name("instance", lang)]
    rows = {cell.value: cell.row for cell in settings["A"]}
    picked = offers(settings)
    assert held(book, picked[f"B{rows['services[2]']}"]) == list(resources.services())
    assert held(book, picked[f"B{rows['legal_forms']}"]) == list(resources.legal_forms())
    flags = {key for key in rows if f"B{rows[key]}" in picked and key.startswith("rules.")}
    assert {held(book, picked[f"B{rows[key]}"])[0] for key in flags} == {"true"}
    assert {"rules.contiguous", "rules.same_county", "rules.keep_existing"} <= flags
    kinds = offers(book[name("municipalities", lang)])
    assert "Mittelzentrum" in held(book, next(iter(kinds.values())))
    assert book[LISTS_SHEET].sheet_state == "hidden"


def held(book: Any, formula: str) -> list[str]:
    """Return what stands in the range that a formula names."""
    sheet, _, cells = formula.rpartition("!")
    return [cell.value for (cell,) in book[sheet.strip("'")][cells.replace("$", "")]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_rule_can_be_filled_in(lang: str, tmp_path: Path) -> None:
    settings = opened(made(tmp_path, lang))[name("instance", lang)]
    keys = [cell.value for cell in settings["A"]]
    rules = {key for kind in (*PARTNERSHIP_RULES, *PLAN_RULES) for key in kind.keys()}  # noqa: SIM118
    assert {f"rules.{key}" for key in rules} <= set(keys)
    assert len(keys) == len(set(keys))
    assert all(cell.value for cell in settings["C"])


def test_the_start_sheet_says_what_to_type(tmp_path: Path) -> None:
    place = tmp_path / "meine region.xlsx"
    write_starter("meine region", place, "de")
    told = "\n".join(str(cell.value) for row in opened(place)[START_SHEET] for cell in row)
    assert 'koopopt run "meine region.xlsx"' in told
    assert 'koopopt check "meine region.xlsx"' in told
    for stem in STEMS:
        assert german.sheet_name(stem) in told


def cells(sheet: str, **values: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for cell, value in values.items():
            book[sheet][cell] = value

    return change


def as_texts(book: Any) -> None:
    """Type every number as text, as pasted tables often are."""
    for sheet in ("Gemeinden", "Nachbarn", "Fahrzeiten", "Einstellungen"):
        for row in book[sheet].iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, (int, float)):
                    cell.value, cell.data_type = str(cell.value), "s"


def sorted_backwards(book: Any) -> None:
    for sheet in book.sheetnames[1:-1]:
        rows = [[c.value for c in row] for row in book[sheet].iter_rows(min_row=2)][::-1]
        for k, row in enumerate(rows, start=2):
            for j, value in enumerate(row, start=1):
                book[sheet].cell(k, j).value = value


def untidy(book: Any) -> None:
    book["Gemeinden"].insert_rows(3, 2)
    book["Nachbarn"].insert_rows(4)
    book["Gemeinden"].column_dimensions["J"].hidden = True
    book["Nachbarn"].row_dimensions[3].hidden = True
    del book["Standorte"], book["Heute"], book[START_SHEET], book[LISTS_SHEET]


@pytest.mark.parametrize("change", [as_texts, sorted_backwards, untidy])
def test_what_users_do_changes_nothing(change: Callable[[Any], None], tmp_path: Path) -> None:
    place = made(tmp_path, "de")
    before = read(place)
    book = opened(place)
    change(book)
    book.save(place)
    after = read(place)
    for part in ("municipalities", "neighbours"):
        assert sorted(map(str, getattr(after, part))) == sorted(map(str, getattr(before, part)))
    assert (after.travel, dict(after.rules)) == (before.travel, dict(before.rules))


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda book: book["Gemeinden"].delete_rows(5), ["Nachbarn, row 3, column Gemeinde B"]),
        (cells("Gemeinden", A2=1, A3=2), ["Nachbarn, row 2, column Gemeinde A, value '001'"]),
        (cells("Gemeinden", B2="x" * 201), ["Gemeinden, row 2, column Gemeinde", "Shorten"]),
        (cells("Gemeinden", B2="=1+1"), ["Gemeinden, row 2", "Formulas have no stored value: B2"]),
        (cells("Einstellungen", B13=None), ["legal_forms: This key is missing"]),
        (cells("Einstellungen", B8="wine"), ["Einstellungen, row 8, column services[2]"]),
        (cells("Heute", A2="water", B2="V", C2="001", D2="001", E2="x"), ["column Rechtsform"]),
    ],
)
def test_what_is_wrong_is_told_in_german_names(
    change: Callable[[Any], None], wanted: list[str], tmp_path: Path
) -> None:
    place = made(tmp_path, "de")
    book = opened(place)
    change(book)
    book.save(place)
    with pytest.raises(DataError) as caught:
        read(place)
    assert [part for part in wanted if part not in str(caught.value)] == []


def test_an_empty_optional_sheet_is_noted_where_nothing_offers_it(tmp_path: Path) -> None:
    place = made(tmp_path)
    book = opened(place)
    del book[START_SHEET]
    book.save(place)
    assert any("demand" in note.file for note in read(place).notes)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_copy_means_the_same(lang: str, tmp_path: Path) -> None:
    source = lay_out(FILES, tmp_path / "old")
    copy, original = read(made(tmp_path, lang, source=source)), read(source)
    assert copy == replace(original, name="mine")
    assert copy.fingerprint == replace(original, name="mine").fingerprint


def test_names_of_others_never_become_formulas(tmp_path: Path) -> None:
    original = read(lay_out(FILES, tmp_path / "old"))
    first, *rest = original.municipalities
    hostile = replace(first, name="=HYPERLINK(0)", kind="+x", county="-1")
    odd = replace(original, municipalities=(hostile, *rest), title={"en": "=1+1", "de": "@x"})
    write(odd, tmp_path / "odd")
    place = made(tmp_path, source=tmp_path / "odd")
    assert read(place).municipalities[0] == hostile
    formulas = [c for sheet in opened(place) for row in sheet for c in row if c.data_type == "f"]
    assert formulas == []


def test_nothing_is_overwritten_and_a_failure_writes_nothing(tmp_path: Path) -> None:
    place = made(tmp_path)
    before = place.read_bytes()
    with pytest.raises(UsageError, match="not overwritten"):
        made(tmp_path)
    assert place.read_bytes() == before
    for wrong in ("=cmd", "a\x07b", "x" * 101, ""):
        with pytest.raises(UsageError, match="cannot be the name"):
            write_starter(wrong, tmp_path / "other.xlsx")
    with pytest.raises(DataError):
        write_starter("other", tmp_path / "other.xlsx", source=tmp_path / "nonsuch")
    assert list(tmp_path.iterdir()) == [place]
