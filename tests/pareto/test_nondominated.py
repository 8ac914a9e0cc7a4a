"""Points that nothing dominates: of each cell the best one, and a dominated one goes."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from koopopt.pareto.grid import Grid
from koopopt.pareto.nondominated import Nondominated
from koopopt.pareto.oracle import Point

GRID = Grid((Fraction(1), Fraction(1)), (10, 10), (True, True))


def kept(*values: tuple[float, float]) -> Nondominated:
    points = Nondominated(GRID)
    for pair in values:
        points.keep(Point(pair, ()))
    return points


def shown(points: Nondominated) -> list[tuple[float, ...]]:
    return [point.values for point in points.in_order()]


def test_whatever_is_dominated_goes() -> None:
    assert shown(kept((100, 0), (0, 100), (50, 50), (20, 20))) == [(0, 100), (20, 20), (100, 0)]
    assert shown(kept((20, 20), (50, 50))) == [(20, 20)]


def test_of_a_cell_the_better_one_stays() -> None:
    assert shown(kept((22, 22), (20, 21), (21, 22))) == [(20, 21)]


def test_it_says_whether_a_cell_is_new() -> None:
    points = kept((20, 20))
    assert not points.keep(Point((18, 18), ()))  # better, of the same cell
    assert points.keep(Point((0, 100), ()))
    assert not points.keep(Point((50, 50), ()))
    assert ((2, 2) in points, (5, 5) in points, len(points)) == (True, False, 2)
    assert points[2, 2].values == (18, 18)


def test_which_are_best_and_which_lie_within() -> None:
    points = kept((0, 100), (20, 20), (100, 0))
    best = points.best((1, 1))
    assert best is not None
    assert best.values == (20, 20)
    assert [p.values for p in points.within((5, 11))] == [(0, 100), (20, 20)]
    assert kept().best((1, 1)) is None


PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20)


@settings(max_examples=60)
@given(PAIRS)
def test_they_are_the_minima_in_whatever_order_they_come(cells: list[tuple[int, int]]) -> None:
    minima = {c for c in cells if not any(d != c and d[0] <= c[0] and d[1] <= c[1] for d in cells)}
    assert set(dict(kept(*((10 * a, 10 * b) for a, b in cells)).items())) == minima
