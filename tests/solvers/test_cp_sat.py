"""CP-SAT where coefficients exceed 2^31: it must not call feasible programs infeasible.

A step of OR-Tools' presolve does (its issue 5293); `koopopt.solvers.cp_sat` leaves that step out.
"""

from __future__ import annotations

import numpy as np
import pytest

from koopopt.solvers import Control, Termination, get
from koopopt.solvers import cp_sat as module
from solvers.models import INF, enumerated, model

COVER = [[0, 4, 5], [2, 3, 4, 5], [1, 2, 3], [6, 7, 8, 11], [7, 8, 9, 10]]
"""One of these partnerships for each town and service."""
OFFICES = [([4], 12), ([2, 5], 13), ([3], 14), ([11], 12), ([7, 9], 13), ([10], 14)]
"""Partnerships that need an office."""
POOLED = [2, 3, 4, 5, 7, 8, 9, 10, 11]
COSTS = [
    16476190801, 3334054215, 16685171998, 16685171998, 27114990469, 27114990469, 6647814225,
    10040115200, 10040115200, 7304201105, 7304201105, 7304201105, 163840000, 163840000, 163840000,
]  # fmt: skip


def ones(*columns, value=1.0):
    row = np.zeros(len(COSTS))
    row[list(columns)] = value
    return row


def partition():
    """Return a set partitioning program with a limit on costs, as a search for a front asks."""
    rows = [(1, ones(*columns), 1) for columns in COVER]
    rows += [(-INF, ones(*columns) - ones(office), 0) for columns, office in OFFICES]
    rows += [(2, ones(*POOLED), INF), (-INF, ones(*POOLED, value=2.0), 4)]
    rows.append((-INF, np.array(COSTS, float), 46218985004))
    return model(np.zeros(len(COSTS)), rows)


def test_it_is_feasible():
    program = partition()
    chosen = get("highs").solve(program, Control())
    assert chosen.termination is Termination.OPTIMAL
    whole = chosen.values.round().astype(int)  # checked once more in integers
    assert set(whole.tolist()) <= {0, 1}
    assert all(sum(whole[columns]) == 1 for columns in COVER)
    assert all(sum(whole[columns]) <= whole[office] for columns, office in OFFICES)
    assert sum(whole[POOLED]) == 2
    assert sum(int(v) * c for v, c in zip(whole, COSTS, strict=True)) <= 46218985004


@pytest.mark.parametrize("seed", range(5))
def test_cp_sat_finds_it(seed):
    solution = get("cp-sat").solve(partition(), Control(seed=seed))
    assert solution.termination is Termination.OPTIMAL


def test_the_step_that_is_left_out_is_to_blame(monkeypatch):
    """Should this fail, OR-Tools has mended it, and the work-around can go."""
    from ortools.sat.python import cp_model

    setting, default = module._set, cp_model.CpSolver().parameters.presolve_inclusion_work_limit
    assert default > 0

    def as_shipped(parameters, task):
        setting(parameters, task)
        parameters.presolve_inclusion_work_limit = default

    monkeypatch.setattr(module, "_set", as_shipped)
    solution = get("cp-sat").solve(partition(), Control())
    assert solution.termination is Termination.INFEASIBLE


@pytest.mark.parametrize("seed", range(40))
def test_random_programs_with_large_coefficients(seed):
    """Partitions with limits, some of which differ by multiples of 2^32 only."""
    rng = np.random.default_rng(seed)
    n = 10
    rows = [(1, (rng.random(n) < 0.5) * 1.0, 1) for _ in range(3)]
    for _ in range(2):
        sizes = rng.integers(1, 2**20, n) * 2 ** int(rng.integers(8, 15))
        alike = rng.random(n) < 0.5
        sizes[alike] = sizes[0] + 2**32 * rng.integers(0, 3, n)[alike]
        limit = float(sizes @ (rng.random(n) < 0.5))
        rows.append((-INF, sizes.astype(float), limit))
    program = model(rng.integers(-20, 20, n).astype(float), rows)
    best = enumerated(program)
    solution = get("cp-sat").solve(program, Control())
    if best is None:
        assert solution.termination is Termination.INFEASIBLE
    else:
        assert solution.termination is Termination.OPTIMAL
        assert solution.objective == pytest.approx(best)
