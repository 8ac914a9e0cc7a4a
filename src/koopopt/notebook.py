"""Values that show themselves in notebooks.

Jupyter asks an object for HTML by calling its `_repr_html_`. What that HTML is belongs to
`koopopt.report.notebook`, far above the values: `report` knows them, they must not know it. So it
is imported by name, and only when a notebook asks; dependencies run one way all the same.
"""

from __future__ import annotations

from importlib import import_module


class Shown:
    """Mix-in of values that notebooks show as tables and pictures."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """Return HTML that needs nothing else and runs nothing."""
        return str(import_module("koopopt.report.notebook").html(self))
