"""Fronts into files: the object first, tables for people, whole or not at all."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import tiny
from koopopt.case.instance import Instance
from koopopt.errors import KoopoptError
from koopopt.language.inert import from_cell
from koopopt.pareto.front import Front
from koopopt.pareto.oracle import Found
from koopopt.problem import Problem
from koopopt.storage import front_reading, front_writing
from pareto import hand
from storage.made import same_front


def test_the_object_has_the_keys_of_the_semantics_first(front: Front, of_model: Front) -> None:
    keys = [
        "instance",
        "criteria",
        "resolution",
        "complete",
        "points",
        "solves",
        "unexplored",
        "seconds",
    ]
    table = front_writing.to_table(front)
    assert list(table)[:8] == keys
    assert list(table["points"][0]["criteria"]) == ["cost", "travel", "bodies"]
    assert isinstance(table["points"][0]["criteria"]["bodies"], int)
    assert table["resolution"] == {"cost": 0.01, "travel": 0.0001, "bodies": 1.0}
    parts = table["points"][0]["partnerships"]
    assert list(parts[0]) == ["service", "members", "seat", "legal_form", "cost"]
    columns = front_writing.to_table(of_model)["points"][0]["columns"]
    assert columns
    assert 0 not in columns.values()


# -- tables ------------------------------------------------------------------------------------


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_tables_for_people(front: Front, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    front_writing.write(front, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "certificate.csv", "front.csv", "front.json", "front.parquet", "notes.txt",
        "partnerships.csv",
    ]  # fmt: skip
    table = rows(tmp_path / "front.csv")
    assert [row["plan"] for row in table] == [str(k + 1) for k in range(len(front))]
    assert [float(row["cost"]) for row in table] == front.values[:, 0].tolist()
    again = pd.read_parquet(tmp_path / "front.parquet")
    assert again.drop(columns="plan").equals(front.to_frame())
    parts = rows(tmp_path / "partnerships.csv")
    assert len(parts) == sum(len(plan.partnerships) for plan in front.plans)
    assert parts[0]["members"].split() == list(front.plans[0].partnerships[0].members)
    log = rows(tmp_path / "certificate.csv")
    assert [row["status"] for row in log].count("empty") == sum(
        r.found is Found.EMPTY for r in front.certificate.records
    )


def test_models_have_a_table_of_columns(of_model: Front, tmp_path: Path) -> None:
    front_writing.write(of_model, tmp_path)
    table = rows(tmp_path / "columns.csv")
    assert sum(float(row["value"]) for row in table) == sum(sum(p.solution) for p in of_model)
    assert not (tmp_path / "partnerships.csv").exists()


def test_no_table_of_another_front_stays(front: Front, of_model: Front, tmp_path: Path) -> None:
    front_writing.write(front, tmp_path)
    front_writing.write(of_model, tmp_path)
    assert not (tmp_path / "partnerships.csv").exists()
    front_writing.write(front, tmp_path)
    assert not (tmp_path / "columns.csv").exists()
    assert (tmp_path / "partnerships.csv").exists()


def test_spreadsheets_run_nothing(tmp_path: Path) -> None:
    ids = ["=1+1", "-1", "@x"]
    front = hand.of_problem(Problem.of(tiny.instance(ids, ids)))
    front_writing.write(front, tmp_path)
    seats = [row["seat"] for row in rows(tmp_path / "partnerships.csv")]
    assert not any(seat.startswith(("=", "-", "@", "+")) for seat in seats)
    assert {from_cell(seat) for seat in seats} <= set(ids)
    assert same_front(front, front_reading.read(tmp_path, instance=tiny.instance(ids, ids)))


def test_a_failure_leaves_what_was_there(
    front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    front_writing.write(front, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(front_writing, "write_table", full)
    with pytest.raises(KoopoptError, match="No space left"):
        front_writing.write(front, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def other(instance: Instance) -> Instance:

    return replace(instance, office_cost=2000.0)
