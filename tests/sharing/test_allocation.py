"""Allocations sum to the plan's cost to the cent; who would leave is found by looking at all."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

import koopopt
from games_by_hand import ByHand
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import evaluate, status_quo
from koopopt.rules.stability import WEIGHTED
from koopopt.sharing.allocation import allocations
from koopopt.sharing.keys import KEYS, Key
from koopopt.sharing.standalone import StandAlone
from random_instances import random_problem, with_sites


@pytest.fixture(scope="module")
def found():
    """A plan of the shipped county, and its allocations."""
    result = koopopt.solve("werra-meissner", gap=0.01)
    keys = [*map(Key, KEYS), Key.parse("30%equal+population")]
    problem, plan = result.evaluation.problem, result.plan
    return problem, plan, allocations(problem, plan, keys)


def test_everything_sums_to_the_cost_of_the_plan(found):
    problem, plan, shared = found
    facts = problem.facts
    alone = sum(facts.cents(p) for p in plan.partnerships if not p.pooled)
    whole = evaluate(problem, plan).amount("cost")
    for name in shared[0].payments:
        paid = sum(sum(a.payments[name].cents) + sum(a.payments[name].office) for a in shared)
        assert alone + paid == whole


def test_groups_that_would_leave_are_those_that_pay_more_than_by_themselves(found):
    problem, _, shared = found
    for a in shared:
        service = problem.facts.service_index[a.partnership.service]
        who = np.array([problem.facts.index[i] for i in a.members])
        own = StandAlone.of(problem, service, who)
        for payment in a.payments.values():
            gains = {}
            for k in range(1, len(who)):
                for some in combinations(range(len(who)), k):
                    value = int(own.value[own.mask(who[list(some)])])
                    gain = sum(payment.cents[i] for i in some) - value
                    if gain > 0:
                        gains[tuple(a.members[i] for i in some)] = gain
            assert payment.groups == len(gains)
            listed = {b.members: b.gain for b in payment.blocking}
            assert listed == gains or (len(gains) > 20 and listed.items() <= gains.items())


def test_no_key_of_two_weights_has_a_smaller_largest_loss(found):
    _, _, shared = found
    for a in shared:
        for payment in a.payments.values():
            if payment.key.rest_by in WEIGHTED:
                assert a.fairest_loss <= max(payment.losses(a.alone))


def test_an_office_is_split_among_those_seated_there(found):
    problem, plan, shared = found
    assert isinstance(shared[0].partnership, Partnership)
    for seat in {p.seat for p in plan.pooled}:
        here = [a for a in shared if a.partnership.seat == seat]
        assert sum(a.office for a in here) == problem.facts.office_cents


def test_what_is_paid_today_sums_to_what_today_costs(found):
    """The county has a water association today; the other members of a service are alone."""
    problem, plan, _ = found
    facts, today = problem.facts, status_quo(problem)
    assert today.pooled
    everybody = {p.service for p in today.pooled}
    for service in everybody:
        members = tuple(facts.ids)
        form = next(p.legal_form for p in today.pooled if p.service == service)
        alone = [Partnership(s.id, (i,), i) for s in facts.services for i in members]
        others = tuple(p for p in alone if p.service != service)
        one = Plan((*others, Partnership(service, members, members[0], form)))
        shared = allocations(problem, one, [Key("population"), Key("shapley")])
        for payment in shared[0].payments.values():
            assert sum(payment.today) == sum(facts.cents(p) for p in today.of(service))
    assert plan.pooled


def test_sites_are_seats_but_no_members():
    """What parts would pay by themselves is asked at municipalities alone."""
    problem = with_sites(random_problem(5), 5)
    facts = problem.facts
    assert facts.sites
    own = StandAlone.of(problem, 0, np.arange(facts.towns))
    assert own.value[-1] <= facts.alone_cents[0].sum()


@pytest.mark.parametrize("seed", range(60))
def test_burdens_are_shares_and_own_travel_and_say_who_is_worse_off(seed):
    problem = random_problem(seed)
    value, keys = Fraction(seed % 5 * 41, 4), list(map(Key, WEIGHTED))
    plan = status_quo(problem)
    for a in allocations(problem, plan, keys, value):
        s, who = problem.facts.service_index[a.partnership.service], a.members
        hand = ByHand(problem, s, keys[0], value)
        nothing = dict.fromkeys(who, 0)
        travel = hand.with_travel(nothing, a.partnership.seat)
        home = {i: hand.with_travel({i: 0}, i)[i] for i in who}
        alone = {i: c + home[i] for i, c in zip(who, a.alone, strict=True)}
        for paid in a.payments.values():
            borne = {i: c + travel[i] for i, c in zip(who, paid.cents, strict=True)}
            assert dict(zip(who, a.borne(paid), strict=True)) == borne
            assert a.worse_off(paid) == {i: borne[i] - alone[i] for i in who if borne[i] > alone[i]}
            most = list(a.worse_off(paid).values())
            assert most == sorted(most, reverse=True)


def test_without_a_value_of_travel_burdens_are_shares(found):
    for a in found[2]:
        assert not any((*a.travel, *a.travel_alone))
        for paid in a.payments.values():
            assert a.borne(paid) == paid.cents
            losses = dict(zip(a.members, paid.losses(a.alone), strict=True))
            assert a.worse_off(paid) == {i: c for i, c in losses.items() if c > 0}
