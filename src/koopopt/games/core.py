"""The core: whether shares exist with which no group would gain by leaving, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from koopopt.games.game import Game
from koopopt.games.optimum import AllSets, Demands, optimum


@dataclass(frozen=True, slots=True)
class Core:
    """What is known of the core of a game; None where nothing is proven.

    Attributes
    ----------
    empty : bool or None
        Whether under any shares some group would gain by leaving.
    excess : Fraction or None
        What the group that objects most would gain, under the shares where that is least; not
        more than 0 where the core is not empty. None too where there is one player only.
    subsidy : Fraction or None
        The least money from outside with which shares in the core exist.
    objecting : tuple of tuple of str
        Where the core is empty: groups of which one gains at least `excess`, whatever the shares.
    """

    empty: bool | None
    excess: Fraction | None
    subsidy: Fraction | None
    objecting: tuple[tuple[str, ...], ...] = ()


def core(game: Game) -> Core:
    """Return what is known of the core (Bondareva 1963, Shapley 1967)."""
    if len(game.players) == 1:
        return Core(False, None, Fraction(0))
    worth = game.worth
    subsidy = least_subsidy(AllSets(worth, common=False), int(worth[-1]))
    most = optimum(AllSets(worth, common=True))
    excess = None if most is None else most.value
    objecting = () if most is None else tuple(
        game.some(mask) for mask in most.weights if 0 < mask < game.everybody
    )  # fmt: skip
    empty = is_empty(subsidy, excess)
    return Core(
        empty,
        None if excess is None else excess / game.per_one,
        None if subsidy is None else subsidy / game.per_one,
        objecting if empty else (),
    )


def least_subsidy(demands: Demands, total: int) -> Fraction | None:
    """Return what all players miss for the least sum that meets the demands of all groups."""
    found = optimum(demands)
    return None if found is None else max(Fraction(0), found.value - total)


def is_empty(subsidy: Fraction | None, excess: Fraction | None) -> bool | None:
    """Say whether a core is empty, by either proof; None where there is none."""
    if subsidy is not None:
        return subsidy > 0
    return None if excess is None else excess > 0
