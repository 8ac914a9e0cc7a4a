"""Fronts of problems against all plans written out: the same values, for every criteria set."""

import os
from itertools import combinations

import numpy as np
import pytest

import bruteforce
from koopopt.criteria import CRITERIA
from koopopt.pareto.find import front
from koopopt.pareto.plans import grid_of
from pareto.oracles import nondominated
from random_instances import random_problem

NAMES = tuple(CRITERIA)
SETS = [s for k in (2, 3, 4) for s in combinations(NAMES, k)]
COUNT = 520 * int(os.environ.get("KOOPOPT_NIGHTLY", "1"))
BATCH = 20


def expected(problem, names, grid):
    """Return the canonical points of all plans: see `koopopt.pareto.grid`."""
    values = bruteforce.all_criteria(problem)[:, [NAMES.index(n) for n in names]]
    if not len(values):
        return values
    cells = grid.cells(values)
    best = []
    for cell in nondominated(cells):
        inside = values[(cells == cell).all(axis=1)]
        best.append(inside[(inside @ np.array(grid.weights)).argmin()])
    return np.array(best)


def agree(problem, names, resolution, **how):
    grid = grid_of(names, resolution)
    right = expected(problem, names, grid)
    found = front(problem, names, resolution=resolution, workers=1, **how)
    assert found.complete
    assert found.infeasible == (len(right) == 0)
    assert found.values.shape == (len(right), len(names))
    if len(right):
        # Sums in another order differ in the last digits; cells come in order from both.
        order = np.lexsort(grid.cells(found.values).T[::-1])
        np.testing.assert_allclose(found.values[order], right, rtol=1e-9, atol=1e-6)
    return found


@pytest.mark.parametrize("first", range(0, COUNT, BATCH))
def test_the_front_is_that_of_all_plans(first):
    points = 0
    for seed in range(first, first + BATCH):
        problem = random_problem(seed)
        names = SETS[seed % len(SETS)]
        solver = ("highs", "cp-sat", "auto")[seed % 3]
        points += len(agree(problem, names, {}, solver=solver, seed=seed))
    assert points > BATCH // 2  # most have several


@pytest.mark.parametrize("first", range(0, 60, BATCH))
def test_coarse_resolutions_hold_what_they_promise(first):
    for seed in range(first, first + BATCH):
        problem = random_problem(seed)
        names = SETS[(7 * seed) % len(SETS)]
        everything = bruteforce.all_criteria(problem)[:, [NAMES.index(n) for n in names]]
        if not len(everything):
            continue
        spread = np.maximum(np.ptp(everything, axis=0), 1.0)
        resolution = {n: float(np.ceil(s / 7)) for n, s in zip(names, spread, strict=True)}
        found = agree(problem, names, resolution)
        slack = np.array([resolution[n] for n in names]) * (1 + 1e-9)
        near = (found.values[None] <= everything[:, None] + slack).all(axis=2).any(axis=1)
        assert near.all()


@pytest.mark.parametrize("seed", range(6))
def test_the_assignment_formulation_finds_the_same(seed):
    agree(random_problem(seed), SETS[seed], {}, formulation="assignment", solver="highs")
