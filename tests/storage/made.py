"""Runs and fronts of a tiny instance, on disk; and whether two of them are the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import tiny
from koopopt.pareto.front import Front
from koopopt.problem import Problem
from koopopt.solving.optimise import Result
from koopopt.storage import front_writing, run_writing
from storage.mutation import Table

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
INSTANCE = tiny.instance()
PROBLEM = Problem.of(INSTANCE, weights={"travel": 2.5}, limits={"cost": 1e7})


def written(folder: Path, result: Result, gap: float = 0.0, source: str | None = None) -> Table:
    run_writing.write(folder, replace(result, started=NOW, gap_asked=gap, source=source))
    table: Table = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return table


def saved_run(table: Table, folder: Path) -> Path:
    path = folder / "run.json"
    path.write_text(json.dumps(table), encoding="utf-8")
    return path


def same_run(one: Result, two: Result) -> bool:
    plain = ("status", "bound", "formulation", "solver", "seconds", "seed", "threads",
             "interrupted", "message", "plan", "criteria", "objective", "gap")  # fmt: skip
    asked = ("weights", "lexicographic", "partnership_rules", "plan_conditions")
    return all(getattr(one, name) == getattr(two, name) for name in plain) and all(
        getattr(one.problem, name) == getattr(two.problem, name) for name in asked
    )


def same_front(a: Front, b: Front) -> bool:
    mine, other = front_writing.to_table(a), front_writing.to_table(b)
    return mine | {"source": None} == other | {"source": None}
