"""Sheets become a workbook: their looks, and the safety of every cell.

Names and titles come from files of others. Every text is written as text, whatever it begins
with: nothing in the workbook is a formula, and editing a cell does not make it one.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from importlib.metadata import version
from numbers import Real
from pathlib import Path
from typing import Any, Final

from koopopt.case.instance import Instance
from koopopt.language.inert import in_cell
from koopopt.report.values import summarise
from koopopt.report.values.blocks import Block
from koopopt.report.values.decision import Decision
from koopopt.report.values.grants import Application
from koopopt.report.values.roadmap import Told
from koopopt.report.workbook import comparing, grants, origin, roadmap
from koopopt.report.workbook.blocks import in_report
from koopopt.report.workbook.blocks import sheets as sheets_of
from koopopt.report.workbook.payments import PaymentSheets
from koopopt.report.workbook.plan import PlanSheets
from koopopt.report.workbook.sheet import GENERAL_FORMAT, ReportSheet, SheetValue
from koopopt.storage import files
from koopopt.text import T, Text, in_language
from koopopt.writing.workbook import openpyxl

MAX_CELL_LENGTH: Final = 32767
"""Most characters in a cell, counted in UTF-16 as spreadsheets do."""
MIN_COLUMN_WIDTH: Final = 9
MAX_COLUMN_WIDTH: Final = 60
"""Widths of columns, in characters; longer text is broken."""
LINE_HEIGHT: Final = 15
"""Height of a line of text, in points."""
MAX_ROW_HEIGHT: Final = 409
"""The greatest height that a row may have."""
HEADING_LINES: Final = 4
"""Most lines of a heading, where words are short enough."""
BUTTON_WIDTH: Final = 3
"""What the button of a filter takes of a heading, in characters."""
TEXT_FORMAT: Final = "@"
MAX_TEXT_CELL: Final = 255
"""Longer text is not shown in cells of the text format by some spreadsheets."""
A4: Final = 9
WORKBOOK_FONT: Final = "Calibri"
FONT_SIZE: Final = 11
"""That of all cells: bold ones must be told it again."""

_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""
_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Spreadsheets read ``_x0041_`` as A; to stay, its underscore is written that way itself."""
_QUOTED: Final = re.compile(r'"([^"]*)"')
"""Words in a number format."""


def write(decision: Decision, path: Path, lang: str = "en") -> None:
    """Write the chosen plan as a workbook; what is at `path` is replaced.

    Raises
    ------
    UsageError
        If the extra ``xlsx`` is not installed, or the file cannot be written.
    """
    subject = T("A plan of partnerships between municipalities")
    write_sheets(_sheets(decision), path, lang, _title(decision.problem.instance, lang), subject,
                 decision.made)  # fmt: skip


def write_grants(application: Application, path: Path, lang: str, made: date) -> None:
    """Write the evidence for a grant as a workbook; see `write`."""
    subject = T("Evidence for a grant")
    title = _title(application.problem.instance, lang)
    write_sheets(grants.sheets(application), path, lang, title, subject, made)


def write_roadmap(told: Told, path: Path, lang: str, made: date) -> None:
    """Write a roadmap as a workbook; see `write`."""
    title = _title(told.problem.instance, lang)
    write_sheets(roadmap.sheets(told), path, lang, title, T("A roadmap to a plan"), made)


def write_blocks(
    blocks: Iterable[Block], instance: Instance, subject: Text, path: Path, lang: str, made: date
) -> None:
    """Write blocks as a workbook, a sheet a table; see `write`."""
    write_sheets(sheets_of(blocks), path, lang, _title(instance, lang), subject, made)


def write_sheets(
    sheets: Iterable[ReportSheet], path: Path, lang: str, title: str, subject: Text, made: date
) -> None:
    """Write sheets as a workbook that says what it is, to lists of files and screen readers."""
    library = openpyxl()
    book = library.Workbook()
    book.remove(book.active)
    writer = _Writer(library, book, lang)
    for sheet in sheets:
        writer.add(sheet)
    properties = book.properties
    properties.title, properties.subject = holdable(title), subject.render(lang)
    properties.creator = f"koopopt {version('koopopt')}"
    properties.language = lang
    properties.created = datetime.combine(made, time())
    whole = io.BytesIO()
    book.save(whole)
    files.replace(path, whole.getvalue())


def _title(instance: Instance, lang: str) -> str:
    return in_language(instance.title, lang) or instance.name


def _sheets(decision: Decision) -> Iterator[ReportSheet]:
    plan, savings = PlanSheets(decision), decision.savings
    summary = summarise.of_evaluation(decision.plan, savings)
    yield plan.members()
    yield plan.matrix()
    yield plan.municipalities()
    yield plan.levies()
    if decision.payments:
        shares = PaymentSheets(decision)
        yield shares.shares()
        yield shares.keys()
        yield shares.leaving()
    if decision.application is not None:
        yield from grants.in_plan(decision.application)
    yield comparing.criteria(decision, summary.criteria, savings)
    if len(decision.plans) > 1:
        yield comparing.front(decision, savings)
    yield from in_report(decision.asked)
    yield origin.sources(decision.problem.instance)
    left_out = () if decision.unshared is None else (decision.unshared,)
    yield origin.about(decision, (*summary.notes, *left_out))


def holdable(text: str) -> str:
    """Return a text as a cell can hold it.

    Control characters are left out, line breaks are line feeds, and what is too long is cut;
    everything else stays, character by character.
    """
    kept = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return kept.encode("utf-16-le")[: 2 * MAX_CELL_LENGTH].decode("utf-16-le", "ignore")


@dataclass(frozen=True)
class _Writer:
    """Adds sheets to a workbook."""

    library: Any
    book: Any
    lang: str

    def add(self, sheet: ReportSheet) -> None:
        """Add a sheet with its looks."""
        page = self.book.create_sheet(sheet.title.render(self.lang))
        for k, column in enumerate(sheet.columns, 1):
            place = page.cell(1, k)
            self._fill(place, SheetValue(column.heading))
            place.font, place.fill, place.alignment = self._header
        for r, row in enumerate(sheet.rows, 2):
            for k, (value, column) in enumerate(zip(row, sheet.columns, strict=True), 1):
                shown = value if isinstance(value, SheetValue) else SheetValue(value, column.format)
                self._fill(page.cell(r, k), shown)
        _measure(page)
        page.freeze_panes = page.cell(2, sheet.fixed + 1)
        page.auto_filter.ref = page.dimensions
        _print_setup(page)

    def _fill(self, place: Any, cell: SheetValue) -> None:
        """Put a value into a place: numbers and dates as such, everything else as text."""
        value = cell.value
        place.alignment = self._top
        if isinstance(value, Real) and not isinstance(value, bool):
            number = float(value)
            if math.isfinite(number):
                place.value = int(number) if number.is_integer() else number
                place.number_format = self._format(cell)
        elif isinstance(value, date):
            place.value, place.number_format = value, self._format(cell)
            place.alignment = self._top_left
        elif value is not None:
            self._write_text(place, self._words(value))
        if cell.marked:
            place.font, place.fill = self._mark

    def _write_text(self, place: Any, text: str) -> None:
        kept = holdable(text)
        if not kept:
            return
        place.value = _ESCAPE.sub("_x005F_", kept)
        place.data_type = "s"  # whatever it was taken for: a formula, an error
        place.number_format = TEXT_FORMAT if len(kept) <= MAX_TEXT_CELL else GENERAL_FORMAT
        place.quotePrefix = in_cell(kept) != kept
        place.alignment = self._top_left

    def _format(self, cell: SheetValue) -> str:
        return cell.format if isinstance(cell.format, str) else cell.format.render(self.lang)

    def _words(self, value: Any) -> str:
        if isinstance(value, Text):
            return value.render(self.lang)
        return in_language(value, self.lang) if isinstance(value, Mapping) else str(value)

    @cached_property
    def _header(self) -> tuple[Any, Any, Any]:
        s = self.library.styles
        fill = s.PatternFill("solid", fgColor="1F3A5F")
        return (
            s.Font(name=WORKBOOK_FONT, size=FONT_SIZE, bold=True, color="FFFFFF"),
            fill,
            self._top_left,
        )

    @cached_property
    def _mark(self) -> tuple[Any, Any]:
        s = self.library.styles
        return s.Font(name=WORKBOOK_FONT, size=FONT_SIZE, bold=True, color="7A4A00"), s.PatternFill(
            "solid", fgColor="FFF2CC"
        )

    @cached_property
    def _top_left(self) -> Any:
        return self.library.styles.Alignment(horizontal="left", vertical="top", wrap_text=True)

    @cached_property
    def _top(self) -> Any:
        return self.library.styles.Alignment(vertical="top")


def _print_setup(page: Any) -> None:
    """Print on landscape A4, as wide as the paper, the header on every page."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
    page.oddFooter.left.text = "&[Tab]"
    page.oddFooter.right.text = "&[Page] / &[Pages]"


def _measure(page: Any) -> None:
    """Give columns the width that they need, and rows the height of their broken lines.

    Not every program measures rows when it opens a workbook, so they are told their height.
    """
    lines = 1
    height: dict[int, int] = {}
    for column in page.iter_cols():
        heading = str(column[0].value)
        word = max(map(len, heading.split()), default=0) + BUTTON_WIDTH
        width = min(max(MIN_COLUMN_WIDTH, word, *map(_width, column[1:])), MAX_COLUMN_WIDTH)
        while width < MAX_COLUMN_WIDTH and _lines(heading, width - BUTTON_WIDTH) > HEADING_LINES:
            width += 1
        page.column_dimensions[column[0].column_letter].width = width
        lines = max(lines, _lines(heading, width - BUTTON_WIDTH))
        for place in column[1:]:
            if isinstance(place.value, str):
                needed = sum(_lines(line, round(1.1 * width)) for line in place.value.split("\n"))
                height[place.row] = max(height.get(place.row, 1), needed)
    page.row_dimensions[1].height = LINE_HEIGHT * lines + 3
    for row, needed in height.items():
        if needed > 1:
            page.row_dimensions[row].height = min(LINE_HEIGHT * needed, MAX_ROW_HEIGHT)


def _width(place: Any) -> int:
    """Return about how many characters the longest line of a cell takes."""
    value = place.value
    if isinstance(value, str):
        return max(map(len, value.split("\n"))) + 2
    if isinstance(value, (int, float)):
        words = "".join(_QUOTED.findall(place.number_format.split(";")[0]))
        digits = _QUOTED.sub("", place.number_format.split(";")[0])
        decimals = len(digits.partition(".")[2])
        shown = f"{value:g}" if place.number_format == GENERAL_FORMAT else f"{value:,.{decimals}f}"
        return len(words) + len(shown) + 3
    return MIN_COLUMN_WIDTH


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes at this width: broken at blanks, words where they must."""
    lines, left = 1, width
    for word in text.split():
        if len(word) > left < width:
            lines, left = lines + 1, width
        lines += (len(word) - 1) // width
        left -= len(word) % width + 1
    return lines
