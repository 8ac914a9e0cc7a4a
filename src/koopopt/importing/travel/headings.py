"""Headings of tables of ways, as people write them in English and German."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from koopopt.importing.travel.matrix import Unit
from koopopt.reading.labels import clean


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ORIGIN: Final = _words("origin from source start orig von ab quelle startort herkunft")
_DESTINATION: Final = _words("destination to target dest end nach bis ziel zielort")
_ID: Final = _words(
    "id ags ars key code nr nummer schlüssel gemeindeschlüssel schluessel kennung kennziffer"
)
_NAME: Final = _words("name gemeinde gemeindename kommune ort stadt municipality town place")
_UNIT: Final = {
    Unit.MINUTES: _words("min mins minute minutes minuten"),
    Unit.SECONDS: _words("s sec secs second seconds sek sekunde sekunden"),
    Unit.KM: _words("km kilometer kilometers kilometre kilometres"),
}
_TIME: Final = _words(
    "time times duration durations traveltime fahrzeit fahrzeiten fahrtzeit reisezeit reisezeiten"
    " fahrdauer dauer zeit"
)
_LENGTH: Final = _words(
    "distance distances length entfernung entfernungen distanz distanzen strecke fahrstrecke länge"
    " laenge"
)
_FILLING: Final = _words(
    "in by with the der die das mit per im pkw kfz auto car road travel drive driving straße"
)
_UNITS: Final = frozenset().union(*_UNIT.values())


@dataclass(frozen=True, slots=True)
class Value:
    """A column of numbers: its heading, the unit it says, and whether it is of time or length."""

    heading: str
    unit: Unit | None
    units: frozenset[Unit]
    """Those that its numbers may have."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table with a row for each way.

    Attributes
    ----------
    origins, destinations : tuple of str
        Headings of columns that say where ways begin and end; those of ids first.
    values : tuple of Value
    others : tuple of str
        Headings of what is not understood.
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    values: tuple[Value, ...]
    others: tuple[str, ...]

    @property
    def by_way(self) -> bool:
        """Whether the table has a row for each way."""
        return bool(self.origins and self.destinations)


def columns(header: Sequence[str]) -> Columns:
    """Return what the headings of a table mean."""
    sides: dict[str, list[str]] = {"origins": [], "destinations": [], "others": []}
    values: list[Value] = []
    for heading in header:
        words = folded(heading)
        if (value := value_of(heading)) is not None:
            values.append(value)
        elif words & _ORIGIN and words <= _ORIGIN | _ID | _NAME | _FILLING:
            sides["origins"].append(heading)
        elif words & _DESTINATION and words <= _DESTINATION | _ID | _NAME | _FILLING:
            sides["destinations"].append(heading)
        else:
            sides["others"].append(heading)
    for side in ("origins", "destinations"):
        sides[side].sort(key=lambda heading: not folded(heading) & _ID)
    kept = {side: tuple(headings) for side, headings in sides.items()}
    return Columns(values=tuple(values), **kept)


def value_of(heading: str) -> Value | None:
    """Return what a heading of numbers says of them; None where it is none."""
    words = folded(heading)
    if not words & (_UNITS | _TIME | _LENGTH) or not words <= _UNITS | _TIME | _LENGTH | _FILLING:
        return None
    unit, times = unit_of(heading), frozenset((Unit.MINUTES, Unit.SECONDS))
    if words & _TIME:
        return Value(heading, unit, times)
    if words & _LENGTH:
        return Value(heading, unit, frozenset((Unit.KM,)))
    return Value(heading, unit, frozenset((unit,)) if unit else frozenset())


def unit_of(text: str) -> Unit | None:
    """Return the unit that a text names; None where it names none, or several."""
    words = folded(text)
    found = [unit for unit, names in _UNIT.items() if words & names]
    return found[0] if len(found) == 1 else None


def folded(heading: str) -> frozenset[str]:
    """Return the words of a heading, in small letters."""
    text = clean(unicodedata.normalize("NFKC", heading)).casefold()
    return frozenset(re.findall(r"[^\W_]+", text.replace("strasse", "straße")))
