"""German counties as instances, from tables of all municipalities and their neighbours.

DATA is a folder with `municipalities_de.csv` (columns ags, name, population, area_km2, lat, lon,
kreis_ags, kreis, land_ags), `neighbours_de.csv` (ags_a, ags_b, border_km, distance_km) and, where
it is there, `neighbours_via_unincorporated_de.csv`: pairs that only a forest without inhabitants
parts. Without them some counties would fall apart.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import koopopt
from koopopt.case.instance import Municipality, Neighbours

Row = dict[str, str]
MODEL = "werra-meissner"
"""The shipped instance whose services and legal forms are taken."""


def counties(data: Path) -> dict[str, list[Row]]:
    """Return the municipalities of each county that has more than one, by the county's key."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(data / "municipalities_de.csv"):
        found[row["kreis_ags"]].append(row)
    return {ags: rows for ags, rows in sorted(found.items()) if len(rows) > 1}


def neighbours(data: Path) -> list[Row]:
    """Return the pairs of neighbours; those across a forest have no length of border."""
    across = data / "neighbours_via_unincorporated_de.csv"
    pairs = {(row["ags_a"], row["ags_b"]): row for row in _rows(data / "neighbours_de.csv")}
    for row in _rows(across) if across.is_file() else []:
        pairs.setdefault((row["ags_a"], row["ags_b"]), row)  # more than one forest may part them
    return [pairs[pair] for pair in sorted(pairs)]


def county(
    data: Path, ags: str, *, rules: Mapping[str, Any], weights: Mapping[str, float]
) -> koopopt.Instance:
    """Return a county with the four services and the legal forms of the Werra-Meißner-Kreis.

    The county itself is the identity area; nothing is known of today's partnerships.
    """
    rows = counties(data)[ags]
    name = rows[0]["kreis"]
    return replace(
        koopopt.read(MODEL),
        name=f"county {ags}",
        title={"de": name, "en": name},
        municipalities=_towns(rows),
        neighbours=_pairs(data, {row["ags"] for row in rows}),
        travel={}, demand={}, alone_cost={}, status_quo=(), boundaries={}, notes=(),
        rules=dict(rules),
        weights=dict(weights),
        weights_range={},
        sources=({"what": "municipalities and neighbours", "from": "tables of the benchmark"},),
    )  # fmt: skip


def country(data: Path, *, rules: Mapping[str, Any]) -> koopopt.Instance:
    """Return all municipalities as one instance with the first of the four services."""
    rows = _rows(data / "municipalities_de.csv")
    return replace(
        koopopt.read(MODEL),
        name="country",
        title={"de": "Deutschland", "en": "Germany"},
        municipalities=_towns(rows),
        neighbours=_pairs(data, {row["ags"] for row in rows}),
        services=koopopt.read(MODEL).services[:1],
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
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))
