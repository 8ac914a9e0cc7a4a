"""What files say, before it is known what they mean: tables and documents, all text.

A folder and a workbook give the same `Table`s and `Document`s; nothing after this layer knows
which of them it was.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from koopopt.errors import Fault
from koopopt.inert import from_cell
from koopopt.notation import Mark
from koopopt.text import T

MAX_BYTES = 256 * 1024 * 1024
"""Largest file that is read: more is a mistake, or meant to harm."""
MAX_ROWS = 5_000_000
"""Most rows of a table: minutes between all pairs of 2,200 municipalities."""

TABLES = (
    "municipalities",
    "neighbours",
    "travel",
    "demand",
    "alone_cost",
    "status_quo",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows of text.

    Attributes
    ----------
    file : str
        File or sheet, as the user knows it.
    header : tuple of str
    rows : tuple of (int, tuple of str)
        Line number in the file (the header being line 1) and one cell a column.
    doubtful : frozenset of str
        Cells of rows that were left out for their length; ids among them are no unknown ones.
    decimal : "." or "," or None
        The decimal mark that the instance names for what its tables leave open.
    """

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    doubtful: frozenset[str] = frozenset()
    decimal: Mark | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """Nested keys and values, as in a TOML file.

    Attributes
    ----------
    file : str
    data : mapping
        Holds mappings, lists, text, numbers and booleans.
    rows : mapping dotted key -> int
        Where in a sheet a key stands; empty for a TOML file.
    doubtful : mapping dotted key -> text
        Numbers whose point could stand between thousands, as they are written: ``40.000``.
    """

    file: str
    data: Mapping[str, Any]
    rows: Mapping[str, int] = field(default_factory=dict)
    doubtful: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Geometry:
    """A GeoJSON geometry by id, and its place in the file."""

    id: str
    geometry: Any
    row: int | None
    column: str


class Source(Protocol):
    """A folder or a workbook. What cannot be read is noted in `faults` and comes back as None."""

    @property
    def name(self) -> str:
        """Name of the folder, or of the workbook without its ending."""

    @property
    def faults(self) -> list[Fault]:
        """Everything found wrong so far."""

    @property
    def notes(self) -> list[Fault]:
        """What else is to be told: nothing wrong, but nothing to be silent about."""

    def file(self, stem: str) -> str:
        """Return what the user calls the table of this name: ``travel.csv`` or ``travel``."""

    def has(self, stem: str) -> bool:
        """Whether there is a table of this name."""

    def table(self, stem: str) -> Table | None:
        """Return a table."""

    def has_document(self, name: str) -> bool:
        """Whether there is a TOML file (or its sheet) of this name."""

    def document(self, name: str) -> Document | None:
        """Return ``instance.toml`` or a file or sheet that the instance names."""

    def geometries(self) -> tuple[str, list[Geometry]] | None:
        """Return the name of the file of boundaries and what stands in it."""

    def strays(self) -> Iterator[str]:
        """Yield the names of tables that are none of an instance's."""


def parse_csv(text: str, file: str, faults: list[Fault]) -> Table | None:
    """Return the table in a CSV text; None, with faults, where it cannot be read.

    Cells are separated by comma or semicolon, whichever the header line holds more of.
    """
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        faults.append(
            Fault(
                file,
                T("The file holds a NUL byte."),
                T("Save it again as CSV UTF-8; it may be damaged or no text file."),
                row=line,
            )
        )
        return None
    header_line = next((line for line in text.splitlines() if line.strip()), "")
    if header_line.lower().startswith("sep="):
        faults.append(
            Fault(
                file,
                T("The first line is no header."),
                T("Delete the line; comma and semicolon are recognised."),
                row=1,
                value=header_line,
            )
        )
        return None
    bare = re.sub(r'"[^"]*"', "", header_line)
    delimiter = ";" if bare.count(";") > bare.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            lines.append((start, [from_cell(cell) for cell in cells]))
            start = reader.line_num + 1
            if len(lines) > MAX_ROWS:
                faults.append(too_many_rows(file))
                return None
    except csv.Error:
        faults.append(
            Fault(
                file,
                T("The quotes of this row do not match, or a cell is far too long."),
                T('Put the text into double quotes and double those inside: "a ""b"" c".'),
                row=start,
            )
        )
        return None
    return tabulate(file, lines, faults)


def tabulate(file: str, lines: list[tuple[int, list[str]]], faults: list[Fault]) -> Table | None:
    """Return a table of numbered lines, the first with anything in it being the header.

    Empty lines are left out, and empty cells beyond the header.
    """
    filled = [(number, cells) for number, cells in lines if any(cell.strip() for cell in cells)]
    if not filled:
        faults.append(
            Fault(file, T("The file is empty."), T("Give it a header line, or delete it."))
        )
        return None
    (first, names), *rest = filled
    header = [name.strip() for name in names]
    while header and not header[-1]:
        header.pop()
    rows = []
    doubtful: set[str] = set()
    for number, cells in rest:
        extra = [cell for cell in cells[len(header) :] if cell.strip()]
        if extra or len(cells) < len(header):
            faults.append(_ragged(file, number, len(cells), len(header), extra))
            doubtful.update(cells)
            continue
        rows.append((number, tuple(cells[: len(header)])))
    for name in {n for n in header if header.count(n) > 1}:
        rule = T("The column stands twice.") if name else T("A column has no name.")
        faults.append(
            Fault(file, rule, T("Rename or delete one of them."), row=first, column=name or None)
        )
    if "" in header and header.count("") == 1:
        faults.append(
            Fault(file, T("A column has no name."), T("Name it or delete it."), row=first)
        )
    if len(set(header)) < len(header):
        return None
    return Table(file, tuple(header), tuple(rows), frozenset(doubtful))


def _ragged(file: str, row: int, cells: int, wanted: int, extra: list[str]) -> Fault:
    rule = T("The row has {cells} cells, the header {wanted}.", cells=cells, wanted=wanted)
    if extra:
        remedy = T(
            "Put text that holds the separator into double quotes,"
            " and write numbers with a decimal point."
        )
        return Fault(file, rule, remedy, row=row, value=extra[-1])
    return Fault(file, rule, T("Add the missing cells (they may be empty)."), row=row)


def too_large(file: str) -> Fault:
    """Return the fault of a file beyond `MAX_BYTES`."""
    return Fault(
        file,
        T("The file is larger than {limit} MB.", limit=MAX_BYTES // 2**20),
        T("Leave out what the instance does not need."),
    )


def too_many_rows(file: str) -> Fault:
    """Return the fault of a table beyond `MAX_ROWS`."""
    return Fault(
        file,
        T("The table has more than {limit} rows.", limit=MAX_ROWS),
        T("Leave out what the instance does not need."),
    )
