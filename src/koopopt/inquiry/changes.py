"""What can be changed of a case, as councils ask: who says no, with whom, seated where.

A change edits the instance (its rules, weights and limits) or fixes partnerships of the plan; many
can be made one (`at_once`). Rules are only added to what the instance asks, so that all changes
but `setting` ask more than before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from koopopt.case.instance import Instance
from koopopt.case.library import LegalForm
from koopopt.case.plan import Partnership, Plan
from koopopt.checking.request import amount, weight
from koopopt.criteria import criterion
from koopopt.errors import UsageError
from koopopt.inquiry.rules import with_capacities, with_forms
from koopopt.language.hints import Names
from koopopt.problem import rule_tables
from koopopt.rules.naming import FREE_FORM, lifting, of_site
from koopopt.text import T, Text

Edit = Callable[[Instance], Instance]
KINDS: Final = ("no", "apart", "together", "seat", "keep", "set", "several")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing, or several at once, that would be different.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    text : Text
        It in words.
    edit : callable
        Makes the changed instance.
    service : str or None
    members : tuple of str
        Whom it is about.
    fixed : tuple of Partnership
        Partnerships that the plan has to hold.
    kept : tuple of Partnership or None
        Those of the plan that stay as they are where as little as possible is rearranged; None
        where that is not asked.
    asks_more : bool
        Whether every plan that is allowed after it was allowed before.
    place : tuple of str
        Of the value that is set, if one is.
    """

    kind: str
    text: Text
    edit: Edit
    service: str | None = None
    members: tuple[str, ...] = ()
    fixed: tuple[Partnership, ...] = ()
    kept: tuple[Partnership, ...] | None = None
    asks_more: bool = True
    place: tuple[str, ...] = ()


def same(instance: Instance) -> Instance:
    """Change nothing."""
    return instance


def refusals(instance: Instance, plan: Plan) -> list[Change]:
    """Return the change for every membership of a plan that its municipality says no to it."""
    return [
        says_no(instance, plan, p.service, town) for p in plan.pooled for town in p.members
    ]  # fmt: skip


def says_no(instance: Instance, plan: Plan, service: str, town: str) -> Change:
    """Return the change that a municipality has to be alone in a service.

    As little as possible is rearranged where only the partnership that it leaves is: its other
    members may go together in any way that the rules allow, all others keep members and seat.
    """
    left = _of(plan, service, town)
    text = T("{name} says no to {service}", name=_town(instance, town),
             service=_service(instance, service))  # fmt: skip
    return Change(
        "no", text, lambda i: with_entry(i, service, "alone", town), service, (town,),
        kept=tuple(p for p in plan.partnerships if p != left),
    )  # fmt: skip


def pair(instance: Instance, service: str | None, a: str, b: str, *, together: bool) -> Change:
    """Return the change that two municipalities share their partnership of a service, or do not.

    Without a service it is about all of them.
    """
    key = "together" if together else "apart"
    every = [model.id for model in instance.services]
    names: dict[str, Any] = {"a": _town(instance, a), "b": _town(instance, b)}

    def edit(instance: Instance) -> Instance:
        for name in every if service is None else [service]:
            instance = with_entry(instance, name, key, (a, b))
        return instance

    if service is not None:
        names["service"] = _service(instance, service)
        text = (
            T("{a} and {b} together: {service}", **names)
            if together
            else T("{a} and {b} apart: {service}", **names)
        )
    elif together:
        text = T("{a} and {b} together in everything", **names)
    else:
        text = T("{a} and {b} apart in everything", **names)
    return Change(key, text, edit, service, (a, b))


def seated(instance: Instance, plan: Plan, service: str, town: str, seat: str) -> Change:
    """Return the change that the partnership of a municipality keeps its members at another seat.

    As little as possible is rearranged where all other partnerships stay as they are.
    """
    moved = _of(plan, service, town)
    fixed = replace(moved, seat=seat)
    text = T("{service}: {members} seated in {seat}", service=_service(instance, service),
             members=_towns(instance, moved.members), seat=_place(instance, seat))  # fmt: skip
    others = tuple(p for p in plan.partnerships if p != moved)
    return Change("seat", text, same, service, moved.members, (fixed,), others)


def keeping(instance: Instance, plan: Plan, service: str, town: str | None = None) -> Change:
    """Return the change that the partnership of a municipality, or all of a service, stay."""
    if town is None:
        fixed = plan.of(service)
        text = T("{service} stays as it is", service=_service(instance, service))
        return Change("keep", text, same, service, (), fixed)
    own = _of(plan, service, town)
    text = T("{service}: {members} stays as it is", service=_service(instance, service),
             members=_towns(instance, own.members))  # fmt: skip
    return Change("keep", text, same, service, own.members, (own,))


def setting(instance: Instance, path: Sequence[str], value: Any, said: str) -> Change:
    """Return the change of a value by its place, such as ``rules.max_members``.

    Places are the names of rules (`koopopt.rules.naming`), also with keys of tables in them
    (``rules.max_bodies.water``), and ``weights.CRITERION``; `said` is the change as it was written.
    A value False lifts a rule or a limit.

    Raises
    ------
    UsageError
        Where there is no such place, or the value cannot be meant.
    """
    match list(path):
        case ["rules", *keys] if keys:
            edit = _in_rules(keys, value)
        case ["services", name, "rules", *keys] if keys:
            _demand(name, (s.id for s in instance.services), _no_service)
            edit = _in_service(name, keys, value)
        case ["weights", name]:
            criterion(name)
            weight(T("The weight of {name}", name=name), value)

            def edit(i: Instance) -> Instance:
                return replace(i, weights={**i.weights, name: value})
        case ["limits", name]:
            criterion(name)
            if isinstance(value, float) and not math.isfinite(value):
                amount(T("The limit on {name}", name=name), value, -math.inf)
            edit = _limited(name, value)
        case ["legal_forms", name, *keys] if keys:
            _demand(name, (form.id for form in instance.legal_forms), _no_form)
            form = next(form for form in instance.legal_forms if form.id == name)
            edit = _in_form(form, keys, value)
        case ["sites", site, service, "capacity"]:
            known = (f"{s.id}.{s.service}" for s in instance.sites)
            _demand(f"{site}.{service}", known, _no_site)
            edit = _at_site(site, service, value)
        case _:
            raise _no_place(path)
    return Change("set", Text("{said}", {"said": said}), edit, asks_more=False, place=tuple(path))


def _no_place(path: Sequence[str]) -> UsageError:
    return UsageError(
        T("{path} cannot be changed here. Known are rules.KEY, services.NAME.rules.KEY,"
          " legal_forms.NAME.KEY, sites.ID.SERVICE.capacity, weights.CRITERION and"
          " limits.CRITERION.", path=repr(".".join(path)))
    )  # fmt: skip


def _demand(name: str, names: Iterable[str], missing: Callable[[str, Text], Text]) -> None:
    """Raise `UsageError` where there is nothing of this name."""
    known = Names(names)
    if name not in known:
        raise UsageError(missing(repr(name), known.remedy(name)))


def _no_service(name: str, remedy: Text) -> Text:
    return T("There is no service {name}. {remedy}", name=name, remedy=remedy)


def _no_form(name: str, remedy: Text) -> Text:
    return T("There is no legal form {name}. {remedy}", name=name, remedy=remedy)


def _no_site(name: str, remedy: Text) -> Text:
    return T("There is no site {name}. {remedy}", name=name, remedy=remedy)


def _in_rules(keys: Sequence[str], value: Any) -> Edit:
    return lambda i: replace(i, rules=_ruled(i.rules, keys, value))


def _in_service(name: str, keys: Sequence[str], value: Any) -> Edit:
    def edit(i: Instance) -> Instance:
        services = (
            replace(s, rules=_ruled(s.rules, keys, value)) if s.id == name else s
            for s in i.services
        )
        return replace(i, services=tuple(services))

    return edit


def _ruled(table: Mapping[str, Any], keys: Sequence[str], value: Any) -> dict[str, Any]:
    """Return a table of rules with a value in it, and without what lifting it leaves alone."""
    return _put({**table, **lifting(keys, value)}, keys, value)


def _limited(name: str, value: Any) -> Edit:
    def edit(i: Instance) -> Instance:
        limits = _put(i.rules.get("limit") or {}, [name], value)
        kept = {k: v for k, v in limits.items() if v is not False}
        return replace(i, rules={**i.rules, "limit": kept})

    return edit


def _in_form(form: LegalForm, keys: Sequence[str], value: Any) -> Edit:
    """Return what gives a condition of a legal form another value; False lifts it."""
    key, lifts = keys[0], value is False
    votes = list(keys) in (["votes"], ["votes", "max_share"])
    if key not in FREE_FORM or (len(keys) > 1 and not votes):
        raise _no_place(["legal_forms", form.id, *keys])
    new = FREE_FORM[key] if lifts else tuple(value) if isinstance(value, list) else value
    if votes and not lifts:
        if form.votes is None or len(keys) == 1:
            raise _no_place(["legal_forms", form.id, *keys])
        new = replace(form.votes, max_share=value)
    return lambda i: with_forms(i, {form.id: {key: new}})


def _at_site(site: str, service: str, value: Any) -> Edit:
    new = None if value is False else value
    return lambda i: with_capacities(i, {of_site(site, service): new})


def at_once(changes: Sequence[Change]) -> Change:
    """Return several changes as one; see `Change.kept` for what stays of each.

    Raises
    ------
    UsageError
        Where two of them give one place different values.
    """
    places = [change.place for change in changes if change.place]
    twice = next((place for k, place in enumerate(places) if place in places[:k]), None)
    if twice is not None:
        raise UsageError(
            T("{place} is given two values, which cannot hold at once.", place=".".join(twice))
        )

    def edit(instance: Instance) -> Instance:
        for change in changes:
            instance = change.edit(instance)
        return instance

    kept: tuple[Partnership, ...] | None = None
    if all(change.kept is not None for change in changes):
        kept = tuple(p for p in changes[0].kept or ()
                     if all(p in (change.kept or ()) for change in changes))  # fmt: skip
    text = changes[0].text
    for change in changes[1:]:
        text = T("{first}; {second}", first=text, second=change.text)
    return Change(
        "several", text, edit, None, tuple(dict.fromkeys(i for c in changes for i in c.members)),
        tuple(dict.fromkeys(p for c in changes for p in c.fixed)), kept,
        all(change.asks_more for change in changes),
    )  # fmt: skip


def with_entry(instance: Instance, service: str, key: str, entry: Any) -> Instance:
    """Return the instance with one entry more in the list of a rule, in one service."""
    _, tables = rule_tables(instance)
    services = []
    for model, table in zip(instance.services, tables, strict=True):
        if model.id == service:
            listed = [*table.get(key, ()), entry]
            model = replace(model, rules={**model.rules, key: listed})  # noqa: PLW2901
        services.append(model)
    return replace(instance, services=tuple(services))


def _put(table: Mapping[str, Any], keys: Sequence[str], value: Any) -> dict[str, Any]:
    """Return a table with a value at a place in it; tables on the way are made."""
    first, *rest = keys
    if rest:
        inner = table.get(first)
        value = _put(inner if isinstance(inner, Mapping) else {}, rest, value)
    return {**table, first: value}


def _of(plan: Plan, service: str, town: str) -> Partnership:
    """Return the partnership of a municipality in a service."""
    return next(p for p in plan.of(service) if town in p.members)


def _town(instance: Instance, town: str) -> str:
    return next(m.name for m in instance.municipalities if m.id == town)


def _place(instance: Instance, place: str) -> str:
    sites = {site.id: site.name for site in instance.sites}
    return sites[place] if place in sites else _town(instance, place)


def _towns(instance: Instance, towns: Iterable[str]) -> str:
    return ", ".join(_town(instance, town) for town in towns)


def _service(instance: Instance, service: str) -> Mapping[str, str]:
    return next(s.title for s in instance.services if s.id == service)
