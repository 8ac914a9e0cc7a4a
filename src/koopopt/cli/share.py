"""`koopopt share`: who pays what of each partnership of a plan, and who would leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from koopopt.cli import documents
from koopopt.cli.command import command, option
from koopopt.cli.output import deliver, page, say, say_json, tell
from koopopt.cli.plans import TABLE, broken, chosen
from koopopt.cli.running import NotWorkedOutError, read, unseen
from koopopt.cli.sources import json_option, plan_options, travel_option
from koopopt.cli.types import NumberOption, PlaceOption, SourceOption, Target
from koopopt.errors import Fault, UsageError
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.instance import Instance
    from koopopt.games.core import Core
    from koopopt.report.values.blocks import Block
    from koopopt.report.values.payments import Shared
    from koopopt.sharing.allocation import Allocation, Payment

Shows = Callable[["Fraction | int | None"], float | None]
"""Shows an amount: as EUR, or as it is."""
OF_STATUTES: Final = "de"
"""Language of what statutes of municipal partnerships say."""


@command(
    "share", text=T("Say who pays what of each partnership, under which key, and who would leave.")
)
@click.argument("source", metavar="[SOURCE]", type=SourceOption(), required=False)
@option(
    "--key",
    "keys",
    multiple=True,
    metavar="KEY",
    text=T(
        "population, demand, equal, alone, scrb, shapley, nucleolus, weight (see --weights), or"
        " two parts as 30%equal+population. Can be repeated; all but two parts unless said."
    ),
)
@plan_options
@option(
    "--weights",
    type=PlaceOption(),
    metavar="FILE.csv",
    text=T("Own weights for the key weight: a table with the columns municipality and weight."),
)
@travel_option
@option(
    "--game",
    type=SourceOption(),
    metavar="FILE.json",
    text=T("Share a game of any players instead of a run or a front."),
)
@option(
    "--levy",
    metavar="KEY",
    text=T("Instead draft what statutes say of a levy by this key, with its figures; in German."),
)
@option(
    "--time-limit",
    type=NumberOption(open_=True),
    metavar="SECONDS",
    text=T("Stop after so many seconds."),
)
@json_option
@option(
    "--out",
    "outputs",
    type=Target(),
    multiple=True,
    metavar="FILE",
    text=T("What to write, by its ending: .md or .txt, what is printed otherwise; .csv, a table of"
           " all shares. Can be repeated."),
)  # fmt: skip
def share(
    lang: str,
    source: Path | None,
    keys: tuple[str, ...],
    plan: int | None,
    instance: str | None,
    weights: Path | None,
    value_of_travel: float,
    game: Path | None,
    levy: str | None,
    time_limit: float | None,
    as_json: bool,
    outputs: tuple[Path, ...],
) -> int:
    """Read a plan, share its costs, show and write; or the same of a game."""
    if game is not None:
        if name := _given(
            ("SOURCE", source),
            ("--plan", plan),
            ("--instance", instance),
            ("--weights", weights),
            ("--value-of-travel", value_of_travel or None),
            ("--levy", levy),
            ("--out", outputs or None),
        ):
            raise UsageError(T("--game stands alone; leave out {option}.", option=name))
        return _game(lang, game, keys, time_limit, as_json)
    if source is None:
        raise UsageError(T("Give a run, a front or a plan, or a game: --game FILE.json."))
    if levy is not None and (
        name := _given(
            ("--key", keys or None),
            ("--json", as_json or None),
            ("--value-of-travel", value_of_travel or None),
        )
    ):
        raise UsageError(T("--levy drafts a text by one key; leave out {option}.", option=name))
    from koopopt.case.shares import WEIGHT
    from koopopt.exact import fraction
    from koopopt.report.values.payments import Shared
    from koopopt.sharing.allocation import allocations
    from koopopt.sharing.keys import KEYS, Key
    from koopopt.storage import reading
    from koopopt.storage.spared import spare

    documents.check(outputs, documents.TEXTS if levy is not None else (*documents.TEXTS, TABLE))
    spare([*reading.files_of(source), instance, weights], files=outputs)
    named = dict.fromkeys((levy,) if levy is not None else keys)
    if weights is None:  # an unknown key is told before anything is read
        asked = [Key.parse(key) for key in named or KEYS]
    evaluation = read(lambda: chosen(source, instance, plan, lang), unseen, time_limit)
    problem = evaluation.problem
    if weights is not None:
        given = _weights(weights, problem.instance, lang)
        asked = [Key.parse(key, given) for key in named or (*KEYS, WEIGHT)]
    value = fraction(value_of_travel)
    found = read(
        lambda: allocations(problem, evaluation.plan, asked, value),
        unseen, time_limit, NotWorkedOutError,
    )  # fmt: skip
    shared = Shared(problem, evaluation.plan, asked, found, broken(evaluation), value)
    ways = [
        partial(_write, shared, path, lang, levy is not None) for path in dict.fromkeys(outputs)
    ]
    if as_json:
        ways.append(partial(say_json, _all(shared)))
    elif not outputs:
        ways.append(partial(_print, shared, lang, levy is not None))
    deliver(*ways)
    return 0


def _given(*options: tuple[str, object]) -> str | None:
    """Return the name of the first option that was given, whose value is not None."""
    return next((name for name, value in options if value is not None), None)


def _print(shared: Shared, lang: str, levy: bool) -> None:
    from koopopt.report.terminal.blocks import render

    blocks, lang = _document(shared, lang, levy)
    say(render(blocks, page(lang)))


def _write(shared: Shared, path: Path, lang: str, levy: bool) -> None:
    """Write one file and say so."""
    from koopopt.report.values import payments
    from koopopt.storage import files

    if path.suffix.lower() == TABLE:
        files.replace_table(path, payments.columns(shared), payments.rows(shared))
    else:
        documents.write(path, *_document(shared, lang, levy))
    documents.tell(path, lang)


def _document(shared: Shared, lang: str, levy: bool) -> tuple[Iterator[Block], str]:
    """Return who pays what, or what statutes say of it, and the language that this is in."""
    from koopopt.report.values import levy as statutes
    from koopopt.report.values import payments

    if levy:
        return statutes.blocks(shared), OF_STATUTES
    return payments.blocks(shared), lang


def _game(
    lang: str, file: Path, keys: tuple[str, ...], time_limit: float | None, as_json: bool
) -> int:
    """Read a game, share it, show."""
    from koopopt.games.core import core
    from koopopt.games.standing import standing
    from koopopt.games.values import KEYS
    from koopopt.reading.games import read_game
    from koopopt.report.terminal import games
    from koopopt.sharing.allocation import MOST_BLOCKING

    for key in keys:
        if key not in KEYS:
            raise UsageError(
                T("A game has no key {name}; there are {known}.",
                  name=repr(key), known=", ".join(KEYS))
            )  # fmt: skip
    game = read(lambda: read_game(file), unseen, time_limit)
    found, known = read(
        lambda: ({key: standing(game, KEYS[key](game), MOST_BLOCKING)
                  for key in dict.fromkeys(keys or KEYS)}, core(game)),
        unseen, time_limit, NotWorkedOutError,
    )  # fmt: skip
    if not as_json:
        say(games.render(game, found, known, game.rational, page(lang)))
        return 0
    shares = {key: dict(zip(game.players, map(float, s.shares), strict=True))
              for key, s in found.items()}  # fmt: skip
    say_json({
        "kind": game.kind, "players": list(game.players), "keys": shares,
        "core": _core(known, _plain), "individually_rational": game.rational,
        "stability": {key: _standing(s.groups, s.excess, s.blocking, _plain)
                      for key, s in found.items()},
    })  # fmt: skip
    return 0


def _weights(file: Path, instance: Instance, lang: str) -> dict[str, Fraction]:
    from koopopt.reading.weights import read_weights

    notes: list[Fault] = []
    given = read_weights(file, instance, notes)
    tell(notes, lang)
    return given


def _plain(amount: Fraction | int | None) -> float | None:
    """Return an amount of a game, whose unit nobody knows."""
    return None if amount is None else float(amount)


def _standing(
    groups: int | None,
    excess: Fraction | int | None,
    blocking: Iterable[tuple[Sequence[str], Fraction | int]],
    shown: Shows,
) -> dict[str, Any]:
    """Return how shares stand: `excess` is the largest gain of a group that leaves."""
    return {
        "groups": groups,
        "excess": shown(excess),
        "blocking": [{"members": list(group), "gain": shown(gain)}
                     for group, gain in blocking],
    }  # fmt: skip


def _core(core: Core, shown: Shows) -> dict[str, Any]:
    """Return what is known of a core; `blocking` are groups of which one objects to any shares."""
    gain = shown(core.excess)
    return {
        "empty": core.empty,
        "excess": gain,
        "subsidy": shown(core.subsidy),
        "blocking": [{"members": list(group), "gain": gain} for group in core.objecting],
    }


def _all(shared: Shared) -> dict[str, Any]:
    from koopopt.case.facts import euros

    borne = bool(shared.value)
    return {
        "instance": shared.problem.instance.name,
        **({"value_of_travel": float(shared.value)} if borne else {}),
        "partnerships": [_object(a, borne=borne) for a in shared.found],
        "municipalities": [
            {"municipality": m.municipality,
             "pays": {name: euros(cents) for name, cents in m.pays.items()},
             "cheapest": [key.name for key in m.cheapest]}
            for m in shared.suiting
        ],
    }  # fmt: skip


def _object(a: Allocation, *, borne: bool) -> dict[str, Any]:
    """Return one partnership; what is borne where own travel has a value."""
    from koopopt.case.facts import euros

    def by_member(cents: Sequence[int]) -> dict[str, float]:
        return {i: euros(c) for i, c in zip(a.members, cents, strict=True)}

    def stands(payment: Payment) -> dict[str, Any]:
        groups = [(b.members, b.gain) for b in payment.blocking]
        return _standing(payment.groups, payment.excess, groups, euros)

    p = a.partnership
    burdens = {
        "travel": by_member(a.travel), "burdens_alone": by_member(a.borne_alone),
        "burdens": {name: by_member(a.borne(paid)) for name, paid in a.payments.items()},
        "worse_off": {name: {i: euros(c) for i, c in a.worse_off(paid).items()}
                      for name, paid in a.payments.items()},
    }  # fmt: skip
    return {
        "service": p.service, "seat": p.seat, "legal_form": p.legal_form,
        "players": list(a.members), "cost": euros(a.cost), "office": euros(a.office),
        "alone": by_member(a.alone),
        "keys": {name: by_member(paid.cents) for name, paid in a.payments.items()},
        "offices": {name: by_member(paid.office) for name, paid in a.payments.items()},
        "today": {
            name: None if paid.today is None else by_member(paid.today)
            for name, paid in a.payments.items()
        },
        "core": _core(a.core, euros),
        "individually_rational": a.rational,
        "stability": {name: stands(paid) for name, paid in a.payments.items()},
        "fairest": {"key": a.fairest.name, "largest_loss": max(0.0, euros(a.fairest_loss))},
        **(burdens if borne else {}),
    }  # fmt: skip
