"""The number of a rule, and the next value of it that asks for less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import Any, Final

from koopopt.criteria import CRITERIA
from koopopt.exact import Number, fraction
from koopopt.inquiry.rules import InForce, with_value
from koopopt.problem import Problem
from koopopt.rules import Rule
from koopopt.text import T, Text

TENTH: Final = 0.1
MINUTES: Final = 5

_COUNTS: Final = {
    "max_members": 1, "max_identity_areas": 1, "max_pooled": 1, "max_memberships": 1,
    "max_hosted": 1, "max_partner_seats": 1, "max_bodies": 1, "max_partnerships": 1,
    "min_members": -1, "min_bodies": -1, "min_partnerships": -1,
}  # fmt: skip
"""Counts, and by how much the next step differs."""
_SHARES: Final = {"tolerance": 0.01, "min_saving": -0.01, "max_share": 0.05}
_SIZES: Final = {
    "min_population": -TENTH, "max_population": TENTH, "max_demand": TENTH, "capacity": TENTH,
}  # fmt: skip
_OTHERS: Final = {"no_losers": "tolerance", "votes": "max_share"}
"""The key that holds a rule's number, where it is not the rule's own."""


def number_key(rule: InForce) -> str:
    """Return the key of the number that a rule has, or would have."""
    return _OTHERS.get(rule.key, rule.key)


def number(rule: InForce) -> Any:
    """Return what stands there; None where a rule has nothing of the kind."""
    of_rule = isinstance(rule.value, Rule) or rule.key == "votes"
    return getattr(rule.value, number_key(rule), None) if of_rule else rule.value


def says(rule: InForce) -> Text | None:
    """Return how far the next step of a rule goes, in words; None where it has none."""
    if rule.place == "limit":
        step = _limit_step(rule.key, rule.value)
        return None if step is None else step[0]
    key = number_key(rule)
    several = rule.value if rule.place == "everywhere" else ()
    values = [getattr(said, key, None) for said in several] or [number(rule)]
    return None if all(_stepped(key, value) is None for value in values) else _said(key)


def eased(problem: Problem, rule: InForce) -> Problem:
    """Return the problem in which a rule takes its next step; it must have one (`says`)."""
    key = number_key(rule)
    if rule.place == "limit":
        step = _limit_step(rule.key, rule.value)
        assert step is not None
        return with_value(problem, rule, key, step[1])
    if not rule.services:
        return with_value(problem, rule, key, _stepped(key, number(rule)))
    for s in rule.binds:
        (own,) = (r for r in problem.partnership_rules[s] if r.name == rule.key)
        new = _stepped(key, getattr(own, key))
        if new is not None:
            problem = with_value(problem, replace(rule, binds=(s,)), key, new)
    return problem


def _limit_step(name: str, value: Number) -> tuple[Text, Number] | None:
    """Return the next limit, a whole number of the criterion's unit."""
    c = CRITERIA[name]
    if name == "farthest":
        return T("5 minutes more"), _plain(fraction(value) + MINUTES)
    if c.per_one == 1:
        return T("one more"), _plain(fraction(value) + 1)
    if not value:
        return None
    units = ceil((fraction(value) + abs(fraction(value)) / 100) * c.per_one)
    return T("1 % more"), _plain(Fraction(units, c.per_one))


def _plain(value: Fraction) -> Number:
    return int(value) if value.denominator == 1 else float(value)


def _stepped(key: str, value: Any) -> Any:
    """Return the next value that asks less, of each number of a table; None where there is none."""
    if isinstance(value, Mapping):
        table = {name: _stepped(key, number) for name, number in value.items()}
        changed = {name: table[name] for name in table if table[name] is not None}
        return {**value, **changed} if changed else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if key in _COUNTS:
        least = 1 if key == "min_members" else 0
        new: float = max(least, int(value) + _COUNTS[key])
    elif key == "max_minutes":
        new = round(value + MINUTES, 6)
    elif key in _SHARES:
        new = round(max(0.0, value + _SHARES[key]), 9)
        new = min(1.0, new) if key == "max_share" else new
    elif key in _SIZES:
        new = round(value * (1 + _SIZES[key]), 6)
    else:
        return None
    return None if new == value else new


def _said(key: str) -> Text:
    """Return how far the next step goes, in words."""
    if key in _COUNTS:
        return T("one more") if _COUNTS[key] > 0 else T("one fewer")
    if key == "max_minutes":
        return T("5 minutes more")
    if key in _SHARES:
        return T("{points} percentage points less strict", points=round(100 * abs(_SHARES[key])))
    return T("10 % more") if _SIZES[key] > 0 else T("10 % less")
