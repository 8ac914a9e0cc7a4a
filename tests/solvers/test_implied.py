"""Bounds that rows imply, one by one and together, never lose a solution."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from koopopt.solvers import get
from koopopt.solvers.base import Control
from koopopt.solvers.implied import bounded, enclosed, finite
from pareto.programs import program

INF = np.inf


def coupled(n, low=(-2.0, -1.0), high=(3.0, 2.0), factor=1.0):
    unit = np.eye(n) * factor
    pairs = [(i, j) for j in range(n) for i in range(j)]
    rows = [(low[0] * factor, unit[i] + unit[j], high[0] * factor) for i, j in pairs]
    rows += [(low[1] * factor, unit[i] - unit[j], high[1] * factor) for i, j in pairs]
    return program([np.ones(n)], rows, -INF, INF)


@pytest.mark.parametrize("factor", [1.0, 3.0, 1e9, 1 / 3])
def test_rows_bound_columns_together(factor):
    model = coupled(3, factor=factor)
    assert not finite(bounded(model))
    found = enclosed(model, get("highs"), Control())
    assert finite(found)
    for x in itertools.product(range(-6, 7), repeat=3):
        if model.violation(np.array(x, float)) <= 1e-6:
            assert (found.lower <= x).all()
            assert (x <= found.upper).all()
    assert found.lower.min() >= -3
    assert found.upper.max() <= 4


def test_columns_without_end_stay_so():
    model = program([[1, 1]], [(-2, [1, 1], 3)], -INF, INF)
    found = enclosed(model, get("highs"), Control())
    assert np.isinf([found.lower, found.upper]).all()


def test_no_solution_is_lost_among_numbers_that_no_solver_holds():
    """(0, -2) and (1, -2): a linear program in floating point finds other bounds."""
    rows = [
        (-INF, [-1 / 3, 1e9 + 0.001], -1999999999.3353333),
        (-INF, [1, -3000000001], 9000000007),
        (-2, [1, 1], 3),
        (-2, [1, -1], 3),
    ]
    found = enclosed(program([[1, 1]], rows, -INF, INF), get("highs"), Control())
    for x in ((0, -2), (1, -2)):
        assert (found.lower <= x).all()
        assert (x <= found.upper).all()


def test_time_that_is_over_bounds_nothing():
    found = enclosed(coupled(3), get("highs"), Control(time_limit=0.0))
    assert not finite(found)
