"""The files of an instance as one workbook: a sheet a table, text that no spreadsheet runs."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from koopopt.errors import UsageError
from koopopt.text import T
from koopopt.writing.contents import (
    CellValue,
    Contents,
    Rows,
    cannot_write,
    place_files,
    refuse_existing,
)
from koopopt.writing.toml import sheet_rows

Sheet = tuple[tuple[str, ...], Rows]
"""Header and rows."""

MAX_CELL_LENGTH = 32767
"""Most characters in a cell of a workbook."""
MAX_SHEET_NAME = 31
"""Longest name of a sheet that spreadsheets allow."""


def openpyxl() -> Any:
    """Return the library for workbooks; raise `UsageError` where it is not installed."""
    try:
        import openpyxl as library
    except ModuleNotFoundError:
        raise UsageError(
            T(
                "Writing workbooks needs the extra 'xlsx': pip install {what}. Reading them, and"
                " folders of CSV files, need nothing.",
                what='"koopopt[xlsx]"',
            )
        ) from None
    return library


def write_book(contents: Contents, path: str | Path) -> None:
    """Write the files of an instance as one .xlsx workbook.

    Text cells are text, whatever they begin with: no cell is a formula.

    Raises
    ------
    UsageError
        If the file is there already, a text is too long for a cell, or the extra ``xlsx`` is
        not installed.
    """
    library = openpyxl()
    refuse_existing(Path(path))  # before anything takes long
    sheets = sheets_of(contents)
    refuse_unwritable(library, sheets)
    book = library.Workbook(write_only=True)
    for name, (header, rows) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for row in (header, *rows):
            sheet.append([text_or_number(library, sheet, value) for value in row])
    save(book, Path(path))


def save(book: Any, place: Path) -> None:
    """Write a workbook to a place where nothing is, as a whole.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    refuse_existing(place)
    content = io.BytesIO()
    book.save(content)
    try:
        place_files({place.name: content.getvalue()}, place.parent)
    except (OSError, ValueError) as error:
        raise cannot_write(place, error) from None


def sheets_of(contents: Contents) -> dict[str, Sheet]:
    """Return the sheets of a workbook by their names, header and rows."""
    sheets: dict[str, Sheet] = {}
    for name, data in contents.documents.items():
        rows: Rows = [(key, number_or_text(value)) for key, value in sheet_rows(data)]
        sheets[_sheet_name(name)] = (("key", "value"), rows)
    sheets |= contents.tables
    if contents.boundaries:
        sheets["boundaries"] = (("id", "geometry"), _geometry_rows(contents.boundaries))
    return sheets


def number_or_text(text: str) -> CellValue:
    """Return a cell of a sheet of keys and values: a number as a number."""
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if text in (str(number), repr(float(number))):
            return number
    return text


def _geometry_rows(boundaries: Mapping[str, Any]) -> Rows:
    rows: Rows = []
    for id_, geometry in boundaries.items():
        text = json.dumps(geometry)
        rows += [(id_, text[k : k + MAX_CELL_LENGTH]) for k in range(0, len(text), MAX_CELL_LENGTH)]
    return rows


def _sheet_name(file: str) -> str:
    if file == "instance.toml":
        return "instance"
    name = file if len(file) <= MAX_SHEET_NAME else file.removesuffix(".toml")
    if len(name) > MAX_SHEET_NAME:
        raise UsageError(T("The name {name} is too long for a sheet; shorten it.", name=repr(name)))
    return name


def refuse_unwritable(library: Any, sheets: Mapping[str, Sheet]) -> None:
    """Raise `UsageError` for a text that no cell can hold."""
    for _, rows in sheets.values():
        for text in (cell for row in rows for cell in row if isinstance(cell, str)):
            if len(text) > MAX_CELL_LENGTH:
                raise UsageError(
                    T(
                        "A text is longer than {limit} characters, the most of a cell.",
                        limit=MAX_CELL_LENGTH,
                    )
                )
            if library.cell.cell.ILLEGAL_CHARACTERS_RE.search(text):
                raise UsageError(
                    T("A text holds what a workbook cannot hold: {text}.", text=repr(text))
                )


def text_or_number(library: Any, sheet: Any, value: CellValue) -> Any:
    """Return a cell; text is text, also where it looks like a formula.

    Workbooks are written with 16 digits; a number that needs 17 becomes text to stay exact.
    """
    if isinstance(value, float) and float(f"{value:.16g}") != value:
        value = repr(value)
    if not isinstance(value, str):
        return value
    cell = library.cell.WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    return cell
