"""Narrowing: what leaves a model is in no plan that is as good as a known one; bounds hold."""

from __future__ import annotations

from itertools import chain, product

import numpy as np
import pytest

import bruteforce
from koopopt.evaluation import evaluate
from koopopt.formulations.assignment import Assignment, narrowing
from koopopt.formulations.assignment.cuts import Lessons
from koopopt.formulations.assignment.fixing import (
    PricedColumns,
    better_prices,
    first_prices,
    fixed,
)
from koopopt.formulations.assignment.model import write
from koopopt.formulations.assignment.opening import Openings
from koopopt.formulations.assignment.whole import whole
from koopopt.formulations.sites import joined
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control, Progress, Termination
from location_instances import facility_location_problem, p_median_problem
from nightly import NIGHTLY
from random_instances import random_problem, with_sites


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Narrow the smallest model."""
    monkeypatch.setattr(narrowing, "FROM_COLUMNS", 0)


def proven(problem: Problem) -> int | None:
    """Return the least weighted sum, proven; None where no plan keeps the rules."""
    seen: list[Progress] = []
    outcome = Assignment().solve(problem, get("highs"), Control(on_progress=seen.append))
    if outcome.termination is Termination.INFEASIBLE:
        assert outcome.plan is None
        return None
    assert outcome.termination is Termination.OPTIMAL
    assert outcome.plan is not None
    total = evaluate(problem, outcome.plan).total
    assert outcome.least == total
    room = 1e-6 * max(1.0, abs(problem.scale.shown(total)))
    assert all(p.bound is None or p.bound <= problem.scale.shown(total) + room for p in seen)
    return total


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("part", range(2 * NIGHTLY))
@pytest.mark.parametrize("sites", [False, True])
def test_whatever_the_rules_the_best_plan_is_found_and_proven(part: int, sites: bool) -> None:
    for seed in range(40 * part, 40 * (part + 1)):
        problem = random_problem(seed).additive
        problem = with_sites(problem, seed) if sites else problem
        best = bruteforce.solve(problem)
        assert proven(problem) == (None if best is None else best.total(problem)), seed


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("make", [p_median_problem, facility_location_problem])
def test_location_problems_are_decided(make: object) -> None:
    for seed in range(60):
        classical = make(seed)  # type: ignore[operator]
        total = proven(classical.problem)
        assert total is not None
        assert classical.problem.scale.shown(total) == pytest.approx(classical.optimum, abs=1e-9)


def test_what_leaves_the_model_is_in_no_good_plan() -> None:
    left = 0
    for seed in range(100):
        problem = joined(random_problem(seed).additive)
        best = bruteforce.solve(problem.plain)
        if best is None or best.feasible > 500:
            continue
        good = [evaluate(problem, plan) for plan in bruteforce.all_plans(problem.plain)]
        model = whole(write(problem, Lessons()), Lessons())
        count = len(model.hubs.meaning.service)
        if model.unit > 1:
            continue
        c = PricedColumns.of_model(
            problem, model.hubs.meaning, model.model.objectives[0].coefficients[:count]
        )
        known = sorted(e.total for e in good)[len(good) // 10]
        price = first_prices(c)
        for _ in range(3):
            price = better_prices(c, price, float(known - model.base))
            told = fixed(c, price, known - model.base, count)
            if told is None:
                break
            assert told.least + model.base <= min(e.total for e in good), seed
            for e in good:
                if e.total <= known:
                    values = model.values(e.plan)
                    assert values is not None
                    assert not told.gone[values[:count] > 0.5].any(), seed
            left += int(told.gone.sum())
            c = c.without(told.gone)
    assert left > 300


def test_what_is_too_large_to_add_up_is_not_told() -> None:
    problem = p_median_problem(1).problem
    model = whole(write(problem, Lessons()), Lessons())
    cost = model.model.objectives[0].coefficients[: len(model.hubs.meaning.service)]
    c = PricedColumns.of_model(problem, model.hubs.meaning, cost * 2.0**50)
    assert fixed(c, first_prices(c), 0, len(cost)) is None


def test_hubs_that_no_move_improves() -> None:
    dice = np.random.default_rng(0)
    for _ in range(200):
        n = int(dice.integers(2, 8))

        def cost(shape: tuple[int, ...], none: float) -> np.ndarray:
            return np.where(dice.random(shape) < none, np.inf, dice.integers(0, 50, shape) * 1.0)

        costs = Openings.of(
            cost((n,), 0.3), cost((n,), 0.2), cost((n, n), 0.2), int(dice.integers(1, n + 1))
        )

        def total(open_: np.ndarray, costs: Openings = costs) -> float:
            return float(costs.hub[open_].sum() + costs.served(open_)[1][~open_].sum())

        found = costs.improved(np.zeros(n, bool))
        inside, outside = np.flatnonzero(found), np.flatnonzero(~found)
        for into, out in product(chain([-1], outside), chain([-1], inside)):
            moved = found.copy()
            moved[[k for k in [into] if k >= 0]] = True
            moved[[k for k in [out] if k >= 0]] = False
            if moved.sum() <= costs.most:
                assert total(moved) >= total(found) - 0.5


def test_the_number_of_hubs_counts_in_the_bound() -> None:
    """Without it the bound of a p-median is 0: everyone would be a hub."""
    for seed in range(30):
        classical = p_median_problem(seed)
        problem = classical.problem
        model = whole(write(problem, Lessons()), Lessons())
        count = len(model.hubs.meaning.service)
        cost = model.model.objectives[0].coefficients[:count]
        c = PricedColumns.of_model(problem, model.hubs.meaning, cost)
        price = first_prices(c)
        for _ in range(3):
            price = better_prices(c, price, float(classical.total - model.base))
        told = fixed(c, price, classical.total - model.base, count)
        assert told is not None
        assert 0.8 * classical.total <= told.least + model.base <= classical.total, seed
