from __future__ import annotations

import pytest

import tiny
from koopopt.pareto.front import Front
from koopopt.problem import Problem
from pareto import hand
from storage.made import INSTANCE, PROBLEM, written
from storage.mutation import Table


@pytest.fixture(scope="module")
def front() -> Front:
    return hand.of_problem(Problem.of(INSTANCE), ("cost", "travel", "bodies"))


@pytest.fixture(scope="module")
def of_model() -> Front:
    return hand.of_model(hand.knapsack(objectives=3))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return written(tmp_path_factory.mktemp("run"), tiny.result(PROBLEM))
