"""Runs of plans over scenarios: their claims are of the measure, never of the base case."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import koopopt
from inquiry.scenarios.test_solving import random_cases
from koopopt.case.scenario import Scenario
from koopopt.errors import DataError
from koopopt.inquiry.scenarios.cases import Cases
from koopopt.inquiry.scenarios.solving import solve
from koopopt.problem import Problem
from koopopt.report.terminal.blocks import render
from koopopt.report.terminal.page import Page
from koopopt.report.values import summarise
from koopopt.report.values.answers.scenarios import of_one
from koopopt.report.values.decision import Decision
from koopopt.solving.optimise import Result, Status
from koopopt.storage import run_reading, run_writing
from nightly import NIGHTLY
from storage.mutation import Table, change, without

MEASURES = ("expected", "worst", "regret", "s0")


def back(result: Result, folder: Path) -> Result:
    run_writing.write(folder, result)
    return run_reading.read(folder, instance=result.problem.instance)


@pytest.mark.parametrize("seed", range(6 * NIGHTLY))
def test_a_run_over_scenarios_comes_back(seed: int, tmp_path: Path) -> None:
    cases = random_cases(seed, every=seed % 2 == 1)
    # Runs are of what a file can ask: the rules of the instance.
    cases = Cases.of(Problem.of(cases.base.instance, weights=cases.base.weights))
    if cases.base.stable is not None or cases.base.weights.get("farthest"):
        cases = Cases.of(replace(cases.base, weights={"cost": 1.0}, plan_rules=()))
        instance = replace(cases.base.instance, rules={})
        cases = Cases.of(Problem.of(instance, weights={"cost": 1.0, "farthest": 0.0}))
    for measure in MEASURES:
        found = solve(cases, measure)
        result = found.result()
        again = back(result, tmp_path)
        assert again.plan == found.plan
        assert again.over_scenarios == result.over_scenarios
        assert again.bound is None
        assert again.status in (Status.FEASIBLE, Status.INFEASIBLE, Status.NO_SOLUTION)
        assert again.over_scenarios is not None
        assert again.over_scenarios.status == found.status.value
        assert again.over_scenarios.objective == found.objective
        assert again.over_scenarios.bound == found.least


@pytest.fixture(scope="module")
def cases() -> Cases:
    scenarios = (
        Scenario(id="base"),
        Scenario(id="dear", cost={"library": 1.4}, travel=9.0, rules="every"),
    )
    instance = replace(koopopt.read("three-villages"), scenarios=scenarios)
    return Cases.of(Problem.of(instance))


def test_the_proof_is_told_of_the_measure_only(cases: Cases, tmp_path: Path) -> None:
    again = back(solve(cases, "worst").result(), tmp_path)
    assert not summarise.proven(again)
    said = [text.render() for text in summarise.verdict(again)]
    assert "no plan is better" in said[0]
    assert "base case" in said[-1]
    assert not Decision.of(again).proven


def test_a_regret_from_what_is_not_known_is_no_figure(cases: Cases, tmp_path: Path) -> None:
    found = solve(cases, "regret")
    optima = (replace(found.optima[0], least=None), *found.optima[1:])
    worth = max(found.totals[0], found.totals[1] - (found.optima[1].least or 0))
    open_ = replace(found, status=Status.FEASIBLE, optima=optima, value=Fraction(worth),
                    bound=Fraction(0))  # fmt: skip
    again = back(open_.result(), tmp_path)
    assert again.over_scenarios is not None
    assert again.over_scenarios.own["base"] is None
    said = [text.render() for text in summarise.verdict(again)]
    assert any("nothing is proven yet" in text for text in said)
    assert not any("Value" in text for text in said)
    assert "nothing is proven yet" in render(of_one(open_), Page("en", 200))


BROKEN: dict[str, tuple[Callable[[Table], None], str]] = {
    "a bound of the base case": (change("bound", to=1.0), "nothing is proven of the base case"),
    "another scenario": (change("over_scenarios", "measure", to="wrst"), "no scenario of this"),
    "a better measure": (change("over_scenarios", "objective", to=1.0), "The plan's value is"),
    "a bound above it": (change("over_scenarios", "bound", to=1e9), "lower bound is above"),
    "no bound, but a proof": (change("over_scenarios", "bound", to=None), "gap does not follow"),
    "a gap": (change("over_scenarios", "gap", to=0.5), "gap does not follow"),
    "no plan": (change("over_scenarios", "status", to="infeasible"), "exactly where a plan"),
    "no measure": (without("over_scenarios", "measure"), "measure"),
    "more than is known": (change("over_scenarios", "more", to=1), "more"),
    "own of nobody": (change("over_scenarios", "own", to={"base": 1.0}), "of every scenario"),
    "own above the plan": (
        change("over_scenarios", "own", to={"base": 1e9, "dear": 1.0}), "lower bound is above",
    ),
    "proven without a bound": (
        lambda table: table["over_scenarios"].update(bound=None, gap=None),
        "status does not follow",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_follow_is_refused(name: str, cases: Cases, tmp_path: Path) -> None:
    table: dict[str, Any] = copy.deepcopy(_regret(cases, tmp_path))
    apply, said = BROKEN[name]
    apply(table)
    (tmp_path / "run.json").write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(DataError, match=said):
        run_reading.read(tmp_path, instance=cases.base.instance)


def _regret(cases: Cases, folder: Path) -> dict[str, Any]:
    run_writing.write(folder, solve(cases, "regret").result())
    found: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return found


def test_a_rule_is_broken_in_a_scenario(cases: Cases, tmp_path: Path) -> None:
    """The plan is that of a problem in which ways double, told to be of one where they do not."""
    table = _regret(cases, tmp_path)
    longest = max(float(v) for v in cases.base.instance.travel.values())
    rules = {**cases.base.instance.rules, "max_minutes": longest}
    stricter = replace(cases.base.instance, rules=rules)
    table["fingerprint"] = stricter.fingerprint
    (tmp_path / "run.json").write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(DataError, match="in the scenario dear"):
        run_reading.read(tmp_path, instance=stricter)


@pytest.mark.parametrize("measure", ["expected", "worst", "regret"])
def test_an_instance_without_scenarios_has_no_measure(
    measure: str, cases: Cases, tmp_path: Path
) -> None:
    table = _regret(cases, tmp_path)
    without_any = replace(cases.base.instance, scenarios=())
    table["fingerprint"] = without_any.fingerprint
    table["over_scenarios"]["measure"] = measure
    (tmp_path / "run.json").write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(DataError, match="no scenario of this name"):
        run_reading.read(tmp_path, instance=without_any)
