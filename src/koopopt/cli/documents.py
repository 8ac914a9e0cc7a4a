"""Documents that a command writes besides what it prints, each by the ending of its name.

.xlsx         a workbook, a sheet a table
.csv          one table, for other programs
.md, .txt     what is printed otherwise
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from koopopt.cli.command import option
from koopopt.cli.output import deliver, note, page, say, say_json
from koopopt.cli.types import Target
from koopopt.errors import UsageError
from koopopt.text import T, Text

if TYPE_CHECKING:
    from koopopt.case.instance import Instance
    from koopopt.inquiry.tables import Table
    from koopopt.report.values.blocks import Block

F = TypeVar("F", bound=Callable[..., Any])

WORKBOOK: Final = ".xlsx"
TABLE: Final = ".csv"
TEXTS: Final = (".md", ".txt")
"""Endings of what `write` writes."""
ENDINGS: Final = (WORKBOOK, TABLE, *TEXTS)
"""Endings of what an `Answer` is written as."""


class Rows(Protocol):
    """What has a table."""

    def table(self, lang: str) -> Table:
        """Return it, sentences in a language."""
        ...


@dataclass(frozen=True)
class Answer:
    """What is found out, in all the ways in which it is shown and written.

    Attributes
    ----------
    found : object with ``table(lang)``, such as `koopopt.inquiry.tables.Tabled`
        Its table is that of ``.csv``.
    blocks : callable
        What is said of it; asked whether there is room for many columns.
    instance : Instance
    subject : Text
        What a workbook says that it is.
    workbook : callable, optional
        Writes a workbook of its own, given its path, the language and the day.
    """

    found: Rows
    blocks: Callable[[bool], Iterable[Block]]
    instance: Instance
    subject: Text
    workbook: Callable[[Path, str, date], None] | None = None


def out_option(function: F) -> F:
    """Add --out."""
    return option(
        "--out", "outputs", type=Target(), multiple=True, metavar="FILE",
        text=T("What to write, by its ending: .xlsx, a workbook; .csv, a table for other programs;"
               " .md or .txt, what is printed otherwise. Can be repeated."),
    )(function)  # fmt: skip


def demand(outputs: Iterable[Path], read: Sequence[str | Path | None]) -> None:
    """Make sure, before anything takes long, that an answer can be written, and harms nothing.

    `read` is what the command reads; see `spare`.
    """
    from koopopt.storage.spared import spare

    check(outputs, ENDINGS)
    spare(read, files=outputs)


def hand_over(
    answer: Answer, outputs: Iterable[Path], lang: str, table: Callable[[], dict[str, Any]] | None
) -> None:
    """Write an answer into files; as JSON where `table` makes it; else print it if none is written.

    What fails in one way does not cost the others.
    """
    files = tuple(dict.fromkeys(outputs))
    ways: list[Callable[[], None]] = [partial(_write, answer, path, lang) for path in files]
    if table is not None:
        ways.append(lambda: say_json(table()))
    elif not files:
        ways.append(lambda: _print(answer, lang))
    deliver(*ways)


def _print(answer: Answer, lang: str) -> None:
    from koopopt.report.terminal.blocks import WIDE, render

    there = page(lang)
    say(render(answer.blocks(there.width >= WIDE), there))


def _write(answer: Answer, path: Path, lang: str) -> None:
    """Write one file and say so."""
    from koopopt.report import workbook
    from koopopt.storage import files

    kind = path.suffix.lower()
    if kind == WORKBOOK and answer.workbook is not None:
        answer.workbook(path, lang, date.today())
    elif kind == WORKBOOK:
        workbook.write_blocks(answer.blocks(True), answer.instance, answer.subject, path, lang,
                              date.today())  # fmt: skip
    elif kind == TABLE:
        table = answer.found.table(lang)
        files.replace_table(path, table.columns, table.rows)
    else:
        write(path, answer.blocks(kind == ".md"), lang)
    tell(path, lang)


def check(outputs: Iterable[Path], endings: Sequence[str]) -> None:
    """Make sure, before anything takes long, that these files can be written.

    Raises
    ------
    UsageError
        Where one has none of these endings, or cannot be written.
    """
    from koopopt.report import write

    for path in outputs:
        if path.suffix.lower() not in endings:
            raise UsageError(
                T("{path}: nothing is written with this ending; known are {known}.",
                  path=repr(str(path)), known=", ".join(endings))
            )  # fmt: skip
        write.check_file(path)


def write(path: Path, blocks: Iterable[Block], lang: str) -> None:
    """Write blocks in a language, as Markdown or as plain text."""
    from koopopt.report.terminal.blocks import written
    from koopopt.report.words.markdown import document
    from koopopt.storage import files

    markdown = path.suffix.lower() == ".md"
    files.replace(path, (document if markdown else written)(blocks, lang))


def tell(path: Path, lang: str) -> None:
    """Say that a file was written."""
    note(T("Written: {path}", path=str(path)).render(lang))
