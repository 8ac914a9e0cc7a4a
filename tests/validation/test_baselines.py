"""Groupings without an optimiser are what they say, on counties drawn as chains and grids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

import baselines
from reality import parts


def grid(wide: int, high: int) -> tuple[frozenset[int], ...]:
    """Return who borders on whom on a chessboard, row by row."""
    n = wide * high
    return tuple(
        frozenset(
            j for j in range(n)
            if abs(i // wide - j // wide) + abs(i % wide - j % wide) == 1
        )
        for i in range(n)
    )  # fmt: skip


def groups(labels: Sequence[int]) -> set[frozenset[int]]:
    return {frozenset(i for i, own in enumerate(labels) if own == label) for label in set(labels)}


@pytest.mark.parametrize("seed", range(10))
def test_random_groups_are_contiguous_and_of_the_sizes_asked(seed: int) -> None:
    near, sizes = grid(6, 5), [12, 7, 5, 3, 1, 1, 1]
    found = groups(baselines.at_random(near, sizes, seed))
    assert all(len(parts(near, sorted(group))) == 1 for group in found)
    assert Counter(map(len, found)) == Counter(sizes)


def test_random_groups_differ_by_seed_and_come_again() -> None:
    near, sizes = grid(5, 5), [9, 8, 8]
    made = [tuple(baselines.at_random(near, sizes, seed)) for seed in (0, 1, 2, 0)]
    assert made[0] == made[3]
    assert len(set(made)) == 3


def test_islands_are_never_grouped_with_others_at_random() -> None:
    near = (*grid(3, 1), frozenset())
    for seed in range(5):
        assert frozenset({3}) in groups(baselines.at_random(near, [2, 2], seed))


def test_everybody_joins_the_nearest_centre() -> None:
    line = [(0.0, float(x)) for x in range(6)]
    assert baselines.nearest(line, [1, 4]) == [0, 0, 0, 1, 1, 1]
    assert baselines.largest([5, 9, 9, 1], 2) == [1, 2]


def test_a_quarter_of_the_earth_is_ten_thousand_kilometres() -> None:
    assert baselines.kilometres((0.0, 0.0), (90.0, 0.0)) == pytest.approx(10_007.5, abs=0.1)


def test_small_ones_join_until_the_law_is_kept() -> None:
    line = [(0.0, x / 10) for x in range(5)]
    near = grid(5, 1)
    found = baselines.smallest_first(near, line, [900, 100, 300, 300, 2000], 500, 500)
    assert groups(found) == {frozenset({0, 1}), frozenset({2, 3}), frozenset({4})}
    assert len(groups(baselines.smallest_first(near, line, [9, 1, 3, 3, 20], 0, 0))) == 5


def test_an_island_that_is_too_small_stays_so() -> None:
    near = (*grid(2, 1), frozenset())
    places = [(0.0, 0.0), (0.0, 0.1), (0.0, 5.0)]
    found = baselines.smallest_first(near, places, [10, 10, 10], 100, 100)
    assert groups(found) == {frozenset({0, 1}), frozenset({2})}


def test_the_cheapest_group_an_inhabitant_is_taken_first() -> None:
    """A group costs 100; alone 1 an inhabitant, of whom 90 and 60 together pay less than that."""
    near = grid(4, 1)

    def cost(members: int, people: int) -> float:
        return float(people) if members == 1 else 100.0

    found = baselines.core(near, [90, 60, 5, 5], cost, least=0, alone=0)
    assert groups(found) == {frozenset({0, 1, 2, 3})}
    found = baselines.core(near, [90, 60, 5, 5], cost, least=0, alone=0, most=2)
    assert groups(found) == {frozenset({0, 1}), frozenset({2}), frozenset({3})}


def test_the_law_may_ask_for_more_than_is_cheap() -> None:
    near = grid(3, 1)

    def cost(members: int, people: int) -> float:
        return float(people) * members

    assert len(groups(baselines.core(near, [10, 10, 10], cost, least=0, alone=0))) == 3
    found = baselines.core(near, [10, 10, 10], cost, least=20, alone=20)
    assert sorted(map(len, groups(found))) == [1, 2]
