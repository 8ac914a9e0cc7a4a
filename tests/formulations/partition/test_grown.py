"""Pools that grow: what their bound says holds, and their first plan keeps the rules."""

from __future__ import annotations

import pytest

import bruteforce
from koopopt.evaluation import evaluate
from koopopt.formulations.partition import approaching, grown
from koopopt.problem import Problem
from koopopt.solvers.base import Control
from location_instances import facility_location_problem, p_median_problem
from nightly import NIGHTLY
from random_instances import random_problem


@pytest.fixture
def pairs_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only pairs are held, all others left to the relaxation."""
    monkeypatch.setattr(grown, "SMALL_SIZES", (2,))


@pytest.mark.usefixtures("pairs_only")
@pytest.mark.parametrize("ascending", [0, approaching.ASCENDING_AFTER])
@pytest.mark.parametrize("part", range(2 * NIGHTLY))
def test_bounds_hold_however_they_were_found(
    part: int, ascending: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By linear programs, or mostly by steps uphill; going on makes them no worse."""
    monkeypatch.setattr(approaching, "ASCENDING_AFTER", ascending)
    close = known = 0
    for seed in range(part * 40, (part + 1) * 40):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        found = grown.grow(problem, Control())
        further = found.further(Control(time_limit=0.05))
        assert further >= found.bound, seed
        if best is None:
            continue
        total = problem.scale.above(best.total(problem))
        assert further <= total, seed
        known += 1
        close += found.bound >= total - 0.05 * abs(total)
    assert known >= 15
    assert close > known // 3


@pytest.mark.usefixtures("pairs_only")
def test_the_first_plan_keeps_rules_on_seats() -> None:
    """Limits on criteria and numbers apart, which nobody looks at while packing."""
    checked = 0
    for seed in range(200):
        problem = random_problem(seed)
        asked = problem.plan_conditions
        if asked.limits or asked.counts or not all(c.alone.all() for c in problem.conditions):
            continue
        plan = grown.grow(problem, Control()).plan
        assert evaluate(problem, plan).feasible, seed
        checked += 1
    assert checked > 30


@pytest.mark.usefixtures("pairs_only")
@pytest.mark.parametrize("make", [facility_location_problem, p_median_problem])
def test_where_only_seats_matter_the_relaxation_is_exact(make: object) -> None:
    """Its bound is then that of the linear program, which is nearly always the optimum."""
    close = 0
    for seed in range(20):
        classical = make(seed)  # type: ignore[operator]
        problem: Problem = classical.problem
        bound = problem.scale.least(grown.grow(problem, Control()).bound)
        assert bound is not None
        assert bound <= classical.total
        close += bound >= 0.995 * classical.total
    assert close >= 12
