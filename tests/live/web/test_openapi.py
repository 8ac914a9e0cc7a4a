"""The document: it is one, and it says what is taken and answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from koopopt.live.web import openapi
from koopopt.live.web.routes import ROUTES
from live.web.test_routes import ACTIONS

DOCUMENT = openapi.document()


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Return what checks values of a schema of the document."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def body_of(path: str, method: str) -> Draft202012Validator:
    operation = DOCUMENT["paths"][path][method]
    return validator(operation["requestBody"]["content"]["application/json"]["schema"])


def test_it_is_served_as_it_is_made(client: TestClient) -> None:
    answer = client.get("/api/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == DOCUMENT
    assert DOCUMENT["openapi"].startswith("3.1")


def test_every_route_is_in_it_and_nothing_else(client: TestClient) -> None:
    told = {(m.upper(), path) for path, of in DOCUMENT["paths"].items() for m in of}
    others = {("GET", f"/api/{n}") for n in ("events", "exports/{file}", "openapi.json")}
    assert told == {(route.method, route.path) for route in ROUTES} | others
    for method, path in told - {("GET", "/api/events")}:
        answer = client.request(method, path)
        assert answer.status_code not in (405, 500), path


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    text = json.dumps(DOCUMENT)
    assert "#/$defs/" not in text
    for part in text.split('"$ref": "#/components/schemas/')[1:]:
        assert part.partition('"')[0] in schemas
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a["kind"])
def test_it_allows_what_the_room_takes(action: dict[str, Any]) -> None:
    asks = body_of("/api/actions", "post")
    asks.validate({"action": action, "note": "why"})
    asks.validate({"action": action})


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a["kind"])
def test_it_forbids_what_is_refused(client: TestClient, action: dict[str, Any]) -> None:
    asks = body_of("/api/actions", "post")
    wrong = [{**action, "more": 1}, {**action, "kind": "explode"}, {**action, "kind": 3}]
    wrong += [{k: v for k, v in action.items() if k != "kind"}]
    for each in wrong:
        body = {"action": each}
        assert not asks.is_valid(body)
        assert client.post("/api/actions", json=body).status_code == 422


def test_refusals_are_as_it_says(client: TestClient) -> None:
    problem = validator({"$ref": "#/components/schemas/Problem"})
    problem.validate(client.post("/api/actions", json={}).json())
    problem.validate(client.post("/api/actions", content=b"{").json())
    problem.validate(client.get("/api/exports/none").json())
    evil = {"origin": "http://evil.example"}
    problem.validate(client.post("/api/actions", json={}, headers=evil).json())
