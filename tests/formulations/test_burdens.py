"""The rule that nobody leaves: the cheapest such plan, against all plans and the definition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import bruteforce
import koopopt
from games_by_hand import ByHand
from koopopt.formulations import burdens
from koopopt.rules import Stable
from koopopt.sharing.admissible import Admissible
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import Key
from koopopt.sharing.stability import core_partition
from koopopt.sharing.surviving import Surviving
from nightly import NIGHTLY
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


@pytest.mark.parametrize("seed", range(200 * NIGHTLY))
def test_the_best_stable_plan_is_that_of_brute_force(seed):
    problem = asked(seed)
    best = bruteforce.solve(problem)
    result = koopopt.solve(problem, formulation="partition")
    if best is None:
        assert result.status is koopopt.Status.INFEASIBLE
    else:
        assert result.status is koopopt.Status.OPTIMAL
        assert result.evaluation.total == best.total(problem)


@pytest.mark.parametrize("key", ["population", "demand", "equal", "alone"])
@pytest.mark.parametrize("seed", range(15 * NIGHTLY))
def test_taking_the_least_ratio_equals_the_general_method(seed, key):
    """Where shares follow a weight all rank partnerships alike: what is taken is the answer."""
    problem = random_problem(seed)
    rule = Stable("key", key)  # no rule couples services, so each is a game of its own
    problem = replace(problem, lexicographic=(), weights={"cost": 1.0}, plan_rules=(rule,))
    services = range(len(problem.facts.services))
    taken = [
        core_partition(Admissible.of(problem, s), Burdens(problem, s, Key(key))) for s in services
    ]
    plan = koopopt.Plan(tuple(p for parts in taken for p in parts))
    result = koopopt.solve(problem, formulation="partition")
    stable = []
    for s in services:
        hand = ByHand(problem, s, Key(key))
        allowed = (p for p in hand.partitions() if hand.free.issuperset(p))
        stable.append({frozenset(w for w, _ in p) for p in allowed if not hand.blocked(p)})
    assert result.status is (koopopt.Status.OPTIMAL if all(stable) else koopopt.Status.INFEASIBLE)
    if koopopt.evaluate(problem, plan).feasible:  # else who must not be alone was left over
        for parts, known in zip(taken, stable, strict=True):
            groups = frozenset(p.members for p in parts)
            found = {p.members for p in result.plan.partnerships if p.service == parts[0].service}
            assert {groups, frozenset(found)} <= known
            assert len(known) > 1 or found == groups


@pytest.mark.parametrize("seed", range(60 * NIGHTLY))
def test_branching_alone_finds_it_too(seed, monkeypatch):
    def everything(asked, *, only_alone=False):
        facts, coalitions = asked.problem.facts, asked.all_of.coalitions
        return Surviving(coalitions, asked.all_of.alone, np.ones((facts.n, facts.places), bool), [])

    def anything(all_of, _):
        return np.ones(len(all_of.cost), bool)

    monkeypatch.setattr(burdens, "surviving", everything)
    monkeypatch.setattr(burdens, "perhaps_in_core", anything)
    monkeypatch.setattr(burdens, "FEW", -1)  # a first plan is looked for
    test_the_best_stable_plan_is_that_of_brute_force(seed)


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_fronts_hold_the_efficient_stable_plans(seed):
    problem = asked(seed)
    every = {tuple(amounts) for amounts in bruteforce.all_criteria(problem)[:, :2].tolist()}
    if not every:
        return
    best = {a for a in every if not any(b != a and b[0] <= a[0] and b[1] <= a[1] for b in every)}
    front = koopopt.front(problem, criteria=["cost", "travel"], workers=1)
    assert front.complete
    found = {
        (round(cost * 100), round(hours * 10_000)) for cost, hours in map(values, front.points)
    }
    assert found == best


def values(point):
    return point.values


def test_other_models_and_formulations_refuse_by_name():
    problem = asked(2)
    for refused in (
        lambda: koopopt.solve(problem, formulation="assignment"),
        lambda: koopopt.to_pulp(problem),
    ):
        with pytest.raises(koopopt.UsageError, match="stable"):
            refused()
