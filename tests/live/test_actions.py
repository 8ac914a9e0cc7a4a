"""What cannot be done is refused in words; any text may be a name; controls fit."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import sited
import tiny
from koopopt.errors import DataError, UsageError
from koopopt.live.room import Room
from living import refused, settled

APART = {"kind": "apart", "service": "water", "towns": ["01", "02"]}


@pytest.mark.parametrize(
    "action",
    [
        None, [], "reset", {}, {"kind": None}, {"kind": ["set"]}, {"kind": "set"},
        {"kind": "set", "place": "rules.nothing", "value": 1},
        {"kind": "set", "place": 7, "value": 1},
        {"kind": "set", "place": "rules", "value": 1},
        {"kind": "set", "place": "", "value": 1},
        {"kind": "set", "place": "weights.travel", "value": "much"},
        {"kind": "set", "place": "weights.travel", "value": -1.0},
        {"kind": "set", "place": "weights.travel", "value": float("nan")},
        {"kind": "set", "place": "weights.travel", "value": [1.0]},
        {"kind": "set", "place": "weights.travel", "value": {"a": 1}},
        {"kind": "set", "place": "limits.cost", "value": "x"},
        {"kind": "set", "place": "limits.cost", "value": True},
        {"kind": "set", "place": "rules.max_members", "value": "three"},
        {"kind": "set", "place": "rules.max_members", "value": 1e400},
        {"kind": "set", "place": "legal_forms.association.votes.max_share", "value": "x"},
        {"kind": "set", "place": "legal_forms.association.min_members", "value": "x"},
        {"kind": "set", "place": "sites.S1.water.capacity", "value": "x"},
        {"kind": "set", "place": "sites.S1.water.capacity", "value": [[[]]]},
        {"kind": "wish"}, {"kind": "wish", "wish": {"kind": "apart"}},
        {"kind": "unwish", "wish": APART},
        {"kind": "scenario", "value": "boom"}, {"kind": "scenario", "value": ["boom"]},
        {"kind": "move", "service": "water", "town": "01"} | {"town": "99", "to": None},
        {"kind": "move", "service": "fire", "town": "01", "to": None},
        {"kind": "move", "service": ["water"], "town": "01", "to": None},
        {"kind": "move", "service": "water", "town": "01", "to": ["99"]},
        {"kind": "move", "service": "water", "town": "01", "to": 5},
        {"kind": "move", "service": "water", "town": "01", "to": [["02"]]},
        {"kind": "seat", "service": "water", "town": "01", "seat": "99"},
        {"kind": "seat", "service": "water", "town": "01", "seat": None},
        {"kind": "form", "service": "water", "town": "01", "form": "99"},
        {"kind": "form", "service": "water", "town": "01", "form": ["association"]},
        {"kind": "start"}, {"kind": "start", "from": "nowhere"},
        {"kind": "start", "from": "plan"}, {"kind": "start", "from": "plan", "plan": 5},
        {"kind": "start", "from": "plan", "plan": [{"service": "water", "members": [[]]}]},
        {"kind": "start", "from": "plan", "plan": [
            {"service": "water", "members": ["01", "02"], "seat": "03"}]},
        {"kind": "start", "from": "plan", "plan": [
            {"service": ["water"], "members": ["01", "02"], "seat": "01"}]},
        {"kind": "start", "from": "plan", "plan": [
            {"service": "water", "members": ["01", "02"], "seat": "01", "legal_form": ["x"]}]},
        {"kind": "start", "from": "variant", "id": None},
        {"kind": "mode", "value": "both"}, {"kind": "mode", "value": ["hand"]},
        {"kind": "undo"}, {"kind": "redo"},
        {"kind": "keep", "name": "", "note": ""}, {"kind": "keep", "name": 5, "note": ""},
        {"kind": "keep", "name": "x" * 10_000, "note": ""},
        {"kind": "drop", "id": "x"}, {"kind": "rename", "id": "x", "name": "y"},
        {"kind": "note", "number": 99, "text": "x"}, {"kind": "note", "number": "1", "text": "x"},
        {"kind": "note", "number": True, "text": "x"},
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_in_words_and_changes_nothing(
    action: Any, shared: Room
) -> None:
    before = shared.state()
    with pytest.raises((UsageError, DataError)) as caught:
        shared.act(action)
    assert refused(caught.value)
    after = shared.state()
    for key in ("revision", "question", "mode", "plan", "variants", "trail"):
        assert after[key] == before[key]


@pytest.fixture(scope="module")
def shared() -> Any:
    with Room(sited.instance()) as room:
        settled(room)
        yield room


@pytest.fixture
def fresh() -> Any:
    with Room(sited.instance()) as room:
        settled(room)
        yield room


def test_one_alone_in_a_legal_form_is_alone_or_refused(fresh: Room) -> None:
    one = {"service": "water", "members": ["01"], "seat": "01", "legal_form": "association"}
    with suppress(UsageError, DataError):
        fresh.act({"kind": "start", "from": "plan", "plan": [one]})
    assert not [p for p in fresh.state()["plan"]["partnerships"] if p["members"] == [0]]


@pytest.mark.parametrize("text", [*tiny.HOSTILE, "\ud83c", "\x00", "🏘" * 500])
def test_any_text_may_be_a_name_or_a_note(text: str, tmp_path: Path) -> None:
    with Room(tiny.instance(), folder=tmp_path) as room:
        state = room.act({"kind": "keep", "name": f"x{text}", "note": text}, text)
        assert state["saved"]["ok"]
        json.dumps(state, ensure_ascii=False).encode()
        variant, trail = state["variants"], state["trail"]
    with Room(tiny.instance(), folder=tmp_path) as room:
        assert room.state()["variants"] == variant
        assert room.state()["trail"] == trail


def test_every_control_is_taken_as_it_is(shared: Room) -> None:
    """What a page sends back unchanged is accepted, and asks the same."""
    value = settled(shared)["answer"]["value"]
    for control in shared.case()["controls"]:
        if control["value"] is not None:
            shared.act({"kind": "set", "place": control["place"], "value": control["value"]})
            assert settled(shared)["answer"]["value"] == value, control
            shared.act({"kind": "undo"})
