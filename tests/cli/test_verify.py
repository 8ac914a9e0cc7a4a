"""`koopopt verify`: a written front checked anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from koopopt.storage import front_writing
from pareto import hand

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    import koopopt
    from koopopt.problem import Problem

    front = hand.of_problem(Problem.of(koopopt.read("three-villages")))
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(front_writing.to_table(front)), encoding="utf-8")
    return path


def test_verify_as_json(run: Any, saved: Path) -> None:
    result = run("verify", str(saved), "--json", "--quiet", "--solver", "scip")
    assert result.exit_code == 0
    table = json.loads(result.stdout)
    assert table["ok"] is True
    names = [check["name"] for check in table["checks"]]
    assert names == ["solutions", "points", "records", "complete", "sample"]
    assert "scip" in table["checks"][-1]["text"]


@pytest.mark.parametrize("lang", ["en", "de"])
def test_verify_finds_a_missing_point(run: Any, saved: Path, lang: str) -> None:
    table = json.loads(saved.read_text(encoding="utf-8"))
    del table["points"][1]
    saved.write_text(json.dumps(table), encoding="utf-8")
    result = run("verify", str(saved), "--lang", lang)
    assert result.exit_code == 1
    assert ("✗ fails: " if lang == "en" else "✗ stimmt nicht: ") in result.stdout


def test_verify_says_what_it_could_not_decide(run: Any, saved: Path) -> None:
    result = run("verify", str(saved), "--time-limit", "0.0000001")
    assert result.exit_code == 5
    assert "– undecided: " in result.stdout


def test_verify_tells_bad_files_and_command_lines(run: Any, saved: Path, tmp_path: Path) -> None:
    assert run("verify", str(tmp_path / "nothing")).exit_code == 3
    assert run("verify").exit_code == 2
    assert run("verify", str(saved), "--instance", "border").exit_code == 3
    assert run("verify", str(saved), "--model", "x.mps").exit_code == 2
    assert run("verify", str(saved), "--instance", "a", "--model", "x.mps").exit_code == 2
    assert run("verify", str(saved), "--solver", "hihgs").exit_code == 2
    saved.write_text(saved.read_text(encoding="utf-8")[:500], encoding="utf-8")
    result = run("verify", str(saved))
    assert result.exit_code == 3
    assert "valid JSON" in result.stderr
