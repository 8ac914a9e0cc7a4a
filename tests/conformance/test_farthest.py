"""The criterion `farthest`, which is no sum, against enumeration, as `test_agreement` does others.

Its weight is answered by thresholds above the formulations, its limit by a rule of partnerships.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import bruteforce
from bruteforce import LARGEST, UNITS
from conformance.test_agreement import FORMULATIONS, IN_PROCESS, NIGHTLY, check, check_order
from koopopt.problem import Problem
from koopopt.solving.optimise import Result, Status, solve
from random_instances import random_problem, with_sites

WEIGHTS = (0.001, 0.3, 40.0, 2000.0, 1e6)


def far(seed: int, sites: bool = False) -> Problem:
    """Return a random problem in which the farthest way has a weight, some with nothing else."""
    problem = with_sites(random_problem(seed), seed) if sites else random_problem(seed)
    weights = {**problem.weights, "farthest": WEIGHTS[seed % len(WEIGHTS)]}
    return replace(problem, weights={"farthest": 1} if seed % 11 == 0 else weights)


def limited(seed: int, sites: bool = False) -> Problem | None:
    """Return a random problem with a limit on the farthest way that binds, None without plans."""
    problem = far(seed, sites) if seed % 2 or sites else random_problem(seed)
    values = np.unique(bruteforce.all_criteria(problem)[:, LARGEST])
    if not len(values):
        return None
    most = int(values[seed % len(values)]) - seed % 3 // 2
    return problem.within({"farthest": most / UNITS[LARGEST]})


@pytest.mark.parametrize("formulation", FORMULATIONS)
@pytest.mark.parametrize("part", range(4 * NIGHTLY))
def test_optimum_with_a_weight(formulation: str, part: int) -> None:
    for seed in range(part * 30, (part + 1) * 30):
        problem = far(seed)
        check(solve(problem, formulation=formulation), bruteforce.solve(problem))


@pytest.mark.parametrize("formulation", FORMULATIONS)
@pytest.mark.parametrize("part", range(3 * NIGHTLY))
def test_optimum_within_a_limit(formulation: str, part: int) -> None:
    for seed in range(part * 30, (part + 1) * 30):
        if (problem := limited(seed)) is not None:
            check(solve(problem, formulation=formulation), bruteforce.solve(problem))


@pytest.mark.parametrize("formulation", FORMULATIONS)
@pytest.mark.parametrize("part", range(2 * NIGHTLY))
def test_the_way_to_a_site_counts(formulation: str, part: int) -> None:
    for seed in range(part * 30, (part + 1) * 30):
        for problem in (far(seed, sites=True), limited(seed, sites=True)):
            if problem is not None:
                check(solve(problem, formulation=formulation), bruteforce.solve(problem))


@pytest.mark.parametrize("formulation", FORMULATIONS)
@pytest.mark.parametrize("solver", [name for name in IN_PROCESS if name != "highs"])
def test_optimum_by_other_back_ends(formulation: str, solver: str) -> None:
    for seed in range(500, 500 + 12 * NIGHTLY):
        problem = far(seed)
        check(solve(problem, formulation=formulation, solver=solver), bruteforce.solve(problem))


@pytest.mark.parametrize("formulation", FORMULATIONS)
@pytest.mark.parametrize(
    "order", [("farthest", "cost"), ("farthest",), ("travel", "farthest"), ("bodies", "farthest")]
)
def test_lexicographic_order(formulation: str, order: tuple[str, ...]) -> None:
    for seed in range(12 * NIGHTLY):
        weights = {"cost": 1.0, "farthest": WEIGHTS[seed % len(WEIGHTS)]}
        free = replace(random_problem(seed), weights=weights)
        problem = replace(free, lexicographic=order)
        result = solve(problem, formulation=formulation)
        check_order(problem, order, result, seed)
        if result.objective is not None:
            assert result.bound == result.objective, seed


def test_a_gap_is_kept_and_proven() -> None:
    for seed in range(60):
        problem = replace(far(seed), weights={"cost": 1.0, "farthest": 3000.0})
        best = bruteforce.solve(problem)
        result: Result = solve(problem, gap=0.05)
        if best is None:
            assert result.status is Status.INFEASIBLE
            continue
        assert result.objective is not None
        assert result.bound is not None
        assert result.bound <= float(best.exact) <= result.objective
        if best.exact > 0:
            assert result.status is Status.OPTIMAL
