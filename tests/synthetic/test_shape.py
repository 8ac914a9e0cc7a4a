"""How municipalities grow on a plane."""

from __future__ import annotations

from random import Random

import pytest

from koopopt.synthetic import shape


def test_the_faster_one_takes_more_and_stays_connected() -> None:
    line = [(float(x), 0.0) for x in range(10)]
    near = shape.graph(10, [(k, k + 1) for k in range(9)])
    assert shape.grown(near, line, {0: 1.0, 9: 1.0}) == [0] * 5 + [9] * 5
    assert shape.grown(near, line, {0: 3.5, 9: 1.0}) == [0] * 8 + [9] * 2


def test_who_is_surrounded_stays_small() -> None:
    """Nobody grows through another one, however fast."""
    line = [(float(x), 0.0) for x in range(7)]
    near = shape.graph(7, [(k, k + 1) for k in range(6)])
    assert shape.grown(near, line, {0: 1.0, 2: 9.0, 4: 1.0}) == [0, 2, 2, 2, 4, 4, 4]


def test_the_mean_area_is_the_unit() -> None:
    drawn = shape.drawn(50, Random(1))
    assert sum(drawn.area) == pytest.approx(50)
    east = [x for x, _ in drawn.places]
    # A square of as many units would be 7 wide; a ragged county is somewhat wider.
    assert 6 < max(east) - min(east) < 12


def test_centres_keep_their_distance() -> None:
    for seed in range(5):
        at = shape.drawn(80, Random(seed)).places
        nearest = min(
            (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for k, a in enumerate(at) for b in at[:k]
        )
        assert nearest > 0.3**2
