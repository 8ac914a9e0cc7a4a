"""The chosen cells of a table as a `Table` of ours, with what the reader of instances tells of it.

Headings become our column names on the way in, and come back in faults and notes: people look for
``Einwohner`` in their file, not for ``population``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from koopopt.errors import Fault
from koopopt.importing.table.opening import Grid
from koopopt.language.notation import Mark
from koopopt.reading.spreadsheets.sheets import Lines
from koopopt.reading.spreadsheets.xlsx import Place, Sheet
from koopopt.reading.tables import Table, tabulate
from koopopt.text import T

DECIMAL = T("into the mapping file (or say --decimal)")
"""Where a table of somebody's says its decimal mark."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """Our columns and how the file calls them."""

    headings: Mapping[str, str]

    def back(self, faults: Iterable[Fault]) -> list[Fault]:
        """Return faults or notes with the headings of the file."""
        return [
            dataclasses.replace(fault, column=self.headings.get(fault.column or "", fault.column))
            for fault in faults
        ]


def renamed(grid: Grid, columns: Mapping[str, int]) -> Renamed:
    """Return how the file calls our columns."""
    return Renamed({role: grid.headings[column] for role, column in columns.items()})


def table_of(
    grid: Grid,
    columns: Mapping[str, int],
    rows: Sequence[tuple[int, dict[int, str]]],
    decimal: Mark | None,
    faults: list[Fault],
) -> Table | None:
    """Return the chosen columns and rows; None, with faults, where they cannot be read."""
    wanted = {column: role for role, column in columns.items()}
    numbers = {row for row, _ in rows}
    sheet = grid.sheet

    def inside(places: Mapping[Place, str]) -> dict[Place, str]:
        return {p: text for p, text in places.items() if p[0] in numbers and p[1] in wanted}

    body = [(row, {c: t for c, t in cells.items() if c in wanted}) for row, cells in rows]
    part = Sheet(
        rows=[(grid.header, dict(wanted)), *body],
        shown=inside(sheet.shown),
        dates=inside(sheet.dates),
        formulas=inside(sheet.formulas),
        errors=inside(sheet.errors),
        flags=inside(sheet.flags),
        long=inside(sheet.long),
        merged=[area for area in sheet.merged if area[1] != area[3] and area[0] in numbers],
        hidden=sheet.hidden,
        hidden_columns=sheet.hidden_columns,
    )
    known = len(faults)
    reading = Lines(grid.file, part, tuple(wanted.values()), faults, typed=False)
    lines = reading.lines()
    if len(faults) > known:
        return None
    table = tabulate(grid.file, lines, faults, ())
    if table is None:
        return None
    table.notes.extend(reading.hidden(grid.hidden))
    return dataclasses.replace(table, decimal=decimal, settings=DECIMAL)
