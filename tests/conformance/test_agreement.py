"""Every formulation on every back end finds what enumeration finds, on random tiny problems.

Two formulations that share no code, an oracle that knows no solver and the evaluator must agree
on the optimum exactly, and on who is infeasible. `KOOPOPT_NIGHTLY` multiplies the number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pytest

import bruteforce
from koopopt.problem import Problem
from koopopt.solvers import installed
from koopopt.solving.optimise import Result, Status, solve
from location_instances import (
    Classical,
    facility_location_problem,
    p_center_problem,
    p_median_problem,
)
from nightly import NIGHTLY
from random_instances import Dice, problem_of_size, random_problem

FORMULATIONS = ("partition", "assignment")
IN_PROCESS = [name for name in installed() if ":" not in name]
EXTERNAL = [name for name in installed() if ":" in name]
EACH = 40
"""Problems in one test."""
TESTS = 20 * NIGHTLY


def combinations(seed: int) -> Iterator[tuple[str, str]]:
    """Yield (formulation, back end) to try on a seed: the first always, the others in turn."""
    for formulation in FORMULATIONS:
        yield formulation, "highs"
    for k, solver in enumerate(name for name in IN_PROCESS if name != "highs"):
        yield from ((f, solver) for j, f in enumerate(FORMULATIONS) if seed % 10 == 2 * k + j)
    for k, solver in enumerate(EXTERNAL):
        yield from ((f, solver) for j, f in enumerate(FORMULATIONS) if seed % 100 == 2 * k + j)


def check(result: Result, best: bruteforce.Best | None) -> None:
    if best is None:
        assert result.status is Status.INFEASIBLE, (result.status, result.message)
        return
    assert result.status is Status.OPTIMAL, (result.status, result.message, best.objective)
    assert result.objective is not None
    assert result.bound is not None
    assert result.objective == float(best.exact)
    assert result.bound == result.objective


def agree(seeds: Iterable[int], problem_of: Callable[[int], Problem]) -> None:
    """Solve the problems of some seeds in the ways that are theirs; all misses are told."""
    wrong = []
    for seed in seeds:
        problem = problem_of(seed)
        best = bruteforce.solve(problem)
        for formulation, solver in combinations(seed):
            try:
                check(solve(problem, formulation=formulation, solver=solver), best)
            except Exception as error:
                wrong.append(f"seed {seed}, {formulation}, {solver}: {error!r}")
    assert not wrong, "\n".join(wrong)


def check_order(problem: Problem, order: Sequence[str], result: Result, seed: int) -> None:
    """Compare with the least of each criterion in turn, then of the weighted sum."""
    left = bruteforce.all_criteria(problem)
    if not len(left):
        assert result.status is Status.INFEASIBLE, seed
        return
    for name in order:
        number = bruteforce.NAMES.index(name)
        best = left[:, number].min()
        assert result.criteria[name] == best / bruteforce.UNITS[number], (seed, name)
        left = left[left[:, number] == best]
    whole, step = bruteforce.weights(problem)
    least = (left.astype(object) @ np.array(whole, object)).min()
    assert result.objective == float(least * step), seed


@pytest.mark.parametrize("number", range(TESTS))
def test_optimum_is_that_of_enumeration(number: int) -> None:
    agree(range(number * EACH, (number + 1) * EACH), random_problem)


def test_random_problems_are_worth_it() -> None:
    """Neither most of them infeasible, nor everyone alone in most of the others."""
    best = [bruteforce.solve(random_problem(seed)) for seed in range(300)]
    found = [b for b in best if b is not None]
    assert 0.1 < 1 - len(found) / len(best) < 0.5
    largest = [max(len(p.members) for p in b.plan.partnerships) for b in found]
    assert np.mean(np.array(largest) > 1) > 0.5
    assert np.mean(np.array(largest) > 2) > 0.25
    assert np.mean([b.feasible > 3 for b in found]) > 0.5


@pytest.mark.parametrize("number", range(6 * NIGHTLY))
def test_formulations_agree_where_enumeration_ends(number: int) -> None:
    for seed in range(number * 5, (number + 1) * 5):
        dice = Dice(np.random.default_rng(seed))
        problem = problem_of_size(dice, dice.count(7, 8), dice.count(1, 3), seed)
        first, second = (solve(problem, formulation=name) for name in FORMULATIONS)
        assert first.status is second.status, seed
        assert first.status in (Status.OPTIMAL, Status.INFEASIBLE)
        if first.objective is not None:
            assert first.objective == second.objective, seed


@pytest.mark.parametrize("formulation", FORMULATIONS)
@pytest.mark.parametrize("part", range(3))
def test_lexicographic_order(formulation: str, part: int) -> None:
    orders = [("travel", "cost"), ("bodies", "cost"), ("cost", "change"), ("identity", "travel")]
    for seed in range(part * 12 * NIGHTLY, (part + 1) * 12 * NIGHTLY):
        free = random_problem(seed)
        order = orders[seed % len(orders)]
        problem = Problem.of(free.instance, lexicographic=order)
        check_order(problem, order, solve(problem, formulation=formulation), seed)


@pytest.mark.parametrize("formulation", FORMULATIONS)
@pytest.mark.parametrize("solver", IN_PROCESS)
@pytest.mark.parametrize("make", [p_median_problem, p_center_problem, facility_location_problem])
def test_classical_location_problems(formulation: str, solver: str, make: object) -> None:
    for seed in range(8 * NIGHTLY):
        classical: Classical = make(seed)  # type: ignore[operator]
        result = solve(classical.problem, formulation=formulation, solver=solver)
        assert result.status is Status.OPTIMAL
        assert result.objective == classical.optimum, seed
