"""The commands on shipped instances, with nothing put in place of anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize("formulation", ["partition", "assignment"])
def test_three_villages_by_hand(run: Any, formulation: str) -> None:
    result = run("solve", "three-villages", "--json", "--quiet", "--formulation", formulation)
    assert result.exit_code == 0, result.stderr
    table = json.loads(result.stdout)
    assert table["status"] == "optimal"
    assert table["objective"] == pytest.approx(116500.0)
    assert table["formulation"] == formulation


def test_infeasible_is_explained(run: Any) -> None:
    result = run("solve", "three-villages", "--limit", "cost=1", "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["reasons"] == [
        "cost: at least 110,000 EUR a year are needed, 1 are allowed.",
        "Without this rule there is a plan: cost at most 1 [limits.cost]",
    ]


def test_ids_that_look_like_formulas_come_back(run: Any, tmp_path: Path) -> None:
    folder, out = tmp_path / "formulas", tmp_path / "out"
    assert run("new", str(folder), "--from", "three-villages").exit_code == 0
    for path in folder.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        cells = [[c if c not in "ABC" else f"=1+{c}" for c in line.split(",")] for line in lines]
        path.write_text("\n".join(map(",".join, cells)) + "\n", encoding="utf-8")
    solved = run("solve", str(folder), "--json", "--quiet", "--out", str(out))
    assert solved.exit_code == 0, solved.stderr
    assert json.loads(solved.stdout)["partnerships"][0]["seat"] == "=1+B"
    assert "'=1+B" in (out / "plan.csv").read_text(encoding="utf-8")
    again = run("evaluate", str(folder), "--plan", str(out / "plan.csv"), "--json")
    assert again.exit_code == 0, again.stderr
    assert json.loads(again.stdout)["partnerships"] == json.loads(solved.stdout)["partnerships"]


def test_a_limit_reached_without_a_plan(run: Any) -> None:
    result = run("solve", "werra-meissner", "--time-limit", "0.001", "--json", "--quiet")
    assert result.exit_code in (0, 5), result.stderr
    assert (json.loads(result.stdout)["status"] == "no_solution") == (result.exit_code == 5)
