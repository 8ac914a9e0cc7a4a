"""Minutes on maps so small that they can be computed by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from importing.roads.maps import ROAD, drawn, north, settled, timed
from koopopt.case.instance import Site
from koopopt.errors import DataError
from koopopt.importing.roads.minutes import by_road

CLOSE = pytest.approx


def test_a_road_takes_its_length_at_its_speed(tmp_path: Path) -> None:
    nodes = north(0, 5, 10)
    found = timed(drawn(tmp_path, nodes, [((1, 2, 3), ROAD)]), nodes[1], nodes[3])
    assert found.minutes == {("a", "b"): CLOSE(24), ("b", "a"): CLOSE(24)}  # 10 km at 25 km/h
    assert (found.ways, found.junctions, found.notes) == (1, 2, ())


def test_the_fastest_way_wins_not_the_shortest(tmp_path: Path) -> None:
    nodes = {**north(0, 10), 3: (0.0, 10.02), 4: (10 * north(1)[1][0], 10.02)}
    fast = {"highway": "primary", "maxspeed": "100"}
    short = ((1, 2), {"highway": "living_street"})  # 10 km at 10 km/h: an hour
    found = timed(drawn(tmp_path, nodes, [short, ((1, 3, 4, 2), fast)]), nodes[1], nodes[2])
    # 10 km north, and there and back 0.02 degrees of longitude: 2.224 km each.
    assert found.minutes["a", "b"] == CLOSE((10 + 2 * 2.2239) / 80 * 60, abs=1e-3)


def test_one_way_streets_are_driven_one_way(tmp_path: Path) -> None:
    """1 -> 2 directly, back by a detour over 3; the third way is open against its direction."""
    nodes = {**north(0, 10), 3: (0.0, 10.1)}
    ways = [
        ((1, 2), {**ROAD, "oneway": "yes"}),
        ((2, 3), ROAD),
        ((1, 3), {**ROAD, "oneway": "-1"}),
    ]
    found = timed(drawn(tmp_path, nodes, ways), nodes[1], nodes[2])
    assert found.minutes["a", "b"] == CLOSE(24)
    there, back = 11.1195, (10**2 + 11.1195**2) ** 0.5
    assert found.minutes["b", "a"] == CLOSE((there + back) / 25 * 60, abs=0.01)


def test_a_roundabout_is_driven_around(tmp_path: Path) -> None:
    """A square of 1 km sides, of which a and b lie at neighbouring corners."""
    side = north(1)[1][0]
    nodes = {1: (0.0, 10.0), 2: (0.0, 10.0 + side), 3: (side, 10.0 + side), 4: (side, 10.0)}
    ring = ((1, 2, 3, 4, 1), {"highway": "tertiary", "junction": "roundabout"})
    found = timed(drawn(tmp_path, nodes, [ring]), nodes[1], nodes[2])
    assert found.minutes["a", "b"] == CLOSE(1 / 40 * 60, abs=1e-4)
    assert found.minutes["b", "a"] == CLOSE(3 / 40 * 60, abs=1e-4)


def test_speed_limits_count_in_each_direction(tmp_path: Path) -> None:
    nodes = north(0, 8)
    tags = {"highway": "secondary", "maxspeed:forward": "100", "maxspeed:backward": "50 mph"}
    found = timed(drawn(tmp_path, nodes, [((1, 2), tags)]), nodes[1], nodes[2])
    assert found.minutes["a", "b"] == CLOSE(8 / 80 * 60)
    assert found.minutes["b", "a"] == CLOSE(8 / (50 * 1.609344 * 0.8) * 60)


def test_a_ferry_takes_its_duration_or_goes_slowly(tmp_path: Path) -> None:
    nodes = north(0, 1, 3, 4, 6)
    ways = [
        ((1, 2), ROAD),
        ((2, 3), {"route": "ferry", "duration": "0:15"}),
        ((3, 4), {"route": "ferry"}),
        ((4, 5), ROAD),
    ]
    found = timed(drawn(tmp_path, nodes, ways), nodes[1], nodes[5])
    road, ferry = 3 / 25 * 60, 15 + 1 / 5 * 60
    assert found.minutes["a", "b"] == CLOSE(road + ferry)
    (note,) = found.notes
    assert "Ferries without a duration, which go at 5 km/h: 1." in note.render()


def test_a_ferry_of_several_parts_takes_its_duration_once(tmp_path: Path) -> None:
    """A pier in its middle: half of the length, half of the time."""
    nodes = north(0, 1, 2, 3)
    ways = [((1, 2, 3), {"route": "ferry", "duration": "20"}), ((3, 4), ROAD), ((1, 2), ROAD)]
    slow = replace_speed(ways, 2, "5")
    found = timed(drawn(tmp_path, nodes, slow), nodes[1], nodes[4])
    assert found.minutes["a", "b"] == CLOSE(20 + 1 / 25 * 60)


def replace_speed(ways: list, at: int, limit: str) -> list:  # type: ignore[type-arg]
    """Return ways of which one is limited."""
    refs, tags = ways[at]
    return [*ways[:at], (refs, {**tags, "maxspeed": limit}), *ways[at + 1 :]]


def test_nobody_drives_where_cars_may_not(tmp_path: Path) -> None:
    nodes = {**north(0, 10), 3: (0.0, 10.05)}
    ways = [
        ((1, 2), {"highway": "primary", "access": "private"}),
        ((1, 2), {"highway": "track"}),
        ((1, 3), ROAD),
        ((3, 2), ROAD),
    ]
    found = timed(drawn(tmp_path, nodes, ways), nodes[1], nodes[2])
    assert found.minutes["a", "b"] > 24
    assert found.ways == 2


def test_what_takes_too_long_is_left_out_in_both_directions(tmp_path: Path) -> None:
    nodes = {**north(0, 10, 100), 4: (0.0, 10.03)}
    ways = [
        ((1, 2), {**ROAD, "oneway": "yes"}), ((2, 4), ROAD), ((4, 1), ROAD), ((2, 3), ROAD),
    ]  # fmt: skip
    points = nodes[1], nodes[2], nodes[3]
    found = timed(drawn(tmp_path, nodes, ways), *points, within=60)
    assert found.minutes["a", "b"] == CLOSE(24)
    assert found.minutes["b", "a"] == CLOSE(33.3, abs=0.1)
    assert len(found.minutes) == 2
    (note,) = found.notes
    assert "4 of 6 ways take more than 60 minutes" in note.render()
    assert "A – C, B – C" in note.render()
    with pytest.raises(DataError, match="No two places are within 30 minutes"):
        timed(drawn(tmp_path, nodes, ways), *points, within=30)  # 24 there, but 33 back


def test_sites_are_destinations_only(tmp_path: Path) -> None:
    nodes = north(0, 5, 10)
    site = Site(id="plant", name="Plant", lat=nodes[2][0], lon=10.0, service="water")
    case = replace(settled(nodes[1], nodes[3]), sites=(site,))
    found = by_road(case, drawn(tmp_path, nodes, [((1, 2, 3), ROAD)]), "map")
    assert found.minutes["a", "plant"] == CLOSE(12)
    assert set(found.minutes) == {("a", "b"), ("b", "a"), ("a", "plant"), ("b", "plant")}


def test_distances_to_the_road_are_told(tmp_path: Path) -> None:
    nodes = {**north(0, 10), 3: (0.0, 11.0), 4: (5 * north(1)[1][0], 10.03)}
    roads = drawn(tmp_path, nodes, [((1, 2), ROAD)])
    found = timed(roads, nodes[1], nodes[2], nodes[3], nodes[4])
    told = [note.render() for note in found.notes]
    assert "does not cover C (c): its nearest road is 111.2 km away" in told[0]
    assert "nearest road to D (d) is 6" in told[1]
    assert {id_ for pair in found.minutes for id_ in pair} == {"a", "b", "d"}
    with pytest.raises(DataError, match=r"nearest road is 111.2 km from A \(a\)"):
        timed(roads, nodes[3], (0.0, 12.0))


def test_places_on_one_spot_are_told(tmp_path: Path) -> None:
    nodes = north(0, 10)
    beside = (0.0, 10.0001)
    found = timed(drawn(tmp_path, nodes, [((1, 2), ROAD)]), nodes[1], beside, nodes[2])
    assert found.minutes["a", "b"] == 0
    assert "Ways that take no time: A – B, B – A." in found.notes[0].render()


def test_journeys_begin_on_connected_roads_that_are_no_motorway(tmp_path: Path) -> None:
    """An island, and a motorway that passes by, are nearer than the road."""
    nodes = {**north(0, 10), **{3: (0.0, 10.005), 4: (0.0, 10.006)}, 5: (0.0, 10.01)}
    back = 10 * north(1)[1][0]
    nodes |= {6: (back, 10.01)}
    ways = [
        ((3, 4), ROAD),
        ((1, 2), ROAD),
        ((1, 5), {"highway": "motorway", "oneway": "no"}),
        ((5, 6), {"highway": "motorway", "oneway": "no"}),
        ((6, 2), {"highway": "motorway", "oneway": "no"}),
    ]
    found = timed(drawn(tmp_path, nodes, ways), (0.0, 10.0055), nodes[2])
    assert found.minutes["a", "b"] < 24  # from node 1, by the motorway
    assert found.minutes["a", "b"] == CLOSE((10 + 2 * 1.11195) / 90 * 60, abs=1e-3)


def test_what_was_passed_over_is_told(tmp_path: Path) -> None:
    nodes = north(0, 5, 10)
    ways = [((1, 2), {**ROAD, "maxspeed": "quick"}), ((2, 3), ROAD), ((2, 99), ROAD)]
    gates = {2: {"barrier": "gate"}}
    found = timed(drawn(tmp_path, nodes, ways, tags=gates), nodes[1], nodes[3])
    told = " ".join(note.render() for note in found.notes)
    assert "the extract does not hold, so that roads end before them: 1." in told
    assert "is not understood, so that their class counts: 1 ('quick')" in told
    assert "passed as if open: 1." in told
    assert found.minutes["a", "b"] == CLOSE(24)


def test_nodes_at_one_place_are_no_seconds_apart(tmp_path: Path) -> None:
    nodes = {**north(0, 5, 5, 10)}
    roads = drawn(tmp_path, nodes, [((1, 2), ROAD), ((2, 3), ROAD), ((3, 4), ROAD)])
    assert timed(roads, nodes[1], nodes[4]).minutes["a", "b"] == CLOSE(24)
