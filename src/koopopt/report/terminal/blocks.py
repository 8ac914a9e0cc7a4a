"""Blocks on a terminal, or as the plain text of a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from koopopt.language.inert import on_line
from koopopt.report.terminal.page import Page
from koopopt.report.values.blocks import (
    Block,
    Cell,
    Figure,
    Grid,
    Heading,
    Money,
    Words,
    rendered,
    shown,
)

WIDE: Final = 120
"""Columns from which tables show more than what matters most."""
WIDTH_OF_FILES: Final = 100
"""Columns of a text that is written to a file."""


def render(blocks: Iterable[Block], page: Page) -> str:
    """Return blocks as text."""
    before: Block | None = None
    for block in blocks:
        if isinstance(before, Grid) and not isinstance(block, Heading):
            page.gap()
        before = block
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


def written(blocks: Iterable[Block], lang: str) -> str:
    """Return blocks as the text of a file."""
    return render(blocks, Page(lang, WIDTH_OF_FILES))


def _words(page: Page, words: Words) -> str:
    return page.words(rendered(words, page.lang))


def _table(page: Page, grid: Grid) -> None:
    page.table(
        [(t, "left" if k in grid.words else "right") for k, t in enumerate(grid.headings)],
        ([_cell(page, cell) for cell in row] for row in grid.rows),
    )


def _cell(page: Page, cell: Cell) -> str:
    if isinstance(cell, Money | Figure):
        return page.words(shown(cell, page.lang))
    return on_line(_words(page, cell))
