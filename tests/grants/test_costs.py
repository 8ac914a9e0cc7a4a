"""Costs before and together: sums are the evaluator's cents, member by member those of `share`."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

import koopopt
import tiny
from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership, Plan
from koopopt.case.shares import WEIGHTED
from koopopt.errors import UsageError
from koopopt.evaluation import all_alone, evaluate, status_quo
from koopopt.grants.costs import Costs, Saving
from koopopt.problem import Problem
from koopopt.sharing.allocation import allocations
from koopopt.sharing.keys import KEYS, Key
from random_instances import random_problem, with_sites

BY = [*map(Key, WEIGHTED), Key.parse("30%equal+population")]


@pytest.fixture(scope="module")
def county():
    """The shipped county, two of whose services are pooled by some today, and a good plan."""
    result = koopopt.solve("werra-meissner", gap=0.02)
    return result.evaluation.problem, result.plan


@pytest.mark.parametrize("key", BY, ids=lambda key: key.name)
def test_all_shares_sum_to_the_cost_of_the_plan(county, key):
    problem, plan = county
    costs = Costs(problem, plan, key)
    alone = sum(problem.facts.cents(p) for p in plan.partnerships if not p.pooled)
    compared = [costs.compare(p) for p in plan.pooled]
    whole = evaluate(problem, plan).amount("cost")
    assert alone + sum(sum(c.granted_shares) for c in compared) == whole
    for c in compared:
        assert sum(c.shares) - c.grant == sum(c.granted_shares)


@pytest.mark.parametrize("key", BY, ids=lambda key: key.name)
def test_with_the_grant_members_pay_what_share_says(county, key):
    problem, plan = county
    costs = Costs(problem, plan, key)
    for a in allocations(problem, plan, [key]):
        paid = a.payments[key.name]
        c = costs.compare(a.partnership)
        assert c.members == a.members
        both = zip(paid.cents, paid.office, strict=True)
        assert c.granted_shares == tuple(x + y for x, y in both)
        assert c.alone == sum(a.alone)


@pytest.mark.parametrize("name", ["werra-meissner", "germersheim", "border"])
@pytest.mark.parametrize("key", BY[:3], ids=lambda key: key.name)
def test_who_changes_nothing_saves_nothing(name, key):
    """Today's plan before today: each member pays before what it pays together, without grants."""
    problem = Problem.of(koopopt.read(name))
    today = status_quo(problem)
    assert today.pooled
    costs = Costs(problem, today, key)
    for p in today.pooled:
        c = costs.compare(p)
        assert all(c.pooled_today)
        assert c.previous == c.shares
        assert c.saving().cents == c.saving(flat=True).cents == 0
        assert c.saving(granted=True).cents == c.grant


@pytest.mark.parametrize("seed", range(12))
def test_that_holds_with_sites_as_well(seed):
    problem = with_sites(random_problem(seed), seed).plain
    today = status_quo(problem)
    costs = Costs(problem, today, Key("demand"))
    for p in today.pooled:
        c = costs.compare(p)
        assert c.previous == c.shares
        assert c.flat_previous == c.flat_joint


def test_what_all_paid_before_is_what_today_costs_without_grants(county):
    """One partnership of everybody: their previous cost is the evaluator's of today's service."""
    problem, _ = county
    facts = problem.facts
    bare = replace(problem.instance, legal_forms=tuple(
        replace(f, grant=None) for f in problem.instance.legal_forms))  # fmt: skip
    without = Problem.of(bare)
    today = status_quo(without)
    for s in facts.services:
        others = [p for p in all_alone(problem).partnerships if p.service != s.id]
        one = Partnership(s.id, facts.ids, facts.ids[0], facts.forms(0)[0].id)
        c = Costs(problem, Plan((*others, one)), Key("equal")).compare(one)
        seats = {p.seat for p in today.pooled}
        assert len(seats) == len(today.pooled)  # nobody seats two, so each office is whole
        here = [p for p in today.of(s.id) if p.pooled]
        paid = sum(Facts.of(bare).cents(p) for p in today.of(s.id))
        assert sum(c.previous) == paid + len(here) * facts.office_cents


def test_a_plan_made_by_hand():
    """Two of three pool water: every figure by the definitions."""
    problem = Problem.of(tiny.instance())
    plan = tiny.pooled_plan(problem)
    (p,) = plan.pooled
    c = Costs(problem, plan, Key("equal")).compare(p)
    facts = problem.facts
    alone = facts.alone_cents[0, :2].tolist()
    granted = facts.cents(p)
    assert list(c.previous) == alone
    assert c.office == 100_000
    assert c.grant == 1_000_000  # 50,000 EUR over 5 years
    assert sum(c.shares) == granted + c.grant + c.office
    assert c.flat_joint == sum(alone) + 1_050_000 + 100_000  # 10,000 and 500 EUR, and the office
    assert c.flat_previous == sum(alone)
    assert c.saving(flat=True, granted=True).cents == -150_000
    assert c.as_ruled == Saving(sum(alone), granted + c.grant)
    assert c.saving().percent == Fraction(100 * (sum(alone) - sum(c.shares)), sum(alone))


def test_today_counts_with_its_office_and_without_its_grant():
    """Two pool water today; with a third, they are before what they pay today."""
    quo = Partnership("water", ("01", "02"), "02", "association")
    problem = Problem.of(tiny.instance(status_quo=(quo,)))
    new = Partnership("water", ("01", "02", "03"), "02", "association")
    rest = [p for p in all_alone(problem).partnerships if p.service != "water"]
    c = Costs(problem, Plan((*rest, new)), Key("equal")).compare(new)
    together = problem.facts.cents(quo) + 1_000_000 + 100_000
    assert c.pooled_today == (True, True, False)
    assert sum(c.previous[:2]) == together
    assert abs(c.previous[0] - c.previous[1]) <= 2  # a cent of cost and one of office
    assert c.previous[2] == problem.facts.alone_cents[0, 2]


@pytest.mark.parametrize("name", sorted(set(KEYS) - set(WEIGHTED)))
def test_keys_without_a_fixed_weight_are_refused(name):
    problem = Problem.of(tiny.instance())
    with pytest.raises(UsageError, match="population, demand, equal, alone"):
        Costs(problem, all_alone(problem), Key(name))
