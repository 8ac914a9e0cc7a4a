"""Counting before holding: exact, bounded, and heard at any time."""

from __future__ import annotations

import time
from math import comb

import numpy as np
import pytest

from koopopt.coalitions import enumeration
from koopopt.coalitions.enumeration import Enumeration, TooMany, connected
from koopopt.coalitions.sets import COMPILED
from koopopt.formulations.partition.holding import Holding
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Stopped
from random_instances import random_problem
from tiny import instance, service

BOTH = [
    False,
    pytest.param(True, marks=pytest.mark.skipif(not COMPILED, reason="numba is not installed")),
]


def grid(side: int) -> np.ndarray:
    """Squares of a chessboard that share an edge."""
    at = np.arange(side * side)
    row, column = at // side, at % side
    return abs(row[:, None] - row) + abs(column[:, None] - column) == 1


def path(n: int) -> np.ndarray:
    at = np.arange(n)
    return abs(at[:, None] - at) == 1


@pytest.mark.parametrize("compiled", BOTH)
@pytest.mark.parametrize("seed", range(30))
def test_as_many_are_counted_as_are_made(
    seed: int, compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By number of members; also where work is cut into the smallest pieces."""
    monkeypatch.setattr(enumeration, "STEPS_PER_LOOK", 7)
    monkeypatch.setattr(enumeration, "COALITIONS_PER_PIECE", 3)
    monkeypatch.setattr(enumeration, "CELLS_AT_ONCE", 5)
    rng = np.random.default_rng(seed)
    n = 2 + seed % 8
    half = np.triu(rng.random((n, n)) < rng.choice([0.2, 0.5, 1.0]), 1)
    apart = np.triu(rng.random((n, n)) < rng.choice([0.0, 0.2]), 1)
    apart = apart | apart.T
    everything = Enumeration(half | half.T, apart, int(rng.integers(2, n + 1)), compiled)
    number = everything.count(np.inf)
    made = [piece[k] for piece in everything.pieces() for k in range(len(piece))]
    sizes = np.bincount([len(m) for m in made], minlength=len(number))
    assert sizes.tolist() == number.tolist()
    assert len({m.tobytes() for m in made}) == len(made)


@pytest.mark.parametrize("compiled", BOTH)
def test_known_numbers(compiled: bool) -> None:
    """Paths have n - k + 1 connected sets of k; fixed polyominoes fill a board."""
    assert Enumeration(path(300), np.zeros((300, 300), bool), 5, compiled).count(
        np.inf
    ).tolist() == [0, 0, 299, 298, 297, 296]
    board = Enumeration(grid(3), np.zeros((9, 9), bool), 9, compiled).count(np.inf)
    assert board.sum() + 9 == 218  # connected induced subgraphs of the 3 × 3 grid


def test_without_borders_the_number_is_known_at_once() -> None:
    everyone = np.ones((400, 400), bool)
    began = time.perf_counter()
    with pytest.raises(TooMany) as many:
        Enumeration(everyone, ~everyone, 400).count(1e9)
    assert time.perf_counter() - began < 0.5
    assert many.value.known == sum(comb(400, k) for k in (2, 3, 4))
    assert Enumeration(everyone, ~everyone, 2).count(1e9).sum() == comb(400, 2)


@pytest.mark.parametrize("compiled", BOTH)
def test_counting_ends_where_it_is_clear(compiled: bool) -> None:
    """A board of 20 × 20 has more connected sets than atoms in a gram; two weigh too much."""
    board, nobody = grid(20), np.zeros((400, 400), bool)
    with pytest.raises(TooMany) as many:
        Enumeration(board, nobody, 400, compiled).count(50_000)
    assert 50_000 < many.value.known < 5e6
    with pytest.raises(TooMany):
        Enumeration(board, nobody, 3, compiled).count(1000.0, np.full(4, 1.0))


@pytest.mark.parametrize("compiled", BOTH)
def test_it_stops_when_told_to(compiled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enumeration, "STEPS_PER_LOOK", 1000)
    monkeypatch.setattr(enumeration, "CELLS_AT_ONCE", 400_000)
    control = Control()
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked == 5:
            control.cancel.set()
        control.check()

    endless = Enumeration(grid(20), np.zeros((400, 400), bool), 400, compiled)
    with pytest.raises(Stopped):
        endless.count(np.inf, check=check)
    if compiled:
        asked = -5
        control.cancel.clear()
        with pytest.raises(Stopped):
            list(endless.pieces(check))


def test_a_pool_holds_what_was_counted_before_the_rules() -> None:
    for seed in range(30):
        problem = random_problem(seed)
        holding = Holding(problem)
        size = holding.count(Control())
        pools = holding.pools(Control())
        assert sum(map(len, pools)) <= size.coalitions
        assert size.bytes >= 100 * size.coalitions


def county(n: int, **rules: object) -> Problem:
    return Problem.of(
        instance([f"N{k}" for k in range(n)], ids=[f"{k:03d}" for k in range(n)],
                 services=(service("water"),), rules=rules)
    )  # fmt: skip


def test_memory_and_time_bound_what_is_held() -> None:
    problem = county(40, max_members=4)
    coalitions = comb(40, 2) + comb(40, 3) + comb(40, 4)
    assert Holding(problem).count(Control()).coalitions == coalitions
    with pytest.raises(TooMany):
        Holding(problem).count(Control(memory=10_000_000))
    with pytest.raises(TooMany):
        Holding(county(60, max_members=4)).count(Control(time_limit=1.0))
    with pytest.raises(Stopped):
        Holding(county(30, contiguous=True)).count(Control(time_limit=0.0))


def test_long_coalitions_weigh_more() -> None:
    """In a row of 200 everybody together is one coalition of 200 members."""
    row = county(200, contiguous=True)
    size = Holding(row).count(Control())
    assert size.coalitions == comb(200, 2)
    assert size.bytes > 12 * sum(k * (201 - k) for k in range(2, 201))


def test_the_same_pools_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    everyone, nobody = np.ones((9, 9), bool), np.zeros((9, 9), bool)
    whole = connected(everyone, nobody, 9, 10_000)
    monkeypatch.setattr(enumeration, "CELLS_AT_ONCE", 20)
    again = connected(everyone, nobody, 9, 10_000)
    assert (whole.member == again.member).all()


def test_numpy_alone_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tables are as wide as there are municipalities, whatever the budget."""
    monkeypatch.setattr(enumeration, "COMPILED", False)
    monkeypatch.setattr(enumeration, "NUMPY_BYTES", 1e6)
    board, nobody = grid(20), np.zeros((400, 400), bool)
    with pytest.raises(TooMany):
        Enumeration(board, nobody, 400).count(np.inf)
    assert Enumeration(board, nobody, 3).count(np.inf)[2] == 2 * 20 * 19
