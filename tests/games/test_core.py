"""The core: emptiness by all minimal balanced collections, and the same by fewer demands."""

from __future__ import annotations

from fractions import Fraction

import coopgame
import numpy as np
import pytest

from games.drawn import drawn
from koopopt.games.core import by_library, core, least_core
from koopopt.games.divisions import divided
from koopopt.games.game import Game
from koopopt.games.optimum import SomeSets, optimum

BALANCED = {3: [([1, 2, 4], 1), ([3, 4], 1), ([5, 2], 1), ([6, 1], 1), ([3, 5, 6], 2)]}
"""Of three players: sets, and how often they cover each player (Shapley 1967)."""


@pytest.mark.parametrize("seed", range(200))
def test_three_players_by_hand(seed):
    dice = np.random.default_rng(seed)
    value = dice.integers(0, 100, 8) * 10 ** int(dice.integers(0, 10))
    value[0] = 0
    found = core(Game(("A", "B", "C"), "gain", value))
    most = max(Fraction(int(value[sets].sum()), times) for sets, times in BALANCED[3])
    assert found.subsidy == max(0, most - int(value[7]))
    assert found.empty is (most > int(value[7]))


@pytest.mark.parametrize("seed", range(100))
def test_the_least_core_is_what_a_library_has(seed):
    game = drawn(seed)
    if len(game.players) == 1:
        return
    theirs = coopgame.least_core(coopgame.Game(game.worth[1:].astype(float)), "preimputation")
    size = float(np.abs(game.value).max()) or 1.0
    assert float(core(game).excess) == pytest.approx(theirs["epsilon"], abs=1e-6 * size)


@pytest.mark.parametrize("seed", range(60))
def test_the_second_way_proves_the_same(seed):
    game = drawn(seed)
    if len(game.players) == 1:
        return
    other = by_library(game.worth)
    assert other is None or other.value == least_core(game.worth).value


@pytest.mark.parametrize("seed", range(60))
def test_rows_of_a_game_much_like_it_change_nothing(seed):
    game, dice = drawn(seed), np.random.default_rng(seed)
    if len(game.players) == 1:
        return
    some = dice.integers(0, len(game.worth), 5).tolist()
    assert least_core(game.worth, some).value == least_core(game.worth).value


@pytest.mark.parametrize("seed", range(80))
def test_demands_of_parts_are_enough(seed):
    """Where values are those of divisions, parts and single players decide."""
    dice = np.random.default_rng(seed)
    n = int(dice.integers(2, 8))
    single = np.int64(1) << np.arange(n)
    parts = np.unique(dice.integers(1, (1 << n) - 1, dice.integers(0, 12)))
    parts = parts[np.bitwise_count(parts) > 1]
    mask = np.concatenate([single, parts])
    cost = dice.integers(0, 10**9, len(mask))
    value = divided(n, mask, cost)
    value[-1] += int(dice.integers(-(10**9), 10**8))
    game = Game(tuple("ABCDEFG"[:n]), "cost", value)
    whole = core(game)
    table = (mask[:, None] >> np.arange(n) & 1).astype(bool)
    demands = SomeSets(table, (-cost).tolist(), -int(value[-1]), common=False)
    assert max(0, optimum(demands).value + int(value[-1])) == whole.subsidy
    if not whole.empty:
        found = optimum(SomeSets(table, (-cost).tolist(), -int(value[-1]), common=True))
        assert found.value == whole.excess


def test_under_any_shares_one_of_the_objecting_groups_gains_as_much():
    for seed in range(200):
        game = drawn(seed)
        found = core(game)
        if not found.empty:
            continue
        dice, n = np.random.default_rng(seed), len(game.players)
        sign = 1 if game.kind == "gain" else -1
        for _ in range(20):
            raw = [Fraction(int(x)) for x in dice.integers(-(10**6), 10**6, n)]
            rest = int(game.value[-1]) - sum(raw)
            shares = [x + rest / n for x in raw]
            gains = []
            for group in found.objecting:
                who = [game.players.index(p) for p in group]
                worth = int(game.value[sum(1 << k for k in who)])
                gains.append(sign * (worth - sum(shares[k] for k in who)))
            assert max(gains) >= found.excess


def test_one_player_has_a_core_and_nobody_who_objects():
    found = core(Game(("A",), "cost", np.array([0, 5])))
    assert (found.empty, found.excess, found.subsidy) == (False, None, 0)
