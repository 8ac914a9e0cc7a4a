"""Sheets as people keep them: merged, hidden, filtered, titled, named otherwise."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.cell_range import CellRange

from koopopt.errors import DataError
from koopopt.reading.instance import check, read
from reading.books import book, saved, set_cell
from reading.spreadsheets.changed import (
    Change,
    as_folder,
    changed,
    faults,
    noted,
    rewritten,
    with_format,
)


def merged(sheet: str, area: str) -> Change:
    return lambda result: result[sheet].merge_cells(area)


def test_nothing_to_note(tmp_path: Path) -> None:
    assert noted(tmp_path) == []


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (merged("municipalities", "F2:F4"), ["municipalities, row 2, value '06636'", "F2:F4"]),
        (merged("municipalities", "I2:I3"), ["value 'town'", "I2:I3"]),
        (merged("municipalities", "D1:E1"), ["row 1, value 'lat'", "D1:E1"]),
        (merged("neighbours", "A2:B2"), ["neighbours, row 2", "A2:B2"]),
        (merged("instance", "B3:B4"), ["instance, row 3", "B3:B4"]),
        (lambda r: [r["travel"].merge_cells(f"A{k}:A{k + 1}") for k in (2, 4)],
         ["travel, row 2", "A2:A3, A4:A5"]),
    ],
)  # fmt: skip
def test_merged_cells_are_named(change: Change, wanted: list[str], tmp_path: Path) -> None:
    lines = faults(tmp_path, change)
    merged_ones = [line for line in lines if "are merged" in line]
    assert len(merged_ones) == 1
    assert all(part in merged_ones[0] for part in wanted), merged_ones


def test_merged_cells_that_hide_nothing(tmp_path: Path) -> None:
    def change(result: Any) -> None:
        result["municipalities"].merge_cells("M1:P1")  # beside the table
        result["municipalities"].merge_cells("L5:L9")  # an empty one, beyond the last row
        result["neighbours"].merge_cells("B4:B4")
        result["travel"].merge_cells("C5:C8")  # the last row and empty ones

    assert noted(tmp_path, change) == []


def inserted(sheet: str, at: int, *rows: list[Any]) -> Change:
    def change(result: Any) -> None:
        result[sheet].insert_rows(at, len(rows))
        for k, row in enumerate(rows):
            for column, value in enumerate(row, start=1):
                result[sheet].cell(at + k, column, value)

    return change


def test_titles_above_the_header(tmp_path: Path) -> None:
    lines = noted(
        tmp_path,
        inserted("municipalities", 1, ["Table 1: Municipalities"], ["as of", date(2026, 1, 1)], []),
        merged("municipalities", "A1:H1"),
        inserted("instance", 1, ["Settings"]),
    )
    assert len(lines) == 3
    assert all("above the header" in line for line in lines)
    assert any("municipalities, row 1, value 'Table 1: Municipalities'" in line for line in lines)


def test_blank_rows_and_columns_lose_nothing(tmp_path: Path) -> None:
    def change(result: Any) -> None:
        result["municipalities"].insert_rows(3, 2000)
        result["municipalities"].insert_cols(3, 2)
        result["travel"].insert_cols(1)
        result["neighbours"].insert_rows(1, 3)

    assert noted(tmp_path, change) == []


def test_a_cell_far_away(tmp_path: Path) -> None:
    lines = faults(tmp_path, set_cell("travel", "XFD1048576", "x"), set_cell("travel", "F3", 1))
    assert lines == [
        "travel, row 3, value '1': Outside the table, since the header has no name there: F3,"
        " XFD1048576. Give the column a name, or delete what stands there."
    ]


def test_a_line_below_the_table(tmp_path: Path) -> None:
    lines = faults(tmp_path, set_cell("municipalities", "A9", "Source: the Land"))
    assert len(lines) == 1
    assert "row 9, value 'Source: the Land': There is nothing else in this row" in lines[0]


def test_a_dimension_that_lies(tmp_path: Path) -> None:
    path = saved(book(), tmp_path)
    said = re.compile('<dimension ref="[^"]*"')
    for lie in ("A1", "A1:XFD1048576"):
        rewritten(path, "sheet", lambda x, lie=lie: said.sub(f'<dimension ref="{lie}"', x))
        assert read(path) == as_folder(tmp_path)


def test_cells_without_an_address(tmp_path: Path) -> None:
    path = rewritten(saved(book(), tmp_path), "sheet", lambda xml: re.sub(' r="[A-Z]*1?"', "", xml))
    assert read(path) == as_folder(tmp_path)


def test_what_is_hidden_is_read_and_said(tmp_path: Path) -> None:
    def change(result: Any) -> None:
        result["travel"].row_dimensions[3].hidden = True
        result["travel"].auto_filter.ref = "A1:C5"
        result["municipalities"].column_dimensions["I"].hidden = True
        result["demand"].sheet_state = "veryHidden"
        for k in range(2, 8):
            result["instance"].row_dimensions[k].hidden = True

    assert noted(tmp_path, change) == [
        "instance: Rows are hidden or filtered out, and read all the same: 2, 3, 4 and 3 more."
        " Delete what should not count.",
        "municipalities: Columns are hidden, and read all the same: I."
        " Delete what should not count.",
        "travel: Rows are hidden or filtered out, and read all the same: 3."
        " Delete what should not count.",
        "demand: The sheet is hidden, and is read all the same. Delete what should not count.",
    ]


def test_a_workbook_without_styles(tmp_path: Path) -> None:
    path = rewritten(
        saved(changed(set_cell("instance", "B11", "2026-01-31")), tmp_path),
        "workbook.xml.rels",
        lambda xml: re.sub("<Relationship [^>]*styles[^>]*/>", "", xml),
    )
    assert read(path).travel == as_folder(tmp_path).travel


def test_a_sheet_that_is_a_chart(tmp_path: Path) -> None:
    path = saved(changed(lambda result: result.create_chartsheet("Chart")), tmp_path)
    (line,) = [note.render() for note in read(path).notes]
    assert "Chart" in line


@pytest.mark.parametrize("name", ["Municipalities", "MUNICIPALITIES ", "\u00a0municipalities"])
def test_names_of_sheets_in_other_case(name: str, tmp_path: Path) -> None:
    def change(result: Any) -> None:
        sheet = result["municipalities"]
        sheet.title = "elsewhere"  # openpyxl tells names apart by more than their case
        sheet.title = name

    assert noted(tmp_path, change) == []


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("municipalities", "municipality", "municipalities"),
        ("travel", "travel (2)", "travel"),
        ("neighbours", "neighbors", "neighbours"),
        ("status_quo", "Status Quo", "status_quo"),
        ("instance", "instances", "instance"),
        ("boundaries", "boundary", "boundaries"),
    ],
)
def test_names_of_sheets_nearly_right(old: str, new: str, meant: str, tmp_path: Path) -> None:
    lines = faults(tmp_path, lambda result: setattr(result[old], "title", new))
    assert any(line.startswith(f"{new}:") and f"Did you mean '{meant}'" in line for line in lines)


def test_two_sheets_for_one_table(tmp_path: Path) -> None:
    for copy in ("travel (2)", "Travel "):
        lines = faults(tmp_path, lambda result, copy=copy: result.create_sheet(copy))
        assert len(lines) == 1
        assert lines[0].startswith(f"{copy}: It seems to be another 'travel'")


def test_remarks_beside_keys_are_noted(tmp_path: Path) -> None:
    (line,) = noted(
        tmp_path, set_cell("instance", "C1", "remark"), set_cell("instance", "C3", "short")
    )
    assert line == "instance, column remark: The column is not read. Only key and value are."


def test_other_sheets_are_named(tmp_path: Path) -> None:
    lines = noted(tmp_path, lambda result: [result.create_sheet(n) for n in ("raw", "Notes")])
    assert lines == ["small: Not read: 'raw', 'Notes'. Correct the name of what should be read."]


def test_strict_workbooks(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    ns = "http://schemas.openxmlformats.org"
    path = rewritten(
        saved(changed(with_format("00000000")), tmp_path),
        r"\.(xml|rels)$",
        lambda xml: xml.replace(f"{ns}/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument")
        .replace(f"{ns}/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    )  # fmt: skip
    assert read(path) == as_folder(tmp_path)
    assert not recwarn.list


def test_prefixed_names_and_shared_texts(tmp_path: Path) -> None:
    """As other programs write: names with a prefix, texts in a part of their own, as rich text."""
    texts: list[str] = []

    def shared(match: re.Match[str]) -> str:
        texts.append(match[2])
        return f'<c r="{match[1]}" t="s"><v>{len(texts) - 1}</v></c>'

    def rewrite(xml: str) -> str:
        cell = r'<c r="(\w+)"[^>]*t="inlineStr"[^>]*><is><t[^>]*>(.*?)</t></is></c>'
        xml = re.sub(cell, shared, xml, flags=re.DOTALL)
        return re.sub(r"<(/?)(?![?!/])", r"<\1x:", xml).replace("xmlns=", "xmlns:x=")

    path = rewritten(saved(book(), tmp_path), r"sheet\d+\.xml", rewrite)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    link = f'<Relationship Id="texts" Type="{kind}" Target="/xl/texts.xml"/></Relationships>'
    rewritten(path, "workbook.xml.rels", lambda xml: xml.replace("</Relationships>", link))
    halves = ((text[:1], text[1:]) for text in texts)
    items = "".join(
        f'<si><r><t xml:space="preserve">{a}</t></r><r><t xml:space="preserve">{b}</t></r>'
        '<rPh sb="0" eb="1"><t>aloud</t></rPh></si>'
        for a, b in halves
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/texts.xml", f"<sst>{items}</sst>")
    assert texts
    assert read(path) == as_folder(tmp_path)


@pytest.mark.parametrize(
    "cells",
    [
        "<row>" + "<c><v>1</v></c>" * 20_000 + "</row>",
        '<row><c t="s"><v>7</v></c></row>',
        "<row><c><v>one</v></c></row>",
        "<row>",
    ],
)
def test_sheets_that_no_program_writes(cells: str, tmp_path: Path) -> None:
    sheet = f"<worksheet><sheetData>{cells}</sheetData></worksheet>"
    path = rewritten(saved(book(), tmp_path), "sheet6.xml$", lambda _: sheet)
    assert "no readable .xlsx workbook" in check(path)[0].render()


def test_entities_do_not_explode(tmp_path: Path) -> None:
    entities = "".join(
        f'<!ENTITY a{k} "{f"&a{k - 1};" * 10 if k else "a" * 20}">' for k in range(10)
    )
    sheet = f"<!DOCTYPE x [{entities}]><worksheet><sheetData><row><c t='str'><v>&a9;</v></c></row>"
    path = rewritten(
        saved(book(), tmp_path), "sheet6.xml$", lambda _: f"{sheet}</sheetData></worksheet>"
    )
    assert "no readable .xlsx workbook" in check(path)[0].render()


def test_ranges_of_openpyxl_are_ours() -> None:
    """The addresses in messages are those that spreadsheets show."""
    from koopopt.reading.spreadsheets.xlsx import letters, span

    for area in ("A1:Z9", "AA10:AZ11", "ZZ1:AAA2", "XFD1:XFD2"):
        left, top, right, bottom = CellRange(area).bounds
        assert span((top, left - 1, bottom, right - 1)) == area
    assert letters(26) == "AA"


def test_all_faults_of_a_workbook_at_once(tmp_path: Path) -> None:
    path = saved(
        changed(
            set_cell("travel", "C2", "=1"),
            set_cell("demand", "C2", "#REF!"),
            merged("neighbours", "A2:B2"),
            lambda result: setattr(result["alone_cost"], "title", "alone_costs"),
        ),
        tmp_path,
    )
    with pytest.raises(DataError) as caught:
        read(path)
    assert {fault.file for fault in caught.value.faults} == {
        "travel", "demand", "neighbours", "alone_costs",
    }  # fmt: skip
