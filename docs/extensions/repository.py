"""Links to what is in the repository but no page of the site: they name the file instead."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1]
LINK = re.compile(r"\[([^\]]+)\]\(([^)#: ]+)(?:#[^)]*)?\)")


def _named(app: Any, page: str, source: list[str]) -> None:
    home = (DOCS / page).parent

    def instead(link: re.Match[str]) -> str:
        target = Path(os.path.normpath(home / link[2]))
        shown = target.is_relative_to(DOCS) and not target.is_relative_to(DOCS / "example-plugin")
        if shown or not target.exists():
            return link[0]
        where = target.relative_to(DOCS.parent).as_posix()
        return link[1] if link[1].strip("`") == where else f"{link[1]} (`{where}`)"

    source[0] = LINK.sub(instead, source[0])


def setup(app: Any) -> dict[str, Any]:
    """Look at each page before it is read."""
    app.connect("source-read", _named)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
