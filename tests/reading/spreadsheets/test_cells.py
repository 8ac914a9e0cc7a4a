"""Cells as people keep them: ids and numbers with formats, formulas, dates."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

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


def test_ids_as_the_sheet_shows_them(tmp_path: Path) -> None:
    assert noted(tmp_path, with_format("00000000")) == []


def test_ids_with_marks_between(tmp_path: Path) -> None:
    instance = read(saved(changed(with_format('00" "000"-"000')), tmp_path))
    assert [town.id for town in instance.municipalities][:2] == ["06 636-001", "06 636-002"]
    assert instance.neighbours[0].b == "06 636-002"
    assert instance.municipalities[0].county == "06636"


def test_numbers_are_not_read_as_they_are_shown(tmp_path: Path) -> None:
    def change(result: Any) -> None:
        for sheet, column, code in (
            ("municipalities", "C", '000000 "inhabitants"'), ("municipalities", "D", "0"),
            ("travel", "C", "0%"), ("alone_cost", "C", '#,##0.00 "€"'), ("instance", "B", "00000"),
        ):  # fmt: skip
            for cell in result[sheet][column][1:]:
                cell.number_format = code if not isinstance(cell.value, date) else "yyyy"

    assert noted(tmp_path, change) == []


def test_ids_that_lost_their_zero_in_some_sheets(tmp_path: Path) -> None:
    def change(result: Any) -> None:
        result["neighbours"]["A2"] = 6636001
        result["travel"]["A2"] = "6636001.0"
        result["demand"]["A2"] = "'06636001"

    lines = noted(tmp_path, change)
    assert len(lines) == 3
    assert all("read as '06636001'" in line for line in lines)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (set_cell("municipalities", "B2", True), ["municipalities, row 2", "true or false", "B2"]),
        (set_cell("municipalities", "A2", 123456789012345678), ["too long", "A2"]),
        (set_cell("municipalities", "C2", date(2026, 5, 1)), ["'2026-05-01'", "date", "C2"]),
        (set_cell("municipalities", "A3", "#N/A"), ["value '#N/A'", "error", "A3"]),
        (set_cell("municipalities", "I1", "name"), ["row 1, column name", "twice"]),
        (set_cell("municipalities", "I1", None), ["row 2, value 'town'", "Outside", "I2"]),
        (set_cell("municipalities", "I1", "Bürgermeister"), ["Unknown column"]),
        (lambda r: [set_cell("travel", f"C{k}", "=1+1")(r) for k in range(2, 6)],
         ["travel, row 2, value '=1+1'", "no stored value: C2, C3, C4 and 1 more"]),
        (lambda r: [set_cell("travel", f"{c}1", "=x")(r) for c in "ABC"],
         ["travel, row 1, value '=x'", "no stored value: A1, B1, C1"]),
        (set_cell("instance", "B4", "=A4"), ["instance, row 4", "no stored value: B4"]),
    ],
)  # fmt: skip
def test_cells_that_are_no_text(change: Change, wanted: list[str], tmp_path: Path) -> None:
    lines = faults(tmp_path, change)
    assert any(all(part in line for part in wanted) for line in lines), lines
    assert len(lines) <= 4


def test_formulas_of_a_writer_that_never_computes(tmp_path: Path) -> None:
    path = saved(changed(set_cell("travel", "C2", 0)), tmp_path)
    rewritten(path, "sheet6", lambda xml: xml.replace("<v>0</v>", "<f>B2*0</f><v>0</v>"))
    assert "=B2*0" in check(path)[0].render()
    rewritten(path, "workbook.xml$", lambda xml: xml.replace("fullCalcOnLoad", "calcCompleted"))
    assert read(path).travel["06636001", "06636002"] == 0


def test_formulas_with_an_empty_text(tmp_path: Path) -> None:
    path = saved(changed(set_cell("municipalities", "I3", "=x")), tmp_path)
    rewritten(path, "sheet4", lambda xml: re.sub(
        '<c r="I3"[^>]*><f>x</f><v */>', '<c r="I3" t="str"><f>x</f><v></v>', xml
    ))  # fmt: skip
    assert read(path) == as_folder(tmp_path)


def test_texts_of_formulas_as_the_sheet_shows_them(tmp_path: Path) -> None:
    """Characters that XML cannot hold are written ``_x0075_``."""
    path = saved(changed(set_cell("municipalities", "B2", "=x")), tmp_path)
    rewritten(path, "sheet4", lambda xml: re.sub(
        '<c r="B2"[^>]*><f>x</f><v */>', '<c r="B2" t="str"><f>x</f><v>A_x0075_e</v>', xml
    ))  # fmt: skip
    assert read(path) == as_folder(tmp_path)


def test_dates_written_as_dates(tmp_path: Path) -> None:
    """As Strict workbooks may hold them, not as the number of a day."""
    path = rewritten(saved(book(), tmp_path), "sheet4", lambda xml: re.sub(
        '<c r="C2"[^>]*><v>5000</v>', '<c r="C2" t="d"><v>2026-05-01T00:00:00</v>', xml
    ))  # fmt: skip
    (line,) = [fault.render() for fault in check(path)]
    assert all(part in line for part in ["municipalities, row 2", "'2026-05-01'", "date", "C2"])
