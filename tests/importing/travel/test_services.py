"""Answers of OSRM, openrouteservice and Valhalla, whole and broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from importing.travel.files import MINUTES, POINTS, SECONDS, osrm, places, read, valhalla
from koopopt.errors import DataError, UsageError
from koopopt.importing.travel.matrix import Unit

TURNED = [[SECONDS[i][j] for j in (2, 0, 1)] for i in (2, 0, 1)]
"""The same from c, a, b to c, a, b."""


def openroute(**query: Any) -> dict[str, Any]:
    asked = {"locations": [[lon, lat] for lat, lon in POINTS], "profile": "driving-car", **query}
    return {
        "durations": SECONDS,
        "sources": places(((0, 0), (0, 0), (0, 0))),  # on roads; those of the request count
        "destinations": places(((0, 0), (0, 0), (0, 0))),
        "metadata": {"query": asked},
    }


def short_valhalla() -> dict[str, Any]:
    points = [[{"lat": lat, "lon": lon} for lat, lon in POINTS]]  # lists of lists, as of old
    return {"sources_to_targets": {"durations": SECONDS}, "sources": points, "targets": points}


@pytest.mark.parametrize(
    "answer",
    [
        osrm(),
        osrm(durations=TURNED, sources=places([POINTS[k] for k in (2, 0, 1)]),
             destinations=places([POINTS[k] for k in (2, 0, 1)])),
        openroute(),
        openroute(sources=["all"], destinations=["all"]),
        {**openroute(sources=["2", "0", "1"], destinations=[2, 0, 1]), "durations": TURNED},
        valhalla(),
        short_valhalla(),
    ],
)  # fmt: skip
def test_all_services_say_the_same(tmp_path: Path, answer: dict[str, Any]) -> None:
    found = read(tmp_path, answer)
    assert found.minutes == pytest.approx(MINUTES)
    assert found.notes == ()


def test_entries_of_valhalla_belong_where_they_say(tmp_path: Path) -> None:
    answer = valhalla()
    answer["sources_to_targets"] = [row[::-1] for row in answer["sources_to_targets"]]
    assert read(tmp_path, answer).minutes == pytest.approx(MINUTES)


def test_no_way_leaves_the_pair_out_in_both_directions(tmp_path: Path) -> None:
    rows = [[0, None, 1200], [960, 0, None], [1260, None, 0]]
    found = read(tmp_path, osrm(durations=rows))
    assert found.minutes == pytest.approx({("a", "c"): 20.0, ("c", "a"): 21.0})
    told = " ".join(note.render() for note in found.notes)
    assert "Ways without a way back are left out, and count as estimated: Bad Bach – Aue." in told
    assert "The file has no ways of them, which count as estimated: Bad Bach (b)." in told


def test_supposed_ways_do_not_count(tmp_path: Path) -> None:
    found = read(tmp_path, osrm(fallback_speed_cells=[[0, 1], [1, 0]]))
    assert ("a", "b") not in found.minutes
    assert len(found.minutes) == 4
    assert "supposed a time: durations[0][1], durations[1][0]" in found.notes[0].render()
    assert "Pairs without a way" in found.notes[1].render()


def test_a_place_without_road_is_told(tmp_path: Path) -> None:
    """openrouteservice gives null where it has found none."""
    answer = {
        "durations": [[0, 900, None], [960, 0, None], [None, None, None]],
        "sources": [*places()[:2], None], "destinations": [*places()[:2], None],
        "metadata": {"query": {}},
    }  # fmt: skip
    found = read(tmp_path, answer)
    assert set(found.minutes) == {("a", "b"), ("b", "a")}
    assert "sources[2]" in found.notes[0].render()


BROKEN: list[tuple[str, object, list[str]]] = [
    ("nothing", "{", ["no valid JSON", "as a whole"]),
    ("cut", json.dumps(osrm())[:150], ["no valid JSON"]),
    ("deep", "[" * 100_000, ["no valid JSON"]),
    ("list", [1, 2], ["not the answer of a routing service", "OSRM (table)"]),
    ("two answers", '{"a": 1}\n{"b": 2}', ["not the answer"]),
    ("other JSON", {"type": "FeatureCollection", "features": []}, ["not the answer"]),
    ("error of OSRM", {"code": "InvalidQuery", "message": "Query string malformed"},
     ["returned an error", "'Query string malformed'"]),
    ("error of openrouteservice", {"error": {"code": 6010, "message": "no such profile"}},
     ["returned an error", "no such profile"]),
    ("error of Valhalla", {"error_code": 171, "error": "No suitable edges near location"},
     ["returned an error", "No suitable edges"]),
    ("distances only", osrm(durations=None, distances=[[0, 1], [1, 0]]), ["no times", "durations"]),
    ("no rows", osrm(durations=[]), ["column durations", "no rows"]),
    ("no columns", osrm(durations=[[], [], []]), ["no rows"]),
    ("ragged", osrm(durations=[[0, 1, 2], [1, 0], [2, 1, 0]]), ["durations[1]", "entries", "3"]),
    ("row is a number", osrm(durations=[[0, 1, 2], 7, [2, 1, 0]]), ["durations[1]"]),
    ("text for a time", osrm(durations=[[0, "900", 2], [1, 0, 2], [2, 1, 0]]),
     ["durations[0][1]", "'900'", "no time in seconds"]),
    ("below nothing", osrm(durations=[[0, -9, 2], [1, 0, 2], [2, 1, 0]]),
     ["durations[0][1]", "-9"]),
    ("true", osrm(durations=[[0, True, 2], [1, 0, 2], [2, 1, 0]]), ["durations[0][1]", "True"]),
    ("milliseconds", osrm(durations=[[0, 9e5, 9e5], [9e5, 0, 9e5], [9e5, 9e5, 0]]),
     ["durations[0][1]", "to a week"]),
    ("infinite", '{"durations": [[0, Infinity], [NaN, 0]], "sources": []}',
     ["durations[0][1]", "durations[1][0]"]),
    ("few places", osrm(sources=places()[:2]), ["column sources", "3 are needed"]),
    ("places are text", osrm(sources="abc"), ["column sources"]),
    ("no points", osrm(sources=[{}, {}, {}], destinations=None), ["--order"]),
    ("point of text", osrm(sources=[{"location": ["9", "51"]}, *places()[1:]]),
     ["sources[0]", "no point"]),
    ("point beyond the earth", osrm(sources=[{"location": [9, 510]}, *places()[1:]]),
     ["sources[0]", "510"]),
    ("swapped", osrm(sources=places([(lon, lat) for lat, lon in POINTS])),
     ["sources[0]", "9.00000, 51.00000", "within 5 km", "km away"]),
    ("same point twice", osrm(sources=places([POINTS[0], POINTS[0], POINTS[2]])),
     ["sources[1]", "both mean Aue (a)", "--order"]),
    ("keys twice", '{"durations": [[0]], "durations": [[1]]}', ["durations", "twice"]),
    ("index beyond", valhalla(sources_to_targets=[[{"from_index": 7, "to_index": 0, "time": 1}]]),
     ["sources_to_targets[0][0]", "beyond the matrix", "'7, 0'"]),
    ("index twice",
     valhalla(sources_to_targets=[[{"from_index": 0, "to_index": 0, "time": 1}] * 2]),
     ["sources_to_targets[0][1]", "about the same way"]),
    ("entries are numbers", valhalla(sources_to_targets=[[0, 1, 2]] * 3),
     ["sources_to_targets[0][0]", "no time"]),
    ("matrix is text", valhalla(sources_to_targets="x"), ["sources_to_targets", "no rows"]),
    ("short form without times", valhalla(sources_to_targets={"distances": [[1]]}), ["no rows"]),
    ("faster than any car", osrm(durations=[[0, 9, 12], [9, 0, 15], [12, 15, 0]]),
     ["From Aue (a) to Bad Bach (b), 11.1 km", "0.15 minutes", "6 of 6"]),
    ("control characters", {"error": "\x1b[31mred\nline"}, ["returned an error"]),
]  # fmt: skip


@pytest.mark.parametrize(("content", "said"), [case[1:] for case in BROKEN],
                         ids=[case[0] for case in BROKEN])  # fmt: skip
def test_broken_answers_are_told(tmp_path: Path, content: object, said: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, content, "answer.json")
    for lang in ("en", "de"):
        assert "\x1b" not in caught.value.render(lang)
    text = "\n".join(fault.render() for fault in caught.value.faults)
    assert [words for words in said if words not in text] == [], text
    assert "answer.json" in text


def test_times_of_services_are_seconds(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="are seconds"):
        read(tmp_path, osrm(), unit=Unit.MINUTES)


def test_by_order_where_the_answer_has_no_points(tmp_path: Path) -> None:
    bare = {"code": "Ok", "durations": SECONDS}
    found = read(tmp_path, bare, order=True)
    assert found.minutes == pytest.approx(MINUTES)
    assert "in the order of the instance: Aue (a), Bad Bach (b)" in found.notes[0].render()
    with pytest.raises(DataError, match="2 places on one side, the instance 3"):
        read(tmp_path, {"code": "Ok", "durations": [[0, 1], [1, 0]]}, order=True)
