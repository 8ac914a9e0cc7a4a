"""What an .xlsx file holds: its sheets, cell by cell, as they are stored and as they are shown.

A workbook is a ZIP archive of XML files (ECMA-376), "Strict" or not. It is read here rather than
by a library, in one pass and only as far as something is filled, since it matters here what
libraries leave out: formulas beside their values, merged and hidden cells, and ids that are
numbers but are shown with leading zeros.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree

from koopopt.language.hints import exact
from koopopt.reading.spreadsheets.formats import Format, moment, understood

Place = tuple[int, int]
"""Row, counted from 1, and column, counted from 0."""
Range = tuple[int, int, int, int]
"""First row and column, last row and column."""

MAX_COLUMNS = 16384
MAX_EXACT_NUMBER = 1e15
"""Spreadsheets keep 15 digits of a number."""


@dataclass(slots=True)
class Sheet:
    """The filled cells of a sheet, and what must not be overlooked about them.

    Attributes
    ----------
    rows : list of (int, dict)
        The text of each filled cell by its column; numbers exactly.
    shown : dict
        Whole numbers as the sheet shows them, where that may differ: 6636 as 06636.
    dates : dict
        The numbers that the sheet shows as a date, and that date.
    formulas : dict
        Formulas without a value that was ever computed. Their cells are empty.
    errors, flags, long : dict
        Cells that hold an error, true or false, or a number too long to be exact.
    merged : list of ranges
    hidden : set of int
        Rows that are hidden or filtered out.
    hidden_columns : set of int
    """

    rows: list[tuple[int, dict[int, str]]] = field(default_factory=list)
    shown: dict[Place, str] = field(default_factory=dict)
    dates: dict[Place, str] = field(default_factory=dict)
    formulas: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    flags: dict[Place, str] = field(default_factory=dict)
    long: dict[Place, str] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


class Package:
    """The parts of an .xlsx file. Any trouble with ZIP or XML is raised as it comes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        root = _links(archive, "")
        main = next((part for kind, part in root.values() if kind == "officeDocument"), None)
        self._main = main or "xl/workbook.xml"
        self._links = _links(archive, self._main)
        self._old_dates = self._uncomputed = False
        self._parts: dict[str, str] = {}
        self.hidden: set[str] = set()
        self._read_main()
        self._texts: list[str] | None = None
        self._formats: list[Format] | None = None

    @property
    def sheets(self) -> list[str]:
        """The names of all sheets."""
        return list(self._parts)

    def sheet(self, name: str) -> Sheet:
        """Read a sheet; one that is a single chart is empty."""
        result = Sheet()
        if not self._parts[name]:
            return result
        if self._texts is None or self._formats is None:
            self._texts, self._formats = list(self._shared()), list(self._styles())
        with self._archive.open(self._parts[name]) as stream:
            _SheetReader(
                result, self._texts, self._formats, self._old_dates, self._uncomputed
            ).read(stream)
        return result

    def _read_main(self) -> None:
        with self._archive.open(self._main) as stream:
            for tag, element in _ended(stream):
                if tag == "workbookPr":
                    self._old_dates = element.get("date1904") in ("1", "true")
                elif tag == "calcPr":
                    self._uncomputed = element.get("fullCalcOnLoad") in ("1", "true")
                elif tag == "sheet":
                    name = element.get("name", "")
                    link = next((v for k, v in element.items() if k.endswith("}id")), "")
                    kind, part = self._links.get(link, ("", ""))
                    self._parts[name] = part if kind == "worksheet" else ""
                    if element.get("state", "visible") != "visible":
                        self.hidden.add(name)

    def _part(self, kind: str) -> str | None:
        found = next((part for k, part in self._links.values() if k == kind), None)
        return found if found in self._archive.namelist() else None

    def _shared(self) -> Iterator[str]:
        """Yield the texts that cells refer to by number."""
        if (part := self._part("sharedStrings")) is not None:
            with self._archive.open(part) as stream:
                for tag, element in _ended(stream):
                    if tag == "si":
                        yield _text(element)
                        element.clear()

    def _styles(self) -> Iterator[Format]:
        """Yield how cells of each style show a number."""
        if (part := self._part("styles")) is None:
            return
        codes: dict[str, str] = {}
        with self._archive.open(part) as stream:
            for tag, element in _ended(stream):
                if tag == "numFmt":
                    codes[element.get("numFmtId", "")] = element.get("formatCode", "")
                elif tag == "cellXfs":
                    for xf in element:
                        id_ = xf.get("numFmtId", "0")
                        yield understood(codes.get(id_), int(id_))


class _SheetReader:
    """Fills a `Sheet` from its XML."""

    def __init__(
        self,
        sheet: Sheet,
        texts: list[str],
        formats: list[Format],
        old_dates: bool,
        uncomputed: bool,
    ) -> None:
        self.sheet = sheet
        self._texts, self._formats = texts, formats
        self._old_dates, self._uncomputed = old_dates, uncomputed

    def read(self, stream: IO[bytes]) -> None:
        """Read cell by cell, keeping no XML."""
        row, column, cells = 0, -1, dict[int, str]()
        data: ElementTree.Element | None = None
        parent: ElementTree.Element | None = None
        for event, element in ElementTree.iterparse(stream, ("start", "end")):
            tag = _local(element.tag)
            if event == "start":
                if tag == "row":
                    row, column, cells = int(element.get("r", row + 1)), -1, {}
                    if element.get("hidden") in ("1", "true"):
                        self.sheet.hidden.add(row)
                    parent = element
                elif tag == "sheetData":
                    data = element
                continue
            if tag == "c":
                column = _column(element.get("r")) if element.get("r") else column + 1
                if column >= MAX_COLUMNS:
                    raise ValueError(column)
                text = self._cell(element, (row, column))
                if text:
                    cells[column] = text
                if parent is not None:
                    parent.clear()
            elif tag == "row":
                if cells:
                    self.sheet.rows.append((row, cells))
                if data is not None:
                    data.clear()
            elif tag == "sheetData":
                self.sheet.rows.sort(key=lambda numbered: numbered[0])
            elif tag == "mergeCell":
                self.sheet.merged.append(_range(element.get("ref", "A1")))
            elif tag == "col" and element.get("hidden") in ("1", "true"):
                first, last = int(element.get("min", 1)), int(element.get("max", 1))
                self.sheet.hidden_columns.update(range(first - 1, last))

    def _cell(self, element: ElementTree.Element, place: Place) -> str:
        """Return the text of a cell; remember what is peculiar about it."""
        kind, value, formula = element.get("t", "n"), None, None
        for part in element:
            tag = _local(part.tag)
            if tag == "v":
                value = part.text
            elif tag == "is":
                return _text(part)
            elif tag == "f":
                formula = part.text or ""
        if formula is not None and self._is_missing(kind, value):
            self.sheet.formulas[place] = f"={formula}"
            return ""
        if value is None:
            return ""
        if kind == "s":
            return self._texts[int(value)]
        if kind == "str":
            return _unescaped(value)
        if kind == "b":
            self.sheet.flags[place] = "true" if value == "1" else "false"
            return self.sheet.flags[place]
        if kind == "e":
            self.sheet.errors[place] = value
            return value
        if kind == "d":
            self.sheet.dates[place] = value.removesuffix("T00:00:00")
            return value
        return self._number(float(value), int(element.get("s", 0)), place)

    def _is_missing(self, kind: str, value: str | None) -> bool:
        """Whether a formula has no value: none at all, or the 0 of a writer that never computes."""
        return (value is None and kind != "str") or (
            self._uncomputed and kind == "n" and value == "0"
        )

    def _number(self, value: float, style: int, place: Place) -> str:
        text = exact(value)
        how = self._formats[style] if style < len(self._formats) else None
        if how is not None and how.date:
            if (date := moment(value, self._old_dates)) is not None:
                self.sheet.dates[place] = date
        elif abs(value) >= MAX_EXACT_NUMBER:
            self.sheet.long[place] = text
        elif how is not None and value.is_integer() and (shown := how.shown(int(value))):
            self.sheet.shown[place] = shown
        return text


def _ended(stream: IO[bytes]) -> Iterator[tuple[str, ElementTree.Element]]:
    for _, element in ElementTree.iterparse(stream):
        yield _local(element.tag), element


def _local(tag: str) -> str:
    """Return a name without its namespace, in which Strict and usual workbooks differ."""
    return tag.rpartition("}")[2]


def _links(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return the kind and the part of each link of a part ("" for the archive as a whole)."""
    folder, name = posixpath.split(part)
    file = posixpath.join(folder, "_rels", f"{name}.rels")
    if file not in archive.namelist():
        return {}
    found = {}
    with archive.open(file) as stream:
        for tag, element in _ended(stream):
            if tag == "Relationship":
                target = posixpath.join("/", folder, element.get("Target", ""))
                kind = element.get("Type", "").rpartition("/")[2]
                found[element.get("Id", "")] = (kind, posixpath.normpath(target).lstrip("/"))
    return found


def _text(element: ElementTree.Element) -> str:
    """Return the text in an element, without the reading aids of East Asian scripts."""
    parts = []
    for child in element:
        tag = _local(child.tag)
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts += [t.text or "" for t in child if _local(t.tag) == "t"]
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    """Undo ``_x000D_``, the way in which workbooks hold characters that XML cannot."""
    if "_x" not in text:
        return text
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def letters(column: int) -> str:
    """Return the name of a column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def address(place: Place) -> str:
    """Return the name of a cell: B7."""
    return f"{letters(place[1])}{place[0]}"


def span(area: Range) -> str:
    """Return the name of a range: F2:F5."""
    return f"{address(area[:2])}:{address(area[2:])}"


def _column(reference: str | None) -> int:
    number = 0
    for c in (reference or "").upper():
        if "A" <= c <= "Z":
            number = number * 26 + ord(c) - ord("A") + 1
    return number - 1


def _range(reference: str) -> Range:
    first, _, last = reference.partition(":")
    corners = [
        (int(re.sub(r"\D", "", corner) or 1), _column(corner)) for corner in (first, last or first)
    ]
    return (*corners[0], *corners[1])
