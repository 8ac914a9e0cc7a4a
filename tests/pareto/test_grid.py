"""The grid: which cell a value falls into, and which limits say the same."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import koopopt
from koopopt.criteria import CRITERIA
from koopopt.errors import UsageError
from koopopt.pareto.find import front
from koopopt.pareto.grid import NO_BOUND, Grid, total
from koopopt.pareto.plans import grid_of

amounts = st.integers(-(10**15), 10**15)
widths = st.sampled_from([1, 2, 3, 7, 10, 250, 1000, 12_345_678])
decimals = st.sampled_from(["0.000001", "0.0001", "0.01", "0.1", "0.3", "1", "7", "12345.678"])


def one(width, unit="1", exact=True):
    return Grid((Fraction(unit),), (width,), (exact,))


@settings(max_examples=500, deadline=None)
@given(amounts, widths)
@example(5, 10)
@example(-5, 10)
def test_the_cell_is_the_nearest_integer_the_lower_of_two(amount, width):
    (cell,) = one(width).cell((amount,))
    assert -Fraction(1, 2) < Fraction(amount, width) - cell <= Fraction(1, 2)


@settings(max_examples=300, deadline=None)
@given(st.integers(-(10**6), 10**6), st.sampled_from([2, 10, 30, 1000]))
def test_half_cells_belong_to_the_lower_one(count, width):
    grid = one(width)
    edge = count * width + width // 2
    assert grid.cell((edge,)) == (count,)
    assert grid.cell((edge + 1,)) == (count + 1,)
    assert grid.cell((edge - 1,)) == (count,)


@settings(max_examples=500, deadline=None)
@given(amounts, widths, st.integers(-3, 3), st.booleans())
@example(1, 2, 0, True)
@example(-1, 2, 0, True)
@example(10**15, 1, 1, True)
def test_below_an_upper_cell_is_within_its_limit(amount, width, shift, exact):
    grid = one(width, exact=exact)
    (cell,) = grid.cell((amount,))
    upper = cell + shift
    (limit,) = grid.limits((upper,))
    assert (cell < upper) == (amount <= limit)


@settings(max_examples=300, deadline=None)
@given(amounts, widths, st.integers(1, 3))
def test_the_corner_is_the_largest_amount_below(amount, width, shift):
    grid = one(width)
    (cell,) = grid.cell((amount,))
    (corner,) = grid.corner((cell + shift,))
    assert amount <= corner
    assert grid.cell((corner,)) == (cell + shift - 1,)
    assert grid.cell((corner + 1,)) == (cell + shift,)
    assert one(width, exact=False).corner((cell + shift,)) == (corner + 1,)  # for rounding


@settings(max_examples=300, deadline=None)
@given(st.integers(-(10**12), 10**12), decimals)
def test_with_one_unit_a_cell_cells_are_the_values_themselves(count, unit):
    """Multiples of the resolution, to the unit: a limit is the largest of them."""
    grid = one(1, unit)
    assert grid.cell((count,)) == (count,)
    assert grid.corner((count + 1,)) == (count,)
    assert grid.limits((count + 1,)) == (count,)


@settings(max_examples=500, deadline=None)
@given(st.integers(-(10**14), 10**14), decimals)
def test_values_and_amounts_are_the_same(count, unit):
    """There and back: what is written as a number is read as the same whole number."""
    grid = one(1, unit)
    assert grid.amounts(grid.values((count,))) == (count,)
    assert grid.many(np.array([grid.values((count,))])).tolist() == [[count]]


@settings(max_examples=200, deadline=None)
@given(amounts, amounts, widths)
def test_cells_keep_the_order(a, b, width):
    low, high = sorted((a, b))
    grid = one(width)
    assert grid.cell((low,)) <= grid.cell((high,))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 10**11), min_size=2, max_size=12), st.randoms())
def test_sums_in_another_order_are_the_same_amount(cents, rng):
    """Floating point differs in its last digits; a whole number of cents does not."""
    terms = [c / 100 for c in cents]
    other = list(terms)
    rng.shuffle(other)
    grid = one(1, "0.01")
    assert grid.amounts((sum(terms),)) == grid.amounts((float(np.sum(other)),)) == (sum(cents),)


def test_what_has_no_bound():
    grid = Grid((Fraction(1, 100), Fraction(1)), (1, 1), (False, True))
    assert grid.limits((NO_BOUND, 3)) == (None, 2)
    assert grid.corner((NO_BOUND, 3)) == (None, 2)
    assert grid.corner_values((NO_BOUND, 3)).tolist() == [np.inf, 2.0]
    assert grid.corner_values((7, NO_BOUND)).tolist() == [0.07, np.inf]
    assert grid.most((NO_BOUND, 3), (0, 5)) == 10
    assert grid.most((NO_BOUND, 3), (1, 5)) is None


def test_many_values_at_once():
    grid = Grid((Fraction(1, 1000), Fraction(1), Fraction(1, 10)), (10, 1, 50), (True,) * 3)
    table = np.array([[1.234, -3.0, 12.4], [0.005, 2.0, 12.6], [-0.005, 0.0, -2.5]])
    assert grid.many(table).tolist() == [[1234, -3, 124], [5, 2, 126], [-5, 0, -25]]
    assert grid.many(table).tolist() == [list(grid.amounts(row)) for row in table]
    assert grid.cells(grid.many(table)).tolist() == [[123, -3, 2], [0, 2, 3], [-1, 0, -1]]
    assert grid.cells(grid.many(table)).tolist() == [
        list(grid.cell(grid.amounts(row))) for row in table
    ]


@pytest.mark.parametrize("value", [1e20, -1e20, np.inf, np.nan])
def test_resolutions_that_are_too_fine_are_told(value):
    with pytest.raises(UsageError, match="too fine for values like"):
        one(1).amounts((value,))
    with pytest.raises(UsageError, match="too fine for values like"):
        one(1).many(np.array([value]))
    with pytest.raises(UsageError, match="1e-15 is too fine"):
        front(koopopt.read("three-villages"), resolution={"cost": 1e-15}, workers=1)


def test_weights_make_cells_equal():
    grid = Grid((Fraction(1, 100), Fraction(1), Fraction(1)), (1, 4, 6), (True,) * 3)
    assert grid.weights == (12, 3, 2)
    products = [Fraction(w * r) for w, r in zip(grid.weights, grid.per_cell, strict=True)]
    assert len(set(products)) == 1


def test_the_grid_of_criteria():
    grid = grid_of(("cost", "bodies", "travel"), {})
    assert grid.resolution == (0.01, 1.0, 0.0001)
    assert grid.units == (Fraction(1, 100), 1, Fraction(1, 10_000))
    assert grid.per_cell == (1, 1, 1)
    assert grid.exact == (True, True, True)
    assert not grid.coarse
    coarse = grid_of(("cost", "bodies"), {"cost": 500.0, "bodies": 2.0})
    assert coarse.resolution == (500.0, 2.0)
    assert coarse.units == (Fraction(1, 100), 1)
    assert coarse.per_cell == (50_000, 2)
    assert coarse.coarse
    assert grid_of(("cost", "bodies"), {"cost": 0.01}).coarse is False
    odd = grid_of(("cost", "bodies"), {"cost": 0.025, "bodies": 1.5})
    assert odd.units == (Fraction(1, 200), Fraction(1, 2))  # divided where it is no multiple
    assert odd.per_cell == (5, 3)
    assert odd.resolution == (0.025, 1.5)
    sums = {"cost", "travel", "identity", "bodies", "farthest", "change"}
    assert set(CRITERIA) == sums | {"largest_loss"}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=20), widths, widths)
def test_one_of_each_nondominated_cell_is_near_to_everything(points, first, second):
    """What `koopopt.pareto.grid` promises of a coarse front."""
    grid = Grid((Fraction(1),) * 2, (first, second), (True, True), coarse=True)
    table = np.array(points)
    cells = grid.cells(table)
    below = (cells[None] <= cells[:, None]).all(axis=2)
    equal = (cells[None] == cells[:, None]).all(axis=2)
    kept = ~(below & ~equal).any(axis=1)
    chosen = [
        min((points[k] for k in np.flatnonzero(row)), key=lambda p: total(grid.weights, p))
        for row in equal[kept]
    ]
    slack = np.array(grid.per_cell)
    for value in table:
        assert any((np.array(point) <= value + slack).all() for point in chosen)
