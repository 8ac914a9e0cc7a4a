"""The polygons of the municipalities that take part, and of what lies beside and between them."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from koopopt.errors import DataError, Fault, some
from koopopt.importing.germany.matching import matched
from koopopt.importing.germany.register import Entry, Register, eight_digits
from koopopt.importing.polygons.areas import Areas, areas
from koopopt.importing.polygons.borders import Borders, borders
from koopopt.importing.polygons.layer import Layer, open_layer
from koopopt.importing.polygons.owned import Drawing
from koopopt.text import T

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AROUND: Final = 0.05
"""Share of the width of all; what lies nearer than that to municipalities may be between them."""
_GERMANY: Final = (5.5, 47.0, 15.5, 55.5)
"""Degrees: west, south, east, north; every municipality lies within."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where municipalities lie.

    Attributes
    ----------
    areas : Areas
        Of the municipalities, in their order.
    around : Areas
        Of them and of everything near.
    borders : Borders
        Of `around`.
    between : tuple of str
        Keys in `around` of areas that belong to no municipality.
    notes : list of Fault
    """

    areas: Areas
    around: Areas
    borders: Borders
    between: tuple[str, ...]
    notes: list[Fault]


def placed(register: Register, keys: Sequence[str], path: Path, drawing: Drawing) -> Placed:
    """Return the polygons of municipalities from a file of official polygons.

    Parameters
    ----------
    register : Register
    keys : sequence of str
        Of the municipalities.
    path : Path
    drawing : Drawing

    Raises
    ------
    DataError
        Where the file has no polygon for some of them, or they do not lie in Germany.
    """
    opened = open_layer(path, drawing.layer)
    official, notes = _official(opened, register, drawing.column)
    near_by = _near(opened, official, register, set(keys))
    close = [key for key, here in zip(official, near_by, strict=True) if here]
    found = areas(opened.only(near_by), close, system=drawing.system)
    notes += found.notes
    known = register.municipalities.keys() | register.unincorporated.keys()
    # They only help to match what has an unknown key; all borders are measured below.
    strays = not known >= set(found.keys)
    first = borders(found, drawing.near) if strays else Borders({}, (), {}, {})
    match = matched(register, found, first, set(official))
    lacking = [register.municipalities[key] for key in keys if key not in match.areas.keys]
    if lacking:
        raise DataError([_lacking(found, lacking, len(keys))], notes)
    own = match.areas.chosen(keys)
    _demand_germany(own)
    common = borders(match.areas, drawing.near)
    chosen = set(keys)
    beside = {other for pair in common.pairs for key, other in (pair, pair[::-1]) if key in chosen}
    notes += match.told(register, chosen, beside)
    between = tuple(key for key in match.areas.keys if key not in register.municipalities)
    return Placed(own, match.areas, common, between, notes)


def _official(
    layer: Layer, register: Register, column: str | None
) -> tuple[list[str], list[Fault]]:
    """Return the keys as the register writes them, and a note where they are written otherwise.

    Raises
    ------
    DataError
        Where none is in the register.
    """
    written = layer.keys(column)
    keys = [eight_digits(key) for key in written]
    if not any(key in register.municipalities for key in keys):
        rule = T("None of its keys is in the register ({examples}).", examples=some(written))
        remedy = T("Name the column with the Amtlicher Gemeindeschlüssel: --id AGS.")
        raise DataError([Fault(layer.file, rule, remedy)])
    changed = [f"{old} → {new}" for old, new in zip(written, keys, strict=True) if old != new]
    if not changed:
        return keys, []
    rule = T("{count} keys were read as those of 8 digits that they stand for: {examples}.",
             count=len(changed), examples=some(changed))  # fmt: skip
    return keys, [Fault(layer.file, rule, T("There is nothing to do."))]


def _near(
    layer: Layer, official: Sequence[str], register: Register, keys: Set[str]
) -> NDArray[np.bool_]:
    """Return which features are to be looked at: of the municipalities, and what lies near, (n,).

    A municipality without a polygon of its key may be any that the register does not know; and
    what has an unknown key may be part of whoever lies beside it.
    """
    import shapely

    states = {key[:2] for key in keys}
    known = register.municipalities.keys() | register.unincorporated.keys()
    strays = np.array([key not in known and key[:2] in states for key in official])
    start = np.array([key in keys for key in official])
    if not keys <= set(official):
        start |= strays
    bounds = shapely.bounds(layer.shapes)
    boxes: NDArray[Any] = np.asarray(shapely.box(*bounds.T))
    tree = shapely.STRtree(boxes)

    def beside(rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
        wide = rows.copy()
        if rows.any():
            west, south, east, north = shapely.total_bounds(boxes[rows])
            far = _AROUND * max(east - west, north - south)
            _, close = tree.query(boxes[rows], predicate="dwithin", distance=far)
            wide[close] = True
        return wide

    wide = beside(start)
    return np.asarray(wide | beside(wide & strays))


def _lacking(found: Areas, lacking: Sequence[Entry], count: int) -> Fault:
    rule = T("{missing} of {count} municipalities have no polygon: {examples}.",
             missing=len(lacking), count=count,
             examples=some(f"{e.official_name} ({e.key})" for e in lacking))  # fmt: skip
    remedy = T("Give polygons of the register's year, with the column AGS (--id names another).")
    return Fault(found.file, rule, remedy)


def _demand_germany(own: Areas) -> None:
    """Raise `DataError` where municipalities lie elsewhere: then coordinates are exchanged."""
    lon, lat = own.points().T
    west, south, east, north = _GERMANY
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    if inside.all():
        return
    turned = (lat >= west) & (lat <= east) & (lon >= south) & (lon <= north)
    k = int(np.flatnonzero(~inside)[0])
    value = f"{own.keys[k]}: {lat[k]:.2f} N {lon[k]:.2f} E"
    rule = T("Municipalities do not lie in Germany.")
    remedy = T("The coordinates are in another system: say which with --crs.")
    if turned[~inside].all():
        rule = T("Latitude and longitude are exchanged.")
        remedy = T("Export the file anew, longitude first, as GeoJSON asks for.")
    raise DataError([Fault(own.file, rule, remedy, value=value)], own.notes)
