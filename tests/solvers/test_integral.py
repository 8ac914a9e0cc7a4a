"""Programs in whole numbers for CP-SAT: exact, and no solution is lost."""

from __future__ import annotations

import numpy as np
import pytest

from koopopt.solvers.integral import integral
from solvers.models import INF, model, random_small, task


def test_integral_is_exact_for_decimals():
    rows = [(0.1, [0.1, 0.25, 3], 1.3), (-INF, [1, 2, 3], 7), (0, [1e-3, 5, 0], 12)]
    program = model([0.29, 1.1, -12345.67], rows, lower=[-3, 0, 2], upper=[5, 4, 9])
    scaled = integral(task(program))
    assert scaled.cost.tolist() == [29, 110, -1234567]
    assert scaled.value.tolist() == [10, 25, 300, 1, 2, 3, 1, 5000]
    assert scaled.lower.tolist() == [-3, 0, 2]
    assert scaled.row_lower[0] == 10 - (-30 + 600)
    assert scaled.row_upper[2] == 12003
    assert scaled.slack < 1e-12


@pytest.mark.parametrize("seed", range(100))
def test_integral_loses_no_solution_and_no_bound(seed):
    """Every feasible point stays feasible, and the scaled objective never overstates."""
    rng = np.random.default_rng(seed)
    program = random_small(seed)
    scaled = integral(task(program))
    cost, offset = program.weighted()
    for _ in range(50):
        point = rng.integers(program.lower, program.upper + 1)
        shifted = point - scaled.lower
        sums = np.bincount(
            np.repeat(np.arange(program.shape[0]), np.diff(scaled.start)),
            weights=scaled.value * shifted[scaled.index],
            minlength=program.shape[0],
        )
        inside = ((sums >= scaled.row_lower) & (sums <= scaled.row_upper)).all()
        if program.violation(point.astype(float)) <= 1e-9:
            assert inside
        true = float(cost @ point) + offset
        assert scaled.bound(float(scaled.cost @ shifted)) <= true + 1e-9 * max(1, abs(true))
