"""German counties and Länder as instances, from tables of all municipalities and neighbours.

The folder holds `municipalities_de.csv` (columns ags, name, population, area_km2, lat, lon,
kreis_ags, kreis, land_ags, and perhaps land), `neighbours_de.csv` (ags_a, ags_b, border_km,
distance_km) and, where it is there, `neighbours_via_unincorporated_de.csv`: pairs that only a
forest without inhabitants parts. Without them some counties would fall apart.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from koopopt.case.instance import Instance, Municipality, Neighbours
from koopopt.errors import UsageError
from koopopt.reading.instance import read
from koopopt.text import T

Row = dict[str, str]
MODEL: Final = "werra-meissner"
"""The shipped instance whose services and legal forms are taken."""
TOWNS: Final = "municipalities_de.csv"
PAIRS: Final = "neighbours_de.csv"
ACROSS: Final = "neighbours_via_unincorporated_de.csv"
COLUMNS: Final = {
    TOWNS: ("ags", "name", "population", "area_km2", "lat", "lon", "kreis_ags", "kreis",
            "land_ags"),
    PAIRS: ("ags_a", "ags_b"),
    ACROSS: ("ags_a", "ags_b"),
}  # fmt: skip


KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "county": ("kreis_ags", "kreis"), "state": ("land_ags", "land"),
}  # fmt: skip
"""Columns of the key and of the name, by kind."""


def units(data: Path, kind: str) -> dict[str, list[Row]]:
    """Return the municipalities of each county or Land that has more than one, by its key.

    Raises
    ------
    UsageError
        If the folder does not hold the table.
    """
    found: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(data / TOWNS):
        found[row[KEYS[kind][0]]].append(row)
    return {ags: rows for ags, rows in sorted(found.items()) if len(rows) > 1}


def counties(data: Path) -> dict[str, list[Row]]:
    """Return the municipalities of each county that has more than one, by the county's key."""
    return units(data, "county")


def neighbours(data: Path) -> list[Row]:
    """Return the pairs of neighbours; those across a forest have no length of border."""
    across = data / ACROSS
    pairs = {(row["ags_a"], row["ags_b"]): row for row in _rows(data / PAIRS)}
    for row in _rows(across) if across.is_file() else []:
        pairs.setdefault((row["ags_a"], row["ags_b"]), row)  # more than one forest may part them
    return [pairs[pair] for pair in sorted(pairs)]


def county(
    data: Path,
    ags: str,
    *,
    rules: Mapping[str, Any],
    weights: Mapping[str, float],
    kind: str = "county",
) -> Instance:
    """Return a county or Land with the four services and legal forms of the Werra-Meißner-Kreis.

    Counties are the identity areas; nothing is known of today's partnerships.
    """
    rows = units(data, kind)[ags]
    name = rows[0].get(KEYS[kind][1], ags)
    return replace(
        read(MODEL),
        name=f"{kind} {ags}",
        title={"de": name, "en": name},
        municipalities=_towns(rows),
        neighbours=_pairs(data, {row["ags"] for row in rows}),
        travel={}, demand={}, alone_cost={}, status_quo=(), boundaries={}, notes=(),
        rules=dict(rules),
        weights=dict(weights),
        weights_range={},
        sources=({"what": "municipalities and neighbours", "from": "tables of the benchmark"},),
    )  # fmt: skip


def country(data: Path, *, rules: Mapping[str, Any]) -> Instance:
    """Return all municipalities as one instance with the first of the four services."""
    rows = _rows(data / TOWNS)
    return replace(
        read(MODEL),
        name="country",
        title={"de": "Deutschland", "en": "Germany"},
        municipalities=_towns(rows),
        neighbours=_pairs(data, {row["ags"] for row in rows}),
        services=read(MODEL).services[:1],
        travel={}, demand={}, alone_cost={}, status_quo=(), boundaries={}, notes=(),
        rules=dict(rules),
        weights={"cost": 1.0},
        weights_range={},
    )  # fmt: skip


def _towns(rows: list[Row]) -> tuple[Municipality, ...]:
    return tuple(
        Municipality(
            id=row["ags"], name=row["name"], population=float(row["population"]),
            lat=float(row["lat"]), lon=float(row["lon"]), county=row["kreis_ags"],
            state=row["land_ags"], identity_area=row["kreis"], area_km2=float(row["area_km2"]),
        )
        for row in rows
    )  # fmt: skip


def _pairs(data: Path, known: set[str]) -> tuple[Neighbours, ...]:
    return tuple(
        Neighbours(
            row["ags_a"], row["ags_b"], float(row["border_km"]) if "border_km" in row else None
        )
        for row in neighbours(data)
        if {row["ags_a"], row["ags_b"]} <= known
    )


def _rows(path: Path) -> list[Row]:
    """Return the rows of one of the tables."""
    wanted = COLUMNS[path.name]
    try:
        with path.open(encoding="utf-8", newline="") as table:
            reader = csv.DictReader(table)
            there = reader.fieldnames or ()
            lacking = [name for name in wanted if name not in there]
            if not lacking:
                return list(reader)
    except (OSError, UnicodeDecodeError, csv.Error):
        raise UsageError(
            T("--data: {file} is not in the folder {folder}, or cannot be read. It has the columns"
              " {columns}.",
              file=path.name, folder=repr(str(path.parent)), columns=", ".join(wanted))
        ) from None  # fmt: skip
    raise UsageError(
        T("{file}: the columns {columns} are missing.", file=repr(str(path)),
          columns=", ".join(lacking))
    )  # fmt: skip
