"""Pages in `de/` say that they are German: to browsers, screen readers and hyphenation."""

from __future__ import annotations

from typing import Any


def _said(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if page.startswith("de/"):
        context["language"] = "de"


def setup(app: Any) -> dict[str, Any]:
    """Say it page by page; the site as a whole is English."""
    app.connect("html-page-context", _said)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
