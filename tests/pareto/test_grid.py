"""The grid: which cell a value falls into, and which limits say the same."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import koopopt
from koopopt.criteria import CRITERIA
from koopopt.errors import UsageError
from koopopt.pareto.find import front
from koopopt.pareto.grid import FAR, ROUNDING, Grid
from koopopt.pareto.plans import grid_of

deltas = st.sampled_from([1e-6, 1e-4, 0.01, 0.1, 0.3, 1.0, 2.0, 7.0, 250.0, 1e4, 12345.678])
counts = st.integers(-(10**9), 10**9)
values = st.floats(-1e10, 1e10)


def one(delta, exact=False):
    return Grid((delta,), (exact,))


def fuzzy(value, delta, cell):
    """Whether a value is so near to the edge between two cells that rounding decides."""
    ratio = Fraction(value) / Fraction(delta)
    room = 2 * Fraction(ROUNDING) * max(1000, abs(ratio))
    return abs(abs(ratio - cell) - Fraction(1, 2)) <= room


@settings(max_examples=500, deadline=None)
@given(values, deltas)
def test_the_cell_is_the_nearest_integer(value, delta):
    (cell,) = one(delta).cell((value,))
    distance = abs(Fraction(value) / Fraction(delta) - cell)
    assert distance <= Fraction(1, 2) or fuzzy(value, delta, cell)


@settings(max_examples=300, deadline=None)
@given(st.integers(-(10**6), 10**6), st.sampled_from([0.01, 0.1, 0.3, 1.0, 7.0]))
def test_half_cells_belong_to_the_lower_one(count, delta):
    grid = one(delta)
    assert grid.cell(((count + 0.5) * delta,)) == (count,)
    assert grid.cell((np.nextafter((count + 0.5) * delta, np.inf),)) == (count,)
    assert grid.cell(((count + 0.5 + 1e-4) * delta,)) == (count + 1,)
    assert grid.cell(((count + 0.5 - 1e-4) * delta,)) == (count,)


@settings(max_examples=500, deadline=None)
@given(values, deltas, st.integers(-3, 3), st.booleans())
@example(0.5, 1.0, 0, False)
@example(-0.5, 1.0, 0, False)
@example(1e10, 1e-6, 1, False)
def test_below_an_upper_cell_is_within_its_limit(value, delta, shift, exact):
    grid = one(delta, exact)
    (cell,) = grid.cell((value,))
    upper = cell + shift
    (limit,) = grid.limits((upper,))
    (beyond,) = grid.beyond((value,), (limit,))
    if not fuzzy(value, delta, cell):
        assert (cell < upper) == (value <= limit) == (beyond == 0.0)
    if cell < upper:  # never an alarm for what is inside, rounding or not
        assert beyond <= 4 * delta * ROUNDING * max(1e3, abs(value / delta))
    if beyond:
        assert beyond == pytest.approx(value - limit)


@settings(max_examples=300, deadline=None)
@given(values, deltas, st.integers(1, 3))
def test_the_corner_is_the_largest_value_below(value, delta, shift):
    grid = one(delta)
    (cell,) = grid.cell((value,))
    assume(not fuzzy(value, delta, cell))
    (corner,) = grid.corner((cell + shift,))
    assert value <= corner
    assert grid.cell((corner,)) == (cell + shift - 1,)


@settings(max_examples=300, deadline=None)
@given(counts, st.sampled_from([1e-6, 0.01, 0.1, 1.0, 5.0]))
def test_exact_values_are_cells(count, delta):
    """Multiples of the resolution, and limits half a cell away from any of them."""
    grid = one(delta, exact=True)
    assert grid.cell((count * delta,)) == (count,)
    assert grid.corner((count + 1,)) == pytest.approx([count * delta], rel=1e-12)
    (limit,) = grid.limits((count + 1,))
    assert limit - count * delta == pytest.approx(delta / 2, rel=1e-3)
    assert (count + 1) * delta - limit == pytest.approx(delta / 2, rel=1e-3)


@settings(max_examples=200, deadline=None)
@given(values, values, deltas)
def test_cells_keep_the_order(a, b, delta):
    low, high = sorted((a, b))
    grid = one(delta)
    assert grid.cell((low,)) <= grid.cell((high,))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 10**11), min_size=2, max_size=12), st.randoms())
def test_sums_in_another_order_are_in_the_same_cell(cents, rng):
    """Half a cent is the edge of a cell, and many costs lie on it."""
    terms = [c / 200 for c in cents]
    other = list(terms)
    rng.shuffle(other)
    grid = one(0.01)
    total = float(np.sum(other))
    assert grid.cell((sum(terms),)) == grid.cell((total,))
    (limit,) = grid.limits((grid.cell((total,))[0] + 1,))
    assert grid.beyond((sum(terms),), (limit,)) == (0.0,)


def test_what_has_no_bound():
    grid = Grid((0.01, 1.0), (False, True))
    assert grid.limits((FAR, 3)) == (np.inf, 2.5)
    assert grid.corner((FAR, 3)).tolist() == [np.inf, 2.0]
    assert grid.beyond((1e300, 2.0), (np.inf, 2.5)) == (0.0, 0.0)


def test_many_values_at_once():
    grid = Grid((0.01, 1.0, 5.0), (False, True, False))
    table = np.array([[1.234, -3.0, 12.4], [0.005, 2.0, 12.6], [-0.005, 0.0, -2.5]])
    assert grid.cells(table).tolist() == [[123, -3, 2], [0, 2, 3], [-1, 0, -1]]
    assert grid.cells(table).tolist() == [list(grid.cell(row)) for row in table]


@pytest.mark.parametrize("value", [1e20, -1e20, np.inf, np.nan])
def test_resolutions_that_are_too_fine_are_told(value):
    with pytest.raises(UsageError, match="too fine for values like"):
        one(1.0).cell((value,))
    with pytest.raises(UsageError, match="1e-15 is too fine"):
        front(koopopt.read("three-villages"), resolution={"cost": 1e-15}, workers=1)


def test_weights_make_cells_equal():
    grid = Grid((0.01, 1.0, 5.0), (False, True, False))
    assert max(grid.weights) == 1.0
    products = np.array(grid.weights) * np.array(grid.resolution)
    np.testing.assert_allclose(products, products[0])


def test_the_grid_of_criteria():
    grid = grid_of(("cost", "bodies", "travel"), {})
    assert grid.resolution == (0.01, 1.0, 0.0001)
    assert grid.exact == (False, True, False)
    assert not grid.coarse
    coarse = grid_of(("cost", "bodies"), {"cost": 500.0, "bodies": 2.0})
    assert coarse.resolution == (500.0, 2.0)
    assert coarse.exact == (False, False)
    assert coarse.coarse
    assert grid_of(("cost", "bodies"), {"cost": 0.01}).coarse is False
    assert set(CRITERIA) == {"cost", "travel", "identity", "bodies", "change"}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(values, values), min_size=1, max_size=20), deltas, deltas)
def test_one_of_each_nondominated_cell_is_near_to_everything(points, first, second):
    """What `koopopt.pareto.grid` promises of a coarse front."""
    grid = Grid((first, second), (False, False), coarse=True)
    table = np.array(points)
    cells = grid.cells(table)
    below = (cells[None] <= cells[:, None]).all(axis=2)
    equal = (cells[None] == cells[:, None]).all(axis=2)
    kept = ~(below & ~equal).any(axis=1)
    ranks = table @ np.array(grid.weights)
    chosen = [
        table[group][ranks[group].argmin()]
        for group in (np.flatnonzero(row) for row in equal[kept])
    ]
    slack = np.array(grid.resolution) * (1 + 1e-6) + 1e-9 * np.abs(table).max(axis=0)
    for value in table:
        assert any((point <= value + slack).all() for point in chosen)
