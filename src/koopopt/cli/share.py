"""`koopopt share`: who pays what of each partnership of a run or a front, and who would leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from koopopt.cli.command import command, option
from koopopt.cli.output import page, say, say_json, tell
from koopopt.cli.plans import chosen
from koopopt.cli.sources import plan_options
from koopopt.cli.types import PlaceOption, SourceOption
from koopopt.errors import Fault, UsageError
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.instance import Instance
    from koopopt.games.core import Core
    from koopopt.sharing.allocation import Allocation, Payment


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
@option(
    "--game",
    type=SourceOption(),
    metavar="FILE.json",
    text=T("Share a game of any players instead of a run or a front."),
)
@option("--json", "as_json", is_flag=True, text=T("Print the result as one JSON object."))
def share(
    lang: str,
    source: Path | None,
    keys: tuple[str, ...],
    plan: int | None,
    instance: str | None,
    weights: Path | None,
    game: Path | None,
    as_json: bool,
) -> int:
    """Read a run or a front, share the costs of one of its plans, show; or the same of a game."""
    if game is not None:
        for name, value in (("SOURCE", source), ("--plan", plan), ("--instance", instance),
                            ("--weights", weights)):  # fmt: skip
            if value is not None:
                raise UsageError(T("--game stands alone; leave out {option}.", option=name))
        return _game(lang, game, keys, as_json)
    if source is None:
        raise UsageError(T("Give a run, a front or a plan, or a game: --game FILE.json."))
    from koopopt.report.terminal import shares
    from koopopt.sharing.allocation import allocations
    from koopopt.sharing.keys import KEYS, WEIGHT, Key

    if weights is None:  # an unknown key is told before anything is read
        asked = [Key.parse(key) for key in dict.fromkeys(keys or KEYS)]
    evaluation = chosen(source, instance, plan, lang)
    if weights is not None:
        given = _weights(weights, evaluation.problem.instance, lang)
        asked = [Key.parse(key, given) for key in dict.fromkeys(keys or (*KEYS, WEIGHT))]
    found = allocations(evaluation.problem, evaluation.plan, asked)
    if as_json:
        named = evaluation.problem.instance.name
        say_json({"instance": named, "partnerships": [_object(a) for a in found]})
    else:
        say(shares.render(evaluation.problem, found, page(lang)))
    return 0


def _game(lang: str, file: Path, keys: tuple[str, ...], as_json: bool) -> int:
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
    game = read_game(file)
    found = {key: standing(game, KEYS[key](game), MOST_BLOCKING)
             for key in dict.fromkeys(keys or KEYS)}  # fmt: skip
    known = core(game)
    if not as_json:
        say(games.render(game, found, known, game.rational, page(lang)))
        return 0
    shares = {key: dict(zip(game.players, map(float, s.shares), strict=True))
              for key, s in found.items()}  # fmt: skip
    say_json({
        "kind": game.kind, "players": list(game.players), "keys": shares,
        "core": _core(known, 1), "individually_rational": game.rational,
        "stability": {key: _standing(s.groups, s.excess, s.blocking, 1)
                      for key, s in found.items()},
    })  # fmt: skip
    return 0


def _weights(file: Path, instance: Instance, lang: str) -> dict[str, Fraction]:
    from koopopt.reading.weights import read_weights

    notes: list[Fault] = []
    given = read_weights(file, instance, notes)
    tell(notes, lang)
    return given


def _amount(amount: Fraction | int | None, per_one: int) -> float | None:
    return None if amount is None else float(Fraction(amount) / per_one)


def _standing(
    groups: int | None,
    excess: Fraction | int | None,
    blocking: Iterable[tuple[Sequence[str], Fraction | int]],
    per_one: int,
) -> dict[str, Any]:
    """Return how shares stand: `excess` is the largest gain of a group that leaves."""
    return {
        "groups": groups,
        "excess": _amount(excess, per_one),
        "blocking": [{"members": list(group), "gain": _amount(gain, per_one)}
                     for group, gain in blocking],
    }  # fmt: skip


def _core(core: Core, per_one: int) -> dict[str, Any]:
    """Return what is known of a core; `blocking` are groups of which one objects to any shares."""
    gain = _amount(core.excess, per_one)
    return {
        "empty": core.empty,
        "excess": gain,
        "subsidy": _amount(core.subsidy, per_one),
        "blocking": [{"members": list(group), "gain": gain} for group in core.objecting],
    }


def _object(a: Allocation) -> dict[str, Any]:
    from koopopt.case.facts import CENTS_PER_EURO
    from koopopt.sharing.allocation import euros

    def by_member(cents: Sequence[int]) -> dict[str, float]:
        return {i: euros(c) for i, c in zip(a.members, cents, strict=True)}

    def stands(payment: Payment) -> dict[str, Any]:
        groups = [(b.members, b.gain) for b in payment.blocking]
        return _standing(payment.groups, payment.excess, groups, CENTS_PER_EURO)

    p = a.partnership
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
        "core": _core(a.core, CENTS_PER_EURO),
        "individually_rational": a.rational,
        "stability": {name: stands(paid) for name, paid in a.payments.items()},
        "fairest": {"key": a.fairest.name, "largest_loss": max(0.0, euros(a.fairest_loss))},
    }  # fmt: skip
