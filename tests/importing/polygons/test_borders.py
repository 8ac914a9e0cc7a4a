"""Common borders: exact where edges meet, and by nearness where they do not."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from importing.polygons.squares import squares
from koopopt.importing.polygons.borders import borders

pytest.importorskip("pyproj")
A = (0, 0, 1000, 1000)


def shifted(x: float, y: float = 0.0) -> tuple[float, float, float, float]:
    return (1000 + x, y, 2000 + x, 1000 + y)


def test_the_length_is_that_along_the_ground() -> None:
    found = borders(squares({"a": A, "b": shifted(0), "c": (0, 1000, 400, 2000)}))
    assert found.pairs == pytest.approx({("a", "b"): 1.0, ("a", "c"): 0.4}, rel=1e-3)
    assert (found.corners, found.gaps, found.overlaps) == ((), {}, {})


@pytest.mark.parametrize(
    ("shift", "km"),
    [((0, 500), 0.5), ((0, 970), 0.03), ((0, 981), None), ((0, 1000), None), ((0, -999), None)],
)
def test_a_corner_or_little_more_is_no_border(shift: tuple[float, float], km: float | None) -> None:
    found = borders(squares({"a": A, "b": shifted(*shift)}))
    assert found.pairs == ({} if km is None else pytest.approx({("a", "b"): km}, rel=1e-2))
    assert found.corners == ((("a", "b"),) if km is None else ())


@pytest.mark.parametrize(
    ("metres", "near", "kind"),
    [
        (0.5, 1, "border"),
        (-0.5, 1, "border"),
        (2, 1, "gap"),
        (30, 1, "gap"),
        (30, 31, "border"),
        (-30, 1, "overlap"),
        (-300, 1, "overlap"),
        (249, 1, "gap"),
        (300, 1, "nothing"),
        (300, 301, "nothing"),
    ],
)
def test_gaps_and_overlaps(metres: float, near: float, kind: str) -> None:
    found = borders(squares({"a": A, "b": shifted(metres)}), near)
    pair = ("a", "b")
    assert (pair in found.pairs) == (kind in ("border", "overlap"))
    assert list(found.gaps) == [pair] * (kind == "gap")
    assert list(found.overlaps) == [pair] * (kind == "overlap")
    if kind == "border":
        assert found.pairs[pair] == pytest.approx(1.0, rel=0.002 + 0.003 * near)
    if kind == "gap":
        assert found.gaps[pair] == pytest.approx(metres)
    if kind == "overlap":
        assert found.overlaps[pair] == pytest.approx(-metres / 1000)


def test_wide_snapping_leaves_what_is_exact_as_it_is() -> None:
    shapes = {"a": A, "b": shifted(0, 940), "c": (0, 1000, 1000, 2000), "d": (-1030, 0, -30, 900)}
    plain, wide = borders(squares(shapes)), borders(squares(shapes), 30)
    for pair in (("a", "b"), ("a", "c")):
        assert wide.pairs[pair] == pytest.approx(plain.pairs[pair], rel=1e-6)
    assert plain.gaps["a", "d"] == pytest.approx(30)
    assert wide.pairs["a", "d"] == pytest.approx(0.9, rel=0.1)
    corner = borders(squares({"a": A, "b": shifted(5, 1005)}), 30)
    assert (corner.pairs, corner.corners) == ({}, (("a", "b"),))


def test_corners_in_the_middle_of_an_edge() -> None:
    """A long edge against two short ones, whose corner lies a little beside it."""
    left = shapely.Polygon([(0, 0), (1000, 0), (1000, 2000), (0, 2000)])
    right = shapely.Polygon([(1000, 0), (2000, 0), (2000, 2000), (1000, 2000), (1000.3, 1000)])
    found = borders(squares({"a": left, "b": right}))
    assert found.pairs == pytest.approx({("a", "b"): 2.0}, rel=2e-3)


def test_islands_in_another_and_rings_around_it() -> None:
    ring = shapely.difference(shapely.box(-500, -500, 1500, 1500), shapely.box(*A))
    found = borders(squares({"town": A, "county": ring}))
    assert found.pairs == pytest.approx({("town", "county"): 4.0}, rel=1e-3)


def test_two_parts_of_a_border_count_together() -> None:
    two = shapely.MultiPolygon([shapely.box(1000, 0, 2000, 200), shapely.box(1000, 800, 2000, 900)])
    assert borders(squares({"a": A, "b": two})).pairs["a", "b"] == pytest.approx(0.3, rel=1e-3)


def test_nobody_and_one_alone() -> None:
    assert borders(squares({"a": A})).pairs == {}
    assert borders(squares({"a": A, "b": (9000, 0, 9500, 500)})).gaps == {}


def test_a_board_of_ten_thousand_takes_seconds() -> None:
    """Each pair once, in the order of the areas."""
    side = 100
    boxes = {f"{x:02d}{y:02d}": (x * 1000, y * 1000, x * 1000 + 1000, y * 1000 + 1000)
             for x in range(side) for y in range(side)}  # fmt: skip
    found = borders(squares(boxes))
    assert len(found.pairs) == 2 * side * (side - 1)
    assert len(found.corners) == 2 * (side - 1) ** 2
    assert all(a < b for a, b in found.pairs)
    assert np.ptp(list(found.pairs.values())) < 0.01
