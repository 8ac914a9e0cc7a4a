"""What the back end is asked of what is left: whatever it answers, nothing false is claimed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import bruteforce
from formulations.partition.honest import assert_honest, solve
from koopopt.errors import SolverError
from koopopt.evaluation import evaluate
from koopopt.formulations.partition import rounds, search
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.handover import Handover
from koopopt.formulations.partition.improving import Improving
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.standing import Standing
from koopopt.problem import Problem
from koopopt.solvers import get, judge
from koopopt.solvers.base import Held, Solution, Termination
from koopopt.solvers.testing import FakeSolver
from koopopt.text import T
from random_instances import random_problem


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[tuple[Problem, bruteforce.Best]]]:
    """Problems that are handed to the back end at the root."""
    left = Handover.left
    monkeypatch.setattr(Handover, "left", lambda self, node, few=0: left(self, node, 10**6))
    monkeypatch.setattr(Handover, "looked_through", lambda *_, **__: False)
    monkeypatch.setattr(Handover, "looked_near", lambda *_: False)
    monkeypatch.setattr(rounds.Rounds, "integral", lambda _: False)
    for way in ("dive", "polish", "choose", "improve"):
        monkeypatch.setattr(Improving, way, lambda *_: None)
    monkeypatch.setattr(rounds.Rounds, "cut", lambda *_, **__: False)
    monkeypatch.setattr(Standing, "pruned", lambda self, node: (
        bool(node.bound == np.inf or (self.solver.calls and self._within_gap(node.bound)))
    ))  # fmt: skip

    def problems() -> list[tuple[Problem, bruteforce.Best]]:
        found = [(p, bruteforce.solve(p)) for p in map(random_problem, range(40))]
        return [(p, best) for p, best in found if best is not None]

    return problems


@pytest.fixture
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other back end is asked where the first one fails."""
    monkeypatch.setattr(judge, "WITNESSES", ())


@pytest.mark.parametrize(
    "answer",
    [
        Solution(Termination.ERROR, message="numbers"),
        Solution(Termination.LIMIT),
        Solution(Termination.UNBOUNDED),
        Solution(Termination.INFEASIBLE),
        Solution(Termination.OPTIMAL),
    ],
)
def test_where_a_back_end_fails_another_one_decides(asked: Callable, answer: Solution) -> None:  # type: ignore[type-arg]
    called = 0
    for problem, best in asked():
        solver = FakeSolver(answer)
        outcome = solve(problem, solver)
        assert_honest(problem, outcome, best)
        assert outcome.termination is Termination.OPTIMAL
        assert outcome.least == best.total(problem)
        assert outcome.plan is not None
        assert evaluate(problem, outcome.plan).total == best.total(problem)
        called += bool(solver.calls)
    assert called > 10


@pytest.mark.usefixtures("nobody_else")
def test_a_back_end_that_fails_is_told(asked: Callable) -> None:  # type: ignore[type-arg]
    failed = 0
    for problem, best in asked():
        solver = FakeSolver(Solution(Termination.ERROR, message="numbers"))
        outcome = solve(problem, solver)
        assert_honest(problem, outcome, best)
        if outcome.termination is not Termination.OPTIMAL:
            assert outcome.termination is Termination.ERROR
            assert outcome.message == "numbers"
            failed += 1
    assert failed > 10


@pytest.mark.usefixtures("nobody_else")
def test_a_back_end_that_is_late_is_told(asked: Callable) -> None:  # type: ignore[type-arg]
    for how in (Termination.TIME_LIMIT, Termination.LIMIT, Termination.INTERRUPTED):
        told = set()
        for problem, best in asked():
            outcome = solve(problem, FakeSolver(Solution(how)))
            assert_honest(problem, outcome, best)
            told.add(outcome.termination)
        assert told == {how, Termination.OPTIMAL}


@pytest.mark.usefixtures("nobody_else")
def test_rubbish_is_never_a_plan(asked: Callable) -> None:  # type: ignore[type-arg]
    rng = np.random.default_rng(0)

    class Rubbish(FakeSolver):
        def solve(self, model, control, **others):  # type: ignore[no-untyped-def]
            value = rng.integers(0, 2, model.shape[1]).astype(float)
            self.solution = Solution(Termination.OPTIMAL, Held.OPTIMAL, value, 0.0, None)
            return super().solve(model, control, **others)

    wrong = 0
    for problem, best in asked():
        outcome = solve(problem, Rubbish())
        assert_honest(problem, outcome, best)
        assert outcome.termination in (Termination.OPTIMAL, Termination.LIMIT)
        if outcome.termination is Termination.LIMIT:
            assert outcome.message
            wrong += 1
    assert wrong > 10


def test_what_a_back_end_raises_comes_out(asked: Callable) -> None:  # type: ignore[type-arg]
    said = []
    for problem, _ in asked():
        try:
            solve(problem, FakeSolver(raises=SolverError(T("out of memory"))))
        except SolverError as error:
            said.append(str(error))
    assert len(said) > 10
    assert set(said) == {"out of memory"}


def test_a_share_of_the_clock_that_is_not_enough_ends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A program handed over beside the tree may come back undecided: the tree goes on."""
    monkeypatch.setattr(search, "NODES_BEFORE_BACK_END", 0)
    for way in ("dive", "polish", "choose", "improve"):
        monkeypatch.setattr(Improving, way, lambda *_: None)
    monkeypatch.setattr(Handover, "looked_through", lambda *_, **__: False)
    decided = []

    def late(self: Handover, node: Node, columns: Columns, seconds: float | None = None) -> bool:
        decided.append(seconds)
        return False if seconds is not None else decide(self, node, columns)

    decide = Handover.decide
    monkeypatch.setattr(Handover, "decide", late)
    for seed in range(30):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        if best is None:
            continue
        outcome = solve(problem, get("highs"))
        assert_honest(problem, outcome, best)
        assert outcome.termination is Termination.OPTIMAL, seed
        assert outcome.least == best.total(problem), seed
    assert sum(seconds is not None for seconds in decided) > 10
