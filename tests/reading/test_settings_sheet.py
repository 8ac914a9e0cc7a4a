"""A sheet of keys and values as a form: empty values, lists with gaps, explanations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from koopopt.errors import DataError
from koopopt.reading.instance import read
from reading.books import KEYS, book, saved

SETTINGS = {key: value for key, value in KEYS["instance"].items() if key != "services"}


def form(rows: list[tuple[Any, ...]], *, explained: bool = True) -> Any:
    """Return the small instance, its settings with these rows besides."""
    result = book()
    sheet = result["instance"]
    sheet.delete_rows(1, sheet.max_row)
    sheet.append(["key", "value", *(["explanation"] if explained else [])])
    for row in (*SETTINGS.items(), *rows):
        sheet.append(row)
    return result


def services(place: Path) -> list[str]:
    return [service.id for service in read(place).services]


def test_items_without_a_value_leave_no_gap(tmp_path: Path) -> None:
    rows: list[tuple[Any, ...]] = [
        ("services[1]", None, "first"), ("services[2]", "water"), ("services[3]", " "),
        ("services[4]", "fire.toml"), ("services[5]", None),
    ]  # fmt: skip
    place = saved(form(rows), tmp_path)
    assert services(place) == ["water", "fire"]
    assert read(place).notes == ()


def test_a_fault_behind_a_gap_names_its_own_row(tmp_path: Path) -> None:
    rows = [("services[1]", "water"), ("services[2]", None), ("services[3]", "wine")]
    with pytest.raises(DataError) as caught:
        read(saved(form([*rows, ("services[4]", "fire.toml")]), tmp_path))
    assert f"instance, row {len(SETTINGS) + 4}, column services[2], value 'wine'" in str(
        caught.value
    )


def test_a_number_left_out_is_a_gap_all_the_same(tmp_path: Path) -> None:
    rows = [("services[1]", "water"), ("services[3]", "fire.toml")]
    with pytest.raises(DataError, match="have a gap"):
        read(saved(form(rows), tmp_path))


def test_a_rule_without_a_value_does_not_hold(tmp_path: Path) -> None:
    rows = [("services", '["water", "fire.toml"]'), ("rules.contiguous", None, "say true")]
    instance = read(saved(form(rows), tmp_path))
    assert "contiguous" not in instance.rules
    assert instance.rules["max_members"] == 4


def test_what_is_required_is_missed(tmp_path: Path) -> None:
    result = form([("services", '["water", "fire.toml"]')])
    sheet = result["instance"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "legal_forms")
    sheet[f"B{row}"] = None
    with pytest.raises(DataError, match="column legal_forms: This key is missing"):
        read(saved(result, tmp_path))


def test_without_explanations_empty_values_are_told(tmp_path: Path) -> None:
    rows = [("services", '["water", "fire.toml"]'), ("rules.contiguous", None)]
    notes = read(saved(form(rows, explained=False), tmp_path)).notes
    (told,) = (note.render() for note in notes)
    assert f"instance, row {len(SETTINGS) + 3}: Without a value" in told
    assert "rules.contiguous" in told


def test_an_empty_text_can_be_written(tmp_path: Path) -> None:
    rows = [("services", '["water", "fire.toml"]'), ("service.water.description.en", '""')]
    instance = read(saved(form(rows), tmp_path))
    assert instance.services[0].description["en"] == ""
