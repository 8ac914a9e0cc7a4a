"""The answers themselves: oracles that share no code agree with each other and with the sources."""

from __future__ import annotations

import numpy as np
import pytest

from pareto import oracles, published
from pareto.published import KNAPSACK_17, PUBLISHED, TEGHEM
from pareto.special import FAMILIES, SPECIAL

EVERYTHING = (*PUBLISHED, *SPECIAL, *FAMILIES)
SMALL = 1 << 18
"""Points of a box that can be enumerated in a test."""


def id_of(known):
    return known.name


def size(known):
    return float(np.prod(known.model.upper - known.model.lower + 1))


@pytest.mark.parametrize("known", EVERYTHING, ids=id_of)
def test_answers_are_nondominated_and_as_many_as_the_source_says(known):
    points = known.answer()
    assert points.shape[1] == len(known.model.objectives)
    assert known.count is None or len(points) == known.count
    below = (points[:, None, :] <= points[None, :, :]).all(axis=2)
    assert (below == np.eye(len(points), dtype=bool)).all()


@pytest.mark.parametrize(
    "known", [known for known in EVERYTHING if size(known) <= SMALL], ids=id_of
)
def test_answers_agree_with_enumeration(known):
    np.testing.assert_array_equal(known.answer(), oracles.enumerated(known.model, known.units))


def test_oracles_of_families_agree_with_what_is_published():
    for known, found in (
        (KNAPSACK_17, oracles.knapsack(published.PROFITS_17, published.WEIGHTS_17, 900)),
        (
            published.KNAPSACK_50,
            oracles.knapsack(published.PROFITS_50, published.WEIGHTS_50, 187),
        ),
        (published.ASSIGNMENT_2, oracles.assignment(TEGHEM)),
        (published.ASSIGNMENT_3, oracles.assignment(published.ASSIGNMENT_COSTS)),
        (published.PATH, oracles.paths(published.ARCS, 1, 6)),
        (published.PARTITION, oracles.partitioning(published.CREW, 17)),
        (published.TRANSPORT, oracles.enumerated(published.TRANSPORT.model, most=8)),
    ):
        np.testing.assert_array_equal(known.answer(), found, known.name)


def test_cents_lie_closer_than_default_gaps():
    """Otherwise the instance would not show what it is for."""
    points = next(known for known in SPECIAL if known.name == "cents").answer()
    steps = np.diff(points[:, 0]) / points[1:, 0]
    assert len(points) > 10
    assert steps.max() < 1e-5


def test_nondominated_keeps_one_of_equal_vectors():
    values = [[2, 2], [1, 3], [2, 2], [3, 1], [3, 3], [2, 4]]
    assert oracles.nondominated(values).tolist() == [[1, 3], [2, 2], [3, 1]]
