"""Latin hypercubes have one sample in every cell, and are the same for the same seed."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np
import pytest

from koopopt.savings.sampling import latin_hypercube, quantile


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("samples", [1, 2, 7, 200])
def test_every_cell_has_one_sample(samples: int, seed: int) -> None:
    found = latin_hypercube(samples, 5, seed)
    assert found.shape == (samples, 5)
    assert ((found >= 0) & (found < 1)).all()
    cells = np.sort(np.floor(found * samples).astype(int), axis=0)
    assert (cells == np.arange(samples)[:, None]).all()


def test_it_is_the_same_for_the_same_seed_to_the_bit() -> None:
    assert latin_hypercube(50, 3, 7).tobytes() == latin_hypercube(50, 3, 7).tobytes()
    assert latin_hypercube(50, 3, 7).tobytes() != latin_hypercube(50, 3, 8).tobytes()
    # one that was computed once: the stream is that of the generator, on every machine
    assert latin_hypercube(2, 1, 0).round(9).tolist() == FIRST


def test_another_number_leaves_the_others_as_they_are() -> None:
    assert (latin_hypercube(30, 4, 1)[:, :3] == latin_hypercube(30, 3, 1)).all()


@pytest.mark.parametrize("count", [1, 2, 3, 10, 30, 199, 200])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 0.9, 1.0])
def test_a_quantile_is_the_least_value_that_so_many_do_not_exceed(count: int, share: float) -> None:
    values = np.random.default_rng(count).integers(0, 50, count).tolist()
    found = quantile(values, share)
    needed = ceil(Fraction(str(share)) * count) or 1
    assert found == min(v for v in values if sum(u <= v for u in values) >= needed)


FIRST = [[0.658168576], [0.361171294]]
