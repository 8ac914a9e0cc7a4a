"""Where units lie and who borders on whom: from polygons, or only where, from a table of points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from koopopt.errors import DataError, Fault, some
from koopopt.importing.germany.placed import placed
from koopopt.importing.germany.register import Entry, Register
from koopopt.importing.germany.units import Unit, points, united
from koopopt.importing.polygons.drawn import drawn
from koopopt.importing.polygons.neighbours import Neighbourhood, neighbourhood
from koopopt.importing.polygons.owned import Drawing
from koopopt.importing.table.keys import key_of
from koopopt.importing.table.mapping import Chosen
from koopopt.importing.table.matching import fault_of
from koopopt.importing.table.places import match_points, points_grid, points_of
from koopopt.linear import Floats
from koopopt.reading.cells import rows_of
from koopopt.reading.tables import Table
from koopopt.text import T


@dataclass(frozen=True, slots=True)
class Lay:
    """Where units lie.

    Attributes
    ----------
    file : str
        From which it is known.
    points : (n, 2) array
        Degrees, longitude first.
    near : Neighbourhood or None
        None where it is not known who borders on whom.
    boundaries : mapping key -> GeoJSON geometry
    notes : list of Fault
    """

    file: str
    points: Floats
    near: Neighbourhood | None = None
    boundaries: dict[str, Any] = field(default_factory=dict)
    notes: list[Fault] = field(default_factory=list)


def of_polygons(
    register: Register, keys: Sequence[str], units: Sequence[Unit], path: Path, drawing: Drawing
) -> Lay:
    """Return what official polygons say; see `koopopt.importing.germany.placed.placed`."""
    found = placed(register, keys, path, drawing)
    place = united(found, units, drawing)
    near = neighbourhood(place.areas, place.around, place.borders, place.between, drawing.links)
    return Lay(
        place.areas.file, points(found, units), near, drawn(place.areas),
        [*place.notes, *near.notes],
    )  # fmt: skip


def of_points(units: Sequence[Unit], path: Path, crs: str | None) -> Lay:
    """Return where a table says that the units lie.

    Raises
    ------
    DataError
        Where it cannot be read, or has no place for some of them.
    """
    faults: list[Fault] = []
    chosen = Chosen(crs=crs or "")
    grid = points_grid(path, chosen)
    found = match_points(grid, chosen, faults)
    faults += [fault_of(gap, grid, "--points") for gap in found.gaps]
    if faults:
        raise DataError(faults, grid.notes)
    texts = {_whole(key): at for key, at in points_of(grid, found, chosen, faults).items()}
    lacking = [unit.seat for unit in units if unit.seat.key not in texts]
    if lacking:
        faults.append(_lacking(grid.file, lacking, len(units)))
    wanted = {unit.seat.key: texts.get(unit.seat.key, ("", "")) for unit in units}
    degrees = _degrees(grid.file, wanted, faults) if not faults else []
    if faults:
        raise DataError(faults, grid.notes)
    rule = T("There are no polygons, so it is not known who borders on whom: partnerships need not"
             " be contiguous, and maps are schematic.")  # fmt: skip
    note = Fault(grid.file, rule, T("Give polygons with --boundaries."))
    return Lay(grid.file, np.array(degrees), notes=[*grid.notes, note])


def _degrees(
    file: str, texts: Mapping[str, tuple[str, str]], faults: list[Fault]
) -> list[tuple[float, float]]:
    """Return numbers as the reader of instances understands them, longitude first."""
    cells = tuple((row, (key, *at)) for row, (key, at) in enumerate(texts.items(), start=2))
    table = Table(file, ("id", "lat", "lon"), cells)
    result = []
    for row in rows_of(table, faults, required=table.header):
        lat, lon = row.figure("lat", -90, 90), row.figure("lon", -180, 180)
        result.append((lon or 0.0, lat or 0.0))  # what is no number is a fault
    return result


def _whole(key: str) -> str:
    known = key_of(key, "ags")
    return key if known is None else known.id


def _lacking(file: str, lacking: Sequence[Entry], count: int) -> Fault:
    rule = T("{missing} of {count} municipalities have no place in it: {examples}.",
             missing=len(lacking), count=count,
             examples=some(f"{e.official_name} ({e.key})" for e in lacking))  # fmt: skip
    return Fault(file, rule, T("Add a row for each: key, latitude, longitude."))
