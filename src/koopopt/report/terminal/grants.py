"""The evidence for a grant on a terminal."""

from __future__ import annotations

from koopopt.language.inert import on_line
from koopopt.report.terminal.page import Page
from koopopt.report.values.grants import Application, Grid, Heading, Money, Words, blocks
from koopopt.text import Text, in_language


def render(application: Application, page: Page) -> str:
    """Return the evidence as text."""
    for block in blocks(application):
        match block:
            case Heading(text, level):
                if level > 1:
                    page.gap()
                page.line(_words(page, text), "bold" if level < 3 else "underline")
            case Grid():
                _table(page, block)
            case _:
                page.line(f"{block.mark} {_words(page, block.text)}".lstrip())
                for below in block.below:
                    page.line(_words(page, below), indent=4)
    return page.text()


def _words(page: Page, words: Words) -> str:
    if isinstance(words, str | Text):
        return page.words(words)
    return page.words(in_language(words, page.lang))


def _table(page: Page, grid: Grid) -> None:
    page.table(
        [(heading, "right" if k else "left") for k, heading in enumerate(grid.headings)],
        ([_cell(page, cell) for cell in row] for row in grid.rows),
    )


def _cell(page: Page, cell: Words | Money) -> str:
    if not isinstance(cell, Money):
        return on_line(_words(page, cell))
    return "" if cell.cents is None else page.figure(cell.cents / 100, 2, sign=cell.signed)
