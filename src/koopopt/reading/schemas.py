"""JSON Schema of the files that people write, so that their editors explain and check them.

It says what the dataclasses, the rules and the criteria say that are there when it is asked for.
An instance's folder carries it along, in `SCHEMA_FOLDER`: a path beside the files holds wherever
the folder is sent, and without a network. Draft 7 knows every word that is used here as well:
editors often check by no newer one.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from koopopt.case import resources
from koopopt.case.library import ServiceModel, Sourced
from koopopt.case.sense import GRANT_PATTERN
from koopopt.checking.schema import json_schema
from koopopt.checking.unranged import RANGE
from koopopt.criteria import CRITERIA
from koopopt.reading.models import FormSet
from koopopt.reading.settings import Settings
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES, Rule
from koopopt.rules.relaxing import NEVER

SCHEMA_FOLDER: Final = ".schemas"
"""Where an instance's folder holds the schemas; hidden, so it is not missed by the reader."""

Schema = dict[str, Any]


_WEIGHTS: Final[Schema] = {
    "anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"const": NEVER}, {"type": "object"}]
}
"""What giving up a rule counts; points in its name may make tables."""


def of_instance() -> Schema:
    """Return the schema of instance.toml."""
    made, service = json_schema(Settings, toml=True), of_service()
    keys = made["properties"]
    keys["services"] |= {"items": _named(resources.services()), "uniqueItems": True}
    keys["legal_forms"] |= _named(resources.legal_forms())
    keys["weights"] = _with_ranges(by_criterion(keys["weights"]))
    keys["relax"]["additionalProperties"] = _WEIGHTS
    keys["service"]["additionalProperties"] = _changes(service, service["$defs"])
    definitions = made["$defs"] | service["$defs"]
    keys["rules"] |= _rules((*PARTNERSHIP_RULES, *PLAN_RULES), definitions)
    return {**made, "$defs": definitions}


def of_service() -> Schema:
    """Return the schema of a service model."""
    made = json_schema(ServiceModel, toml=True)
    made["required"].remove("id")  # it is the name of the file
    made["properties"]["rules"] |= _rules(PARTNERSHIP_RULES, made["$defs"])
    return made


def of_legal_forms() -> Schema:
    """Return the schema of a set of legal forms."""
    made = json_schema(FormSet, toml=True)
    amounts = made["$defs"]["Grant"]["properties"]["amounts"]
    amounts["propertyNames"] = {"pattern": f"^({GRANT_PATTERN.pattern})$"}
    return made


SCHEMAS: Final[Mapping[str, Callable[[], Schema]]] = {
    "instance": of_instance,
    "service": of_service,
    "legal-forms": of_legal_forms,
}
"""The schemas by their names."""


def written(name: str, schema: Schema) -> str:
    """Return a schema as the text of its file."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"koopopt: {name}"}
    return json.dumps({**head, **schema}, indent=2, ensure_ascii=False) + "\n"


def by_criterion(table: Schema) -> Schema:
    """Return the schema of a table by names, the names being those of the criteria."""
    value = table["additionalProperties"]
    keys = {
        name: {**value, "description": f"{criterion.title}: {criterion.unit}."}
        for name, criterion in CRITERIA.items()
    }
    return {**table, "properties": keys, "additionalProperties": False}


def _with_ranges(table: Schema) -> Schema:
    """Return the schema of a table of numbers in which each may have its range beside it."""
    ranges = {
        f"{name}{RANGE}": {
            "type": "array", "items": {k: v for k, v in value.items() if k != "description"},
            "minItems": 2, "maxItems": 2,
            "description": f"The least and the largest `{name}` that may be.",
        }
        for name, value in table["properties"].items()
    }  # fmt: skip
    return {**table, "properties": {**table["properties"], **ranges}}


def _named(library: Iterable[str]) -> Schema:
    """Return the schema of a name in the library, or of a file of one's own."""
    own = {"type": "string", "pattern": r"\.toml$"}
    return {"anyOf": [{"enum": list(library)}, own]}


def _rules(kinds: Iterable[type[Rule]], definitions: Schema) -> Schema:
    """Return what a table of rules may hold; what the rules refer to joins the definitions.

    Rules hold in layers, so that no key needs another one in the same table.
    """
    keys = dict(json_schema(Sourced, toml=True)["properties"])
    for kind in kinds:
        made = json_schema(kind, toml=True)
        definitions.update(made.get("$defs", {}))
        for key, value in made["properties"].items():
            keys[key] = _liftable(by_criterion(value) if key == "limit" else value, kind.summary)
    return {"properties": keys, "additionalProperties": False}


def _liftable(value: Schema, summary: str) -> Schema:
    """Return the schema of a rule's key, or `false` in its place."""
    text = value.get("description", f"{summary}.")
    if value.get("type") == "boolean":
        return {**value, "description": text}
    kinds = value.get("anyOf") or [value]
    return {"anyOf": [*kinds, {"const": False}], "description": f"{text} `false` lifts it."}


def _changes(schema: Schema, definitions: Schema) -> Schema:
    """Return the schema of a table that is laid over another one: no key is needed."""
    if (name := schema.get("$ref")) is not None:
        target = definitions[name.rpartition("/")[2]]
        return {**_changes(target, definitions), **_without(schema, "$ref")}
    made = _without(schema, "required", "minProperties", "default", "$defs")
    if "properties" in made:
        made["properties"] = {k: _changes(v, definitions) for k, v in made["properties"].items()}
    if "oneOf" in made:
        made["anyOf"] = [_changes(kind, definitions) for kind in made.pop("oneOf")]
    return made


def _without(schema: Schema, *words: str) -> Schema:
    return {word: value for word, value in schema.items() if word not in words}


def with_schemas(files: Mapping[str, str | bytes]) -> dict[str, str | bytes]:
    """Return the files of an instance's folder, each TOML file naming its schema, and these."""
    settings = tomllib.loads(_text(files["instance.toml"]))
    kinds = {"instance.toml": "instance", settings["legal_forms"]: "legal-forms"}
    kinds |= dict.fromkeys(settings["services"], "service")
    named = {PurePosixPath(file.replace("\\", "/")).as_posix(): k for file, k in kinds.items()}
    return {
        **files,
        **{
            file: _naming(_text(files[file]), file, k) for file, k in named.items() if file in files
        },
        **{f"{SCHEMA_FOLDER}/{name}.json": written(name, of()) for name, of in SCHEMAS.items()},
    }


def _text(content: str | bytes) -> str:
    return content if isinstance(content, str) else content.decode("utf-8-sig")


def _naming(text: str, file: str, kind: str) -> str:
    """Return the text of a TOML file with a first line that editors find its schema by."""
    if re.search(r"(?m)^#:schema ", text):
        return text
    up = "../" * (len(PurePosixPath(file).parts) - 1) or "./"
    end = "\r\n" if "\r\n" in text else "\n"
    return f"#:schema {up}{SCHEMA_FOLDER}/{kind}.json{end}{text}"
