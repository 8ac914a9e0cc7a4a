"""Where municipalities lie: degrees as they stand, or coordinates of a plane made degrees."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from koopopt.errors import DataError, Fault, UsageError, some
from koopopt.importing.table.choosing import renamed, table_of
from koopopt.importing.table.headings import POINTS
from koopopt.importing.table.mapping import Chosen
from koopopt.importing.table.matching import Gap, Matched, matched, untaken
from koopopt.importing.table.opening import Grid, opened
from koopopt.language.hints import Names, exact
from koopopt.reading.cells import rows_of
from koopopt.reading.tables import Table
from koopopt.text import T

if TYPE_CHECKING:
    from pyproj import Transformer

_METRES: Final = 1e8
_MARGIN: Final = 1.0
"""Degrees around the area for which a system is made."""
_DECIMALS: Final = 6
"""Of degrees: a tenth of a metre."""
_POLYGONS: Final = (".shp", ".gpkg", ".geojson", ".json", ".zip", ".kml", ".gml", ".topojson")

Point = tuple[str, str]
"""Latitude and longitude as text."""


def projected(table: Table, crs: str, headings: Mapping[str, str], faults: list[Fault]) -> (
    dict[int, Point]
):  # fmt: skip
    """Return the points of a table with the columns x and y, by row."""
    xy = [table.header.index(axis) for axis in ("x", "y")]
    rows = tuple((row, tuple(cells[k] for k in xy)) for row, cells in table.rows)
    plain = dataclasses.replace(table, header=("x", "y"), rows=rows)
    found: list[tuple[int, float, float]] = []
    for row in rows_of(plain, faults, required=("x", "y")):
        x, y = (row.figure(axis, -_METRES, _METRES) for axis in ("x", "y"))
        if x is not None and y is not None:
            found.append((row.number, x, y))
    if not found:
        return {}
    if not crs:
        if all(abs(x) <= 180 and abs(y) <= 90 for _, x, y in found):
            rule = T("x and y are taken for degrees, longitude and latitude.")
            remedy = T("If they are not, say --crs.")
            table.notes.append(Fault(table.file, rule, remedy, column=headings["x"]))
            return {row: (exact(y), exact(x)) for row, x, y in found}
        faults.append(_asked(table.file, found[0], headings))
        return {}
    transformer = _transformer(crs)
    points = {}
    for number, x, y in found:
        lon, lat = transformer.transform(x, y)
        if not _inside(transformer, lon, lat):
            swapped = _inside(transformer, *transformer.transform(y, x))
            rule = T("The point lies outside the area of {crs}.", crs=crs)
            remedy = (
                T("x and y seem swapped: name them the other way round with --column.")
                if swapped
                else T("Correct the point, or name another system with --crs.")
            )
            value = f"{exact(x)}, {exact(y)}"
            faults.append(Fault(table.file, rule, remedy, number, headings["x"], value))
            continue
        points[number] = (exact(round(lat, _DECIMALS)), exact(round(lon, _DECIMALS)))
    if not points:
        return points
    name = transformer.source_crs.name if transformer.source_crs else crs
    rule = T("Points were turned into degrees from {crs} ({name}).", crs=crs, name=name)
    remedy = T("Look at the map of a report whether they lie where they should.")
    table.notes.append(Fault(table.file, rule, remedy))
    return points


def _transformer(crs: str) -> Transformer:
    try:
        import pyproj
    except ModuleNotFoundError:
        raise UsageError(
            T("Coordinates that are no degrees need the package pyproj: pip install pyproj.")
        ) from None
    try:
        return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.ProjError:
        raise UsageError(
            T("{option}: there is no coordinate system {value}. Write for instance EPSG:25832.",
              option="--crs", value=repr(crs))
        ) from None  # fmt: skip


def _inside(transformer: Transformer, lon: float, lat: float) -> bool:
    """Whether a point lies in the area for which the system is made."""
    system = transformer.source_crs
    area: Any = system.area_of_use if system is not None else None
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        return False
    if area is None:
        return True
    across = (area.west - _MARGIN <= lon <= area.east + _MARGIN) or area.west > area.east
    return across and bool(area.south - _MARGIN <= lat <= area.north + _MARGIN)


def _asked(file: str, first: tuple[int, float, float], headings: Mapping[str, str]) -> Fault:
    """Return the question in which system x and y are; what is usual of such size is named."""
    row, x, y = first
    low, high = sorted((abs(x), abs(y)))
    usual = [
        name
        for name, (a, b), (c, d) in _USUAL
        if (a <= low <= b and c <= high <= d) or (a <= high <= b and c <= low <= d)
    ]
    rule = T("x and y are no degrees, and their coordinate system is not said.")
    remedy = (
        T("Say --crs; of this size are {systems}.", systems=", ".join(usual))
        if usual
        else T("Say --crs, for instance --crs EPSG:25832.")
    )
    return Fault(file, rule, remedy, row, headings["x"], f"{exact(x)}, {exact(y)}")


_USUAL: Final = (
    ("EPSG:25832 (UTM 32)", (2e5, 9.5e5), (5.2e6, 6.2e6)),
    ("EPSG:25833 (UTM 33)", (1e5, 9.5e5), (5.2e6, 6.2e6)),
    ("EPSG:4647 (UTM 32, zone before the easting)", (3.2e7, 3.3e7), (5.2e6, 6.2e6)),
    ("EPSG:5650 (UTM 33, zone before the easting)", (3.3e7, 3.4e7), (5.2e6, 6.2e6)),
    ("EPSG:31466 (Gauß-Krüger 2)", (2.4e6, 2.7e6), (5.2e6, 6.2e6)),
    ("EPSG:31467 (Gauß-Krüger 3)", (3.3e6, 3.8e6), (5.2e6, 6.2e6)),
    ("EPSG:31468 (Gauß-Krüger 4)", (4.3e6, 4.8e6), (5.2e6, 6.2e6)),
    ("EPSG:31469 (Gauß-Krüger 5)", (5.3e6, 5.7e6), (5.2e6, 6.2e6)),
    ("EPSG:2154 (Lambert-93)", (1e5, 1.3e6), (6.0e6, 7.2e6)),
)
"""Systems that are usual, and which coordinates places have in them: the one axis, the other."""


def points_grid(path: Path, chosen: Chosen) -> Grid:
    """Return the table of points; polygons are for others to read."""
    if path.suffix.lower() in _POLYGONS:
        raise UsageError(
            T("{path}: points are taken from a table (CSV or .xlsx) here, not from polygons. Give"
              " a table with the key and the coordinates of each municipality.",
              path=repr(str(path)))
        )  # fmt: skip
    plain = Chosen(decimal=chosen.decimal)
    return opened(path, plain, POINTS, chosen.points)


def match_points(grid: Grid, chosen: Chosen, faults: list[Fault]) -> Matched:
    """Return which column of a table of points is which; both coordinates of a kind are needed."""
    result = matched(grid, "points", chosen.points, chosen.skip, POINTS, faults)
    return with_places(result, "points", ("id",))


def with_places(result: Matched, section: str, needed: tuple[str, ...]) -> Matched:
    """Add to the gaps what is missing: needed columns, and lat and lon where no x and y are."""
    axes = _axes(result)
    known = {gap.role for gap in result.gaps}
    if axes == ("lat", "lon"):  # degrees win over a plane
        for axis in ("x", "y"):
            result.columns.pop(axis, None)
        result.gaps = [gap for gap in result.gaps if gap.role not in ("x", "y")]
    for role in (*needed, *axes):
        if role not in result.columns and role not in known:
            result.gaps.append(Gap(section, role, ()))
    return result


def _axes(result: Matched) -> tuple[str, ...]:
    there = {*result.columns, *(gap.role for gap in result.gaps)}
    return ("x", "y") if {"x", "y"} <= there and not {"lat", "lon"} <= there else ("lat", "lon")


def points_of(grid: Grid, found: Matched, chosen: Chosen, faults: list[Fault]) -> dict[str, Point]:
    """Return the points of a table by id, as it writes ids."""
    grid.notes.extend(untaken(grid, list(found.columns.values())))
    names = renamed(grid, found.columns)
    mine: list[Fault] = []
    table = table_of(grid, found.columns, grid.below, chosen.decimal, mine)
    result: dict[str, Point] = {}
    if table is not None:
        by_row = (
            projected(table, chosen.crs, names.headings, mine)
            if "x" in found.columns
            else _degrees(table)
        )
        at = table.header.index("id")
        for row, cells in table.rows:
            if row in by_row:
                if (id_ := cells[at].strip()) in result:
                    rule = T("The key stands twice.")
                    mine.append(Fault(grid.file, rule, T("Delete one of the two."), row, "id", id_))
                result[id_] = by_row[row]
        grid.notes.extend(table.notes)
    faults.extend(names.back(mine))
    return result


def _degrees(table: Table) -> dict[int, Point]:
    lat, lon = (table.header.index(axis) for axis in ("lat", "lon"))
    return {row: (cells[lat], cells[lon]) for row, cells in table.rows}


def joined(
    ids: Mapping[int, str],
    points: Mapping[str, Point],
    file: str,
    beside: Grid,
    faults: list[Fault],
) -> dict[int, Point]:
    """Return the points by row of the municipalities; who has none is a fault.

    Points that are nobody's are noted in the grid `beside`, from which they come.
    """
    known = Names(points)
    used = set()
    found: dict[int, Point] = {}
    lacking = []
    for row, id_ in ids.items():
        short = id_.lstrip("0")
        name = id_ if id_ in known else short if short in known else known.restored(id_)
        if name is None:
            lacking.append((row, id_))
        else:
            found[row] = points[name]
            used.add(name)
    for row, id_ in lacking:
        rule, remedy = T("There is no point for the municipality."), T("Add a row for it.")
        faults.append(Fault(file, rule, remedy, row, "id", id_))
    if others := [name for name in points if name not in used]:
        rule = T("{count} point(s) are of no municipality that is taken: {names}.",
                 count=len(others), names=some(others))  # fmt: skip
        beside.notes.append(Fault(beside.file, rule, T("There is nothing to do.")))
    return found


def refuse_together(chosen: Chosen, points: Path | None) -> None:
    """Raise `DataError` where points are said twice: in the table and in a file of their own."""
    said = [axis for axis in ("lat", "lon", "x", "y") if axis in chosen.columns]
    if said and points is not None:
        rule = T("Points are taken from two places.")
        remedy = T("Leave out one of them: these columns, or the file of points.")
        raise DataError([Fault(str(points), rule, remedy, column=", ".join(said))])
