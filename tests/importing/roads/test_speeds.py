"""What tags mean for a car."""

from __future__ import annotations

import doctest

import pytest

from koopopt.importing.roads import speeds
from koopopt.importing.roads.speeds import Passage, duration, limit, passage


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({"highway": "residential"}, 25, 25),
        ({"highway": "residential", "maxspeed": "30"}, 24, 24),
        ({"highway": "primary", "maxspeed": "none"}, 112, 112),
        ({"highway": "motorway"}, 90, 0),
        ({"highway": "motorway", "maxspeed": "DE:motorway"}, 90, 0),
        ({"highway": "motorway", "oneway": "no"}, 90, 90),
        ({"highway": "motorway_link"}, 45, 45),
        ({"highway": "tertiary", "oneway": "yes"}, 40, 0),
        ({"highway": "tertiary", "oneway": "-1"}, 0, 40),
        ({"highway": "tertiary", "junction": "roundabout"}, 40, 0),
        ({"highway": "tertiary", "maxspeed:forward": "50"}, 40, 40),
        ({"highway": "secondary", "maxspeed": "50", "maxspeed:backward": "30"}, 40, 24),
        ({"highway": "service", "access": "destination"}, 15, 15),
        ({"highway": "service", "access": "no", "motor_vehicle": "yes"}, 15, 15),
        ({"route": "ferry"}, 5, 5),
    ],
)
def test_driven(tags: dict[str, str], forward: float, backward: float) -> None:
    found = passage(tags)
    assert found is not None
    assert (found.forward, found.backward) == pytest.approx((forward, backward))


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"highway": "track"},
        {"highway": "footway"},
        {"highway": "construction"},
        {"highway": "service", "access": "private"},
        {"highway": "residential", "motor_vehicle": "no"},
        {"highway": "residential", "access": "yes", "motor_vehicle": "agricultural"},
        {"highway": "tertiary", "oneway": "reversible"},
        {"highway": "service", "area": "yes"},
        {"route": "ferry", "motor_vehicle": "no"},
        {"route": "bus"},
    ],
)
def test_not_driven(tags: dict[str, str]) -> None:
    assert passage(tags) is None


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50), ("7.5", 7.5), ("50 km/h", 50), ("30 mph", 48.28032), ("30mph", 48.28032),
        ("walk", 7), ("none", 140), ("DE:urban", 50), ("DE:rural", 100), ("FR:rural", 80),
        ("XX:rural", 90), ("DE:living_street", 7), ("DE:zone30", 30), ("DE:zone:30", 30),
        ("DE:30", 30), ("100;80", 80), ("50|30", 30), ("signals", None), ("DE:motorway", None),
        ("", None),
    ],
)  # fmt: skip
def test_limits(text: str, kmh: float | None) -> None:
    assert limit(text) == (kmh if kmh is None else pytest.approx(kmh), None)


@pytest.mark.parametrize("text", ["fast", "0", "-50", "500", "50 knots", "1e9", "9" * 400, "50;x"])
def test_limits_that_say_nothing_are_told(text: str) -> None:
    kmh, strange = limit(text)
    assert (kmh, strange) == (50.0 if text == "50;x" else None, text)
    assert passage({"highway": "primary", "maxspeed": text}) == Passage(
        *([40.0] * 2 if kmh else [65.0] * 2), strange=text
    )


def test_durations() -> None:
    assert [duration(t) for t in ("0", "x", "1:2:3:4", "PT", "-5")] == [None] * 5
    assert doctest.testmod(speeds).failed == 0
