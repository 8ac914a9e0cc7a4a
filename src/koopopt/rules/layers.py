"""Checking tables of rules: unknown keys, wrong values, names that the instance does not have.

A service is bound by several tables, in layers that win one over the other: `[rules]` of the
instance, the rules of the service model, the instance's `[service.X.rules]`. Each layer knows
where it stands, so that a fault names the true file and key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from koopopt.case.library import Sourced
from koopopt.checking.schema import absurd, faults_of
from koopopt.checking.unranged import RANGE, unranged_rule
from koopopt.criteria import CRITERIA
from koopopt.errors import Fault
from koopopt.language.hints import Names
from koopopt.plugins import blamed
from koopopt.rules.base import OTHERS, Rule
from koopopt.rules.kinds import DOOR, PARTNERSHIP_RULES, PLAN_RULES, REMARKS
from koopopt.text import T


@dataclass(frozen=True, slots=True)
class Layer:
    """A table of rules, and the file and dotted name under which it stands."""

    file: str
    prefix: str
    table: Mapping[str, Any]

    def place(self, key: str) -> str:
        """Return the dotted name of a key."""
        return f"{self.prefix}.{key}"


@dataclass(frozen=True, slots=True)
class Known:
    """The names that rules may use. None: they could not be read, so nothing is said of them."""

    towns: Names | None = None
    seats: Names | None = None
    """Municipalities and sites, where there are sites."""
    services: Names | None = None
    forms: Names | None = None
    central_places: Names | None = None
    criteria: Names = field(default_factory=lambda: Names(CRITERIA))


def active(*tables: Mapping[str, Any]) -> dict[str, Any]:
    """Merge tables of rules, later ones winning key by key; `key = false` lifts a rule."""
    merged: dict[str, Any] = {}
    for table in tables:
        merged.update(table)
    return {key: value for key, value in merged.items() if value is not False}


def keys_of(kinds: Iterable[type[Rule]]) -> list[str]:
    """Return all keys of these kinds of rules."""
    return list(chain.from_iterable(kind.keys() for kind in kinds))


def picked(kind: type[Rule], table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a table that belongs to a rule."""
    keys = kind.keys()
    return {key: table[key] for key in keys if key in table}


def check(shared: Layer, own: Sequence[Sequence[Layer]], known: Known) -> Iterator[Fault]:
    """Yield everything wrong with the rules of an instance.

    Parameters
    ----------
    shared : Layer
        The rules for the plan and for every service.
    own : sequence of sequences of Layer
        For each service its own layers, later ones winning.
    known : Known
    """
    wrong = [
        fault
        for layer in (shared, *chain.from_iterable(own))
        for fault in absurd(layer.table, file=layer.file, prefix=layer.prefix)
    ]
    if wrong:
        yield from wrong
        return
    everything: dict[str, Any] = {}
    for layers in own:
        merged = active(shared.table, *(layer.table for layer in layers))
        everything.update(merged)
        for layer in layers:
            yield from _check(layer, PARTNERSHIP_RULES, merged, known)
    both = (*PARTNERSHIP_RULES, *PLAN_RULES)
    yield from _check(shared, both, {**everything, **shared.table}, known)


def _check(
    layer: Layer, kinds: Sequence[type[Rule]], merged: Mapping[str, Any], known: Known
) -> Iterator[Fault]:
    """Yield the faults of one layer; `merged` are the rules that hold with all layers."""
    keys = keys_of(kinds)
    yield from _unknown_keys(layer, keys)
    remarks = {key: layer.table[key] for key in REMARKS if key in layer.table}
    yield from faults_of(Sourced, remarks, file=layer.file, prefix=layer.prefix)
    for kind in kinds:
        mine = {k: v for k, v in picked(kind, layer.table).items() if v is not False}
        if not mine:
            continue
        starts = [key for key in kind.started_by() if key in mine or key in merged]
        if not starts:
            yield Fault(
                layer.file,
                T("This key belongs to the rule {rule}, which is missing.", rule=kind.keys()[0]),
                T("Add {rule} or delete the key.", rule=kind.keys()[0]),
                column=layer.place(next(iter(mine))),
            )
            continue
        whole = {**picked(kind, merged), **mine}
        elsewhere = {layer.place(key) for key in whole.keys() - mine.keys()}
        with blamed(kind.keys()[0], DOOR.package(kind.keys()[0])):
            faults = list(faults_of(kind, whole, file=layer.file, prefix=layer.prefix))
        wrong = [fault for fault in faults if not elsewhere & set(_outwards(fault.column or ""))]
        yield from wrong or (*_texts(mine, layer), *_unknown_names(kind, mine, layer, known))


def _outwards(place: str) -> Iterator[str]:
    """Yield a dotted name and those of the tables and lists that it is in."""
    yield place
    for end in range(len(place) - 1, 0, -1):
        if place[end] in ".[":
            yield place[:end]


def _unknown_keys(layer: Layer, keys: Sequence[str]) -> Iterator[Fault]:
    plan_keys = keys_of(PLAN_RULES)
    names = Names(keys)
    for key in layer.table:
        if key in names or key in REMARKS:
            continue
        near = names.near(key)
        if key in plan_keys:
            remedy = T("It is a rule for the whole plan: put it into [rules] of instance.toml.")
        elif near is not None:
            remedy = T("Did you mean {near}?", near=repr(near))
        else:
            remedy = T("Known rules are {known}.", known=", ".join(keys))
        rule = T("Unknown rule.") if key not in plan_keys else T("This rule cannot stand here.")
        if key.endswith(RANGE) and (own := key.removesuffix(RANGE)) in {*keys, *plan_keys}:
            rule, remedy = unranged_rule(own), T("Delete it.")
        yield Fault(layer.file, rule, remedy, column=layer.place(key))


def _texts(mine: Mapping[str, Any], layer: Layer) -> Iterator[Fault]:
    """Yield limits that are text: types take it, since a fraction made in memory may be one."""
    for name, value in mine.get("limit", {}).items():
        if isinstance(value, str):
            rule = T("This must be {what}.", what=T("a number"))
            place = f"{layer.place('limit')}.{name}"
            yield Fault(layer.file, rule, T("Correct the value."), column=place, value=value)


def _unknown_names(
    kind: type[Rule], mine: Mapping[str, Any], layer: Layer, known: Known
) -> Iterator[Fault]:
    """Yield the names in a rule that the instance does not have."""
    seat = T("municipality") if known.seats is None else T("municipality or site")
    wanted = [
        *((key, known.towns, T("municipality")) for key in kind.town_keys),
        *((key, known.seats or known.towns, seat) for key in kind.seat_keys),
        *((key, known.services, T("service")) for key in kind.service_keys),
        ("legal_forms", known.forms, T("legal form")),
        ("limit", known.criteria, T("criterion")),
        ("central_places", known.central_places, T("kind of central place")),
    ]
    for key, names, what in wanted:
        if key not in mine or names is None:
            continue
        others = key in (*kind.town_keys, *kind.seat_keys) and isinstance(mine[key], Mapping)
        for name in _strings(mine[key]):
            if name not in names and not (others and name == OTHERS):
                yield Fault(
                    layer.file,
                    T("There is no {what} of this name in the instance.", what=what),
                    names.remedy(name),
                    column=layer.place(key),
                    value=name,
                )
    for key in ("apart", "together"):
        for pair in mine.get(key, ()):
            if len(set(pair)) < len(pair):
                yield Fault(
                    layer.file,
                    T("A municipality is paired with itself."),
                    T("Name two different municipalities or delete the pair."),
                    column=layer.place(key),
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
