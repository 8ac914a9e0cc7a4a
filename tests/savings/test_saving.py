"""Savings in samples are what the evaluator says of each sample, and what `ranges` has found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import bruteforce
import tiny
from dice import Dice
from koopopt.case.library import PowerCost
from koopopt.case.plan import Plan
from koopopt.case.ranges import changed, ranged
from koopopt.evaluation import all_alone, evaluate
from koopopt.inquiry.ranges import ranges
from koopopt.problem import Problem
from koopopt.savings.costs import moves_costs
from koopopt.savings.samples import Samples
from koopopt.savings.saving import Saving, Savings
from nightly import NIGHTLY
from random_instances import random_problem

SEEDS = range(20 * NIGHTLY)
SAMPLES = 7


def uncertain(problem: Problem, seed: int) -> Problem:
    """Return a random problem in which numbers of every kind have ranges, some of them."""
    dice = Dice(np.random.default_rng([21, seed]))

    def ends(value: float, most: float = 1e12) -> tuple[float, float] | None:
        if dice.chance(0.4):
            return None
        low, high = dice.pick([0.5, 0.9, 1.0]), dice.pick([1.0, 1.3, 2.0])
        least, largest = sorted(float(f"{f * value:.12g}") for f in (low, high))
        return min(least, value), max(value, min(most, largest))

    def service(s: Any) -> Any:
        cost: Any = s.cost
        if isinstance(cost, PowerCost):
            cost = replace(
                cost, elasticity_range=ends(cost.elasticity, 2.0), scale_range=ends(cost.scale),
                flat_above_range=ends(cost.flat_above) if cost.flat_above else None,
            )  # fmt: skip
        else:
            tiers = [
                replace(t, fixed_range=ends(t.fixed), per_unit_range=ends(t.per_unit))
                for t in cost.tiers
            ]
            cost = replace(cost, tiers=tuple(tiers))
        demand = replace(s.demand, per_inhabitant_range=ends(s.demand.per_inhabitant))
        travel = replace(s.travel, trips_per_inhabitant_range=ends(s.travel.trips_per_inhabitant))
        return replace(s, cost=cost, demand=demand, travel=travel)

    def form(f: Any) -> Any:
        grant = f.grant
        if grant is not None:
            amounts = {key: pair for key, v in grant.amounts.items() if (pair := ends(v))}
            grant = replace(grant, amounts_range=amounts, years_range=ends(grant.years))
        return replace(
            f, grant=grant, fixed_cost_range=ends(f.fixed_cost),
            cost_per_extra_member_range=ends(f.cost_per_extra_member),
            cost_per_pair_range=ends(f.cost_per_pair),
        )  # fmt: skip

    made = replace(
        problem.instance,
        services=tuple(map(service, problem.instance.services)),
        legal_forms=tuple(map(form, problem.instance.legal_forms)),
        office_cost_range=ends(problem.instance.office_cost),
        speed_kmh_range=ends(problem.instance.speed_kmh),
        weights={"cost": 1.0, "travel": 2.0},
        weights_range={"travel": (1.0, 3.0)} if dice.chance(0.5) else {},
    )
    return Problem.of(made)


def by_hand(problem: Problem, plan: Plan, count: int, seed: int) -> list[int]:
    """Return what a plan saves in each sample, by problems made anew."""
    drawn = Samples.of(problem.instance, count, seed)
    weights = tuple(r for r in drawn.numbers if r.path[0] == "weights")
    drawn = drawn.without(weights)
    found = []
    for row in drawn.rows:
        own = Problem.of(changed(problem.instance, drawn.numbers, row))
        costs = (evaluate(own, p).amount("cost") for p in (all_alone(own), plan))
        alone, together = costs
        found.append(alone - together)
    return found


def some_plans(problem: Problem, seed: int, most: int = 3) -> list[Plan]:
    dice = Dice(np.random.default_rng([22, seed]))
    plans = [p for p in bruteforce.all_plans(problem) if p.pooled]
    return [dice.pick(plans) for _ in range(most)] if plans else []


@pytest.mark.parametrize("seed", SEEDS)
def test_as_the_evaluator_says_of_each_sample(seed: int) -> None:
    problem = uncertain(random_problem(seed), seed)
    savings = Savings(problem, samples=SAMPLES, seed=seed)
    for plan in some_plans(problem, seed):
        found = savings.of(plan)
        if savings.numbers == 0:
            assert found is None
            continue
        assert found is not None
        assert list(found.sampled) == by_hand(problem, plan, SAMPLES, seed)
        costs = (evaluate(problem, p).amount("cost") for p in (all_alone(problem), plan))
        alone, together = costs
        assert found.modelled == alone - together


def test_the_random_problems_have_what_is_asked_of_them() -> None:
    """Some of them have plans that save more in one sample than in another."""
    moved = 0
    for seed in range(10):
        problem = uncertain(random_problem(seed), seed)
        savings = Savings(problem, samples=2)
        found = map(savings.of, some_plans(problem, seed, 1))
        moved += any(s is not None and len(set(s.sampled)) > 1 for s in found)
    assert moved >= 3


@pytest.mark.parametrize("seed", list(SEEDS)[:5])
def test_to_the_cent_what_ranges_find(seed: int) -> None:
    problem = uncertain(random_problem(seed), seed)
    savings = Savings(problem, samples=2, seed=seed)
    for plan in some_plans(problem, seed, 1):
        if not savings.numbers:
            continue
        found, mine = ranges(evaluate(problem, plan), samples=2, seed=seed), savings.of(plan)
        assert mine is not None
        assert list(mine.sampled) == [case.saving for case in found.samples]
        assert found.base is not None
        assert mine.modelled == found.base.saving
        for share in (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0):
            assert mine.at(share) / 100 == found.saving(share)


@pytest.mark.parametrize("seed", list(SEEDS)[:8])
def test_the_same_in_any_order_together_or_alone(seed: int) -> None:
    problem = uncertain(random_problem(seed), seed)
    plans = some_plans(problem, seed)
    one_by_one = [Savings(problem, samples=SAMPLES).of(plan) for plan in plans]
    backwards, together = (Savings(problem, samples=SAMPLES) for _ in range(2))
    assert [backwards.of(plan) for plan in plans[::-1]] == one_by_one[::-1]
    together.learn(plans)
    assert [together.of(plan) for plan in plans] == one_by_one


def test_other_weights_change_nothing() -> None:
    """Also not the samples: a range of a weight that was given anew is not asked by `ranges`."""
    instance = tiny.uncertain()
    problem = Problem.of(instance)
    plan = tiny.pooled_plan(problem)
    first = Savings(problem).of(plan)
    other = Problem.of(instance, weights={"travel": 7.0})
    assert Savings(other).of(plan) == first
    found = [ranges(evaluate(p, plan), samples=3) for p in (problem, other)]
    assert [len(f.held) for f in found] == [0, 1]
    savings = [[case.saving for case in f.samples] for f in found]
    assert savings[0] == savings[1] == list(Savings(problem, samples=3).of(plan).sampled)  # type: ignore[union-attr]


def test_by_hand_where_only_the_office_has_a_range() -> None:
    """One office is paid more or less, from nothing to twice as much and 100 EUR."""
    instance = tiny.uncertain()
    problem = Problem.of(instance)
    found = Savings(problem).of(tiny.pooled_plan(problem))
    assert found is not None
    office = round(100 * instance.office_cost)
    most = round(100 * instance.office_cost_range[1])  # type: ignore[index]
    assert found.modelled + office - most <= found.at(0.0) < found.low < found.at(0.5)
    assert found.at(0.5) < found.high < found.at(1.0) <= found.modelled + office
    step = most / 200  # each cell of the range holds the value of one sample
    assert abs(found.at(0.5) - (found.modelled + office - most / 2)) <= step + 1
    assert abs(found.high - found.low - 0.8 * most) <= 2 * step + 1


def test_nothing_is_said_without_ranges_on_which_costs_depend() -> None:
    made = tiny.instance()
    speeds = replace(made, speed_kmh_range=(made.speed_kmh, 90.0), weights={"travel": 2.0},
                     weights_range={"travel": (1.0, 3.0)})  # fmt: skip
    for instance in (made, speeds):
        problem = Problem.of(instance)
        assert Savings(problem).of(tiny.pooled_plan(problem)) is None


def test_all_alone_saves_nothing() -> None:
    problem = Problem.of(tiny.uncertain())
    assert Savings(problem).of(all_alone(problem)) == Saving(0, (0,) * 200)


def test_it_ends_where_it_is_told_to() -> None:
    problem = Problem.of(tiny.uncertain())
    asked = iter([True] * 20)
    savings = Savings(problem, go_on=lambda: next(asked, False))
    assert savings.of(tiny.pooled_plan(problem)) is None


def test_sums_that_are_too_large_are_not_told() -> None:
    instance = tiny.uncertain()
    first, *others = instance.legal_forms
    dear = replace(first, fixed_cost_range=(first.fixed_cost, 1e15))
    problem = Problem.of(replace(instance, legal_forms=(dear, *others)))
    assert Savings(problem).of(tiny.pooled_plan(problem)) is None


def test_against_another_plan_it_is_the_difference_in_each_sample() -> None:
    mine, other = Saving(50, (40, -10, 30)), Saving(20, (30, 10, 30))
    found = mine.against(other)
    assert (found.modelled, found.sampled, found.losing) == (30, (10, -20, 0), 1)
    assert (found.at(0.0), found.at(0.5), found.at(1.0)) == (-20, 0, 10)


def test_which_numbers_costs_depend_on() -> None:
    problems = (uncertain(random_problem(seed), seed) for seed in range(20))
    paths = {r.path: moves_costs(r) for p in problems for r in ranged(p.instance)}
    quiet = {path for path, moves in paths.items() if not moves}
    assert quiet
    for path in quiet:
        assert path[0] in ("weights", "travel") or path[2] in ("travel", "identity")
    for path in set(paths) - quiet:
        assert path[0] in ("office", "legal_form") or path[2] in ("cost", "demand")
