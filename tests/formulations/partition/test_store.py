"""Pools that are kept: what is found again is what would be made."""

from __future__ import annotations

import numpy as np

from koopopt.formulations.partition import pools
from koopopt.formulations.partition.store import Store, pools_of
from koopopt.problem import Problem
from random_instances import random_problem


def test_a_part_of_a_held_pool_is_the_pool_that_would_be_made() -> None:
    found = 0
    for seed in range(160):
        problem = random_problem(seed)
        near = problem.within({"farthest": 20.0 + seed % 20}).additive
        store = Store()
        store.add(pools_of(problem), dict(enumerate(pools(problem))))
        parts = store.find(pools_of(near))
        made = pools(near)
        assert list(parts) == list(range(len(made)))
        for s, pool in enumerate(made):
            found += len(pool)
            assert (parts[s].coalitions.dense == pool.coalitions.dense).all()
            for name in ("cost", "form", "pair"):
                assert np.array_equal(getattr(parts[s], name), getattr(pool, name))
    assert found > 500


def test_a_pool_is_no_part_of_one_with_fewer_seats_or_other_numbers() -> None:
    problem = random_problem(4)
    narrow = problem.within({"farthest": 0.0}).additive
    assert not np.array_equal(narrow.conditions[0].pair, problem.conditions[0].pair)
    store = Store()
    store.add(pools_of(narrow), dict(enumerate(pools(narrow))))
    assert 0 not in store.find(pools_of(problem))
    other = Problem.of(random_problem(5).instance)
    assert not store.find(pools_of(other))
