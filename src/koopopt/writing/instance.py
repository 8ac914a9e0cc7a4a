"""Writing an instance: as a folder in canonical form, or as one workbook.

Both are complete: services and legal forms become files of their own, with all overrides in them,
so that the instance means the same wherever, and with whatever model library, it is read. A folder
holds the schemas of its files as well, for editors (`koopopt.reading.schemas`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from koopopt.case.instance import Instance
from koopopt.checking.unranged import RANGE
from koopopt.reading.drafts import PLAN_COLUMNS
from koopopt.reading.entries import MUNICIPALITY_COLUMNS, OPTIONAL_COLUMNS, YEAR_COLUMN
from koopopt.reading.sites import OPTIONAL_SITE_COLUMNS, SITE_COLUMNS
from koopopt.rules.kinds import REMARKS
from koopopt.rules.relaxing import as_table
from koopopt.writing.contents import CellValue, Contents, Rows, write_folder
from koopopt.writing.workbook import write_book


def write(instance: Instance, folder: str | Path) -> None:
    """Write an instance as a folder that reads back as the same instance.

    Raises
    ------
    UsageError
        If one of the files is there already: nothing is overwritten.
    """
    write_folder(contents(instance), folder)


def write_workbook(instance: Instance, path: str | Path) -> None:
    """Write an instance as one .xlsx workbook that reads back as the same instance.

    Raises
    ------
    UsageError
        If the file is there already, a text is too long for a cell, or the extra ``xlsx`` is
        not installed.
    """
    write_book(contents(instance), path)


def contents(instance: Instance) -> Contents:
    """Return what the files of an instance hold."""
    return Contents(
        documents=documents(instance), tables=tables(instance), boundaries=instance.boundaries
    )


def documents(instance: Instance) -> dict[str, dict[str, Any]]:
    """Return the TOML files of an instance: its own, its services', its legal forms'."""
    ids = [service.id for service in instance.services]
    forms = next(n for n in ("legal-forms", "legal-forms-of-instance", "forms") if n not in ids)
    settings: dict[str, Any] = {
        "schema": 1,
        "name": instance.name,
        "title": dict(instance.title),
        "services": [f"{id_}.toml" for id_ in ids],
        "legal_forms": f"{forms}.toml",
        "travel": _with_ranges(
            {"speed_kmh": instance.speed_kmh, "detour": instance.detour},
            {"speed_kmh": instance.speed_kmh_range, "detour": instance.detour_range},
        ),
        "office": _with_ranges(
            {"cost": instance.office_cost}, {"cost": instance.office_cost_range}
        ),
        "horizon": {} if instance.horizon is None else _given(instance.horizon),
        "weights": _with_ranges(instance.weights, instance.weights_range),
        "rules": dict(instance.rules),
        "relax": as_table(instance.relax),
        "scenario": [_given(scenario) for scenario in instance.scenarios],
        "sources": [dict(source) for source in instance.sources],
    }
    return {
        "instance.toml": {key: value for key, value in settings.items() if value or value == 0},
        **{f"{service.id}.toml": _given(service) for service in instance.services},
        f"{forms}.toml": {"legal_form": [_given(form) for form in instance.legal_forms]},
    }


def _with_ranges(
    numbers: Mapping[str, float], ranges: Mapping[str, Sequence[float] | None]
) -> dict[str, Any]:
    """Return a table of numbers, and beside them the ranges of those that have one."""
    told = {f"{key}{RANGE}": list(ends) for key, ends in ranges.items() if ends is not None}
    return {**numbers, **told}


def tables(instance: Instance) -> dict[str, tuple[tuple[str, ...], Rows]]:
    """Return the tables of an instance, header and rows; optional ones only if they hold any."""
    result: dict[str, tuple[tuple[str, ...], Rows]] = {
        "municipalities": _municipalities(instance),
        "neighbours": (
            ("a", "b", "border_km"),
            [(pair.a, pair.b, pair.border_km) for pair in instance.neighbours],
        ),
    }
    optional: dict[str, tuple[tuple[str, ...], Rows]] = {
        "travel": (
            ("origin", "destination", "minutes"),
            [(*pair, value) for pair, value in instance.travel.items()],
        ),
        "demand": (
            ("municipality", "service", "demand"),
            [(*pair, value) for pair, value in instance.demand.items()],
        ),
        "alone_cost": (
            ("municipality", "service", "cost"),
            [(*pair, value) for pair, value in instance.alone_cost.items()],
        ),
        "status_quo": (PLAN_COLUMNS, list(_status_quo(instance))),
        "sites": _sites(instance),
    }
    return {**result, **{stem: table for stem, table in optional.items() if table[1]}}


def _municipalities(instance: Instance) -> tuple[tuple[str, ...], Rows]:
    towns = instance.municipalities
    filled = [c for c in OPTIONAL_COLUMNS if any(getattr(t, c) not in ("", None) for t in towns)]
    columns = (*MUNICIPALITY_COLUMNS, *filled)
    years = sorted({year for town in towns for year in town.population_by_year})
    rows: Rows = [
        (
            *(getattr(town, column) for column in columns),
            *(town.population_by_year.get(year) for year in years),
        )
        for town in towns
    ]
    return (*columns, *(f"{YEAR_COLUMN}{year}" for year in years)), rows


def _sites(instance: Instance) -> tuple[tuple[str, ...], Rows]:
    sites = instance.sites
    filled = [
        c for c in OPTIONAL_SITE_COLUMNS if any(getattr(s, c) not in ("", None) for s in sites)
    ]
    columns = (*SITE_COLUMNS, *filled)
    return columns, [tuple(getattr(site, column) for column in columns) for site in sites]


def _status_quo(instance: Instance) -> Iterator[tuple[CellValue, ...]]:
    numbers: dict[str, int] = {}
    for p in instance.status_quo:
        numbers[p.service] = numbers.get(p.service, 0) + 1
        label = f"{p.service}-{numbers[p.service]}"
        yield from ((p.service, label, member, p.seat, p.legal_form) for member in p.members)


def _given(value: Any) -> Any:
    """Return a model as nested tables, without what is as by default."""
    if dataclasses.is_dataclass(value):
        result = {}
        fields = dataclasses.fields(value)
        for field in sorted(fields, key=lambda f: f.name in REMARKS):  # remarks come last
            part = getattr(value, field.name)
            default = field.default
            if field.default_factory is not dataclasses.MISSING:
                default = field.default_factory()
            if part != default:
                result[field.name] = _given(part)
        return result
    if isinstance(value, Mapping):
        return {key: _given(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_given(part) for part in value]
    return value
