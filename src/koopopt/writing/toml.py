"""Writing nested keys and values as TOML text, or as rows of a sheet (see `documents`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from koopopt.language.notation import doubtful
from koopopt.reading.documents import plain_or_literal

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)


def toml_text(data: Mapping[str, Any]) -> str:
    """Return `data` as TOML, tables below plain keys."""
    return "\n".join(_lines(data, ())).strip() + "\n"


def literal(value: Any) -> str:
    """Return a value as it is written in TOML, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        shown = repr(value)
        return f"{shown}0" if doubtful(shown) else shown
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key_text(k)} = {literal(v)}" for k, v in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(literal(part) for part in value)}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def key_text(key: str) -> str:
    """Return a key as it is written in TOML."""
    return key if _BARE.fullmatch(key) else literal(key)


def sheet_rows(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield `data` as (dotted key, text) rows."""
    for path, value in _leaves(data, ""):
        yield path, plain_or_literal(value, literal(value))


def _lines(data: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a table: first what stands on one line, then what has a heading."""
    headed = {k: v for k, v in data.items() if _tables(v) or _headed(v, bool(path))}
    for key, value in data.items():
        if key not in headed:
            yield f"{key_text(key)} = {literal(value)}"
    for key, value in headed.items():
        name = ".".join(key_text(part) for part in (*path, key))
        single = isinstance(value, Mapping)
        for table in (value,) if single else value:
            yield f"\n[{name}]" if single else f"\n[[{name}]]"
            yield from _lines(table, (*path, key))


def _headed(value: Any, inside: bool) -> bool:
    """Whether a table is worth a heading: it holds tables, or stands outside and holds numbers."""
    if not isinstance(value, Mapping) or not value:
        return False
    parts = value.values()
    if any(isinstance(part, Mapping) or _tables(part) for part in parts):
        return True
    return not inside and not all(isinstance(part, str) for part in parts)


def _tables(value: Any) -> bool:
    """Whether a value is a list of tables, none of them empty."""
    return (
        isinstance(value, (list, tuple))
        and bool(value)
        and all(isinstance(part, Mapping) and part for part in value)
    )


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for key, part in value.items():
            shown = key_text(key)
            yield from _leaves(part, f"{path}.{shown}" if path else shown)
    elif _tables(value):
        for k, part in enumerate(value, start=1):
            yield from _leaves(part, f"{path}[{k}]")
    else:
        yield path, value
