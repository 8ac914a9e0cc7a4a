"""From the chosen cells to municipalities: keys in full, county and state, places, areas.

What results is a table with our columns and the rows of the file, which the ordinary reader of
municipalities reads; so a fault has the row in which it stands.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from koopopt.case.instance import Municipality
from koopopt.case.made import MAX_KM2
from koopopt.errors import Fault
from koopopt.importing.table.choosing import renamed, table_of
from koopopt.importing.table.keys import Key, areas_above, key_of, restored
from koopopt.importing.table.mapping import CONSTANTS, Chosen, is_of_year
from koopopt.importing.table.matching import Matched, untaken
from koopopt.importing.table.opening import Grid
from koopopt.importing.table.places import Point, joined, points_of, projected
from koopopt.importing.table.rows import Kept
from koopopt.language.hints import exact
from koopopt.reading import entries
from koopopt.reading.cells import rows_of
from koopopt.reading.labels import clean
from koopopt.reading.tables import Table
from koopopt.text import T

_HECTARES: Final = 100.0


@dataclass(slots=True)
class Filled:
    """Municipalities, and what the table says of them besides.

    Attributes
    ----------
    towns : tuple of Municipality
    ids : list of str
        All ids, also of municipalities with a fault.
    beyond : list of str
        Ids of rows that were left out with purpose.
    values : dict id -> str
        Their cells in the column of the status quo.
    values_beyond : list of str
        The same of rows that were left out.
    """

    towns: tuple[Municipality, ...] = ()
    ids: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    values_beyond: list[str] = field(default_factory=list)


def filled(
    grid: Grid,
    columns: Mapping[str, int],
    rows: Kept,
    chosen: Chosen,
    kind: str | None,
    points: tuple[Grid, Matched] | None,
    faults: list[Fault],
) -> Filled:
    """Return the municipalities of the rows; faults and notes have the headings of the file."""
    names = renamed(grid, columns)
    result, mine = Filled(), list[Fault]()
    today = grid.column(chosen.status_quo) if chosen.status_quo else None
    grid.notes.extend(untaken(grid, [*columns.values(), *([] if today is None else [today])]))
    taken = _municipal(grid, columns, rows, kind)
    table = table_of(grid, columns, taken, chosen.decimal, mine)
    if table is None or mine:
        faults.extend(names.back(mine))
        return result
    cells = {row: dict(zip(table.header, texts, strict=True)) for row, texts in table.rows}
    keys = _in_full(grid, cells, columns, kind, mine)
    _said(grid, cells, columns, chosen, keys)
    spoilt = _placed(table, cells, points, chosen, names.headings, mine)
    if "area_ha" in columns:
        _hectares(table, cells, names.headings, mine)
    whole = _whole(table, cells)
    known = len(mine)
    result.towns, ids = entries.municipalities(whole, mine)
    keyless = set(cells) - set(keys) if kind is not None else set()
    mine[known:] = [
        fault
        for fault in mine[known:]
        if not (fault.row in spoilt and fault.column in _DEGREES)
        and not (fault.row in keyless and fault.column in _BY_KEY and fault.value == "")
    ]
    grid.notes.extend(names.back(_mended(table, whole)))
    faults.extend(names.back(mine))
    result.ids = list(ids.known) if ids is not None else []
    id_column = columns["id"]
    result.beyond = [
        _id(grid.cell(row, id_column, found), kind) for row, found in rows.beyond
    ]  # fmt: skip
    if today is not None:
        by_row = {row: grid.cell(row, today, found) for row, found in rows.rows}
        result.values = {clean(cells[row]["id"]): by_row[row] for row in cells}
        result.values_beyond = [grid.cell(row, today, found) for row, found in rows.beyond]
    return result


_DEGREES: Final = ("lat", "lon")
_BY_KEY: Final = ("county", "state", "identity_area")
"""Columns that are empty where there is no key, which is told by itself."""


def _municipal(
    grid: Grid, columns: Mapping[str, int], rows: Kept, kind: str | None
) -> list[tuple[int, dict[int, str]]]:
    """Return the rows without those of counties and states, which official tables list, too."""
    taken, above = [], []
    ids = [grid.cell(row, columns["id"], cells) for row, cells in (*rows.rows, *rows.beyond)]
    areas = areas_above(ids) if kind == "ags" else set()
    for row, cells in rows.rows:
        if (id_ := grid.cell(row, columns["id"], cells)) in areas:
            above.append((row, id_, grid.cell(row, columns.get("name", -1), cells)))
        else:
            taken.append((row, cells))
    for row, id_, name in above:
        rule = T("The key is that of a county or a state: the row is left out.")
        remedy = T("There is nothing to do.")
        heading = grid.headings[columns["id"]]
        grid.notes.append(Fault(grid.file, rule, remedy, row, heading, f"{id_} {name}".strip()))
    return taken


def _id(text: str, kind: str | None) -> str:
    key = key_of(text, kind) if kind is not None else None
    return text if key is None else key.id


def _in_full(
    grid: Grid,
    cells: dict[int, dict[str, str]],
    columns: Mapping[str, int],
    kind: str | None,
    faults: list[Fault],
) -> dict[int, Key]:
    """Write countries' keys in full; return them by row."""
    keys: dict[int, Key] = {}
    if kind is None:
        return keys
    changed = []
    for row, found in cells.items():
        text = clean(found["id"])
        if (key := key_of(text, kind)) is not None:
            keys[row] = key
            changed.append((row, text, key.id))
            found["id"] = key.id
        elif text:
            rule = (
                T("This is no German municipality key of 8 or 12 digits.")
                if kind == "ags"
                else T("This is no French municipality key of 5 characters.")
            )
            remedy = T("Correct it, or leave --derive out.")
            faults.append(Fault(grid.file, rule, remedy, row, "id", text))
    heading = grid.headings[columns["id"]]
    grid.notes.extend(restored(grid.file, heading, changed))
    return keys


def _said(
    grid: Grid,
    cells: dict[int, dict[str, str]],
    columns: Mapping[str, int],
    chosen: Chosen,
    keys: Mapping[int, Key],
) -> None:
    """Fill in what is the same everywhere, what keys say, and the county as identity area."""
    for column in (c for c in CONSTANTS if c in chosen.constants):
        for found in cells.values():
            found[column] = chosen.constants[column]
    derived = []
    for column in ("county", "state"):
        if column in columns or column in chosen.constants:
            continue
        derived.append(column)
        for row, found in cells.items():
            found[column] = getattr(keys[row], column) if row in keys else ""
    if derived:
        rule = T("Taken from the digits of the key: {columns}.", columns=", ".join(derived))
        remedy = T("Name columns of your own if something else is meant.")
        grid.notes.append(Fault(grid.file, rule, remedy))
    if "identity_area" not in columns and "identity_area" not in chosen.constants:
        for found in cells.values():
            found["identity_area"] = found["county"]
        rule = T("Nobody said what belongs together: the identity area is the county.")
        remedy = T("Name a column for it, such as former counties, with --column.")
        grid.notes.append(Fault(grid.file, rule, remedy, column="identity_area"))


def _placed(
    table: Table,
    cells: dict[int, dict[str, str]],
    points: tuple[Grid, Matched] | None,
    chosen: Chosen,
    headings: Mapping[str, str],
    faults: list[Fault],
) -> set[int]:
    """Fill in latitude and longitude; return the rows whose faults are told already."""
    found: dict[int, Point]
    if points is not None:
        grid, columns = points
        before = len(faults)
        by_id = points_of(grid, columns, chosen, faults)
        if by_id or len(faults) == before:
            ids = {row: clean(texts["id"]) for row, texts in cells.items() if texts["id"]}
            found = joined(ids, by_id, table.file, grid, faults)
        else:
            found = {}
    elif "x" in table.header:
        found = projected(table, chosen.crs, headings, faults)
    else:
        return set()
    for row, texts in cells.items():
        texts["lat"], texts["lon"] = found.get(row, ("", ""))
    return set(cells) - set(found)


def _hectares(
    table: Table,
    cells: dict[int, dict[str, str]],
    headings: Mapping[str, str],
    faults: list[Fault],
) -> None:
    """Fill in areas in square kilometres, which the table has in hectares."""
    at = table.header.index("area_ha")
    plain = dataclasses.replace(
        table, header=("area_ha",), rows=tuple((row, (texts[at],)) for row, texts in table.rows)
    )
    for row in rows_of(plain, faults, required=("area_ha",)):
        area = row.figure("area_ha", 0, MAX_KM2 * _HECTARES, required=False, above=True)
        cells[row.number]["area_km2"] = "" if area is None else exact(round(area / _HECTARES, 6))
    rule = T("Hectares were turned into square kilometres.")
    remedy = T("There is nothing to do.")
    table.notes.append(Fault(table.file, rule, remedy, column=headings["area_ha"]))


def _whole(table: Table, cells: dict[int, dict[str, str]]) -> Table:
    """Return a table with the columns of municipalities.csv, in its order."""
    there = {column for found in cells.values() for column in found}
    years = sorted(column for column in there if is_of_year(column))
    optional = [column for column in entries.OPTIONAL_COLUMNS if column in there]
    header = (*entries.MUNICIPALITY_COLUMNS, *optional, *years)
    rows = tuple(
        (row, tuple(found.get(column, "") for column in header)) for row, found in cells.items()
    )
    return dataclasses.replace(table, header=header, rows=rows, notes=[])


def _mended(table: Table, whole: Table) -> list[Fault]:
    """Return the notes of both tables."""
    return [*table.notes, *whole.notes]
