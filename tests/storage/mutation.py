"""Changes to a JSON object that make it a broken one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Table = dict[str, Any]


def change(*path: Any, to: Any) -> Callable[[Table], None]:
    """Put a value in a place of the object."""

    def apply(table: Any) -> None:
        for part in path[:-1]:
            table = table[part]
        table[path[-1]] = to

    return apply


def without(*path: Any) -> Callable[[Table], None]:
    """Delete a place of the object."""

    def apply(table: Any) -> None:
        for part in path[:-1]:
            table = table[part]
        del table[path[-1]]

    return apply
