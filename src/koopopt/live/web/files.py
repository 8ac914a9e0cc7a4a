"""The page: the files of `koopopt.live.page`, each with its type, and no other file.

What is served is listed once, by looking; the name that is asked for is only looked up in the list
and never becomes a path.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

PAGE: Final = Path(__file__).parents[1] / "page"
INDEX: Final = "index.html"
TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".woff2": "font/woff2",
    }
)
"""Content types by ending; other files are not served."""


def listed(folder: Path = PAGE) -> dict[str, Path]:
    """Return the files that are served, by their names below the folder."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.suffix in TYPES and path.is_file() and not path.is_symlink()
    }
