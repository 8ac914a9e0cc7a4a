"""The folder of --out: complete or not there, and safe in spreadsheets."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import tiny
from koopopt.case.fingerprint import fingerprint
from koopopt.criteria import CRITERIA
from koopopt.errors import KoopoptError
from koopopt.language.inert import from_cell
from koopopt.problem import Problem
from koopopt.storage import run_writing

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def write(folder: Path, problem: Problem, **changes: Any) -> None:
    result = tiny.result(problem, **changes)
    run_writing.write(folder, replace(result, started=NOW))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_dangerous_ids_come_back(tmp_path: Path) -> None:
    ids = ["=1+1", "-1", "@x", "+49", "'quoted", "'=odd", "plain"]
    problem = Problem.of(tiny.instance(ids, ids))
    write(tmp_path, problem)
    table = rows(tmp_path / "plan.csv")
    cells = [row[key] for row in table for key in ("municipality", "seat")]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert {from_cell(row["municipality"]) for row in table} == set(ids)


def test_figures_keep_their_sign_and_precision(tmp_path: Path) -> None:
    problem = Problem.of(tiny.instance())
    write(tmp_path, problem)
    table = {row["criterion"]: row for row in rows(tmp_path / "criteria.csv")}
    value = tiny.result(problem).criteria["cost"]
    assert float(table["cost"]["value"]) == value
    assert list(table) == list(CRITERIA)
    shares = [float(row["cost_share"]) for row in rows(tmp_path / "municipalities.csv")]
    assert sum(shares) == pytest.approx(value)


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Problem.of(tiny.instance())
    write(tmp_path, problem)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_writing, "write_table", full)
    with pytest.raises(KoopoptError, match="No space"):
        write(tmp_path, problem, seed=7)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_run_json_says_how_to_repeat_it(tmp_path: Path) -> None:
    problem = Problem.of(tiny.instance(), weights={"travel": 2.5})
    write(tmp_path, problem, seed=7, threads=2)
    run = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert run["seed"] == 7
    assert run["threads"] == 2
    assert run["weights"] == {"cost": 1.0, "travel": 2.5}
    assert run["started"] == "2026-11-23T12:00:00+00:00"
    assert run["fingerprint"] == fingerprint(problem.instance)
    assert run["source"] is None  # built by hand: it can be read from nowhere
    assert set(run["versions"]) == {"koopopt", "numpy", "highspy", "ortools", "pulp", "pyomo"}


def test_a_choice_is_of_its_run(tmp_path: Path) -> None:
    result = tiny.result(Problem.of(tiny.instance()))
    run_writing.write(tmp_path, result, {"method": "named"})
    assert json.loads((tmp_path / "choice.json").read_text("utf-8")) == {"method": "named"}
    run_writing.write(tmp_path, result)
    assert not (tmp_path / "choice.json").exists()
