"""The table of sites: places that can be a seat without being a member, one line a service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from koopopt.case.instance import Municipality, Site
from koopopt.case.made import MAX_UNITS
from koopopt.errors import Fault
from koopopt.language.hints import Names
from koopopt.reading.cells import Row, rows_of, twice
from koopopt.reading.labels import nearly_equal
from koopopt.reading.points import misplaced
from koopopt.reading.tables import REQUIRED_COLUMNS, Table
from koopopt.text import T

SITE_COLUMNS: Final = REQUIRED_COLUMNS["sites"]
LABELS: Final = ("county", "state", "identity_area")
"""Columns that say where a site belongs; like its nearest municipality where they are empty."""
OPTIONAL_SITE_COLUMNS: Final = ("capacity", *LABELS)
PLACE_COLUMNS: Final = ("name", "lat", "lon", *LABELS)
"""What all lines of a site say alike."""


def sites(
    table: Table,
    towns: Sequence[Municipality],
    ids: Names | None,
    services: Names | None,
    faults: list[Fault],
) -> tuple[tuple[Site, ...], tuple[str, ...]]:
    """Return the sites without a fault, and the ids of all."""
    found: list[tuple[Row, Site]] = []
    named: dict[str, Row] = {}
    first: dict[tuple[str, str], int] = {}
    for row in rows_of(table, faults, required=SITE_COLUMNS, optional=OPTIONAL_SITE_COLUMNS):
        known = len(faults)
        id_, name = row.id("id"), row.text("name") or ""
        lat, lon = row.figure("lat", -90, 90), row.figure("lon", -180, 180)
        service = row.known("service", services, T("service"))
        fixed = row.figure("fixed_cost", 0, MAX_UNITS, money=True)
        capacity = row.figure("capacity", 0, MAX_UNITS, required=False, above=True)
        labels = {column: row.label(column, required=False) or "" for column in LABELS}
        if id_ is None:
            continue
        if ids is not None and id_ in ids:
            row.fault(
                "id",
                T("A municipality has this id, too."),
                T("Give the site an id of its own; a municipality can be a seat anyway."),
            )
            continue
        _compare(row, named.setdefault(id_, row))
        if service is not None and (id_, service) in first:
            twice(row, first[id_, service], id_, service)
        if len(faults) > known or lat is None or lon is None or service is None or fixed is None:
            continue
        first[id_, service] = row.number
        site = Site(
            id=id_, name=name, lat=lat, lon=lon, service=service, fixed_cost=fixed,
            capacity=capacity, **labels,
        )  # fmt: skip
        found.append((row, site))
    misplaced(found, towns)
    for column in LABELS:
        table.notes.extend(_nearly_equal(table, column, towns, [site for _, site in found]))
    return tuple(site for _, site in found), tuple(named)


def _compare(row: Row, other: Row) -> None:
    """Note where two lines of one site differ in what it is."""
    for column in PLACE_COLUMNS:
        if row.cells.get(column) != other.cells.get(column):
            row.fault(
                column,
                T("Row {row} says otherwise of the same site.", row=str(other.number)),
                T("Write the same in all its rows, or give it another id."),
            )


def _nearly_equal(
    table: Table, column: str, towns: Sequence[Municipality], found: Sequence[Site]
) -> Sequence[Fault]:
    """Note labels that no municipality has, but nearly."""
    known = {getattr(town, column) for town in towns}
    own = {getattr(site, column) for site in found} - known - {""}
    return list(nearly_equal(table.file, column, sorted(known | own))) if own else []
