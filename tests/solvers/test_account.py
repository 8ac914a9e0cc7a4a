"""The account of tolerances: who is believed of which program; rounding that loses no solution."""

from __future__ import annotations

from itertools import product
from math import inf

import numpy as np
import pytest

from koopopt.linear import LinearModel
from koopopt.solvers import get
from koopopt.solvers.account import (
    LARGE_COEFFICIENT,
    ROW_SLACK,
    Account,
    dot,
    is_whole,
    keeps,
    loosened,
    rounded_outwards,
)
from koopopt.solvers.testing import FakeSolver
from solvers.models import INF, model, random_small


def test_magnitudes_are_read() -> None:
    program = model([3, -100, 0], [(0, [1, 2, 7], 9), (-INF, [-1, 0, 0], 5)], upper=[1, 4, 2])
    account = Account.of(program)
    assert account.largest == 400  # 100 · 4, in the objective
    assert account.total == 403
    assert Account.of(model([1], upper=INF)).largest == inf
    assert Account.of(model([0], [(0, [0], 0)])).total == 0


def test_the_chain_decides_who_is_believed() -> None:
    def of(size: float) -> Account:
        return Account.of(model([size, size], [(1, [1, 1], 2)]))

    highs, exact, liar = get("highs"), get("cp-sat"), FakeSolver()
    assert of(1e9).believes(highs)
    assert of(2.0e9).believes(highs)  # 1e-10 · 2e9 is 0.2 of a unit
    assert not of(3.0e9).believes(highs)
    for name in ("highs", "scip"):  # they lose solutions where terms of rows are larger
        assert Account.of(model([1, 1], [(0, [2.5e6, 1], 9)])).believes(get(name))
        assert not Account.of(model([1, 1], [(0, [2.6e6, 1], 9)])).believes(get(name))
    assert Account.of(model([1, 1], [(0, [1e15, 1], 9)])).believes(exact)
    assert of(1e18).believes(exact)
    assert not of(2.0**60).believes(exact)  # two of them are 2^61
    assert not of(1.0).believes(liar)  # nothing is known of it
    for solver in (highs, exact, liar):
        assert not of(inf).believes(solver)


def test_what_is_whole() -> None:
    assert is_whole(model([1, -2], [(-INF, [3, 4], 5.5)]))
    assert not is_whole(model([1.5, -2], [(-INF, [3, 4], 5)]))
    assert not is_whole(model([1, -2], [(-INF, [3, 0.1], 5)]))
    assert not is_whole(model([1, 2], [(-INF, [3, 4], 5)], integer=[True, False]))
    assert not is_whole(model([2.0**54, 1]))
    assert not is_whole(model([1, 1], [(-INF, [1, 2.0**60], 5)]))


def points(program: LinearModel) -> np.ndarray:
    ranges = [
        np.arange(low, high + 1) for low, high in zip(program.lower, program.upper, strict=True)
    ]
    return np.array(list(product(*ranges)), float)


def random_whole(seed: int) -> LinearModel:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 5))
    lower = rng.integers(-2, 2, n)
    rows = []
    for _ in range(int(rng.integers(1, 4))):
        size = int(rng.choice([4, 900, 5000, 10**8]))
        coefficients = rng.integers(-size, size + 1, n)
        side = int(coefficients @ rng.integers(lower, lower + 2))
        rows.append([(-INF, coefficients, side), (side - 1, coefficients, side)][seed % 2])
    return model(rng.integers(-9, 9, n), rows, lower, lower + rng.integers(0, 4, n))


@pytest.mark.parametrize("seed", range(40))
def test_loose_rows_have_the_same_solutions(seed: int) -> None:
    program = random_whole(seed)
    loose = loosened(program)
    moved = loose.row_upper - program.row_upper
    top = np.zeros(len(moved))
    np.maximum.at(top, program.index, np.abs(program.value))
    assert (moved == np.where(top >= LARGE_COEFFICIENT, ROW_SLACK, 0.0)).all()
    for x in points(program):
        assert keeps(program, x) == keeps(loose, x)


@pytest.mark.parametrize("seed", range(60))
def test_rounding_outwards_loses_no_solution(seed: int) -> None:
    """Halves, tenths, thirds; what can be written in whole numbers is, and means the same."""
    program = random_small(seed)
    rounded = rounded_outwards(program)
    assert (rounded.value == np.rint(rounded.value)).all()
    for x in points(program):
        if program.violation(x) <= 1e-12:
            assert keeps(rounded, x)
        elif program.violation(x) > 0.02:
            assert not keeps(rounded, x)


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1.0, 1e6, 1e11])
def test_rounding_outwards_at_every_size(scale: float) -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        coefficients = rng.uniform(-1, 1, 4) * scale
        side = float(coefficients @ np.array([1.0, 0.0, 1.0, 0.0]))
        program = model([1, 1, 1, 1], [(-INF, coefficients, side)])
        rounded = rounded_outwards(program)
        assert keeps(rounded, np.array([1.0, 0.0, 1.0, 0.0]))
        for x in points(program):
            if float(coefficients @ x) <= side:
                assert keeps(rounded, x)
            if float(coefficients @ x) > side + 1e-4 * scale:
                assert not keeps(rounded, x)


def test_decimals_stay_what_they_are() -> None:
    rounded = rounded_outwards(model([1, 1], [(0.3, [0.1, 0.25], 7.5), (-INF, [3, 4], 5)]))
    assert sorted(rounded.value.tolist()) == [3, 4, 10, 25]
    assert rounded.row_lower.tolist()[0] == 30
    assert rounded.row_upper.tolist() == [750, 5]


def test_rows_are_kept_exactly_beyond_floating_point() -> None:
    large = 2.0**53
    program = model([0, 0, 0], [(-INF, [large, 1, -large], 0)], upper=2)
    assert keeps(program, np.array([1.0, 0.0, 1.0]))
    assert not keeps(program, np.array([1.0, 1.0, 1.0]))  # one too much: lost in floating point
    assert not keeps(program, np.array([3.0, 0.0, 3.0]))
    assert dot(np.array([large, 1.0, large]), np.array([3.0, 1.0, 3.0])) == 6 * 2**53 + 1
