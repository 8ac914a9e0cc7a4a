"""`koopopt import travel`: what is written, what is said, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import koopopt
from importing.travel.files import MINUTES, county, osrm
from koopopt.writing.instance import write, write_workbook

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an instance."""
    write(county(), tmp_path / "county")
    return tmp_path / "county"


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    """A table of OSRM about it."""
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(osrm()), encoding="utf-8")
    return path


def test_the_file_becomes_the_travel_of_the_instance(run: Run, folder: Path, answer: Path) -> None:
    result = run("import", "travel", str(answer), "--instance", str(folder))
    assert result.exit_code == 0, result.output
    assert "6 ways, read as a table of OSRM. Median 20.5 minutes" in result.stdout
    assert koopopt.read(folder).travel == MINUTES
    lines = (folder / "travel.csv").read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["origin,destination,minutes", "a,b,15"]


def test_in_german(run: Run, folder: Path, answer: Path) -> None:
    result = run("import", "travel", str(answer), "--instance", str(folder), "--lang", "de")
    assert "6 Wege" in result.stdout
    assert "20,5 Minuten" in result.stdout


def test_nothing_is_overwritten(run: Run, folder: Path, answer: Path) -> None:
    (folder / "travel.csv").write_text("origin,destination,minutes\n", encoding="utf-8")
    result = run("import", "travel", str(answer), "--instance", str(folder))
    assert result.exit_code == 2
    assert "is not overwritten. Move it away, or name another file by -o" in result.stderr
    assert (folder / "travel.csv").read_text(encoding="utf-8").count("\n") == 1


def test_workbooks_and_shipped_instances_need_a_name(
    run: Run, folder: Path, answer: Path, tmp_path: Path
) -> None:
    write_workbook(county(), tmp_path / "county.xlsx")
    args = ("import", "travel", str(answer), "--instance", str(tmp_path / "county.xlsx"))
    result = run(*args)
    assert result.exit_code == 2
    assert "-o travel.csv" in result.stderr
    assert run(*args, "-o", str(tmp_path / "travel.csv")).exit_code == 0
    assert (tmp_path / "travel.csv").exists()
    assert run(*args, "-o", str(tmp_path / "travel.xlsx")).exit_code == 2
    assert run(*args, "-o", str(folder / "demand.csv")).exit_code == 2  # of another instance


def test_a_failed_run_writes_nothing(run: Run, folder: Path, answer: Path) -> None:
    answer.write_text(answer.read_text(encoding="utf-8")[:-30], encoding="utf-8")
    result = run("import", "travel", str(answer), "--instance", str(folder))
    assert result.exit_code == 3
    assert "answer.json: This is no valid JSON." in result.stderr
    assert not (folder / "travel.csv").exists()
    result = run("import", "travel", "missing.csv", "--instance", str(folder))
    assert result.exit_code == 3
    assert "missing" in result.stderr
    assert run("import", "travel", str(answer), "--instance", "nowhere").exit_code in (2, 3)


def test_options_reach_the_reader(run: Run, folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("von;nach;Fahrzeit\nAue;Bad Bach;1.250\nAue;X;9\n", encoding="utf-8")
    args = ("import", "travel", str(table), "--instance", str(folder), "--unit", "seconds")
    more = ("--decimal", ",", "--subset", "--symmetric")
    assert run(*args).exit_code == 3
    result = run(*args, *more)
    assert result.exit_code == 0, result.stderr
    assert koopopt.read(folder).travel["b", "a"] == pytest.approx(1250 / 60, abs=1e-6)
    assert run(*args[:-1], "hours").exit_code == 2
