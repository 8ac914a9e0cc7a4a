"""A run or a front: what a file or folder holds decides."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import tiny
from koopopt.errors import DataError, UsageError
from koopopt.report.values.decision import Decision
from koopopt.solving.optimise import Result
from koopopt.storage import front_writing as front_files
from koopopt.storage import reading
from pareto import hand
from storage.made import INSTANCE, PROBLEM, same_run, written

# -- a run or a front --------------------------------------------------------------------------


def test_what_a_file_holds_decides(tmp_path: Path) -> None:
    result, front = tiny.result(PROBLEM), hand.of_problem(PROBLEM)
    (tmp_path / "run").mkdir()
    written(tmp_path / "run", result)
    front_files.write(front, tmp_path / "front")
    assert same_run(result, reading.any_of(tmp_path / "run", instance=INSTANCE))
    again = reading.any_of(tmp_path / "front", instance=INSTANCE)
    assert again.values.tolist() == front.values.tolist()
    odd = tmp_path / "saved.txt"
    for name in ("run/run.json", "front/front.json"):
        odd.write_bytes((tmp_path / name).read_bytes())
        found = reading.any_of(odd, instance=INSTANCE)
        assert isinstance(found, Result) == name.startswith("run")


def test_folders_with_both_or_neither(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="neither a run nor a front"):
        reading.any_of(tmp_path)
    (tmp_path / "choice.json").write_text('{"method": "knee"}', encoding="utf-8")
    with pytest.raises(DataError, match="neither a run nor a front"):
        reading.any_of(tmp_path / "choice.json")
    with pytest.raises(DataError, match="missing"):
        reading.any_of(tmp_path / "gone.json")
    written(tmp_path, tiny.result(PROBLEM))
    front_files.write(hand.of_problem(PROBLEM), tmp_path)
    with pytest.raises(UsageError, match=r"run\.json, front\.json"):
        reading.any_of(tmp_path)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda t: t["points"][0]["criteria"].update(cost=1.0), "points[1].criteria.cost"),
        (lambda t: t["limits"].update(travel=1.0), "breaks the rule limit"),
    ],
)
def test_plans_of_a_front_are_evaluated_again(damage: Any, said: str, tmp_path: Path) -> None:
    table = front_files.to_table(hand.of_problem(PROBLEM))
    path = tmp_path / "front.json"
    path.write_text(json.dumps(table), encoding="utf-8")
    assert len(reading.any_of(path, instance=INSTANCE).points) == len(table["points"])
    damage(table)
    for point in table["points"]:
        point["all_criteria"] |= point["criteria"]
    path.write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        reading.any_of(path, instance=INSTANCE)
    assert any(said in fault.render() for fault in caught.value.faults)


def test_a_front_of_a_model_has_no_plans(tmp_path: Path) -> None:
    from koopopt.exchange import write_mps

    model = hand.knapsack()
    write_mps(model, tmp_path / "knapsack.mps")
    front = replace(hand.of_model(model), source=str(tmp_path / "knapsack.mps"))
    front_files.write(front, tmp_path / "front")
    with pytest.raises(UsageError, match="linear model"):
        Decision.of(reading.any_of(tmp_path / "front"))
    with pytest.raises(UsageError, match="not of an instance"):
        reading.any_of(tmp_path / "front", instance=INSTANCE)
