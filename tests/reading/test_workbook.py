"""Workbooks as people make them: by hand, with formulas, dates, lost zeros and stray formatting."""

from __future__ import annotations

import builtins
import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from koopopt.errors import DataError, UsageError
from koopopt.reading.instance import check, read
from koopopt.writing.instance import write_workbook
from reading.valid import FILES, SQUARES, lay_out

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


def test_same_as_the_folder(tmp_path: Path) -> None:
    workbook = read(saved(book(), tmp_path))
    folder = read(lay_out(FILES, tmp_path / "folder"))
    assert workbook == folder
    assert workbook.fingerprint == folder.fingerprint


def test_name_of_the_file_if_there_is_no_other(tmp_path: Path) -> None:
    result = book()
    result["instance"].delete_rows(3, 3)  # name and title
    instance = read(saved(result, tmp_path))
    assert instance.name == "small"
    assert instance.title == {"en": "small"}


def test_formatting_merged_and_empty_cells_do_not_matter(tmp_path: Path) -> None:
    result = book()
    sheet = result["neighbours"]
    sheet["A900"].font = openpyxl.styles.Font(bold=True)
    sheet["Z3"].font = openpyxl.styles.Font(bold=True)
    sheet.merge_cells("A6:C7")
    result.create_sheet("Notes").append(["whatever"])
    result.create_chartsheet("Chart").add_chart(openpyxl.chart.BarChart())
    assert read(saved(result, tmp_path)) == read(lay_out(FILES, tmp_path / "folder"))


def set_cell(sheet: str, cell: str, value: object) -> Callable[[Any], None]:
    def mutate(result: Any) -> None:
        result[sheet][cell] = value

    return mutate


def key(name: str, value: object) -> Callable[[Any], None]:
    return lambda result: result["instance"].append([name, value])


def retitled(old: str, new: str) -> Callable[[Any], None]:
    return lambda result: setattr(result[old], "title", new)


def without(sheet: str) -> Callable[[Any], None]:
    return lambda result: result.remove(result[sheet])


@pytest.mark.parametrize(
    ("mutate", "wanted"),
    [
        (
            set_cell("municipalities", "A2", 6636001),
            ["municipalities, row 2", "'06636001'", "zero"],
        ),
        (set_cell("neighbours", "A2", datetime(2026, 3, 4)), ["neighbours, row 2", "date"]),
        (set_cell("travel", "C2", "=4+4"), ["travel, row 2", "'=4+4'", "no stored value"]),
        (set_cell("travel", "C2", "#REF!"), ["travel, row 2", "'#REF!'", "error"]),
        (set_cell("travel", "C2", True), ["travel, row 2, column minutes", "'true'"]),
        (set_cell("travel", "C2", "8:5"), ["travel, row 2, column minutes", "decimal point"]),
        (set_cell("municipalities", "B3", None), ["municipalities, row 3, column name", "empty"]),
        (set_cell("municipalities", "M3", "x"), ["municipalities, row 3", "Outside", "M3"]),
        (set_cell("boundaries", "B2", "{"), ["boundaries, row 2, column geometry", "JSON"]),
        (set_cell("boundaries", "B1", "shape"), ["boundaries, row 1", "geometry"]),
        (set_cell("instance", "A1", "name"), ["instance, row 1", "key and value"]),
        (set_cell("instance", "B2", 2), ["instance, row 2, column schema", "must be 1"]),
        (key("rules.max_member", 3), ["instance, row 19, column rules.max_member", "max_members"]),
        (key("office.cost", 3), ["instance, row 19, column office.cost", "twice"]),
        (key("office.cost.x", 3), ["instance, row 19, column office.cost.x", "twice"]),
        (key("rules.alone", '["06636001"'), ["instance, row 19, column rules.alone", "closed"]),
        (key("rules.alone", "06636001"), ["instance, row 19, column rules.alone", "a list"]),
        (key("sources[3].what", "x"), ["instance", "column sources", "gap"]),
        (key("rules..x", 1), ["instance, row 19", "no key"]),
        (key("rules.max_minutes", "30,5"), ["rules.max_minutes", "'30,5'", "Write 30.5"]),
        (key("rules.max_minutes", "5.000,50 €"), ["'5.000,50 €'", "point and nothing around it."]),
        (
            key("rules.max_hosted", f"1{'0' * 400}"),
            ["instance, row 19, column rules.max_hosted", "absurdly large"],
        ),
        (
            set_cell("boundaries", "B2", '{"type": "Point", "type": "Polygon"}'),
            ["boundaries, row 2, column type", "twice"],
        ),
        (key("services[2]", "x"), ["instance, row 19", "services[2]", "twice"]),
        (retitled("instance", "instanz"), ["instance:", "missing"]),
        (retitled("fire.toml", "feuer.toml"), ["fire.toml:", "missing"]),
        (retitled("travel", "travels"), ["travels:", "'travel'"]),
        (without("municipalities"), ["municipalities:", "missing"]),
        (without("neighbours"), ["neighbours:", "contiguous"]),
    ],
)
def test_one_thing_wrong(mutate: Callable[[Any], None], wanted: list[str], tmp_path: Path) -> None:
    result = book()
    mutate(result)
    with pytest.raises(DataError) as caught:
        read(saved(result, tmp_path))
    lines = [fault.render() for fault in caught.value.faults]
    assert any(all(part in line for part in wanted) for line in lines), lines
    assert len(lines) <= 4, lines


def test_stored_values_of_formulas_count(tmp_path: Path) -> None:
    path = saved(book(), tmp_path)
    sheet = "xl/worksheets/sheet6.xml"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert b"<v>8</v>" in parts[sheet]
    parts[sheet] = parts[sheet].replace(b"<v>8</v>", b"<f>4+4</f><v>8</v>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read(path) == read(lay_out(FILES, tmp_path / "folder"))
    parts[sheet] = parts[sheet][:500]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert "no readable" in check(path)[0].render()


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(book(), tmp_path)
    monkeypatch.setattr("koopopt.reading.workbook.MAX_BYTES", 4000)
    assert "larger" in check(path)[0].render()
    monkeypatch.undo()
    monkeypatch.setattr("koopopt.reading.workbook.MAX_UNPACKED", path.stat().st_size)
    assert "larger" in check(path)[0].render()
    monkeypatch.undo()
    monkeypatch.setattr("koopopt.reading.workbook.MAX_ROWS", 4)
    assert "more than" in check(path)[0].render()


def test_without_openpyxl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(book(), tmp_path)
    original = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name.startswith("openpyxl"):
            raise ModuleNotFoundError(name)
        return original(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    instance = read(path)
    with pytest.raises(UsageError, match=r"koopopt\[xlsx\]"):
        write_workbook(instance, tmp_path / "b.xlsx")
