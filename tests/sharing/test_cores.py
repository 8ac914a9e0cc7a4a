"""The core of a partnership by the demands of its parts, against all groups."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from koopopt.case.plan import Partnership, Plan
from koopopt.games.core import core
from koopopt.games.game import sums
from koopopt.rules.stability import OWN_VALUES
from koopopt.sharing import allocation, cores
from koopopt.sharing.allocation import allocations
from koopopt.sharing.cores import Parts, core_of, largest_gain
from koopopt.sharing.keys import KEYS, WEIGHT, Key
from koopopt.sharing.standalone import StandAlone
from random_instances import random_problem, with_sites


def asked(seed: int):
    """Return a problem, all of its members, their game at some cost, and their parts."""
    problem = random_problem(seed)
    who = np.arange(problem.facts.towns)
    own = StandAlone.of(problem, 0, who)
    dice = np.random.default_rng(seed)
    cents = int(int(own.value[-1]) * dice.uniform(0.7, 1.2))
    return problem, who, own, cents, Parts.of(problem, 0, who)


@pytest.mark.parametrize("seed", range(60))
def test_parts_decide_as_all_groups_do(seed):
    problem, _, own, cents, parts = asked(seed)
    game = own.game(problem.facts.ids, cents)
    whole, few = core(game), core_of(parts, problem.facts.ids, cents)
    assert bool(few.objecting) == whole.empty
    assert (few.empty, few.subsidy) == (whole.empty, whole.subsidy)
    assert few.excess == (None if whole.empty else whole.excess)


def test_the_group_that_gains_most_is_made_of_parts():
    told = 0
    for seed in range(60):
        _, who, own, cents, parts = asked(seed)
        dice = np.random.default_rng(seed)
        for _ in range(5):
            paid = (cents * dice.dirichlet(np.ones(len(who)))).astype(np.int64)
            paid[0] += cents - paid.sum()
            found = largest_gain(parts, paid.tolist())
            if found is not None:
                told += 1
                assert found == (sums(paid) - own.value)[1:-1].max()
    assert told > 200


def pooled(problem) -> Plan | None:
    """Return a plan in which everybody pools the first service, if a form allows it."""
    facts = problem.facts
    towns = facts.ids[: facts.towns]
    for form in facts.instance.legal_forms:
        if form.fits(facts.towns):
            first = facts.services[0].id
            others = [Partnership(s.id, (i,), i) for s in facts.services[1:] for i in towns]
            return Plan((Partnership(first, tuple(towns), towns[0], form.id), *others))
    return None


@pytest.mark.parametrize("seed", range(40))
def test_too_many_members_lose_keys_but_not_the_truth(seed, monkeypatch):
    problem = with_sites(random_problem(seed), seed) if seed % 4 == 0 else random_problem(seed)
    plan = pooled(problem)
    if plan is None:
        pytest.skip("no form for everybody")
    keys = [*map(Key, KEYS)]
    full = allocations(problem, plan, keys)[0]
    monkeypatch.setattr(allocation, "MOST_PLAYERS", 1)
    few = allocations(problem, plan, keys)[0]
    assert {key.name for key in few.left_out} == set(OWN_VALUES)
    assert not full.left_out
    assert (few.core.empty, few.core.subsidy) == (full.core.empty, full.core.subsidy)
    for name, payment in few.payments.items():
        same = full.payments[name]
        assert payment.cents == same.cents
        assert payment.groups is None
        assert payment.excess in (None, same.excess)
        assert (same.excess > 0) == bool(payment.blocking)
        gains = {b.members: b.gain for b in same.blocking}
        if same.groups <= len(gains):
            assert all(gains[b.members] >= b.gain for b in payment.blocking)
    monkeypatch.setattr(cores, "MOST_PARTS", 0)
    none = allocations(problem, plan, keys)[0]
    if facts_allow_parts(problem):
        assert none.core.empty is None
        assert all(p.excess is None and p.groups is None for p in none.payments.values())


@pytest.mark.parametrize("seed", range(40))
def test_parts_are_a_shorter_way_to_the_same(seed, monkeypatch):
    problem = random_problem(seed)
    plan = pooled(problem)
    if plan is None:
        pytest.skip("no form for everybody")
    full = allocations(problem, plan, [Key("nucleolus")])[0]
    monkeypatch.setattr(allocation, "FEW", 0)
    short = allocations(problem, plan, [Key("nucleolus")])[0]
    assert short.payments == full.payments
    for name in ("empty", "excess", "subsidy"):
        assert getattr(short.core, name) == getattr(full.core, name)


def facts_allow_parts(problem) -> bool:
    return Parts.of(problem, 0, np.arange(problem.facts.towns)) is None


@pytest.mark.parametrize("seed", range(40))
def test_the_nucleolus_is_in_the_core_where_there_is_one(seed):
    problem = random_problem(seed)
    plan = pooled(problem)
    if plan is None:
        pytest.skip("no form for everybody")
    found = allocations(problem, plan, [Key("nucleolus"), Key("equal")])[0]
    paid = found.payments["nucleolus"]
    assert sum(paid.cents) == found.cost
    if found.core.empty is False:
        assert paid.excess <= found.core.excess + len(found.members)  # cents are rounded
        assert found.core.subsidy == 0
    else:
        assert found.core.subsidy > 0
        assert all(p.excess >= found.core.excess for p in found.payments.values())
        assert all(p.groups for p in found.payments.values())
    assert found.rational is (sum(found.alone) >= found.cost)


@pytest.mark.parametrize("said", ["weight", "30%equal+weight", "30%weight+population"])
def test_given_weights_share_as_they_say(said):
    problem = random_problem(3)
    facts = problem.facts
    given = {id_: Fraction(k) for k, id_ in enumerate(facts.ids)}
    key, who = Key.parse(said, given), np.arange(facts.towns)
    assert key.name == said
    shares = key.shares(problem, 0, who, 1000)
    assert sum(shares) == 1000
    if said == WEIGHT:
        whole = sum(range(facts.towns))
        assert shares == [Fraction(1000 * k, whole) for k in range(facts.towns)]
    same = replace(key, given={id_: 7 * w for id_, w in given.items()})
    assert same.shares(problem, 0, who, 1000) == shares
