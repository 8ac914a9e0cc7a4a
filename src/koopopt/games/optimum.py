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
from koopopt.games.programs import least, worst
from koopopt.linear import Bools, Floats, Ints

ADDED: Final = 48
"""Rows that enter a linear program at a time."""
NEAR: Final = 1e-10
"""What may be kept with equality at a hint, of its largest value."""
MOST_TIGHT: Final = 4000
"""Rows that a hint keeps with equality which are looked at."""
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
    rows : tuple of int
        Those that were looked at.
    """

    value: Fraction
    point: tuple[Fraction, ...]
    weights: dict[int, Fraction]
    rows: tuple[int, ...]


def optimum(demands: Demands, known: Sequence[int] = ()) -> Optimum | None:
    """Return the least value, proven; None where no proof is found.

    Parameters
    ----------
    demands : Demands
    known : sequence of int, optional
        Rows that hindered a problem much like this one.
    """
    chosen = list(dict.fromkeys([*demands.start(), *known]))
    while True:
        found = _program(demands, chosen)
        if found is None:
            return None
        point, weights, size = found
        new = set(worst(demands.missing(point), ALIKE * size, ADDED)) - set(chosen)
        if not new:
            return _proven(demands, chosen, weights, point, size)
        chosen += sorted(new)


def optimum_at(demands: Demands, hint: Floats) -> Optimum | None:
    """Return the optimum where a point has it, of rows that it keeps with equality; else None."""
    missing = demands.missing(hint)
    size = float(np.abs(hint).max()) or 1.0
    tight = np.flatnonzero(missing > -NEAR * size)
    chosen = list(dict.fromkeys([*demands.start(), *tight[:MOST_TIGHT].tolist()]))
    found = _program(demands, chosen)
    return None if found is None else _proven(demands, chosen, found[1], hint, found[2])


def _program(demands: Demands, chosen: Sequence[int]) -> tuple[Floats, Floats, float] | None:
    """Return the best point for some rows, their weights, and the largest value."""
    bounds = np.array([demands.bound(k) for k in chosen], float)
    rows = np.array([demands.row(k) for k in chosen], float)
    found = least(rows, bounds, np.array(demands.cost, float))
    return None if found is None else (*found, float(np.abs(bounds).max()) or 1.0)


def _proven(
    demands: Demands, chosen: Sequence[int], weights: Floats, point: Floats, size: float
) -> Optimum | None:
    """Return the optimum if weights of rows and a corner near a point prove it, in fractions."""
    cost = demands.cost
    used = [chosen[k] for k in np.flatnonzero(weights > SUPPORT).tolist()]
    exact = combination([demands.row(k) for k in used], cost)
    if exact is None or min(exact) < 0:
        return None
    value = sum((w * demands.bound(k) for k, w in zip(used, exact, strict=True)), Fraction(0))
    missing = demands.missing(point)
    order = sorted(chosen, key=lambda k: -missing[k])
    for tight in TIGHT:
        close = [k for k in order if missing[k] > -tight * size]
        corner = _corner(demands, [*used, *close], point)
        if _dot(cost, corner) == value and demands.kept(corner):
            weighty = {k: w for k, w in zip(used, exact, strict=True) if w}
            return Optimum(value, corner, weighty, tuple(chosen))
    return None


def _corner(demands: Demands, rows: Sequence[int], near: Floats) -> tuple[Fraction, ...]:
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
    """Every set of players but all of them gets what it is worth, less what everybody may miss.

    Variables are the shares, which sum to what all players are worth, and what may be missed,
    which is made least.
    """

    def __init__(self, worth: Ints) -> None:
        self.worth = worth
        self.players = len(worth).bit_length() - 1
        self.cost = [0] * self.players + [1]

    def start(self) -> list[int]:
        last, single = len(self.worth) - 1, [1 << k for k in range(self.players)]
        return [0, last, *single, *(last - k for k in single)]

    def row(self, k: int) -> list[int]:
        """Row 0 says that shares sum to no more, the last one to no less, than all are worth."""
        sign, mask = (1, k) if k else (-1, len(self.worth) - 1)
        bits = [sign * (mask >> i & 1) for i in range(self.players)]
        return [*bits, int(0 < k < len(self.worth) - 1)]

    def bound(self, k: int) -> int:
        return int(self.worth[k]) if k else -int(self.worth[-1])

    def missing(self, point: Floats) -> Floats:
        over: Floats = sums(point[:-1])
        np.subtract(self.worth, over, out=over)
        over -= point[-1]
        over[[0, -1]] = 0.0
        return over

    def kept(self, point: Sequence[Fraction]) -> bool:
        over, below = excess(self.worth, point[:-1])
        return bool(over[-1] == 0 and over[1:-1].max() <= point[-1] * below)


class SomeSets:
    """As `AllSets` for a few sets, with `common`; without it nobody misses anything.

    Then shares, which are made least in sum, may sum to more than all players are worth.
    """

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
