"""The lie of the land: borders of a grid drawn by hand, and proportions of maps."""

from __future__ import annotations

import json
import math
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import tiny
from koopopt.case.plan import Partnership
from koopopt.problem import Problem
from koopopt.report.maps import territory
from koopopt.report.values.decision import Decision
from random_instances import random_problem
from report.decided import DAY, random_front

GRID = [shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1)]
"""Below 0 and 1, above 2 and 3."""


def test_borders_of_a_grid() -> None:
    found = {(a, b): geometry for a, b, geometry in territory.borders(GRID)}
    assert set(found) == {(0, 1), (2, 3), (0, 2), (1, 3)}  # corners are no borders
    assert len(territory.borders(GRID)) == 4  # each pair once
    for geometry in found.values():
        assert geometry.length == 1
    assert found[0, 1].equals(shapely.LineString([(1, 0), (1, 1)]))
    assert found[0, 2].equals(shapely.LineString([(0, 1), (1, 1)]))


def test_a_border_may_have_several_parts() -> None:
    """An area like a U around the foot of another: they touch left, below and right of it."""
    foot = shapely.box(1, 1, 2, 3)
    around = shapely.box(0, 0, 3, 2).difference(foot)
    ((_, _, once),) = territory.borders([around, foot])
    assert once.length == 3
    assert len(shapely.get_parts(once)) == 1
    # Where it touches in two places only, there are two parts.
    apart = [shapely.box(0, 0, 3, 1).difference(shapely.box(1, 0.5, 2, 1)), shapely.box(0, 1, 3, 2)]
    ((_, _, twice),) = territory.borders(apart)
    assert twice.length == 2
    drawn = territory.line(twice)
    assert drawn["type"] == "MultiLineString"
    assert sorted(sorted(part) for part in drawn["coordinates"]) == [
        [[0, 1], [1, 1]],
        [[2, 1], [3, 1]],
    ]


def test_areas_drawn_a_little_across_each_other_have_a_border() -> None:
    ((a, b, geometry),) = territory.borders([shapely.box(0, 0, 1.01, 1), shapely.box(1, 0, 2, 1)])
    assert (a, b) == (0, 1)
    assert geometry.length >= 2  # around the sliver that both have
    assert geometry.distance(shapely.Point(1, 0.5)) == 0


def test_areas_apart_have_none() -> None:
    assert territory.borders([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)]) == []
    assert territory.borders(GRID[:1]) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, unique=True))
def test_squares_on_a_board(squares: list[tuple[int, int]]) -> None:
    areas = [shapely.box(x, y, x + 1, y + 1) for x, y in squares]
    expected = {
        (a, b)
        for a, b in combinations(range(len(squares)), 2)
        if abs(squares[a][0] - squares[b][0]) + abs(squares[a][1] - squares[b][1]) == 1
    }
    found = territory.borders(areas)
    assert sorted((a, b) for a, b, _ in found) == sorted(expected)
    assert all(geometry.length == 1 for *_, geometry in found)


def test_lines_are_rounded() -> None:
    rounded = territory.line(shapely.LineString([(10.123456, 51.00004), (10.2, 51.00006)]))
    assert rounded["coordinates"] == [[[10.1235, 51.0], [10.2, 51.0001]]]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((0, -1, 2, 1), 1.0),  # at the equator a degree is a degree
        ((0, 59.5, 1, 60.5), 1.6),  # at 60° twice as high as wide: cut
        ((0, 59.5, 2, 60.5), 1 / (2 * math.cos(math.radians(60)))),
        ((0, 51, 10, 51.1), 0.4),  # a flat one: cut
        ((10, 51, 10, 52), 1.0),  # no width at all
    ],
)
def test_proportions(bounds: tuple[float, ...], expected: float) -> None:
    assert territory.proportion(np.array(bounds, float)) == pytest.approx(expected)


# -- of a decision ---------------------------------------------------------------------------------


def ring_area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def polygons(geometry: dict[str, Any]) -> list[Any]:
    coordinates = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else coordinates


@pytest.mark.parametrize("seed", range(8))
def test_every_municipality_has_an_area_and_borders_once(seed: int) -> None:
    decision = Decision.of(random_front(seed, 1), DAY)
    found = json.loads(json.dumps(territory.of(decision)))
    facts = decision.problem.facts
    assert found["schematic"]
    assert len(found["areas"]) == facts.n
    for area in found["areas"]:
        for outer, *_ in polygons(area):
            assert outer[0] == outer[-1]
            assert ring_area(outer) < 0  # clockwise, as drawing libraries want it
    pairs = [(a, b) for a, b, _ in found["borders"]]
    assert len(set(pairs)) == len(pairs)
    assert all(0 <= a < b < facts.n for a, b in pairs)
    assert 0.4 <= found["proportion"] <= 1.6
    today = [p for p in random_problem(seed).instance.status_quo if p.pooled]
    assert [s for s, _ in found["today"]] == [facts.service_index[p.service] for p in today]


def test_the_cooperations_of_today_are_outlined() -> None:
    today = (
        Partnership("housing", ("02", "03"), "02", "association"),
        Partnership("water", ("01",), "01"),
    )
    instance = tiny.instance(status_quo=today)
    own = {
        id_: {"type": "Polygon", "coordinates": [list(map(list, box.exterior.coords))]}
        for id_, box in zip(("01", "02", "03"), GRID, strict=False)
    }
    decision = Decision.of(tiny.result(Problem.of(instance)), DAY).with_boundaries(own, "me")
    found = territory.of(decision)
    assert not found["schematic"]
    ((service, outline),) = found["today"]
    assert service == 1
    shape = shapely.geometry.shape(outline)
    assert shape.area == pytest.approx(2, rel=1e-3)  # the second and the third square
    assert {(a, b) for a, b, _ in found["borders"]} == {(0, 1), (0, 2)}
