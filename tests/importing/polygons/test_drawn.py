"""Areas for maps: fewer corners, borders still common."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from importing.polygons.squares import squares
from koopopt.importing.polygons.drawn import CORNERS, drawn

pytest.importorskip("pyproj")


def test_few_corners_stay_as_they_are() -> None:
    found = drawn(squares({"a": (0, 0, 1000, 1000), "b": (1000, 0, 2000, 1000)}))
    assert list(found) == ["a", "b"]
    shapes = [shapely.geometry.shape(geometry) for geometry in found.values()]
    assert [len(shape.exterior.coords) for shape in shapes] == [5, 5]
    assert shapely.intersection(*shapes).length > 0
    for x, y in shapes[0].exterior.coords:
        assert (round(x, 5), round(y, 5)) == (x, y)


def test_many_corners_become_few_and_neighbours_still_meet() -> None:
    """Two halves of a square, parted by a line of 4,000 corners."""
    steps = np.linspace(0, 40_000, 4_000)
    line = np.column_stack([20_000 + 300 * np.sin(steps / 200), steps])
    west = shapely.Polygon([(0, 0), *line, (0, 40_000)])
    east = shapely.Polygon([(40_000, 0), *line, (40_000, 40_000)])
    found = [shapely.geometry.shape(g) for g in drawn(squares({"w": west, "e": east})).values()]
    assert max(shapely.get_num_coordinates(found)) <= 2 * CORNERS
    assert all(shapely.is_valid(found))
    assert shapely.intersection(*found).area < 1e-9
    assert shapely.intersection(*found).length > 0.3
