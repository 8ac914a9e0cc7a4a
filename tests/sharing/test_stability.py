"""Who blocks a partition, against the definition; what is called stable, against all partitions."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from games_by_hand import admissible
from koopopt.case.plan import Partnership
from koopopt.sharing.keys import Key, numbers, to_cents
from koopopt.sharing.stability import Alternatives
from random_instances import random_problem

KEYS = ("population", "demand", "equal", "alone")


class ByHand:
    """One service of a problem: every partnership that may be, and what its members pay."""

    def __init__(self, problem, s: int, key: Key) -> None:
        self.problem, self.s, self.key = problem, s, key
        self.ids = sorted(problem.facts.ids, key=problem.facts.index.get)
        n = len(self.ids)
        self.paid = {}
        for mask in range(1, 1 << n):
            who = tuple(i for k, i in enumerate(self.ids) if mask >> k & 1)
            cost = self.cost(who)
            if cost is not None:
                self.paid[who] = self.shared(who, cost)

    def cost(self, who):
        facts = self.problem.facts
        if len(who) == 1:
            return int(facts.alone_cents[self.s, facts.index[who[0]]])
        costs = [admissible(self.problem, self.s, who, seat) for seat in who]
        return min((c for c in costs if c is not None), default=None)

    def shared(self, who, cost):
        shares = self.key.shares(self.problem, self.s, numbers(self.problem, who), cost)
        return dict(zip(who, to_cents(shares), strict=True))

    def blocked(self, parts) -> set:
        pays = {i: c for who in parts for i, c in self.paid[who].items()}
        return {t for t, paid in self.paid.items() if all(paid[i] <= pays[i] - 1 for i in t)}

    def partitions(self):
        @cache
        def of(left):
            if not left:
                return [()]
            return [
                (who, *rest)
                for who in self.paid
                if who[0] == left[0] and set(who) <= set(left)
                for rest in of(tuple(i for i in left if i not in who))
            ]

        return of(tuple(self.ids))


@pytest.mark.parametrize("key", [*KEYS, "40%equal+population"])
@pytest.mark.parametrize("seed", range(25))
def test_blocking_is_what_the_definition_says(seed, key):
    problem = random_problem(seed)
    hand = ByHand(problem, 0, Key.parse(key))
    every = Alternatives.of(problem, 0)
    service = problem.facts.services[0].id
    dice = np.random.default_rng(seed)
    partitions = hand.partitions()
    for k in dice.permutation(len(partitions))[:12].tolist():
        plan = [self_of(problem, service, who) for who in partitions[k]]
        found = every.blocking(plan, Key.parse(key), 10**6)
        assert {b.members for b in found} == hand.blocked(partitions[k])
        for b in found:
            pays = {i: c for who in partitions[k] for i, c in hand.paid[who].items()}
            assert b.gains == tuple(pays[i] - hand.paid[b.members][i] for i in b.members)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("seed", range(60))
def test_taking_the_least_ratio_finds_a_partition_that_nobody_blocks(seed, key):
    problem = random_problem(seed)
    hand = ByHand(problem, 0, Key(key))
    every = Alternatives.of(problem, 0)
    chosen = every.core_partition(Key(key))
    parts = [tuple(sorted(p.members, key=problem.facts.index.get)) for p in chosen]
    assert sorted(i for who in parts for i in who) == sorted(problem.facts.ids)
    blocked = hand.blocked(parts)
    assert {b.members for b in every.blocking(chosen, Key(key), 10**6)} == blocked
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
