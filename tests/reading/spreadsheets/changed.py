"""Workbooks that are right but for some changes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from koopopt.case.instance import Instance
from koopopt.reading.instance import check, read
from reading.books import book, saved
from reading.valid import FILES, lay_out

Change = Callable[[Any], None]


def changed(*changes: Change) -> Any:
    result = book()
    for change in changes:
        change(result)
    return result


def faults(folder: Path, *changes: Change) -> list[str]:
    return [fault.render() for fault in check(saved(changed(*changes), folder))]


def noted(folder: Path, *changes: Change) -> list[str]:
    """Return the notes of a workbook that reads as the folder does."""
    instance = read(saved(changed(*changes), folder))
    assert instance == as_folder(folder)
    return [note.render() for note in instance.notes]


def as_folder(folder: Path) -> Instance:
    return read(lay_out(FILES, folder / "folder"))


def rewritten(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """Change the XML of the parts of a workbook whose names match."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            fits = re.search(part, name)
            archive.writestr(name, change(content.decode()) if fits else content)
    return path


def with_format(code: str, divide: Callable[[int], int] = int) -> Change:
    """Make ids numbers that are shown with leading zeros."""

    def change(result: Any) -> None:
        for sheet, columns in {
            "municipalities": "AF", "neighbours": "AB", "travel": "AB", "demand": "A",
            "alone_cost": "A", "status_quo": "CD", "boundaries": "A",
        }.items():  # fmt: skip
            for column in columns:
                for cell in result[sheet][column][1:]:
                    length = len(str(cell.value))
                    cell.value = divide(int(cell.value))
                    cell.number_format = code if length == 8 else "0" * length

    return change
