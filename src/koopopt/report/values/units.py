"""The units of the library's services in words; others stand as the service's model has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from koopopt.text import T, Text

_UNITS: Final[Mapping[str, Text]] = {
    "m3": T("m³"),
    "inhabitants": T("inhabitants"),
    "dwellings": T("dwellings"),
    "employees": T("employees"),
}


def in_words(unit: str) -> Text | str:
    """Return a unit of demand in words where there are some."""
    return _UNITS.get(unit, unit)
