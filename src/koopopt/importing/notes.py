"""The notes of an import as lines of a page, none of them only counted."""

from __future__ import annotations

from collections.abc import Sequence

from koopopt.errors import Fault, in_full
from koopopt.language.inert import on_line
from koopopt.text import T


def listed(notes: Sequence[Fault], lang: str) -> list[str]:
    """Return a heading and all notes as a list in Markdown; no heading where there are none."""
    heading = T("To note:").render(lang) if notes else ""
    return [heading, "", *in_full(notes, lang, on_line)]
