"""`koopopt whatif`: what changes would do to the best plan."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koopopt.cli import documents
from koopopt.cli.command import command, option
from koopopt.cli.effects import asking_options, effect_object, given, inquired, shown, told
from koopopt.cli.plans import town_of
from koopopt.cli.progress import Watch
from koopopt.cli.sources import instance_argument
from koopopt.errors import DataError, UsageError
from koopopt.language.hints import Names
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.plan import Plan
    from koopopt.inquiry.asking import Inquiry
    from koopopt.inquiry.changes import Change
    from koopopt.inquiry.whatif import WhatIf
    from koopopt.problem import Problem

Made = Callable[["Plan"], "Change"]
"""Makes a change of the best plan, once it is known."""


@command(
    "whatif",
    text=T(
        "Say what changes would do to the best plan; unless others are named: each municipality"
        " saying no to each partnership."
    ),
)
@instance_argument
@option(
    "--no",
    "refused",
    multiple=True,
    metavar="SERVICE:TOWN",
    text=T("A municipality says no to a service. Can be repeated, as all that follow."),
)
@option(
    "--apart",
    multiple=True,
    metavar="[SERVICE:]A,B",
    text=T("Two municipalities are never in one partnership."),
)
@option(
    "--together",
    multiple=True,
    metavar="[SERVICE:]A,B",
    text=T("Two municipalities are always in one partnership."),
)
@option(
    "--seat",
    "seats",
    multiple=True,
    metavar="SERVICE:TOWN=SEAT",
    text=T("The partnership of a municipality keeps its members and is seated elsewhere."),
)
@option(
    "--keep",
    "kept",
    multiple=True,
    metavar="SERVICE[:TOWN]",
    text=T("The partnership of a municipality, or all of a service, stay as they are."),
)
@option(
    "--set",
    "settings",
    multiple=True,
    metavar="PLACE=VALUE",
    text=T(
        "Another value, as TOML writes it: rules.max_members=6,"
        " services.water.rules.max_minutes=25, weights.travel=20, limits.cost=21000000,"
        " legal_forms.agreement.min_members=3; false lifts a rule, a limit or a condition."
    ),
)
@option("--at-once", is_flag=True, text=T("All of it at once, instead of each by itself."))
@asking_options
def whatif(
    lang: str,
    *,
    instance: str,
    refused: tuple[str, ...],
    apart: tuple[str, ...],
    together: tuple[str, ...],
    seats: tuple[str, ...],
    kept: tuple[str, ...],
    settings: tuple[str, ...],
    at_once: bool,
    weights: dict[str, float],
    limits: dict[str, float],
    workers: int,
    time_limit: float | None,
    memory: int | None,
    as_json: bool,
    outputs: tuple[Path, ...],
    quiet: bool,
) -> int:
    """Read, solve with and without each change, show."""
    from koopopt.inquiry.tables import WhatIfs
    from koopopt.report.values.answers import whatif as words

    def table(w: WhatIf, plan: Plan) -> dict[str, Any]:
        return {
            "kind": w.change.kind, "text": w.change.text.render(lang),
            "service": w.change.service, "members": list(w.change.members),
            "anew": effect_object(w.county, plan, lang),
            "rest_stays": effect_object(w.close, plan, lang),
        }  # fmt: skip

    documents.demand(outputs, [instance])
    with Watch(lang, quiet) as watch:
        problem = given(instance, lang, weights, limits, watch, time_limit)
        made = [
            *(_refusal(problem, said) for said in refused),
            *(_pair(problem, said, "--apart") for said in apart),
            *(_pair(problem, said, "--together") for said in together),
            *(_seat(problem, said) for said in seats),
            *(_kept(problem, said) for said in kept),
            *(_setting(problem, said) for said in settings),
        ]

        def work(inquiry: Inquiry) -> WhatIfs:
            from koopopt.inquiry import changes
            from koopopt.inquiry.whatif import what_if

            plan = inquiry.best.plan
            assert plan is not None
            asked = [make(plan) for make in made]
            asked = asked if made else changes.refusals(problem.instance, plan)
            if at_once and len(asked) > 1:
                asked = [changes.at_once(asked)]
            return WhatIfs(inquiry.best, what_if(inquiry, asked, told(watch)))

        inquiry, found, stopped = inquired(
            problem, watch, work, workers=workers, time_limit=time_limit, memory=memory
        )
    return shown(inquiry, found, stopped, "changes", table, words.blocks,
                 T("What changes do to a plan"), lang, as_json, outputs)  # fmt: skip


def _refusal(problem: Problem, said: str) -> Made:
    from koopopt.inquiry.changes import says_no

    service, name = _parted(problem, said, "--no", T("SERVICE:TOWN"))
    town = town_of(problem, name)
    return lambda plan: says_no(problem.instance, plan, service, town)


def _pair(problem: Problem, said: str, where: str) -> Made:
    from koopopt.inquiry.changes import pair

    first, colon, rest = said.partition(":")
    service = _service(problem, first) if colon else None
    a, comma, b = (rest if colon else said).partition(",")
    if not comma:
        raise _misread(where, T("[SERVICE:]A,B"), said)
    towns = [town_of(problem, name.strip()) for name in (a, b)]
    if towns[0] == towns[1]:
        raise UsageError(
            T("{option}: {value} names one municipality twice.", option=where, value=repr(said))
        )
    change = pair(problem.instance, service, *towns, together=where == "--together")
    return lambda plan: change


def _seat(problem: Problem, said: str) -> Made:
    from koopopt.inquiry.changes import seated

    service, rest = _parted(problem, said, "--seat", T("SERVICE:TOWN=SEAT"))
    name, equals, seat = rest.partition("=")
    if not equals:
        raise _misread("--seat", T("SERVICE:TOWN=SEAT"), said)
    town, seat = town_of(problem, name.strip()), seat.strip()
    sites = [s for s in problem.instance.sites if s.service == service]
    place = next((s.id for s in sites if seat in (s.id, s.name)), None) or town_of(problem, seat)
    return lambda plan: seated(problem.instance, plan, service, town, place)


def _kept(problem: Problem, said: str) -> Made:
    from koopopt.inquiry.changes import keeping

    first, colon, name = said.partition(":")
    service = _service(problem, first)
    town = town_of(problem, name.strip()) if colon else None
    return lambda plan: keeping(problem.instance, plan, service, town)


def _setting(problem: Problem, said: str) -> Made:
    """Return the change of a value, which is checked at once as an instance's is.

    Raises
    ------
    UsageError, DataError
    """
    from koopopt.inquiry.changes import setting
    from koopopt.problem import Problem

    place, equals, value = said.partition("=")
    if not (equals and place.strip() and value.strip()):
        raise _misread("--set", T("PLACE=VALUE"), said)
    path: list[str] = []
    table: Any = _toml(f"{place} = 0", said)
    while isinstance(table, dict) and len(table) == 1:
        ((key, table),) = table.items()
        path.append(key)
    held = _toml(f"value = {value}", said)
    if set(held) != {"value"} or table != 0:
        raise _misread("--set", T("PLACE=VALUE"), said)
    change = setting(problem.instance, path, held["value"], said)
    try:
        Problem.of(change.edit(problem.instance))
    except DataError as error:
        raise DataError([replace(fault, file=f"--set {said}") for fault in error.faults]) from None
    return lambda plan: change


def _toml(text: str, said: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise _misread("--set", T("PLACE=VALUE"), said) from None


def _parted(problem: Problem, said: str, where: str, form: Any) -> tuple[str, str]:
    first, colon, rest = said.partition(":")
    if not colon:
        raise _misread(where, form, said)
    return _service(problem, first), rest.strip()


def _service(problem: Problem, name: str) -> str:
    known = Names(problem.facts.service_index)
    if name.strip() not in known:
        raise UsageError(
            T("There is no service {name}. {remedy}", name=repr(name), remedy=known.remedy(name))
        )
    return name.strip()


def _misread(where: str, form: Any, said: str) -> UsageError:
    return UsageError(
        T("{option} needs {form}, numbers and text as TOML writes them; given is {value}.",
          option=where, form=form, value=repr(said))
        if where == "--set"
        else T("{option} needs {form}; given is {value}.",
               option=where, form=form, value=repr(said))
    )  # fmt: skip
