"""The commands on shipped instances, with nothing put in place of anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator


@pytest.mark.parametrize("formulation", ["partition", "assignment"])
def test_three_villages_by_hand(run: Any, formulation: str) -> None:
    result = run("solve", "three-villages", "--json", "--quiet", "--formulation", formulation)
    assert result.exit_code == 0, result.stderr
    table = json.loads(result.stdout)
    assert table["status"] == "optimal"
    assert table["objective"] == pytest.approx(116500.0)
    assert table["formulation"] == formulation


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


def test_infeasible_is_explained(run: Any) -> None:
    result = run("solve", "three-villages", "--limit", "cost=1", "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["reasons"] == [
        "cost: at least 110,000 EUR a year are needed, 1 are allowed.",
        "Without this rule there is a plan: limit = { cost = 1 }",
    ]


def test_check(run: Any, tmp_path: Path) -> None:
    fine = run("check", "werra-meissner")
    assert fine.exit_code == 0
    assert "no faults" in fine.stdout
    assert (
        "  Population                 97,695      963 Weißenborn      18,743 Eschwege\n"
        in fine.stdout
    )
    german = run("check", "werra-meissner", "--lang", "de").stdout
    assert "  wastewater: EUR allein  12.133.677   133.030" in german
    (tmp_path / "instance.toml").write_text("schema = 1\nname =", encoding="utf-8")
    broken = run("check", str(tmp_path), "--lang", "de")
    assert broken.exit_code == 3
    assert "instance.toml" in broken.stderr
    assert broken.stdout == ""
    assert run("check", "nonsuch").exit_code == 3


def test_new_checks_and_solves_at_once(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert run("new", str(folder)).exit_code == 0
    assert run("check", str(folder)).exit_code == 0
    assert run("solve", str(folder), "--quiet").exit_code == 0
    again = run("new", str(folder))
    assert again.exit_code == 2
    assert "not overwritten" in again.stderr
    copied = tmp_path / "copied"
    assert run("new", str(copied), "--from", "valley").exit_code == 0
    assert run("check", str(copied)).exit_code == 0


@pytest.mark.parametrize("kind", ["lp", "mps"])
def test_export(run: Any, tmp_path: Path, kind: str) -> None:
    printed = run("export", "three-villages", "--format", kind)
    assert printed.exit_code == 0, printed.stderr
    file = tmp_path / f"model.{kind}"
    written = run("export", "three-villages", "--format", kind, "-o", str(file))
    assert written.stdout == ""
    assert file.read_text(encoding="ascii") == printed.stdout
    weighted = run("export", "three-villages", "--format", kind, "--weight", "travel=0")
    assert weighted.stdout != printed.stdout


def test_mps_has_a_row_a_criterion_or_their_weighted_sum(run: Any) -> None:
    plain = run("export", "three-villages", "--format", "mps").stdout
    rows = [line.split()[1] for line in plain.splitlines() if line.startswith(" N ")]
    assert rows == ["cost", "travel", "identity", "bodies", "change"]
    weighted = run("export", "three-villages", "--format", "mps", "--weight", "cost=2").stdout
    assert [line for line in weighted.splitlines() if line.startswith(" N ")] == [" N total"]


def test_lists(run: Any) -> None:
    assert "Wasserversorgung" in run("models", "--lang", "de").stdout
    shown = run("models", "show", "water").stdout
    assert "assumption" in shown
    assert "Statistik Hessen" in shown
    assert "votes" in run("models", "show", "hessen").stdout
    assert "werra-meissner" in run("instances").stdout
    assert "highs" in run("solvers").stdout


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


def test_schemas_are_listed_and_printed(run: Any, tmp_path: Path) -> None:
    assert "legal-forms" in run("schema").stdout
    printed = run("schema", "service")
    assert printed.exit_code == 0
    Draft202012Validator.check_schema(json.loads(printed.stdout))
    folder = tmp_path / "new"
    assert run("new", str(folder)).exit_code == 0
    kept = folder / ".schemas" / "service.json"
    kept.write_text("{}", "utf-8")
    again = run("schema", "service", "--out", str(kept))
    assert (again.exit_code, again.stdout) == (0, "")
    assert kept.read_text("utf-8") == printed.stdout
    over = run("schema", "service", "--out", str(folder / "instance.toml"))
    assert over.exit_code == 2


@pytest.mark.parametrize(("command", "name"), [("solve", "run"), ("front", "front")])
def test_what_is_written_fits_its_schema(run: Any, command: str, name: str, tmp_path: Path) -> None:
    assert run(command, "three-villages", "--quiet", "--out", str(tmp_path)).exit_code == 0
    table = json.loads((tmp_path / f"{name}.json").read_text("utf-8"))
    schema = json.loads(run("schema", name).stdout)
    assert list(Draft202012Validator(schema).iter_errors(table)) == []
