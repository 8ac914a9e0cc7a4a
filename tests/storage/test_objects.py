"""JSON for other programs: numbers or null, nothing else."""

from __future__ import annotations

import json

import pytest

import tiny
from koopopt.case.plan import Plan
from koopopt.evaluation import evaluate
from koopopt.problem import Problem
from koopopt.solving.optimise import Status
from koopopt.storage import objects


@pytest.mark.parametrize("bound", [None, float("-inf"), float("nan")])
def test_what_is_not_known_is_null(bound: float | None) -> None:
    result = tiny.result(Problem.of(tiny.instance()), status=Status.FEASIBLE, bound=bound)
    table = objects.of_result(result)
    json.dumps(table, allow_nan=False)
    assert table["bound"] is None


def test_an_evaluation() -> None:
    problem = Problem.of(tiny.instance(rules={"max_minutes": 5.0}))
    table = objects.of_evaluation(evaluate(problem, tiny.pooled_plan(problem)), "de")
    json.dumps(table, allow_nan=False)
    assert table["feasible"] is False
    (broken,) = [v for v in table["violations"] if v["service"] == "water"]
    assert broken["rule"] == "max_minutes"
    assert broken["members"] == ["01", "02"]
    assert "Minuten zum Sitz" in broken["text"]
    assert len(table["municipalities"]) == 6
    assert table["municipalities"][0]["municipality"] == "01"


def test_a_malformed_plan() -> None:
    table = objects.of_evaluation(evaluate(Problem.of(tiny.instance()), Plan([])))
    json.dumps(table, allow_nan=False)
    assert table["objective"] is None
    assert table["partnerships"] == table["municipalities"] == []
    assert len(table["violations"]) == 6
