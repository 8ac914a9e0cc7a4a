"""Countries' municipality keys: zeros that a spreadsheet has eaten, county and state in digits.

A German key has 8 digits (state 2, district 1, county 2, municipality 3), the longer one 12; a
French one has 5, of which the first two (three overseas) are the département.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from koopopt.errors import Fault, some
from koopopt.text import T

_GROUPED: Final = re.compile(r"\d{1,3}([.,\u00a0 ]\d{3})+")
_DECIMAL: Final = re.compile(r"(\d+)[.,]0+")
_STATES: Final = tuple(f"{number:02d}" for number in range(1, 17))


@dataclass(frozen=True, slots=True)
class Key:
    """A key in full, and what its digits say."""

    id: str
    county: str
    state: str


def key_of(text: str, kind: str) -> Key | None:
    """Return the key that a cell means; None where it is none of this kind."""
    return _french(text) if kind == "insee" else _german(text)


def _digits(text: str) -> str:
    """Return the digits of a number as spreadsheets write it: 6.636.003, 6636003,0, 06 636 003."""
    if (match := _DECIMAL.fullmatch(text)) is not None:
        return match[1]
    if _GROUPED.fullmatch(text):
        return re.sub(r"\D", "", text)
    return re.sub(r"\s", "", text)


def _german(text: str) -> Key | None:
    digits = _digits(text)
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in (7, 8, 11, 12):
        return None
    whole = digits.zfill(8 if len(digits) < 9 else 12)
    return Key(whole, whole[:5], whole[:2]) if whole[:2] in _STATES else None


def _french(text: str) -> Key | None:
    whole = re.sub(r"\s", "", text).upper()
    if re.fullmatch(r"\d{4}", whole):
        whole = f"0{whole}"
    if not re.fullmatch(r"(\d\d|2[AB])\d{3}", whole):
        return None
    return Key(whole, whole[:3] if whole.startswith(("97", "98")) else whole[:2], "")


def is_above(text: str, kind: str) -> bool:
    """Whether a cell can be the key of a county or state: official tables list them in between."""
    return kind == "ags" and bool(_above(text))


def _above(text: str) -> str:
    digits = _digits(text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 5):
        return ""
    return digits.zfill(2) if len(digits) < 3 else digits.zfill(5) if len(digits) > 3 else digits


def areas_above(texts: Sequence[str]) -> set[str]:
    """Return the cells that are keys of areas in which others of these German keys lie."""
    keys = [key.id for text in texts if (key := _german(text)) is not None]
    inside = {key[:length] for key in keys for length in (2, 3, 5)}
    return {text for text in texts if is_above(text, "ags") and _above(text) in inside}


def seems(kind: str | None, texts: Sequence[str]) -> str | None:
    """Return the kind of keys that a heading names, where most cells below are some."""
    if kind is None or not texts:
        return None
    found = [text for text in texts if text and not is_above(text, kind)]
    good = [text for text in found if key_of(text, kind) is not None]
    return kind if 2 * len(good) > len(found) else None


def restored(file: str, heading: str, pairs: Sequence[tuple[int, str, str]]) -> list[Fault]:
    """Return the note that keys were written in full: (row, as it stands, in full)."""
    changed = [(row, f"{old} → {new}") for row, old, new in pairs if old != new]
    if not changed:
        return []
    rule = T("Keys that a spreadsheet took for numbers are written in full: {keys}.",
             keys=some([text for _, text in changed]))  # fmt: skip
    remedy = T("Format the column as text and write the ids in full.")
    return [Fault(file, rule, remedy, changed[0][0], heading)]
