"""Scenarios on the command line: solved over, compared, refused in words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import koopopt
from koopopt.case.scenario import Scenario
from koopopt.cli import main
from koopopt.writing.instance import write

SCENARIOS = (
    Scenario(id="base"),
    Scenario(id="shrink", title={"en": "Fewer people", "de": "Weniger Menschen"}, population=0.7),
    Scenario(id="dear", cost={"library": 1.4}, travel=2.0, rules="every"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    case = replace(koopopt.read("three-villages"), scenarios=SCENARIOS)
    write(case, tmp_path / "case")
    return tmp_path / "case"


def told(*words: str) -> dict:
    done = CliRunner().invoke(main, [*words, "--json", "--quiet"], obj="en")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_scenarios_are_written_and_read_again(folder: Path) -> None:
    case = koopopt.read(folder)
    assert case.scenarios == SCENARIOS
    assert case.fingerprint != replace(case, scenarios=()).fingerprint


def test_solve_over_scenarios(folder: Path) -> None:
    plain = told("solve", str(folder))
    same = told("solve", str(folder), "--scenario", "base")
    assert same["status"] == "optimal"
    assert same["objective"] == same["bound"] == plain["objective"]
    worst = told("solve", str(folder), "--scenario", "worst")
    assert worst["objective"] == max(row["objective"] for row in worst["scenarios"])
    regret = told("solve", str(folder), "--scenario", "regret")
    assert regret["objective"] == max(row["regret"][1] for row in regret["scenarios"])


def test_a_run_over_scenarios_is_stored_and_reported(folder: Path, tmp_path: Path) -> None:
    """Its figures are those of the base case; the proof stands with the measure alone."""
    out, page = tmp_path / "run", tmp_path / "page.html"
    done = CliRunner().invoke(
        main, ["solve", str(folder), "--scenario", "worst", "--out", str(out), "--report",
               str(page), "--quiet"], obj="en",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    stored = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert (stored["status"], stored["bound"], stored["gap"]) == ("feasible", None, None)
    over = stored["over_scenarios"]
    assert (over["measure"], over["status"], over["gap"]) == ("worst", "optimal", 0.0)
    words = ["evaluate", str(folder), "--plan", str(out / "plan.csv"), "--json"]
    evaluated = json.loads(CliRunner().invoke(main, words, obj="en").stdout)
    assert stored["criteria"] == evaluated["criteria"]
    assert "worst for it" in page.read_text(encoding="utf-8")
    again = tmp_path / "again.html"
    for words in (["report", str(out), "-o", str(again)], ["share", str(out)]):
        done = CliRunner().invoke(main, words, obj="en")
        assert done.exit_code == 0, done.output
    assert "worst for it" in again.read_text(encoding="utf-8")
    held = told("scenarios", str(out))
    assert held["plans"][0]["worst"] == over["objective"]
    done = CliRunner().invoke(main, ["verify", str(out)], obj="en")
    assert done.exit_code == 3
    assert "This is a run" in done.stderr


def test_a_front_is_held_against_scenarios(folder: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "front")
    CliRunner().invoke(
        main, ["front", str(folder), "--criteria", "cost,travel", "--out", out, "--quiet"]
    )
    found = told("scenarios", out, "--regret")
    worst = [plan["worst"] for plan in found["plans"]]
    assert [plan["least_worst"] for plan in found["plans"]] == [w == min(worst) for w in worst]
    regrets = [max(row["regret"][1] for row in plan["scenarios"]) for plan in found["plans"]]
    assert [plan["least_regret"] for plan in found["plans"]] == [r == min(regrets) for r in regrets]
    assert any(plan["nondominated"] for plan in found["plans"])
    shown = CliRunner().invoke(main, ["scenarios", out, "--lang", "en", "--quiet"], obj="en")
    assert "Fewer people" in shown.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scenario", "shrnk"], "Did you mean 'shrink'"),
        (["--scenario", "worst", "--formulation", "assignment"], "assignment"),
        (["--scenario", "worst", "--lexicographic", "cost"], "no order"),
    ],
)
def test_what_does_not_go_together_is_refused(folder: Path, words: list[str], said: str) -> None:
    done = CliRunner().invoke(main, ["solve", str(folder), *words, "--quiet"], obj="en")
    assert done.exit_code == 2
    assert said in done.stderr


def test_faults_of_scenarios_are_told_together(folder: Path) -> None:
    text = (folder / "instance.toml").read_text(encoding="utf-8")
    text += (
        '\n[[scenario]]\nid = "worst"\npopulation = "population_2040"\ncost = { fire = 2.0 }\n'
        '\n[[scenario]]\nid = "base"\n'
    )
    (folder / "instance.toml").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["check", str(folder), "--lang", "en"], obj="en")
    assert done.exit_code == 3
    for said in ("scenario[4].id", "scenario[4].population", "'fire'", "scenario[5].id"):
        assert said in done.output


def test_what_becomes_of_given_numbers_is_said(tmp_path: Path) -> None:
    case = koopopt.read("three-villages")
    town, service = case.municipalities[0].id, case.services[0].id
    given = replace(
        case, scenarios=SCENARIOS, demand={(town, service): 700.0},
        alone_cost={(town, service): 40_000.0},
    )  # fmt: skip
    write(given, tmp_path / "given")
    write(replace(given, scenarios=SCENARIOS[::2]), tmp_path / "same")
    for name, said in (("given", True), ("same", False)):
        words = ["solve", str(tmp_path / name), "--scenario", "worst", "--quiet"]
        shown = CliRunner().invoke(main, words, obj="en").stdout
        assert ("demand.csv change with the population" in shown.replace("\n", " ")) is said
        assert ("alone_cost.csv do not change" in shown.replace("\n", " ")) is said
