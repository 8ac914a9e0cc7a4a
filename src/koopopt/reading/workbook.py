"""An instance as one .xlsx workbook: a sheet for each file of a folder.

`instance` and sheets named ``….toml`` have the columns key and value. Boundaries stand in a sheet
with the columns id and geometry (GeoJSON text; rows of the same id continue it, since a cell
holds no more than 32,767 characters). Sheets and headings may have German names
(`koopopt.reading.german`); faults name both as the workbook does.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from koopopt.errors import Fault, some
from koopopt.reading import german
from koopopt.reading.boundaries.geojson import KNOWN_MEMBERS, twice
from koopopt.reading.documents import document_of
from koopopt.reading.json_text import TwiceError, values
from koopopt.reading.labels import clean
from koopopt.reading.spreadsheets.kinds import no_workbook
from koopopt.reading.spreadsheets.sheets import Lines
from koopopt.reading.spreadsheets.xlsx import Package, Sheet
from koopopt.reading.tables import (
    MAX_BYTES,
    MAX_ROWS,
    NO_ROWS,
    REQUIRED_COLUMNS,
    TITLE_ROWS,
    Collection,
    Document,
    Geometry,
    Table,
    header_at,
    tabulate,
    too_many_rows,
)
from koopopt.text import T

MAX_UNPACKED = 4 * MAX_BYTES
BOUNDARIES_SHEET = "boundaries"
SETTINGS_FILE = "instance.toml"
START_SHEET = "START"
NOTES_SHEETS = {"en": "To note", "de": "Zu beachten"}
"""Sheets of words by their language: what an import left out or supposed."""
LISTS_SHEET = "koopopt-lists"
"""Sheets of a new workbook that are for people and for drop-downs: nothing is read from them."""
EXPECTED = ("municipalities", "neighbours")
"""Tables that are told when they are empty."""
_GEOMETRY = ("id", "geometry")
_KEYS = ("key", "value")


class Workbook:
    """Reads tables and documents of a workbook; a `koopopt.reading.tables.Source`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self._package: Package | None = None
        self._names: dict[str, str] = {}  # sheets by their names without case and blanks around
        self._asked: dict[str, None] = {}  # documents, in order
        self._read: set[str] = set()
        try:
            if (fault := no_workbook(path, MAX_BYTES, MAX_UNPACKED)) is not None:
                self.faults.append(fault)
            else:
                self._package = Package(zipfile.ZipFile(io.BytesIO(path.read_bytes())))
        except Exception:  # any XML or ZIP trouble, and there is no common class for it
            self.faults.append(self._unreadable())
        for sheet in self.sheets():
            self._names.setdefault(_folded(sheet), sheet)
        self._german: dict[str, list[str]] = {}  # sheets with German names, by what they are
        for sheet in self._names.values():
            if (meant := german.sheet_meant(sheet)) is not None:
                self._german.setdefault(meant, []).append(sheet)

    def foreign(self) -> Fault | None:
        """Return the fault of a workbook that was never meant to be an instance, if it is one."""
        if self.faults or any(self.wanted().values()):
            return None
        rule = T("No sheet is one of an instance; there are {sheets}.",
                 sheets=some(self.sheets(), repr))  # fmt: skip
        remedy = T("koopopt import table makes an instance of an ordinary table; koopopt new"
                   " NAME.xlsx makes a workbook to fill in.")  # fmt: skip
        return Fault(self.path.name, rule, remedy)

    @property
    def language(self) -> str:
        """The language of its sheets' names."""
        return "de" if self._german else "en"

    @property
    def name(self) -> str:
        """Name of the workbook, without its ending."""
        return self.path.stem

    def sheets(self) -> list[str]:
        """Return the names of all sheets."""
        return [] if self._package is None else self._package.sheets

    def file(self, stem: str) -> str:
        """Return the sheet of a table, as it is spelled in the workbook."""
        return next(iter(self._all(stem)), german.sheet_name(stem) if self._german else stem)

    def _all(self, stem: str) -> list[str]:
        """Return the sheets that a name means: one, unless it stands there in both languages."""
        exact = stem if stem in self.sheets() else self._names.get(_folded(stem))
        return [*([exact] if exact is not None else []), *self._german.get(stem, ())]

    def _tell_several(self, stem: str) -> None:
        """Note further sheets that mean the same; they count as looked at."""
        first, *others = self._all(stem) or [stem]
        for other in others:
            self._read.add(other)
            rule = T("It means the same as the sheet {other}: nobody could know which counts.",
                     other=repr(first))  # fmt: skip
            remedy = T("Keep the one that counts, and rename the other or move it elsewhere.")
            self.faults.append(Fault(other, rule, remedy))

    def has(self, stem: str) -> bool:
        """Whether there is a sheet of this name."""
        return self.file(stem) in self.sheets()

    def table(self, stem: str) -> Table | None:
        """Return a sheet; None where it is missing or cannot be read."""
        self._tell_several(stem)
        if not self.has(stem):
            return None
        table = self.sheet(self.file(stem), REQUIRED_COLUMNS.get(stem, ()), stem)
        if table is not None and START_SHEET in self.sheets() and stem not in EXPECTED:
            # A new workbook has every sheet; who does not need one may leave it empty.
            table.notes[:] = [note for note in table.notes if note.rule != NO_ROWS]
        return table

    def has_document(self, name: str) -> bool:
        """Whether there is a sheet for a TOML file of this name."""
        return self._sheet_of(name) is not None

    def document(self, name: str) -> Document | None:
        """Return the sheet of a TOML file."""
        self._asked[name] = None
        sheet = self._sheet_of(name)
        if name == SETTINGS_FILE:
            self._tell_several(german.SETTINGS)
        if sheet is None:
            wanted = self.file(german.SETTINGS) if name == SETTINGS_FILE else name
            rule, remedy = T("The sheet is missing."), T("Add it to the workbook.")
            self.faults.append(Fault(wanted, rule, remedy))
            return None
        table = self.sheet(sheet, _KEYS, german.DOCUMENT, typed=True)
        if table is None:
            return None
        document = document_of(table, self.faults)
        self.notes.extend(table.notes)
        return document

    def collection(self) -> Collection | None:
        """Return the rows of the sheet of boundaries."""
        self._tell_several(BOUNDARIES_SHEET)
        sheet, stem = self.file(BOUNDARIES_SHEET), BOUNDARIES_SHEET
        table = self.sheet(sheet, _GEOMETRY, stem) if self.has(stem) else None
        if table is None:
            return None
        if table.header != _GEOMETRY:
            rule, remedy = (
                T("The sheet needs the columns {id} and {geometry}.",
                  id=table.called("id"), geometry=table.called("geometry")),
                T("Name its columns so."),
            )  # fmt: skip
            shown = ", ".join(map(table.called, table.header))
            self.faults.append(Fault(sheet, rule, remedy, row=1, value=shown))
            return None
        texts: dict[str, list[str]] = {}
        first: dict[str, int] = {}
        for row, (id_, text) in table.rows:
            texts.setdefault(clean(id_), []).append(text)
            first.setdefault(clean(id_), row)
        found = []
        for id_, parts in texts.items():
            try:
                for geometry in values("".join(parts), KNOWN_MEMBERS):
                    found.append(Geometry((("id", id_),), geometry, first[id_], "geometry"))
            except TwiceError as error:
                self.faults.append(twice(sheet, str(error), first[id_]))
            except (ValueError, RecursionError):
                rule, remedy = T("This is no valid JSON."), T("Put a GeoJSON geometry there.")
                self.faults.append(
                    Fault(sheet, rule, remedy, first[id_], table.called("geometry"), parts[0])
                )
        return Collection(sheet, tuple(found))

    def wanted(self) -> Mapping[str, bool]:
        """Return the names of all sheets that the instance may have, and whether they are there."""
        found = {stem: self.has(stem) for stem in (*REQUIRED_COLUMNS, BOUNDARIES_SHEET)}
        found |= {name: self.has_document(name) for name in self._asked if name != SETTINGS_FILE}
        found |= {german.SETTINGS: self.has_document(SETTINGS_FILE)}
        names = ((name, sheet) for sheet, words in german.SHEETS.items() for name in words)
        return {name: found[sheet] for name, sheet in names} | found

    def unread(self) -> list[str]:
        """Return the names of the sheets that nothing has been read from."""
        known = {*self._read, START_SHEET, LISTS_SHEET, *NOTES_SHEETS.values()}
        return [name for name in self.sheets() if name not in known]

    def _sheet_of(self, name: str) -> str | None:
        """Return the sheet of a TOML file: ``fire.toml``, or ``fire`` (as for longer names)."""
        found = (s for s in (name, name.removesuffix(".toml")) if self.has(s))
        sheet = next(found, None)
        return None if sheet is None else self.file(sheet)

    def sheet(
        self,
        name: str,
        needed: tuple[str, ...],
        stem: str = "",
        *,
        typed: bool = False,
        headings: Callable[[list[str]], list[str]] | None = None,
    ) -> Table | None:
        """Return a sheet as a table.

        `stem` says whose headings it may have in German; `typed`: its cells may be dates, true and
        false. `headings` takes each of the first rows and returns the header with its columns as
        they are named here, other rows as they are.
        """
        self._read.add(name)
        assert self._package is not None
        try:
            sheet = self._package.sheet(name)
        except Exception:  # sheets are parsed only now: any XML or ZIP trouble
            self.faults.append(self._unreadable())
            return None
        if len(sheet.rows) > MAX_ROWS:
            self.faults.append(too_many_rows(name))
            return None
        if headings is not None:
            for _, cells in sheet.rows[: TITLE_ROWS + 1]:
                cells.update(zip(cells, headings(list(cells.values())), strict=True))
        known = len(self.faults)
        hidden = name in self._package.hidden
        called = self._called(name, sheet, needed, stem)
        reading = Lines(name, sheet, needed, self.faults, typed)
        lines = reading.lines()
        if len(self.faults) > known:
            return None
        table = tabulate(name, lines, self.faults, needed)
        if table is not None:
            table.notes.extend(reading.hidden(hidden))
            table = replace(table, headings=called)
        return table

    def _called(
        self, name: str, sheet: Sheet, needed: tuple[str, ...], stem: str
    ) -> Mapping[str, str]:
        """Put the names of columns in place of German headings; return what columns are called."""
        above = sheet.rows[: TITLE_ROWS + 1]
        at = header_at(
            [[german.column_meant(stem, clean(c)) for c in cells.values()] for _, cells in above],
            needed,
        )
        row, cells = sheet.rows[at] if sheet.rows else (1, {})
        meant = {column: german.column_meant(stem, clean(text)) for column, text in cells.items()}
        called: dict[str, str] = {}
        for column, text in sorted(cells.items()):
            first = called.setdefault(meant[column], clean(text))
            if first != clean(text):
                rule = T("It means the same as the column {other}.", other=repr(first))
                remedy = T("Rename or delete one of them.")
                self.faults.append(Fault(name, rule, remedy, row, clean(text)))
        if not any(column != text for column, text in called.items()):
            if german.sheet_meant(name) is None:
                return {}
        elif sheet.rows:
            sheet.rows[at] = (row, meant)
        words = {column: german.heading(stem, column) for column in german.HEADINGS.get(stem, ())}
        return words | called

    def _unreadable(self) -> Fault:
        return Fault(
            self.path.name,
            T("The file is no readable .xlsx workbook."),
            T("Save it again as .xlsx, without a password."),
        )


def _folded(name: str) -> str:
    return clean(name).casefold()
