"""Values that show themselves: in one line in Python, as tables in notebooks, as files.

One line a value can say itself. What its tables and its files are is known far above it, in
`koopopt.report` and `koopopt.storage.saving`, and values must not know what stands above them. So
the package itself, which stands above all and knows where everything is, provides these ways when
it is imported (`provide`); what they need is imported when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

MAX_REPR_LENGTH: Final = 120
"""Most characters of a value's `repr`."""

_ways: dict[str, Callable[..., Any]] = {}


def provide(**ways: Callable[..., Any]) -> None:
    """Say how values are shown and saved: `html` takes a value, `save` a value and a path."""
    _ways.update(ways)


class Brief:
    """Mix-in of values whose `repr` is one short line: what matters most, not all they hold.

    A dataclass needs ``repr=False`` besides, or has the long one.
    """

    __slots__ = ()

    def _said(self) -> str:
        """Return what stands behind the name of the class."""
        raise NotImplementedError

    def __repr__(self) -> str:
        said = f"{type(self).__name__}{self._said()}"
        line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in said)
        room = MAX_REPR_LENGTH - len("<>")
        return f"<{line if len(line) <= room else line[: room - 1] + '…'}>"


class Shown(Brief):
    """Mix-in of values that notebooks show as tables and pictures."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """Return HTML that needs nothing else and runs nothing."""
        return str(_ways["html"](self))


class Saved:
    """Mix-in of values that can be written into files, and read again."""

    __slots__ = ()

    def save(self, path: str | Path) -> None:
        """Write the value into files; see `koopopt.save`."""
        _ways["save"](self, path)


def counted(count: int, one: str, many: str = "") -> str:
    """Return how many there are of something, in English: ``1 service``, ``2 services``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def figure(value: float | None) -> str:
    """Return a number for a line."""
    return "unknown" if value is None else f"{value:,.12g}"


def named(values: Mapping[str, Any]) -> str:
    """Return names and their numbers for a line."""
    return ", ".join(f"{name} {figure(value)}" for name, value in values.items())
