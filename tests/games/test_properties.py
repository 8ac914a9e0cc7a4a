"""What every solution must keep, on games of many kinds, and what a library says of them."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import coopgame
import numpy as np
import pytest

from games.drawn import KINDS, drawn
from koopopt.games import nucleolus as room
from koopopt.games.core import core
from koopopt.games.game import Game, sums
from koopopt.games.levels import proven
from koopopt.games.nucleolus import by_programs, nucleolus
from koopopt.games.values import KEYS
from nightly import NIGHTLY

GAMES = 400 * NIGHTLY


def library(game: Game, rational: bool) -> list[Fraction]:
    """Return the nucleolus by a library that works in fractions, as gains."""
    domain = "imputation" if rational else "preimputation"
    return coopgame.nucleolus_exact(game.worth[1:].tolist(), domain)["allocation"]


@pytest.mark.parametrize("part", range(10))
def test_the_nucleolus(part):
    """Efficient, rational where that can be, in the core where there is one, as others have it."""
    for seed in range(part, GAMES, 10):
        game = drawn(seed)
        n, sign = len(game.players), 1 if game.kind == "gain" else -1
        found = nucleolus(game)
        gets = [sign * s for s in found.shares]
        assert sum(gets) == int(game.worth[-1])
        alone = [int(game.worth[1 << k]) for k in range(n)]
        assert found.rational == (sum(alone) <= game.worth[-1])
        if found.rational:
            assert all(x >= a for x, a in zip(gets, alone, strict=True))
        if n == 1:
            continue
        gain, below = game.objections(found.shares)
        assert Fraction(int(gain[1:-1].max()), below) == found.levels[0]
        known = core(game)
        assert known.empty is (known.excess > 0)
        assert known.empty is (known.subsidy > 0)
        assert known.empty is bool(known.objecting)
        assert known.excess <= found.levels[0]
        if not known.empty:
            assert known.excess == found.levels[0]
        if n <= 6:
            assert gets == library(game, found.rational), seed
        size = float(np.abs(game.value).max()) or 1.0
        try:  # floating point against floating point
            domain = "imputation" if found.rational else "preimputation"
            theirs = coopgame.nucleolus(coopgame.Game(game.worth[1:].astype(float)), domain)
        except (ValueError, RuntimeError):
            continue
        near = proven(game.worth, np.array(theirs["allocation"]), rational=found.rational,
                      near=1e-10 * size)  # fmt: skip
        sign = game.per_one if game.kind == "gain" else -game.per_one
        assert near is None or tuple(x / sign for x in near.point) == found.shares
        ours = by_programs(game.worth, rational=found.rational).middle()
        assert np.abs(ours - theirs["allocation"]).max() <= 1e-6 * size


@pytest.mark.parametrize("seed", range(120))
def test_equal_players_share_alike_and_players_who_add_nothing_get_nothing_more(seed):
    """Symmetry and the dummy axiom: B does as A does, C adds what it has alone."""
    dice = np.random.default_rng(seed)
    few = dice.integers(0, 10**6, 1 << 3)  # how many of A and B, whether D
    own = int(dice.integers(0, 100))
    value = np.zeros(16, np.int64)
    for mask in range(16):
        a, b, c, d = (mask >> k & 1 for k in range(4))
        value[mask] = (few[(a + b) * 2 + d] if mask & 0b1011 else 0) + c * own
    game = Game(("A", "B", "C", "D"), "cost", value)
    for key in ("shapley", "scrb", "nucleolus"):
        shares = KEYS[key](game)
        assert shares[0] == shares[1], key
        assert key != "shapley" or shares[2] == own
        assert sum(shares) == int(value[-1])
    assert nucleolus(game, rational=False).shares[2] == own


@pytest.mark.parametrize("seed", range(60))
def test_the_order_of_players_does_not_matter(seed):
    game = drawn(seed, most=4)
    n, known = len(game.players), {key: shares(game) for key, shares in KEYS.items()}
    for order in permutations(range(n)):
        value = [game.value[sum(1 << order[k] for k in range(n) if mask >> k & 1)]
                 for mask in range(1 << n)]  # fmt: skip
        turned = Game(tuple(game.players[k] for k in order), game.kind, np.array(value))
        for key, shares in KEYS.items():
            assert shares(turned) == [known[key][k] for k in order], key


@pytest.mark.parametrize("seed", range(60))
def test_costs_are_gains_with_a_minus(seed):
    game = drawn(seed)
    mirrored = Game(game.players, "cost" if game.kind == "gain" else "gain", -game.value)
    for key in ("scrb", "shapley", "nucleolus"):
        assert KEYS[key](mirrored) == [-s for s in KEYS[key](game)]
    mine, other = core(game), core(mirrored)
    assert (mine.empty, mine.excess, mine.subsidy) == (other.empty, other.excess, other.subsidy)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_no_nucleolus_is_not_proven(seed):
    game = drawn(seed)
    found = nucleolus(game)
    if len(game.players) == 1:
        return
    sign = 1 if game.kind == "gain" else -1
    right = np.array([sign * float(s) for s in found.shares])
    size = float(np.abs(game.value).max()) or 1.0
    wrong = right.copy()
    wrong[:2] += [size / 50, -size / 50]
    proof = proven(game.worth, wrong, rational=found.rational, near=1e-10 * size)
    assert proof is None or list(proof.point) == [sign * s for s in found.shares]
    proof = proven(game.worth, right, rational=found.rational, near=1e-10 * size)
    assert proof is None or list(proof.point) == [sign * s for s in found.shares]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(20))
def test_the_own_way_does_without_the_library(seed, kind, monkeypatch):
    game = drawn(seed, kind=kind)
    expected = nucleolus(game)
    monkeypatch.setattr(room, "by_library", lambda worth, rational: None)
    assert nucleolus(game) == expected


def test_who_finds_no_proof_says_so(monkeypatch):
    monkeypatch.setattr(room, "by_programs", lambda worth, rational: None)
    monkeypatch.setattr(room, "by_library", lambda worth, rational: None)
    monkeypatch.setattr(room, "proven", lambda *args, **kwargs: None)
    with pytest.raises(room.SolverError, match="not proven"):
        nucleolus(drawn(3, kind="any"))


@pytest.mark.parametrize("seed", range(4))
def test_fourteen_players(seed):
    dice = np.random.default_rng(seed)
    weight = dice.integers(1, 10**9, 14).astype(np.int64)
    value = np.rint(sums(weight) ** 0.95 * 100).astype(np.int64)
    game = Game(tuple(map(str, range(14))), "cost", value)
    found = nucleolus(game)
    gain, below = game.objections(found.shares)
    assert Fraction(int(gain[1:-1].max()), below) == found.levels[0] == core(game).excess <= 0
