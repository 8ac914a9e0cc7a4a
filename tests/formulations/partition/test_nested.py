"""Beginning with the smaller coalitions: the same answers, and none that is worse than theirs."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.partition.honest import assert_optimal, solve
from koopopt.evaluation import evaluate
from koopopt.formulations.partition import nested, selection, warm
from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.pool import Pool
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control
from random_instances import random_problem


@pytest.fixture
def small_first(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every pool is large, pairs are what is small; returns how many coalitions came first."""
    counts: list[int] = []

    def begun(problem: Problem, smaller: list[Pool], *told: object) -> tuple[object, Carried]:
        counts.append(sum(map(len, smaller)))
        return kept(problem, smaller, *told)  # type: ignore[arg-type,return-value]

    kept = nested.begun
    monkeypatch.setattr(nested, "begun", begun)
    monkeypatch.setattr(nested, "MANY_COALITIONS", 0)
    monkeypatch.setattr(nested, "FEW_COALITIONS", 5)
    return counts


@pytest.mark.parametrize("part", range(3))
def test_answers_are_those_of_enumeration(part: int, small_first: list[int]) -> None:
    found = sum(assert_optimal(seed) for seed in range(part * 40, (part + 1) * 40))
    assert found >= 20
    assert len(small_first) > 20


def test_no_answer_is_worse_than_that_of_smaller_coalitions(
    small_first: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where nothing is searched but these."""

    class Nothing(warm.PartitionSearch):
        def run(self, pools, start=None):  # type: ignore[no-untyped-def]
            return super().run([pool.take(np.arange(0)) for pool in pools], start)

    monkeypatch.setattr(warm, "PartitionSearch", Nothing)
    compared = 0
    for seed in range(40):
        problem = random_problem(seed)
        small_first.clear()
        outcome = solve(problem)
        if not small_first or outcome.plan is None:
            continue
        pools = selection.smallest(_pools(problem), nested.FEW_COALITIONS)
        plan, _ = nested.begun(problem, pools, get("highs"), Control(), None)
        if plan is not None:
            assert evaluate(problem, outcome.plan).total <= evaluate(problem, plan).total, seed
            compared += 1
    assert compared > 10


def _pools(problem: Problem) -> list[Pool]:
    from koopopt.formulations.partition import pools

    return pools(problem)
