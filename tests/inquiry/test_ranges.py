"""What is said of ranges is what fresh problems say, written out plan by plan."""

from __future__ import annotations

import threading
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest

import bruteforce
import koopopt
from dice import Dice
from koopopt.case.instance import Instance
from koopopt.case.library import PowerCost
from koopopt.case.ranges import changed, ranged
from koopopt.errors import DataError, UsageError
from koopopt.evaluation import evaluate
from koopopt.inquiry.ranges import Ranges, ranges
from koopopt.inquiry.sampled import Case
from koopopt.problem import Problem
from koopopt.solving.optimise import Status
from nightly import NIGHTLY
from random_instances import random_problem

SEEDS = range(12 * NIGHTLY)
SAMPLES = 4


def uncertain(problem: Problem, seed: int) -> Problem:
    """Return a random problem some of whose numbers have ranges."""
    dice = Dice(np.random.default_rng([11, seed]))
    instance = problem.instance

    def around(value: float, most: float = 1e12) -> tuple[float, float]:
        low, high = dice.pick([0.5, 0.8, 1.0]), dice.pick([1.0, 1.25, 2.0])
        ends = (value if f == 1 else float(f"{f * value:.12g}") for f in (low, high))
        low, high = ends
        return low, min(most, high)

    services = []
    for s in instance.services:
        cost: Any = s.cost
        if isinstance(cost, PowerCost):
            ends = around(cost.elasticity, 2.0)
            cost = replace(cost, elasticity_range=ends if dice.chance(0.7) else None)
        else:
            first, *others = cost.tiers
            first = replace(first, fixed_range=around(first.fixed))
            cost = replace(cost, tiers=(first, *others))
        travel = replace(s.travel, trips_per_inhabitant_range=around(s.travel.trips_per_inhabitant))
        services.append(replace(s, cost=cost, travel=travel))
    first_form, *forms = instance.legal_forms
    first_form = replace(first_form, fixed_cost_range=around(first_form.fixed_cost))
    made = replace(
        instance, services=tuple(services), legal_forms=(first_form, *forms),
        office_cost_range=around(instance.office_cost), weights=dict(problem.weights),
        weights_range={"travel": around(problem.weights.get("travel", 0.0))}
        if "travel" in problem.weights else {},
    )  # fmt: skip
    return replace(Problem.of(made, limits=problem.limits), weights=problem.weights)


def fresh(problem: Problem, found: Ranges, case: Case) -> Problem:
    """Return the problem of a case, made from nothing that `ranges` has made."""
    weights = dict(problem.weights)
    pairs = list(zip(found.numbers, case.values, strict=True))
    for number, value in pairs:
        if number.path[0] == "weights":
            weights[str(number.path[1])] = value
    others = [(n, v) for n, v in pairs if n.path[0] != "weights"]
    instance = changed(problem.instance, [n for n, _ in others], [v for _, v in others])
    return replace(Problem.of(instance, limits=problem.limits), weights=weights)


def tried(seed: int) -> tuple[Problem, Ranges] | None:
    """Return a random problem and what is found of one of its plans; None where it has none."""
    base = random_problem(seed)
    if not any(base.weights.values()):
        return None
    problem = uncertain(base, seed)
    plans = list(bruteforce.all_plans(problem))
    if not plans or not ranged(problem.instance):
        return None
    dice = Dice(np.random.default_rng([12, seed]))
    plan = dice.pick(plans)
    if dice.chance(0.5):
        best = bruteforce.solve(problem)
        assert best is not None
        plan = best.plan
    return problem, ranges(evaluate(problem, plan), samples=SAMPLES, seed=seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_cases_are_what_enumeration_says(seed: int) -> None:
    if (made := tried(seed)) is None:
        return
    problem, found = made
    bars = [case for bar in found.bars for case in bar.ends]
    assert len(bars) == 2 * len(found.numbers)
    assert len(found.samples) == SAMPLES
    assert found.base is not None
    for case in (found.base, *bars, *found.samples):
        own = fresh(problem, found, case)
        best = bruteforce.solve(own)
        mine = evaluate(own, found.evaluation.plan)
        assert case.mine.total == mine.total
        assert set(case.mine.broken) == {v.rule for v in mine.violations}
        alone = int(own.facts.alone_cents.sum())
        assert case.saving == alone - mine.amount("cost")
        if best is None:
            assert case.status is Status.INFEASIBLE
            assert case.total_regret is None
            continue
        assert case.proven
        assert case.best is not None
        assert evaluate(own, case.best).feasible
        assert case.best_total == best.total(own) == evaluate(own, case.best).total
        if mine.feasible:
            assert case.total_regret == mine.total - best.total(own)
            assert (case.best == found.evaluation.plan) == (case.total_regret == 0)
        else:
            assert case.total_regret is None


@pytest.mark.parametrize("seed", list(SEEDS)[:8])
def test_shares_of_pairs_lie_between_those_of_equally_good_plans(seed: int) -> None:
    if (made := tried(seed)) is None:
        return
    problem, found = made
    least: dict[Any, int] = {}
    most: dict[Any, int] = {}
    for case in found.proven:
        own = fresh(problem, found, case)
        together = [
            {(p.service, *pair) for p in plan.pooled for pair in combinations(p.members, 2)}
            for plan in bruteforce.all_plans(own)
            if evaluate(own, plan).total == case.best_total
        ]
        for pair in set().union(*together):
            most[pair] = most.get(pair, 0) + 1
        for pair in set.intersection(*together):
            least[pair] = least.get(pair, 0) + 1
    for pair in set(found.pairs) | set(most):
        assert least.get(pair, 0) <= found.pairs[pair] <= most.get(pair, 0)


@pytest.mark.parametrize("seed", list(SEEDS)[:8])
def test_quantiles_and_standings_are_counted_from_the_cases(seed: int) -> None:
    if (made := tried(seed)) is None:
        return
    problem, found = made
    savings = sorted(case.saving for case in found.samples)
    assert found.saving(0) == savings[0] / 100
    assert found.saving(0.5) == savings[1] / 100
    assert found.saving(1) == savings[-1] / 100
    known = [case for case in found.proven if not case.mine.broken]
    regrets = sorted((c.mine.total - (c.best_total or 0)) * c.grain for c in known)
    assert found.regret(1) == (float(regrets[-1]) if regrets else None)
    near = 0
    for case in found.proven:
        own = fresh(problem, found, case)
        best = bruteforce.solve(own)
        assert best is not None
        mine = evaluate(own, found.evaluation.plan)
        off = mine.total * own.scale.grain - best.exact
        near += mine.feasible and 100 * off <= abs(best.exact)
    assert found.near == near
    for s in found.records:
        plans = [evaluate(fresh(problem, found, case), s.plan) for case in found.proven]
        totals = [
            (e.total - (c.best_total or 0)) * c.grain
            for e, c in zip(plans, found.proven, strict=True)
            if e.feasible
        ]
        assert s.broken == sum(not e.feasible for e in plans)
        assert s.mean == sum(totals, Fraction(0)) / max(len(totals), 1)
    assert list(found.records) == sorted(found.records, key=lambda s: (-s.near, s.broken, s.mean))


def villages(**changes: Any) -> Instance:
    base = koopopt.read("three-villages")
    given = {"office_cost_range": (0.5 * base.office_cost, 2 * base.office_cost + 1000.0)}
    services = tuple(
        replace(s, cost=replace(s.cost, elasticity_range=(0.5, 1.0)))
        if isinstance(s.cost, PowerCost) and 0.5 <= s.cost.elasticity <= 1
        else replace(s, travel=replace(s.travel, trips_per_inhabitant_range=(0.0, 9.0)))
        for s in base.services
    )
    return replace(base, services=services, **{**given, **changes})


def solved(instance: Instance, **asked: Any) -> Any:
    result = koopopt.solve(instance, **asked)
    assert result.evaluation is not None
    return result.evaluation


def test_any_number_of_workers_finds_the_same() -> None:
    evaluation = solved(villages())
    first, second = (ranges(evaluation, samples=30, seed=5, workers=w) for w in (1, 2))
    assert (first.base, first.bars, first.samples) == (second.base, second.bars, second.samples)
    assert first.records == second.records
    assert first.records


def test_another_seed_draws_other_values() -> None:
    evaluation = solved(villages())
    first, second = (ranges(evaluation, samples=3, seed=seed) for seed in (0, 1))
    assert [c.values for c in first.samples] != [c.values for c in second.samples]
    assert [b.low for b in first.bars] == [b.low for b in second.bars]


def test_a_weight_that_the_run_has_otherwise_is_held() -> None:
    weights = {"cost": 1.0, "travel": 10.0}
    made = villages(weights=weights, weights_range={"travel": (5.0, 20.0)})
    as_it_is, other = solved(made), solved(made, weights={"travel": 3.0})
    asked = ("weights", "travel")
    assert asked in [n.path for n in ranges(as_it_is, samples=1).numbers]
    found = ranges(other, samples=1)
    assert [n.path for n in found.held] == [asked]
    assert asked not in [n.path for n in found.numbers]


def test_without_ranges_there_is_nothing_to_ask() -> None:
    plain = koopopt.read("three-villages")
    bare = replace(plain, office_cost_range=None, speed_kmh_range=None, detour_range=None)
    services = tuple(
        replace(s, cost=replace(s.cost, elasticity_range=None))
        if isinstance(s.cost, PowerCost) else s
        for s in bare.services
    )  # fmt: skip
    with pytest.raises(DataError, match="has a range"):
        ranges(solved(replace(bare, services=services, weights_range={})))


def test_an_order_of_criteria_has_no_regret() -> None:
    evaluation = solved(villages(), lexicographic=["cost"])
    with pytest.raises(UsageError, match="one after the other"):
        ranges(evaluation)


@pytest.mark.parametrize("asked", [{"samples": 0}, {"workers": 0}, {"samples": 10**6}])
def test_what_cannot_be_meant_is_refused(asked: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="must be between"):
        ranges(solved(villages()), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stop_leaves_out_what_is_not_done(workers: int) -> None:
    cancel = threading.Event()
    cancel.set()
    found = ranges(solved(villages()), samples=50, workers=workers, cancel=cancel)
    assert found.samples == found.records == ()
    assert found.base is None
    assert found.saving(0.5) is None
