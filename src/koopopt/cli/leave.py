"""`koopopt leave`: what follows if a municipality leaves, and how it could join others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from koopopt.cli.command import command, option
from koopopt.cli.output import page, say, say_json
from koopopt.cli.plans import chosen, newly_broken, texts, town_of
from koopopt.cli.running import NotWorkedOutError, read, unseen
from koopopt.cli.sources import json_option, plan_options, source_argument, travel_option
from koopopt.cli.types import NumberOption, PlaceOption
from koopopt.errors import UsageError
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.sharing.leaving import Departure, Prospect, Round, Terms


@command(
    "leave",
    text=T("Say what follows if a municipality leaves, and on what terms it could join others."),
)
@source_argument
@click.argument("municipality", metavar="MUNICIPALITY", type=PlaceOption(str))
@option(
    "--service",
    "services",
    multiple=True,
    metavar="NAME",
    text=T("Only this service. Can be repeated."),
)
@option(
    "--key",
    default="demand",
    metavar="KEY",
    text=T("By what costs are shared: demand unless said; as `koopopt share` knows them."),
)
@travel_option
@plan_options
@option(
    "--time-limit",
    type=NumberOption(open_=True),
    metavar="SECONDS",
    text=T("Stop after so many seconds."),
)
@json_option
def leave(
    lang: str,
    source: Path,
    municipality: str,
    services: tuple[str, ...],
    key: str,
    value_of_travel: float,
    plan: int | None,
    instance: str | None,
    time_limit: float | None,
    as_json: bool,
) -> int:
    """Read a plan, work out what follows, show."""
    from koopopt.exact import fraction
    from koopopt.report.terminal import leaving
    from koopopt.sharing.keys import Key
    from koopopt.sharing.leaving import prospects

    asked, value = Key.parse(key), fraction(value_of_travel)
    evaluation = read(lambda: chosen(source, instance, plan, lang), unseen, time_limit)
    problem = evaluation.problem
    town = town_of(problem, municipality)
    known = problem.facts.service_index
    for name in services:
        if name not in known:
            raise UsageError(
                T("There is no service {name}; there are {known}.", name=repr(name),
                  known=", ".join(known))
            )  # fmt: skip

    def work(services: list[int]) -> list[Prospect]:
        breaks = newly_broken(problem, evaluation.plan)
        plan = evaluation.plan
        return [prospects(problem, s, asked, plan, town, breaks, value) for s in services]

    numbers = [known[name] for name in dict.fromkeys(services)] or list(known.values())
    told = read(lambda: work(numbers), unseen, time_limit, NotWorkedOutError)
    if as_json:
        counted = {"value_of_travel": value_of_travel} if value else {}
        say_json(
            {"instance": problem.instance.name, "municipality": town, "key": asked.name, **counted,
             "services": [_object(p, lang, borne=bool(value)) for p in told]}
        )  # fmt: skip
    else:
        say(leaving.render(problem, town, asked, told, page(lang), value))
    return 0


def _object(p: Prospect, lang: str, *, borne: bool) -> dict[str, Any]:
    """Return what it could do in a service; what is borne where own travel has a value."""
    from koopopt.case.facts import euros

    return {
        "service": p.service, "pays": euros(p.pays), **({"bears": euros(p.bears)} if borne else {}),
        "leaving": None if p.departure is None else _departure(p.departure, lang, borne=borne),
        "joining": [_terms(t, lang) for t in p.terms],
    }  # fmt: skip


def _departure(d: Departure, lang: str, *, borne: bool) -> dict[str, Any]:
    from koopopt.case.facts import euros

    def amounts(of: Departure | Round) -> dict[str, Any]:
        pays = {i: euros(cents) for i, cents in of.pays.items()}
        bears = {i: euros(cents) for i, cents in of.bears.items()}
        return {"pays": pays, "bears": bears} if borne else {"pays": pays}

    return {
        "members": list(d.pays), **amounts(d),
        "rounds": [
            {"leaves": r.leaves, "gains": euros(r.gains), "parts": [list(p) for p in r.parts],
             **amounts(r)}
            for r in d.rounds
        ],
        "followed": d.followed,
        "violations": texts(d.broken, lang), "violations_at_last": texts(d.broken_at_last, lang),
    }  # fmt: skip


def _terms(t: Terms, lang: str) -> dict[str, Any]:
    from koopopt.case.facts import euros

    p = t.partnership
    if t.cost is None:
        return {"seat": p.seat, "members": list(p.members), "allowed": False}
    return {
        "seat": p.seat, "members": list(p.members), "allowed": True, "agree": t.agree,
        "least": euros(t.least), "most": euros(t.most),
        "share": None if t.share is None else euros(t.share),
        "lose": list(t.lose), "violations": texts(t.broken, lang),
    }  # fmt: skip
