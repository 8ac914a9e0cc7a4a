"""The API as an OpenAPI document, made of the routes and of what checks and describes bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import koopopt
from koopopt.checking.schema import json_schema
from koopopt.live.web import answers
from koopopt.live.web.routes import ROUTES, Route

Schema = dict[str, Any]

_HERE: Final = "#/$defs/"
_THERE: Final = "#/components/schemas/"
_REFUSALS: Final[Mapping[int, str]] = {
    403: "Another name, another page, or no session.",
    413: "The body is too large.",
    415: "The body is no JSON.",
    422: "The request cannot be meant; why, in words.",
}


def document() -> Schema:
    """Return the document, version 3.1."""
    schemas: Schema = {}
    paths: dict[str, Schema] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    paths |= _others(schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "koopopt live",
            "version": koopopt.__version__,
            "description": "The decision room of one case. Every request needs the cookie that the"
            " token of the opened address is exchanged for; what changes something comes from the"
            " room's own origin and is JSON.",
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _operation(route: Route, schemas: Schema) -> Schema:
    made: Schema = {
        "summary": route.summary,
        "responses": {str(route.status): _answer("The answer.", _named(route.gives, schemas))},
    }
    refusals = dict(_REFUSALS) if route.method != "GET" else {403: _REFUSALS[403]}
    for status, why in refusals.items():
        made["responses"][str(status)] = _answer(why, _named(answers.Problem, schemas))
    if route.takes:
        kinds = [_named(kind, schemas) for kind in route.takes]
        schema = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return made


def _answer(why: str, schema: Schema) -> Schema:
    return {"description": why, "content": {"application/json": {"schema": schema}}}


def _named(kind: type[object], schemas: Schema) -> Schema:
    """Return a reference to the schema of a `kind`, which is put among the others."""
    made = json.loads(json.dumps(json_schema(kind)).replace(_HERE, _THERE))
    for name, schema in made.pop("$defs", {}).items():
        _put(schemas, name, schema)
    _put(schemas, kind.__name__, made)
    return {"$ref": f"{_THERE}{kind.__name__}"}


def _put(schemas: Schema, name: str, schema: Schema) -> None:
    assert schemas.setdefault(name, schema) == schema, f"two schemas are called {name}"


def _others(schemas: Schema) -> dict[str, Schema]:
    """Return what is no JSON object: events, files, this document."""
    problem = _named(answers.Problem, schemas)
    stream = {"text/event-stream": {"schema": {"type": "string"}}}
    file = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    name = {"name": "file", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "/api/events": {
            "get": {
                "summary": "Events: `state` (whole, at first and after every action), `answer`,"
                " `front`, `prices`; the data are JSON objects with a `revision`.",
                "responses": {"200": {"description": "A stream without end.", "content": stream}},
            }
        },
        "/api/exports/{file}": {
            "get": {
                "summary": "A file that was saved.",
                "parameters": [name],
                "responses": {
                    "200": {"description": "The file.", "content": file},
                    "404": _answer("No such file was made here.", problem),
                },
            }
        },
        "/api/openapi.json": {
            "get": {
                "summary": "This document.",
                "responses": {"200": _answer("The document.", {"type": "object"})},
            }
        },
    }
