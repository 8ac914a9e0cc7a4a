"""The priced pool: what it proves holds for the whole problem, however little it has seen."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import bruteforce
from koopopt.coalitions.enumeration import TooMany
from koopopt.coalitions.sets import COMPILED_FROM, FORBIDDEN, Coalitions
from koopopt.evaluation import evaluate
from koopopt.formulations import partition
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition import Partition, grown, pools
from koopopt.formulations.partition.columns import pair_terms
from koopopt.formulations.partition.relaxed import Relaxation, least_shares
from koopopt.formulations.partition.rows import prices
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control, Termination
from location_instances import facility_location_problem, p_median_problem
from random_instances import random_problem
from tiny import instance


@pytest.fixture
def too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pool is ever whole nor streamed, and pricing starts from pairs or nothing."""

    def refuse(*_: object) -> None:
        raise TooMany

    monkeypatch.setattr(partition.Holding, "count", refuse)
    monkeypatch.setattr(partition.streamed, "count", lambda *_: None)
    monkeypatch.setattr(grown, "SMALL_SIZES", (2,))


def solve(problem: Problem, control: Control | None = None) -> Outcome:
    return Partition().solve(problem, get("highs"), control or Control())


@pytest.mark.usefixtures("too_many")
@pytest.mark.parametrize("part", range(4))
def test_bounds_hold_for_the_whole_problem(part: int) -> None:
    proven = 0
    for seed in range(part * 25, (part + 1) * 25):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        outcome = solve(problem)
        assert outcome.termination is not Termination.INFEASIBLE, seed
        if best is None:
            assert outcome.plan is None, seed
            continue
        if outcome.least is not None:
            assert outcome.least <= best.total(problem), seed
        if outcome.plan is None:
            assert outcome.termination is not Termination.OPTIMAL, seed
            continue
        evaluation = evaluate(problem, outcome.plan)
        assert evaluation.feasible
        if outcome.termination is Termination.OPTIMAL:
            assert evaluation.total == best.total(problem), seed
            proven += 1
    assert proven >= 1


def test_what_is_priced_is_part_of_the_whole_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proposals keep every rule, groups and pairs apart among them."""
    monkeypatch.setattr(grown, "SMALL_SIZES", ())  # start from nothing
    count = 0
    for seed in range(100):
        problem = random_problem(seed)
        found = grown.grow(problem, Control()).pools
        for part, whole in zip(found, pools(problem), strict=True):
            cost = {whole.coalitions[k].tobytes(): whole.cost[k] for k in range(len(whole))}
            for k in range(len(part)):
                assert part.cost[k] == cost[part.coalitions[k].tobytes()], seed
            count += len(part)
    assert count > 100


@pytest.mark.usefixtures("too_many")
@pytest.mark.parametrize("make", [facility_location_problem, p_median_problem])
def test_location_problems_are_mostly_proven(make: object) -> None:
    """Costs are linear there, and the linear program is nearly always integral."""
    proven = found = 0
    for seed in range(20):
        classical = make(seed)  # type: ignore[operator]
        outcome = solve(classical.problem)
        assert outcome.plan is not None
        assert outcome.least is not None
        assert outcome.least <= classical.total
        value = evaluate(classical.problem, outcome.plan).total
        assert value >= classical.total
        found += value == classical.total
        proven += outcome.termination is Termination.OPTIMAL
    assert found >= 15
    assert proven >= 12


@pytest.mark.usefixtures("too_many")
def test_gap_and_time() -> None:
    for seed in range(40):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        if best is None:
            continue
        for control in (Control(gap=0.1), Control(time_limit=0.0)):
            outcome = solve(problem, control)
            optimum = best.total(problem)
            assert outcome.least is None or outcome.least <= optimum, seed
            if outcome.termination is Termination.OPTIMAL:
                assert outcome.plan is not None
                value = evaluate(problem, outcome.plan).total
                assert value <= optimum + Fraction(1, 10) * abs(value), seed


@pytest.mark.parametrize("part", range(2))
def test_relaxed_pricing_is_below_every_column(part: int) -> None:
    """No coalition of the whole pool, at any seat, is cheaper than the bound on its seat.

    Nor than what is told of its cost after a rough look.
    """
    told = 0
    for seed in range(part * 40, (part + 1) * 40):
        rng = np.random.default_rng(seed)
        problem = random_problem(seed)
        facts = problem.facts
        terms = [pair_terms(facts, s) for s in range(len(facts.services))]
        weights = np.array([problem.weights.get(n, 0.0) for n in bruteforce.NAMES])
        charged = prices(problem, weights, terms)
        for s, (pool, price) in enumerate(zip(pools(problem), charged, strict=True)):
            price.pair -= rng.uniform(0, 3e5, facts.n)
            price.seat -= rng.normal(0, 1e4, facts.n)
            held = int(rng.integers(0, 4))
            relaxation = Relaxation(facts, s, problem.conditions[s], held)
            close, rough = (relaxation.cheapest(price, rough=rough) for rough in (False, True))
            large = pool.take(pool.coalitions.apart(facts.towns)[0].size > held)
            if not len(large):
                continue
            true = large.by_seat(price, slice(None)).min(axis=0)
            ok = true < FORBIDDEN / 2
            room = 1e-6 * np.maximum(1.0, np.abs(true))
            for found in (close, rough):
                assert (found.reduced <= true + room)[ok].all(), (seed, s)
            some = np.flatnonzero(np.isfinite(rough.reduced))
            at = large.coalitions.find(Coalitions.of_table(rough.members[some]))
            cost = large.cost[at[at >= 0]]
            assert (rough.cents[some[at >= 0]] <= cost * (1 + 1e-9)).all(), (seed, s)
            told += len(cost)
    assert told > 50


def test_the_seed_is_as_much_as_is_little() -> None:
    names = [f"N{k}" for k in range(30)]
    many = Problem.of(instance(names, ids=[f"{k:02d}" for k in range(30)]))
    pool, held = grown.smallest(many.facts, 0, many.conditions[0], Control())
    assert pool.coalitions.size.max() == held == 3
    assert len(pool) <= COMPILED_FROM


def test_nobody_costs_less_than_the_floor() -> None:
    """It holds for the best plan of problems with every kind of curve and rule, and says a lot."""
    close = checked = 0
    for seed in range(150):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        if best is None:
            continue
        facts = problem.facts
        terms = [pair_terms(facts, s) for s in range(len(facts.services))]
        least = sum(
            float(least_shares(facts, s, problem.conditions[s], price).sum())
            for s, price in enumerate(prices(problem, problem.scale.floats, terms))
        )
        total = best.total(problem)
        assert least <= problem.scale.above(total), seed
        checked += 1
        close += least >= 0.5 * problem.scale.scaled(total)
    assert checked > 50
    assert close > 10
