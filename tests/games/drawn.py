"""Games drawn at random, and known families, as values by bit mask."""

from __future__ import annotations

import numpy as np

from koopopt.games.game import Game, sums

KINDS = ("voting", "bankruptcy", "near", "curved", "any", "simple", "gloves", "airport", "zero")


def drawn(seed: int, most: int = 7, kind: str | None = None) -> Game:
    """Return a game of one player to `most`, of some kind."""
    dice = np.random.default_rng(seed)
    n = int(dice.integers(1, most + 1))
    weight = dice.integers(1, 20, n).astype(np.int64)
    value = of_kind(kind or KINDS[seed % len(KINDS)], weight, dice)
    value[0] = 0
    return Game(tuple("ABCDEFGHIJ"[:n]), "gain" if seed % 2 else "cost", value.astype(np.int64))


def of_kind(kind: str, weight: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    n, total = len(weight), sums(weight)
    whole, count = int(total[-1]), len(total)
    if kind == "voting":
        return total >= dice.integers(whole // 2 + 1, whole + 1)
    if kind == "bankruptcy":
        return np.maximum(0, dice.integers(1, whole + 1) - (whole - total))
    if kind == "near":  # values that differ by a hundred-billionth part
        return 10**11 + dice.integers(0, 3, count)
    if kind == "curved":
        return np.rint((total * 1e9) ** 0.97).astype(np.int64) + dice.integers(0, 2, count)
    if kind == "any":
        return dice.integers(-(10**11), 10**11, count)
    if kind == "simple":
        return dice.integers(0, 2, count)
    if kind == "gloves":
        return np.minimum(sums(weight % 2), sums(1 - weight % 2)) * 10**9
    if kind == "airport":
        return np.array([max([0, *weight[[k for k in range(n) if s >> k & 1]]])
                         for s in range(count)])  # fmt: skip
    return np.zeros(count, np.int64)
