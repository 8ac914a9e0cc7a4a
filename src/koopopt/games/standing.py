"""How shares stand: which groups would gain without the others, and how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from koopopt.games.game import Game


@dataclass(frozen=True, slots=True)
class Standing:
    """Shares of a game, and who objects to them.

    Attributes
    ----------
    shares : tuple of Fraction
        What each player pays or gets.
    groups : int
        How many groups would gain without the others.
    excess : Fraction or None
        What the group gains that gains most, less than 0 where all would lose; None for one player.
    blocking : tuple of (tuple of str, Fraction)
        Groups that would gain, and how much, the most gaining first.
    """

    shares: tuple[Fraction, ...]
    groups: int
    excess: Fraction | None
    blocking: tuple[tuple[tuple[str, ...], Fraction], ...]


def standing(game: Game, shares: Sequence[Fraction], most: int) -> Standing:
    """Return who objects to shares; so many groups at the most are named."""
    gain, below = game.objections(shares)
    inside = gain[1:-1]
    if not len(inside):
        return Standing(tuple(shares), 0, None, ())
    which = np.flatnonzero(inside > 0) + 1
    few = which
    if len(which) > most:  # those below the last one that is named need no order
        last = np.partition(gain[which], -most)[-most]
        few = which[gain[which] >= last]
    first = few[np.argsort(-gain[few], kind="stable")][:most].tolist()
    blocking = tuple((game.some(mask), Fraction(int(gain[mask]), below)) for mask in first)
    return Standing(tuple(shares), len(which), Fraction(int(inside.max()), below), blocking)
