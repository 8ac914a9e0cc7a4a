"""`koopopt evaluate`: what a plan from a file costs, and which rules it breaks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from koopopt.report.terminal import summaries


def test_a_written_plan_evaluates_to_the_same(run: Any, tmp_path: Path) -> None:
    solved = json.loads(run("solve", "valley", "--json", "--out", str(tmp_path)).stdout)
    result = run("evaluate", "valley", "--plan", str(tmp_path / "plan.csv"), "--json")
    assert result.exit_code == 0
    table = json.loads(result.stdout)
    assert table["feasible"] is True
    assert table["violations"] == []
    assert table["criteria"] == solved["criteria"]
    assert table["partnerships"] == solved["partnerships"]
    shown = run("evaluate", "valley", "--plan", str(tmp_path / "plan.csv"), "--lang", "de")
    assert "Der Plan hält alle Regeln ein." in shown.stdout


def test_a_plan_that_breaks_a_rule(run: Any, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("service,municipality,seat\nlibrary,A,A\nlibrary,C,A\n", encoding="utf-8")
    result = run("evaluate", "three-villages", "--plan", str(plan))
    assert result.exit_code == 4
    assert "contiguous" in result.stdout


def test_a_plan_with_faults(run: Any, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("service,municipality,seat\nlibrary,A,Z\nfire,B,B\n", encoding="utf-8")
    result = run("evaluate", "three-villages", "--plan", str(plan))
    assert result.exit_code == 3
    assert "2 fault(s)" in result.stderr
    assert "plan.csv, row 2, column seat" in result.stderr
    assert result.stdout == ""


def test_all_is_listed_where_that_is_asked_for(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing may be listed unasked, as of a country."""
    monkeypatch.setattr(summaries, "MOST_LISTED", 0)
    asked = ("evaluate", "valley", "--plan", str(tmp_path / "plan.csv"))
    run("solve", "valley", "--quiet", "--out", str(tmp_path))
    short, whole = run(*asked).stdout, run(*asked, "--all").stdout
    assert "--all lists all of them" in short
    assert "are shown" not in whole
    assert run(*asked, "--all", "--json").stdout == run(*asked, "--json").stdout
