"""The walk through partitions: it finds all that cost no more, compiled or not, in pieces."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from koopopt.coalitions.sets import COMPILED, Coalitions
from koopopt.criteria import CRITERIA
from koopopt.formulations.partition import walking, walking_loop
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.walking import Budget, Partitions, Walk, as_bits
from koopopt.linear import Bools, Floats


def columns_of(table: Bools) -> Columns:
    """Return columns of one service with these members, seated at their first."""
    return Columns(
        np.zeros(len(table), np.int64),
        table.argmax(axis=1),
        np.zeros(len(table), np.int64),
        Coalitions.of_table(table),
        np.zeros((len(table), len(CRITERIA))),
    )


def random_columns(seed: int, n: int, count: int) -> tuple[Columns, Floats]:
    """Return different coalitions of n places, everyone alone among them, and their costs."""
    dice = np.random.default_rng(seed)
    table = np.unique(np.vstack([np.eye(n, dtype=bool), dice.random((count, n)) < 0.3]), axis=0)
    table = table[table.any(axis=1)]
    return columns_of(table), dice.integers(-3, 20, len(table)).astype(float)


def every_partition(columns: Columns, cost: Floats, room: float) -> set[tuple[int, ...]]:
    """Return all partitions within the room, by trying all sets of columns."""
    table, found = columns.coalitions.dense > 0, set()
    for size in range(1, table.shape[1] + 1):
        for some in combinations(range(len(table)), size):
            chosen = list(some)
            if (table[chosen].sum(axis=0) == 1).all() and cost[chosen].sum() <= room + 1e-9:
                found.add(some)
    return found


def walked(columns: Columns, cost: Floats, room: float) -> Partitions:
    walk = Walk.of(columns, cost, np.arange(len(columns)))
    found = walk.partitions(room + 1e-9, Budget(10**8, bool))
    assert found is not None
    assert walk.least <= found.least + 1e-9
    return found


@pytest.mark.parametrize("seed", range(30))
def test_all_partitions_within_the_room_are_found_and_no_others(seed: int) -> None:
    columns, cost = random_columns(seed, 5, 12)
    room = float(np.random.default_rng(seed).integers(-5, 40))
    found = walked(columns, cost, room)
    sets = [tuple(sorted(found[k].tolist())) for k in range(len(found))]
    assert len(set(sets)) == len(sets)
    assert set(sets) == every_partition(columns, cost, room)
    for k in range(len(found)):
        assert found.cost[k] == pytest.approx(cost[found[k]].sum(), abs=1e-9)


@pytest.mark.skipif(not COMPILED, reason="needs numba")
@pytest.mark.parametrize("n", [9, 70, 130])
def test_compiled_and_in_pieces_it_is_the_same_walk(
    n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more municipalities than one number has bits, too."""
    dice = np.random.default_rng(n)
    pairs = np.zeros((n - 1, n), bool)
    pairs[np.arange(n - 1), np.arange(n - 1)] = pairs[np.arange(n - 1), np.arange(1, n)] = True
    columns = columns_of(np.vstack([np.eye(n, dtype=bool), pairs]))
    cost = np.concatenate([np.full(n, 4.0), np.where(np.arange(n - 1) % 2, 8.0, 1.0)])
    cost += np.round(dice.random(len(cost)), 1)
    best = [0.0, cost[0]]  # of the first municipalities in the row, alone or with the one before
    for alone, pair in zip(cost[1:n].tolist(), cost[n:].tolist(), strict=True):
        best.append(min(best[-1] + alone, best[-2] + pair))
    ways = []
    for plain, at_once, many in ((10**9, 10**9, 4096), (0, 10**9, 4096), (50, 7, 3)):
        monkeypatch.setattr(walking, "PLAIN_STEPS", plain)
        monkeypatch.setattr(walking, "COMPILED_WALK", "not loaded yet")
        monkeypatch.setattr(walking, "STEPS_AT_ONCE", at_once)
        monkeypatch.setattr(walking, "PARTITIONS_AT_ONCE", many)
        walk = Walk.of(columns, cost, np.arange(len(columns)))
        found = walk.partitions(best[n] + 8.0, Budget(10**6, bool))
        assert found is not None
        assert found.least == pytest.approx(best[n])
        ways.append(found)
    assert len(ways[0]) > 1
    for other in ways[1:]:
        np.testing.assert_array_equal(other.chosen, ways[0].chosen)
        np.testing.assert_array_equal(other.end, ways[0].end)
        np.testing.assert_array_equal(other.cost, ways[0].cost)


def test_it_gives_up_where_it_is_told_to() -> None:
    columns, cost = random_columns(1, 6, 20)
    walk = Walk.of(columns, cost, np.arange(len(columns)))
    assert walk.partitions(1e9, Budget(3, bool)) is None
    assert walk.partitions(1e9, Budget(10**6, lambda: True)) is None


def test_whom_nothing_covers_leaves_no_partition() -> None:
    table = np.array([[True, True, False], [True, False, False]])
    walk = Walk.of(columns_of(table), np.ones(2), np.arange(2))
    assert walk.least == np.inf
    found = walk.partitions(1e9, Budget(10**6, bool))
    assert found is not None
    assert len(found) == 0


@pytest.mark.parametrize("n", [1, walking_loop.WORD, walking_loop.WORD + 1, 3 * walking_loop.WORD])
def test_bits_say_who_is_in(n: int) -> None:
    table = np.random.default_rng(n).random((20, n)) < 0.5
    bits = as_bits(table)
    assert bits.shape == (20, -(-n // walking_loop.WORD))
    for row, words in zip(table, bits.tolist(), strict=True):
        told = [words[i // walking_loop.WORD] >> i % walking_loop.WORD & 1 for i in range(n)]
        assert told == row.astype(int).tolist()


@pytest.mark.skipif(not COMPILED, reason="needs numba")
def test_compiled_code_can_be_had_before_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    walking.prepare()
    monkeypatch.setattr(walking, "STEPS_AT_ONCE", 17)
    assert walking._loop(Budget(1_000, bool))[0] == 17
