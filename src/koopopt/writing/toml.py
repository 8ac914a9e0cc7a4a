"""Nested keys and values as TOML text, or as rows of a sheet (see `koopopt.reading.documents`).

The writer is tomlkit; here stands what it cannot know: which tables are worth a heading, and which
numbers need a 0 behind them. Reading is done by tomllib, which is faster, apart from `with_value`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from koopopt.language.notation import doubtful
from koopopt.reading.documents import plain_or_literal

if TYPE_CHECKING:
    from tomlkit.items import Item


def toml_text(data: Mapping[str, Any]) -> str:
    """Return `data` as TOML, tables below plain keys."""
    import tomlkit

    return tomlkit.dumps({key: _laid_out(value, inside=False) for key, value in data.items()})


def with_value(text: str, key: str, value: Any) -> str:
    """Return a TOML text with another value of a key at its top; all else stays, remarks too.

    Only the key's own lines go through tomlkit, which drops blanks behind dates within lists.
    """
    import tomlkit

    start = 0
    for line in re.finditer(r"\n|\Z", text):
        lines, rest = text[start : line.end()], text[line.end() :]
        try:
            held = tomllib.loads(lines)
        except tomllib.TOMLDecodeError:
            continue  # a value of several lines
        if lines.lstrip().startswith("["):
            break  # the top ends with the first heading
        if key in held:
            document = tomlkit.parse(lines)
            document[key] = _on_one_line(value)
            return text[:start] + document.as_string() + rest
        start = line.end()
    return f"{key_text(key)} = {literal(value)}\n{text}"


def literal(value: Any) -> str:
    """Return a value as it is written in TOML, on one line."""
    return _on_one_line(value).as_string()


def key_text(key: str) -> str:
    """Return a key as it is written in TOML."""
    import tomlkit

    return tomlkit.key(key).as_string()


def sheet_rows(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield `data` as (dotted key, text) rows."""
    for path, value in _leaves(data, ""):
        yield path, plain_or_literal(value, literal(value))


def _on_one_line(value: Any) -> Item:
    """Return a value for tomlkit, which would give tables a heading."""
    import tomlkit
    from tomlkit.items import Float, Trivia

    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        table.update({key: _on_one_line(part) for key, part in value.items()})
        return table
    if isinstance(value, (list, tuple)):
        array = tomlkit.array()
        array.extend(map(_on_one_line, value))
        return array
    if isinstance(value, float) and doubtful(repr(value)):
        return Float(value, Trivia(), f"{value!r}0")
    item: Item = tomlkit.item(value)
    return item


def _laid_out(value: Any, *, inside: bool) -> Any:
    """Return a value in which all is on one line but what is worth a heading."""
    if _tables(value):
        return [_below(table) for table in value]
    return _below(value) if _headed(value, inside) else _on_one_line(value)


def _below(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _laid_out(part, inside=True) for key, part in table.items()}


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
