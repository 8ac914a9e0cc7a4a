"""A sheet as lines of text, as a table has them, and what would be overlooked in it.

Cells that show something else than they hold, or hold nothing although they show something, are
told by their addresses, the first few of a kind and how many there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping

from koopopt.errors import Fault, some
from koopopt.reading.labels import clean
from koopopt.reading.spreadsheets.xlsx import (
    Place,
    Sheet,
    address,
    letters,
    span,
)
from koopopt.reading.tables import TITLE_ROWS, header_at, holds_numbers
from koopopt.text import T, Text


class Lines:
    """Turns the cells of a sheet into lines of text, and tells what has none."""

    def __init__(
        self, name: str, sheet: Sheet, needed: tuple[str, ...], faults: list[Fault], typed: bool
    ) -> None:
        self.name, self.sheet, self.faults, self.typed = name, sheet, faults, typed
        self.header = header_at(
            [list(cells.values()) for _, cells in sheet.rows[: TITLE_ROWS + 1]], needed
        )
        row, names = sheet.rows[self.header] if sheet.rows else (0, {})
        named = ((column, clean(name)) for column, name in sorted(names.items()))
        self.columns = {column: name for column, name in named if name}
        # Where no header was recognised, nothing above it is a mere title.
        self.first = row if set(needed) & set(self.columns.values()) else 0

    def lines(self) -> list[tuple[int, list[str]]]:
        """Return the numbered rows: titles, the header, and the cells below its names."""
        self._tell_peculiar()
        rows = self.sheet.rows
        lines = [(row, list(cells.values())) for row, cells in rows[: self.header]]
        stray: dict[Place, str] = {}
        for row, cells in rows[self.header :]:
            lines.append((row, [cells.get(column, "") for column in self.columns]))
            if not cells.keys() <= self.columns.keys():
                stray |= {
                    (row, column): text
                    for column, text in cells.items()
                    if column not in self.columns and text.strip()
                }
        self._cells(
            stray,
            lambda cells: T(
                "Outside the table, since the header has no name there: {cells}.", cells=cells
            ),
            T("Give the column a name, or delete what stands there."),
        )
        return lines

    def hidden(self, sheet: bool) -> Iterable[Fault]:
        """Yield notes of what a reader of the sheet does not see: it is read all the same."""
        rows = [row for row, _ in self.sheet.rows[self.header :] if row in self.sheet.hidden]
        columns = [letters(c) for c in self.columns if c in self.sheet.hidden_columns]
        found: list[Text] = [T("The sheet is hidden, and is read all the same.")] if sheet else []
        if rows:
            shown = some(rows)
            found.append(T("Rows are hidden or filtered out, and read all the same: {rows}.",
                           rows=shown))  # fmt: skip
        if columns:
            shown = some(columns)
            found.append(T("Columns are hidden, and read all the same: {columns}.", columns=shown))
        for rule in found:
            yield Fault(self.name, rule, T("Delete what should not count."))

    def _tell_peculiar(self) -> None:
        """Note cells without a text of their own; put in place what they show."""
        sheet = self.sheet
        below = dict(sheet.rows[self.header :])
        numbers = {column for column, name in self.columns.items() if holds_numbers(name)}
        again = T("Format the cells as text and enter them again.")
        self._cells(
            sheet.formulas,
            lambda cells: T("Formulas have no stored value: {cells}.", cells=cells),
            T("Open the workbook in a spreadsheet program and save it, or put the values"
              " themselves into the cells."),
        )  # fmt: skip
        self._cells(
            sheet.errors,
            lambda cells: T("Cells hold an error: {cells}.", cells=cells),
            T("Mend their formulas."),
        )
        self._merged(below)
        if self.typed:
            numbers |= {column for column, name in self.columns.items() if name == "value"}
            for (row, column), date in sheet.dates.items():
                if row in below:
                    below[row][column] = date
        else:
            self._cells(
                sheet.dates,
                lambda cells: T("Cells hold a date: {cells}.", cells=cells),
                T("Spreadsheets turn text like 1-2 into dates: format the cells as text (or as"
                  " numbers) and enter them again."),
            )  # fmt: skip
            self._cells(
                {place: text for place, text in sheet.flags.items() if place[1] not in numbers},
                lambda cells: T("Cells hold true or false instead of a text: {cells}.",
                                cells=cells),
                again,
            )  # fmt: skip
        self._cells(
            {place: text for place, text in sheet.long.items() if place[1] not in numbers},
            lambda cells: T("Numbers are too long to be exact in a spreadsheet: {cells}.",
                            cells=cells),
            again,
        )  # fmt: skip
        for (row, column), shown in sheet.shown.items():
            if row in below and column in self.columns and column not in numbers:
                below[row][column] = shown

    def _merged(self, below: dict[int, dict[int, str]]) -> None:
        """Note ranges of the table that are one cell to the eye but not in the file."""
        ranges = []
        rows, filled = list(below), {column for cells in below.values() for column in cells}
        for area in sorted(self.sheet.merged):
            top, left, bottom, right = area
            value = below.get(top, {}).get(left)
            down = bisect_right(rows, bottom) > bisect_right(rows, top)
            if value is not None and (down or any(left < column <= right for column in filled)):
                ranges.append((span(area), top, value))
        if ranges:
            _, row, value = ranges[0]
            shown = some([r[0] for r in ranges])
            rule = T("Cells are merged, so only the first of them has the value: {ranges}.",
                     ranges=shown)  # fmt: skip
            remedy = T("Unmerge them, and fill in each cell.")
            self.faults.append(Fault(self.name, rule, remedy, row=row, value=value))

    def _cells(
        self, places: Mapping[Place, str], rule: Callable[[Text], Text], remedy: Text
    ) -> None:
        """Note one fault for all cells of a kind, at or below the header."""
        found = sorted(place for place in places if place[0] >= self.first)
        if found:
            shown = some(found, address)
            row, value = found[0][0], places[found[0]]
            self.faults.append(Fault(self.name, rule(shown), remedy, row=row, value=value))
