"""An instance as one .xlsx workbook: a sheet for each file of a folder.

`instance` and sheets named ``….toml`` have the columns key and value. Boundaries stand in a sheet
with the columns id and geometry (GeoJSON text; rows of the same id continue it, since a cell
holds no more than 32,767 characters).
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from koopopt.errors import Fault, UsageError
from koopopt.hints import exact
from koopopt.instance.documents import document_of
from koopopt.instance.tables import (
    MAX_BYTES,
    MAX_ROWS,
    Document,
    Geometry,
    Table,
    tabulate,
    too_large,
    too_many_rows,
)
from koopopt.text import T

MAX_UNPACKED = 4 * MAX_BYTES
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
        self.notes: list[Fault] = []
        self._values: Any = None
        self._formulas: Any = None
        self._library = openpyxl()
        if self._acceptable():
            try:
                self._values = self._open(data_only=True)
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

    def has_document(self, name: str) -> bool:
        """Whether there is a sheet for a TOML file of this name."""
        return self._sheet(name) is not None

    def document(self, name: str) -> Document | None:
        """Return the sheet of a TOML file."""
        sheet = self._sheet(name)
        if sheet is None:
            if self.readable:
                wanted = "instance" if name == "instance.toml" else name
                self.faults.append(
                    Fault(wanted, T("The sheet is missing."), T("Add it to the workbook."))
                )
            return None
        known = len(self.faults)
        lines = self._lines(sheet, dates=True)
        if len(self.faults) > known:
            return None
        table = tabulate(sheet, lines, self.faults)
        return None if table is None else document_of(table, self.faults)

    def geometries(self) -> tuple[str, list[Geometry]] | None:
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
                geometry = json.loads("".join(parts))
                found.append(Geometry(id_, geometry, first[id_], "geometry"))
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

    def _sheet(self, name: str) -> str | None:
        """Return the sheet of a TOML file: ``fire.toml``, or ``fire`` (as for longer names)."""
        return next((s for s in (name, name.removesuffix(".toml")) if self.has(s)), None)

    def _lines(self, sheet: str, *, dates: bool) -> list[tuple[int, list[str]]]:
        """Return the numbered rows of a sheet as text."""
        try:
            return self._read(sheet, dates)
        except Exception:  # sheets are parsed only now: any XML or ZIP trouble
            self.faults.append(self._unreadable())
            return []

    def _read(self, sheet: str, dates: bool) -> list[tuple[int, list[str]]]:
        rows = list(self._rows(self._values, sheet))
        widest = max((len(cells) for cells in rows), default=0)
        lines = []
        for row, cells in enumerate(rows, start=1):
            shown = [self._text(sheet, row, cell, dates) for cell in cells]
            lines.append((row, shown + [""] * (widest - len(shown))))
        if any("" in shown for _, shown in lines):
            self._note_formulas(sheet, rows)
        return lines

    def _rows(self, book: Any, sheet: str) -> Iterator[tuple[Any, ...]]:
        """Yield the cells of a sheet, row by row, to the end of what is filled."""
        cells_of = book[sheet]
        if not hasattr(cells_of, "iter_rows"):  # a sheet that is one big chart
            return
        cells_of.reset_dimensions()
        empty: list[tuple[Any, ...]] = []
        for row, cells in enumerate(cells_of.iter_rows(), start=1):
            if row > MAX_ROWS:
                self.faults.append(too_many_rows(sheet))
                return
            if all(cell.value is None for cell in cells):
                empty.append(cells)
                if len(empty) > _EMPTY_RUN:
                    return
                continue
            yield from empty
            empty = []
            yield cells

    def _text(self, sheet: str, row: int, cell: Any, dates: bool) -> str:
        """Return a cell as text, exactly; note what has no text."""
        value = cell.value
        if value is None:
            return ""
        if cell.data_type == "e":
            self._cell(sheet, row, value, T("The cell holds an error."), T("Mend its formula."))
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float):
            return exact(value)
        if isinstance(value, (date, datetime, time, timedelta)):
            if not dates:
                self._cell(
                    sheet, row, str(value),
                    T("The cell holds a date."),
                    T("Spreadsheets turn text like 1-2 into dates: format the cell as text and"
                      " enter it again."),
                )  # fmt: skip
            if isinstance(value, datetime) and value.time() == time():
                return str(value.date())
        return str(value)

    def _note_formulas(self, sheet: str, rows: list[tuple[Any, ...]]) -> None:
        """Note formulas whose value is not in the workbook: their cells look empty."""
        if self._formulas is None:
            self._formulas = self._open(data_only=False)
        for row, (shown, cells) in enumerate(
            zip(rows, self._rows(self._formulas, sheet), strict=False), start=1
        ):
            for cell, formula in zip(shown, cells, strict=False):
                if cell.value is None and formula.value is not None:
                    self._cell(
                        sheet, row, str(formula.value),
                        T("The formula has no stored value."),
                        T("Open the workbook in a spreadsheet program and save it, or put the"
                          " value itself into the cell."),
                    )  # fmt: skip

    def _cell(self, sheet: str, row: int, value: str, rule: Any, remedy: Any) -> None:
        self.faults.append(Fault(sheet, rule, remedy, row=row, value=value))

    def _open(self, *, data_only: bool) -> Any:
        """Open the workbook with the values or with the formulas of its cells."""
        data = io.BytesIO(self.path.read_bytes())
        return self._library.load_workbook(data, read_only=True, data_only=data_only)

    def _acceptable(self) -> bool:
        """Whether the file is a ZIP archive of an endurable size; notes why not."""
        try:
            if self.path.stat().st_size > MAX_BYTES:
                self.faults.append(too_large(self.path.name))
                return False
            with zipfile.ZipFile(self.path) as archive:
                if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
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
