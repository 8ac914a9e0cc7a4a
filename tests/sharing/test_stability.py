"""Who blocks a partition, against the definition; what is called stable, against all partitions."""

from __future__ import annotations

import numpy as np
import pytest

from games_by_hand import ByHand, admissible
from koopopt.case.plan import Partnership
from koopopt.coalitions.sets import Coalitions
from koopopt.sharing import stability
from koopopt.sharing.admissible import Admissible
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import Key
from koopopt.sharing.stability import blocking, core_partition
from koopopt.sharing.within import perhaps_in_core, perhaps_together
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


def test_compiled_code_takes_the_same_disjoint_coalitions(monkeypatch):
    dice = np.random.default_rng(1)
    for _ in range(20):
        table = dice.random((300, 14)) < 0.25
        table[:, 0] |= ~table.any(axis=1)
        c, order = Coalitions.of_table(table), dice.permutation(300)
        slow = stability._disjoint(c, order)
        with monkeypatch.context() as patch:
            patch.setattr(stability, "COMPILED_FROM", 0)
            assert stability._disjoint(c, order) == slow


@pytest.mark.parametrize("seed", range(40))
def test_what_compiled_code_rules_out_is_ruled_out_by_the_definition(seed):
    problem = random_problem(seed)
    for key in ("population", "equal", "shapley"):
        burdens = Burdens(problem, 0, Key.parse(key))
        hand = ByHand(problem, 0, Key.parse(key))
        shares = {who: borne for (who, _), borne in hand.borne.items()}
        free = {who for who, _ in hand.free}
        c, ids = burdens.all_of.coalitions, problem.facts.ids
        together, in_core = perhaps_together(burdens), perhaps_in_core(burdens.all_of, burdens)
        for k in range(len(c)):
            who = tuple(ids[i] for i in c[k])
            parts = [t for t in shares if set(t) < set(who)]
            leave = [t for t in parts if t in free
                     and all(shares[t][i] < shares[who][i] - 3 for i in t)]  # fmt: skip
            much = 3 * len(who)
            less = [t for t in parts
                    if sum(shares[who][i] for i in t) > sum(shares[t].values()) + much]  # fmt: skip
            assert together[k] or any(
                all(shares[t][i] < shares[who][i] for i in t) for t in parts if t in free
            )
            assert not (together[k] and leave)
            assert in_core[k] or any(
                sum(shares[who][i] for i in t) > sum(shares[t].values()) for t in parts
            )
            assert not (in_core[k] and less)
