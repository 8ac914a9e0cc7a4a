"""Points, neighbours and boundaries from a file of polygons, where a table has none of them."""

from __future__ import annotations

from pathlib import Path

from koopopt.case.instance import Neighbours
from koopopt.importing.polygons.areas import areas
from koopopt.importing.polygons.layer import open_layer
from koopopt.importing.polygons.owned import Drawing, Owned
from koopopt.importing.table.opening import Grid
from koopopt.reading.spreadsheets.xlsx import Sheet

_HEADINGS = ("id", "lat", "lon")


def polygon_points(path: Path, drawing: Drawing) -> Grid:
    """Return a table of the places within all polygons of a file, by their keys."""
    layer = open_layer(path, drawing.layer)
    found = areas(layer, layer.keys(drawing.column), system=drawing.system)
    rows = [
        (row, dict(enumerate((key, f"{lat:.6f}", f"{lon:.6f}"))))
        for row, (key, (lon, lat)) in enumerate(
            zip(found.keys, found.points().tolist(), strict=True), start=2
        )
    ]
    return Grid(found.file, Sheet(rows=rows), 1, dict(enumerate(_HEADINGS)))


def pairs_of_polygons(found: Owned) -> tuple[Neighbours, ...]:
    """Return the neighbours as an instance has them."""
    return tuple(Neighbours(*row) for row in found.near.rows())
