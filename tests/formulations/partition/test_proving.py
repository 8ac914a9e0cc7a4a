"""The tree of a proof, written down: what the checker confirms is what the tree knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pytest

import bruteforce
import koopopt
from koopopt.certifying.checking import confirm, scale_of
from koopopt.certifying.document import Certificate
from koopopt.evaluation import evaluate
from koopopt.formulations.partition import pools, rounds
from koopopt.formulations.partition.proving import Proof, sums_only, unproven
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control
from random_instances import random_problem
from tiny import instance


def proofs(seeds: Iterable[int]) -> Iterator[Certificate]:
    """Make certificates of random problems, each confirmed to prove the optimum exactly."""
    for seed in seeds:
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        if best is None or problem.lexicographic or not any(problem.weights.values()):
            continue
        own = sums_only(problem)
        aim = evaluate(own, best.plan).total
        made = Proof(problem, pools(own), get("highs"), Control(), aim).run()
        found = confirm(made, problem.instance)
        assert found.total is not None
        assert found.total * scale_of(found.problem).grain == best.exact, seed
        yield made


@pytest.mark.parametrize("part", range(3))
def test_without_cuts_splitting_alone_proves_the_same(
    part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds.Rounds, "cut", lambda *_, **__: False)
    splits: Counter[str] = Counter()
    for made in proofs(range(part * 60, (part + 1) * 60)):
        splits.update(node.split.kind for node in made.nodes if node.split)
    assert sum(splits.values()) >= 3


def test_an_aim_that_is_too_high_is_not_reached() -> None:
    problem = Problem.of(instance())
    best = koopopt.solve(problem)
    assert best.evaluation is not None
    aim = best.evaluation.total + 10**9
    made = Proof(problem, pools(problem), get("highs"), Control(), aim).run()
    assert confirm(made, problem.instance).bound == best.objective


def test_without_an_aim_there_is_a_bound() -> None:
    problem = Problem.of(instance())
    made = Proof(problem, pools(problem), get("highs"), Control(), None).run()
    assert confirm(made, problem.instance).bound == koopopt.solve(problem).objective


def test_costs_alone_prove_something() -> None:
    problem = Problem.of(instance())
    bound = confirm(unproven(problem, None), problem.instance).bound
    objective = koopopt.solve(problem).objective
    assert bound is not None
    assert objective is not None
    assert 0 < bound < objective


def test_columns_are_dropped_by_the_duals_that_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cuts that raise nothing leave the duals from before; what came after drops no column."""
    generate = rounds.Rounds.generate

    def misleading(self: rounds.Rounds, node: Any, *args: Any) -> None:
        generate(self, node, *args)
        node.reduced = [np.full(len(pool), 1e15) for pool in node.pools]
        node.level = 0.0

    monkeypatch.setattr(rounds.Rounds, "generate", misleading)
    monkeypatch.setattr(rounds.Rounds, "cut", lambda *_, **__: True)
    splits = 0
    for made in proofs(range(60)):
        splits += sum(node.split is not None for node in made.nodes)
    assert splits >= 3
