"""`koopopt.live.app`: the real room in another application, and its answers by its own document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from koopopt import live
from live.web.conftest import ADDRESS
from live.web.test_openapi import DOCUMENT, validator


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a browser before the room of three villages, mounted below /plan."""
    room = live.app("three-villages", folder=tmp_path_factory.mktemp("room"))
    site = Starlette(routes=[Mount("/plan", room)])
    browser = TestClient(site, base_url=ADDRESS)
    browser.headers["content-type"] = "application/json"
    yield browser
    room.close()


def checked(client: TestClient, method: str, path: str, body: Any = None) -> Any:
    """Ask, and hold question and answer against the document."""
    operation = DOCUMENT["paths"][path][method]
    if body is not None:
        validator(operation["requestBody"]["content"]["application/json"]["schema"]).validate(body)
    answer = client.request(method, f"/plan{path}", json=body)
    told = operation["responses"][str(answer.status_code)]
    validator(told["content"]["application/json"]["schema"]).validate(answer.json())
    return answer.json()


def test_what_the_room_answers_is_what_the_document_says(client: TestClient) -> None:
    case = checked(client, "get", "/api/case")
    service, (a, b, _) = case["services"][0]["id"], (town["id"] for town in case["towns"])
    checked(client, "get", "/api/state")
    actions: list[dict[str, Any]] = [
        {"kind": "set", "place": "weights.travel", "value": 2.0},
        {"kind": "wish", "wish": {"kind": "together", "service": service, "towns": [a, b]}},
        {"kind": "mode", "value": "hand"},
        {"kind": "move", "service": service, "town": a, "to": None},
        {"kind": "start", "from": "alone"}, {"kind": "keep", "name": "alone"},
        {"kind": "undo"}, {"kind": "redo"}, {"kind": "reset"}, {"kind": "start", "from": "best"},
    ]  # fmt: skip
    for action in actions:
        state = checked(client, "post", "/api/actions", {"action": action})
    variant = state["variants"][0]["id"]
    checked(client, "post", "/api/actions", {"action": {"kind": "start", "from": "variant",
                                                        "id": variant}})  # fmt: skip
    checked(client, "post", "/api/look", {"service": service, "town": a, "to": [b]})
    for method, path, body in (
        ("post", "cancel", {}), ("post", "resume", {}), ("post", "prices", {}),
        ("delete", "prices", {}), ("post", "front", {"criteria": ["cost", "travel"]}),
        ("delete", "front", {}),
    ):  # fmt: skip
        checked(client, method, f"/api/{path}", body)


def test_what_the_room_refuses_is_what_the_document_says(client: TestClient) -> None:
    said = checked(client, "post", "/api/front", {"criteria": ["beauty"]})
    assert "A front has two criteria" in said["problem"]["en"]
    said = checked(client, "post", "/api/actions", {"action": {"kind": "drop", "id": "none"}})
    assert said["problem"]["de"]


@pytest.mark.parametrize("what", ["instance", "plan", "workbook", "page", "trail"])
def test_what_is_shown_can_be_taken_along(client: TestClient, what: str) -> None:
    made = checked(client, "post", "/api/exports", {"what": what, "name": "taken"})
    file = client.get(f"/plan/{made['url']}")
    assert file.status_code == 200
    if what == "plan":
        body = {"name": "plan.csv", "text": file.text}
        assert checked(client, "post", "/api/plan", body)["mode"] == "hand"


def test_wishes_that_an_instance_cannot_say_are_told(client: TestClient) -> None:
    for kind in ("together", "forbid"):
        wish = {"kind": kind, "service": "library", "towns": ["A", "B"]}
        checked(client, "post", "/api/actions", {"action": {"kind": "wish", "wish": wish}})
    made = checked(client, "post", "/api/exports", {"what": "instance", "name": "taken"})
    (left,) = made["left_out"]
    assert "partnership of their own" in left["en"]
    assert checked(client, "post", "/api/exports", {"what": "plan", "name": "p"})["left_out"] == []


def test_names_are_imported_when_they_are_asked_for(tmp_path: Path) -> None:
    assert {"Room", "app"} <= set(dir(live))
    assert live.Room.__name__ == "Room"
    with pytest.raises(AttributeError, match="nonsense"):
        live.nonsense  # noqa: B018
