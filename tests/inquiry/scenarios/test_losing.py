"""The largest loss over scenarios: a weight and a limit on it, against enumeration."""

from __future__ import annotations

from dataclasses import replace

import pytest

import bruteforce
import koopopt
from bruteforce import LOSS, UNITS
from inquiry.scenarios.test_solving import check, random_cases
from koopopt.case.scenario import Scenario
from koopopt.errors import UsageError
from koopopt.inquiry.scenarios.cases import Cases
from koopopt.inquiry.scenarios.solving import solve
from koopopt.problem import Problem
from nightly import NIGHTLY

SEEDS = range(12 * NIGHTLY)
KEYS = (None, "population", "equal", "alone", "30%equal+population", "55%alone+demand")
WEIGHTS = (0.003, 0.5, 1, 7, 1e6)


def losing(seed: int, *, sites: bool = False) -> Cases:
    """Return a tiny problem in scenarios that asks something of the largest loss."""
    base = random_cases(seed, sites=sites).base
    rules = {**base.instance.rules}
    if key := KEYS[seed % len(KEYS)]:
        rules["key"] = key
    given = Problem.of(replace(base.instance, rules={**rules}))
    problem = replace(base, facts=given.facts)
    if seed % 3 != 0:
        weights = {**problem.weights, "largest_loss": WEIGHTS[seed % len(WEIGHTS)]}
        problem = replace(problem, weights={"largest_loss": 2} if seed % 11 == 0 else weights)
    if seed % 3 != 1:
        values = sorted({int(row[LOSS]) for row in bruteforce.all_criteria(problem)})
        if values:
            most = values[seed % len(values)]
            problem = problem.within({"largest_loss": most / UNITS[LOSS]})
    return Cases.of(problem)


@pytest.mark.parametrize("part", range(4))
def test_weights_and_limits_are_those_of_enumeration(part: int) -> None:
    for seed in SEEDS[part::4]:
        cases = losing(seed)
        check(cases, list(bruteforce.all_plans(cases.base)), seed)


@pytest.mark.parametrize("part", range(2))
def test_with_sites_as_well(part: int) -> None:
    for seed in range(part, 6 * NIGHTLY, 2):
        cases = losing(seed, sites=True)
        check(cases, list(bruteforce.all_plans(cases.base)), seed)


def test_losses_that_cannot_be_bounded_are_refused_by_name() -> None:
    bare = replace(koopopt.read("three-villages"), scenarios=(Scenario(id="wet"),))
    shapley = replace(bare, rules={**bare.rules, "key": "shapley"})
    with pytest.raises(UsageError, match="fixed weights only"):
        solve(Problem.of(shapley, weights={"largest_loss": 1.0}), "worst")
    with pytest.raises(UsageError, match="fixed weights only"):
        solve(Problem.of(shapley, limits={"largest_loss": 5.0}), "worst")
    assert solve(Problem.of(shapley), "worst").objective is not None
