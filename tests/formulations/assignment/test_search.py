"""The search of the assignment formulation: whatever back ends do, what it claims holds."""

from __future__ import annotations

import threading
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import bruteforce
from koopopt.errors import SolverError, UsageError
from koopopt.evaluation import all_alone, evaluate
from koopopt.formulations.assignment import Assignment
from koopopt.problem import Problem
from koopopt.solvers import get, judge
from koopopt.solvers.base import Control, Held, Progress, Solution, Termination
from koopopt.solvers.testing import FakeSolver
from koopopt.text import T
from tiny import instance


def solve(problem: Problem, solver: object, control: Control | None = None) -> object:
    return Assignment().solve(problem, solver, control or Control())  # type: ignore[arg-type]


def test_failures_of_a_back_end_are_told_and_plans_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Problem.of(instance())
    broken = solve(problem, FakeSolver(raises=SolverError(T("out of memory"))))
    assert broken.termination is Termination.ERROR
    assert "memory" in broken.message
    assert broken.plan is not None  # today's
    assert broken.least is None
    best = bruteforce.solve(problem)
    assert best is not None
    for answer in (
        Solution(Termination.ERROR, message="numbers"),
        Solution(Termination.INFEASIBLE),
    ):  # another one is asked, and decides
        asked = solve(problem, FakeSolver(answer))
        assert asked.termination is Termination.OPTIMAL
        assert asked.least == best.total(problem)
        assert evaluate(problem, asked.plan).total == best.total(problem)
    assert any("no solution, but there is one" in str(doubt) for doubt in asked.doubts)
    monkeypatch.setattr(judge, "WITNESSES", ())
    failed = solve(problem, FakeSolver(Solution(Termination.ERROR, message="numbers")))
    assert (failed.termination, failed.message) == (Termination.ERROR, "numbers")
    liar = solve(problem, FakeSolver(Solution(Termination.INFEASIBLE)))
    assert liar.termination is Termination.LIMIT
    assert liar.plan == all_alone(problem)
    assert liar.least is None
    assert liar.doubts


def test_rubbish_is_never_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "WITNESSES", ())
    problem = Problem.of(instance(rules={"max_minutes": 1.0}))
    size = Assignment().build(problem).shape[1]
    for values in (np.zeros(size), np.ones(size)):
        rubbish = Solution(Termination.OPTIMAL, Held.OPTIMAL, values, 0.0, 0.0)
        outcome = solve(problem, FakeSolver(rubbish))
        assert outcome.termination is not Termination.OPTIMAL
        assert outcome.least is None
        assert outcome.plan == all_alone(problem)


def test_infeasible_is_said_so() -> None:
    problem = Problem.of(instance(rules={"forbid_alone": True, "max_members": 2}))
    outcome = solve(problem, get("highs"))
    assert outcome.termination is Termination.INFEASIBLE
    assert outcome.plan is None


def test_stopping_keeps_the_best_plan() -> None:
    problem = Problem.of(instance())
    cancel = threading.Event()
    cancel.set()
    outcome = solve(problem, get("highs"), Control(cancel=cancel))
    assert outcome.termination is Termination.INTERRUPTED
    assert outcome.plan is not None
    late = solve(problem, get("highs"), Control(time_limit=0.0))
    assert late.termination is Termination.TIME_LIMIT
    assert late.plan is not None


def test_a_start_is_kept_if_nothing_better_comes() -> None:
    problem = Problem.of(instance())
    best = solve(problem, get("highs"))
    late = Assignment().solve(problem, get("highs"), Control(time_limit=0.0), best.plan)
    assert late.plan == best.plan


def test_gap_and_progress() -> None:
    problem = Problem.of(instance([f"N{k}" for k in range(7)]))
    seen: list[Progress] = []
    outcome = solve(problem, get("highs"), Control(gap=0.2, on_progress=seen.append))
    assert outcome.termination is Termination.OPTIMAL
    assert outcome.plan is not None
    value = evaluate(problem, outcome.plan).total
    assert outcome.least is not None
    assert value - outcome.least <= Fraction(2, 10) * abs(value)
    assert seen
    assert seen[-1].incumbent is not None


def test_it_says_what_it_will_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"N{k}" for k in range(60)]
    many = instance(names, ids=[f"{k:03d}" for k in range(60)])
    effort = Assignment().estimate(Problem.of(many), Control())
    assert effort.refusal is None
    strict = replace(many, rules={"no_losers": "demand"})
    assert "no_losers" in str(Assignment().estimate(Problem.of(strict), Control()).refusal)
    little = Control(memory=int(effort.bytes / 2))
    assert "memory" in str(Assignment().estimate(Problem.of(many), little).refusal)
    with pytest.raises(UsageError):
        solve(Problem.of(many), get("highs"), little)
    monkeypatch.setattr("koopopt.solvers.base.usual", lambda: 1000)
    with pytest.raises(UsageError):
        Assignment().build(Problem.of(many))
