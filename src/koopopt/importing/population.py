"""Population forecasts from official tables: columns population_2030 … of municipalities.csv.

The table has a municipality in each row and a year in each column. Whom a row is about its key
says, also one of which a spreadsheet has eaten the leading zero, else its name.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from koopopt.case.instance import Municipality
from koopopt.case.made import MAX_PEOPLE
from koopopt.errors import DataError, Fault, UsageError, some
from koopopt.importing import files
from koopopt.importing.table.choosing import renamed, table_of
from koopopt.importing.table.headings import MUNICIPALITIES
from koopopt.importing.table.keys import key_of
from koopopt.importing.table.mapping import Chosen
from koopopt.importing.table.opening import Grid, opened
from koopopt.importing.table.rows import folded_name
from koopopt.reading.cells import rows_of
from koopopt.reading.entries import YEAR_COLUMN
from koopopt.text import T
from koopopt.writing.contents import place_files

FILE: Final = "municipalities.csv"
YEAR: Final = re.compile(r"(?<!\d)(?:20|21)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Forecast:
    """Numbers of inhabitants to come.

    Attributes
    ----------
    people : mapping municipality id -> (mapping year -> inhabitants)
    years : tuple of int
    notes : tuple of Fault
        Rows and municipalities that were not matched, among others.
    """

    people: Mapping[str, Mapping[int, float]]
    years: tuple[int, ...]
    notes: tuple[Fault, ...]


def forecast(path: Path, towns: Sequence[Municipality], chosen: Chosen) -> Forecast:
    """Return what a table says of municipalities.

    Raises
    ------
    DataError
        With every fault found; one is that no row is about any of the municipalities.
    """
    grid = opened(path, chosen, MUNICIPALITIES, chosen.columns)
    faults: list[Fault] = []
    years = _years(grid, faults)
    rows, outside, by, keys = _matched(grid, towns, set(years.values()), chosen, faults)
    if faults:
        raise DataError(faults)
    columns = {"id": by, **{f"{YEAR_COLUMN}{year}": column for year, column in years.items()}}
    names = renamed(grid, columns)
    table = table_of(grid, columns, rows, chosen.decimal, faults)
    people: dict[str, dict[int, float]] = {}
    if table is not None:
        for row, (_, id_) in zip(
            rows_of(table, faults, required=tuple(columns)), keys, strict=True
        ):
            found = {
                year: row.figure(f"{YEAR_COLUMN}{year}", 0, MAX_PEOPLE, whole=True)
                for year in years
            }
            people[id_] = {year: value for year, value in found.items() if value is not None}
        grid.notes.extend(names.back(table.notes))
    if faults:
        raise DataError(names.back(faults))
    if outside:
        rule = T("These rows are about no municipality of the instance: {rows}.",
                 rows=some(outside, str))  # fmt: skip
        grid.notes.append(Fault(grid.file, rule, T("Nothing was taken from them.")))
    if missing := [f"{town.id} {town.name}" for town in towns if town.id not in people]:
        rule = T("The table has no row of these municipalities: {towns}.",
                 towns=some(missing, str))  # fmt: skip
        remedy = T("Their cells stay empty; a scenario needs them all.")
        grid.notes.append(Fault(grid.file, rule, remedy))
    return Forecast(people, tuple(sorted(years)), tuple(grid.notes))


def _years(grid: Grid, faults: list[Fault]) -> dict[int, int]:
    """Return the column of each year that a heading names."""
    found: dict[int, int] = {}
    for column, heading in grid.headings.items():
        named = set(YEAR.findall(heading))
        if len(named) != 1:
            continue
        year = int(named.pop())
        if year in found:
            rule = T("Two columns are of the year {year}: {first} and {second}.", year=str(year),
                     first=repr(grid.headings[found[year]]), second=repr(heading))  # fmt: skip
            faults.append(Fault(grid.file, rule, T("Leave one out, or choose another sheet."),
                                grid.header))  # fmt: skip
        found[year] = column
    if not found:
        rule = T("No heading names a year.")
        remedy = T("Say with --sheet and --header where the table stands.")
        faults.append(Fault(grid.file, rule, remedy, grid.header))
    return found


def _matched(
    grid: Grid, towns: Sequence[Municipality], taken: set[int], chosen: Chosen, faults: list[Fault]
) -> tuple[list[tuple[int, dict[int, str]]], list[str], int, list[tuple[int, str]]]:
    """Return the rows of municipalities, what the others are called, the column that says which.

    That is the column in which most municipalities are recognised by their key, else by name.
    """
    ids = {town.id for town in towns}
    names: dict[str, list[str]] = {}
    for town in towns:
        names.setdefault(folded_name(town.name), []).append(town.id)

    def by_key(text: str) -> str | None:
        if text in ids:
            return text
        key = key_of(text, "ags")
        return key.id if key is not None and key.id in ids else None

    def by_name(text: str) -> str | None:
        fitting = names.get(folded_name(text), [])
        return fitting[0] if len(fitting) == 1 else None

    best: tuple[int, int, dict[int, str]] = (0, -1, {})
    for ways, weight in ((by_key, 1), (by_name, 0)):
        for column in grid.headings:
            if column in taken:
                continue
            found = {row: id_ for row, cells in grid.below
                     if (id_ := ways(grid.cell(row, column, cells))) is not None}  # fmt: skip
            if (len(found), weight) > (best[0], 0 if best[1] < 0 else 1):
                best = len(found), column, found
        if best[0]:
            break
    count, by, whose = best
    if not count:
        rule = T("No row is about a municipality of the instance, by key or by name.")
        faults.append(Fault(grid.file, rule, T("Is it the table of another region, or sheet?")))
        return [], [], -1, []
    seen: dict[str, int] = {}
    rows, keys, outside = [], [], []
    for row, cells in grid.below:
        id_ = whose.get(row)
        if id_ is None:
            said = (grid.cell(row, column, cells) for column in cells if column not in taken)
            outside.append(" ".join(said) or str(row))
        elif id_ in seen:
            rule = T("The municipality stands in row {first}, too.", first=seen[id_])
            remedy = T("Delete one of the two, or choose a sheet with one row each.")
            faults.append(Fault(grid.file, rule, remedy, row, value=id_))
        else:
            seen[id_] = row
            rows.append((row, {**cells, by: id_}))
            keys.append((row, id_))
    return rows, outside, by, keys


def entered(folder: Path, forecast_: Forecast) -> tuple[str, ...]:
    """Write the numbers into municipalities.csv of a folder; return the columns that are new.

    All other cells stay as they are, as do line ends, separator and byte-order mark.

    Raises
    ------
    UsageError
        If a column is there already with other numbers: nothing is overwritten.
    """
    path = folder / FILE
    data = files.content(path)
    text, _ = files.decoded(FILE, data)
    end = "\r\n" if "\r\n" in text else "\n"
    first = text.splitlines()[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=separator))
    header = [cell.strip() for cell in rows[0]]
    at = header.index("id")
    new = []
    for year in forecast_.years:
        name = f"{YEAR_COLUMN}{year}"
        if name in header:
            raise UsageError(
                T("{file} has a column {name} already, and nothing is overwritten; delete it"
                  " first.", file=str(path), name=name)
            )  # fmt: skip
        new.append(name)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow([*rows[0], *new])
    for row in rows[1:]:
        if not row:
            continue
        told = forecast_.people.get(row[at].strip(), {})
        values = [told.get(year) for year in forecast_.years]
        cells = ["" if value is None else f"{value:.0f}" for value in values]
        writer.writerow([*row, *[""] * (len(header) - len(row)), *cells])
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    place_files({FILE: mark + out.getvalue().encode("utf-8")}, folder)
    return tuple(new)
