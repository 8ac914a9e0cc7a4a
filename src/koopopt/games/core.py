"""The core: whether shares exist with which no group would gain by leaving, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from koopopt.games.game import Game
from koopopt.games.optimum import AllSets, Optimum, optimum, optimum_at
from koopopt.linear import Ints


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


def core(game: Game, subsidy: Fraction | None = None) -> Core:
    """Return what is known of the core (Bondareva 1963, Shapley 1967).

    Parameters
    ----------
    game : Game
    subsidy : Fraction, optional
        The least subsidy, where it is known.
    """
    if len(game.players) == 1:
        return Core(False, None, Fraction(0))
    most = least_core(game.worth)
    if most is None:
        return Core(None, None, None)
    if most.value <= 0:
        return Core(False, most.value / game.per_one, Fraction(0))
    groups = tuple(game.some(mask) for mask in most.weights if 0 < mask < game.everybody)
    if subsidy is None and (lacking := _subsidy(game.worth, most)) is not None:
        subsidy = lacking / game.per_one
    return Core(True, most.value / game.per_one, subsidy, groups)


def least_core(worth: Ints, known: Sequence[int] = ()) -> Optimum | None:
    """Return the least that the set which gains most by leaving can gain, and shares; proven.

    Parameters
    ----------
    worth : (2^n,) int array
        Of two players or more.
    known : sequence of int, optional
        Sets that hindered a game much like this one.
    """
    return optimum(AllSets(worth), known) or by_library(worth)


def by_library(worth: Ints) -> Optimum | None:
    """Return the same near what a library finds in floating point; None where that fails."""
    import coopgame

    try:
        found = coopgame.least_core(coopgame.Game(worth[1:].astype(float)), "preimputation")
    except (ValueError, RuntimeError):  # a linear program failed
        return None
    return optimum_at(AllSets(worth), np.array([*found["allocation"], found["epsilon"]]))


def _subsidy(worth: Ints, most: Optimum) -> Fraction | None:
    """Return what all players would have to be worth more for a core, by Newton's method.

    The least core's value is convex and falls in what all are worth: its proof is a line below
    it, where that is 0 the next one is looked for, and the last one is the answer.
    """
    total, last = Fraction(int(worth[-1])), len(worth) - 1
    while most.value > 0:
        slope = most.weights.get(0, Fraction(0)) - most.weights.get(last, Fraction(0))
        total += most.value / slope
        lifted = worth * total.denominator
        lifted[-1] = total.numerator
        found = least_core(lifted, most.rows)
        if found is None:
            return None
        most = replace(found, value=found.value / total.denominator)
    return total - int(worth[-1])
