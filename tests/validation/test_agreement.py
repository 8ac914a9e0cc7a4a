"""Agreement of groupings means what its definition says, pair by pair."""

from __future__ import annotations

from itertools import combinations
from random import Random
from statistics import fmean

import pytest

import agreement


def drawn(dice: Random, n: int, groups: int) -> list[int]:
    return [dice.randrange(groups) for _ in range(n)]


@pytest.mark.parametrize("seed", range(20))
def test_pairs_are_those_that_one_counts_by_hand(seed: int) -> None:
    dice = Random(seed)
    a, b = drawn(dice, 12, 4), drawn(dice, 12, 3)
    found = agreement.pairs(a, b)
    every = list(combinations(range(12), 2))
    both = [(i, j) for i, j in every if a[i] == a[j] and b[i] == b[j]]
    mine = [(i, j) for i, j in every if a[i] == a[j]]
    real = [(i, j) for i, j in every if b[i] == b[j]]
    assert (found.both, found.proposed, found.real, found.all) == tuple(
        map(len, (both, mine, real, every))
    )
    assert found.precision == pytest.approx(len(both) / len(mine))
    assert found.recall == pytest.approx(len(both) / len(real))
    # The index in terms of pairs that agree and disagree (Hubert and Arabie 1985, as of Steinley).
    lone = len(every) - len(mine) - len(real) + len(both)
    c, d = len(mine) - len(both), len(real) - len(both)
    index = 2 * (len(both) * lone - c * d) / (
        (len(both) + c) * (c + lone) + (len(both) + d) * (d + lone)
    )  # fmt: skip
    assert found.adjusted_rand == pytest.approx(index)


def test_equal_groupings_agree_whatever_the_labels_are_called() -> None:
    assert agreement.pairs("aabbc", [7, 7, 3, 3, 0]).adjusted_rand == 1.0
    assert agreement.pairs([1, 2, 3], "xyz").adjusted_rand == 1.0
    assert agreement.pairs([1, 1, 1], "xxx").adjusted_rand == 1.0


def test_one_group_of_all_and_all_alone_say_nothing() -> None:
    real = [0, 0, 1, 1, 2]
    assert agreement.pairs([0] * 5, real).adjusted_rand == 0.0
    alone = agreement.pairs(range(5), real)
    assert (alone.adjusted_rand, alone.precision, alone.recall) == (0.0, None, 0.0)


def test_chance_gives_about_nothing() -> None:
    dice, real = Random(1), drawn(Random(2), 40, 6)
    found = [agreement.pairs(dice.sample(real, 40), real).adjusted_rand for _ in range(400)]
    assert fmean(found) == pytest.approx(0.0, abs=0.01)


def test_both_ways_round_the_index_is_the_same_and_precision_becomes_recall() -> None:
    a, b = drawn(Random(3), 15, 4), drawn(Random(4), 15, 5)
    there, back = agreement.pairs(a, b), agreement.pairs(b, a)
    assert there.adjusted_rand == back.adjusted_rand
    assert there.precision == back.recall


def test_who_is_alone_in_reality_can_be_left_out() -> None:
    real, proposed = [0, 0, 1, 1, 2, 3], [0, 0, 1, 1, 1, 0]
    assert agreement.pairs(proposed, real).adjusted_rand < 1.0
    assert agreement.pooled_only(proposed, real).adjusted_rand == 1.0


def test_an_interval_holds_the_mean_and_narrows_with_more_values() -> None:
    few, many = [0.0, 1.0] * 5, [0.0, 1.0] * 50
    (mean, low, high), (mean2, low2, high2) = map(agreement.interval, ([few], [many]))
    assert low < mean == mean2 == 0.5 < high
    # Of 100 values of standard deviation 1/2 the mean has 1/20: two of them to either side.
    assert (low2, high2) == pytest.approx((0.4, 0.6), abs=0.03)
    assert low < low2 < high2 < high


def test_in_an_interval_every_stratum_counts_the_same() -> None:
    assert agreement.interval([[1.0], [0.0] * 9, []]) == (0.5, 0.5, 0.5)
