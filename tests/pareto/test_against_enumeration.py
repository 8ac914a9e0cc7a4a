"""Fronts of problems against all plans written out: the same values, for every criteria set."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

import bruteforce
from koopopt.criteria import CRITERIA
from koopopt.pareto.find import front
from koopopt.pareto.grid import total
from koopopt.pareto.plans import grid_of
from nightly import NIGHTLY
from pareto.oracles import nondominated
from random_instances import random_problem, with_sites

NAMES = tuple(CRITERIA)
SETS = [s for k in (2, 3, 4) for s in combinations(NAMES, k)]
EVERYWHERE = [s for s in SETS if "largest_loss" not in s]
"""Those that assignment knows, and that there are with sites."""
COUNT = 260 * NIGHTLY
BATCH = 20


def expected(problem, names, grid):
    """Return the canonical points of all plans: see `koopopt.pareto.grid`."""
    amounts = bruteforce.all_criteria(problem)[:, [NAMES.index(n) for n in names]]
    if not len(amounts):
        return []
    units = [Fraction(1, CRITERIA[n].per_one) / u for n, u in zip(names, grid.units, strict=True)]
    assert all(u.denominator == 1 for u in units)
    amounts = amounts * np.array([int(u) for u in units])
    cells = grid.cells(amounts)
    best = []
    for cell in nondominated(cells):
        inside = amounts[(cells == cell).all(axis=1)].tolist()
        best.append(min(map(tuple, inside), key=lambda a: (total(grid.weights, a), a)))
    return [grid.values(amounts) for amounts in sorted(best)]


def agree(problem, names, resolution, **how):
    grid = grid_of(names, resolution)
    right = expected(problem, names, grid)
    found = front(problem, names, resolution=resolution, workers=1, **how)
    assert found.complete
    assert found.infeasible == (len(right) == 0)
    assert [point.values for point in found] == right
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
        plain = grid_of(names, {})
        everything = bruteforce.all_criteria(problem)[:, [NAMES.index(n) for n in names]]
        if not len(everything):
            continue
        spread = np.maximum(np.ptp(everything, axis=0) * plain.resolution, 1.0)
        resolution = {n: float(np.ceil(s / 7)) for n, s in zip(names, spread, strict=True)}
        found = agree(problem, names, resolution)
        slack = plain.amounts([resolution[n] for n in names])
        reached = plain.many(found.values)[None] <= everything[:, None] + np.array(slack)
        near = reached.all(axis=2).any(axis=1)
        assert near.all()


@pytest.mark.parametrize("seed", range(6))
def test_the_assignment_formulation_finds_the_same(seed):
    agree(random_problem(seed), EVERYWHERE[seed], {}, formulation="assignment", solver="highs")


@pytest.mark.parametrize("formulation", ["partition", "assignment"])
def test_fronts_of_problems_with_sites(formulation):
    for seed in range(12):
        problem = with_sites(random_problem(seed), seed)
        agree(problem, EVERYWHERE[seed], {}, formulation=formulation, solver="highs")
