"""A game on a terminal: what each player pays or gets under each key, and who objects."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from koopopt.games.core import Core
from koopopt.games.game import Game
from koopopt.games.standing import Standing
from koopopt.language.inert import on_line
from koopopt.report.terminal.page import Page
from koopopt.report.values.paying import core_said
from koopopt.sharing.keys import SHORT, TITLES
from koopopt.text import T, Text

MOST_DIGITS = 6
"""Decimals that are shown, at the most."""
LARGE = 10_000
"""Of whole values as large as this, decimals say nothing."""


def render(
    game: Game, found: Mapping[str, Standing], core: Core, rational: bool, page: Page
) -> str:
    """Return what each player pays or gets under each key, as text."""
    page.line(_title(game, page), "bold")
    page.table(
        [
            (T("Player"), "left"),
            (T("alone"), "right"),
            *((SHORT[key], "right") for key in found),
        ],
        (
            [on_line(player), _figure(page, game, game.amount(1 << k))]
            + [_figure(page, game, standing.shares[k]) for standing in found.values()]
            for k, player in enumerate(game.players)
        ),
    )
    page.gap()
    page.table(
        [(T("Key"), "left"), (T("groups better off"), "right"), (T("at most by"), "right")],
        ([page.words(TITLES[key]), page.figure(s.groups), _far(page, game, s)]
         for key, s in found.items()),
    )  # fmt: skip
    for key, standing in found.items():
        for group, gain in standing.blocking[:1]:
            said = T("{key}: without the others {members} would be better off by {gain}.",
                     key=TITLES[key], members=", ".join(map(on_line, group)),
                     gain=_figure(page, game, gain))  # fmt: skip
            page.line(said)
    for said in core_said(core, on_line, lambda amount: _text(page, game, amount)):
        page.line(said)
    if not rational:
        page.line(
            T("Under any shares some player is worse off than alone; the nucleolus is the best of"
              " all shares then (the prenucleolus).")
        )  # fmt: skip
    return page.text()


def _title(game: Game, page: Page) -> Text:
    whole, count = _figure(page, game, game.amount(game.everybody)), len(game.players)
    if game.kind == "cost":
        return T("{count} players, who pay {whole} together", count=count, whole=whole)
    return T("{count} players, who get {whole} together", count=count, whole=whole)


def _far(page: Page, game: Game, standing: Standing) -> str:
    return "–" if standing.excess is None else _figure(page, game, standing.excess)


def _figure(page: Page, game: Game, amount: Fraction) -> str:
    """Return an amount with the decimals that the values have; two where values are small."""
    small = abs(game.value).max() < LARGE * game.per_one
    digits = max(2 if small else 0, len(str(game.per_one)) - 1)
    return page.figure(float(amount), min(MOST_DIGITS, digits))


def _text(page: Page, game: Game, amount: Fraction) -> Text:
    return Text("{amount}", {"amount": _figure(page, game, amount)})
