"""Number formats of spreadsheets, as far as they decide what an id looks like or what is a date.

A format such as ``00000000`` shows 6636003 as 06636003, and ``00" "000`` shows 6636 as 06 636: that
is the id people see and mean. A format with days or hours makes a number a date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[([^\]]*)\]|(.)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Format:
    """How a number is shown: as a date, or by these parts of a format code."""

    date: bool
    sections: tuple[str, ...] = ()

    def shown(self, value: int) -> str | None:
        """Return what a whole number looks like; None where its plain digits say it as well.

        Only formats that place digits and put text between them change what an id is: thousands
        separators, decimals and percent signs do not.
        """
        section = self._section(value)
        return None if section is None or value < 0 else _placed(value, section)

    def _section(self, value: int) -> str | None:
        """Return the part of the format for this value: the first whose condition holds."""
        for section in self.sections:
            condition = _CONDITION.search("".join(re.findall(r"\[[^\]]*\]", section)))
            if condition is None or _holds(value, condition[1], float(condition[2])):
                return section
        return None


def understood(code: str | None, number: int) -> Format:
    """Return the format with this code, or the built-in one of this number."""
    if code is None:
        return Format(date=number in _BUILT_IN_DATES)
    plain = [match[4] or "" for match in _TOKEN.finditer(code)]
    elapsed = any(_ELAPSED.fullmatch(match[3] or "") for match in _TOKEN.finditer(code))
    general = "general" in code.lower()
    date = elapsed or (not general and any(c in "dmyhs" for c in "".join(plain).lower()))
    return Format(date, () if date else tuple(_sections(code)))


def moment(value: float, old: bool) -> str | None:
    """Return the date, time or both that a number stands for (`old`: counted from 1904)."""
    try:
        when = datetime(1904, 1, 1) if old else datetime(1899, 12, 30)
        when += timedelta(seconds=round(value * 86400))
    except (OverflowError, ValueError):
        return None
    if value < 1:
        return str(when.time())
    return str(when.date() if when.time() == time() else when)


def _sections(code: str) -> list[str]:
    """Split a code at its semicolons, but for those in quotes."""
    parts = [""]
    for match in _TOKEN.finditer(code):
        if match[4] == ";":
            parts.append("")
        else:
            parts[-1] += match[0]
    return parts


def _placed(value: int, section: str) -> str | None:
    """Return the digits of a number in their places."""
    marks: list[tuple[bool, str]] = []  # whether it is a place for a digit; what stands there
    for match in _TOKEN.finditer(section):
        literal, escaped, _, plain = match.groups()
        if literal is not None or escaped is not None:
            marks.append((False, literal or escaped or ""))
        elif plain in ("0", "#"):
            marks.append((True, plain))
        elif plain is not None:
            if plain.isalnum() or plain in ".,%@?/":
                return None
            marks.append((False, plain))
    places = "".join(mark for is_place, mark in marks if is_place)
    if not places:
        return None
    forced = len(places) - places.find("0") if "0" in places else 0
    digits = str(value).zfill(forced)
    spare = max(0, len(digits) - len(places))  # more digits than places stand at the first one
    digits = digits.rjust(len(places) + spare, "\0")
    shown, used, first = "", 0, True
    for is_place, mark in marks:
        if is_place:
            more = spare + 1 if first else 1
            shown += digits[used : used + more]
            used, first = used + more, False
        else:
            shown += mark
    return shown.replace("\0", "").strip()


def _holds(value: int, sign: str, limit: float) -> bool:
    return {
        "<": value < limit,
        ">": value > limit,
        "=": value == limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "<>": value != limit,
    }[sign]
