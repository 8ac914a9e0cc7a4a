"""A few points for many, and how well they stand for them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopopt.pareto.certificate import Certificate, Open
from koopopt.pareto.represent import represent
from koopopt.pareto.words import thinned
from pareto import hand


@given(st.integers(1, 300), st.integers(1, 60))
def test_thinning_keeps_both_ends_and_spreads(count: int, most: int) -> None:
    kept = thinned(count, most)
    assert len(kept) == min(count, most)
    assert kept == sorted(set(kept))
    assert kept[0] == 0
    if most > 1:
        assert kept[-1] == count - 1
        assert max(np.diff(kept), default=1) <= min(np.diff(kept), default=1) + 1


def error(values: np.ndarray, chosen: tuple[int, ...]) -> float:
    scaled = values / np.where(np.ptp(values, axis=0) > 0, np.ptp(values, axis=0), 1.0)
    each = [max(0.0, min((scaled[s] - p).max() for s in chosen)) for p in scaled]
    return max(each)


def antichain(seed: int, criteria: int, most: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 30, (most, criteria)).astype(float)
    values = np.unique(values, axis=0)
    return np.array([v for v in values if ((values <= v).all(axis=1)).sum() == 1])


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_for_two_criteria_the_choice_is_the_best_there_is(seed: int, count: int) -> None:
    front = hand.of_values(antichain(seed, 2, 14))
    found = represent(front, count)
    assert len(found.chosen) <= count
    assert found.error == pytest.approx(error(front.values, found.chosen))
    size = min(count, len(front))
    best = min(error(front.values, c) for c in combinations(range(len(front)), size))
    assert found.error == pytest.approx(best)
    assert found.bound == found.error


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_for_more_criteria_the_quality_is_stated_honestly(seed: int, count: int) -> None:
    front = hand.of_values(antichain(seed, 3, 14))
    found = represent(front, count)
    assert len(found.chosen) <= count
    assert found.error == pytest.approx(error(front.values, found.chosen))
    size = min(count, len(front))
    best = min(error(front.values, c) for c in combinations(range(len(front)), size))
    assert found.bound <= best + 1e-12 <= found.error + 2e-12


def test_what_a_front_misses_counts_for_its_representation() -> None:
    front = hand.of_values([[k, 9 - k] for k in range(10)])
    box = Open((5, 5), (0.0, 0.0), 0.25)
    left = replace(front, certificate=Certificate((), (box,), 0.1))
    assert represent(front, 3).coverage == represent(front, 3).error
    assert represent(left, 3).coverage == represent(front, 3).error + 0.25
    assert represent(front, 99).chosen == tuple(range(10))
    assert represent(front, 99).error == 0.0
    with pytest.raises(ValueError, match="0 points"):
        represent(front, 0)
