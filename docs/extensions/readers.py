"""What browsers and screen readers need to know, and the theme does not say.

Pages in `de/` are German; wide code and tables are scrolled by keyboard; captions have a level.
"""

from __future__ import annotations

from typing import Any, Final

SAID: Final = {
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    'class="caption" role="heading"': 'class="caption" role="heading" aria-level="2"',
}
"""What stands in a page, and what stands there instead."""
AFTER_THE_THEME: Final = 900


def _said(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if page.startswith("de/"):
        context["language"] = "de"
    for part in ("body", "furo_navigation_tree"):
        for before, after in SAID.items():
            if isinstance(context.get(part), str):
                context[part] = context[part].replace(before, after)


def setup(app: Any) -> dict[str, Any]:
    """Say it page by page; the site as a whole is English."""
    app.connect("html-page-context", _said, priority=AFTER_THE_THEME)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
