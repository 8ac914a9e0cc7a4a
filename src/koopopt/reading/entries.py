"""The tables about municipalities: who they are, who borders whom, minutes, demands, costs."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from koopopt.case.instance import Municipality, Neighbours
from koopopt.case.made import (
    MAX_KM,
    MAX_KM2,
    MAX_MINUTES,
    MAX_PEOPLE,
    MAX_UNITS,
)
from koopopt.errors import Fault
from koopopt.language.hints import Names
from koopopt.reading.cells import (
    Row,
    plain,
    rows_of,
    twice,
)
from koopopt.reading.points import misplaced
from koopopt.reading.tables import REQUIRED_COLUMNS, Table
from koopopt.text import T

MUNICIPALITY_COLUMNS: Final = REQUIRED_COLUMNS["municipalities"]
LABELS: Final = ("county", "state", "identity_area")
"""Columns whose cells say what belongs together."""
OPTIONAL_COLUMNS: Final = ("kind", "area_km2", "central_place")
YEAR_COLUMN: Final = "population_"


def municipalities(
    table: Table, faults: list[Fault]
) -> tuple[tuple[Municipality, ...], Names | None]:
    """Return the municipalities without a fault, and all ids (None: none could be read).

    An id that is not written well is told once: what it was meant to be counts as known.
    """
    found: list[tuple[Row, Municipality]] = []
    first: dict[str, int] = {}
    meant: set[str] = set(table.doubtful)
    years = [c for c in table.header if c.startswith(YEAR_COLUMN)]
    for row in rows_of(
        table,
        faults,
        required=MUNICIPALITY_COLUMNS,
        optional=OPTIONAL_COLUMNS,
        also=rf"{YEAR_COLUMN}[12]\d\d\d",
    ):
        known = len(faults)
        id_ = _id(row, first)
        if id_ is None:
            meant.add(plain(row.cells.get("id", "")))
        town = {c: row.label(c) or "" for c in LABELS} | {"name": row.text("name") or ""}
        population = row.figure("population", 0, MAX_PEOPLE, whole=True)
        lat, lon = row.figure("lat", -90, 90), row.figure("lon", -180, 180)
        by_year = _by_year(row, years)
        area = row.figure("area_km2", 0, MAX_KM2, required=False, above=True)
        kind = row.label("kind", required=False) or ""
        place = row.label("central_place", required=False) or ""
        if id_ is not None:
            _note_number(row, id_)
        if (whole := _lost_zero(id_, town["county"], town["state"])) is not None:
            meant.add(whole)
            _tell_lost_zero(row, whole)
        if len(faults) > known or id_ is None or population is None or lat is None or lon is None:
            continue
        found.append(
            (
                row,
                Municipality(
                    id=id_,
                    population=population,
                    lat=lat,
                    lon=lon,
                    kind=kind,
                    area_km2=area,
                    central_place=place,
                    population_by_year=by_year,
                    **town,
                ),
            )
        )
    if not table.rows:
        faults.append(
            Fault(table.file, T("There are no municipalities."), T("Add a row for each."), row=1)
        )
    misplaced(found)
    return tuple(town for _, town in found), Names((*first, *meant)) if first else None


def _id(row: Row, first: dict[str, int]) -> str | None:
    """Return the id of a row, noting the row in which it stands first."""
    id_ = row.id("id")
    if id_ is None:
        return None
    if id_ in first:
        row.fault(
            "id",
            T("The id stands in row {row} already.", row=str(first[id_])),
            T("Delete one of the two, or give it its own id."),
        )
    first.setdefault(id_, row.number)
    return id_


def _by_year(row: Row, columns: list[str]) -> dict[int, float]:
    """Return the inhabitants that are expected, by year."""
    return {
        int(c.removeprefix(YEAR_COLUMN)): value
        for c in columns
        if c.removeprefix(YEAR_COLUMN).isdecimal()
        and (value := row.figure(c, 0, MAX_PEOPLE, required=False, whole=True)) is not None
    }


def _lost_zero(id_: str | None, county: str, state: str) -> str | None:
    """Return the German municipality key of which a spreadsheet has eaten the leading zero."""
    if id_ is None or not (id_.isdecimal() and county.isdecimal() and state.isdecimal()):
        return None
    inside = f"0{id_}".startswith((f"0{county}", county)) and len(county) in (4, 5)
    return f"0{id_}" if len(id_) in (7, 11) and inside else None


def _tell_lost_zero(row: Row, whole: str) -> None:
    row.fault(
        "id",
        T(
            "The id has {few} digits, municipality keys have {many}.",
            few=len(whole) - 1,
            many=len(whole),
        ),
        T(
            "A leading zero seems lost: did you mean {near}? Format the column as text.",
            near=repr(whole),
        ),
    )


def _note_number(row: Row, id_: str) -> None:
    """Say so where an id looks like a number that a spreadsheet has written in its own way."""
    if re.fullmatch(r"\d+[.,]0+", id_):
        row.note(
            "id",
            T("The id looks like a number with decimals."),
            T("If it is none, delete them and format the column as text."),
        )
    elif re.fullmatch(r"\d([.,]\d+)?E\+\d+", id_, re.IGNORECASE):
        row.fault(
            "id",
            T("A spreadsheet has rounded the id."),
            T("Format the column as text and write the id in full."),
        )


def neighbours(table: Table, towns: Names | None, faults: list[Fault]) -> tuple[Neighbours, ...]:
    """Return the pairs of neighbours, each once."""
    found: list[Neighbours] = []
    first: dict[frozenset[str], int] = {}
    for row in rows_of(
        table, faults, required=REQUIRED_COLUMNS["neighbours"], optional=("border_km",)
    ):
        a, b = (row.known(column, towns, T("municipality")) for column in ("a", "b"))
        km = row.figure("border_km", 0, MAX_KM, required=False)
        if a is None or b is None:
            continue
        if a == b:
            row.fault(
                "b", T("A municipality is its own neighbour."), T("Delete the row or correct it.")
            )
            continue
        pair = frozenset((a, b))
        if pair in first:
            row.fault(
                None,
                T("The pair stands in row {row} already, in either order.", row=str(first[pair])),
                T("Delete one of the two."),
                f"{a}, {b}",
            )  # fmt: skip
            continue
        first[pair] = row.number
        found.append(Neighbours(a, b, km))
    return tuple(found)


def travel(
    table: Table, towns: Names | None, faults: list[Fault], sites: Collection[str] = ()
) -> dict[tuple[str, str], float]:
    """Return the given minutes by (origin, destination); sites are destinations only."""
    places = Names([*towns.known, *sites]) if towns is not None and sites else towns
    minutes: dict[tuple[str, str], float] = {}
    what = T("municipality")
    rows: dict[tuple[str, str], Row] = {}
    for row in rows_of(table, faults, required=REQUIRED_COLUMNS["travel"]):
        if row.cells.get("origin") in sites:
            rule = T("A site is no origin: people only travel to it.")
            row.fault("origin", rule, T("Delete the row."))
            continue
        a, b = row.known("origin", towns, what), row.known("destination", places, what)
        value = row.figure("minutes", 0, MAX_MINUTES)
        if a is None or b is None:
            continue
        if (a, b) in rows:
            twice(row, rows[a, b].number, a, b)
            continue
        rows[a, b] = row
        if a == b and value:
            row.fault(
                "minutes",
                T("The way to oneself takes no minutes."),
                T("Write 0 or delete the row."),
            )
        elif a != b and value is not None:
            minutes[a, b] = value
    for (a, b), row in rows.items():
        if (b, a) not in rows and b not in sites:
            row.fault(
                None,
                T("There is no row for the way back from {b} to {a}.", a=a, b=b),
                T("Add the row {b},{a} with its minutes.", a=a, b=b),
                f"{a}, {b}",
            )
    return minutes


def amounts(
    table: Table,
    column: str,
    towns: Names | None,
    services: Names | None,
    faults: list[Fault],
) -> dict[tuple[str, str], float]:
    """Return demands or costs by (municipality, service)."""
    found: dict[tuple[str, str], float] = {}
    first: dict[tuple[str, str], int] = {}
    for row in rows_of(table, faults, required=("municipality", "service", column)):
        town = row.known("municipality", towns, T("municipality"))
        service = row.known("service", services, T("service"))
        value = row.figure(column, 0, MAX_UNITS, money=column == "cost")
        if town is None or service is None:
            continue
        if (town, service) in first:
            twice(row, first[town, service], town, service)
            continue
        first[town, service] = row.number
        if value is not None:
            found[town, service] = value
    return found
