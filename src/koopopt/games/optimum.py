"""The least sum that meets demands of groups: found in floating point, proven in fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final, Protocol

import numpy as np

from koopopt.games.affine import Affine, combination
from koopopt.games.game import excess, sums
from koopopt.games.programs import least
from koopopt.linear import Bools, Floats, Ints

ADDED: Final = 12
"""Rows that enter a linear program at a time."""
SUPPORT: Final = 1e-9
"""Weights above this are taken for weights; whether they are is proven."""
ALIKE: Final = 1e-12
"""What floating point may be wrong by, of the largest value."""
TIGHT: Final = (1e-11, 1e-8, 0.0)
"""What may be kept with equality, of the largest value; tried in this order."""


class Demands(Protocol):
    """Rows a·y ≥ b with whole numbers, of which there may be many.

    Attributes
    ----------
    cost : list of int
        What is made least: cost · y.
    """

    cost: list[int]

    def start(self) -> list[int]:
        """Return rows with which the least is bounded."""
        ...

    def row(self, k: int) -> list[int]:
        """Return a."""
        ...

    def bound(self, k: int) -> int:
        """Return b."""
        ...

    def missing(self, point: Floats) -> Floats:
        """Return (N,) b − a·y of all rows; minus infinity for what is none."""
        ...

    def kept(self, point: Sequence[Fraction]) -> bool:
        """Whether all rows are kept, exactly."""
        ...


@dataclass(frozen=True, slots=True)
class Optimum:
    """A least value, proven by a point that has it and weights that nothing less can have.

    Attributes
    ----------
    value : Fraction
    point : tuple of Fraction
    weights : dict of int to Fraction
        Of rows, positive.
    """

    value: Fraction
    point: tuple[Fraction, ...]
    weights: dict[int, Fraction]


def optimum(demands: Demands) -> Optimum | None:
    """Return the least value, proven; None where no proof is found."""
    chosen, cost = list(dict.fromkeys(demands.start())), demands.cost
    size = 1.0
    while True:
        bounds = np.array([demands.bound(k) for k in chosen], float)
        size = max(size, float(np.abs(bounds).max()))
        rows = np.array([demands.row(k) for k in chosen], float)
        found = least(rows, bounds, np.array(cost, float))
        if found is None:
            return None
        point, weights = found
        missing = demands.missing(point)
        worst = np.argpartition(-missing, min(ADDED, len(missing) - 1))[:ADDED]
        new = set(worst[missing[worst] > ALIKE * size].tolist()) - set(chosen)
        if not new:
            break
        chosen += sorted(new)
    used = [chosen[k] for k in np.flatnonzero(weights > SUPPORT)]
    exact = combination([demands.row(k) for k in used], cost)
    if exact is None or min(exact) < 0:
        return None
    value = sum((w * demands.bound(k) for k, w in zip(used, exact, strict=True)), Fraction(0))
    order = sorted(chosen, key=lambda k: -missing[k])
    for tight in TIGHT:
        close = [k for k in order if missing[k] > -tight * size]
        corner = _corner(demands, [*used, *close], point)
        if corner and demands.kept(corner) and _dot(cost, corner) == value:
            return Optimum(value, corner, {k: w for k, w in zip(used, exact, strict=True) if w})
    return None


def _corner(demands: Demands, rows: Sequence[int], near: Floats) -> tuple[Fraction, ...] | None:
    """Return the point that keeps rows with equality, as far as they agree, near another one."""
    space = Affine(len(near))
    for k in rows:
        space.add(demands.row(k), demands.bound(k))
    for k, x in enumerate(near.tolist()):  # what is left open stays where it is
        space.add([int(i == k) for i in range(len(near))], Fraction(x))
    return tuple(space.point)


def _dot(row: Sequence[int], point: Sequence[Fraction]) -> Fraction:
    return sum((a * x for a, x in zip(row, point, strict=True)), Fraction(0))


class AllSets:
    """Every set of players but all of them gets what it is worth, or `common` less than that.

    Variables are the shares, which are made least in sum; with `common` they sum to what all
    players are worth, and what everybody may miss is made least.
    """

    def __init__(self, worth: Ints, *, common: bool) -> None:
        self.worth, self.common = worth, common
        self.players = len(worth).bit_length() - 1
        self.cost = [0] * self.players + [1] if common else [1] * self.players

    def start(self) -> list[int]:
        single = [1 << k for k in range(self.players)]
        if not self.common:
            return single
        return [0, len(self.worth) - 1, *single, *(len(self.worth) - 1 - k for k in single)]

    def row(self, k: int) -> list[int]:
        """Row 0 says that shares sum to no more, the last one to no less, than all are worth."""
        sign = -1 if k == 0 else 1
        mask = k or len(self.worth) - 1
        bits = [sign * (mask >> i & 1) for i in range(self.players)]
        return [*bits, int(0 < k < len(self.worth) - 1)] if self.common else bits

    def bound(self, k: int) -> int:
        return int(self.worth[k]) if k else -int(self.worth[-1])

    def missing(self, point: Floats) -> Floats:
        over = self.worth - sums(point[: self.players])
        if self.common:
            over -= point[-1]
        over[[0, -1]] = -np.inf if not self.common else 0.0
        return np.asarray(over, float)

    def kept(self, point: Sequence[Fraction]) -> bool:
        over, below = excess(self.worth, point[: self.players])
        if self.common and over[-1] != 0:
            return False
        most = over[1:-1].max()
        return bool(most <= (point[-1] * below if self.common else 0))


class SomeSets:
    """As `AllSets`, where the demands of a few sets imply all others."""

    def __init__(self, table: Bools, worth: Sequence[int], total: int, *, common: bool) -> None:
        """Take sets of players as rows of a table, each single player among them.

        Parameters
        ----------
        table : (N, n) bool array
        worth : sequence of int
        total : int
            What all players are worth.
        common : bool
        """
        everybody = np.ones((1, table.shape[1]))
        self.players = table.shape[1]
        self.table = np.vstack([table.astype(float), everybody, -everybody])
        self.worth = [*worth, total, -total]
        self.common, self.sets = common, len(worth)
        self.cost = [0] * self.players + [1] if common else [1] * self.players
        self._float = np.array(self.worth, float)

    def start(self) -> list[int]:
        single = np.flatnonzero(self.table[: self.sets].sum(axis=1) == 1).tolist()
        return [*single, self.sets, self.sets + 1] if self.common else single

    def row(self, k: int) -> list[int]:
        bits = list(map(int, self.table[k]))
        return [*bits, int(k < self.sets)] if self.common else bits

    def bound(self, k: int) -> int:
        return self.worth[k]

    def missing(self, point: Floats) -> Floats:
        over = self._float - self.table @ point[: self.players]
        over[self.sets :] = 0.0 if self.common else -np.inf
        over[: self.sets] -= point[-1] if self.common else 0.0
        return np.asarray(over)

    def kept(self, point: Sequence[Fraction]) -> bool:
        below = lcm(*(x.denominator for x in point))
        whole = np.array([int(x * below) for x in point], object)
        over = np.array(self.worth, object) * below
        for amount, member in zip(whole[: self.players], self.table.T, strict=True):
            over[member > 0] -= amount
        if self.common and over[self.sets] != 0:
            return False
        return bool(max(over[: self.sets]) <= (whole[-1] if self.common else 0))
