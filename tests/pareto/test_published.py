"""Fronts of generic programs are the answers that are known: all of the points, and only they."""

from __future__ import annotations

import numpy as np
import pytest

from koopopt.linear import ModelBuilder
from koopopt.pareto.find import front
from pareto import oracles, programs
from pareto.published import KNAPSACK_3, MAVROTAS, PUBLISHED
from pareto.special import FAMILIES, SPECIAL

EVERYTHING = (*PUBLISHED, *SPECIAL, *FAMILIES)
SOLVERS = ("auto", "highs", "cp-sat")
TINY = 320
"""Random programs in the sweep."""


def vectors(found, units=None):
    """Return a front's points as sorted integer vectors, after looking at the values themselves."""
    values = found.values
    counts = values / (1.0 if units is None else np.array(units))
    assert np.allclose(counts, np.rint(counts), rtol=0, atol=1e-5)
    model = found.subject
    for point in found:
        columns = np.array(point.solution)
        assert model.violation(columns) <= 1e-6
        own = [o.coefficients @ columns + o.offset for o in model.objectives]
        np.testing.assert_allclose(point.values, own, rtol=1e-12, atol=1e-9)
    return np.unique(np.rint(counts).astype(np.int64), axis=0)


def check(model, solver, expected, units=None):
    """Find a front and compare it with the answer."""
    found = front(model, solver=solver, workers=1)
    np.testing.assert_array_equal(vectors(found, units), expected)
    assert len(found) == len(expected), "each vector once"
    assert found.complete
    assert found.certificate.complete
    assert found.unexplored == 0
    assert found.infeasible == (not len(expected))
    assert not found.interrupted
    assert (np.diff(found.values[:, 0]) >= 0).all()
    return found


@pytest.mark.parametrize(
    ("known", "solver"),
    [(known, SOLVERS[number % 3]) for number, known in enumerate(EVERYTHING)],
    ids=lambda value: getattr(value, "name", value),
)
def test_known_fronts(known, solver):
    check(known.model, solver, known.answer(), known.units)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("known", SPECIAL, ids=lambda known: known.name)
def test_awkward_fronts_with_every_solver(known, solver):
    check(known.model, solver, known.answer(), known.units)


@pytest.mark.parametrize("k", [2, 3, 4, 5])
@pytest.mark.parametrize("part", range(8))
def test_random_programs_against_enumeration(k, part):
    for seed in range(part * TINY // 32, (part + 1) * TINY // 32):
        model = programs.random_tiny(seed, k)
        check(model, SOLVERS[seed % 3], oracles.enumerated(model))


def test_order_and_choice_of_objectives():
    """A front of some objectives, in any order, is the front of the program with these only."""
    pairs = KNAPSACK_3.model
    found = front(pairs, ("f3", "f1"), workers=1)
    assert found.criteria == ("f3", "f1")
    every = oracles.enumerated(pairs)
    swapped = programs.program(
        [pairs.objectives[2].coefficients, pairs.objectives[0].coefficients],
        [(-np.inf, pairs.by_row()[2], pairs.row_upper[0])],
    )
    expected = oracles.enumerated(swapped)
    assert {tuple(v) for v in expected.tolist()} <= {(v[2], v[0]) for v in every.tolist()}
    np.testing.assert_array_equal(np.unique(found.values.astype(int), axis=0), expected)


def test_unbounded_objective_is_not_called_complete():
    model = programs.program([[1, -1], [-1, 1]], upper=np.inf)
    found = front(model, workers=1, solver="highs")
    assert not found.complete
    assert not found.infeasible


def test_continuous_columns_at_a_resolution():
    """x + y = 10 with y ≤ 4 continuous: at a resolution of 1, no plan is worse by more than 1."""
    builder = ModelBuilder()
    x, y = builder.columns(["x", "y"], 0.0, [20.0, 4.0], [True, False])
    row = builder.rows(["sum"], 10.0, 10.0)
    builder.entries(row, [x, y])
    builder.objective("f1", [x], 1.0)
    builder.objective("f2", [y], 1.0)
    found = front(builder.build(), resolution={"f1": 1.0, "f2": 1.0}, workers=1, solver="highs")
    assert found.complete
    assert found.values.tolist() == [[6, 4], [7, 3], [8, 2], [9, 1], [10, 0]]


def test_two_workers_find_the_same():
    found = front(MAVROTAS.model, solver="cp-sat", workers=2)
    assert found.complete
    np.testing.assert_array_equal(vectors(found), MAVROTAS.answer())
