"""The rule that nobody leaves: the cheapest such plan, against all plans and the definition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import bruteforce
import koopopt
from koopopt.formulations import burdens
from koopopt.rules import Stable
from koopopt.sharing.surviving import Surviving
from random_instances import random_problem

KEYS = (
    *("population", "demand", "equal", "alone", "scrb", "shapley", "nucleolus"),
    *("30%equal+population", "60%alone+equal"),
)
KINDS = ("individual", "core", "key", "key", "key")
VALUES = (0.0, 0.0, 3.0, 12.5, 200.0)


def asked(seed: int):
    """Return a random problem that asks for stability of some kind."""
    problem = random_problem(seed)
    value = VALUES[seed // 7 % len(VALUES)]
    kind, key = KINDS[seed % len(KINDS)], KEYS[seed // len(KINDS) % len(KEYS)]
    problem = replace(problem, lexicographic=(), weights={"cost": 1.0, **problem.weights})
    return replace(
        problem,
        plan_rules=(*problem.plan_rules, Stable(kind, key, value if kind != "core" else 0.0)),
    )


@pytest.mark.parametrize("seed", range(600))
def test_the_best_stable_plan_is_that_of_brute_force(seed):
    problem = asked(seed)
    best = bruteforce.solve(problem)
    result = koopopt.solve(problem, formulation="partition")
    if best is None:
        assert result.status is koopopt.Status.INFEASIBLE
    else:
        assert result.status is koopopt.Status.OPTIMAL
        assert result.evaluation.total == best.total(problem)


@pytest.mark.parametrize("seed", range(300))
def test_branching_alone_finds_it_too(seed, monkeypatch):
    def everything(asked, *, only_alone=False):
        facts, coalitions = asked.problem.facts, asked.all_of.coalitions
        return Surviving(coalitions, asked.all_of.alone, np.ones((facts.n, facts.places), bool), [])

    def anything(all_of, _):
        return np.ones(len(all_of.cost), bool)

    monkeypatch.setattr(burdens, "surviving", everything)
    monkeypatch.setattr(burdens, "perhaps_in_core", anything)
    test_the_best_stable_plan_is_that_of_brute_force(seed)
