"""Who blocks a partition, against the definition; what is called stable, against all partitions."""

from __future__ import annotations

import numpy as np
import pytest

from games_by_hand import ByHand, admissible
from koopopt.case.plan import Partnership
from koopopt.sharing.admissible import Admissible
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import Key
from koopopt.sharing.stability import blocking, core_partition
from random_instances import random_problem

KEYS = ("population", "demand", "equal", "alone")


@pytest.mark.parametrize("key", [*KEYS, "40%equal+population"])
@pytest.mark.parametrize("seed", range(25))
def test_blocking_is_what_the_definition_says(seed, key):
    problem = random_problem(seed)
    hand = ByHand(problem, 0, Key.parse(key))
    burdens = Burdens(problem, 0, Key.parse(key))
    service = problem.facts.services[0].id
    dice = np.random.default_rng(seed)
    partitions = hand.partitions()
    for k in dice.permutation(len(partitions))[:12].tolist():
        plan = [self_of(problem, service, who) for who, _ in partitions[k]]
        found = blocking(burdens, plan, 10**6)
        assert {b.members for b in found} == {who for who, _ in hand.blocked(partitions[k])}
        paid = {who: shares for (who, _), shares in hand.borne.items()}
        for b in found:
            pays = {i: c for who, _ in partitions[k] for i, c in paid[who].items()}
            assert b.gains == tuple(pays[i] - paid[b.members][i] for i in b.members)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("seed", range(60))
def test_taking_the_least_ratio_finds_a_partition_that_nobody_blocks(seed, key):
    problem = random_problem(seed)
    hand = ByHand(problem, 0, Key(key))
    burdens = Burdens(problem, 0, Key(key))
    chosen = core_partition(Admissible.of(problem, 0), burdens)
    parts = [(tuple(sorted(p.members, key=problem.facts.index.get)), p.seat) for p in chosen]
    assert sorted(i for who, _ in parts for i in who) == sorted(problem.facts.ids)
    blocked = {who for who, _ in hand.blocked(parts)}
    assert {b.members for b in blocking(burdens, chosen, 10**6)} == blocked
    if not blocked:
        assert any(not hand.blocked(p) for p in hand.partitions())
    assert not blocked


def self_of(problem, service, who):
    """Return the cheapest partnership of these members."""
    if len(who) == 1:
        return Partnership(service, who, who[0])
    facts, costs = problem.facts, {}
    for seat in who:
        for form in facts.instance.legal_forms:
            cost = admissible(problem, facts.service_index[service], who, seat)
            p = Partnership(service, who, seat, form.id)
            if cost is not None and facts.cents(p) == cost:
                costs[cost] = p
    return costs[min(costs)]
