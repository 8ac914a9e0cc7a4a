"""Fronts from files: exact round trips, every defect told in words."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import koopopt
import tiny
from koopopt.case.instance import Instance
from koopopt.errors import DataError, UsageError
from koopopt.exchange import write_mps
from koopopt.pareto.certificate import Certificate, Open
from koopopt.pareto.front import Front
from koopopt.problem import Problem
from koopopt.storage import front_reading, front_writing
from pareto import hand
from random_instances import random_problem
from storage.made import INSTANCE, same_front
from storage.mutation import Table, change, without


def saved(table: Table, folder: Path) -> Path:
    path = folder / "front.json"
    path.write_text(json.dumps(table), encoding="utf-8")
    return path


# -- round trips -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_random_problems_come_back_to_the_last_bit(seed: int, tmp_path: Path) -> None:
    problem = random_problem(seed)
    front = hand.of_problem(problem, ("travel", "cost", "change"))
    front_writing.write(front, tmp_path)
    back = front_reading.read(tmp_path, instance=problem.instance)
    assert same_front(front, back)
    assert back.values.tolist() == front.values.tolist()
    assert back.plans == front.plans
    assert back.subject.plan_conditions.limits == problem.plan_conditions.limits
    assert [r.bound for r in back.certificate.records] == [
        r.bound for r in front.certificate.records
    ]


@pytest.mark.parametrize("objectives", [2, 3, 4])
def test_models_come_back_with_their_columns(objectives: int, tmp_path: Path) -> None:
    front = hand.of_model(hand.knapsack(objectives=objectives, seed=objectives))
    front_writing.write(front, tmp_path)
    back = front_reading.read(tmp_path / "front.json", model=front.subject)
    assert same_front(front, back)
    assert [p.solution for p in back] == [p.solution for p in front]


def test_a_model_is_read_again_from_its_file(of_model: Front, tmp_path: Path) -> None:
    path = tmp_path / "knapsack.mps"
    write_mps(of_model.subject, path)
    for given in (None, path):
        table = front_writing.to_table(of_model) | {"source": str(path) if given is None else None}
        back = front_reading.read(saved(table, tmp_path), model=given)
        assert same_front(of_model, back)
        assert back.source == str(path)


def test_a_shipped_instance_is_found_by_its_name(tmp_path: Path) -> None:
    front = hand.of_problem(Problem.of(koopopt.read("three-villages")))
    table = front_writing.to_table(front)
    assert table["source"] == "three-villages"
    back = front_reading.read(saved(table, tmp_path))
    assert same_front(front, back)
    assert back.source == "three-villages"


def test_limits_belong_to_what_was_asked(tmp_path: Path) -> None:
    problem = Problem.of(tiny.instance(rules={"limit": {"travel": 300.0}}), limits={"bodies": 1.0})
    front = hand.of_problem(problem)
    back = front_reading.read(
        saved(front_writing.to_table(front), tmp_path), instance=problem.instance
    )
    assert back.subject.plan_conditions.limits == {"travel": 3_000_000, "bodies": 1}
    assert same_front(front, back)


def test_what_is_left_comes_back(front: Front, tmp_path: Path) -> None:
    open_ = (
        Open((5, hand.NO_BOUND, 2), (1.5, -np.inf, 0.0), 0.125),
        Open((hand.NO_BOUND,) * 3, (-np.inf,) * 3, np.inf),
    )
    from dataclasses import replace

    certificate = Certificate(front.certificate.records, open_, 0.5)
    left = replace(front, certificate=certificate, interrupted=True, messages=("out of paper",))
    table = front_writing.to_table(left)
    json.dumps(table, allow_nan=False)
    assert table["complete"] is False
    assert table["coverage"] is None
    back = front_reading.read(saved(table, tmp_path), instance=INSTANCE)
    assert back.certificate.open[0].lower == open_[0].lower
    assert back.certificate.open[1].error == np.inf
    assert back.interrupted
    assert back.messages == ("out of paper",)
    assert same_front(left, back)


def test_windows_shells_save_output_in_utf_16(front: Front, tmp_path: Path) -> None:
    path = tmp_path / "saved.txt"
    path.write_text(json.dumps(front_writing.to_table(front), indent=2), encoding="utf-16")
    assert same_front(front, front_reading.read(path, instance=INSTANCE))


# -- what is wrong -----------------------------------------------------------------------------


KEYS = [
    "criteria", "resolution", "complete", "points", "solves", "unexplored", "seconds", "coverage",
    "interrupted", "infeasible", "messages", "source", "fingerprint", "koopopt", "format",
    "certificate",
]  # fmt: skip
PART = ("points", 0, "partnerships", 0)
RECORD = ("certificate", "records", 0)

BROKEN: list[tuple[Callable[[Table], None], str]] = [
    *((without(key), key) for key in KEYS),
    (change("format", to=1), "format 2"),
    (change("format", to="2"), "format"),
    (change("criteria", to=[]), "criteria"),
    (change("criteria", to="cost"), "a list in square brackets"),
    (change("criteria", to=["cost", "travel", "cost"]), "stands twice"),
    (change("criteria", 1, to="travle"), "Did you mean 'travel'"),
    (change("resolution", "cost", to=0), "greater than 0"),
    (change("resolution", "cost", to="0.01"), "a number"),
    (without("resolution", "cost"), "keys must be the criteria"),
    (change("complete", to="yes"), "true or false"),
    (change("complete", to=False), "certificate says otherwise"),
    (change("solves", to=3), "certificate says otherwise"),
    (change("solves", to=1.5), "a whole number"),
    (change("coverage", to=0.5), "certificate says otherwise"),
    (change("infeasible", to=True), "no points"),
    (change("surprise", to=1), "Unknown key"),
    (change("fingerprint", to="beef"), "other data"),
    (change("limits", to={"price": 3}), "no criterion of this name"),
    (change("points", to={}), "a list in square brackets"),
    (change("points", 0, to=7), "points[1]"),
    (without("points", 0, "criteria"), "points[1].criteria"),
    (without("points", 0, "criteria", "travel"), "keys must be the criteria"),
    (change("points", 0, "criteria", "cost", to="1.000,5"), "points[1].criteria.cost"),
    (change("points", 0, "criteria", "cost", to=None), "a number"),
    (change("points", 0, "criteria", "cost", to=True), "a number"),
    (change("points", 0, "criteria", "cost", to=10**400), "points[1].criteria.cost"),
    (change("points", 0, "criteria", "cost", to=1.0), "differ"),
    (change("points", 0, "all_criteria", "cost", to=1.0), "differ"),
    (without("points", 0, "partnerships"), "has partnerships"),
    (change("points", 0, "columns", to={"x": 1}), "has partnerships"),
    (without(*PART), "has no partnership in"),
    (change(*PART, "service", to="watre"), "Did you mean 'water'"),
    (change(*PART, "members", to=[]), "too few entries"),
    (change(*PART, "members", to="01"), "a list in square brackets"),
    (change(*PART, "members", to=["01", "99"]), "'99'"),
    (change(*PART, "members", to=["1", "02"]), "zero"),
    (change(*PART, "members", to=["01", "01"]), "two partnerships"),
    (change(*PART, "members", 0, to=1), "text in double quotes"),
    (change(*PART, "seat", to="99"), "not a member"),
    (change(*PART, "legal_form", to="guild"), "'guild'"),
    (change(*PART, "legal_form", to="alone"), "single member"),
    (change(*PART, "cost", to="much"), "cost"),
    (without(*PART, "seat"), "partnerships[1].seat"),
    (change("certificate", to=[]), "a table of keys and values"),
    (without("certificate", "open"), "certificate.open"),
    (change(*RECORD, "upper", to=[1, 2]), "one entry a criterion"),
    (change(*RECORD, "upper", 0, to=1.5), "certificate.records[1].upper"),
    (change(*RECORD, "upper", 0, to=2**70), "certificate.records[1].upper"),
    (change(*RECORD, "weights", to=[0, 0, 0]), "All weights are 0"),
    (change(*RECORD, "weights", 0, to=-1), "0 or more"),
    (change(*RECORD, "status", to="maybe"), "status"),
    (change(*RECORD, "bound", to="empty"), "exactly where the status is"),
    (change(*RECORD, "bound", to="none"), "bound"),
    (change(*RECORD, "bound", to=1.5), "bound"),
    (change(*RECORD, "weights", 0, to=0.5), "certificate.records[1].weights"),
    (change(*RECORD, "cell", to=None), "A point has a cell"),
    (change(*RECORD, "cell", to=[1]), "one entry a criterion"),
    (change("certificate", "open", to=[{"upper": [1], "lower": [0], "error": 0}]), "one entry"),
]


@pytest.mark.parametrize(("damage", "said"), BROKEN, ids=range(len(BROKEN)))
def test_every_defect_is_told(
    damage: Callable[[Table], None], said: str, front: Front, tmp_path: Path
) -> None:
    table = copy.deepcopy(front_writing.to_table(front))
    damage(table)
    with pytest.raises(DataError) as caught:
        front_reading.read(saved(table, tmp_path), instance=INSTANCE)
    lines = [fault.render() for fault in caught.value.faults]
    assert any(said in line for line in lines), lines
    assert all(line.startswith("front.json") for line in lines)
    assert all(fault.remedy.render() for fault in caught.value.faults)


TEXTS = {
    "": "valid JSON",
    "nonsense": "valid JSON",
    "[]": "no front",
    "3": "no front",
    "{}": "no front",
    '{"points": []}': "no front",
    "[" * 100_000: "nested",
    '{"criteria": [], "criteria": []}': "stands twice",
    '{"instance": "x", "status": "optimal"}': "no front",
}


@pytest.mark.parametrize(("text", "said"), TEXTS.items(), ids=range(len(TEXTS)))
def test_files_that_are_no_front(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "front.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        front_reading.read(tmp_path / "front.json", instance=INSTANCE)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.999])
def test_cut_off_files(share: float, front: Front, tmp_path: Path) -> None:
    text = json.dumps(front_writing.to_table(front), indent=1)
    (tmp_path / "front.json").write_text(text[: int(share * len(text))], encoding="utf-8")
    with pytest.raises(DataError, match="valid JSON"):
        front_reading.read(tmp_path, instance=INSTANCE)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none(number: str, front: Front, tmp_path: Path) -> None:
    text = json.dumps(front_writing.to_table(front) | {"seconds": 12345.5}).replace(
        "12345.5", number
    )
    (tmp_path / "front.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="seconds"):
        front_reading.read(tmp_path, instance=INSTANCE)


def test_binary_and_missing_files(tmp_path: Path) -> None:
    (tmp_path / "front.json").write_bytes(bytes(range(256)))
    with pytest.raises(DataError, match="valid JSON"):
        front_reading.read(tmp_path)
    with pytest.raises(DataError, match="missing"):
        front_reading.read(tmp_path / "nothing.json")
    with pytest.raises(DataError, match="cannot be read"):
        front_reading.read(tmp_path / "front.json" / "below")


def other(instance: Instance) -> Instance:
    from dataclasses import replace

    return replace(instance, office_cost=2000.0)


def test_another_instance_or_none(front: Front, of_model: Front, tmp_path: Path) -> None:
    path = saved(front_writing.to_table(front), tmp_path)
    with pytest.raises(DataError, match="other data"):
        front_reading.read(path, instance=other(INSTANCE))
    with pytest.raises(DataError, match="Give it with --instance"):
        front_reading.read(path)
    with pytest.raises(DataError, match="cannot be read"):
        front_reading.read(path, instance=tmp_path / "gone")
    with pytest.raises(UsageError, match="not of a model"):
        front_reading.read(path, model=of_model.subject)
    path = saved(front_writing.to_table(of_model), tmp_path)
    with pytest.raises(DataError, match="Give it with --model"):
        front_reading.read(path)
    with pytest.raises(DataError, match="no objective of this name"):
        front_reading.read(path, model=hand.knapsack(objectives=2))
    with pytest.raises(DataError, match="other data"):
        front_reading.read(path, model=hand.knapsack(objectives=3, seed=5))
    with pytest.raises(UsageError, match="not of an instance"):
        front_reading.read(path, instance=INSTANCE)


def test_unknown_columns(of_model: Front, tmp_path: Path) -> None:
    table = front_writing.to_table(of_model)
    table["points"][0]["columns"]["y"] = 1.0
    with pytest.raises(DataError, match="no such column"):
        front_reading.read(saved(table, tmp_path), model=of_model.subject)


def test_options_of_solvers_are_kept(front: Front, tmp_path: Path) -> None:
    given = {"highs": {"mip_rel_gap": 0.5}}
    front_writing.write(replace(front, solver_options=given), tmp_path)
    assert front_reading.read(tmp_path, instance=front.subject.instance).solver_options == given
