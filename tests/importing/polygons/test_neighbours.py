"""Who counts as a neighbour under each choice, and the words for every doubtful pair."""

from __future__ import annotations

from typing import get_args

import pytest

from importing.polygons.squares import squares
from koopopt.importing.polygons.borders import borders
from koopopt.importing.polygons.neighbours import LINKS, Links, Neighbourhood, neighbourhood

pytest.importorskip("pyproj")
SHAPES = {
    "a": (0, 0, 1000, 1000), "f": (1000, 0, 2000, 1000), "b": (2000, 0, 3000, 1000),
    "c": (3000, 1000, 4000, 2000), "d": (3100, 0, 4000, 900), "i": (8000, 0, 9000, 1000),
}  # fmt: skip


def found(links: Links) -> Neighbourhood:
    around = squares(SHAPES)
    own = around.chosen([key for key in SHAPES if key != "f"])
    return neighbourhood(own, around, borders(around), ["f"], links)


def test_the_choices_are_named_once() -> None:
    assert get_args(Links) == LINKS


@pytest.mark.parametrize(
    ("links", "pairs", "parts"),
    [
        ("borders", set(), 5),
        ("forests", {("a", "b")}, 4),
        ("all", {("a", "b"), ("b", "c"), ("b", "d"), ("d", "i")}, 1),
    ],
)
def test_each_choice(links: Links, pairs: set[tuple[str, str]], parts: int) -> None:
    near = found(links)
    assert (len(near.parts), len(near.pairs)) == (parts, len(pairs))
    if links != "all":
        assert set(near.pairs) == pairs
    assert ("a", "b") not in near.pairs or near.pairs["a", "b"] is None


def test_every_doubtful_pair_is_told() -> None:
    told = [note.render("en") for note in found("forests").notes]
    for part in (
        "A (a) – B (b) border on the same land that belongs to no municipality (F (f)): they count",
        "B (b) – C (c) touch in a corner only",
        "B (b) – D (d) come within 100 m of each other",
        "I (i) is connected with no other by borders",
        "4 km away",
    ):
        assert any(part in line for line in told), (part, told)
    german = " ".join(note.render("de") for note in found("forests").notes)
    assert "touch" not in german
    assert "nearest" not in german


def test_overlaps_are_told() -> None:
    around = squares({"a": (0, 0, 1000, 1000), "b": (900, 0, 2000, 1000)})
    near = neighbourhood(around, around, borders(around), [], "forests")
    assert list(near.pairs) == [("a", "b")]
    assert "A (a) – B (b) overlap: both claim 0.10 km²" in near.notes[0].render("en")
