"""Polygons of other years: matched in one way only, in bounded time, else left and told."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np
import pytest
import shapely

from importing.germany.official import (
    NORTH,
    SOUTH,
    Box,
    features,
    write_geojson,
    write_register,
)
from koopopt.importing.germany.matching import Matched, matched
from koopopt.importing.germany.register import Entry, Register, read_register
from koopopt.importing.polygons.areas import Areas, areas
from koopopt.importing.polygons.borders import borders
from koopopt.importing.polygons.layer import open_layer

pytest.importorskip("pyogrio")
Found = Mapping[str, tuple[str, Box]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Register, Matched]:
    folder = tmp_path_factory.mktemp("official")
    register = read_register(write_register(folder / "gv.txt"))
    layer = open_layer(write_geojson(folder / "a.geojson", features()))
    drawn = areas(layer, layer.keys())
    return register, matched(register, drawn, borders(drawn), set(drawn.keys))


def test_who_kept_the_name_and_who_joined(found: tuple[Register, Matched]) -> None:
    register, match = found
    assert match.renamed == {"16902056": "16902006"}
    assert match.dealt == {"16902099": "16902004"}
    assert match.left == {}
    everyone = (*NORTH, *SOUTH, "16901900", "16902900")
    assert match.areas.keys == everyone
    drawn = dict(zip(match.areas.keys, match.areas.km2(), strict=True))
    official = {**register.municipalities, **register.unincorporated}
    assert all(drawn[k] == pytest.approx(official[k].area_km2, rel=1e-3) for k in everyone)
    told = [note.render("en") for note in match.told(register, SOUTH, ())]
    assert len(told) == 2
    assert "Ulmen (16902056) has the key 16902006 in the register: matched by its name" in told[0]
    assert "To Seehausen (16902004) in the register belongs now Altdorf (16902099)" in told[1]
    assert match.told(register, NORTH, ()) == []


def case(towns: Mapping[str, float], drawn: Found) -> Matched:
    """Match a register of areas in squares against polygons, by key: name and box in kilometres."""
    register = Register("gv.txt", "2026-02-28")
    for row, (key, km2) in enumerate(towns.items()):
        register.municipalities[key] = Entry(key, f"T{key}", "", "64", "", km2, 9, "", "", row)
    shapes = np.array([shapely.box(*(1000 * x for x in box)) for _, box in drawn.values()])
    names = tuple(name for name, _ in drawn.values())
    near_by = Areas("a.shp", tuple(drawn), names, shapes, "+proj=laea +lat_0=51 +lon_0=10", [])
    return matched(register, near_by, borders(near_by), set(drawn))


A, B, OLD, OTHER, FAR = "16901001", "16901002", "16901098", "16901099", "16902099"
LEFT, MIDDLE, RIGHT = (0, 0, 6, 6), (6, 0, 12, 6), (12, 0, 18, 6)


def test_a_dissolved_one_goes_to_whose_area_it_fills() -> None:
    drawn = {A: ("A", LEFT), OLD: ("Old", MIDDLE), B: ("B", RIGHT)}
    assert case({A: 36, B: 72}, drawn).dealt == {OLD: B}
    assert case({A: 73, B: 36}, drawn).dealt == {OLD: A}
    parted = case({A: 54, B: 54}, drawn)  # each got half
    assert parted.dealt == {}
    assert parted.left == {OLD: "Old"}
    assert case({A: 36, B: 36}, drawn).dealt == {}  # nobody grew
    assert case({A: 72, B: 72}, drawn).dealt == {}  # both would fit


def test_two_dissolved_ones_may_make_a_new_one() -> None:
    drawn = {A: ("A", LEFT), OLD: ("Old", MIDDLE), OTHER: ("Other", RIGHT)}
    assert case({A: 36, B: 72}, drawn).dealt == {OLD: B, OTHER: B}
    assert case({A: 72, B: 36}, drawn).dealt == {OLD: A, OTHER: B}
    apart = {A: ("A", LEFT), OLD: ("Old", MIDDLE), OTHER: ("Other", (30, 0, 36, 6))}
    assert case({A: 36, B: 72}, apart).dealt == {}


def test_small_ones_that_fit_anywhere_are_left() -> None:
    drawn = {A: ("A", LEFT), OLD: ("Old", (6, 0, 6.1, 6)), B: ("B", (6.1, 0, 12, 6))}
    assert case({A: 36.6, B: 35.4}, drawn).dealt == {}


def test_nobody_changes_the_county_by_area_alone() -> None:
    drawn = {A: ("A", LEFT), FAR: ("Old", MIDDLE)}
    assert case({A: 72}, drawn).left == {FAR: "Old"}


def test_names_count_once_a_state() -> None:
    drawn = {A: ("A", LEFT), OLD: (f"T{B}", MIDDLE), OTHER: ("Other", RIGHT)}
    assert case({A: 36, B: 36, "16901003": 36}, drawn).renamed == {OLD: B}
    twice = {**drawn, OTHER: (f"T{B}", RIGHT)}
    assert case({A: 36, B: 36}, twice).renamed == {}
    elsewhere = {A: ("A", LEFT), "15901098": (f"T{B}", MIDDLE)}
    assert case({A: 36, B: 36}, elsewhere).renamed == {}


@pytest.mark.parametrize("count", [8, 12, 40, 400])
def test_many_dissolved_ones_together_take_bounded_time(count: int) -> None:
    """A strip of them along four heirs: beyond some number there are too many ways."""
    strip: Found = {f"16901{100 + k}": ("Old", (k, 0, k + 1, 2)) for k in range(count)}
    wide = count / 4
    heirs: Found = {f"1690100{k}": (f"H{k}", (k * wide, 2, (k + 1) * wide, 4)) for k in range(4)}
    began = time.monotonic()
    match = case(dict.fromkeys(heirs, count), {**heirs, **strip})
    assert time.monotonic() - began < 20
    assert set(match.dealt) | set(match.left) == set(strip)
    assert count < 40 or not match.dealt
