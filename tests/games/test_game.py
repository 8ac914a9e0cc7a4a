"""Values of sets that are not given, exact sums, exact systems."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopopt.games.affine import Affine, combination
from koopopt.games.game import LARGEST, Game, excess


def divisions(players: tuple[int, ...]):
    if not players:
        yield []
        return
    first, rest = players[0], players[1:]
    for mask in range(1 << len(rest)):
        block = [first, *(p for k, p in enumerate(rest) if mask >> k & 1)]
        left = tuple(p for k, p in enumerate(rest) if not mask >> k & 1)
        for more in divisions(left):
            yield [block, *more]


@pytest.mark.parametrize("kind", ["cost", "gain"])
@pytest.mark.parametrize("seed", range(30))
def test_a_set_that_is_not_given_counts_as_its_best_division_into_given_ones(seed, kind):
    dice = np.random.default_rng(seed)
    n = int(dice.integers(1, 6))
    sets = {1 << k for k in range(n)} | set(dice.integers(1, 1 << n, 6).tolist())
    given_values = {m: Fraction(int(dice.integers(-500, 1000)), 100) for m in sets}
    game = Game.of([str(k) for k in range(n)], kind, given_values)
    for mask in range(1, 1 << n):
        who = tuple(k for k in range(n) if mask >> k & 1)
        sums = [
            sum(given_values[sum(1 << k for k in b)] for b in blocks)
            for blocks in divisions(who)
            if all(sum(1 << k for k in b) in given_values for b in blocks)
        ]
        best = (min if kind == "cost" else max)(sums)
        expected = given_values.get(mask, best)
        assert Fraction(int(game.value[mask]), game.per_one) == expected


def test_single_players_are_needed_and_digits_are_counted():
    with pytest.raises(ValueError, match="no value of B"):
        Game.of("AB", "cost", {1: Fraction(1), 3: Fraction(1)})
    with pytest.raises(ValueError, match="too many digits"):
        Game.of("AB", "cost", {1: Fraction(LARGEST), 2: Fraction(1, 10)})


@given(
    st.lists(st.integers(-LARGEST, LARGEST), min_size=8, max_size=8),
    st.lists(st.fractions(-(10**15), 10**15, max_denominator=10**9), min_size=3, max_size=3),
)
def test_excess_is_exact(worth, point):
    worth[0] = 0
    over, below = excess(np.array(worth), point)
    for mask in range(8):
        gets = sum((point[k] for k in range(3) if mask >> k & 1), Fraction(0))
        assert Fraction(int(over[mask]), below) == worth[mask] - gets


@given(st.data())
def test_a_system_of_equations_is_solved_or_refused(data):
    whole = st.integers(-5, 5)
    rows = data.draw(st.lists(st.lists(whole, min_size=3, max_size=3), min_size=1, max_size=5))
    point = data.draw(st.lists(whole, min_size=3, max_size=3))
    system = Affine(3)
    for row in rows:
        assert system.add(row, sum(a * x for a, x in zip(row, point, strict=True)))
    for row in rows:
        assert system.at(row) == sum(a * x for a, x in zip(row, point, strict=True))
        assert not any(system.along(row))
        assert not system.add(row, system.at(row) + 1) or any(row) is not False
    assert len(system.directions) == 3 - np.linalg.matrix_rank(np.array(rows, float))


def test_weights_of_columns():
    assert combination([[1, 0], [1, 2]], [2, 2]) == [1, 1]
    assert combination([[1, 0]], [1, 1]) is None
