"""Tables of ways from CSV files and workbooks: a row for each way, or a square matrix."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from koopopt.case.made import MAX_MINUTES
from koopopt.errors import DataError, Fault, UsageError, some
from koopopt.importing.travel.headings import Columns, Value, columns, unit_of
from koopopt.importing.travel.matrix import UNITS, Matrix, Place, Unit
from koopopt.language.hints import Names
from koopopt.language.notation import readings
from koopopt.linear import Floats
from koopopt.reading.cells import Row, rows_of, twice
from koopopt.reading.labels import clean
from koopopt.reading.spreadsheets.kinds import no_workbook
from koopopt.reading.spreadsheets.sheets import Lines
from koopopt.reading.spreadsheets.xlsx import Package
from koopopt.reading.tables import MAX_BYTES, TITLE_ROWS, Table, parse_csv, tabulate
from koopopt.reading.workbook import MAX_UNPACKED
from koopopt.text import T

CORNER: Final = "*"
"""What the empty cell above the names of rows is called meanwhile."""
NOTHING: Final = {"", "-", "–", "—"}
"""Cells that say that there is no way, or that none is given."""
_MOST: Final = {Unit.MINUTES: MAX_MINUTES, Unit.SECONDS: MAX_MINUTES * 60, Unit.KM: 20_000.0}
_LABELS: Final = 3
"""So many of the first columns may hold the names of rows."""

Known = Callable[[str], bool]
"""Whether a label is that of a place of the instance."""


def csv_table(text: str, file: str, faults: list[Fault]) -> Table | None:
    """Return the table in a CSV text; titles above it are passed over, and noted."""
    body, notes = _without_titles(text, file)
    named = r"\A((?:\s*\"?sep=.\"?[ \t]*\r?\n)?\s*)(?:\"\")?(?=[;,\t])"
    table = parse_csv(re.sub(named, rf"\g<1>{CORNER}", body), file, faults)
    if table is not None:
        table.notes.extend(notes)
    return table


def _without_titles(text: str, file: str) -> tuple[str, list[Fault]]:
    """Blank the lines that stand above a table: they have fewer cells than the lines below."""
    lines = text.split("\n")
    bare = [_QUOTED.sub(_marked, line).strip("\r") for line in lines[: 4 * TITLE_ROWS]]
    mark = max(";\t,", key=lambda m: sum(line.count(m) for line in bare))
    counts = Counter(line.count(mark) for line in bare if line.strip())
    notes: list[Fault] = []
    if not counts or bare[0].lower().lstrip(' "').startswith("sep="):
        return text, notes
    ((usual, _),) = counts.most_common(1)
    for k, line in enumerate(bare[:TITLE_ROWS]):
        filled = sum(bool(cell.strip()) for cell in line.split(mark))
        if (line.count(mark) == usual and filled > 1) or lines[k].count('"') % 2:
            break
        if filled:
            notes.append(_title(file, k + 1, lines[k].strip(f"{mark}\r")))
        lines[k] = ""
    return "\n".join(lines), notes


_QUOTED: Final = re.compile(r'"((?:[^"]|"")*)"')


def _marked(quoted: re.Match[str]) -> str:
    """Return something that stands for a quoted cell, whatever separators are in it."""
    return "x" if quoted[1].strip() else ""


def _title(file: str, row: int, text: str) -> Fault:
    rule = T("The row stands above the header and was not read.")
    return Fault(file, rule, T("Begin with the header."), row=row, value=clean(text))


def sheet_table(path: Path, wanted: str | None, faults: list[Fault]) -> Table | None:
    """Return a sheet of a workbook as a table: the one of this name, or the only one.

    Raises
    ------
    UsageError
        If it is not certain which sheet is meant.
    """
    if (fault := no_workbook(path, MAX_BYTES, MAX_UNPACKED)) is not None:
        faults.append(fault)
        return None
    try:
        package = Package(zipfile.ZipFile(io.BytesIO(path.read_bytes())))
        names = Names(package.sheets)
        if wanted is None and len(package.sheets) != 1:
            raise UsageError(
                T("{path} has several sheets: say by --sheet which one. {remedy}",
                  path=repr(path.name), remedy=names.remedy(""))
            )  # fmt: skip
        if wanted is not None and wanted not in names:
            raise UsageError(
                T("{option}: there is no {value}. {remedy}", option="--sheet",
                  value=repr(wanted), remedy=names.remedy(wanted))
            )  # fmt: skip
        name = package.sheets[0] if wanted is None else wanted
        sheet = package.sheet(name)
    except UsageError:
        raise
    except Exception:  # any XML or ZIP trouble, and there is no common class for it
        rule = T("The file is no readable .xlsx workbook.")
        faults.append(Fault(path.name, rule, T("Save it again as .xlsx, without a password.")))
        return None
    filled = {column: "" for _, cells in sheet.rows for column in sorted(cells)}
    known, reading = len(faults), Lines(name, sheet, (), faults, False)
    # Here no row is known to be the header yet, and the names of rows may stand under no name.
    reading.header, reading.first, reading.columns = 0, 0, dict(sorted(filled.items()))
    lines = reading.lines()
    if len(faults) > known:
        return None
    notes = list(reading.hidden(name in package.hidden))
    while len(lines) > 1 and sum(bool(cell.strip()) for cell in lines[0][1]) < 2:
        row, cells = lines.pop(0)
        if text := " ".join(cells).strip():
            notes.append(_title(name, row, text))
    if lines and not lines[0][1][0].strip():
        lines[0][1][0] = CORNER
    table = tabulate(name, lines, faults)
    if table is not None:
        table.notes.extend(notes)
    return table


def matrix_of(table: Table, known: Known, unit: Unit | None) -> Matrix:
    """Return what a table says.

    Parameters
    ----------
    table : Table
    known : callable
        Whether a label is that of a place of the instance.
    unit : Unit or None
        The unit that the user says.

    Raises
    ------
    DataError
        With every fault found.
    """
    faults: list[Fault] = []
    meant = columns(table.header)
    matrix = (
        _by_way(table, meant, unit, faults) if meant.by_way else _square(table, known, unit, faults)
    )
    if faults or matrix is None:
        raise DataError(map(_reworded, faults), table.notes)
    return matrix


def _reworded(fault: Fault) -> Fault:
    """Return a question about three digits with what can be said here: a table has no settings."""
    said = fault.remedy.values
    if "where" not in said:
        return fault
    remedy = T(
        "Write {comma} or {point}; or give --decimal , (all such numbers are meant like"
        " {comma}) or --decimal . (like {point}).",
        comma=said["comma"],
        point=said["point"],
    )
    return replace(fault, remedy=remedy)


def _by_way(table: Table, meant: Columns, unit: Unit | None, faults: list[Fault]) -> Matrix | None:
    """Return the matrix of a table with a row for each way."""
    value = _value(table, meant.values, unit, faults)
    if value is None:
        return None
    heading, of = value
    origin, destination = meant.origins[0], meant.destinations[0]
    _tell_unread(table, {origin, destination, heading})
    from_: dict[str, Place] = {}
    to: dict[str, Place] = {}
    found: dict[tuple[str, str], tuple[Row, float]] = {}
    for row in rows_of(table, faults, required=(), also=r"[\s\S]*"):
        a, b = row.label(origin), row.label(destination)
        number = _number(row, heading, of)
        if a is None or b is None:
            continue
        from_.setdefault(a, Place(a, None, row.number, origin))
        to.setdefault(b, Place(b, None, row.number, destination))
        if (a, b) in found:
            twice(row, found[a, b][0].number, a, b)
        found[a, b] = (row, number)
    rows, places = {a: k for k, a in enumerate(from_)}, {b: k for k, b in enumerate(to)}
    numbers = np.full((len(rows), len(places)), np.nan)
    for (a, b), (_, number) in found.items():
        numbers[rows[a], places[b]] = number
    return Matrix(table.file, T("a table with a row for each way"), tuple(from_.values()),
                  tuple(to.values()), numbers, of, table.notes, axes=False)  # fmt: skip


def _value(
    table: Table, values: Sequence[Value], unit: Unit | None, faults: list[Fault]
) -> tuple[str, Unit] | None:
    """Return the column of numbers and their unit: minutes before seconds before kilometres."""
    order = list(Unit) if unit is None else [unit]
    for wanted in order:
        fitting = [v for v in values if v.unit is wanted]
        fitting = fitting or [
            v for v in values if unit and v.unit is None and (not v.units or wanted in v.units)
        ]
        if len(fitting) > 1:
            rule = T("Several columns may be meant: {columns}.",
                     columns=some(v.heading for v in fitting))  # fmt: skip
            faults.append(Fault(table.file, rule, T("Delete all but one."), row=1))
            return None
        if fitting:
            return fitting[0].heading, wanted
    named = some((v.heading for v in values), repr)
    if not values:
        rule = T("No column is named for minutes, seconds or kilometres.")
        remedy = T("Name it, for instance, minutes or Entfernung (km).")
    elif unit is None:
        rule = T("The heading does not say the unit: {columns}.", columns=named)
        remedy = T("Say it by --unit {units}.", units="|".join(UNITS))
    else:
        rule = T("No column fits --unit {unit}: {columns}.", unit=unit.value, columns=named)
        remedy = T("Leave --unit out, or correct it.")
    faults.append(Fault(table.file, rule, remedy, row=1))
    return None


def _number(row: Row, heading: str, unit: Unit) -> float:
    """Return the number of a cell; not a number where there is none, or a fault."""
    if clean(row.cells[heading]) in NOTHING:
        return float("nan")
    value = row.figure(heading, 0, _MOST[unit])
    return float("nan") if value is None else value


def _square(table: Table, known: Known, unit: Unit | None, faults: list[Fault]) -> Matrix | None:
    """Return the matrix of a table whose rows and columns are named after places."""
    file, header = table.file, table.header
    hits = [
        sum(known(cells[k]) for _, cells in table.rows) for k in range(min(_LABELS, len(header)))
    ]
    if not any(hits) or not any(known(heading) for heading in header):
        rule = T(
            "The table has neither columns of origin, destination and minutes (von, nach,"
            " Minuten), nor municipalities as names of its rows and columns."
        )
        shown = ", ".join(header)
        faults.append(Fault(file, rule, T("Name its columns so."), row=1, value=shown))
        return None
    side = hits.index(max(hits))
    said = unit_of(header[side]) or (unit_of(header[0]) if side else None)
    if unit is None and said is None:
        rule = T("The table does not say the unit of its numbers.")
        faults.append(Fault(file, rule, T("Say it by --unit {units}.", units="|".join(UNITS))))
        return None
    if unit is not None and said not in (None, unit):
        rule = T("The table says another unit than --unit {unit}.", unit=unit.value)
        faults.append(Fault(file, rule, T("Correct one of them."), row=1, value=header[side]))
        return None
    of = unit or said
    assert of is not None
    named = [k for k in range(len(header)) if k != side and not _is_text(table, k, known)]
    _tell_unread(table, {header[side], *(header[k] for k in named)})
    origins: list[Place] = []
    numbers: list[list[float]] = []
    for row in rows_of(table, faults, required=(), also=r"[\s\S]*"):
        label = row.label(header[side])
        origins.append(Place(label, None, row.number))
        numbers.append([_number(row, header[k], of) for k in named])
    destinations = tuple(Place(header[k], None, 1) for k in named)
    values: Floats = np.array(numbers, float).reshape(len(origins), len(named))
    kind = T("a matrix")
    return Matrix(file, kind, tuple(origins), destinations, values, of, table.notes)


def _is_text(table: Table, column: int, known: Known) -> bool:
    """Whether a column is of names or remarks: no place is called so, and no cell is a number."""
    if known(table.header[column]):
        return False
    return all(readings(cells[column]) is None for _, cells in table.rows)


def _tell_unread(table: Table, read: set[str]) -> None:
    """Note the columns that were not read."""
    unread = [heading for heading in table.header if heading not in read and heading != CORNER]
    if unread:
        rule = T("Columns were not read: {columns}.", columns=some(unread, repr))
        table.notes.append(Fault(table.file, rule, T("They are not needed."), row=1))
