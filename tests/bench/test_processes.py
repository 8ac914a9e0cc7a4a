"""A run in a process of its own: what it says, and how it ends when it takes too much."""

from __future__ import annotations

from typing import Any

import pytest

import koopopt
from koopopt.bench import processes
from koopopt.bench.job import PLAIN

QUESTION: dict[str, Any] = {
    "kind": "shipped", "given": {"name": "three-villages"}, "formulation": "auto",
    "solver": "highs", "seed": 0,
}  # fmt: skip


def _run(seconds: float = 60.0, memory: int | None = None, **more: Any) -> processes.Run:
    return processes.run({**QUESTION, **more}, seconds=seconds, memory=memory, tick=lambda: True)


@pytest.mark.parametrize("formulation", ["auto", "partition", PLAIN])
def test_it_tells_value_bound_and_what_was_solved(formulation: str) -> None:
    found = _run(formulation=formulation)
    assert (found.end["status"], found.end["value"]) == ("optimal", 116500.0)
    assert found.end["bound"] == pytest.approx(116500.0)
    assert (found.end["size"], found.end["services"]) == (3, 1)
    assert found.end["seconds"] >= 0
    assert found.peak > 10_000_000


def test_a_front_tells_its_points_and_that_none_is_missing() -> None:
    given = {"kind": "shipped", "given": {"name": "three-villages"}, "instance": "x",
             "criteria": ["cost", "travel"]}  # fmt: skip
    end = _run(kind="front", given=given).end
    assert (end["status"], end["gap"]) == ("optimal", 0.0)
    assert end["points"] == len(koopopt.front("three-villages", ["cost", "travel"]))


def test_what_is_wrong_is_told_in_words() -> None:
    found = _run(given={"name": "nowhere"})
    assert found.end["status"] == "error"
    assert "nowhere" in found.end["message"]


def test_a_process_over_its_memory_is_ended() -> None:
    assert _run(memory=5_000_000).end["status"] == "memory"


def test_a_process_over_its_time_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PREPARING", -1.0)
    assert _run().end["status"] == "killed"


def test_a_run_can_be_cancelled() -> None:
    with pytest.raises(processes.Cancelled):
        processes.run(QUESTION, seconds=60.0, memory=None, tick=lambda: False)


def test_a_plan_of_a_relaxation_that_breaks_a_rule_is_told_and_its_bound_kept() -> None:
    """The assignment model does not know that members have to be connected."""
    found = _run(
        kind="synthetic", given={"municipalities": 8, "seed": 4}, formulation=PLAIN, seconds=10.0
    )
    assert found.end["status"] in ("broken", "feasible", "optimal", "no_solution")
    exact = _run(kind="synthetic", given={"municipalities": 8, "seed": 4})
    assert exact.end["status"] == "optimal"
    assert found.end["bound"] <= exact.end["value"] * (1 + 1e-6)
