"""Seats of partitions: every choice within the room, once, and no other."""

from __future__ import annotations

from itertools import product

import numpy as np

from koopopt.formulations.partition.seating import seated
from koopopt.formulations.partition.walking import Partitions


def random_parts(rng: np.random.Generator) -> tuple[Partitions, np.ndarray, np.ndarray]:
    """Return partitions of columns that stand for groups of up to four, and costs."""
    size = rng.integers(1, 5, 12)
    group = rng.permutation(np.repeat(np.arange(12), size))
    some = np.array([np.flatnonzero(group == g)[0] for g in range(12)])
    lists = [
        some[rng.permutation(12)[: rng.integers(1, 6)]] for _ in range(int(rng.integers(1, 7)))
    ]
    end = np.cumsum([0, *map(len, lists)])
    cost = rng.integers(0, 30, len(group)).astype(float)
    return Partitions(end, np.concatenate(lists), np.zeros(len(lists))), group, cost


def test_every_choice_within_the_room_is_found_once() -> None:
    rng = np.random.default_rng(0)
    looked = 0
    for _ in range(200):
        parts, group, cost = random_parts(rng)
        room = float(rng.integers(-1, 120))
        wanted = []
        for k in range(len(parts)):
            seats = [np.flatnonzero(group == group[c]).tolist() for c in parts[k].tolist()]
            wanted += [c for c in product(*seats) if cost[list(c)].sum() <= room]
        found = seated(parts, group, cost, room, 10**6)
        assert found is not None
        assert sorted(map(tuple, (found[k].tolist() for k in range(len(found))))) == sorted(wanted)
        for k in range(len(found)):
            assert found.cost[k] == cost[found[k]].sum()
        looked += len(found)
    assert looked > 1000


def test_too_many_are_none() -> None:
    parts, group, cost = random_parts(np.random.default_rng(1))
    assert seated(parts, group, cost, np.inf, 3) is None
    none = seated(parts, group, cost, -1.0, 3)
    assert none is not None
    assert len(none) == 0
