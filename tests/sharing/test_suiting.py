"""What everybody pays over all services, added up by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

import tiny
from koopopt.case.plan import Plan
from koopopt.evaluation import all_alone, evaluate
from koopopt.problem import Problem
from koopopt.sharing.allocation import allocations
from koopopt.sharing.keys import KEYS, Key
from koopopt.sharing.suiting import suiting
from random_instances import random_problem

ALL = tuple(map(Key, KEYS))


def with_its_form(problem: Problem) -> Plan:
    """Return the plan in which the first two pool, in a legal form that there is."""
    form = problem.instance.legal_forms[0].id
    plan = tiny.pooled_plan(problem)
    return Plan(replace(p, legal_form=form) if p.pooled else p for p in plan.partnerships)


def test_a_pool_of_two_by_hand() -> None:
    """The first two pool water, alone in all else; the third is alone in everything."""
    problem = Problem.of(tiny.instance())
    plan, facts = tiny.pooled_plan(problem), problem.facts
    keys = (Key("population"), Key("equal"))
    found = allocations(problem, plan, keys)
    first, second, third = suiting(problem, plan, found, keys)
    (pool,) = plan.pooled
    for town, i in ((first, 0), (second, 1)):
        assert town.pools
        for key, shares in (("population", (1, 2)), ("equal", (1, 1))):
            part = shares[i] / sum(shares)
            expected = (facts.cents(pool) + facts.office_cents) * part + facts.alone_cents[1, i]
            assert town.pays[key] == pytest.approx(expected, abs=1.5)
    assert [key.name for key in first.cheapest] == ["population"]
    assert [key.name for key in second.cheapest] == ["equal"]
    assert not third.pools
    assert set(third.pays.values()) == {int(facts.alone_cents[:, 2].sum())}
    assert third.cheapest == keys


@pytest.mark.parametrize("seed", range(12))
def test_under_every_key_all_pay_what_the_plan_costs(seed: int) -> None:
    problem = random_problem(seed)
    plan = with_its_form(problem) if seed % 3 else all_alone(problem)
    found = allocations(problem, plan, ALL)
    towns = suiting(problem, plan, found, ALL)
    cost = evaluate(problem, plan).amount("cost")
    assert [t.municipality for t in towns] == list(problem.facts.ids)
    for key in ALL:
        assert sum(t.pays[key.name] or 0 for t in towns) == cost
    for t in towns:
        least = min(cents for cents in t.pays.values() if cents is not None)
        assert t.cheapest == tuple(key for key in ALL if t.pays[key.name] == least)


def test_what_cannot_be_worked_out_is_not_known_and_not_cheapest() -> None:
    problem = Problem.of(tiny.instance())
    plan = tiny.pooled_plan(problem)
    keys = (Key("equal"), Key("shapley"))
    (a,) = allocations(problem, plan, keys)
    left = replace(a, payments={"equal": a.payments["equal"]}, left_out=keys[1:])
    first, _, third = suiting(problem, plan, [left], keys)
    assert first.pays["shapley"] is None
    assert first.cheapest == keys[:1]
    assert third.pays["shapley"] is not None
