"""Numbers as people write them: what a text can mean, and whether that is certain.

A point or a comma stands between thousands or before decimals. So a text has up to two readings,
one for each decimal mark that its writer may have had in mind: ``1.234,5`` only makes sense with a
comma, ``3.14`` only with a point, and ``1.234`` with either. Which it is, is never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, Literal

from koopopt.text import T, Text

Mark = Literal[".", ","]
"""What stands before the decimals."""

_CHARACTERS = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2212\ufe63\u2019\u2018\u02bc\u00b4`"
    "\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    "\uff0b\uff0d\uff0e\uff0c\uff08\uff09\uff07\uff3f",
    "-" * 6 + "'" * 5 + " " * 10 + "+-.,()'_",
)
"""Other signs for minus, apostrophe and blank; full-width ones."""

_CURRENCY = re.compile(r"(?<!\w)(?:Euro?(?!\w)|€) ?|(?<=\d)(?:Euro?|€)$", re.IGNORECASE)
_NO_CENTS = re.compile(r"(?<=\d)[.,]-{1,2}$")
_SIGNED = re.compile(
    r"(?P<sign>[+-]?) ?(?P<body>[^-+()]*(?:[eE][+-]?\d+)?)(?:(?<=\d)(?P<after>-))?"
)
_THREE = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


TOO_SMALL: Final = (
    T("The number is not 0, but too small to be told from it."),
    T("Write 0, or correct the value."),
)
"""Rule and remedy for what `vanishes`."""


def _pattern(mark: str, others: str) -> re.Pattern[str]:
    """Return the numbers with this decimal mark; groups have one separator only, and no power."""
    grouped = rf"[1-9]\d{{0,2}}(?P<by>[{others}])\d{{3}}(?:(?P=by)\d{{3}})*"
    return re.compile(
        rf"(?:(?P<plain>\d+)|(?P<grouped>{grouped})|(?=\{mark}\d))"
        rf"(?:\{mark}(?P<part>\d*))?(?(grouped)|(?P<power>[eE][+-]?\d+)?)",
        re.ASCII,
    )


_PATTERNS = {".": _pattern(".", ",_' "), ",": _pattern(",", "._' ")}


@dataclass(frozen=True, slots=True)
class Readings:
    """What a text means with a decimal point and with a decimal comma, in plain notation.

    None: it makes no sense so. `separated`: thousands are separated, whichever is meant.
    """

    point: str | None
    comma: str | None
    separated: bool = field(default=False, repr=False, compare=False)

    def by(self, mark: Mark) -> str | None:
        """Return what is meant if this is the decimal mark."""
        return self.point if mark == "." else self.comma

    @property
    def certain(self) -> str | None:
        """The only reading; None where there are two."""
        if self.point is not None and self.comma is not None:
            return self.point if float(self.point) == float(self.comma) else None
        return self.point if self.comma is None else self.comma

    @property
    def proves(self) -> Mark | None:
        """The decimal mark that the writer must have had in mind; None where both are possible."""
        if self.point is not None and self.comma is not None:
            return None
        return "." if self.comma is None else ","

    def within(self, low: float, high: float) -> Readings:
        """Leave out a reading that lies outside where the other one lies inside."""
        point, comma = self.point, self.comma
        if point is None or comma is None:
            return self
        inside = [low <= float(reading) <= high for reading in (point, comma)]
        if inside == [True, False]:
            return Readings(point, None)
        return Readings(None, comma) if inside == [False, True] else self


def readings(text: str, *, money: bool = False) -> Readings | None:
    """Return what a text can mean as a number; None where it is none.

    Read are other signs for minus, a minus behind, brackets for less than nothing, digits of any
    script, blanks and apostrophes between thousands and, with `money`, the sign of the euro.

    >>> readings("1.234,5"), readings("1.234")
    (Readings(point=None, comma='1234.5'), Readings(point='1.234', comma='1234'))
    """
    text = "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in text
    )
    text = text.translate(_CHARACTERS).strip()
    if money:
        text = _NO_CENTS.sub("", _CURRENCY.sub("", text, count=1).strip())
    bracketed = len(text) > 1 and text[0] == "(" and text[-1] == ")"
    match = _SIGNED.fullmatch(text[1:-1].strip() if bracketed else text)
    if match is None or bool(match["sign"]) + bool(match["after"]) + bracketed > 1:
        return None
    sign = "-" if bracketed or "-" in (match["sign"], match["after"]) else ""
    body = match["body"].strip()
    point, comma = (pattern.fullmatch(body) for pattern in _PATTERNS.values())
    meant = [m for m in (point, comma) if m is not None]
    if not meant:
        return None
    separated = all(m["grouped"] for m in meant)
    return Readings(_plain(sign, point), _plain(sign, comma), separated)


def doubtful(text: str) -> bool:
    """Whether a plain number could also be one with separated thousands: ``1.234``."""
    return _THREE.fullmatch(text) is not None


def unmistakable(text: str) -> str:
    """Return a plain number so that nobody takes its point for a separator: 1.2340, 450, 12.34."""
    if not doubtful(text):
        return text
    short = text.rstrip("0").rstrip(".")
    return f"{short}0" if doubtful(short) else short


def asked(found: Readings) -> tuple[Text, str, str]:
    """Return the question which of two readings is meant, and how to write each of them."""
    point, comma = unmistakable(found.point or ""), unmistakable(found.comma or "")
    return T("This can mean {comma} or {point}.", comma=comma, point=point), comma, point


def vanishes(text: str) -> bool:
    """Whether a plain number is not 0, but too small to be told from it: ``1e-400``."""
    digits = re.split("[eE]", text)[0]
    return any(c in "123456789" for c in digits) and float(text) == 0


def shortened(number: object, most: int = 30) -> str:
    """Return a number as text; of one with many digits the first ones."""
    if isinstance(number, int) and (spare := int(number.bit_length() * 0.3) - 100) > 0:
        number //= 10**spare  # Python writes no more than some thousand digits
    text = str(number)
    return text if len(text) <= most else f"{text[:most]}…"


def plain_number(text: str) -> str | None:
    """Return how a number that is not written plainly is to be written; None for any other text.

    A number with two readings gives both.

    >>> plain_number("1.234,5"), plain_number("3,14"), plain_number("850.000"), plain_number("3.14")
    ('1234.5', '3.14', '850000 or 850', None)
    """
    found = readings(text, money=True)
    if found is None:
        return None
    if found.certain is None:
        _, comma, point = asked(found)
        return f"{comma} or {point}"
    plain = unmistakable(found.certain)
    return None if plain == text.strip() else plain


def _plain(sign: str, match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    grouped = re.sub(r"\D", "", match["grouped"] or "")
    whole, part = match["plain"] or grouped or "0", match["part"]
    return f"{sign}{whole}{f'.{part}' if part else ''}{match['power'] or ''}"
