"""Writing an instance: as a folder in canonical form, or as one workbook.

Both are complete: services and legal forms become files of their own, with all overrides in them,
so that the instance means the same wherever, and with whatever model library, it is read. A folder
holds the schemas of its files as well, for editors (`koopopt.reading.schemas`).
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from koopopt.case.instance import Instance
from koopopt.errors import UsageError
from koopopt.language.hints import exact
from koopopt.language.inert import in_cell
from koopopt.reading.drafts import PLAN_COLUMNS
from koopopt.reading.entries import MUNICIPALITY_COLUMNS, OPTIONAL_COLUMNS, YEAR_COLUMN
from koopopt.reading.folder import BOUNDARIES_FILE
from koopopt.reading.schemas import with_schemas
from koopopt.reading.sites import OPTIONAL_SITE_COLUMNS, SITE_COLUMNS
from koopopt.rules.kinds import REMARKS
from koopopt.system.beside import beside
from koopopt.text import T
from koopopt.writing.toml import sheet_rows, toml_text

CellValue = str | float | None
Rows = list[tuple[CellValue, ...]]
MAX_CELL_LENGTH = 32767
"""Most characters in a cell of a workbook."""
MAX_SHEET_NAME = 31
"""Longest name of a sheet that spreadsheets allow."""


def write(instance: Instance, folder: str | Path) -> None:
    """Write an instance as a folder that reads back as the same instance.

    Raises
    ------
    UsageError
        If one of the files is there already: nothing is overwritten.
    """
    files: dict[str, str | bytes] = {
        name: toml_text(data) for name, data in documents(instance).items()
    }
    for stem, (header, rows) in tables(instance).items():
        files[f"{stem}.csv"] = _csv_text(header, rows)
    if instance.boundaries:
        files[BOUNDARIES_FILE] = _geojson(instance)
    write_files(with_schemas(files), Path(folder))


def write_files(files: Mapping[str, str | bytes], folder: Path) -> None:
    """Write contents by file name, each file as a whole or not at all.

    Raises
    ------
    UsageError
        If one of the files is there already, or something cannot be written.
    """
    for name in files:
        refuse_existing(folder / name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _place(files, folder)
    except (OSError, ValueError) as error:  # no name may hold a zero byte
        raise _cannot_write(folder, error) from None


def _place(files: Mapping[str, str | bytes], folder: Path) -> None:
    """Write contents by file name into a folder that is there, once all are complete."""
    with beside(folder) as there:
        for name, content in files.items():
            (there / name).parent.mkdir(parents=True, exist_ok=True)
            (there / name).write_bytes(_encoded(content))
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(there / name, folder / name)


def _encoded(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content


def refuse_existing(path: Path) -> None:
    """Raise `UsageError` if there is something at `path`."""
    if os.path.lexists(path):
        raise UsageError(T("{path} is there already and is not overwritten.", path=str(path)))


def openpyxl() -> Any:
    """Return the library for workbooks; raise `UsageError` where it is not installed."""
    try:
        import openpyxl as library
    except ModuleNotFoundError:
        raise UsageError(
            T(
                "Writing workbooks needs the extra 'xlsx': pip install {what}. Reading them, and"
                " folders of CSV files, need nothing.",
                what='"koopopt[xlsx]"',
            )
        ) from None
    return library


def write_workbook(instance: Instance, path: str | Path) -> None:
    """Write an instance as one .xlsx workbook that reads back as the same instance.

    Text cells are text, whatever they begin with: no cell is a formula.

    Raises
    ------
    UsageError
        If the file is there already, a text is too long for a cell, or the extra ``xlsx`` is
        not installed.
    """
    library = openpyxl()
    refuse_existing(Path(path))  # before anything takes long
    sheets: dict[str, tuple[tuple[str, ...], Rows]] = {}
    for name, data in documents(instance).items():
        rows: Rows = [(key, _number_or_text(value)) for key, value in sheet_rows(data)]
        sheets[_sheet_name(name)] = (("key", "value"), rows)
    sheets |= tables(instance)
    if instance.boundaries:
        sheets["boundaries"] = (("id", "geometry"), _geometry_rows(instance))
    _refuse_unwritable(library, sheets)
    book = library.Workbook(write_only=True)
    for name, (header, rows) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for row in (header, *rows):
            sheet.append([_cell(library, sheet, value) for value in row])
    content = io.BytesIO()
    book.save(content)
    place = Path(path)
    try:
        _place({place.name: content.getvalue()}, place.parent)
    except (OSError, ValueError) as error:
        raise _cannot_write(place, error) from None


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
        "travel": {"speed_kmh": instance.speed_kmh, "detour": instance.detour},
        "office": {"cost": instance.office_cost},
        "weights": dict(instance.weights),
        "rules": dict(instance.rules),
        "sources": [dict(source) for source in instance.sources],
    }
    return {
        "instance.toml": {key: value for key, value in settings.items() if value or value == 0},
        **{f"{service.id}.toml": _given(service) for service in instance.services},
        f"{forms}.toml": {"legal_form": [_given(form) for form in instance.legal_forms]},
    }


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


def _csv_text(header: tuple[str, ...], rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([in_cell(c) if isinstance(c, str) else _number_text(c) for c in row])
    return out.getvalue()


def _number_text(value: float | None) -> str:
    return "" if value is None else exact(value)


def _number_or_text(text: str) -> CellValue:
    """Return a cell of a sheet of keys and values: a number as a number."""
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if text in (str(number), repr(float(number))):
            return number
    return text


def _geojson(instance: Instance) -> str:
    features = [
        {"type": "Feature", "properties": {"id": id_}, "geometry": geometry}
        for id_, geometry in instance.boundaries.items()
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False) + "\n"


def _geometry_rows(instance: Instance) -> Rows:
    rows: Rows = []
    for id_, geometry in instance.boundaries.items():
        text = json.dumps(geometry)
        rows += [(id_, text[k : k + MAX_CELL_LENGTH]) for k in range(0, len(text), MAX_CELL_LENGTH)]
    return rows


def _sheet_name(file: str) -> str:
    if file == "instance.toml":
        return "instance"
    name = file if len(file) <= MAX_SHEET_NAME else file.removesuffix(".toml")
    if len(name) > MAX_SHEET_NAME:
        raise UsageError(T("The name {name} is too long for a sheet; shorten it.", name=repr(name)))
    return name


def _refuse_unwritable(library: Any, sheets: Mapping[str, tuple[tuple[str, ...], Rows]]) -> None:
    """Raise `UsageError` for a text that no cell can hold."""
    for _, rows in sheets.values():
        for text in (cell for row in rows for cell in row if isinstance(cell, str)):
            if len(text) > MAX_CELL_LENGTH:
                raise UsageError(
                    T(
                        "A text is longer than {limit} characters, the most of a cell.",
                        limit=MAX_CELL_LENGTH,
                    )
                )
            if library.cell.cell.ILLEGAL_CHARACTERS_RE.search(text):
                raise UsageError(
                    T("A text holds what a workbook cannot hold: {text}.", text=repr(text))
                )


def _cell(library: Any, sheet: Any, value: CellValue) -> Any:
    """Return a cell; text is text, also where it looks like a formula.

    Workbooks are written with 16 digits; a number that needs 17 becomes text to stay exact.
    """
    if isinstance(value, float) and float(f"{value:.16g}") != value:
        value = repr(value)
    if not isinstance(value, str):
        return value
    cell = library.cell.WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    return cell


def _cannot_write(path: Path, error: OSError | ValueError) -> UsageError:
    reason = getattr(error, "strerror", None) or str(error)
    return UsageError(T("{path} cannot be written ({reason}).", path=str(path), reason=reason))
