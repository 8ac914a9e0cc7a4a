"""The directive `schema`: a JSON Schema of koopopt's as tables, one for each table of the file.

The schemas are made from the code that reads the files, so these tables are never out of step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from koopopt.storage.json_schemas import text

Schema = dict[str, Any]

LARGEST: Final = 1e15
"""A bound on every number, which is said once on the page and not in each row."""
SHOWN: Final = 30
"""Names in a cell; of more the first ones."""
ABOUT: Final = ("source", "confidence")
"""Keys of every table of numbers, which the page tells once."""
LEAD: Final = {"number": "number", "integer": "whole number", "string": "text",
               "boolean": "`true` or `false`", "null": "`null`"}  # fmt: skip


def page(name: str) -> str:
    """Return the tables of a schema as Markdown, that of the file first, those in it below."""
    whole = json.loads(text(name))
    waiting: list[tuple[str, Schema]] = [("", whole)]
    seen: set[int] = set()
    parts = [str(whole.get("description", "")), ""]
    while waiting:
        path, table = waiting.pop(0)
        if id(table) in seen:
            continue
        seen.add(id(table))
        if path:
            parts += [f"**`{path}`** {_meaning(table, whole)}", ""]
        parts += ["| key | value | meaning |", "|---|---|---|"]
        needed = table.get("required", ())
        keys = table.get("properties", {}).items()
        for key, value in ((k, v) for k, v in keys if not (path and k in ABOUT)):
            below = f"{path}.{key}" if path else key
            waiting += [(below + mark, found) for mark, found in _tables(value, whole)]
            cells = [f"`{key}`", _value(value, whole, key in needed), _meaning(value, whole)]
            parts.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
        parts.append("")
    return "\n".join(parts)


def _tables(value: Schema, whole: Schema, mark: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield the tables that a value is made of, with what stands behind its key: `[]`, `.NAME`."""
    value = _led(value, whole)
    if "properties" in value:
        yield mark, value
    for one in (*value.get("anyOf", ()), *value.get("oneOf", ())):
        yield from _tables(one, whole, mark)
    if isinstance(value.get("items"), dict):
        yield from _tables(value["items"], whole, f"{mark}[]")
    if isinstance(value.get("additionalProperties"), dict):
        yield from _tables(value["additionalProperties"], whole, f"{mark}.NAME")


def _led(value: Schema, whole: Schema) -> Schema:
    """Return what a reference leads to."""
    if "$ref" not in value:
        return value
    found: Schema = whole["$defs"][value["$ref"].rpartition("/")[2]]
    return found


def _value(value: Schema, whole: Schema, needed: bool) -> str:
    text = _kind(value, whole)
    if needed:
        return f"{text}; **needed**"
    default = value.get("default")
    if default is None or default in ([], {}, "") or isinstance(default, dict | list):
        return text
    said = str(default).lower() if isinstance(default, bool) else f"{default}"
    return f"{text}; `{said}` unless said"


def _kind(value: Schema, whole: Schema) -> str:
    value = _led(value, whole)
    if "const" in value:
        return f"`{str(value['const']).lower()}`"
    if "enum" in value:
        names = [f"`{one}`" for one in value["enum"]]
        return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    if several := value.get("anyOf") or value.get("oneOf"):
        return " or ".join(dict.fromkeys(_kind(one, whole) for one in several))
    kind = value.get("type")
    if isinstance(kind, list):
        return " or ".join(_kind({**value, "type": one}, whole) for one in kind)
    if kind == "array":
        return _list(value, whole)
    if kind == "object" or "properties" in value:
        inner = value.get("additionalProperties")
        named = isinstance(inner, dict) and inner and "properties" not in value
        return f"table: {_kind(inner, whole)} by name" if named and inner else "table"
    return LEAD.get(str(kind), "anything") + _bounds(value)


def _list(value: Schema, whole: Schema) -> str:
    if parts := value.get("prefixItems"):
        return f"[{', '.join(_kind(one, whole) for one in parts)}]"
    inner = value.get("items")
    return f"list of: {_kind(inner, whole)}" if isinstance(inner, dict) and inner else "list"


def _bounds(value: Schema) -> str:
    """Return the range of a number, or how a text has to look."""
    if pattern := value.get("pattern"):
        return ": the name of a file, `*.toml`" if pattern == r"\.toml$" else f" like `{pattern}`"
    low, high = value.get("minimum"), value.get("maximum")
    above, below = value.get("exclusiveMinimum"), value.get("exclusiveMaximum")
    said = [
        f"≥ {low:g}" if low is not None and abs(low) < LARGEST else "",
        f"> {above:g}" if above is not None and abs(above) < LARGEST else "",
        f"≤ {high:g}" if high is not None and abs(high) < LARGEST else "",
        f"< {below:g}" if below is not None and abs(below) < LARGEST else "",
    ]
    found = ", ".join(one for one in said if one)
    return f" {found}" if found else ""


def _meaning(value: Schema, whole: Schema) -> str:
    text = value.get("description") or _led(value, whole).get("description", "")
    return str(text).replace("``", "`").replace("\n", " ")


class SchemaDirective(SphinxDirective):
    """`{schema} NAME`: the tables of a schema that `koopopt schema` prints."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the tables, read as the page itself is."""
        return self.parse_text_to_nodes(page(self.arguments[0]))


def setup(app: Any) -> dict[str, Any]:
    """Add the directive."""
    app.add_directive("schema", SchemaDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
