r"""Blocks as a Markdown document.

Names come from files of others: every character that Markdown or HTML could take for more than
text has a backslash before it, those of addresses that become links by themselves too.

>>> plain("[x](y) | <b>")
'\\[x\\](y) \\| \\<b\\>'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from koopopt.language.inert import on_line
from koopopt.report.values.blocks import (
    BULLET,
    Block,
    Cell,
    Figure,
    Grid,
    Heading,
    Money,
    Sentence,
    Words,
    rendered,
    shown,
)

_MARKUP: Final = re.compile(r"[\\`*_{}\[\]<>|~&@]|:(?=//)|(?<=www)\.")
_AT_THE_START: Final = re.compile(r"^(\d*)([-+=#.)])")
"""What makes a line a heading or an item of a list."""


def document(blocks: Iterable[Block], lang: str) -> str:
    """Return blocks as Markdown in a language."""
    return "\n".join(_lines(blocks, lang)).rstrip() + "\n"


def plain(text: str) -> str:
    """Return a text on one line as Markdown shows it, whatever is in it."""
    return _AT_THE_START.sub(r"\1\\\2", _within(text))


def _within(text: str) -> str:
    """Return the same for the cell of a table, at whose start nothing means more than itself."""
    return _MARKUP.sub(r"\\\g<0>", on_line(text).strip())


def _lines(blocks: Iterable[Block], lang: str) -> Iterator[str]:
    listing = False
    for block in blocks:
        item = isinstance(block, Sentence) and bool(block.mark)
        if listing and not item:
            yield ""
        listing = item
        match block:
            case Heading(text, level):
                yield f"{'#' * level} {_words(text, lang)}"
                yield ""
            case Grid():
                yield from _table(block, lang)
                yield ""
            case _:
                mark = "" if block.mark in ("", BULLET) else f"{block.mark} "
                yield f"{'* ' if item else ''}{mark}{_words(block.text, lang)}"
                yield from (f"  * {_words(below, lang)}" for below in block.below)
                if not item:
                    yield ""


def _words(words: Words, lang: str) -> str:
    return plain(rendered(words, lang))


def _table(grid: Grid, lang: str) -> Iterator[str]:
    yield _row([_cell(heading, lang) for heading in grid.headings])
    yield _row(["---" if k in grid.words else "---:" for k in range(len(grid.headings))])
    yield from (_row([_cell(cell, lang) for cell in row]) for row in grid.rows)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell, lang: str) -> str:
    if isinstance(cell, Money | Figure):
        return shown(cell, lang)
    return _within(rendered(cell, lang))
