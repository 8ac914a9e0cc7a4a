"""The rules a plan must meet: one class each, and how a TOML table becomes rules.

`check` names everything wrong with tables of rules, `parse` turns a checked one into rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from koopopt.checking.schema import validate
from koopopt.rules.base import (
    Capacity,
    Conditions,
    CountRange,
    Distinct,
    NoLosers,
    PartnershipRule,
    PlanConditions,
    PlanRule,
    Range,
    Rule,
    Saving,
    Violation,
)
from koopopt.rules.kinds import DOOR, PARTNERSHIP_RULES, PLAN_RULES
from koopopt.rules.layers import Known, Layer, active, check, picked
from koopopt.rules.plan import AtMost, Limit
from koopopt.rules.stability import Stable

__all__ = [
    "DOOR",
    "PARTNERSHIP_RULES",
    "PLAN_RULES",
    "AtMost",
    "Capacity",
    "Conditions",
    "CountRange",
    "Distinct",
    "Known",
    "Layer",
    "Limit",
    "NoLosers",
    "PartnershipRule",
    "PlanConditions",
    "PlanRule",
    "Range",
    "Rule",
    "Saving",
    "Stable",
    "Violation",
    "active",
    "check",
    "parse",
]

R = TypeVar("R", bound=Rule)


def parse(table: Mapping[str, Any], kinds: Iterable[type[R]]) -> tuple[R, ...]:
    """Return the rules of `kinds` that a checked table holds; other keys are passed over."""
    return tuple(
        validate(kind, picked(kind, table))
        for kind in kinds
        if any(key in table for key in kind.started_by())
    )
