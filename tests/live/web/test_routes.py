"""The API: what is asked reaches the room as it was meant; what cannot be meant is said once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

import tiny
from live.web.stand_in import HOSTILE, StandIn

ACTIONS: list[dict[str, Any]] = [
    {"kind": "set", "place": "rules.max_members", "value": 3},
    {"kind": "set", "place": "rules.max_members", "value": False},
    {"kind": "set", "place": "weights.cost", "value": 1.5},
    {"kind": "set", "place": "weights.cost", "value": None},
    {"kind": "wish", "wish": {"kind": "together", "service": None, "towns": ["01", "02"]}},
    {"kind": "wish", "wish": {"kind": "apart", "service": "water", "towns": ["01", "02"]}},
    {"kind": "wish", "wish": {"kind": "alone", "service": "water", "towns": ["01"]}},
    {"kind": "wish", "wish": {"kind": "lock", "service": "water", "towns": ["01"], "seat": "01"}},
    {"kind": "unwish", "wish": {"kind": "forbid", "service": "water", "towns": ["01", "02"]}},
    {"kind": "unwish", "wish": {"kind": "no_seat", "service": "water", "seat": "01"}},
    {"kind": "scenario", "value": None},
    {"kind": "scenario", "value": "dry"},
    {"kind": "move", "service": "water", "town": "01", "to": ["02", "03"]},
    {"kind": "move", "service": "water", "town": "01", "to": None},
    {"kind": "seat", "service": "water", "town": "01", "seat": "02"},
    {"kind": "form", "service": "water", "town": "01", "form": "association"},
    {"kind": "start", "from": "today"},
    {"kind": "start", "from": "variant", "id": "v1"},
    {"kind": "start", "from": "point", "number": 0},
    {"kind": "start", "from": "plan",
     "plan": [{"service": "water", "members": ["01", "02"], "seat": "01", "legal_form": None}]},
    {"kind": "mode", "value": "hand"},
    {"kind": "undo"},
    {"kind": "keep", "name": "the council's", "note": "of Monday"},
    {"kind": "keep", "name": "", "note": ""},
    {"kind": "drop", "id": "v1"},
    {"kind": "rename", "id": "v1", "name": HOSTILE},
    {"kind": "note", "number": 3, "text": "because"},
]  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: f"{a['kind']}-{len(str(a))}")
def test_an_action_reaches_the_room_as_it_was_sent(
    client: TestClient, room: StandIn, action: dict[str, Any]
) -> None:
    answer = client.post("/api/actions", json={"action": action, "note": "why"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["revision"] == 1
    assert room.calls == [("act", action)]
    assert room.steps[0]["note"] == "why"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "action: This key is missing"),
        ({"action": {}}, "action.kind: This key is missing"),
        ({"action": {"kind": "explode"}}, "action.kind = 'explode': This kind is unknown"),
        ({"action": {"kind": "undo", "twice": True}}, "action.twice"),
        ({"action": {"kind": "undo"}, "more": 1}, "more = '1': Unknown key"),
        ({"action": {"kind": "set", "place": "rules.x"}}, "action.value: This key is missing"),
        ({"action": {"kind": "set", "place": 3, "value": 1}}, "action.place"),
        ({"action": {"kind": "set", "place": "x", "value": {"a": 1}}}, "action.value"),
        ({"action": {"kind": "mode", "value": "auto"}}, "'follow' or 'hand'"),
        ({"action": {"kind": "move", "service": "water", "town": "01", "to": "02"}}, "action.to"),
        ({"action": {"kind": "move", "service": "water", "town": "01"}}, "action.to"),
        ({"action": {"kind": "wish", "wish": {"kind": "alone", "service": "w", "towns": []}}},
         "action.wish.towns"),
        ({"action": {"kind": "wish", "wish": {"kind": "together", "towns": ["1", "2", "3"]}}},
         "action.wish.towns"),
        ({"action": {"kind": "start", "from_": "today"}}, "action.from: This key is missing"),
        ({"action": {"kind": "note", "number": "3", "text": ""}}, "action.number"),
        ({"action": {"kind": "note", "number": True, "text": ""}}, "action.number"),
        ({"action": {"kind": "keep", "name": "x" * 201}}, "action.name"),
        ({"action": {"kind": "keep", "name": "\ud800"}}, "half a character"),
        ({"action": {"kind": "undo"}, "note": "x" * 5000}, "note"),
        ({"action": {"kind": "undo"}, "note": None}, "note"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_in_one_sentence(
    client: TestClient, room: StandIn, body: Any, said: str
) -> None:
    answer = client.post("/api/actions", content=json.dumps(body))
    assert answer.status_code == 422
    problem = answer.json()["problem"]
    assert said in problem["en"]
    assert problem["de"] != ""
    assert len(problem["en"]) < 500
    assert room.calls == []


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"3", b"null", b"\xff\xfe", b'{"action": NaN}', b'{"a": Infinity}', b"[" * 90_000,
     b'{"action":' * 50_000, b"9" * 90_000, b'{"action": {"kind": "undo"}} x'],
    ids=lambda b: repr(b[:20]),
)  # fmt: skip
def test_what_is_no_json_object_is_refused(client: TestClient, room: StandIn, body: bytes) -> None:
    answer = client.post("/api/actions", content=body)
    assert answer.status_code == 422
    assert "JSON" in answer.json()["problem"]["en"]
    assert room.calls == []


def test_what_the_room_refuses_is_said_in_both_languages(client: TestClient) -> None:
    answer = client.post("/api/actions", json={"action": {"kind": "redo"}})
    assert answer.status_code == 422
    assert answer.json()["problem"]["en"] == "There is nothing to redo."


def test_a_defect_is_told_without_its_traceback(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.post("/api/actions", json={"action": {"kind": "reset"}})
    assert answer.status_code == 500
    assert "RuntimeError" in answer.json()["problem"]["en"]
    assert "Traceback" not in answer.text
    assert "RuntimeError" in caplog.text
    assert answer.headers["content-type"] == "application/json", "names in it are no markup"


def test_look_front_prices_and_stopping(client: TestClient, room: StandIn) -> None:
    asked = {"service": "water", "town": "01", "to": None}
    assert client.post("/api/look", json=asked).json()["difference"] == {"cost": -1.0}
    client.post("/api/front", json={"criteria": ["cost", "travel"]})
    for method, path in (("POST", "cancel"), ("POST", "resume"), ("DELETE", "front"),
                         ("POST", "prices"), ("DELETE", "prices")):  # fmt: skip
        answer = client.request(method, f"/api/{path}")
        assert answer.json()["revision"] == 0
    assert [name for name, _ in room.calls] == [
        "look", "front", "cancel", "resume", "stop_front", "prices", "stop_prices"
    ]  # fmt: skip
    assert room.calls[0] == ("look", ("water", "01", None))


PLAN = {"service": "water", "members": ["01", "02"], "seat": "01", "legal_form": "association"}
CSV = "service,municipality,seat,legal_form\nwater,01,01,association\nwater,02,01,association\n"


@pytest.mark.parametrize(
    "body",
    [
        {"name": "plan.csv", "text": CSV},
        {"name": "plan.csv", "text": CSV.replace("\n", "\r\n")},
        {"name": "run.json", "text": json.dumps({"status": "optimal", "partnerships": [PLAN]})},
        {"format": 2, "status": "optimal", "partnerships": [{**PLAN, "cost": 3.0}]},
    ],
    ids=["csv", "crlf", "run in text", "run"],
)
def test_a_plan_from_a_file_is_started_from(
    client: TestClient, room: StandIn, body: dict[str, Any]
) -> None:
    if "cost" in str(body):
        body["partnerships"] = [PLAN]
    assert client.post("/api/plan", json=body).status_code == 200
    ((_, action),) = room.calls
    assert (action["kind"], action["from"]) == ("start", "plan")
    assert PLAN in action["plan"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "plan.csv", "text": CSV.replace("02,01", "07,01")}, "'07'"),
        ({"name": "plan.csv", "text": "nonsense"}, "plan.csv"),
        ({"name": "plan.csv", "text": ""}, "plan.csv"),
        ({"name": "../../etc/passwd", "text": "x\x00"}, "plan.csv"),
        ({"name": "run.json", "text": "{}"}, "holds no plan"),
        ({"name": "run.json", "text": "{"}, "no JSON"),
        ({"partnerships": "all"}, "partnerships"),
        ({"partnerships": [{"service": "water"}]}, "members"),
        ({"name": "plan.csv"}, "text"),
        ({}, "name"),
    ],
)
def test_a_file_without_a_plan_is_refused_in_words(
    client: TestClient, room: StandIn, body: dict[str, Any], said: str
) -> None:
    answer = client.post("/api/plan", json=body)
    assert answer.status_code == 422
    assert said in answer.json()["problem"]["en"]
    assert room.calls == []


def test_names_are_told_as_they_are_and_never_as_markup(client: TestClient) -> None:
    for name in tiny.HOSTILE:
        answer = client.post("/api/actions", json={"action": {"kind": "keep", "name": name}})
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["trail"][-1]["what"]["en"] == name


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/state/", "/API/STATE"])
def test_other_paths_are_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_another_method_is_told_so(client: TestClient) -> None:
    answer = client.get("/api/actions")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "problem" in answer.json()
