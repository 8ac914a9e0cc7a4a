"""Signatures that nobody can read are left out: those of values that koopopt makes, with 30 fields.

Sphinx cannot render a field whose default is made anew each time, and gives up on the whole line.
"""

from __future__ import annotations

from typing import Any

FACTORY = "<factory>"


def _readable(
    app: Any, what: str, name: str, thing: object, options: Any, signature: str | None, returns: Any
) -> tuple[str, Any] | None:
    return ("", returns) if signature and FACTORY in signature else None


def setup(app: Any) -> dict[str, Any]:
    """Look at each signature before it is shown."""
    app.connect("autodoc-process-signature", _readable)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
