"""`koopopt solve`: exit codes, one JSON object, files, words."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import tiny
from koopopt.case.fingerprint import fingerprint
from koopopt.criteria import CRITERIA

FOUND = {"optimal": 0, "within": 0}
NOT_FOUND = {"infeasible": 4, "nothing": 5, "failed": 1}


@pytest.mark.parametrize(("scene", "code"), [*FOUND.items(), *NOT_FOUND.items()])
def test_exit_codes_and_json(on_stage: Any, scene: str, code: int) -> None:
    result = on_stage(scene, "solve", "ruled", "--json")
    assert result.exit_code == code
    table = json.loads(result.stdout)
    keys = ["instance", "status", "objective", "bound", "gap", "criteria", "partnerships",
            "formulation", "solver", "seconds"]  # fmt: skip
    assert [key for key in table if key != "reasons"] == keys
    assert list(table["criteria"]) == list(CRITERIA)
    if scene in NOT_FOUND:
        assert table["objective"] is table["bound"] is table["gap"] is None
        assert set(table["criteria"].values()) == {None}
        assert table["partnerships"] == []


def test_json_holds_the_plan(on_stage: Any) -> None:
    table = json.loads(on_stage("optimal", "solve", "tiny", "--json").stdout)
    assert table["status"] == "optimal"
    assert table["gap"] == 0.0
    assert table["criteria"]["bodies"] == 1
    assert isinstance(table["criteria"]["bodies"], int)
    assert len(table["partnerships"]) == 5
    pool = next(p for p in table["partnerships"] if len(p["members"]) > 1)
    assert pool["members"] == ["01", "02"]
    assert pool["seat"] == "02"
    assert pool["legal_form"] == "association"
    alone = [p for p in table["partnerships"] if len(p["members"]) == 1]
    assert {p["legal_form"] for p in alone} == {"alone"}
    offices = 1000.0
    total = sum(p["cost"] for p in table["partnerships"]) + offices
    assert total == pytest.approx(table["criteria"]["cost"])


def test_infeasible_names_the_rules_at_fault(on_stage: Any) -> None:
    result = on_stage("infeasible", "solve", "ruled", "--json")
    table = json.loads(result.stdout)
    assert table["status"] == "infeasible"
    assert any("[rules.max_bodies]" in reason for reason in table["reasons"])
    soon = on_stage("infeasible", "solve", "ruled", "--json", "--time-limit", "20")
    assert json.loads(soon.stdout)["reasons"] == table["reasons"]
    shown = on_stage("infeasible", "solve", "ruled", "--lang", "de")
    assert shown.exit_code == 4
    assert "[rules.max_bodies]" in shown.stdout
    assert "Es gibt keinen Plan" in shown.stdout


def test_weights_and_limits_reach_the_problem(on_stage: Any, tmp_path: Path) -> None:
    result = on_stage(
        "optimal", "solve", "tiny", "--weight", "travel=3", "--limit", "cost=1e9",
        "--lexicographic", "bodies,cost", "--gap", "0.01", "--time-limit", "7", "--out",
        str(tmp_path / "out"), "--json",
    )  # fmt: skip
    assert result.exit_code == 0
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert run["weights"] == {"cost": 1.0, "travel": 3.0}
    assert run["limits"] == {"cost": 1e9}
    assert run["lexicographic"] == ["bodies", "cost"]
    assert run["asked"] == {"gap": 0.01, "time_limit": 7.0}
    assert run["fingerprint"] == fingerprint(tiny.instance())
    assert run["source"] == str(Path("tiny").resolve())
    assert run["versions"]["numpy"]


def test_out_writes_a_plan_that_is_read_again(on_stage: Any, tmp_path: Path) -> None:
    keep = tmp_path / "notes.txt"
    keep.write_text("mine", encoding="utf-8")
    assert on_stage("optimal", "solve", "tiny", "--out", str(tmp_path)).exit_code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "criteria.csv", "municipalities.csv", "notes.txt", "plan.csv", "run.json",
    ]  # fmt: skip
    with (tmp_path / "plan.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert rows[0].keys() == {"service", "partnership", "municipality", "seat", "legal_form"}


def test_out_without_a_plan_leaves_no_old_plan(on_stage: Any, tmp_path: Path) -> None:
    on_stage("optimal", "solve", "tiny", "--out", str(tmp_path))
    assert on_stage("infeasible", "solve", "ruled", "--out", str(tmp_path)).exit_code == 4
    text = (tmp_path / "plan.csv").read_text(encoding="utf-8")
    assert text == "service,partnership,municipality,seat,legal_form\n"
    run = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert run["status"] == "infeasible"
    assert run["reasons"]


def test_out_is_checked_before_solving(on_stage: Any, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    for path in (file, file / "below"):
        result = on_stage("crash", "solve", "tiny", "--out", str(path))
        assert result.exit_code == 2
        assert str(path) in result.stderr
    assert file.read_text(encoding="utf-8") == "x"


def test_out_is_made_only_for_what_can_be_read(run: Any, tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    assert run("solve", missing, "--out", str(tmp_path / "nd" / "deep")).exit_code in (2, 3)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("crash", "Unexpected: RuntimeError: two"),
        ("defect", "breaks 1 rule"),
        ("missing", "Solver x is not available"),
    ],
)
def test_failures_are_one_line(on_stage: Any, scene: str, words: str) -> None:
    result = on_stage(scene, "solve", "tiny", "--json")
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr
    assert result.stdout == ""


def test_debug_shows_the_traceback(on_stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = on_stage("crash", "solve", "tiny", "--debug")
    assert shown.exit_code == 1
    assert "Traceback" in shown.stderr
    monkeypatch.setenv("KOOPOPT_DEBUG", "1")
    assert "Traceback" in on_stage("crash", "solve", "tiny").stderr
    monkeypatch.setenv("KOOPOPT_DEBUG", "0")
    assert "Traceback" not in on_stage("crash", "solve", "tiny").stderr


def test_hostile_names_stay_text(on_stage: Any, tmp_path: Path) -> None:
    result = on_stage("optimal", "solve", "hostile", "--out", str(tmp_path))
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "[bold red]x[/]" in result.stdout
    assert "[red]Title[/]" in result.stdout
    with (tmp_path / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        names = {row["name"] for row in csv.DictReader(file)}
    assert not any(name.startswith(("=", "+", "-", "@")) for name in names)
    assert "<script>alert(1)</script>" in names


def test_a_full_disk_does_not_cost_the_result(
    on_stage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from koopopt.storage import run_writing

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_writing, "write_table", full)
    result = on_stage("optimal", "solve", "tiny", "--json", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert json.loads(result.stdout)["status"] == "optimal"
    assert "No space left" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_options_of_solvers(on_stage: Any) -> None:
    wrong = {
        "highs": "needs SOLVER.OPTION=VALUE",
        "highs.mip_rel_gap=": "needs SOLVER.OPTION=VALUE",
    }
    for given, said in wrong.items():
        result = on_stage("optimal", "solve", "tiny", "--solver-option", given)
        assert result.exit_code == 2
        assert said in result.stderr
    twice = ["--solver-option", "highs.a=1", "--solver-option", "highs.a=2"]
    result = on_stage("optimal", "solve", "tiny", *twice)
    assert result.exit_code == 2
    assert "'highs.a' is given twice" in result.stderr
