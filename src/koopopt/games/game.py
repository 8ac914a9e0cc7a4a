"""A game: the value of every set of its players, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from math import lcm
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from koopopt.games.divisions import divided
from koopopt.linear import Ints

Kind = Literal["cost", "gain"]

MOST_PLAYERS: Final = 22
"""Players up to which all their 2^n sets are worked out."""
LARGEST: Final = 10**15
"""The largest value as a whole number: floating point holds all whole numbers up to it."""
MANY: Final = 5_000
"""Up to so many given values numpy is quicker than loading compiled code."""
_FITS: Final = 2**62
"""Whole numbers below this are added and compared as int64, larger ones as those of Python."""


@dataclass(frozen=True, slots=True, eq=False)
class Game:
    """What every set of players pays (cost) or gets (gain) by itself.

    Attributes
    ----------
    players : tuple of str
    kind : "cost" or "gain"
    value : (2^n,) int array
        By bit mask, `LARGEST` at the most; of nobody 0.
    per_one : int
        So many of a value make one, as cents make a euro.
    """

    players: tuple[str, ...]
    kind: Kind
    value: Ints
    per_one: int = 1

    @classmethod
    def of(cls, players: Sequence[str], kind: Kind, given: Mapping[int, Fraction]) -> Game:
        """Make a game of the values of some sets, among them all single players.

        A set that is not given counts as its cheapest division into given ones for costs, as the
        best one for gains. A set that is given keeps its value, whatever divisions of it cost.

        Raises
        ------
        ValueError
            Where a single player is missing, or the values have too many digits.
        """
        if missing := [p for k, p in enumerate(players) if 1 << k not in given]:
            raise ValueError(f"no value of {missing[0]}")
        below = lcm(*(value.denominator for value in given.values()))
        whole = [int(value * below) for value in given.values()]
        if max(map(abs, whole)) * len(players) > LARGEST:
            raise ValueError("values have too many digits")
        mask, paid = np.array(list(given), np.int64), np.array(whole, np.int64)
        value = np.zeros(1 << len(players), np.int64)
        if len(given) < len(value) - 1:
            sign, many = 1 if kind == "cost" else -1, len(given) > MANY
            compiled = many and find_spec("numba") is not None
            value = sign * divided(len(players), mask, sign * paid, compiled=compiled)
        value[mask] = paid
        return cls(tuple(players), kind, value, below)

    @property
    def everybody(self) -> int:
        """The bit mask of all players."""
        return len(self.value) - 1

    @property
    def worth(self) -> Ints:
        """(2^n,) what each set is worth to itself: gains, or costs with a minus."""
        return self.value if self.kind == "gain" else -self.value

    @property
    def rational(self) -> bool:
        """Whether shares exist with which nobody is worse off than alone."""
        single = self.worth[[1 << k for k in range(len(self.players))]]
        return int(single.sum()) <= int(self.worth[-1])

    def amount(self, mask: int) -> Fraction:
        """Return the value of a set."""
        return Fraction(int(self.value[mask]), self.per_one)

    def some(self, mask: int) -> tuple[str, ...]:
        """Return the players of a set."""
        return tuple(p for k, p in enumerate(self.players) if mask >> k & 1)

    def objections(self, shares: Sequence[Fraction]) -> tuple[NDArray[Any], int]:
        """Return what each set would gain without the others, exactly.

        Parameters
        ----------
        shares : sequence of Fraction
            What each player pays or gets.

        Returns
        -------
        gain : (2^n,) array of whole numbers
            0 for nobody and for all of them, who are no part of the players.
        per_one : int
            So many of these make one.
        """
        sign = 1 if self.kind == "gain" else -1
        gain, below = excess(self.worth, [sign * share * self.per_one for share in shares])
        gain[[0, -1]] = 0
        return gain, below * self.per_one


def sums(amounts: NDArray[Any]) -> NDArray[Any]:
    """Return (2^n,) the sum of each set, by bit mask."""
    total = np.zeros(1 << len(amounts), amounts.dtype)
    for k, amount in enumerate(amounts):  # without the next player, then with it
        np.add(total[: 1 << k], amount, out=total[1 << k : 2 << k])
    return total


def excess(worth: Ints, point: Sequence[Fraction]) -> tuple[NDArray[Any], int]:
    """Return what each set is worth more than it gets, exactly.

    Returns
    -------
    excess : (2^n,) array
        (worth(S) − x(S)) times the second; int64 where that fits, else Python's whole numbers.
    below : int
        The common denominator of the point.
    """
    below = lcm(*(x.denominator for x in point))
    whole = [int(x * below) for x in point]
    largest = below * int(np.abs(worth).max(initial=0)) + sum(map(abs, whole))
    kind: type = np.int64 if largest < _FITS else object
    return worth.astype(kind) * below - sums(np.array(whole, kind)), below
