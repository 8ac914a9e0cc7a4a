"""Documents that a command writes besides what it prints, each by the ending of its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from koopopt.cli.output import note
from koopopt.errors import UsageError
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.report.values.blocks import Block

TEXTS: Final = (".md", ".txt")
"""Endings of what `write` writes."""


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
