"""Games with published answers."""

from __future__ import annotations

from fractions import Fraction

import coopgame
import numpy as np
import pytest

from koopopt.games.core import core
from koopopt.games.game import Game, sums
from koopopt.games.nucleolus import nucleolus
from koopopt.games.values import KEYS, separable, shapley

SKANE = """A 21.95 H 17.08 K 10.91 L 15.88 M 20.81 T 21.98
AH 34.69 AK 32.86 AL 37.83 AM 42.76 AT 43.93 HK 22.96 HL 25.00 HM 37.89 HT 39.06 KL 26.79 KM 31.45
KT 32.89 LM 31.10 LT 37.86 MT 39.41 AHK 40.74 AHL 43.22 AHM 55.50 AHT 56.67 AKL 48.74 AKM 53.40
AKT 54.84 ALM 53.05 ALT 59.81 AMT 61.36 HKL 27.26 HKM 42.55 HKT 44.94 HLM 45.81 HLT 46.98 HMT 56.49
KLM 42.01 KLT 48.77 KMT 50.32 LMT 51.46 AHKL 48.95 AHKM 60.25 AHKT 62.72 AHLM 64.03 AHLT 65.20
AHMT 74.10 AKLM 63.96 AKLT 70.72 AKMT 72.27 ALMT 73.41 HKLM 48.07 HKLT 49.24 HKMT 59.35 HLMT 64.41
KLMT 56.61 AHKLM 69.76 AHKLT 70.93 AHKMT 77.42 AHLMT 83.00 AKLMT 73.97 HKLMT 66.46 AHKLMT 83.82"""


def table(players: str, kind: str, text: str) -> Game:
    words = text.split()
    given = {sum(1 << players.index(c) for c in said): Fraction(value)
             for said, value in zip(words[::2], words[1::2], strict=True)}  # fmt: skip
    return Game.of(players, kind, given)


def test_water_supply_in_skane():
    """Young, Okada and Hashimoto 1979, 1982: cost in million SEK, rounded to two decimals.

    Of the nucleolus the working paper of 1979 prints M 18.60 and T 19.21, the article of 1982
    18.32 and 19.49.
    """
    game = table("AHKLMT", "cost", SKANE)
    published = {
        "scrb": [19.54, 13.28, 5.62, 10.90, 16.66, 17.82],
        "shapley": [20.01, 10.71, 6.61, 10.37, 16.94, 19.18],
        "nucleolus": [20.35, 12.06, 5.00, 8.61, 18.32, 19.49],
    }
    for key, shares in published.items():
        assert [float(s) for s in KEYS[key](game)] == pytest.approx(shares, abs=0.0101), key
    assert core(game).empty is False
    gain, per_one = game.objections(KEYS["shapley"](game))
    assert gain[0b1110] == gain.max() > 0  # H, K and L would go
    assert gain[0b1110] / per_one == pytest.approx(10.71 + 6.61 + 10.37 - 27.26, abs=0.02)
    earlier = [*nucleolus(game).shares[:4], Fraction("18.60"), Fraction("19.21")]
    later = sorted(game.objections(nucleolus(game).shares)[0][1:-1].tolist(), reverse=True)
    worse, below = game.objections(earlier)
    per_one = game.objections(nucleolus(game).shares)[1]
    assert sorted((Fraction(int(g), below) for g in worse[1:-1]), reverse=True) > [
        Fraction(int(g), per_one) for g in later
    ]


def test_tennessee_valley():
    """Straffin and Heaney 1981: navigation, flood control, power, 1000 $."""
    game = table(
        "123", "cost", "1 163520 2 140826 3 250096 12 301607 13 378821 23 367370 123 412584"
    )
    assert nucleolus(game).shares == (116_234, 93_540, 202_810)
    assert [float(s) for s in separable(game)] == pytest.approx([117_476, 99_157, 195_951], abs=0.5)
    assert [float(s) for s in shapley(game)] == pytest.approx([117_829, 100_757, 193_998], abs=0.5)
    assert core(game).empty is False
    assert core(game).excess == -47_286


@pytest.mark.parametrize(
    ("estate", "shares"),
    [(100, ["100/3"] * 3), (200, [50, 75, 75]), (300, [50, 100, 150])],
)
def test_the_talmud(estate, shares):
    """Aumann and Maschler 1985: claims of 100, 200 and 300 on an estate."""
    claim = sums(np.array([100, 200, 300]))
    game = Game(("a", "b", "c"), "gain", np.maximum(0, estate - (600 - claim)))
    assert nucleolus(game).shares == tuple(map(Fraction, shares))


def test_three_investors():
    """Lemaire 1991: interest on 1,800,000, 900,000 and 300,000 for three months."""
    game = table(
        "123", "gain", "1 46125 2 17437.5 3 5812.5 12 69187.5 13 53812.5 23 30750 123 90000"
    )
    assert shapley(game) == [51_750, 25_875, 12_375]
    assert nucleolus(game).shares == (
        Fraction("52687.5"),
        Fraction("24468.75"),
        Fraction("12843.75"),
    )


def voting(quota: int, *weights: int) -> Game:
    won = sums(np.array(weights)) >= quota
    return Game(tuple(map(str, range(len(weights)))), "gain", won.astype(np.int64))


@pytest.mark.parametrize(
    ("quota", "weights"),
    [(3, (2, 1, 1, 1)), (4, (3, 1, 1, 1, 1)), (5, (3, 2, 2, 1, 1)), (6, (5, 1, 1, 1, 1, 1, 1))],
)
def test_the_nucleolus_of_a_homogeneous_majority_is_its_weights(quota, weights):
    """Peleg 1968: of homogeneous constant-sum majority games; apex games are among them."""
    shares = nucleolus(voting(quota, *weights)).shares
    assert shares == tuple(Fraction(w, sum(weights)) for w in weights)


def test_the_shapley_value_of_an_apex_game():
    assert shapley(voting(4, 3, 1, 1, 1, 1)) == [Fraction(3, 5), *[Fraction(1, 10)] * 4]


def test_one_left_glove_and_two_right_ones():
    left, right = sums(np.array([1, 0, 0])), sums(np.array([0, 1, 1]))
    game = Game(("L", "R", "r"), "gain", np.minimum(left, right))
    assert nucleolus(game).shares == (1, 0, 0)
    assert shapley(game) == [Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)]
    assert core(game).empty is False
    assert core(game).excess == 0


@pytest.mark.parametrize("seed", range(20))
def test_runways(seed):
    """Littlechild and Owen 1973, Littlechild 1974: the largest plane says what a runway costs."""
    dice = np.random.default_rng(seed)
    costs = np.sort(dice.integers(1, 100, dice.integers(2, 9)))
    value = np.zeros(1, np.int64)
    for cost in costs:
        value = np.concatenate([value, np.maximum(value, cost)])
    game = Game(tuple("ABCDEFGH"[: len(costs)]), "cost", value)
    n, step = len(costs), np.diff(costs, prepend=0).tolist()
    paid = [sum(Fraction(step[k], n - k) for k in range(i + 1)) for i in range(n)]
    assert shapley(game) == paid
    known = coopgame.airport(costs.astype(float).tolist())["nucleolus"]
    assert [float(s) for s in nucleolus(game).shares] == pytest.approx(known, rel=1e-6)


def test_a_majority_of_three_has_no_core_and_no_way_but_equal_parts():
    game = voting(2, 1, 1, 1)
    found = core(game)
    assert (found.empty, found.excess, found.subsidy) == (True, Fraction(1, 3), Fraction(1, 2))
    assert set(found.objecting) == {("0", "1"), ("0", "2"), ("1", "2")}
    assert nucleolus(game).shares == (Fraction(1, 3),) * 3
