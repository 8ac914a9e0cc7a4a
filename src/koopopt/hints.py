"""What somebody probably meant: near names, lost leading zeros, numbers in German notation."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from koopopt.text import T, Text

_FUZZY_BUDGET = 30
"""Comparing one name with thousands takes a while; a broken column would do it for every row."""


class Names:
    """The known names of one kind, and the remedy for an unknown one."""

    __slots__ = ("_budget", "_plain", "known")

    def __init__(self, known: Iterable[str]) -> None:
        self.known = dict.fromkeys(known)
        self._plain: dict[str, str] | None = None
        self._budget = _FUZZY_BUDGET

    def __contains__(self, name: str) -> bool:
        return name in self.known

    def near(self, name: str) -> str | None:
        """Return the known name that is most like `name`, None where none is."""
        if self._plain is None:
            self._plain = {_plain(known): known for known in self.known}
        if (same := self._plain.get(_plain(name))) is not None and same != name:
            return same
        if self._budget <= 0:
            return None
        self._budget -= 1
        found = difflib.get_close_matches(name, [k for k in self.known if k != name], 1)
        return found[0] if found else None

    def remedy(self, name: str) -> Text:
        """Return what to do about the unknown `name`."""
        if name.isdecimal() and name.isascii():
            for zeros in ("0", "00", "000"):
                if zeros + name in self.known:
                    return T(
                        "A leading zero seems lost: did you mean {near}?", near=repr(zeros + name)
                    )
        if (near := self.near(name)) is not None:
            return T("Did you mean {near}?", near=repr(near))
        if 0 < len(self.known) <= 12:
            return T("Known are {known}.", known=", ".join(self.known))
        return T("Correct it or delete it.")


def _plain(name: str) -> str:
    """Return the name without what the eye easily misses: case, padding, separators, width."""
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    return re.sub(r"[\s_-]+", "-", folded)


_GERMAN = re.compile(r"([+-]?)(\d{1,3}(?:\.\d{3})+|\d+),(\d+)", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[,.'\u2019 \u00a0\u202f]\d{3})+(?:\.\d+)?", re.ASCII)


def plain_number(text: str) -> str | None:
    """Return a number in German notation or with thousands separators in plain notation.

    >>> plain_number("1.234,5")
    '1234.5'
    """
    text = text.strip()
    if match := _GERMAN.fullmatch(text):
        sign, whole, decimals = match.groups()
        return f"{sign}{whole.replace('.', '')}.{decimals}"
    if _GROUPED.fullmatch(text):
        head, dot, decimals = text.rpartition(".")
        if dot and len(decimals) == 3 and re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})*", head, re.ASCII):
            head, dot, decimals = text, "", ""
        return re.sub(r"[^\d+-]", "", head if dot else text) + dot + decimals
    return None
