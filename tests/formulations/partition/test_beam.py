"""Beam search: it finds what rules allow and pricing wants; all of it where the beam is wide."""

from __future__ import annotations

import numpy as np

from koopopt.coalitions.enumeration import never
from koopopt.formulations.partition import pools
from koopopt.formulations.partition.beam import beam
from koopopt.formulations.partition.pool import Pool, Prices, fill
from koopopt.problem import Problem
from random_instances import random_problem
from tiny import instance


def some_prices(n: int, seed: int) -> Prices:
    """Return prices at which some coalitions are worth it."""
    rng = np.random.default_rng(seed)
    pair = rng.uniform(-4e8, 2e8, (n, n))
    return Prices(1.0, pair, rng.uniform(0, 1e6, n), 1e5, np.zeros(n))


def negative(pool: Pool, prices: Prices) -> set[bytes]:
    """Return the coalitions of negative reduced cost."""
    which = np.flatnonzero(pool.reduced_cost(prices)[0] < 0.0)
    return {pool.coalitions[k].tobytes() for k in which.tolist()}


def test_all_that_is_found_is_in_the_pool_and_negative() -> None:
    found = 0
    for seed in range(60):
        problem = random_problem(seed)
        for s, everything in enumerate(pools(problem)):
            prices = some_prices(problem.facts.n, seed)
            conditions = problem.conditions[s]
            small = everything.coalitions.take(everything.coalitions.size == 2)
            grown = beam(problem.facts, s, conditions, prices, small, never)
            got = fill(problem.facts, s, conditions, grown)
            assert negative(got, prices) <= negative(everything, prices)
            assert len(negative(got, prices)) == len(got)
            found += len(got)
    assert found > 100


def test_a_wide_beam_finds_all_from_pairs() -> None:
    for seed in range(10):
        names = ["A", "B", "C", "D", "E", "F", "G"]
        problem = Problem.of(instance(names, rules={"contiguous": True}))
        everything = pools(problem)[0]
        prices = some_prices(problem.facts.n, seed)
        small = everything.coalitions.take(everything.coalitions.size == 2)
        grown = beam(problem.facts, 0, problem.conditions[0], prices, small, never)
        got = fill(problem.facts, 0, problem.conditions[0], grown)
        assert negative(got, prices) == negative(everything, prices)
        assert len(negative(got, prices)) > 2
