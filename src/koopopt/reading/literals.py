"""Numbers of TOML texts whose point could be meant to stand between thousands: ``cost = 40.000``.

To TOML that is 40, to many a reader 40,000: it is asked about, unless the key cannot reach a
thousand or the instance says that its decimal mark is the point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from koopopt.checking.schema import MAX_NUMBER
from koopopt.errors import Fault
from koopopt.language.notation import (
    asked,
    doubtful,
    readings,
    vanishes,
)
from koopopt.reading.tables import Document
from koopopt.text import T, Text

_LARGEST: Final[Mapping[str, float]] = {
    "elasticity": 2,
    "speed_kmh": 300,
    "detour": 10,
    "max_share": 1,
    "min_saving": 1,
    "discount": 1,
    "years": 100,
    "max_minutes": 1440,
}
"""Keys whose values stay below that: a thousand of them cannot be meant."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number whose text is needed: it has two meanings, or cannot be computed with."""

    value: float
    text: str


def settings(*, sheet: bool) -> Text:
    """Return where an instance names its decimal mark."""
    return T("in the sheet instance (Einstellungen)") if sheet else T("at the top of instance.toml")


def number(text: str) -> float | Literal:
    """Return the number of a TOML text, with the text where that is needed (a `parse_float`)."""
    plain = text.replace("_", "")
    value = float(plain)
    needed = doubtful(plain) or vanishes(plain) or not abs(value) <= MAX_NUMBER
    return Literal(value, text) if needed else value


def questions(document: Document, decimal: object) -> Iterator[Fault]:
    """Ask about the doubtful numbers of a document of an instance with this decimal mark."""
    if decimal == ".":
        return
    for key, text in document.doubtful.items():
        found = readings(text)
        name = re.sub(r"(\[\d+\])+$", "", key).rpartition(".")[2].removesuffix("_range")
        if found is None or float(found.comma or 0) > _LARGEST.get(name, float("inf")):
            continue
        rule, comma, point = asked(found)
        remedy = T(
            'Write {comma} or {point}; or put decimal = "." (all such numbers are meant like'
            " {point}) {where}.",
            comma=comma,
            point=point,
            where=settings(sheet=bool(document.rows)),
        )
        yield Fault(document.file, rule, remedy, column=key, value=text)
