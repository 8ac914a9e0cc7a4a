"""The rules a plan must meet: one class each, and how a TOML table becomes rules.

`parse` turns a `[rules]` table into rule objects and names every key that is wrong.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from koopopt.criteria import CRITERIA
from koopopt.errors import Fault
from koopopt.rules.base import (
    Conditions,
    CountRange,
    Distinct,
    NoLosers,
    PartnershipRule,
    PlanConditions,
    PlanRule,
    Range,
    Rule,
    Violation,
)
from koopopt.rules.partnership import PARTNERSHIP_RULES
from koopopt.rules.plan import PLAN_RULES, Limit
from koopopt.schema import faults_of, validate
from koopopt.text import T

__all__ = [
    "PARTNERSHIP_RULES",
    "PLAN_RULES",
    "Conditions",
    "CountRange",
    "Distinct",
    "Limit",
    "NoLosers",
    "PartnershipRule",
    "PlanConditions",
    "PlanRule",
    "Range",
    "Rule",
    "Violation",
    "active",
    "check",
    "parse",
]

R = TypeVar("R", bound=Rule)


def active(*tables: Mapping[str, Any]) -> dict[str, Any]:
    """Merge tables of rules, later ones winning key by key; `key = false` lifts a rule."""
    merged: dict[str, Any] = {}
    for table in tables:
        merged.update(table)
    return {key: value for key, value in merged.items() if value is not False}


def parse(table: Mapping[str, Any], kinds: Iterable[type[R]]) -> tuple[R, ...]:
    """Return the rules of `kinds` that a checked table holds; other keys are passed over."""
    return tuple(
        validate(kind, {key: table[key] for key in kind.keys() if key in table})
        for kind in kinds
        if any(key in table for key in kind.started_by())
    )


def check(
    table: Mapping[str, Any],
    *,
    file: str,
    prefix: str,
    kinds: Iterable[type[Rule]],
    towns: Iterable[str],
    services: Iterable[str],
    forms: Iterable[str],
) -> Iterator[Fault]:
    """Yield everything wrong with a table of rules: unknown keys, values, names.

    `prefix` is the table's dotted name in `file`; `kinds` are the rules allowed in it.
    """
    kinds = tuple(kinds)
    known = [key for kind in kinds for key in kind.keys()]
    elsewhere = {key for kind in (*PARTNERSHIP_RULES, *PLAN_RULES) for key in kind.keys()}
    table = {key: value for key, value in table.items() if value is not False or key not in known}
    for key in table:
        if key in known:
            continue
        near = difflib.get_close_matches(key, known, 1)
        if key in elsewhere:
            remedy = T("It is a rule for the whole plan: put it into [rules] of instance.toml.")
        elif near:
            remedy = T("Did you mean {near}?", near=repr(near[0]))
        else:
            remedy = T("Known rules are {known}.", known=", ".join(known))
        yield Fault(file, T("Unknown rule."), remedy, column=f"{prefix}.{key}")
    for kind in kinds:
        mine = {key: table[key] for key in kind.keys() if key in table}
        if not mine:
            continue
        if not any(key in mine for key in kind.started_by()):
            yield Fault(
                file,
                T("This key belongs to the rule {rule}, which is missing.", rule=kind.keys()[0]),
                T("Add {rule} or delete the key.", rule=kind.keys()[0]),
                column=f"{prefix}.{next(iter(mine))}",
            )
            continue
        wrong = list(faults_of(kind, mine, file=file, prefix=prefix))
        yield from wrong
        if not wrong:
            yield from _unknown_names(kind, mine, file, prefix, towns, services, forms)


def _unknown_names(
    kind: type[Rule],
    mine: Mapping[str, Any],
    file: str,
    prefix: str,
    towns: Iterable[str],
    services: Iterable[str],
    forms: Iterable[str],
) -> Iterator[Fault]:
    """Yield the names in a rule that the instance does not have."""
    wanted = [
        *((key, set(towns), T("municipality")) for key in kind.town_keys),
        *((key, set(services), T("service")) for key in kind.service_keys),
        ("legal_forms", set(forms), T("legal form")),
        ("limit", set(CRITERIA), T("criterion")),
    ]
    for key, known, what in wanted:
        if key not in mine:
            continue
        for name in _strings(mine[key]):
            if name in known:
                continue
            near = difflib.get_close_matches(name, sorted(known), 1)
            padded = name.isdigit() and f"0{name}" in known
            yield Fault(
                file,
                T("There is no {what} of this name in the instance.", what=what),
                T("A leading zero seems lost: write {near}.", near=repr(f"0{name}"))
                if padded
                else T("Did you mean {near}?", near=repr(near[0]))
                if near
                else T("Correct the name or delete it."),
                column=f"{prefix}.{key}",
                value=name,
            )
        if key in ("apart", "together"):
            for pair in mine[key]:
                if len(set(pair)) < len(pair):
                    yield Fault(
                        file,
                        T("A municipality is paired with itself."),
                        T("Name two different municipalities or delete the pair."),
                        column=f"{prefix}.{key}",
                        value=str(pair[0]),
                    )


def _strings(value: Any) -> Iterator[str]:
    """Yield the names in a value: a string, lists of them, or the keys of a table."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _strings(part)
