"""Headings of a table of accounts as people write them, in English and German.

What stands in brackets behind a heading is its unit. One that is not known here, such as thousands
of EUR, leaves the heading unknown: it would change what the numbers mean.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from koopopt.reading.labels import clean

REQUIRED: Final = ("municipality", "cost")
OPTIONAL: Final = ("id", "demand", "year", "remarks")

_MEANT: Final = {
    "municipality": "municipality gemeinde kommune stadt ort name gemeindename",
    "id": "id ags ars key schlüssel gemeindeschlüssel",
    "cost": "cost costs kosten gesamtkosten aufwand",
    "demand": "demand menge bedarf",
    "year": "year jahr rechnungsjahr haushaltsjahr",
    "remarks": "remark remarks comment comments note notes bemerkung bemerkungen anmerkung"
    " anmerkungen hinweis hinweise kommentar",
}  # fmt: skip
_COLUMN: Final = {name: column for column, names in _MEANT.items() for name in names.split()}
_BEHIND: Final = re.compile(
    r"(.+?)\s*(?:[(\[](.*)[)\]]|\s(?:in|je|per|pro|a)\s(.*)|\s(€|eur|euro))"
)
_MONEY: Final = re.compile(
    r"(€|eur|euro)\s*((/|je|per|pro|a|im)\s*(a|jahr|year|p\.?\s?a\.?)|p\.?\s?a\.?)?"
)


def columns(cells: Sequence[str], unit: str) -> list[str]:
    """Return a row of cells with headings as columns are named here; other rows as they are.

    Parameters
    ----------
    cells : sequence of str
    unit : str
        Of the service's demand, which may stand in brackets behind its heading.
    """
    meant = [_column(cell, unit) for cell in cells]
    found = {column for column in meant if column}
    if len(found) < 2 or not {"municipality", "id", "cost"} & found:
        return list(cells)
    if "municipality" not in meant and "id" in meant:
        meant[meant.index("id")] = "municipality"
    return [column or cell for column, cell in zip(meant, cells, strict=True)]


def _column(cell: str, unit: str) -> str | None:
    """Return the column that a heading names; None where it is none that is known."""
    text = _folded(cell)
    if text in _COLUMN:
        return _COLUMN[text]
    if (parts := _BEHIND.fullmatch(text)) is None:
        return None
    column, behind = _COLUMN.get(parts[1]), next(p for p in parts.groups()[1:] if p is not None)
    if column == "cost" and _MONEY.fullmatch(behind.strip()):
        return column
    return column if column == "demand" and behind.strip() in _spellings(unit) else None


def in_other_unit(heading: str, unit: str) -> bool:
    """Whether a heading would be known but for the unit behind it."""
    parts = _BEHIND.fullmatch(_folded(heading))
    return parts is not None and parts[1] in _COLUMN and _column(heading, unit) is None


def _spellings(unit: str) -> set[str]:
    """Return a unit as it may stand behind a heading."""
    plain = _folded(unit)
    known = {plain, "einwohner", "ew"} if plain == "inhabitants" else {plain}
    known |= {"m³", "cbm", "kubikmeter"} if plain == "m3" else set()
    known = {_folded(name) for name in known}
    return known | {f"{name}{time}" for name in known for time in ("/a", "/jahr", "/year")}


def _folded(text: str) -> str:
    return clean(unicodedata.normalize("NFKC", text)).casefold()
