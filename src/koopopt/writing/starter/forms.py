"""How the sheets of a new workbook look: headings with comments, widths, formats, drop-downs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from koopopt.reading.tables import holds_numbers
from koopopt.text import Text
from koopopt.writing.contents import CellValue
from koopopt.writing.starter import words
from koopopt.writing.starter.choices import COLUMNS, LAST_ROW, Choices
from koopopt.writing.starter.settings import Setting
from koopopt.writing.workbook import text_or_number

A4: Final = 9
FONT: Final = "Calibri"
FONT_SIZE: Final = 11
TEXT_FORMAT: Final = "@"
LEAST_WIDTH: Final = 14
MOST_WIDTH: Final = 44
SETTINGS_WIDTHS: Final = (28, 34, 84)
START_WIDTHS: Final = (22, 100)
NOTES_WIDTH: Final = 122
LINE_HEIGHT: Final = 15.5
"""Height of a line of text, in points."""
COMMENT_SIZE: Final = (300, 110)
"""Width and height of a comment, in points."""
DARK, LIGHT, WHITE, INK, GREY = "1F3A5F", "C9D6E6", "FFFFFF", "1F2933", "5F6B76"
"""Colours: required headings, optional ones, and what is written."""


@dataclass(frozen=True, slots=True)
class Forms:
    """Fills the sheets of a workbook.

    Attributes
    ----------
    library : module
        That for workbooks.
    lang : str
    choices : Choices
    """

    library: Any
    lang: str
    choices: Choices

    def table(
        self, sheet: Any, stem: str, names: Sequence[str], headings: Sequence[str],
        rows: Iterable[Sequence[CellValue]],
    ) -> None:  # fmt: skip
        """Fill a sheet with a table: `names` are its columns, `headings` what stands above."""
        self._head(sheet, stem, names, headings)
        widths = [max(LEAST_WIDTH, len(heading) + 4) for heading in headings]
        for row in rows:
            sheet.append([text_or_number(self.library, sheet, value) for value in row])
            widths = [
                min(MOST_WIDTH, max(wide, len(str(value)) + 2))
                for wide, value in zip(widths, row, strict=True)
            ]
        offers = COLUMNS.get(stem, {})
        for k, (name, wide) in enumerate(zip(names, widths, strict=True), start=1):
            letter = self.library.utils.get_column_letter(k)
            sheet.column_dimensions[letter].width = wide
            if not holds_numbers(name):  # what is typed later stays text, zeros and all
                sheet.column_dimensions[letter].number_format = TEXT_FORMAT
            if name in offers:
                self.choices.offer(sheet, offers[name], f"{letter}2:{letter}{LAST_ROW}")
        sheet.freeze_panes = "C2" if stem == "municipalities" else "A2"

    def settings(self, sheet: Any, headings: Sequence[str], rows: Iterable[Setting]) -> None:
        """Fill the sheet of keys and values."""
        self._head(sheet, "instance", tuple(words.COLUMNS["instance"]), headings)
        top = self.library.styles.Alignment(horizontal="left", vertical="top", wrap_text=True)
        grey = self._font(color=GREY)
        edge = self.library.styles.Side(style="thin", color=LIGHT)
        for k, row in enumerate(rows, start=2):
            cells = [text_or_number(self.library, sheet, v) for v in
                     (row.key, row.value, row.about.render(self.lang))]  # fmt: skip
            sheet.append(cells)
            for cell in sheet[k]:
                cell.alignment = top
                cell.border = self.library.styles.Border(bottom=edge)
            for place in (f"A{k}", f"C{k}"):
                sheet[place].font = grey
            shown = [str(cell.value or "") for cell in sheet[k]]
            sheet.row_dimensions[k].height = _height(*zip(shown, SETTINGS_WIDTHS, strict=True))
            if row.choices:
                self.choices.offer(sheet, row.choices, f"B{k}")
        for letter, wide in zip("ABC", SETTINGS_WIDTHS, strict=True):
            sheet.column_dimensions[letter].width = wide
        sheet.freeze_panes = "A2"

    def start(self, sheet: Any, rows: Iterable[tuple[str, Text, Text]]) -> None:
        """Fill the start sheet."""
        styles = self.library.styles
        fonts = {
            "title": self._font(size=16, bold=True, color=DARK),
            "heading": self._font(size=12, bold=True, color=DARK),
        }
        for k, (kind, left, right) in enumerate(rows, start=1):
            texts = [text.render(self.lang) or None for text in (left, right)]
            sheet.append([text_or_number(self.library, sheet, text) for text in texts])
            for cell in sheet[k]:
                cell.alignment = styles.Alignment(vertical="top", wrap_text=kind != "title")
                cell.number_format = "General"  # long texts are not shown in the text format
                cell.font = fonts.get(kind, self._font(color=INK))
            if kind == "text":
                sheet.merge_cells(f"A{k}:B{k}")
            if kind == "step":
                sheet[f"A{k}"].font = self._font(bold=True, color=INK)
            sheet.row_dimensions[k].height = {"title": 30.0, "heading": 28.0}.get(
                kind, _height((texts[kind == "step"] or "", START_WIDTHS[1]))
            )
        for letter, wide in zip("AB", START_WIDTHS, strict=True):
            sheet.column_dimensions[letter].width = wide
        sheet.sheet_view.showGridLines = False

    def notes(self, sheet: Any, lines: Iterable[str]) -> None:
        """Fill a sheet with the lines of a page in Markdown, without its marks."""
        look = self.library.styles.Alignment(vertical="top", wrap_text=True)
        for k, line in enumerate(lines, start=1):
            text = re.sub(r"\\([^A-Za-z0-9\s])", r"\1", re.sub(r"^( *)\* ", r"\1• ", line))
            heading = text.startswith("#")
            text = text.lstrip("# ") if heading else text
            sheet.append([text_or_number(self.library, sheet, text or None)])
            cell = sheet[f"A{k}"]
            cell.alignment, cell.number_format = look, "General"
            cell.font = self._font(bold=heading, color=DARK if heading else INK)
            sheet.row_dimensions[k].height = _height((text, NOTES_WIDTH))
        sheet.column_dimensions["A"].width = NOTES_WIDTH
        sheet.sheet_view.showGridLines = False

    def _font(self, **looks: Any) -> Any:
        """Return a font; what is not said is as in all other cells."""
        return self.library.styles.Font(**{"name": FONT, "size": FONT_SIZE, **looks})

    def _head(self, sheet: Any, stem: str, names: Sequence[str], headings: Sequence[str]) -> None:
        styles = self.library.styles
        sheet.append([text_or_number(self.library, sheet, heading) for heading in headings])
        for cell, name in zip(sheet[1], names, strict=True):
            needed = name in words.REQUIRED.get(stem, ("key", "value"))
            cell.font = self._font(bold=True, color=WHITE if needed else INK)
            cell.fill = styles.PatternFill("solid", fgColor=DARK if needed else LIGHT)
            side = "center" if holds_numbers(name) else "left"
            cell.alignment = styles.Alignment(horizontal=side, vertical="center")
            said = words.meaning(stem, name).render(self.lang)
            cell.comment = self.library.comments.Comment(said, "koopopt")
            cell.comment.width, cell.comment.height = COMMENT_SIZE
        sheet.row_dimensions[1].height = 1.4 * LINE_HEIGHT


def on_paper(sheet: Any) -> None:
    """Print a sheet on landscape A4, as wide as the paper."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _height(*texts: tuple[str, int]) -> float:
    """Return the height of a row for texts and their widths: programs do not measure rows."""
    lines = max(1 + int(len(text) // (1.1 * wide)) for text, wide in texts)
    return LINE_HEIGHT * lines + 2
