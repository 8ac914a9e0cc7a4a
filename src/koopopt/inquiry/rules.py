"""The rules in force, one by one: where they hold, how they are left out, what the next step is.

A rule about partnerships is in force in a service, wherever it is written; so it is named once for
all services in which it is, and once for each. The conditions of legal forms count as rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from koopopt.case.instance import Instance
from koopopt.case.library import LegalForm
from koopopt.criteria import CRITERIA
from koopopt.inquiry.forms import FREE_FORM, with_forms
from koopopt.inquiry.notation import as_written, toml
from koopopt.problem import rule_tables
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES, PartnershipRule, Rule, active, parse
from koopopt.text import T, Text

Edit = Callable[[Instance], Instance]
TENTH: Final = 0.1
MINUTES: Final = 5.0


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule where it holds.

    Attributes
    ----------
    key : str
        The rule's key; of a condition of a legal form ``legal_forms.FORM.KEY``.
    words : str
        The rule as it is written.
    services : tuple of str
        The services in which it holds; empty where it is about the plan or a legal form.
    dropped : callable
        Makes the instance without it.
    step : (Text, callable) or None
        The next sensible value that asks less, and what makes the instance with it; None where
        the rule has no number.
    wider : int or None
        The number of the rule of which this one is a part: leaving that out leaves out this one.
    quick : int
        A rank: what is likely to be answered soonest is least.
    """

    key: str
    words: str
    services: tuple[str, ...]
    dropped: Edit
    step: tuple[Text, Edit] | None = None
    wider: int | None = None
    quick: int = 0


def in_force(instance: Instance) -> list[InForce]:
    """Return all rules in force, what is quick to answer first."""
    found = [*_of_plan(instance), *_of_forms(instance)]
    found.sort(key=lambda rule: rule.quick)
    for kind in PARTNERSHIP_RULES:
        found += _of_partnerships(instance, kind, len(found))
    return found


# -- numbers that ask less ---------------------------------------------------------------------

_COUNTS: Final = {
    "max_members": 1, "max_identity_areas": 1, "max_pooled": 1, "max_memberships": 1,
    "max_hosted": 1, "max_partner_seats": 1, "max_bodies": 1, "max_partnerships": 1,
    "min_members": -1, "min_bodies": -1, "min_partnerships": -1,
}  # fmt: skip
"""Counts, and by how much the next step differs."""
_SHARES: Final = {"tolerance": 0.01, "min_saving": -0.01, "max_share": 0.05}
_SIZES: Final = {"min_population": -TENTH, "max_population": TENTH, "max_demand": TENTH}


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
        new = round(min(1.0, max(0.0, value + _SHARES[key])), 9)
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


_NUMBER: Final = {"no_losers": "tolerance"}
"""The key that holds a rule's number, where it is not the rule's own."""


# -- rules about partnerships ------------------------------------------------------------------


def _of_partnerships(
    instance: Instance, kind: type[PartnershipRule], first: int
) -> Iterator[InForce]:
    """Yield a rule for all its services, then for each one if they are several."""
    _, tables = rule_tables(instance)
    rules = {
        s.id: rule
        for s, table in zip(instance.services, tables, strict=True)
        for rule in parse(table, (kind,))
    }
    if not rules:
        return
    shown = {as_written(rule) for rule in rules.values()}
    words = "; ".join(
        form
        if len(shown) == 1
        else f"{form} ({', '.join(s for s in rules if _is(rules[s], form))})"
        for form in dict.fromkeys(as_written(rule) for rule in rules.values())
    )
    yield _one(kind, words, rules, None)
    if len(rules) > 1:
        for service, rule in rules.items():
            yield _one(kind, as_written(rule), {service: rule}, first)


def _is(rule: Rule, words: str) -> bool:
    return as_written(rule) == words


def _one(
    kind: type[PartnershipRule], words: str, rules: Mapping[str, Rule], wider: int | None
) -> InForce:
    key = next(iter(rules.values())).name
    number, keys = _NUMBER.get(key, key), kind.keys()
    step = None
    values = {
        s: new
        for s, rule in rules.items()
        if number in keys and (new := _stepped(number, getattr(rule, number))) is not None
    }
    if values:

        def less(instance: Instance) -> Instance:
            return _in_services(instance, {s: {number: new} for s, new in values.items()})

        step = _said(number), less

    def without(instance: Instance) -> Instance:
        lifted = dict.fromkeys(keys, False)
        return _in_services(instance, dict.fromkeys(rules, lifted))

    return InForce(key, words, tuple(rules), without, step, wider, 2)


def _in_services(instance: Instance, changes: Mapping[str, Mapping[str, Any]]) -> Instance:
    """Return the instance with other entries in the rules of services; False lifts one.

    What is lifted is left out where the table of all services has no such entry.
    """
    services = tuple(
        replace(s, rules=_merged(s.rules, changes[s.id], instance.rules)) if s.id in changes else s
        for s in instance.services
    )
    return replace(instance, services=services)


def _merged(
    own: Mapping[str, Any], new: Mapping[str, Any], shared: Mapping[str, Any]
) -> dict[str, Any]:
    table = {**own, **new}
    lifted = {key for key, value in new.items() if value is False and key not in shared}
    return {key: value for key, value in table.items() if key not in lifted}


# -- rules about the plan ----------------------------------------------------------------------


def _of_plan(instance: Instance) -> Iterator[InForce]:
    for kind in PLAN_RULES:
        for rule in parse(active(rule_tables(instance)[0]), (kind,)):
            if rule.name == "limit":
                yield from _of_limits(instance)
                continue
            keys, key = kind.keys(), rule.name
            new = _stepped(key, getattr(rule, key))

            def without(i: Instance, keys: Sequence[str] = keys) -> Instance:
                return replace(i, rules={k: v for k, v in i.rules.items() if k not in keys})

            def less(i: Instance, key: str = key, new: Any = new) -> Instance:
                return replace(i, rules={**i.rules, key: new})

            step = None if new is None else (_said(key), less)
            yield InForce(key, as_written(rule), (), without, step, quick=0)


def _of_limits(instance: Instance) -> Iterator[InForce]:
    limits: Mapping[str, Any] = instance.rules["limit"]
    for name, value in limits.items():
        c = CRITERIA[name]
        if name == "farthest":
            said, new = T("5 minutes more"), value + MINUTES
        elif c.per_one == 1:
            said, new = T("one more"), value + 1
        else:
            said, new = T("1 % more"), value + abs(value) / 100

        def put(i: Instance, name: str = name, new: Any = new) -> Instance:
            return replace(i, rules={**i.rules, "limit": {**i.rules["limit"], name: new}})

        def without(i: Instance, name: str = name) -> Instance:
            kept = {k: v for k, v in i.rules["limit"].items() if k != name}
            return replace(i, rules={**i.rules, "limit": kept})

        step = None if new == value else (said, put)
        yield InForce(f"limit.{name}", f"limit.{name} = {toml(value)}", (), without, step, quick=0)


# -- conditions of legal forms -----------------------------------------------------------------


def _of_forms(instance: Instance) -> Iterator[InForce]:
    """Yield what each legal form asks of those who take it."""
    least = 1 if instance.sites else 2
    for form in instance.legal_forms:
        free = {**FREE_FORM, "min_members": min(least, form.min_members)}
        for key, value in free.items():
            now = getattr(form, key)
            if now == value:
                continue
            new, number = None, key
            if key == "votes":
                if form.votes is None or form.votes.max_share >= 1:
                    continue
                number, now = "max_share", form.votes.max_share
                share = _stepped(number, now)
                new = None if share is None else replace(form.votes, max_share=share)
            elif isinstance(now, int) and not isinstance(now, bool):
                new = _stepped(key, now)
            path = f"legal_forms.{form.id}.{key}" + (".max_share" if key == "votes" else "")
            step = None if new is None else (_said(number), _with_form(form, key, new))
            words = f"{path} = {toml(now)}"
            yield InForce(path, words, (), _with_form(form, key, value), step, quick=1)


def _with_form(form: LegalForm, key: str, value: Any) -> Edit:
    return lambda instance: with_forms(instance, {form.id: {key: value}})
