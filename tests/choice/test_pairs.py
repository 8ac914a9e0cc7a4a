"""Who is with whom, counted by hand."""

from __future__ import annotations

import numpy as np

import tiny
from koopopt.choice import pairs
from koopopt.evaluation import all_alone
from koopopt.problem import Problem

PROBLEM = Problem.of(tiny.instance())
POOLED = pairs.labels(PROBLEM, tiny.pooled_plan(PROBLEM))
ALONE = pairs.labels(PROBLEM, all_alone(PROBLEM))


def test_one_pair_of_one_service() -> None:
    assert (pairs.number(POOLED), pairs.number(ALONE)) == (1, 0)
    assert [[*members] for _, members in pairs.groups(POOLED) if len(members) > 1] == [[0, 1]]


def test_distance_is_the_pairs_of_only_one_of_the_two() -> None:
    assert pairs.distance(POOLED, POOLED) == 0
    assert pairs.distance(POOLED, ALONE) == pairs.distance(ALONE, POOLED) == 1


def test_pairs_that_all_plans_share() -> None:
    everybody = np.zeros_like(ALONE)
    assert pairs.distance(everybody, POOLED) == 2 * 3 - 1
    assert pairs.number(pairs.shared([everybody, POOLED])) == 1
    assert pairs.number(pairs.shared([everybody, POOLED, ALONE])) == 0
