"""Shares by formulas: the Shapley value, separable costs, in proportion to what each has alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import factorial
from types import MappingProxyType
from typing import Final

import numpy as np

from koopopt.games.game import Game
from koopopt.games.nucleolus import nucleolus
from koopopt.linear import Ints

_HALF: Final = 2**32
"""Values are added in two halves: binomial coefficients times `LARGEST` are beyond int64."""


def shapley(game: Game) -> list[Fraction]:
    """Return what each player adds on average over all orders in which they may join.

    Shapley 1953: Σ over S without i of |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S)).
    """
    n = len(game.players)
    size = np.bitwise_count(np.arange(len(game.value)))
    order = np.argsort(size, kind="stable")
    start = np.searchsorted(size[order], np.arange(n + 1))
    halves = np.divmod(game.value[order], _HALF)

    def by_size(some: Ints) -> list[int]:
        high, low = (np.add.reduceat(half * some, start).tolist() for half in halves)
        return [h * _HALF + w for h, w in zip(high, low, strict=True)]

    every = by_size(np.ones_like(order))
    ways = [factorial(s) * factorial(n - s - 1) for s in range(n)]
    shares = []
    for i in range(n):
        those = by_size(order >> i & 1)
        added = (w * (those[s + 1] - every[s] + those[s]) for s, w in enumerate(ways))
        shares.append(Fraction(sum(added), factorial(n) * game.per_one))
    return shares


def separable(game: Game) -> list[Fraction]:
    """Return what each player adds last, and of the rest what its remaining benefit says.

    Separable costs, remaining benefits: Federal Inter-Agency River Basin Committee 1950; Young,
    Okada and Hashimoto 1982. A remaining benefit below 0 counts as 0; where all are 0, parts of
    the rest are equal.
    """
    n, worth, total = len(game.players), game.worth.tolist(), int(game.worth[-1])
    last = [total - worth[game.everybody ^ (1 << i)] for i in range(n)]
    benefit = [max(0, last[i] - worth[1 << i]) for i in range(n)]
    rest, whole = total - sum(last), sum(benefit)
    part = [Fraction(b, whole) if whole else Fraction(1, n) for b in benefit]
    sign = game.per_one if game.kind == "gain" else -game.per_one
    return [(m + rest * p) / sign for m, p in zip(last, part, strict=True)]


def proportional(game: Game, weights: Sequence[int]) -> list[Fraction]:
    """Return parts of the whole in proportion to weights, equal ones where none is above 0."""
    weights = [max(0, w) for w in weights]
    weights = weights if sum(weights) else [1] * len(weights)
    total = game.amount(game.everybody)
    return [total * w / sum(weights) for w in weights]


def _equal(game: Game) -> list[Fraction]:
    return proportional(game, [1] * len(game.players))


def _alone(game: Game) -> list[Fraction]:
    return proportional(game, [int(game.value[1 << k]) for k in range(len(game.players))])


def _nucleolus(game: Game) -> list[Fraction]:
    return list(nucleolus(game).shares)


KEYS: Final[Mapping[str, Callable[[Game], list[Fraction]]]] = MappingProxyType(
    {
        "equal": _equal,
        "alone": _alone,
        "scrb": separable,
        "shapley": shapley,
        "nucleolus": _nucleolus,
    }
)
"""Keys that every game has; each gives exact shares that sum to what all players have."""
