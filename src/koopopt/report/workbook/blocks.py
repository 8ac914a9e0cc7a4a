"""Sheets from blocks: a table is one, and what is said besides stands on the last one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from koopopt.case.facts import euros
from koopopt.report.values.asked import Section
from koopopt.report.values.blocks import Block, Cell, Figure, Grid, Heading, Money, Words
from koopopt.report.workbook.sheet import (
    CENTS_FORMAT,
    GENERAL_FORMAT,
    SIGNED_CENTS_FORMAT,
    SIGNED_FORMAT,
    WHOLE_FORMAT,
    ReportSheet,
    SheetColumn,
    SheetValue,
)
from koopopt.text import T, Text

FORMATS: Final[Mapping[tuple[int | None, bool], str]] = {
    (0, False): WHOLE_FORMAT, (0, True): SIGNED_FORMAT,
    (2, False): CENTS_FORMAT, (2, True): SIGNED_CENTS_FORMAT,
}  # fmt: skip
"""By decimals and whether the sign is shown."""


def sheets(blocks: Iterable[Block]) -> Iterator[ReportSheet]:
    """Yield a sheet a table, then everything else that is said."""
    said: list[Words] = []
    heading: Words | None = None  # not said yet: that of a table is the sheet's own matter
    for block in blocks:
        if isinstance(block, Grid):
            usual = heading if isinstance(heading, Text) else T("Table")
            yield _sheet(block, block.name or usual)
            heading = None
            continue
        said += [] if heading is None else [heading]
        heading = block.text if isinstance(block, Heading) else None
        said += [] if isinstance(block, Heading) else [block.text, *block.below]
    said += [] if heading is None else [heading]
    yield ReportSheet(T("About"), (SheetColumn(T("To be known")),), tuple((x,) for x in said))


def in_report(sections: Iterable[Section]) -> Iterator[ReportSheet]:
    """Yield a sheet a table of the answers in a report, then all that is said in them."""
    said: list[tuple[Text, Words]] = []
    for section in sections:
        *tables, words = sheets(section.blocks)
        yield from tables
        said += [(section.title, line) for (line,) in words.rows]
    if said:
        columns = (SheetColumn(T("Question")), SheetColumn(T("Answer")))
        yield ReportSheet(T("Questions"), columns, tuple(said), fixed=1)


def _sheet(grid: Grid, title: Text) -> ReportSheet:
    columns = tuple(SheetColumn(heading) for heading in grid.headings)
    rows = tuple(tuple(map(_value, row)) for row in grid.rows)
    return ReportSheet(title, columns, rows, fixed=1)


def _value(cell: Cell) -> Words | SheetValue:
    match cell:
        case Money(cents, signed):
            value = None if cents is None else euros(cents)
            return SheetValue(value, FORMATS[2, signed])
        case Figure(value, digits, signed):
            return SheetValue(value, FORMATS.get((digits, signed), GENERAL_FORMAT))
    return cell
