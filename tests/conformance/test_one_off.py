"""One-off costs as annuities: both formulations find the optimum that enumeration finds."""

from __future__ import annotations

import pytest

from conformance.test_agreement import agree
from founding import with_horizon
from nightly import NIGHTLY
from random_instances import random_problem, with_sites


@pytest.mark.parametrize("part", range(2 * NIGHTLY))
def test_optimum_is_that_of_enumeration(part: int) -> None:
    agree(range(part * 10, part * 10 + 10), lambda seed: with_horizon(random_problem(seed), seed))


@pytest.mark.parametrize("part", range(NIGHTLY))
def test_at_sites_too(part: int) -> None:
    def problem_of(seed: int):
        return with_horizon(with_sites(random_problem(seed), seed), seed)

    agree(range(part * 10, part * 10 + 10), problem_of)
