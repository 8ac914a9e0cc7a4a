"""The evaluator has the criteria that are worked out once more by hand, on the best of all plans.

No solver is asked, so there are many problems. `KOOPOPT_NIGHTLY` multiplies their number.
"""

from __future__ import annotations

import pytest

import bruteforce
from nightly import NIGHTLY
from random_instances import random_problem

MANY = 6 * NIGHTLY
EACH = 60
"""Problems in one test."""
ENDS = (4234, 5901, 7417)
"""In these a tier ends where floating point has a demand a hair less than it is."""


@pytest.mark.parametrize("number", [*(f"seed {seed}" for seed in ENDS), *range(MANY)])
def test_amounts_are_those_by_hand(number: int | str) -> None:
    seeds = (
        [int(number.removeprefix("seed "))]
        if isinstance(number, str)
        else range(100_000 + number * EACH, 100_000 + (number + 1) * EACH)
    )
    found = [bruteforce.solve(random_problem(seed)) for seed in seeds]  # it asserts that
    assert any(best is not None for best in found)
