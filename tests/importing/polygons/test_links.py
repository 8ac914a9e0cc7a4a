"""What is apart, what only land of nobody parts, and the shortest ways."""

from __future__ import annotations

from importing.polygons.squares import squares
from koopopt.importing.polygons.links import across, groups, suggested


def test_groups_the_largest_first() -> None:
    assert groups("abcdef", [("b", "d"), ("d", "f"), ("a", "e")]) == [
        ["b", "d", "f"], ["a", "e"], ["c"],
    ]  # fmt: skip
    assert groups("", []) == []


def test_across_one_forest_all_around_it_are_neighbours() -> None:
    borders = {("a", "F"): 1.0, ("F", "b"): 1.0, ("c", "F"): 1.0, ("a", "b"): 1.0}
    assert across(borders, ["F"], "abc") == {("a", "c"): "F", ("b", "c"): "F"}
    assert across(borders, [], "abc") == {}
    assert across(borders, ["F"], "ab") == {}


def test_across_several_forests_only_who_would_be_apart() -> None:
    """F and G lie together; a and b border on F, c and d on G, and a on c by itself."""
    borders = {("a", "F"): 1.0, ("b", "F"): 1.0, ("F", "G"): 1.0, ("c", "G"): 1.0, ("d", "G"): 1.0}
    assert set(across({**borders, ("a", "c"): 1.0}, "FG", "abcd")) == {("a", "b"), ("c", "d")}
    apart = across(borders, "FG", "abcd")
    assert set(apart) == {("a", "b"), ("c", "d"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")}


def test_shortest_ways_from_the_fewest() -> None:
    areas = squares({"a": (0, 0, 1, 1), "b": (1, 0, 2, 1), "c": (1003, 0, 1004, 1),
                     "d": (1004, 0, 1005, 1), "e": (1505, 0, 1506, 1)})  # fmt: skip
    found = suggested(areas, [("a", "b"), ("c", "d")])
    assert [(link.a, link.b, round(link.km, 3), link.part) for link in found] == [
        ("e", "d", 0.5, ("e",)),
        ("b", "c", 1.001, ("a", "b")),
    ] or [(link.a, link.b) for link in found] == [("e", "d"), ("c", "b")]
    assert suggested(areas, [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")]) == []
