"""An instance as one .xlsx workbook: a sheet for each file of a folder.

`instance` and sheets named ``….toml`` have the columns key and value. Boundaries stand in a sheet
with the columns id and geometry (GeoJSON text; rows of the same id continue it, since a cell
holds no more than 32,767 characters).
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from koopopt.errors import Fault, UsageError
from koopopt.instance.documents import document_of
from koopopt.instance.tables import (
    MAX_BYTES,
    MAX_ROWS,
    Document,
    Table,
    tabulate,
    too_large,
    too_many_rows,
)
from koopopt.text import T

SHEET_NAME = 31
"""Longest name of a sheet that spreadsheets allow."""
_EMPTY_RUN = 1000
"""So many empty rows end a sheet: formatting often reaches to the last row there is."""


def openpyxl() -> Any:
    """Return the library for workbooks; raise `UsageError` where it is not installed."""
    try:
        import openpyxl as library
    except ModuleNotFoundError:
        raise UsageError(
            T(
                "Workbooks need the extra 'xlsx': pip install {what}. A folder of CSV files"
                " needs nothing.",
                what='"koopopt[xlsx]"',
            )
        ) from None
    return library


class Workbook:
    """Reads tables and documents of a workbook; a `koopopt.instance.tables.Source`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self._values: Any = None
        self._formulas: Any = None
        library = openpyxl()
        if self._acceptable():
            try:
                self._values = library.load_workbook(path, read_only=True, data_only=True)
                self._formulas = library.load_workbook(path, read_only=True)
            except Exception:  # any XML or ZIP trouble, and the library has no class for it
                self._values = None
                self.faults.append(self._unreadable())

    @property
    def name(self) -> str:
        """Name of the workbook, without its ending."""
        return self.path.stem

    @property
    def readable(self) -> bool:
        """Whether the workbook could be opened."""
        return self._values is not None

    def file(self, stem: str) -> str:
        """Return the sheet of a table."""
        return stem

    def has(self, stem: str) -> bool:
        """Whether there is a sheet of this name."""
        return self.readable and stem in self._values.sheetnames

    def table(self, stem: str) -> Table | None:
        """Return a sheet; None where it is missing or cannot be read."""
        if not self.has(stem):
            return None
        known = len(self.faults)
        lines = self._lines(stem, dates=False)
        return tabulate(stem, lines, self.faults) if len(self.faults) == known else None

    def document(self, name: str) -> Document | None:
        """Return the sheet of a TOML file, ``fire.toml`` or (a longer name) ``fire``."""
        stem = name.removesuffix(".toml")
        sheet = next((s for s in (name, stem) if self.has(s)), None)
        if sheet is None:
            if self.readable:
                wanted = "instance" if stem == "instance" else name
                self.faults.append(
                    Fault(wanted, T("The sheet is missing."), T("Add it to the workbook."))
                )
            return None
        known = len(self.faults)
        table = tabulate(sheet, self._lines(sheet, dates=True), self.faults)
        if table is None or len(self.faults) > known:
            return None
        return document_of(table, self.faults)

    def geometries(self) -> tuple[str, list[tuple[str, str, Any]]] | None:
        """Return the rows of the sheet of boundaries."""
        table = self.table("boundaries")
        if table is None:
            return None
        if list(table.header) != ["id", "geometry"]:
            self.faults.append(
                Fault(
                    "boundaries",
                    T("The sheet needs the columns id and geometry."),
                    T("Name its columns so."),
                    row=1,
                    value=", ".join(table.header),
                )
            )
            return None
        texts: dict[str, list[str]] = {}
        first: dict[str, int] = {}
        for row, (id_, text) in table.rows:
            texts.setdefault(id_, []).append(text)
            first.setdefault(id_, row)
        found = []
        for id_, parts in texts.items():
            try:
                found.append((f"row {first[id_]}", id_, json.loads("".join(parts))))
            except (ValueError, RecursionError):
                self.faults.append(
                    Fault(
                        "boundaries",
                        T("This is no valid JSON."),
                        T("Put a GeoJSON geometry there."),
                        row=first[id_],
                        column="geometry",
                        value=parts[0],
                    )
                )
        return "boundaries", found

    def strays(self) -> Iterator[str]:
        """Yield the names of all sheets."""
        if self.readable:
            yield from self._values.sheetnames

    def _lines(self, sheet: str, *, dates: bool) -> list[tuple[int, list[str]]]:
        """Return the numbered rows of a sheet as text."""
        values, formulas = self._values[sheet], self._formulas[sheet]
        if not hasattr(values, "iter_rows"):  # a sheet that is one big chart
            return []
        values.reset_dimensions()
        formulas.reset_dimensions()
        lines: list[tuple[int, list[str]]] = []
        empty = 0
        pairs = zip(values.iter_rows(), formulas.iter_rows(values_only=True), strict=False)
        for row, (cells, written) in enumerate(pairs, start=1):
            shown = [
                self._text(sheet, row, cell.value, source, dates)
                for cell, source in zip(cells, written, strict=False)
            ]
            empty = 0 if any(shown) else empty + 1
            if empty > _EMPTY_RUN:
                break
            lines.append((row, shown))
            if len(lines) > MAX_ROWS:
                self.faults.append(too_many_rows(sheet))
                break
        widest = max((len(cells) for _, cells in lines), default=0)
        return [(row, cells + [""] * (widest - len(cells))) for row, cells in lines]

    def _text(self, sheet: str, row: int, value: Any, written: Any, dates: bool) -> str:
        """Return a cell as text, exactly; note what has no text."""
        if value is None:
            if isinstance(written, str) and written.startswith("="):
                self._cell(
                    sheet, row, written,
                    T("The formula has no stored value."),
                    T("Open the workbook in a spreadsheet program and save it, or put the value"
                      " itself into the cell."),
                )  # fmt: skip
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        if isinstance(value, (date, datetime, time, timedelta)):
            if not dates:
                self._cell(
                    sheet, row, str(value),
                    T("The cell holds a date."),
                    T("Spreadsheets turn text like 1-2 into dates: format the cell as text and"
                      " enter it again."),
                )  # fmt: skip
            at_midnight = isinstance(value, datetime) and value.time() == time()
            return str(value.date()) if at_midnight else str(value)
        text = str(value)
        if text in _ERRORS:
            self._cell(sheet, row, text, T("The cell holds an error."), T("Mend its formula."))
        return text

    def _cell(self, sheet: str, row: int, value: str, rule: Any, remedy: Any) -> None:
        self.faults.append(Fault(sheet, rule, remedy, row=row, value=value))

    def _acceptable(self) -> bool:
        """Whether the file is a ZIP archive of an endurable size; notes why not."""
        try:
            if self.path.stat().st_size > MAX_BYTES:
                self.faults.append(too_large(self.path.name))
                return False
            with zipfile.ZipFile(self.path) as archive:
                if sum(member.file_size for member in archive.infolist()) > 4 * MAX_BYTES:
                    self.faults.append(too_large(self.path.name))
                    return False
        except (OSError, zipfile.BadZipFile):
            self.faults.append(self._unreadable())
            return False
        return True

    def _unreadable(self) -> Fault:
        return Fault(
            self.path.name,
            T("The file is no readable .xlsx workbook."),
            T("Save it again as .xlsx, without a password."),
        )


_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
