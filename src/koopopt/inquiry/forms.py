"""The conditions of legal forms, each of which counts as a rule that can be given up or changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from koopopt.case.instance import Instance

FREE_FORM: Final[dict[str, Any]] = {
    "services": "all", "min_members": 2, "max_members": None, "same_county": False,
    "same_state": False, "votes": None,
}  # fmt: skip
"""The conditions of a legal form, and what each is where it asks for nothing."""


def with_forms(instance: Instance, changes: Mapping[str, Mapping[str, Any]]) -> Instance:
    """Return the instance with other conditions of some legal forms, by their ids."""
    forms = tuple(replace(f, **changes.get(f.id, {})) for f in instance.legal_forms)
    return replace(instance, legal_forms=forms)
