"""The linear program over whole partitions: its bound holds, and nothing within it is dropped."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from formulations.partition.test_combining import partitions_of
from koopopt.evaluation import evaluate
from koopopt.formulations.partition import decomposing
from koopopt.formulations.partition.decomposing import cheapest, decomposed
from nightly import NIGHTLY
from random_instances import random_problem


@pytest.mark.parametrize("at_once", [2, 300])
def test_no_plan_within_the_bound_loses_a_partition(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By all plans, feasible or not: their weighted sums are no less than the new costs say."""
    monkeypatch.setattr(decomposing, "FIRST", at_once)
    monkeypatch.setattr(decomposing, "AT_ONCE", at_once)
    looked = dropped = 0
    for seed in range(60 * NIGHTLY):
        problem = random_problem(seed)
        if problem.facts.towns > 4 or len(problem.facts.services) > 3:
            continue
        columns, _, parts = partitions_of(problem)
        if not 1 < np.prod([len(part) for part in parts]) <= 20_000:
            continue
        value = columns.criteria @ problem.scale.floats
        totals, chosen_of = [], []
        for which in product(*(range(len(part)) for part in parts)):
            chosen = np.concatenate([part[k] for part, k in zip(parts, which, strict=True)])
            evaluation = evaluate(problem, columns.plan(problem.facts, chosen))
            if evaluation.feasible:
                totals.append(problem.scale.above(evaluation.total))
                chosen_of.append(chosen)
        if not totals:
            continue
        best = float(np.quantile(totals, 0.1))
        group = np.arange(len(columns))
        found = decomposed(problem, columns, value, group, parts, best, bool)
        assert found is not None
        kept = [{tuple(part[k].tolist()) for k in range(len(part))} for part in found.parts]
        for total, chosen in zip(totals, chosen_of, strict=True):
            assert found.rest + found.cost[chosen].sum() <= total
            if total <= best:
                for s, those in enumerate(kept):
                    assert tuple(chosen[columns.service[chosen] == s].tolist()) in those
        looked += 1
        dropped += sum(map(len, parts)) - sum(map(len, found.parts))
    assert looked > 5
    assert dropped > looked


def test_it_is_stopped_before_anything_is_proven() -> None:
    problem = next(
        p
        for p in map(random_problem, range(60))
        if len(p.facts.services) == 2 and p.facts.towns < 5
    )
    columns, cost, parts = partitions_of(problem)
    group = np.arange(len(columns))
    assert decomposed(problem, columns, cost, group, parts, 1e9, lambda: True) is None


def test_the_cheapest_of_each_group() -> None:
    group, cost = np.array([1, 0, 1, 0, 2]), np.array([3.0, 2.0, 1.0, 2.0, 9.0])
    assert cheapest(group, cost).tolist() == [1, 2, 4]
