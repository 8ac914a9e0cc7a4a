"""A table as it stands in a file: which sheet, where its header is, what stands below.

A CSV file and a sheet of a workbook both become a `Sheet` of filled cells, so that everything
after this is the same for both.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from koopopt.errors import DataError, Fault, some
from koopopt.importing import files
from koopopt.importing.table.headings import Tiers, role_of
from koopopt.importing.table.mapping import Chosen
from koopopt.language.hints import Names
from koopopt.reading.labels import clean
from koopopt.reading.spreadsheets.kinds import ENDINGS, no_workbook
from koopopt.reading.spreadsheets.xlsx import Package, Range, Sheet, letters, span
from koopopt.reading.tables import MAX_BYTES, MAX_ROWS, TITLE_ROWS, csv_lines, too_many_rows
from koopopt.reading.workbook import MAX_UNPACKED
from koopopt.text import T

_ENOUGH: Final = 2
"""So many headings at least must be known for a row to be taken for the header by itself."""


_VITAL: Final = ({"population"}, {"a", "b"}, {"id", "lat"}, {"id", "x"})
"""What a sheet must name one group of to be the one that is meant among several."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a table, and what its columns are called.

    Attributes
    ----------
    file : str
        The file, and the sheet where there are several, as faults name it.
    sheet : Sheet
    header : int
        Row of the headings; the last of them where they take several.
    headings : mapping column -> str
        Each once: the second of a name is ``Name (2)``, a column without one ``(D)``.
    notes : list of Fault
    hidden : bool
        Whether the sheet is hidden.
    picked : str
        Name of the sheet where the workbook has several.
    """

    file: str
    sheet: Sheet
    header: int
    headings: Mapping[int, str]
    notes: list[Fault] = field(default_factory=list)
    hidden: bool = False
    picked: str = ""

    @property
    def below(self) -> list[tuple[int, dict[int, str]]]:
        """The filled rows below the header."""
        return [(row, cells) for row, cells in self.sheet.rows if row > self.header]

    def column(self, heading: str) -> int | None:
        """Return where a heading stands, by its name as it is, or but for case and blanks."""
        exact = [column for column, name in self.headings.items() if name == clean(heading)]
        alike = [
            column
            for column, name in self.headings.items()
            if _alike(name) == _alike(heading)
        ]  # fmt: skip
        found = exact or alike
        return found[0] if len(found) == 1 else None

    def cell(self, row: int, column: int, cells: Mapping[int, str]) -> str:
        """Return a cell as the table shows it."""
        place = row, column
        shown = self.sheet.dates.get(place) or self.sheet.shown.get(place)
        return clean(shown or cells.get(column, ""))


def _alike(name: str) -> str:
    return "".join(clean(name).split()).casefold()


Known = Callable[[str], str | None]
"""Which of our columns a cell is a heading of; inhabitants of any year are one."""


def opened(
    path: Path, chosen: Chosen, roles: Mapping[str, Tiers], named: Mapping[str, str]
) -> Grid:
    """Return the table in a file.

    Parameters
    ----------
    path : Path
    chosen : Chosen
        Sheet, header and encoding, where they are said.
    roles : mapping column -> usual headings
    named : mapping column -> heading
        Headings that are said.

    Raises
    ------
    DataError
        Where there is none.
    """
    wanted = {clean(heading): role for role, heading in named.items()}

    def known(cell: str) -> str | None:
        if (said := wanted.get(clean(cell))) is not None:
            return said
        meant = role_of(cell, roles)
        return None if meant is None else meant[0].partition("_")[0]

    data = files.content(path)
    if data[:4] in _BOOKS or path.suffix.lower() in ENDINGS:
        if chosen.encoding:
            rule, remedy = T("A workbook has no encoding to be said."), T("Leave it out.")
            raise DataError([Fault(path.name, rule, remedy, value=chosen.encoding)])
        return _of_book(path, data, chosen, known)
    if chosen.sheet:
        rule, remedy = T("A CSV file has no sheets."), T("Leave the sheet out.")
        raise DataError([Fault(path.name, rule, remedy, value=chosen.sheet)])
    return _of_csv(path, data, chosen, known)


_BOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin, whatever their names."""


def _of_csv(path: Path, data: bytes, chosen: Chosen, known: Known) -> Grid:
    notes: list[Fault] = []
    faults: list[Fault] = []
    text = _text(path, data, chosen.encoding, notes)
    lines = csv_lines(text, path.name, faults, *_telling(text, chosen.header, known))
    if lines is None:
        raise DataError(faults)
    rows = [
        (number, {k: cell for k, cell in enumerate(cells) if cell.strip()})
        for number, cells in lines
    ]
    sheet = Sheet(rows=[(number, cells) for number, cells in rows if cells])
    grid = _grid(path.name, sheet, chosen, known, notes)
    if faults := list(_too_long(grid)):
        raise DataError(faults, notes)
    return grid


def _too_long(grid: Grid) -> Iterable[Fault]:
    """Yield rows with more cells than the header: a separator in a text has moved the others."""
    header = max(k for k, name in grid.headings.items() if name != f"({letters(k)})")
    for row, cells in grid.below:
        if (last := max(cells)) > header:
            rule = T("The row has {cells} cells, the header {wanted}.",
                     cells=last + 1, wanted=header + 1)  # fmt: skip
            remedy = T(
                "Put text that holds the separator into double quotes,"
                " and write numbers with a decimal point."
            )
            yield Fault(grid.file, rule, remedy, row=row, value=cells[last])


def _text(path: Path, data: bytes, encoding: str, notes: list[Fault]) -> str:
    """Return the text of a CSV file; note an encoding that was not said and is not UTF-8."""
    if encoding:
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except LookupError:
            rule, remedy = T("There is no encoding of this name."), T("Write cp1252 or cp850, say.")
            raise DataError([Fault(path.name, rule, remedy, value=encoding)]) from None
        except UnicodeError:
            rule = T("The file is not in the encoding {encoding}.", encoding=encoding)
            raise DataError([Fault(path.name, rule, T("Name another, or none."))]) from None
    try:
        text, found = files.decoded(path.name, data)
    except DataError as error:
        remedy = T("Save it as UTF-8, or say --encoding, such as cp850.")
        raise DataError([replace(fault, remedy=remedy) for fault in error.faults]) from None
    if not found.startswith("UTF"):
        if (odd := _DOS.search(text)) is not None:
            rule = T("The file is not UTF-8, and no Windows-1252 either: letters look wrong.")
            remedy = T("Say --encoding; files from old programs are often cp850.")
            row = text.count("\n", 0, odd.start()) + 1
            raise DataError([Fault(path.name, rule, remedy, row, value=odd[0])])
        rule = T("The file is read as {encoding}.", encoding=found)
        notes.append(Fault(path.name, rule, T("If letters look wrong, say --encoding.")))
    return text


_DOS: Final = re.compile(r"\w+[„”™]\w+")
"""Words in which ä, ö or Ö of a file in cp850 have become quotation marks."""


def _telling(text: str, header: int | None, known: Known) -> tuple[tuple[str, ...], str]:
    """Return cells by which the header line is told from titles above it, and that line."""
    lines = text[:100_000].splitlines()
    first = list(_whole(lines if header is None else lines[header - 1 :]))
    first = first[: TITLE_ROWS + 1 if header is None else 1]
    parts = [[clean(cell) for cell in re.split('[,;\t|"]', line) if cell.strip()] for line in first]
    if not any(parts):
        return (), ""
    best = max(range(len(parts)), key=lambda k: (len(_roles(parts[k], known)), len(parts[k]), -k))
    before = {cell for cells in parts[:best] for cell in cells}
    return tuple(cell for cell in parts[best] if cell not in before), first[best]


def _whole(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines, those joined that a heading in quotation marks runs across."""
    line = ""
    for part in lines:
        line = f"{line}\n{part}" if line else part
        if line.count('"') % 2 == 0:
            yield line
            line = ""


def _of_book(path: Path, data: bytes, chosen: Chosen, known: Known) -> Grid:
    try:
        fault = no_workbook(path, MAX_BYTES, MAX_UNPACKED)
        if fault is not None:
            raise DataError([fault])
        package = Package(zipfile.ZipFile(io.BytesIO(data)))
        found = {name: package.sheet(name) for name in _wanted(path, package.sheets, chosen)}
    except DataError:
        raise
    except Exception:  # any XML or ZIP trouble, and there is no common class for it
        rule = T("The file is no readable .xlsx workbook.")
        remedy = T("Save it again as .xlsx, without a password.")
        raise DataError([Fault(path.name, rule, remedy)]) from None
    name = _picked(path, found, chosen, known)
    several = len(package.sheets) > 1
    notes: list[Fault] = []
    if several:
        others = some([other for other in package.sheets if other != name])
        rule = T("Only the sheet {sheet} is read, not {others}.", sheet=repr(name), others=others)
        notes.append(Fault(path.name, rule, T("Name another one with --sheet if that is meant.")))
    file = f"{path.name} [{name}]" if several else path.name
    grid = _grid(file, found[name], chosen, known, notes)
    return replace(grid, hidden=name in package.hidden, picked=name if several else "")


def _wanted(path: Path, sheets: list[str], chosen: Chosen) -> list[str]:
    if not chosen.sheet:
        return sheets
    alike = [name for name in sheets if _alike(name) == _alike(chosen.sheet)]
    if not alike:
        rule, remedy = T("There is no sheet of this name."), Names(sheets).remedy(chosen.sheet)
        raise DataError([Fault(path.name, rule, remedy, value=chosen.sheet)])
    return alike[:1]


def _picked(path: Path, found: Mapping[str, Sheet], chosen: Chosen, known: Known) -> str:
    """Return the only sheet that has something like the header of our table."""
    filled = [name for name, sheet in found.items() if sheet.rows]
    if not filled:
        rule = T("The workbook is empty.")
        raise DataError([Fault(path.name, rule, T("Put a table there."))])
    roles = {name: _header(found[name], known)[1] for name in filled}
    fitting = [
        name
        for name in filled
        if len(roles[name]) >= _ENOUGH and any(vital <= roles[name] for vital in _VITAL)
    ]
    if len(filled) == 1 or len(fitting) == 1:
        return (fitting or filled)[0]
    rule = T("Several sheets may be meant: {sheets}.", sheets=some(fitting or filled))
    remedy = T("Say which with --sheet. A table of neighbours or points needs its own file.")
    raise DataError([Fault(path.name, rule, remedy)])


def _roles(cells: Iterable[str], known: Known) -> set[str]:
    """Return which of our columns these cells are headings of."""
    return {role for cell in cells if (role := known(cell)) is not None}


def _header(sheet: Sheet, known: Known) -> tuple[int, set[str]]:
    """Return which of the filled rows is the header, and which of our columns it names.

    Where none are, it is the first row with most cells.
    """
    rows = sheet.rows[: TITLE_ROWS + 1]
    roles = [_roles(cells.values(), known) for _, cells in rows]
    best = max(range(len(rows)), key=lambda k: (len(roles[k]), -k))
    if len(roles[best]) < _ENOUGH:
        best = max(range(len(rows)), key=lambda k: (len(rows[k][1]), -k))
    return best, roles[best]


def _grid(file: str, sheet: Sheet, chosen: Chosen, known: Known, notes: list[Fault]) -> Grid:
    if len(sheet.rows) > MAX_ROWS:
        raise DataError([too_many_rows(file)])
    if not sheet.rows:
        raise DataError([Fault(file, T("The file is empty."), T("Give the path of a table."))])
    if chosen.header is not None:
        at = next((k for k, (row, _) in enumerate(sheet.rows) if row == chosen.header), None)
        if at is None:
            rule, remedy = T("The row of the header is empty."), T("Name the row of the headings.")
            raise DataError([Fault(file, rule, remedy, row=chosen.header)])
    else:
        at, _ = _header(sheet, known)
    top = sheet.rows[at][0]
    above = [(row, cells) for row, cells in sheet.rows if row < top]
    for row, cells in above:
        rule = T("The row stands above the header and was not read.")
        text = " ".join(map(clean, cells.values()))
        notes.append(Fault(file, rule, T("If it is the header, say --header."), row, value=text))
    bottom = max((area[2] for area in sheet.merged if area[0] <= top <= area[2]), default=top)
    if bottom == top and at + 1 < len(sheet.rows):
        below, cells = sheet.rows[at + 1]
        if all(_YEAR.fullmatch(text.strip()) for text in cells.values()):
            bottom = below
            rule = T("The row holds the years of the columns and is read with the headings.")
            notes.append(Fault(file, rule, T("If it is a municipality, name its values."), below))
    if all(row <= bottom for row, _ in sheet.rows):
        rule, remedy = T("The table has no rows."), T("Fill it in, or delete it.")
        raise DataError([Fault(file, rule, remedy, row=top)])
    names = _named(sheet, top, bottom)
    if ranges := _spread(sheet, bottom):
        rule = T("Merged cells hold for all their rows: {ranges}.", ranges=some(ranges, span))
        remedy = T("Unmerge them if only the first row is meant.")
        notes.append(Fault(file, rule, remedy, row=ranges[0][0]))
    return Grid(file, sheet, bottom, names, notes)


_YEAR: Final = re.compile(r"(?:19|20|21)\d\d")


def _spread(sheet: Sheet, header: int) -> list[Range]:
    """Write what cells merged downwards say into each of their rows; return their ranges."""
    cells = dict(sheet.rows)
    ranges = []
    for area in sorted(sheet.merged):
        top, left, bottom, right = area
        text = cells.get(top, {}).get(left)
        if text is None or left != right or top == bottom or top <= header:
            continue
        ranges.append(area)
        for row in (row for row, _ in sheet.rows if top < row <= bottom):
            cells[row][left] = text
            if (top, left) in sheet.shown:
                sheet.shown[row, left] = sheet.shown[top, left]
    return ranges


def _named(sheet: Sheet, top: int, bottom: int) -> dict[int, str]:
    """Return the name of each filled column; headings of several rows are joined."""
    cells = dict(sheet.rows)
    parts: dict[int, list[str]] = {}
    if bottom > top:  # years stand below headings that hold for several columns
        for column in sorted(cells.get(bottom, {}).keys() - cells[top].keys()):
            if not sheet.merged and (left := [k for k in cells[top] if k < column]):
                parts[column] = [cells[top][max(left)]]
    spans = {area[:2]: range(area[1], area[3] + 1) for area in sheet.merged}
    for row in range(top, bottom + 1):
        for column, text in cells.get(row, {}).items():
            shown = sheet.dates.get((row, column), text)
            for k in spans.get((row, column), (column,)):
                parts.setdefault(k, []).append(shown)
    filled = {column for row, found in sheet.rows if row > bottom for column in found}
    count: Counter[str] = Counter()
    names = {}
    for column in sorted(filled | parts.keys()):
        name = clean(" ".join(parts.get(column, ()))) or f"({letters(column)})"
        count[name] += 1
        names[column] = name if count[name] == 1 else f"{name} ({count[name]})"
    return names
