"""`koopopt bench`: the list, a run that is gone on with, and what cannot be asked."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

ASK = ["bench", "shipped", "--instances", "three-villages", "--time", "20", "--quiet"]


def test_without_a_set_the_sets_are_listed(run: Any) -> None:
    shown = run("bench").stdout
    assert "p-medians" in shown
    listed = json.loads(run("bench", "--json").stdout)["sets"]
    assert {"shipped", "synthetic", "p-median", "counties"} <= {one["set"] for one in listed}


def test_a_run_is_kept_and_gone_on_with(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = run(*ASK, "--out", str(out))
    assert first.exit_code == 0, first.output
    assert "auto · highs" in first.stdout
    with (out / "results.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["status"], float(row["value"])) == ("optimal", 116500.0)
    assert "<svg" in (out / "index.html").read_text("utf-8")
    more = run(*ASK, "--out", str(out), "--peers", "highs", "--json")
    assert "1 of 2 runs are known already." in more.stderr
    runs = json.loads(more.stdout)["runs"]
    assert [each["formulation"] for each in runs] == ["auto", "plain-assignment"]
    assert runs[0]["started"] == row["started"]


def test_another_setting_needs_another_folder(run: Any, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    assert run(*ASK, "--out", out).exit_code == 0
    result = run(*ASK, "--out", out, "--time", "21")
    assert result.exit_code == 2
    assert "time_limit: 20.0 ≠ 21.0" in result.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["bench", "shiped"], "Did you mean 'shipped'?"),
        (["bench", "counties"], "--data FOLDER"),
        (["bench", "shipped", "--peers", "spopt"], "spopt"),
        (["bench", "shipped", "--solvers", "higsh"], "Did you mean highs"),
        (["bench", "shipped", "--formulations", "", "--peers", ""], "There is no method"),
        (["bench", "shipped", "--seeds", "a"], "'a' is no whole number"),
        (["bench", "shipped", "--seeds", "4-1"], "'4-1' is no range"),
        (["bench", "shipped", "--instances", "vally"], "Did you mean 'valley'?"),
        (["bench", "shipped", "--time", "0"], "it must be more than 0"),
    ],
)
def test_what_cannot_be_asked_is_told(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*args)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []
