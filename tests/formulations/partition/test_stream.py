"""Streams: a walk keeps exactly the coalitions that are cheap enough, at any prices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from koopopt.coalitions.sets import COMPILED
from koopopt.formulations.partition import pools
from koopopt.formulations.partition.columns import pair_terms
from koopopt.formulations.partition.pool import Prices, proven
from koopopt.formulations.partition.rank1 import Rank1
from koopopt.formulations.partition.rows import prices
from koopopt.formulations.partition.stream import Stream
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Stopped
from nightly import NIGHTLY
from random_instances import Dice, problem_of_size, random_problem

pytestmark = pytest.mark.skipif(not COMPILED, reason="numba is not installed")


def never() -> None:
    return None


def drawn(problem: Problem, seed: int) -> list[Prices]:
    """Return prices as duals and cuts make them, of the size of what is at stake."""
    rng, facts = np.random.default_rng(seed), problem.facts
    terms = [pair_terms(facts, s) for s in range(len(facts.services))]
    found = prices(problem, problem.scale.floats, terms)
    for price in found:
        size = max(1.0, float(np.abs(price.alone).max()))
        price.pair -= rng.uniform(0, size, facts.n)
        price.seat = price.seat - rng.normal(0, size / 10, facts.n)
        if facts.n >= 3:
            towns = np.array([rng.choice(facts.n, 3, replace=False) for _ in range(4)])
            weights = rng.permuted(np.tile([2, 1, 1], (4, 1)), axis=1)
            rows = np.zeros((4, facts.n), np.int64)
            np.put_along_axis(rows, towns, weights, axis=1)
            price.cuts = Rank1(rows, rng.integers(2, 4, 4))
            price.cut_price = rng.uniform(0, size / 3, 4)
    return found


@pytest.mark.parametrize("part", range(2 * NIGHTLY))
def test_a_walk_keeps_what_is_below(part: int) -> None:
    """All of it and nothing else, with the reduced costs of the pool that is held."""
    kept = 0
    for seed in range(part * 30, (part + 1) * 30):
        problem = random_problem(seed)
        for s, (pool, price) in enumerate(zip(pools(problem), drawn(problem, seed), strict=True)):
            stream = Stream(problem.facts, s, problem.conditions[s])
            reduced, _ = pool.reduced_cost(price)
            true = {pool.coalitions[k].tobytes(): r for k, r in enumerate(reduced.tolist())}
            for below, room in ((np.inf, 1000), (0.0, 1000), (np.inf, 5), (0.0, 1)):
                seen = stream.least(price, below, room, never)
                found = {
                    seen.pool.coalitions[k].tobytes(): r
                    for k, r in enumerate(seen.reduced.tolist())
                }
                assert found.keys() == {k for k, r in true.items() if r < seen.beyond}, seed
                assert all(r == pytest.approx(true[k], rel=1e-9) for k, r in found.items())
                assert len(found) <= 2 * room
                assert seen.beyond == below or (seen.beyond < below and room < 1000)
                kept += len(found)
    assert kept > 200


@pytest.mark.parametrize("most", [3, 4, 6, 12])
def test_what_is_out_of_reach_is_left_out_and_nothing_else(most: int) -> None:
    """Twelve along borders, of whom so many may join: closer looks end branches, and lose none."""
    kept = ended = 0
    for seed in range(12):
        dice = Dice(np.random.default_rng(seed))
        problem = problem_of_size(dice, 12, 1, seed)
        rules = {"contiguous": True, "max_members": most}
        problem = Problem.of(replace(problem.instance, rules=rules), weights={"cost": 1.0})
        (pool,), price = pools(problem), drawn(problem, seed)[0]
        stream = Stream(problem.facts, 0, problem.conditions[0])
        reduced, _ = pool.reduced_cost(price)
        below = float(np.quantile(reduced, 0.02))
        seen = stream.least(price, below, 10_000, never)
        true = {pool.coalitions[k].tobytes() for k in np.flatnonzero(reduced < below)}
        assert {seen.pool.coalitions[k].tobytes() for k in range(len(seen.pool))} == true, seed
        kept += len(true)
        ended += _looks(stream, price, below)
    assert kept > 25
    assert ended > 20 or most == 3  # then there is nothing to look at from afar


def _looks(stream: Stream, price: Prices, below: float) -> int:
    """Return how many branches closer looks ended in a walk."""
    dear = stream._dear(price)
    spot = stream._spot(dear)
    while not stream._take(dear, spot, below)[0]:
        pass
    return int(spot.looks[:, 1].sum())


def test_what_is_beyond_counts_in_the_bound() -> None:
    """The bound that few coalitions and a threshold give is no higher than that of all."""
    lower = 0
    for seed in range(60):
        problem = random_problem(seed)
        charged, alone = drawn(problem, seed), [c.alone for c in problem.conditions]
        whole = pools(problem)
        reduced = [p.reduced_cost(price)[0] for p, price in zip(whole, charged, strict=True)]
        true, _ = proven(whole, charged, alone, reduced, 0.0)
        seen = [
            Stream(problem.facts, s, problem.conditions[s]).least(price, np.inf, 2, never)
            for s, price in enumerate(charged)
        ]
        bound, level = proven(
            [x.pool for x in seen], charged, alone, [x.reduced for x in seen], 0.0,
            [x.beyond for x in seen],
        )  # fmt: skip
        assert level <= 0.0
        assert bound <= true + 1e-9 * abs(true) or true == np.inf, seed
        lower += bound < true
    assert lower > 5


def test_a_walk_hears_whoever_ends_it() -> None:
    problem = random_problem(1)
    control = Control()
    control.cancel.set()
    with pytest.raises(Stopped):
        Stream(problem.facts, 0, problem.conditions[0]).least(
            drawn(problem, 1)[0], np.inf, 10, control.check
        )
