"""Text from outside, made harmless for where it is shown: a terminal, a spreadsheet.

Names, ids and titles come from files that others wrote. They must not steer a terminal (escape
sequences, reversed direction) nor run in a spreadsheet (formulas).
"""

from __future__ import annotations

import unicodedata
from typing import Final

from koopopt.language.spelling import spelled

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins with one of these may be run as a formula."""


def on_terminal(text: str) -> str:
    """Return `text` without control characters; line breaks stay, other white space is a blank.

    Removed are the Unicode categories Cc (escape and its kin), Cf (invisible ones, among them
    those that reverse the direction of writing), and U+FFFE and U+FFFF, which are no characters
    at all and which XML does not allow. Half characters (Cs), which stand for bytes in names of
    files that are no UTF-8, cannot be written and are escaped.
    """
    kept = (" " if c in "\t\r\v\f\u2028\u2029" else c for c in spelled(text, "utf-8"))
    return "".join(c for c in kept if c == "\n" or not _unseen(c))


def _unseen(c: str) -> bool:
    return unicodedata.category(c) in _UNSEEN or c in "\ufffe\uffff"


_UNSEEN: Final = ("Cc", "Cf")


def on_line(text: str) -> str:
    """Return `text` for a place that is one line: `on_terminal`, line breaks a blank."""
    return on_terminal(text).replace("\n", " ")


def in_cell(text: str) -> str:
    """Return `text` so that a spreadsheet shows it; `from_cell` takes it back.

    A leading apostrophe says "text" to spreadsheets. It is added to what looks like a formula,
    and to what already looks like such a mark, so that nothing is lost.
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def from_cell(text: str) -> str:
    """Undo `in_cell`."""
    marked = text.startswith("'") and text.lstrip("'").startswith(_FORMULA)
    return text[1:] if marked else text
