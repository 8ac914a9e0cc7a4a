"""The small valid instance as a workbook that somebody typed, to break and to read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from reading.valid import FILES, SQUARES

KEYS = {
    "instance": {
        "schema": 1,
        "name": "small",
        "title.de": "Klein",
        "title.en": "Small",
        "services": '["water", "fire.toml"]',
        "legal_forms": "forms.toml",
        "sources[1].what": "all",
        "sources[1].from": "invented",
        "sources[1].year": 2026,
        "sources[1].seen": datetime(2026, 1, 31),
        "travel": "{ speed_kmh = 50, detour = 1.3 }",
        "office.cost": 40000,
        "weights.cost": 1,
        "weights.travel": "10.0",
        "rules.max_members": 4.0,
        "rules.max_pooled": 3,
        "service.water.rules.max_minutes": 60,
    },
    "fire.toml": {
        "title": '{ de = "Feuerwehr", en = "Fire brigade" }',
        "demand.per_inhabitant": 1,
        "cost.kind": "tiers",
        "cost.tiers[1].up_to": 5000,
        "cost.tiers[1].fixed": 50000,
        "cost.tiers[1].per_unit": 20,
        "cost.tiers[2].fixed": 90000,
        "cost.tiers[2].per_unit": 12,
        "travel.trips_per_inhabitant": 0.5,
        "rules.min_members": 2,
    },
    "forms.toml": {
        "legal_form[1].id": "agreement",
        "legal_form[1].title.de": "Vereinbarung",
        "legal_form[1].fixed_cost": 10000,
        "legal_form[1].cost_per_extra_member": 5000,
        "legal_form[1].max_members": 3,
        "legal_form[2].id": "association",
        "legal_form[2].title.de": "Verband",
        "legal_form[2].services": '["water", "fire"]',
        "legal_form[2].fixed_cost": 90000,
        "legal_form[2].votes.base": 1,
        "legal_form[2].votes.inhabitants_per_vote": 1000,
        "legal_form[2].votes.max_share": 0.6,
        'legal_form[2].grant.amounts."2"': 50000,
        "legal_form[2].grant.amounts.4+": 100000,
        "legal_form[2].grant.years": 5,
    },
}
NUMBERS = {"population", "lat", "lon", "minutes", "demand", "cost", "border_km", "area_km2"}


def book() -> Any:
    """Return the small instance as somebody would type it."""
    result = openpyxl.Workbook()
    result.remove(result.active)
    for name, keys in KEYS.items():
        sheet = result.create_sheet(name)
        sheet.append(["key", "value"])
        for row in keys.items():
            sheet.append(row)
    for name, content in FILES.items():
        if not name.endswith(".csv"):
            continue
        sheet = result.create_sheet(name[:-4])
        header, *rows = csv.reader(io.StringIO(str(content)))
        sheet.append(header)
        for cells in rows:
            named = zip(header, cells, strict=True)
            sheet.append([float(c) if h in NUMBERS and c else c or None for h, c in named])
    shape = result.create_sheet("boundaries")
    shape.append(["id", "geometry"])
    for id_, text in ((id_, json.dumps(area)) for id_, area in SQUARES.items()):
        shape.append([id_, text[:40]])
        shape.append([id_, text[40:]])
    return result


def saved(result: Any, folder: Path) -> Path:
    path = folder / "small.xlsx"
    result.save(path)
    return path


def set_cell(sheet: str, cell: str, value: object) -> Callable[[Any], None]:
    def mutate(result: Any) -> None:
        result[sheet][cell] = value

    return mutate
