"""Reading runs: what was written comes back, and every defect is told with its place."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import koopopt
import random_instances
import tiny
from koopopt.errors import DataError, UsageError
from koopopt.report.values.decision import Decision
from koopopt.solving.optimise import Status
from koopopt.storage import run_reading
from koopopt.text import T
from storage.made import INSTANCE, PROBLEM, same_run, saved_run, written
from storage.mutation import Table, change, without


def test_what_a_back_end_said_wrongly_stays_named(tmp_path: Path) -> None:
    doubt = T("Bounds of {name} are wrong.", name="<b>highs</b>")
    written(tmp_path, replace(tiny.result(PROBLEM), doubts=(doubt,)))
    again = run_reading.read(tmp_path, instance=INSTANCE)
    assert [str(said) for said in again.doubts] == ["Bounds of <b>highs</b> are wrong."]


def test_why_a_formulation_was_chosen_comes_back_and_older_runs_do_not_say(tmp_path: Path) -> None:
    why = T("Chosen by {count}.", count=1234)
    table = written(tmp_path, replace(tiny.result(PROBLEM), formulation_reason=why))
    again = run_reading.read(tmp_path, instance=INSTANCE)
    assert str(again.formulation_reason) == table["formulation_reason"] == "Chosen by 1,234."
    del table["formulation_reason"]
    saved_run(table, tmp_path)
    assert run_reading.read(tmp_path, instance=INSTANCE).formulation_reason is None


# -- what comes back ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"seed": 7, "threads": 2, "message": "out of paper", "interrupted": True},
        {"status": Status.FEASIBLE, "bound": 900_000.0},
        {"status": Status.FEASIBLE, "bound": None},
    ],
)
def test_a_run_comes_back(changes: dict[str, Any], tmp_path: Path) -> None:
    result = tiny.result(PROBLEM, **changes)
    written(tmp_path, result)
    assert same_run(result, run_reading.read(tmp_path, instance=INSTANCE))
    assert same_run(result, run_reading.read(tmp_path / "run.json", instance=INSTANCE))


@pytest.mark.parametrize("status", [Status.INFEASIBLE, Status.NO_SOLUTION])
def test_a_run_without_a_plan_comes_back(status: Status, tmp_path: Path) -> None:
    result = tiny.nothing(PROBLEM, status)
    written(tmp_path, result)
    again = run_reading.read(tmp_path, instance=INSTANCE)
    assert same_run(result, again)
    with pytest.raises(UsageError, match="found none"):
        Decision.of(again)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.sampled_from([(), ("bodies",), ("travel", "cost")]))
def test_solved_runs_come_back(seed: int, order: tuple[str, ...]) -> None:
    problem = replace(random_instances.random_problem(seed), lexicographic=order)
    assume(order or any(problem.weights.values()))  # else every plan would be best
    result = koopopt.solve(problem)
    with tempfile.TemporaryDirectory() as folder:
        written(Path(folder), result)
        assert same_run(result, run_reading.read(folder, instance=problem.instance))


def test_data_that_have_changed_since(table: Table, tmp_path: Path) -> None:
    path = saved_run(table, tmp_path)
    other = replace(INSTANCE, office_cost=2000.0)
    with pytest.raises(DataError, match="other data"):
        run_reading.read(path, instance=other)
    with pytest.raises(DataError, match="Give it with --instance"):
        run_reading.read(path)
    with pytest.raises(DataError, match="cannot be read"):
        run_reading.read(path, instance=tmp_path / "gone")


# -- what is wrong -----------------------------------------------------------------------------


NEEDED = [
    "instance", "objective", "bound", "gap", "criteria", "formulation", "solver", "seconds",
    "interrupted", "message", "started", "weights", "lexicographic", "limits", "asked", "seed",
    "threads", "platform", "python", "versions",
]  # fmt: skip
FIRST = ("partnerships", 0)

BROKEN: list[tuple[Callable[[Table], None], str]] = [
    *((without(key), f"column {key}: This key is missing") for key in NEEDED),
    (without("status"), "no run"),
    (without("partnerships"), "no run"),
    (without("fingerprint"), "what --json prints has less"),
    (change("status", to="splendid"), "status"),
    (change("status", to="infeasible"), "exactly where a plan was found"),
    (change("partnerships", to=[]), "exactly where a plan was found"),
    (change("partnerships", to={}), "a list in square brackets"),
    (change("objective", to="0.01"), "a number"),
    (change("objective", to=1.0), "column objective, value '1.0': The plan's value is 959,2"),
    (change("objective", to=None), "column objective"),
    (change("criteria", "cost", to=959_111.0), "column criteria.cost"),
    (change("criteria", "bodies", to=2), "column criteria.bodies"),
    (without("criteria", "travel"), "column criteria.travel"),
    (change("criteria", "price", to=3), "no criterion of this name"),
    (change("bound", to=1e9), "above the objective"),
    (change("bound", to=1e5), "does not follow from objective and bound"),
    (change("bound", to=None), "does not follow from objective and bound"),
    (change("gap", to=0.01), "does not follow from objective and bound"),
    (change("gap", to=-1), "0 or more"),
    (change("weights", "cost", to=-1.0), "0 or more"),
    (change("weights", "travel", to=3.0), "column objective"),
    (change("weights", "travle", to=3.0), "Did you mean 'travel'"),
    (change("lexicographic", to=["cost", "price"]), "no criterion of this name"),
    (change("lexicographic", to=["cost", "cost"]), "stands twice"),
    (change("limits", "cost", to=1000.0), "breaks the rule limit"),
    (change("limits", "price", to=1000.0), "no criterion of this name"),
    (change("fingerprint", to="beef"), "other data"),
    (change("asked", "gap", to="none"), "asked.gap"),
    (change("threads", to=0), "1 or more"),
    (change("surprise", to=1), "Unknown key"),
    (without(*FIRST), "has no partnership in"),
    (change(*FIRST, "service", to="watre"), "Did you mean 'water'"),
    (change(*FIRST, "members", to=[]), "too few entries"),
    (change(*FIRST, "members", to=["01", "01"]), "two partnerships"),
    (change(*FIRST, "seat", to="99"), "partnerships[1].seat, value '99'"),
    (change(*FIRST, "legal_form", to="guild"), "'guild'"),
    (without(*FIRST, "seat"), "partnerships[1].seat"),
]


@pytest.mark.parametrize(("damage", "said"), BROKEN, ids=range(len(BROKEN)))
def test_every_defect_is_told(
    damage: Callable[[Table], None], said: str, table: Table, tmp_path: Path
) -> None:
    broken = copy.deepcopy(table)
    damage(broken)
    with pytest.raises(DataError) as caught:
        run_reading.read(saved_run(broken, tmp_path), instance=INSTANCE)
    lines = [fault.render() for fault in caught.value.faults]
    assert any(said in line for line in lines), lines
    assert all(line.startswith("run.json") for line in lines)
    assert all(fault.remedy.render() for fault in caught.value.faults)


def test_a_proof_that_is_none(tmp_path: Path) -> None:
    within = tiny.result(PROBLEM, status=Status.FEASIBLE, bound=900_000.0)
    table = written(tmp_path, within) | {"status": "optimal"}
    with pytest.raises(DataError, match="does not follow from the gap"):
        run_reading.read(saved_run(table, tmp_path), instance=INSTANCE)
    table["asked"]["gap"] = 0.1
    assert run_reading.read(saved_run(table, tmp_path), instance=INSTANCE).status is Status.OPTIMAL


TEXTS = {
    "": "valid JSON",
    "[]": "no run",
    "{}": "no run",
    "[" * 100_000: "nested",
    '{"status": 1, "status": 1}': "stands twice",
}


@pytest.mark.parametrize(("text", "said"), TEXTS.items(), ids=range(len(TEXTS)))
def test_files_that_are_no_run(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        run_reading.read(tmp_path, instance=INSTANCE)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_damage_anywhere_is_a_fault_or_harmless(table: Table, data: st.DataObject) -> None:
    """Whatever one value is replaced by: told as a fault of the file, or the same plan."""
    broken = copy.deepcopy(table)
    here: Any = broken
    while True:
        key = data.draw(
            st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here)))
        )
        if not (isinstance(here[key], (dict, list)) and here[key] and data.draw(st.booleans())):
            break
        here = here[key]
    here[key] = data.draw(
        st.sampled_from([None, "", "01", -1, 0, 1e308, 10**400, True, [], {}, ["01"], [[]]])
    )
    with tempfile.TemporaryDirectory() as folder:
        try:
            plan = run_reading.read(saved_run(broken, Path(folder)), instance=INSTANCE).plan
        except DataError:
            return
        assert plan == tiny.result(PROBLEM).plan


def test_options_of_solvers_are_kept(tmp_path: Path) -> None:
    given = {"pulp:CBC": {"gapRel": 0.5, "presolve": True, "options": "heuristics off"}}
    result = replace(tiny.result(PROBLEM), solver_options=given)
    assert written(tmp_path, result)["solver_options"] == given
    assert run_reading.read(tmp_path, instance=INSTANCE).solver_options == given
