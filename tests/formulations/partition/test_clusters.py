"""Cuts about clusters: how many bodies fit in one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from koopopt.formulations.partition.clusters import clusters


def bodies(towns: int, size: int, n: int) -> np.ndarray:
    """All bodies of a size within the first towns, as a dense table."""
    sets = list(combinations(range(towns), size))
    inside = np.zeros((len(sets), n))
    for k, chosen in enumerate(sets):
        inside[k, list(chosen)] = 1.0
    return inside


@pytest.mark.parametrize(("towns", "size"), [(5, 2), (7, 3), (8, 3), (11, 4)])
def test_no_more_bodies_than_fit(towns: int, size: int) -> None:
    """Fractions cover all towns by towns / size bodies; rounded down, that is the most."""
    inside = bodies(towns, size, towns + 2)
    weight = np.full(len(inside), towns / size / len(inside))
    found = clusters(inside, weight)
    everything = np.r_[np.ones(towns, int), 0, 0]
    rows = [(w.tolist(), d) for w, d in zip(found.weight, found.divisor.tolist(), strict=True)]
    assert (everything.tolist(), size) in rows
    violation = weight @ found.entries(inside) - found.most
    assert violation.min() > 0.05
    assert violation.max() == pytest.approx(towns / size - towns // size)


def test_nothing_is_found_where_bodies_fit() -> None:
    inside = np.kron(np.eye(3), np.ones(3))  # three bodies of three
    assert len(clusters(inside, np.ones(3))) == 0
    assert len(clusters(inside[:0], np.ones(0))) == 0


def test_clusters_that_hang_together_are_told_apart() -> None:
    """Two clusters of five: each has one body of three at the most, together there are two."""
    one = bodies(5, 3, 10)
    inside = np.concatenate([one, np.roll(one, 5, axis=1)])
    found = clusters(inside, np.full(len(inside), 5 / 3 / len(one)))
    halves = set(map(tuple, found.weight[found.divisor == 3].tolist()))
    assert {(1,) * 5 + (0,) * 5, (0,) * 5 + (1,) * 5} <= halves
