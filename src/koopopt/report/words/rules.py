"""The rules of a problem in words that a council understands, each with its value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from koopopt.case.library import ServiceModel
from koopopt.criteria import criterion
from koopopt.exact import fraction
from koopopt.problem import Problem, rule_tables
from koopopt.rules.titles import titles
from koopopt.text import T, Text


def named(problem: Problem) -> list[Text]:
    """Return the rules in force, those of one service with its title."""
    names = titles()
    for_plan, by_service = rule_tables(problem.instance)
    shared = [key for key in names if by_service and _same(table.get(key) for table in by_service)]
    found = [_said(names[key], key, by_service[0][key]) for key in shared]
    for service, table in zip(problem.instance.services, by_service, strict=True):
        found += [
            Text(
                "{service}: {rule}",
                {"service": service.title, "rule": _said(names[key], key, table[key])},
            )
            for key in names
            if key in table and key not in shared
        ]
    found += [_said(names[key], key, for_plan[key]) for key in names if key in for_plan]
    limits = problem.limits
    return found + [
        T("{criterion} at most {value}", criterion=criterion(name).title, value=float(value))
        for name, value in limits.items()
    ]


def of_service(service: ServiceModel) -> list[Text]:
    """Return the rules that a service model and its overrides set for it alone."""
    names = titles()
    return [_said(names[key], key, service.rules[key]) for key in names if service.rules.get(key)]


def _same(values: Iterable[Any]) -> bool:
    """Whether a rule holds for every service alike."""
    all_ = list(values)
    return all_[0] is not None and all(value == all_[0] for value in all_)


def _said(name: Text, key: str, value: Any) -> Text:
    """Return a rule; with its value where that is a number."""
    if key == "forbid_alone" and value is not True:
        return T("certain municipalities not alone")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return name
    if key == "min_saving":
        percent = float(100 * fraction(value))
        return Text("{rule} ({percent} %)", {"rule": name, "percent": percent})
    return Text("{rule} ({value})", {"rule": name, "value": float(value)})
