"""The proof that shares are the nucleolus, in exact fractions.

Excess is what a set of players is worth more than it gets. The nucleolus makes the largest excess
as small as it can be, then the next one, and so on. Level by level, some sets of the largest excess
must have weights with which their players sum to what is fixed already: then no other shares lower
that excess, and all of these sets are fixed in all shares that are as good (Kohlberg 1971; in the
form of Nguyen and Thomas 2016, which asks only sets that are not yet fixed). Where single players
may not get less than they are worth, players at that limit may take part in the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from koopopt.games.affine import Affine, combination
from koopopt.games.game import excess, sums
from koopopt.games.programs import least
from koopopt.linear import Bools, Floats, Ints

MOST_SETS: Final = 4000
"""Sets of one excess that are looked at first for weights."""
SUPPORT: Final = 1e-9
"""Weights above this are taken for weights; whether they are is proven."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares that are proven to be a nucleolus.

    Attributes
    ----------
    point : tuple of Fraction
        What each player gets.
    levels : tuple of Fraction
        The excess of each level, falling; the first one is the least largest excess.
    """

    point: tuple[Fraction, ...]
    levels: tuple[Fraction, ...]


class Fixing:
    """What is fixed so far of the shares of a game.

    Attributes
    ----------
    space : Affine
        All shares that keep what is fixed.
    levels : list of Fraction
    fixed_at : (2^n,) int array
        The level, from 1, after which a set's sum is fixed; 0 for all players and nobody, `OPEN`
        where it is not.
    """

    OPEN: Final = 127

    def __init__(self, worth: Ints) -> None:
        n = len(worth).bit_length() - 1
        self.worth, self.players = worth, n
        self.space = Affine(n)
        self.space.add([1] * n, int(worth[-1]))
        self.levels: list[Fraction] = []
        self.fixed_at = np.full(len(worth), self.OPEN, np.int8)
        self.fixed_at[[0, -1]] = 0

    @property
    def open(self) -> Bools:
        """(2^n,) which sets are not fixed."""
        return np.asarray(self.fixed_at == self.OPEN)

    def bits(self, mask: int) -> list[int]:
        """Return a set as ones and zeros."""
        return [mask >> k & 1 for k in range(self.players)]

    def rows(self, masks: Sequence[int], limits: Sequence[int]) -> Floats:
        """Return the rows of a program for directions and the largest excess.

        Returns
        -------
        (N, d + 1) array
            Of sets, then of players at their limit, for which the excess does not count.
        """
        both = np.array([*masks, *limits], np.int64)[:, None] >> np.arange(self.players) & 1
        counted = np.arange(len(both)) < len(masks)
        return np.column_stack([both @ self.scaled().T, counted])

    def weighty(
        self, weights: Floats, masks: Sequence[int], limits: Sequence[int]
    ) -> tuple[list[int], list[int]]:
        """Return the sets, and the players at their limit, that have a weight."""
        used = np.flatnonzero(weights > SUPPORT).tolist()
        count = len(masks)
        return [masks[k] for k in used if k < count], [
            limits[k - count] for k in used if k >= count
        ]

    def middle(self) -> Floats:
        """(n,) shares that keep what is fixed, in floating point."""
        return np.array([float(x) for x in self.space.point])

    def scaled(self) -> Floats:
        """(d, n) directions that are left, their largest entry being 1."""
        ways = np.array(self.space.directions, float).reshape(-1, self.players)
        return np.asarray(ways / np.abs(ways).max(axis=1, keepdims=True))

    def fix(self, masks: Sequence[int], at_limit: Sequence[int]) -> bool:
        """Fix sets of the largest excess and players at their limit; False where no weights do."""
        rows = [self.bits(m) for m in (*masks, *at_limit)]
        counted = [int(k < len(masks)) for k in range(len(rows))]
        columns = [[*self.space.along(row), c] for row, c in zip(rows, counted, strict=True)]
        weights = combination(columns, [0] * len(self.space.directions) + [1])
        if weights is None or min(weights) < 0:
            return False
        used = [(m, row, w, c)
                for m, row, w, c in zip((*masks, *at_limit), rows, weights, counted, strict=True)
                if w]  # fmt: skip
        level = sum(
            (w * (int(self.worth[m]) - self.space.at(row)) for m, row, w, _ in used), Fraction(0)
        )
        for m, row, _, c in used:
            if not self.space.add(row, int(self.worth[m]) - c * level):
                return False
        self.levels.append(level)
        self._mark()
        return True

    def _mark(self) -> None:
        """Mark the sets that are fixed now: no direction that is left changes their sum."""
        which = np.flatnonzero(self.open)
        if ways := self.space.directions:
            # A mix of all directions rules out nearly all others, then each one is asked.
            mix = [sum(m * d[k] for m, d in enumerate(ways, 1)) for k in range(self.players)]
            which = which[sums(_whole(mix))[which] == 0]
            for way in ways:
                change = np.zeros(len(which), object if _large(way) else np.int64)
                for k, step in enumerate(way):
                    change += (which >> k & 1) * step
                which = which[change == 0]
        self.fixed_at[which] = len(self.levels)

    def checked(self, *, rational: bool) -> Shares | None:
        """Return the shares where no set has a larger excess than its level, in fractions."""
        point, levels = self.space.point, self.levels
        if any(later > level for level, later in pairwise(levels)):
            return None
        over, below = excess(self.worth, point)
        if rational and any(over[1 << k] > 0 for k in range(self.players)):
            return None
        # Levels do not grow, so that a set need only be held against the last one it was open at.
        common = lcm(below, *(level.denominator for level in levels))
        bound = _whole([0, *(int(level * common) for level in levels)])
        if max(map(abs, bound.tolist())) >= 2**62 or common // below * _most(over) >= 2**62:
            bound, over = bound.astype(object), over.astype(object)
        fits = over * (common // below) <= bound[self.fixed_at]
        fits[[0, -1]] = True
        return Shares(tuple(point), tuple(dict.fromkeys(levels))) if fits.all() else None


def proven(worth: Ints, hint: Floats, *, rational: bool, near: float) -> Shares | None:
    """Return the nucleolus near a hint, proven; None where no proof is found.

    Parameters
    ----------
    worth : (2^n,) int array
    hint : (n,) array
        The nucleolus in floating point.
    rational : bool
        Whether nobody may get less than what it is worth alone.
    near : float
        Excesses that differ by less than this are taken for one, as a guess.
    """
    fixing = Fixing(worth)
    over = worth - sums(hint)
    limits = [1 << k for k in range(fixing.players)]
    at_limit = [m for m in limits if rational and over[m] > -near]
    while fixing.space.directions:
        left = fixing.open
        top = over[left].max()
        which = np.flatnonzero(left & (over >= top - near))
        tight = [m for m in at_limit if left[m]]
        if not (_weighed(fixing, _spread(which, fixing), tight)
                or (len(which) > MOST_SETS and _weighed(fixing, which, tight))):  # fmt: skip
            return None
    return fixing.checked(rational=rational)


def _spread(which: Ints, fixing: Fixing) -> Ints:
    """Return so many of the sets, those first whose complement is there too."""
    if len(which) <= MOST_SETS:
        return which
    other = fixing.worth.size - 1 - which
    paired = which[np.isin(other, which, kind="table")]
    few = paired[: MOST_SETS // 4]
    some = which[:: max(1, len(which) // (MOST_SETS // 4))]
    return np.unique(np.concatenate([few, fixing.worth.size - 1 - few, some]))


def _weighed(fixing: Fixing, which: Ints, tight: Sequence[int]) -> bool:
    """Find weights of sets of one excess, and fix those that have one."""
    rows = fixing.rows(which.tolist(), tight)
    found = least(rows, np.zeros(len(rows)), np.eye(rows.shape[1])[-1])
    if found is None:
        return False
    return fixing.fix(*fixing.weighty(found[1], which.tolist(), tight))


def _whole(values: Sequence[int]) -> NDArray[Any]:
    return np.array(values, object if _large(values) else np.int64)


def _large(values: Sequence[int]) -> bool:
    return sum(map(abs, values)) >= 2**62


def _most(values: NDArray[Any]) -> int:
    return max(abs(int(values.max())), abs(int(values.min())))
