"""Broken instances, and the words they must get."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopopt.errors import DataError
from koopopt.reading.instance import check, read
from reading.broken import CASES
from reading.mutations import (
    NEAR,
    SHAPES,
    TODAY,
    TOML,
    WAYS,
    Mutation,
    add,
    both,
    put,
    rule,
    swap,
    town,
)
from reading.valid import FILES, lay_out


def broken(mutate: Mutation, folder: Path) -> Path:
    files = dict(FILES)
    mutate(files)
    return lay_out(files, folder)


def test_the_valid_instance_is_valid(tmp_path: Path) -> None:
    assert check(lay_out(FILES, tmp_path)) == []


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 120


@pytest.mark.parametrize(("mutate", "wanted"), CASES)
def test_one_thing_wrong(mutate: Mutation, wanted: list[str], tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(broken(mutate, tmp_path))
    assert caught.value.exit_code == 3
    lines = [fault.render() for fault in caught.value.faults]
    assert any(all(part in line for part in wanted) for line in lines), lines
    for fault in caught.value.faults:
        assert fault.file
        assert fault.rule.render("de").strip()
        assert fault.remedy.render("de").strip()
    assert len(lines) <= 4, lines  # one mistake is not told twenty times


def test_all_faults_at_once(tmp_path: Path) -> None:
    folder = broken(
        both(
            town("population", "many"),
            swap(NEAR, "5.5", "-5"),
            swap(WAYS, ",8", ",x"),
            swap("demand.csv", "fire", "fyre"),
            swap("alone_cost.csv", "150000", "-1"),
            swap(TODAY, "alone", "agreement"),
            put(SHAPES, "[]"),
            swap(TOML, "50.0", "0"),
            rule("max_member = 3"),
            swap("fire.toml", "0.5", "-0.5"),
            swap("forms.toml", "0.6", "60"),
        ),
        tmp_path,
    )
    faults = check(folder)
    assert {fault.file for fault in faults} == set(FILES)
    assert len(faults) == 11


@settings(max_examples=150, deadline=None)
@given(
    chosen=st.lists(st.sampled_from(CASES), min_size=2, max_size=5, unique_by=lambda case: case.id)
)
def test_several_things_wrong(chosen: list[Any]) -> None:
    files = dict(FILES)
    for case in chosen:
        mutate, _ = case.values
        with suppress(AssertionError, KeyError):  # an earlier one has taken its place away
            mutate(files)
    with tempfile.TemporaryDirectory() as folder:
        faults = check(lay_out(files, Path(folder)))
    assert faults
    assert all(fault.render() for fault in faults)


def test_many_alike_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"\n{k},06636001,3" for k in range(100, 200))
    faults = check(broken(add(NEAR, rows), tmp_path))
    assert len(faults) == 100
    shown = DataError(faults).render().splitlines()
    assert len(shown) == 5
    assert all(str(row) in line for row, line in zip((100, 101, 102), shown[1:], strict=False))
    assert shown[-1].strip() == "… and 97 more of this kind, 100 in all."


def test_links(tmp_path: Path) -> None:
    folder = lay_out(FILES, tmp_path / "inside")
    (tmp_path / "outside.csv").write_text("origin,destination,minutes\n")
    for name, goal in {
        "travel.csv": "../outside.csv",
        "demand.csv": "nowhere.csv",
        "alone_cost.csv": "alone_cost.csv",
        "fire.toml": "../outside.csv",
    }.items():
        (folder / name).unlink()
        (folder / name).symlink_to(goal)
    (folder / "status_quo.csv").unlink()
    (folder / "status_quo.csv").mkdir()
    lines = {fault.file: fault.render() for fault in check(folder)}
    assert "outside the folder" in lines["travel.csv"]
    assert "does not exist" in lines["demand.csv"]
    assert "cannot be opened" in lines["alone_cost.csv"]
    assert "outside the folder" in lines["fire.toml"]
    assert "no file" in lines["status_quo.csv"]


def test_link_inside_is_fine(tmp_path: Path) -> None:
    folder = lay_out(FILES, tmp_path)
    (folder / "travel.csv").rename(folder / "minutes.txt")
    (folder / "travel.csv").symlink_to("minutes.txt")
    assert check(folder) == []


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("koopopt.reading.folder.MAX_BYTES", 300)
    monkeypatch.setattr("koopopt.reading.tables.MAX_ROWS", 3)
    lines = [fault.render() for fault in check(lay_out(FILES, tmp_path))]
    assert any("municipalities.csv" in line and "larger" in line for line in lines)
    assert any("travel.csv" in line and "more than 3 rows" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("wera-meissner", "werra-meissner"),
        ("no/such/folder", "no folder"),
        ("a\0b", "no folder"),
        ("x" * 5000, "cannot be opened"),
    ],
)
def test_no_such_instance(name: str, wanted: str) -> None:
    with pytest.raises(DataError) as caught:
        read(name)
    assert wanted in caught.value.render()


def test_other_files(tmp_path: Path) -> None:
    path = tmp_path / "instance.ods"
    path.write_text("x")
    assert "a text file" in check(path)[0].render()
    path = tmp_path / "instance.doc"
    path.write_text("x")
    assert "folder or an .xlsx" in check(path)[0].render()
