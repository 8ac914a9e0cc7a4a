"""The German names of sheets and of their headings: the one dictionary, for reading and writing.

A workbook may call a sheet `Gemeinden` instead of `municipalities`, and a column `Einwohner`
instead of `population`. The first word of each list is the one that koopopt writes; the others
are understood as well. Case, blanks, hyphens and the spelling of an umlaut do not matter. Keys in
the sheet of settings, ids and names are never translated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from koopopt.reading.labels import clean

SETTINGS: Final = "instance"
"""The sheet that stands for instance.toml."""
DOCUMENT: Final = "document"
"""Any sheet of keys and values: they all have the same columns."""

SHEETS: Final[Mapping[str, tuple[str, ...]]] = {
    SETTINGS: ("Einstellungen", "Instanz"),
    "municipalities": ("Gemeinden",),
    "neighbours": ("Nachbarn", "Nachbarschaften"),
    "travel": ("Fahrzeiten",),
    "demand": ("Nachfrage", "Bedarf"),
    "alone_cost": ("Kosten allein",),
    "status_quo": ("Heute", "Bestand"),
    "sites": ("Standorte",),
    "boundaries": ("Grenzen",),
}
"""Names of sheets."""

_SERVICE: Final = ("Aufgabe", "Leistung")
_TOWN: Final = ("Gemeinde", "Gemeindeschlüssel", "AGS")
_PLACE: Final[Mapping[str, tuple[str, ...]]] = {
    "lat": ("Breitengrad", "Breite"),
    "lon": ("Längengrad", "Länge"),
}
_BELONGING: Final[Mapping[str, tuple[str, ...]]] = {
    "county": ("Kreis", "Landkreis"),
    "state": ("Land", "Bundesland"),
    "identity_area": ("Identitätsraum",),
}

HEADINGS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    DOCUMENT: {"key": ("Schlüssel",), "value": ("Wert",), "explanation": ("Erklärung",)},
    "municipalities": {
        "id": ("Schlüssel", "Gemeindeschlüssel", "AGS"),
        "name": ("Gemeinde", "Name", "Gemeindename"),
        "population": ("Einwohner",),
        **_PLACE,
        **_BELONGING,
        "kind": ("Art",),
        "area_km2": ("Fläche km²", "Fläche (km²)", "Fläche in km²", "Fläche"),
        "central_place": ("Zentraler Ort",),
    },
    "neighbours": {
        "a": ("Gemeinde A", "Gemeinde 1"),
        "b": ("Gemeinde B", "Gemeinde 2"),
        "border_km": ("Grenze km", "Grenze (km)", "Grenzlänge km", "Grenzlänge (km)"),
    },
    "travel": {
        "origin": ("Von", "Start"),
        "destination": ("Nach", "Ziel"),
        "minutes": ("Minuten", "Fahrzeit (Minuten)"),
    },
    "demand": {"municipality": _TOWN, "service": _SERVICE, "demand": ("Nachfrage", "Bedarf")},
    "alone_cost": {
        "municipality": _TOWN,
        "service": _SERVICE,
        "cost": ("Kosten", "Kosten allein", "Kosten (EUR)", "Kosten (EUR im Jahr)"),
    },
    "status_quo": {
        "service": _SERVICE,
        "partnership": ("Kooperation", "Partnerschaft", "Verbund"),
        "municipality": _TOWN,
        "seat": ("Sitz",),
        "legal_form": ("Rechtsform",),
    },
    "sites": {
        "id": ("Schlüssel",),
        "name": ("Standort", "Name"),
        **_PLACE,
        "service": _SERVICE,
        "fixed_cost": ("Feste Kosten", "Fixkosten", "Feste Kosten (EUR im Jahr)"),
        "capacity": ("Kapazität",),
        **_BELONGING,
    },
    "boundaries": {"id": ("Schlüssel", "Gemeindeschlüssel", "AGS"), "geometry": ("Geometrie",)},
}
"""Headings of columns, by the sheet they stand in."""

_YEAR: Final = re.compile(r"einwohner([12]\d\d\d)")
_SPELLED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def sheet_name(sheet: str) -> str:
    """Return the German name that is written for a sheet; its own where there is none."""
    return SHEETS[sheet][0] if sheet in SHEETS else sheet


def heading(sheet: str, column: str) -> str:
    """Return the German heading that is written for a column; its own where there is none."""
    if (year := re.fullmatch(r"population_(\d{4})", column)) is not None:
        return f"Einwohner {year[1]}"
    words = HEADINGS.get(sheet, {}).get(column)
    return words[0] if words else column


def sheet_meant(name: str) -> str | None:
    """Return the sheet that has this German name; None where none has."""
    return _BY_NAME.get(folded(name))


def column_meant(sheet: str, text: str) -> str:
    """Return the column that a German heading means in a sheet; any other heading as it is.

    >>> column_meant("municipalities", "EINWOHNER"), column_meant("travel", "nach")
    ('population', 'destination')
    """
    bare = folded(text)
    if sheet == "municipalities" and (year := _YEAR.fullmatch(bare)) is not None:
        return f"population_{year[1]}"
    return _BY_HEADING.get(sheet, {}).get(bare, text)


def folded(name: str) -> str:
    """Return a name as it is compared: without case, blanks, hyphens and umlauts."""
    plain = unicodedata.normalize("NFKC", clean(name)).casefold().translate(_SPELLED)
    return re.sub(r"[\s_-]+", "", plain)


_BY_NAME: Final = {folded(name): sheet for sheet, names in SHEETS.items() for name in names}
_BY_HEADING: Final = {
    sheet: {folded(word): column for column, words in columns.items() for word in words}
    for sheet, columns in HEADINGS.items()
}
