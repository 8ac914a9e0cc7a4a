"""Points that cannot be right although each number is: latitude and longitude swapped, or 0, 0."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Final

from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.instance import Municipality, Site
    from koopopt.reading.cells import Row

_FAR_DEGREES: Final = 10.0
"""Degrees; municipalities that cooperate lie closer together."""


def misplaced(
    found: Sequence[tuple[Row, Municipality | Site]], among: Sequence[Municipality] = ()
) -> None:
    """Note points whose latitude and longitude seem swapped, and points at 0, 0.

    They should lie `among` these, or among each other.
    """
    if not found:
        return
    towns = [town for _, town in found]
    if all(_german(t.id) and 5 < t.lat < 16 and 46 < t.lon < 56 for t in towns):
        row, _ = found[0]
        row.fault(
            "lat",
            T("Latitude and longitude are swapped in all rows: these points are not in Germany."),
            T("Swap the names of the columns lat and lon."),
        )
        return
    others = among or towns
    lat, lon = median(t.lat for t in others), median(t.lon for t in others)
    for row, town in found:
        if abs(town.lat - lat) < _FAR_DEGREES and abs(town.lon - lon) < _FAR_DEGREES:
            continue
        if abs(town.lon - lat) < _FAR_DEGREES and abs(town.lat - lon) < _FAR_DEGREES:
            row.fault(
                "lat",
                T("Latitude and longitude seem swapped: the others lie elsewhere."),
                T("Swap the values of lat and lon."),
            )
        elif town.lat == town.lon == 0:
            row.fault(
                "lat",
                T("The point 0, 0 lies in the sea, far from the others."),
                T("Write the point of the municipality in degrees."),
            )


def _german(id_: str) -> bool:
    """Whether an id looks like a German municipality key."""
    return len(id_) == 8 and id_.isdecimal() and "01" <= id_[:2] <= "16"
