"""What is written to on a terminal: paragraphs, figures and tables, in a language and a width.

Names come from files of others: they are shown as text, never as markup or escape sequences.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from koopopt.language.inert import on_line, on_terminal
from koopopt.language.spelling import spelled
from koopopt.report.values.summary import Title
from koopopt.text import Text, in_language, number

_INDENT = 2
_NARROW = 12
"""Columns to which words may be broken."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is written to: a console in memory, and the language.

    `width` is in columns; without `colour` the text has no escape sequences at all. Cells are
    spelled in the characters of `encoding` before they are laid out.
    """

    lang: str = "en"
    width: int = 80
    colour: bool = False
    encoding: str = "utf-8"
    console: Console = field(init=False)

    def __post_init__(self) -> None:
        console = Console(
            file=io.StringIO(), width=self.width, force_terminal=self.colour, highlight=False,
            color_system="standard" if self.colour else None, markup=False, emoji=False,
            legacy_windows=False, _environ={},
        )  # fmt: skip
        object.__setattr__(self, "console", console)

    def words(self, text: Text | str) -> str:
        """Return a sentence in the page's language, harmless and on one line."""
        shown = on_line(text.render(self.lang) if isinstance(text, Text) else text)
        return spelled(shown, self.encoding)

    def title(self, title: Title) -> str:
        """Return a title in the page's language, else in English, else in any."""
        return self.words(in_language(title, self.lang))

    def figure(self, value: float, digits: int = 0, sign: bool = False) -> str:
        """Return a number in the page's language; a dash where there is none."""
        if not math.isfinite(value):
            return "–"
        return number(value, self.lang, digits, sign=sign)

    def any_figure(self, value: object) -> str:
        """Return a number with the decimals that it needs; anything else as it is."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return on_line(str(value))
        return number(value, self.lang)

    def line(self, text: Text | str, style: str = "", indent: int = 0) -> None:
        """Write a paragraph."""
        self.console.print(Padding(Styled(self.words(text), style=style), (0, 0, 0, indent)))

    def gap(self) -> None:
        """Write an empty line."""
        self.console.print()

    def table(self, headings: Sequence[tuple[Text, str]], rows: Iterable[Sequence[str]]) -> None:
        """Write a table; a heading is its words and ``left`` or ``right``.

        Figures (right) are never broken, their headings at every blank, text where it must be.
        Where they do not fit side by side, each row is a list of its cells, one below the other.
        """
        rights = [side == "right" for _, side in headings]
        names = [self.words(words) for words, _ in headings]
        top = [t.replace(" ", "\n") if r else t for t, r in zip(names, rights, strict=True)]
        cells = [[spelled(on_terminal(cell), self.encoding) for cell in row] for row in rows]
        columns = list(zip(top, *cells, strict=True))
        space = self.width - _INDENT - 2 * (len(columns) - 1)
        widths = _widths(columns, rights, space)
        if widths is None:
            self._lists(names, cells)
            return
        table = Table(
            box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold",
            padding=(0, 1, 0, 0),
        )  # fmt: skip
        for heading, right, width in zip(top, rights, widths, strict=True):
            table.add_column(
                Styled(heading), justify="right" if right else "left", width=width, overflow="fold"
            )
        for row in cells:
            table.add_row(*map(Styled, row))
        self.console.print(Padding(table, (0, 0, 0, _INDENT), expand=False))

    def _lists(self, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Write a table as lists, for a page that is too narrow."""
        for at, row in enumerate(rows):
            if at:
                self.gap()
            for k, (name, cell) in enumerate(zip(names, row, strict=True)):
                self.line(f"{name}: {cell}", indent=_INDENT if k else 0)

    def text(self) -> str:
        """Return what was written; blanks at the end of lines are left out."""
        written = self.console.file
        assert isinstance(written, io.StringIO)
        return "\n".join(line.rstrip() for line in written.getvalue().split("\n"))


def _widths(
    columns: Sequence[Sequence[str]], fixed: Sequence[bool], space: int
) -> list[int] | None:
    """Return the widths of columns of text: what they need, or what there is; None if too little.

    A column that is not `fixed` may be narrower than its longest line; down to its longest word
    if possible, the rest being shared by need.
    """
    full = [max(cell_len(line) for cell in c for line in cell.split("\n")) for c in columns]
    least = [
        wide if keep else max((cell_len(word) for cell in c for word in cell.split()), default=1)
        for c, wide, keep in zip(columns, full, fixed, strict=True)
    ]
    spare, need = space - sum(least), sum(full) - sum(least)
    if need <= spare:
        return full
    if spare < 0:  # even words are too long: the widest column of text gives way
        k = max(range(len(least)), key=lambda k: -1 if fixed[k] else least[k])
        least[k] += spare
        return least if least[k] >= _NARROW and not fixed[k] else None
    return [low + (high - low) * spare // need for low, high in zip(least, full, strict=True)]
