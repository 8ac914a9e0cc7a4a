"""Keys: exact shares, and whole cents that sum to the cost."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopopt.case.shares import to_cents
from koopopt.errors import UsageError
from koopopt.games.divisions import divided
from koopopt.rules.stability import WEIGHTED
from koopopt.sharing.keys import KEYS, Key
from koopopt.sharing.standalone import StandAlone
from random_instances import random_problem


@given(st.integers(-(10**13), 10**13), st.lists(st.integers(0, 10**9), min_size=1, max_size=9))
def test_cents_sum_to_the_cost_and_lie_beside_the_share(cents, weight):
    whole = sum(weight)
    shares = [Fraction(cents * w, whole) if whole else Fraction(cents, len(weight)) for w in weight]
    paid = to_cents(shares)
    assert sum(paid) == cents
    assert all(abs(p - share) < 1 for p, share in zip(paid, shares, strict=True))


def test_of_equal_remainders_the_first_one_pays_the_cent():
    assert to_cents([Fraction(10, 4)] * 4) == [3, 3, 2, 2]


@pytest.mark.parametrize("said", [*KEYS, "30%equal+population", "100%alone+demand"])
def test_a_key_is_written_as_it_is_read(said):
    assert Key.parse(said).name == said


@pytest.mark.parametrize(
    "said", ["", "area", "30%equal", "130%equal+alone", "30%scrb+equal", "30%equal+scrb"]
)
def test_other_keys_are_refused_by_name(said):
    with pytest.raises(UsageError, match="There is no key"):
        Key.parse(said)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("said", [*WEIGHTED, "37%equal+demand"])
def test_shares_sum_to_the_cost_exactly(said, seed):
    problem = random_problem(seed)
    who = np.arange(problem.facts.n)
    assert sum(Key.parse(said).shares(problem, 0, who, 12_345_679)) == 12_345_679


@pytest.mark.parametrize(
    ("said", "published"),
    [("scrb", [117_476, 99_157, 195_951]), ("shapley", [117_829, 100_757, 193_998])],
)
def test_a_published_game(said, published):
    """Tennessee Valley: navigation, flood control, power, 1000 $ (Straffin and Heaney 1981)."""
    parts = np.array([0b001, 0b010, 0b100, 0b011, 0b101, 0b110])
    cost = np.array([163_520, 140_826, 250_096, 301_607, 378_821, 367_370])
    value = divided(3, parts, cost)
    own = StandAlone(np.arange(3), value, parts, cost)
    shares = Key(said).shares(random_problem(0), 0, np.arange(3), 412_584, own)
    assert [float(s) for s in shares] == pytest.approx(published, abs=0.5)
    assert sum(shares) == 412_584


@pytest.mark.parametrize("seed", range(10))
def test_shapley_is_the_mean_over_all_orders(seed):
    dice = np.random.default_rng(seed)
    k = int(dice.integers(1, 6))
    value = np.concatenate([[0], dice.integers(0, 10**11, (1 << k) - 1)])
    own = StandAlone(np.arange(k), value, value[:0], value[:0])
    total = [Fraction(0)] * k
    for order in permutations(range(k)):
        mask = 0
        for i in order:
            total[i] += int(value[mask | 1 << i]) - int(value[mask])
            mask |= 1 << i
    expected = [t / factorial(k) for t in total]
    assert (
        Key("shapley").shares(random_problem(0), 0, np.arange(k), int(value[-1]), own) == expected
    )
