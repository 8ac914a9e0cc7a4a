"""Linear models as subjects: their grids, large numbers, what counts as the same model."""

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import koopopt
from koopopt.pareto.find import front
from koopopt.pareto.models import ModelSubject, digest
from koopopt.pareto.plans import PlanSubject
from koopopt.pareto.plans import grid_of as plan_grid
from koopopt.pareto.units import grid_of
from koopopt.problem import Problem
from pareto import programs


@pytest.mark.parametrize(
    ("coefficients", "offset", "resolution", "exact"),
    [
        ([3.0, -4.0], 0.0, 1.0, True),
        ([30.0, -40.0], 0.0, 1.0, True),
        ([0.5, 1.5], 0.0, 0.1, True),
        ([0.1, 0.2], 0.0, 0.1, True),
        ([1.0, 2.0], 0.25, 0.01, True),
        ([1e9 + 0.1, 1.0], 0.0, 0.1, True),
        ([1e13 + 0.5, 1.0], 0.0, 0.1, True),
        ([1e15, 1.0], 0.0, 1.0, True),
        ([0.123456, 7.0], 0.0, 1e-6, True),
        ([0.1234567, 7.0], 0.0, 1e-7, True),
        ([1e-12, 2e-12], 0.0, 1e-12, True),
        ([1e-9, 1e6], 0.0, 1e-9, True),
        ([1 / 3, 7.0], 0.0, 1e-6, False),
        ([123456.78, 0.01], 0.0, 0.01, True),
        ([0.0, 0.0], 0.0, 1.0, True),
    ],
)
def test_the_finest_resolution_of_an_objective(coefficients, offset, resolution, exact):
    model = programs.program([coefficients, [1.0, -1.0]], offsets=[offset, 0.0])
    grid = grid_of(model, {})
    assert grid.resolution == (resolution, 1.0)
    assert grid.exact == (exact, True)
    assert not grid.coarse


def test_a_resolution_of_ones_own():
    model = programs.program([[10.0, 20.0], [1.0, 2.0]])
    assert grid_of(model, {"f1": 5.0}).exact == (True, True)
    grid = grid_of(model, {"f1": 4.0, "f2": 0.5})
    assert grid.resolution == (4.0, 0.5)
    assert grid.units == (1, Fraction(1, 2))
    assert grid.per_cell == (4, 1)
    assert grid.exact == (True, True)
    assert grid.coarse


def test_continuous_columns_are_not_counted():
    model = programs.program([[10.0, 20.0], [1.0, 0.0]])
    model = replace(model, integer=np.array([True, False]))
    grid = grid_of(model, {})
    assert grid.exact == (False, True)
    assert grid.resolution == (1e-6, 1.0)


@pytest.mark.parametrize(
    "objectives",
    [
        [[1e9 + 0.1, -3e9], [-1, 1]],
        [[1e13 + 0.5, -1e13], [-1.5, 3.0]],
        [[123456789.01, -98765432.1], [-7.5, 3.25]],
        [[1e11 + 1, 1e11], [-1e6, -1e6]],
        [[1e10, 1e10 + 1], [-1e10 - 1, -1e10]],
    ],
    ids=str,
)
@pytest.mark.parametrize("solver", ["auto", "highs", "cp-sat"])
def test_fronts_with_large_coefficients(objectives, solver):
    found = front(programs.program(objectives, upper=9), workers=1, solver=solver)
    exact = [[Fraction(repr(float(c))) for c in row] for row in objectives]
    every = [
        tuple(sum(c * v for c, v in zip(row, x, strict=True)) for row in exact)
        for x in itertools.product(range(10), repeat=2)
    ]
    every = sorted(set(every))
    right = [v for v in every if not any(w != v and w[0] <= v[0] and w[1] <= v[1] for w in every)]
    assert found.complete
    assert found.values.tolist() == np.array(right, float).tolist()


def test_the_digest_tells_models_apart():
    model = programs.knapsack([[3, 4, 5], [5, 4, 3]], [[1, 2, 3]], [4])
    objective = model.objectives[0]
    others = [
        replace(model, lower=model.lower - 1),
        replace(model, upper=model.upper + 1),
        replace(model, integer=~model.integer),
        replace(model, row_upper=model.row_upper - 1),
        replace(model, value=model.value * 2),
        replace(model, columns=[*model.columns[:-1], "other"]),
        replace(model, objectives=model.objectives[::-1]),
        replace(model, objectives=(replace(objective, offset=7.25), *model.objectives[1:])),
        replace(
            model,
            objectives=(
                replace(objective, coefficients=objective.coefficients + 1.0),
                *model.objectives[1:],
            ),
        ),
        programs.random_tiny(4, 2),
    ]
    digests = [digest(m) for m in (model, *others)]
    assert len(set(digests)) == len(digests)
    assert digest(replace(model, lower=model.lower.copy())) == digests[0]


def test_the_key_of_a_subject_tells_what_matters():
    model = programs.random_tiny(3, 2)
    grid = grid_of(model, {})
    keys = {
        ModelSubject(model, grid).key,
        ModelSubject(model, grid, solver="highs").key,
        ModelSubject(model, grid, seed=1).key,
        ModelSubject(model, grid_of(model, {"f1": 7.0})).key,
    }
    assert len(keys) == 4
    assert ModelSubject(model, grid).key in keys


def test_the_digest_of_a_subject_is_the_same_whoever_solves_it():
    model = programs.random_tiny(3, 2)
    grid = grid_of(model, {})
    assert ModelSubject(model, grid, "highs", 1).digest == ModelSubject(model, grid).digest
    assert ModelSubject(model, grid).digest == digest(model)
    instance = koopopt.read("three-villages")
    problem = Problem.of(instance)
    names = ("cost", "travel")
    of_plans = PlanSubject(problem, names, plan_grid(names, {}))
    assert replace(of_plans, solver="highs", seed=1).digest == of_plans.digest
    assert replace(of_plans, solver="highs").key != of_plans.key
    limited = Problem.of(instance, limits={"travel": 300.0})
    dear = Problem.of(replace(instance, office_cost=instance.office_cost + 1))
    others = [replace(of_plans, problem=other).digest for other in (limited, dear)]
    assert len({of_plans.digest, *others}) == 3


def test_units_are_what_values_within_the_rows_are_multiples_of():
    """Columns without bounds: those that rows imply tell how large values are."""
    rows = [(-2, [1, 0], 3), (-1, [0, 1], 2)]
    grid = grid_of(programs.program([[1 / 3, 1], [1, -1]], rows, -np.inf, np.inf), {})
    assert grid.exact == (False, True)
    assert grid.resolution == (1e-6, 1.0)


@pytest.mark.parametrize("third", [1 / 3, 0.12345678901234])
def test_columns_without_any_end_leave_room_for_large_values(third):
    model = programs.program([[third, 1], [1, -1]], [(0, [1, 1], np.inf)], -np.inf, np.inf)
    assert grid_of(model, {}).exact == (False, True)


@pytest.mark.parametrize(("size", "resolution"), [(1e7, 0.1), (1e9, 10.0), (1e9 + 2e-7, 100.0)])
def test_a_default_resolution_is_never_below_what_is_told_apart(size, resolution):
    model = programs.program([[1, 1], [-1, -1]], [], 0, [size, 0])
    model = replace(model, integer=np.array([False, True]))
    grid = grid_of(model, {})
    assert grid.resolution[0] == resolution
    assert grid_of(model, {"f1": grid.resolution[0]}).units[0] == grid.units[0]
