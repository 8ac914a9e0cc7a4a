"""What files say, before it is known what they mean: tables and documents, all text.

A folder and a workbook give the same `Table`s and `Document`s; nothing after this layer knows
which of them it was.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from koopopt.errors import Fault
from koopopt.language.inert import from_cell
from koopopt.language.notation import Mark
from koopopt.reading.json_text import is_json
from koopopt.reading.labels import clean
from koopopt.text import T, Text

MAX_BYTES = 256 * 1024 * 1024
"""Largest file that is read: more is a mistake, or meant to harm."""
MAX_ROWS = 5_000_000
"""Most rows of a table: minutes between all pairs of 2,200 municipalities."""

REQUIRED_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "municipalities": (
        "id", "name", "population", "lat", "lon", "county", "state", "identity_area",
    ),
    "neighbours": ("a", "b"),
    "travel": ("origin", "destination", "minutes"),
    "demand": ("municipality", "service", "demand"),
    "alone_cost": ("municipality", "service", "cost"),
    "status_quo": ("service", "partnership", "municipality", "seat", "legal_form"),
    "sites": ("id", "name", "lat", "lon", "service", "fixed_cost"),
}  # fmt: skip
"""The tables of an instance, and the columns without which there is none."""
_NUMBERS = re.compile(
    r"population(_\d+)?|lat|lon|area_km2|border_km|minutes|demand|cost|fixed_cost|capacity"
)
_MARKS = ",;\t|:^~"
"""What separates cells, here or elsewhere."""
TITLE_ROWS = 20
"""So many rows at most may stand above the header."""


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
    notes : list of Fault
        What is to be told of it besides faults; whoever reads its rows adds to them.
    decimal : "." or "," or None
        The decimal mark that the instance names for what its tables leave open.
    settings : Text or None
        Where that mark is named, if not in the instance itself.
    headings : mapping column -> str
        What the user calls a column where that is not its name: `Einwohner`.
    """

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    doubtful: frozenset[str] = frozenset()
    notes: list[Fault] = field(default_factory=list, compare=False)
    decimal: Mark | None = None
    settings: Text | None = None
    headings: Mapping[str, str] = field(default_factory=dict)

    def called(self, column: str) -> str:
        """Return what the user calls a column."""
        return self.headings.get(column, column)


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
    """A GeoJSON geometry, what names it (key, value), and its place in the file."""

    names: tuple[tuple[str, Any], ...]
    geometry: Any
    row: int | None
    column: str


@dataclass(frozen=True, slots=True)
class Collection:
    """What a file of boundaries holds.

    Attributes
    ----------
    file : str
        As the user knows it.
    features : tuple of Geometry
    systems : tuple of str
        Coordinate systems that it names and that are not WGS 84.
    attribution : str or None
        Who is to be named for it.
    """

    file: str
    features: tuple[Geometry, ...]
    systems: tuple[str, ...] = ()
    attribution: str | None = None


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

    def collection(self) -> Collection | None:
        """Return what stands in the file of boundaries."""

    def wanted(self) -> Mapping[str, bool]:
        """Return the names of all files or sheets that an instance may have; which are there."""

    def unread(self) -> list[str]:
        """Return the names of the files or sheets that nothing has been read from."""


def holds_numbers(column: str) -> bool:
    """Whether the cells of a column are numbers; all others are names, ids or other text."""
    return _NUMBERS.fullmatch(column) is not None


def parse_csv(
    text: str, file: str, faults: list[Fault], needed: Sequence[str] = ()
) -> Table | None:
    """Return the table in a CSV text; None, with faults, where it cannot be read.

    See `csv_lines` for what separates cells.
    """
    lines = csv_lines(text, file, faults, needed)
    return None if lines is None else tabulate(file, lines, faults, needed)


def csv_lines(
    text: str, file: str, faults: list[Fault], needed: Sequence[str] = (), header: str = ""
) -> list[tuple[int, list[str]]] | None:
    """Return the numbered lines of a CSV text, cell by cell; None, with faults, where it is none.

    Cells are separated by comma, semicolon or tab, whichever the header line holds most of, or as
    a first line like ``sep=;`` says, which Excel writes and reads. `header` is that line, where
    it is known.
    """
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        rule = T("The file holds a NUL byte.")
        remedy = T("Save it again as CSV UTF-8; it may be damaged or no text file.")
        faults.append(Fault(file, rule, remedy, row=line))
        return None
    if is_json(text):
        rule, remedy = T("This is JSON, not a table."), T("Give a CSV file with a header line.")
        faults.append(Fault(file, rule, remedy))
        return None
    said = re.match(r"\s*\"?sep=(.)\"?[ \t]*(\r\n|\n|\r|\Z)", text, re.IGNORECASE)
    body = text[said.end() :] if said else text
    delimiter = said[1] if said else _delimiter(header or body, needed)
    if (found := _separator(body, delimiter, needed)) != delimiter:
        faults.append(_other_separator(file, found, said[1] if said else None))
        return None
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    above = text[: said.end()].count("\n") or 1 if said else 0
    start = above + 1
    try:
        for cells in reader:
            lines.append((start, [_plain_cell(cell) for cell in cells]))
            start = above + reader.line_num + 1
            if len(lines) > MAX_ROWS:
                faults.append(too_many_rows(file))
                return None
    except csv.Error:
        rule = T("The quotes of this row do not match, or a cell is far too long.")
        remedy = T('Put the text into double quotes and double those inside: "a ""b"" c".')
        faults.append(Fault(file, rule, remedy, row=start))
        return None
    return lines


def _delimiter(text: str, needed: Sequence[str]) -> str:
    """Return the mark that the header holds most of; a comma where it holds none."""
    lines = _first_lines(text)
    header = lines[header_at([re.split('[,;\t"]', line) for line in lines], needed)]
    bare = re.sub(r'"[^"]*"', "", header)
    return max(",;\t", key=bare.count)


def _first_lines(text: str) -> list[str]:
    return [line for line in text[:100_000].splitlines() if line.strip()] or [""]


def _separator(text: str, delimiter: str, needed: Sequence[str]) -> str:
    """Return the mark that separates the needed columns: the delimiter, unless it does not."""
    lines = _first_lines(text)[: TITLE_ROWS + 1]

    def named(line: str, mark: str) -> int:
        names = {clean(cell.strip(' "')) for cell in line.split(mark)}
        return sum(column in names for column in needed)

    if not needed or any(named(line, delimiter) for line in lines):
        return delimiter
    some = min(2, len(needed))
    found = (mark for line in lines for mark in _MARKS if named(line, mark) >= some)
    return next(found, delimiter)


def _other_separator(file: str, found: str, said: str | None) -> Fault:
    mark = T("tab") if found == "\t" else repr(found)
    if said is None:
        rule = T("The cells are separated by {mark}.", mark=mark)
        remedy = T("Use comma, semicolon or tab; or put the line sep={found} above the header.",
                   found=found)  # fmt: skip
        return Fault(file, rule, remedy)
    rule = T("This line says another separator than there is: {mark}.", mark=mark)
    return Fault(file, rule, T("Correct or delete it."), row=1, value=f"sep={said}")


def _plain_cell(cell: str) -> str:
    """Return a cell without what keeps spreadsheets from reading it: ="06" is 06."""
    quoted = re.fullmatch(r'="([^"]*)"', cell)
    return quoted[1] if quoted is not None else from_cell(cell)


def header_at(rows: Sequence[Sequence[str]], needed: Sequence[str]) -> int:
    """Return which of the filled rows is the header: the first, or one below titles.

    Titles hold none of the needed columns, and fewer cells than the header.
    """
    widest = 0
    for k, row in enumerate(rows[: TITLE_ROWS + 1]):
        names = [name for name in map(clean, row) if name]
        found = sum(column in names for column in needed)
        if k == 0 and found:
            return 0
        if found >= min(2, len(needed)) and len(names) > widest:
            return k
        widest = max(widest, len(names))
    return 0


def tabulate(
    file: str,
    lines: list[tuple[int, list[str]]],
    faults: list[Fault],
    needed: Sequence[str] = (),
) -> Table | None:
    """Return a table of numbered lines.

    The header is the first line with anything in it, or further below the first with the columns
    that are needed: what stands above is a title, and noted. Empty lines are left out, and empty
    columns without a name.
    """
    filled = [(number, cells) for number, cells in lines if any(cell.strip() for cell in cells)]
    if not filled:
        faults.append(
            Fault(file, T("The file is empty."), T("Give it a header line, or delete it."))
        )
        return None
    at = header_at([cells for _, cells in filled[: TITLE_ROWS + 1]], needed)
    notes = [_title(file, number, cells) for number, cells in filled[:at]]
    (first, names), *rest = filled[at:]
    header = [clean(name) for name in names]
    while header and not header[-1]:
        header.pop()
    rows = []
    doubtful: set[str] = set()
    for number, cells in rest:
        extra = [cell for cell in cells[len(header) :] if cell.strip()]
        if extra or len(cells) < len(header):
            faults.append(_ragged(file, number, cells, len(header), extra))
            doubtful.update(cells)
        elif len(needed) > 2 and sum(bool(cell.strip()) for cell in cells) == 1:
            faults.append(_remark(file, number, cells))
        else:
            rows.append((number, cells[: len(header)]))
    for k in reversed([k for k, name in enumerate(header) if not name]):
        if (value := next((cells[k] for _, cells in rows if cells[k].strip()), None)) is None:
            header.pop(k)
            rows = [(number, cells[:k] + cells[k + 1 :]) for number, cells in rows]
        else:
            rule = T("Column {number} has no name.", number=str(k + 1))
            remedy = T("Name it or delete it.")
            faults.append(Fault(file, rule, remedy, row=first, value=value))
    for name in (name for name, count in Counter(header).items() if name and count > 1):
        rule, remedy = T("The column stands twice."), T("Rename or delete one of them.")
        faults.append(Fault(file, rule, remedy, row=first, column=name))
    if len(set(header)) < len(header):
        return None
    if not rows and not doubtful:
        notes.append(Fault(file, NO_ROWS, T("Fill it in, or delete it."), row=first))
    table_rows = tuple((number, tuple(cells)) for number, cells in rows)
    return Table(file, tuple(header), table_rows, frozenset(doubtful), notes)


NO_ROWS: Final = T("The table has no rows.")
_REMARK: Final = T("Delete it, or fill in the row.")


def _title(file: str, row: int, cells: Sequence[str]) -> Fault:
    shown = " ".join(cell for cell in cells if cell.strip())
    rule = T("The row stands above the header and was not read.")
    return Fault(file, rule, T("Begin with the header."), row=row, value=shown)


def _remark(file: str, row: int, cells: Sequence[str]) -> Fault:
    rule = T("There is nothing else in this row.")
    return Fault(file, rule, _REMARK, row=row, value=_first_filled(cells))


def _first_filled(cells: Sequence[str]) -> str:
    return next(cell for cell in cells if cell.strip())


def _ragged(file: str, row: int, cells: Sequence[str], wanted: int, extra: list[str]) -> Fault:
    rule = T("The row has {cells} cells, the header {wanted}.", cells=len(cells), wanted=wanted)
    if extra:
        remedy = T(
            "Put text that holds the separator into double quotes,"
            " and write numbers with a decimal point."
        )
        return Fault(file, rule, remedy, row=row, value=extra[-1])
    first = _first_filled(cells)
    remark = first.startswith("#") or sum(bool(cell.strip()) for cell in cells) == 1
    remedy = _REMARK if remark else T("Add the missing cells (they may be empty).")
    return Fault(file, rule, remedy, row=row, value=first)


def too_large(file: str) -> Fault:
    """Return the fault of a file beyond `MAX_BYTES`."""
    rule = T("The file is larger than {limit} MB.", limit=MAX_BYTES // 2**20)
    return Fault(file, rule, T("Leave out what the instance does not need."))


def too_many_rows(file: str) -> Fault:
    """Return the fault of a table beyond `MAX_ROWS`."""
    rule = T("The table has more than {limit} rows.", limit=MAX_ROWS)
    return Fault(file, rule, T("Leave out what the instance does not need."))
