"""Where an instance or a file is, as files that are computed from it name it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from koopopt.case import resources
from koopopt.language.inert import on_line


def whereabouts(instance: str | Path) -> str:
    """Return how files name an instance: the name of a shipped one, or its place."""
    shipped = str(instance) in resources.instances()
    named = shipped and not os.path.exists(Path(instance, "instance.toml"))
    return str(instance) if named else located(instance)


def source_of(what: object) -> str | None:
    """Return how files name what was given by name or path; None for what was not."""
    return whereabouts(what) if isinstance(what, (str, Path)) else None


def located(path: str | Path) -> str:
    """Return where a file or folder is: its absolute path, or an address where that is no UTF-8.

    Files can hold neither the bytes of such a name nor what Python takes for them; the address,
    ``file:///...%DF...``, is undone by `path_of`.
    """
    try:
        absolute = Path(path).resolve()
    except (OSError, RuntimeError):  # the current folder was deleted; links in a circle
        return on_line(str(path))
    return str(absolute) if _is_text(str(absolute)) else absolute.as_uri()


def path_of(source: str) -> str:
    """Return the path that `located` wrote down."""
    if not source.startswith(_ADDRESS):
        return source
    return os.fsdecode(unquote_to_bytes(source.removeprefix(_ADDRESS)))


_ADDRESS: Final = "file://"


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
