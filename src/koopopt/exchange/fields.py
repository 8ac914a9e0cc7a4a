"""From a line of an MPS file to its fields, and from a field to its number.

In free format blanks or tabs separate fields. In fixed format fields stand in columns 2-3, 5-12,
15-22, 25-36, 40-47 and 50-61, so names may hold blanks.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from itertools import pairwise
from typing import Final

from koopopt.text import T, Text

INFINITE: Final = 1e20
"""Bounds from here on are infinite, as in CPLEX, Gurobi and HiGHS."""
CORRECT_LINE: Final = T("Correct the line.")
FIXED_FORMAT: Final = T(
    "Names with blanks need fixed format: fields in columns 5, 15, 25, 40 and 50."
)
DECIMAL_POINT: Final = T("Write a number such as 10, 0.5 or 1e-3, with a decimal point.")

FIELD_PLACES: Final = ((1, 3), (4, 12), (14, 22), (24, 36), (39, 47), (49, 61))
FIELDS: Final = {"ROWS": 0, "BOUNDS": 0, "COLUMNS": 1, "RHS": 1, "RANGES": 1}
"""The first field of a section's lines: only rows and bounds have a type."""
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([ed][+-]?\d+)?", re.ASCII | re.IGNORECASE)
_FORTRAN: Final = re.compile("[dD]")
_INFINITY: Final = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
EXACT_DIGITS: Final = 15
"""So many digits any number may have without being changed."""


class LineError(Exception):
    """A line breaks a rule."""

    def __init__(self, rule: Text, value: str | None = None, remedy: Text = CORRECT_LINE) -> None:
        super().__init__(rule)
        self.rule, self.value, self.remedy = rule, value, remedy


def free(text: str, section: str) -> list[str]:
    """Return the fields of a line in free format."""
    del section
    return text.split()


def fixed(text: str, section: str) -> list[str]:
    """Return the fields of a line in fixed format; one that is left out is empty.

    Raises
    ------
    LineError
        Where characters stand between the fields.
    """
    if "\t" in text or not text[:1].isspace() or section not in FIELDS:
        return text.split()
    for comment in (14, 39):
        if text[comment : comment + 1] == "$":
            text = text[:comment]
    first = FIELDS[section]
    between = [
        (0, FIELD_PLACES[first][0]),
        *((end, begin) for (_, end), (begin, _) in pairwise(FIELD_PLACES[first:])),
    ]
    if any(text[begin:end].strip() for begin, end in [*between, (FIELD_PLACES[-1][1], len(text))]):
        raise LineError(T("A field stands in the wrong columns."), text.strip(), FIXED_FORMAT)
    fields = [text[begin:end].strip() for begin, end in FIELD_PLACES[first:]]
    while fields and not fields[-1]:
        fields.pop()
    return fields


def number(text: str) -> float:
    """Return a number, Fortran's exponents included; infinite where the text says so.

    Raises
    ------
    LineError
        Where it is none. Python's own spellings (``1_2``) are none either.
    """
    try:
        value = float(text)
        if 0 < abs(value) < math.inf and text.isascii() and "_" not in text:
            return value  # as most are
    except ValueError:
        pass
    if _NUMBER.fullmatch(text):
        value = float(_FORTRAN.sub("e", text))
        if value == 0 and re.search("[1-9]", re.split("[edED]", text)[0]):
            raise LineError(T("The number is too small for floating point."), text, DECIMAL_POINT)
        return value
    if _INFINITY.fullmatch(text):
        return float(text)
    raise LineError(T("This is not a number."), text, DECIMAL_POINT)


def finite(text: str) -> float:
    """Return a number that must be finite, such as a coefficient; see `number`."""
    value = unbounded(text)
    if not math.isfinite(value):
        rule = T("The number must be finite; from 1e20 on numbers count as infinite.")
        raise LineError(rule, text, DECIMAL_POINT)
    return value


def unbounded(text: str) -> float:
    """Return a number that may be infinite, such as a bound; see `number`."""
    value = number(text)
    return math.copysign(math.inf, value) if abs(value) >= INFINITE else value


def changed(text: str, value: float) -> bool:
    """Whether a whole number has more digits than floating point holds."""
    if not math.isfinite(value) or not value.is_integer():
        return False
    exact = Decimal(text.lower().replace("d", "e"))
    return exact == exact.to_integral_value() and exact != Decimal(value)
