"""Which municipality a feature means: ids as offices, tables and programs write them.

Programs take ids for numbers, which costs leading zeros; statistical offices name a municipality
by its key (AGS) or by the longer regional key (RS, ARS), which holds it. An id as the instance
writes it goes first; what would mean two municipalities means none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

_NUMBER: Final = re.compile(r"([0-9]+)(\.0+)?")
_REGIONAL: Final = ("rs", "ars")
_LONG: Final = 12
"""Digits of a regional key: 5 of the district, 4 of the association, 3 of the municipality."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a feature's names mean.

    Attributes
    ----------
    ids : tuple of str
        Municipalities of the instance; more than one where the names do not agree.
    written : str
        The name that led there, as it is written; of none an official key, or what there is.
    """

    ids: tuple[str, ...]
    written: str


class Keys:
    """The municipalities of an instance by all that may be written for their ids."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = dict.fromkeys(ids)
        self._bare: dict[str, list[str]] = {}
        for id_ in self._ids:
            self._bare.setdefault(_bare(id_), []).append(id_)

    def meant(self, names: tuple[tuple[str, Any], ...]) -> Meant:
        """Return which municipality (key, value) pairs name.

        A number beside an official key is the serial number of a row, not an id, unless it names
        a municipality that the key does not.
        """
        usable = [(key, value) for key, value in names if _usable(value)]
        found: dict[str, str] = {}
        official = [value for key, value in usable if key.lower() != "id"]
        known = any(self._of("", value) for value in official)
        for key, value in usable:
            serial = official and not known and key.lower() == "id" and not isinstance(value, str)
            for id_ in () if serial else self._of(key, value):
                found.setdefault(id_, _text(value))
        first = next(map(_text, [*official, *(value for _, value in usable)]), "")
        return Meant(tuple(found), next(iter(found.values()), first))

    def _of(self, key: str, value: Any) -> list[str]:
        """Return the municipalities that one name may mean."""
        text = _text(value)
        if text in self._ids and isinstance(value, str):
            return [text]
        if found := self._bare.get(_bare(text)):
            return found
        bare = _bare(text)
        if key.lower() in _REGIONAL and bare.isdigit() and _LONG - 1 <= len(bare) <= _LONG:
            digits = bare.zfill(_LONG)  # the states 01 to 09 lose a zero
            return self._bare.get(_bare(digits[:5] + digits[9:]), [])
        return []


def _usable(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _text(value: Any) -> str:
    """Return a name as text, composed and without what nobody sees around it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFC", str(value)).strip("\ufeff\u200b\u00a0 \t\r\n")


def _bare(text: str) -> str:
    """Return what is left where a program took an id for a number; other texts as they are."""
    number = _NUMBER.fullmatch(text)
    return (number[1].lstrip("0") or "0") if number else text
