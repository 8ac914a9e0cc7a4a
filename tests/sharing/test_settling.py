"""What settling finds is left by nobody."""

from __future__ import annotations

import pytest

from games_by_hand import ByHand
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import Key
from koopopt.sharing.settling import settled
from koopopt.sharing.stability import core_partition
from random_instances import random_problem

KEYS = ("equal", "shapley", "scrb", "30%equal+population")


@pytest.mark.parametrize("seed", range(80))
def test_nobody_leaves_what_settling_ends_in(seed):
    problem = random_problem(seed)
    key = Key.parse(KEYS[seed % len(KEYS)])
    burdens, hand = Burdens(problem, 0, key), ByHand(problem, 0, key)
    start = core_partition(burdens.all_of, Burdens(problem, 0, Key("alone")))
    found = settled(burdens, start)
    stable = [p for p in hand.partitions() if not hand.blocked(p)]
    if found is None:
        return
    parts = [(tuple(sorted(p.members, key=problem.facts.index.get)), p.seat) for p in found]
    assert sorted(i for who, _ in parts for i in who) == sorted(problem.facts.ids)
    assert not hand.blocked(parts)
    assert stable


def test_it_finds_one_for_most_random_problems():
    found = there = 0
    for seed in range(60):
        problem = random_problem(seed)
        burdens = Burdens(problem, 0, Key("shapley"))
        hand = ByHand(problem, 0, Key("shapley"))
        start = core_partition(burdens.all_of, Burdens(problem, 0, Key("alone")))
        there += any(not hand.blocked(p) for p in hand.partitions())
        found += settled(burdens, start) is not None
    assert found >= 0.9 * there
