"""Boxes and bounds by definition."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from koopopt.pareto import boxes
from koopopt.pareto.certificate import Record
from koopopt.pareto.grid import NO_BOUND, Grid
from koopopt.pareto.oracle import Found
from pareto import hand

CELLS = st.integers(1, 4).flatmap(
    lambda k: st.tuples(
        st.just(k), st.lists(st.tuples(*[st.integers(-3, 3)] * k), max_size=9, unique=True)
    )
)


@settings(deadline=None, max_examples=150)
@given(CELLS)
def test_the_region_by_definition(case: tuple[int, list[tuple[int, ...]]]) -> None:
    count, cells = case
    found = boxes.region(np.array(cells, np.int64).reshape(-1, count), count)
    assert sorted(found) == sorted(hand.region(cells, count))


@settings(deadline=None, max_examples=60)
@given(CELLS)
def test_the_search_has_the_same_region(case: tuple[int, list[tuple[int, ...]]]) -> None:
    from koopopt.pareto.region import Region

    count, cells = case
    region = Region(count)
    for cell in cells:
        region.update(cell)
    found = boxes.region(np.array(cells, np.int64).reshape(-1, count), count)
    assert sorted(upper for _, upper in region.items()) == sorted(found)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10**6))
def test_proofs_and_lower_bounds_hold_for_every_solution(seed: int) -> None:
    """Records that are true of a random set prove nothing that is not."""
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 4))
    grid = Grid((Fraction(1),) * k, (1,) * k, (True,) * k)
    everything = rng.integers(0, 9, (12, k))
    records = []
    for _ in range(8):
        upper = tuple(int(u) if u < 10 else NO_BOUND for u in rng.integers(1, 13, k))
        weights = tuple(rng.integers(0, 3, k).tolist())
        if any(weights):
            inside = everything[(everything < np.array(upper)).all(axis=1)]
            bound = int((inside @ np.array(weights)).min()) if len(inside) else None
            found = Found.EMPTY if bound is None else Found.STOPPED
            records.append(Record(upper, weights, found, bound, None, "truth", 0.0))
    least, uppers = boxes.ideal(records, grid), np.array([r.upper for r in records])
    for box in itertools.product(*[(2, 5, 8, NO_BOUND)] * k):
        inside = everything[(everything < np.array(box)).all(axis=1)]
        if records and boxes.proving(records, uppers, grid, box) is not None:
            assert not len(inside)
        lower = boxes.lower(records, grid, box, least)
        assert (inside >= lower).all()
