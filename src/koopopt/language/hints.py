"""What somebody probably meant: near names, lost leading zeros."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from koopopt.language.notation import doubtful
from koopopt.text import T, Text

_FUZZY_BUDGET = 30
"""Comparing one name with thousands takes a while; a broken column would do it for every row."""

_WHOLE = re.compile(r"'?(\d+)(?:\.0+)?", re.ASCII)
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХавеѕіјкмнорстухΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχ",
    "ABESIJKMHOPCTYXabesijkmhopctyxABEZHIKMNOPTYXaikvoptux",
)


class Names:
    """The known names of one kind, and the remedy for an unknown one."""

    __slots__ = ("_budget", "_plain", "known")

    def __init__(self, known: Iterable[str]) -> None:
        self.known = dict.fromkeys(known)
        self._plain: dict[str, str] | None = None
        self._budget = _FUZZY_BUDGET

    def __contains__(self, name: str) -> bool:
        return name in self.known

    def near(self, name: str, cutoff: float = 0.6) -> str | None:
        """Return the known name that is most like `name`, None where none is."""
        if self._plain is None:
            self._plain = {_plain(known): known for known in self.known}
        if (same := self._plain.get(_plain(name))) is not None and same != name:
            return same
        if self._budget <= 0:
            return None
        self._budget -= 1
        others = [plain for plain, known in self._plain.items() if known != name]
        found = difflib.get_close_matches(_plain(name), others, 1, cutoff)
        return self._plain[found[0]] if found else None

    def restored(self, name: str) -> str | None:
        """Return the one known id that a spreadsheet has turned into the number `name`.

        It may have lost leading zeros, or gained decimals or an apostrophe: 6636003.0 was 06636003.
        """
        match = _WHOLE.fullmatch(name)
        if match is None:
            return None
        found = [zeros + match[1] for zeros in ("", "0", "00", "000")]
        found = [id_ for id_ in found if id_ in self.known and id_ != name]
        return found[0] if len(found) == 1 else None

    def remedy(self, name: str) -> Text:
        """Return what to do about the unknown `name`."""
        if (whole := self.restored(name)) is not None:
            return T("A leading zero seems lost: did you mean {near}?", near=repr(whole))
        if (short := name.lstrip("0")) != name and short.isdecimal() and short in self.known:
            return T("Known is {near}: a leading zero seems lost there.", near=repr(short))
        if (near := self.near(name)) is not None:
            return T("Did you mean {near}?", near=repr(near))
        if 0 < len(self.known) <= 12:
            return T("Known are {known}.", known=", ".join(self.known))
        return T("Correct it or delete it.")


def latin(text: str) -> str:
    """Return a text with Latin letters in place of Greek and Cyrillic ones that look the same."""
    return text if text.isascii() else text.translate(_ALIKE)


def _plain(name: str) -> str:
    """Return the name without what the eye easily misses: case, padding, separators, width."""
    folded = latin(unicodedata.normalize("NFKC", name)).casefold().strip()
    return re.sub(r"[\s_-]+", "-", folded)


def exact(value: float) -> str:
    """Return a number as text that reads back as the same number.

    Three decimals get a fourth: 1.234 could also be German for 1234.
    """
    if float(value).is_integer() and abs(value) < 2**53:
        return str(int(value))
    text = repr(float(value))
    return f"{text}0" if doubtful(text) else text
