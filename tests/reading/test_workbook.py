"""Workbooks as people make them: by hand, with formulas, dates, lost zeros and stray formatting."""

from __future__ import annotations

import builtins
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from koopopt.errors import DataError, UsageError
from koopopt.reading.instance import check, read
from koopopt.writing.instance import write_workbook
from reading.books import book, saved, set_cell
from reading.valid import FILES, lay_out


def test_same_as_the_folder(tmp_path: Path) -> None:
    workbook = read(saved(book(), tmp_path))
    folder = read(lay_out(FILES, tmp_path / "folder"))
    assert workbook == folder
    assert workbook.fingerprint == folder.fingerprint


def test_name_of_the_file_if_there_is_no_other(tmp_path: Path) -> None:
    result = book()
    result["instance"].delete_rows(3, 3)  # name and title
    instance = read(saved(result, tmp_path))
    assert instance.name == "small"
    assert instance.title == {"en": "small"}


def test_an_ordinary_table_is_told_where_to_go(tmp_path: Path) -> None:
    result = openpyxl.Workbook()
    result.active.title = "Gemeindedaten"
    (fault,) = check(saved(result, tmp_path))
    assert "No sheet is one of an instance; there are 'Gemeindedaten'" in fault.render()
    assert "koopopt import table" in fault.render()
    result.create_sheet("Gemeinden")
    assert "koopopt import table" not in " ".join(
        f.render() for f in check(saved(result, tmp_path))
    )


def test_formatting_merged_and_empty_cells_do_not_matter(tmp_path: Path) -> None:
    result = book()
    sheet = result["neighbours"]
    sheet["A900"].font = openpyxl.styles.Font(bold=True)
    sheet["Z3"].font = openpyxl.styles.Font(bold=True)
    sheet.merge_cells("A6:C7")
    result.create_sheet("Notes").append(["whatever"])
    result.create_chartsheet("Chart").add_chart(openpyxl.chart.BarChart())
    assert read(saved(result, tmp_path)) == read(lay_out(FILES, tmp_path / "folder"))


def key(name: str, value: object) -> Callable[[Any], None]:
    return lambda result: result["instance"].append([name, value])


def retitled(old: str, new: str) -> Callable[[Any], None]:
    return lambda result: setattr(result[old], "title", new)


def without(sheet: str) -> Callable[[Any], None]:
    return lambda result: result.remove(result[sheet])


@pytest.mark.parametrize(
    ("mutate", "wanted"),
    [
        (
            set_cell("municipalities", "A2", 6636001),
            ["municipalities, row 2", "'06636001'", "zero"],
        ),
        (set_cell("neighbours", "A2", datetime(2026, 3, 4)), ["neighbours, row 2", "date"]),
        (set_cell("travel", "C2", "=4+4"), ["travel, row 2", "'=4+4'", "no stored value"]),
        (set_cell("travel", "C2", "#REF!"), ["travel, row 2", "'#REF!'", "error"]),
        (set_cell("travel", "C2", True), ["travel, row 2, column minutes", "'true'"]),
        (set_cell("travel", "C2", "8:5"), ["travel, row 2, column minutes", "decimal point"]),
        (set_cell("municipalities", "B3", None), ["municipalities, row 3, column name", "empty"]),
        (set_cell("municipalities", "M3", "x"), ["municipalities, row 3", "Outside", "M3"]),
        (set_cell("boundaries", "B2", "{"), ["boundaries, row 2, column geometry", "JSON"]),
        (set_cell("boundaries", "B1", "shape"), ["boundaries, row 1", "geometry"]),
        (set_cell("instance", "A1", "name"), ["instance, row 1", "key and value"]),
        (set_cell("instance", "B2", 2), ["instance, row 2, column schema", "must be 1"]),
        (key("rules.max_member", 3), ["instance, row 19, column rules.max_member", "max_members"]),
        (key("office.cost", 3), ["instance, row 19, column office.cost", "twice"]),
        (key("office.cost.x", 3), ["instance, row 19, column office.cost.x", "twice"]),
        (key("rules.alone", '["06636001"'), ["instance, row 19, column rules.alone", "closed"]),
        (key("rules.alone", "06636001"), ["instance, row 19, column rules.alone", "a list"]),
        (key("sources[3].what", "x"), ["instance", "column sources", "gap"]),
        (key("rules..x", 1), ["instance, row 19", "no key"]),
        (key("rules.max_minutes", "30,5"), ["rules.max_minutes", "'30,5'", "Write 30.5"]),
        (key("rules.max_minutes", "5.000,50 €"), ["'5.000,50 €'", "point and nothing around it."]),
        (
            key("rules.max_hosted", f"1{'0' * 400}"),
            ["instance, row 19, column rules.max_hosted", "absurdly large"],
        ),
        (
            set_cell("boundaries", "B2", '{"type": "Point", "type": "Polygon"}'),
            ["boundaries, row 2, column type", "twice"],
        ),
        (key("services[2]", "x"), ["instance, row 19", "services[2]", "twice"]),
        (retitled("instance", "settings"), ["instance:", "missing"]),
        (retitled("fire.toml", "feuer.toml"), ["fire.toml:", "missing"]),
        (retitled("travel", "travels"), ["travels:", "'travel'"]),
        (without("municipalities"), ["municipalities:", "missing"]),
        (without("neighbours"), ["neighbours:", "contiguous"]),
    ],
)
def test_one_thing_wrong(mutate: Callable[[Any], None], wanted: list[str], tmp_path: Path) -> None:
    result = book()
    mutate(result)
    with pytest.raises(DataError) as caught:
        read(saved(result, tmp_path))
    lines = [fault.render() for fault in caught.value.faults]
    assert any(all(part in line for part in wanted) for line in lines), lines
    assert len(lines) <= 4, lines


def test_stored_values_of_formulas_count(tmp_path: Path) -> None:
    path = saved(book(), tmp_path)
    sheet = "xl/worksheets/sheet6.xml"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert b"<v>8</v>" in parts[sheet]
    parts[sheet] = parts[sheet].replace(b"<v>8</v>", b"<f>4+4</f><v>8</v>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read(path) == read(lay_out(FILES, tmp_path / "folder"))
    parts[sheet] = parts[sheet][:500]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert "no readable" in check(path)[0].render()


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(book(), tmp_path)
    monkeypatch.setattr("koopopt.reading.workbook.MAX_BYTES", 4000)
    assert "larger" in check(path)[0].render()
    monkeypatch.undo()
    monkeypatch.setattr("koopopt.reading.workbook.MAX_UNPACKED", path.stat().st_size)
    assert "larger" in check(path)[0].render()
    monkeypatch.undo()
    monkeypatch.setattr("koopopt.reading.workbook.MAX_ROWS", 4)
    assert "more than" in check(path)[0].render()


def test_without_openpyxl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(book(), tmp_path)
    original = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name.startswith("openpyxl"):
            raise ModuleNotFoundError(name)
        return original(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    instance = read(path)
    with pytest.raises(UsageError, match=r"koopopt\[xlsx\]"):
        write_workbook(instance, tmp_path / "b.xlsx")
