"""Rules and values in the notation of TOML, as they stand in files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from koopopt.rules import Rule


def as_written(rule: Rule) -> str:
    """Return a rule as it stands in a file, keys at their default left out."""
    shown = [(f.name, getattr(rule, f.name)) for f in fields(rule)]  # type: ignore[arg-type]
    return ", ".join(
        f"{key} = {toml(value)}" for key, value in shown if value not in ((), None, False)
    )


def toml(value: object, most: int = 100) -> str:
    """Return a value in the notation of TOML, long ones cut short."""
    match value:
        case bool():
            shown = str(value).lower()
        case str():
            shown = f'"{value}"'
        case Mapping():
            shown = "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"
        case list() | tuple():
            shown = "[" + ", ".join(toml(v) for v in value) + "]"
        case float():
            shown = f"{value:.12g}"
        case _ if value is not None and hasattr(type(value), "__dataclass_fields__"):
            told = [(f.name, getattr(value, f.name)) for f in fields(value)]  # type: ignore[arg-type]
            plain = {
                k: v for k, v in told if v not in (None, "", ()) and isinstance(v, (int, float))
            }
            shown = toml(plain)
        case _:
            shown = str(value)
    return shown if len(shown) <= most else shown[: most - 1] + "…"
