"""The criterion `largest_loss`, which is of whole plans, against enumeration.

Its weight and its limit are answered by a search above the formulation partition.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import bruteforce
import koopopt
from bruteforce import LOSS, NAMES, UNITS
from conformance.test_agreement import NIGHTLY, check, check_order
from koopopt.criteria import key_of_losses
from koopopt.errors import UsageError
from koopopt.evaluation import evaluate
from koopopt.formulations.partition import losing
from koopopt.problem import Problem
from koopopt.solvers import chosen
from koopopt.solvers.base import Control
from koopopt.solving.optimise import solve
from random_instances import random_problem, with_sites

KEYS = (None, "population", "equal", "alone", "30%equal+population", "55%alone+demand")
WEIGHTS = (0.003, 0.5, 1, 7, 1e9)


def shared(seed: int) -> Problem:
    """Return a random problem that says by what costs are shared, most of them."""
    problem = random_problem(seed)
    key = KEYS[seed % len(KEYS)]
    rules = {**problem.instance.rules, **({"key": key} if key else {})}
    facts = Problem.of(replace(problem.instance, rules=rules)).facts
    return replace(problem, facts=facts)


def weighed(seed: int) -> Problem:
    """Return a random problem in which the largest loss has a weight, some with nothing else."""
    problem = shared(seed)
    weights = {**problem.weights, "largest_loss": WEIGHTS[seed % len(WEIGHTS)]}
    return replace(problem, weights={"largest_loss": 2} if seed % 11 == 0 else weights)


def limited(seed: int, *, sites: bool = False) -> Problem | None:
    """Return a random problem with a limit on the largest loss that binds, None without plans."""
    problem = weighed(seed) if seed % 3 == 0 else shared(seed)
    problem = with_sites(problem, seed) if sites else problem
    values = np.unique(bruteforce.all_criteria(problem)[:, LOSS])
    if not len(values):
        return None
    most = int(values[seed % len(values)]) - seed % 3 // 2
    return problem.within({"largest_loss": most / UNITS[LOSS]})


@pytest.mark.parametrize("part", range(4 * NIGHTLY))
def test_optimum_with_a_weight(part: int) -> None:
    for seed in range(part * 30, (part + 1) * 30):
        problem = weighed(seed)
        check(solve(problem, formulation="partition"), bruteforce.solve(problem))


@pytest.mark.parametrize("part", range(4 * NIGHTLY))
def test_optimum_within_a_limit(part: int) -> None:
    for seed in range(part * 30, (part + 1) * 30):
        if (problem := limited(seed)) is not None:
            check(solve(problem), bruteforce.solve(problem))


@pytest.mark.parametrize("part", range(4 * NIGHTLY))
def test_optimum_with_sites(part: int) -> None:
    for seed in range(part * 10, (part + 1) * 10):
        for problem in (with_sites(weighed(seed), seed), limited(seed, sites=True)):
            if problem is not None:
                check(solve(problem), bruteforce.solve(problem))


def test_one_program_over_what_is_left_knows_sites() -> None:
    decided = 0
    for seed in range(12 * NIGHTLY):
        problem = with_sites(weighed(seed), seed)
        best = bruteforce.solve(problem)
        if best is None or any(problem.weights.get(name) for name in ("farthest",)):
            continue
        key, found = key_of_losses(problem.facts), evaluate(problem, best.plan)
        outcome = losing.decided(problem, key, found, chosen("highs", {}), Control())
        if outcome is not None:
            decided += 1
            assert outcome.plan is not None
            assert evaluate(problem, outcome.plan).total == outcome.least == found.total
    assert decided


def test_branching_alone_finds_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(losing, "MOST_COLUMNS", -1)  # everything is too much for one program
    for seed in range(60 * NIGHTLY):
        sites = seed % 4 == 0
        first = with_sites(weighed(seed), seed) if sites else weighed(seed)
        for problem in (first, limited(seed, sites=sites)):
            if problem is not None:
                check(solve(problem), bruteforce.solve(problem))


@pytest.mark.parametrize("order", [("largest_loss", "cost"), ("bodies", "largest_loss")])
def test_lexicographic_order(order: tuple[str, ...]) -> None:
    for seed in range(12 * NIGHTLY):
        free = replace(shared(seed), weights={"cost": 1.0, "travel": 20.0})
        problem = replace(free, lexicographic=order)
        check_order(free, order, solve(problem), seed)


def test_a_front_holds_the_efficient_plans() -> None:
    for seed in range(8 * NIGHTLY):
        problem = replace(shared(seed), lexicographic=())
        problem = with_sites(problem, seed) if seed % 2 else problem
        every = bruteforce.all_criteria(problem)[:, [NAMES.index("cost"), LOSS]].tolist()
        best = {
            (a, b)
            for a, b in every
            if not any((c, d) != (a, b) and c <= a and d <= b for c, d in every)
        }
        if not best:
            continue
        front = koopopt.front(problem, criteria=["cost", "largest_loss"], workers=1)
        assert front.complete
        assert {tuple(round(100 * v) for v in point.values) for point in front.points} == best


def test_what_cannot_be_bounded_is_refused_by_name() -> None:
    problem = random_problem(1).asked(weights={"cost": 1}, limits={"largest_loss": 0})
    with pytest.raises(UsageError, match="largest_loss"):
        solve(problem, formulation="assignment")
    own = replace(problem.instance, rules={**problem.instance.rules, "key": "shapley"})
    with pytest.raises(UsageError, match="not by the key shapley"):
        solve(Problem.of(own, weights={"cost": 1}, limits={"largest_loss": 0}))
    with pytest.raises(UsageError, match="largest_loss"):
        koopopt.to_pulp(problem)
