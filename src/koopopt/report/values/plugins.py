"""All plug-ins, of every kind."""

from __future__ import annotations

from typing import Any

from koopopt import rules
from koopopt.case import resources
from koopopt.criteria import DOOR as CRITERIA
from koopopt.plugins import LOCALES, Door, Plugin
from koopopt.solvers.registry import DOOR as SOLVERS


def found() -> list[Plugin[Any]]:
    """Return every plug-in there is, the refused ones among them."""
    models = resources.DOORS.values()
    doors: tuple[Door[Any], ...] = (CRITERIA, rules.DOOR, SOLVERS, *models, LOCALES)
    return [plugin for door in doors for plugin in door.plugins]
