"""The nucleolus: shares with which the set that objects most has as little reason to as can be.

Found in floating point by linear programs that take in sets as these are needed, else by a library
that goes another way; what is returned is proven in fractions (`levels`). Among shares that give
nobody less than it has alone, where there are any; else among all (the prenucleolus; Schmeidler
1969).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from koopopt.errors import SolverError
from koopopt.games.game import Game, sums
from koopopt.games.levels import Fixing, Shares, proven
from koopopt.games.programs import least, worst
from koopopt.linear import Floats, Ints
from koopopt.text import T

NEAR: Final = (1e-10, 1e-13, 1e-7)
"""What may be one excess, of the largest value; tried in this order."""
ALIKE: Final = 1e-12
"""What floating point may be wrong by, of the largest value."""
ADDED: Final = 48
"""Sets that enter a linear program at a time."""


@dataclass(frozen=True, slots=True)
class Nucleolus:
    """The nucleolus of a game.

    Attributes
    ----------
    shares : tuple of Fraction
        What each player pays (cost) or gets (gain).
    rational : bool
        Whether it is the best among shares with which nobody is worse off than alone. If not, there
        are no such shares, and it is the best of all: the prenucleolus.
    levels : tuple of Fraction
        What the sets that object most would gain, then those that object next, falling.
    """

    shares: tuple[Fraction, ...]
    rational: bool
    levels: tuple[Fraction, ...]


def nucleolus(game: Game, *, rational: bool | None = None) -> Nucleolus:
    """Return the nucleolus, proven.

    Parameters
    ----------
    game : Game
    rational : bool, optional
        False for the prenucleolus; unless said, where nobody need be worse off than alone, nobody
        is.

    Raises
    ------
    SolverError
        Where no proof was found.
    """
    worth, can = game.worth, game.rational
    rational = can if rational is None else can and rational
    sign = game.per_one if game.kind == "gain" else -game.per_one
    found = _found(worth, rational=rational)
    shares = tuple(x / sign for x in found.point)
    return Nucleolus(shares, rational, tuple(x / game.per_one for x in found.levels))


def _found(worth: Ints, *, rational: bool) -> Shares:
    if len(worth) == 2:
        return Shares((Fraction(int(worth[1])),), ())
    fixing = by_programs(worth, rational=rational)
    if fixing and (shares := fixing.checked(rational=rational)):
        return shares
    if fixing and (shares := _near(worth, fixing.middle(), rational=rational)):
        return shares
    if shares := _near(worth, by_library(worth, rational=rational), rational=rational):
        return shares
    raise SolverError(
        T("The nucleolus was found, but not proven: the values of groups differ by too little."
          " Round them, or ask for another key.")
    )  # fmt: skip


def _near(worth: Ints, hint: Floats | None, *, rational: bool) -> Shares | None:
    if hint is None:
        return None
    size = float(np.abs(worth).max())
    proofs = (proven(worth, hint, rational=rational, near=near * size) for near in NEAR)
    return next((shares for shares in proofs if shares), None)


def by_library(worth: Ints, *, rational: bool) -> Floats | None:
    """Return the nucleolus in floating point as a library finds it; None where it fails."""
    import coopgame

    domain = "imputation" if rational else "preimputation"
    try:
        found = coopgame.nucleolus(coopgame.Game(worth[1:].astype(float)), domain)
    except (ValueError, RuntimeError):  # a linear program failed
        return None
    return np.array(found["allocation"])


def by_programs(worth: Ints, *, rational: bool) -> Fixing | None:
    """Fix the nucleolus by a linear program a level, with rows as they are needed.

    Maschler, Peleg and Shapley 1979. None where a program fails; what is fixed is still to be
    checked.

    Parameters
    ----------
    worth : (2^n,) int array
    rational : bool
    """
    fixing = Fixing(worth)
    single = [1 << k for k in range(fixing.players)]
    sets = [m for k in single for m in (k, len(worth) - 1 - k)]
    sets = list(dict.fromkeys(sets))  # of two players each one is the complement of the other
    while fixing.space.directions:
        found = _level(fixing, sets, rational=rational)
        if found is None:
            return None
        sets = found  # what hindered one level mostly hinders the next one
    return fixing


def _level(fixing: Fixing, known: list[int], *, rational: bool) -> list[int] | None:
    """Make the largest excess of what is open least, and fix the sets that hinder it.

    Return the sets that were looked at, `known` ones among them; None where that fails.
    """
    worth, left, size = fixing.worth, fixing.open, float(np.abs(fixing.worth).max())
    single = [1 << k for k in range(fixing.players)]
    sets = [m for m in known if left[m]]
    limits = [m for m in single if rational and left[m]]
    middle, ways, closed = fixing.middle(), fixing.scaled(), np.flatnonzero(~left)
    while True:
        masks = np.array([*sets, *limits])
        rows = fixing.rows(sets, limits)
        bits = masks[:, None] >> np.arange(fixing.players) & 1
        found = least(rows, worth[masks] - bits @ middle, np.eye(rows.shape[1])[-1])
        if found is None:
            return None
        point, weights = found
        over: Floats = sums(middle + point[:-1] @ ways)
        np.subtract(worth, over, out=over)
        over[closed] = -np.inf
        worse = worst(over, float(point[-1]) + ALIKE * size, ADDED)
        new = [m for m in worse if m not in sets]
        if not new:
            return sets if fixing.fix(*fixing.weighty(weights, sets, limits)) else None
        sets += new
