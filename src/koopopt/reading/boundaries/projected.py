"""Which system coordinates are likely in that are no degrees: a guess to name in a message.

The municipalities' points are projected by the systems that are usual; where they come out near
the coordinates, that is the one. On a sphere, which is some 20 kilometres off and near enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from koopopt.linear import Floats

_EARTH: Final = 6_378_137.0
_NEAR_METRES: Final = 60_000.0
"""Metres; systems that are taken for each other lie farther apart."""


def likely(xy: Floats, degrees: Floats) -> str | None:
    """Return the name of a system in which these places have such coordinates.

    Parameters
    ----------
    xy : (2,)
        The middle of the coordinates, in either order.
    degrees : (2,)
        The middle of the municipalities' points, longitude first.
    """
    near = {
        name: min(float(np.hypot(*(place - xy))), float(np.hypot(*(place[::-1] - xy))))
        for name, place in _systems(*np.radians(degrees))
    }
    name = min(near, key=lambda name: near[name])
    return name if near[name] < _NEAR_METRES else None


def _systems(lon: float, lat: float) -> Iterator[tuple[str, Floats]]:
    """Yield names of systems and where a place (in radians) is in them, in metres."""
    own = int(np.degrees(lon) // 6) + 31
    for zone in (own, own - 1, own + 1):
        x, y = _transverse(lon - np.radians(6 * zone - 183), lat) * 0.9996
        south = 1e7 if lat < 0 else 0.0
        etrs = f", EPSG:258{zone}" if 28 <= zone <= 38 and not south else ""
        yield f"UTM {zone}{'S' if south else 'N'}{etrs}", np.array([x + 5e5, y + south])
        number = {32: 4647, 33: 5650}.get(zone)
        if number:
            yield (f"UTM {zone}N with the zone before the easting, EPSG:{number}",
                   np.array([x + 5e5 + zone * 1e6, y]))  # fmt: skip
    for zone in (2, 3, 4, 5):
        x, y = _transverse(lon - np.radians(3 * zone), lat)
        yield f"Gauß-Krüger {zone}, EPSG:{31464 + zone}", np.array([x + 5e5 + zone * 1e6, y])
    yield "Web Mercator, EPSG:3857", _EARTH * np.array([lon, np.arctanh(np.sin(lat))])
    yield "Plate Carrée, EPSG:32662", _EARTH * np.array([lon, lat])
    yield "LAEA Europe, EPSG:3035", _equal_area(lon - np.radians(10), lat, np.radians(52))


def _transverse(lon: float, lat: float) -> Floats:
    east = np.arctanh(np.cos(lat) * np.sin(lon))
    return _EARTH * np.array([east, np.arctan2(np.tan(lat), np.cos(lon))])


def _equal_area(lon: float, lat: float, middle: float) -> Floats:
    cosine = np.sin(middle) * np.sin(lat) + np.cos(middle) * np.cos(lat) * np.cos(lon)
    k = np.sqrt(2 / max(1 + cosine, 1e-9))
    east = k * np.cos(lat) * np.sin(lon)
    north = k * (np.cos(middle) * np.sin(lat) - np.sin(middle) * np.cos(lat) * np.cos(lon))
    return np.asarray(_EARTH * np.array([east, north]) + [4_321_000.0, 3_210_000.0])
