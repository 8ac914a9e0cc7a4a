"""The cheapest division of every set of players into given parts."""

from __future__ import annotations

from typing import Final

import numpy as np

from koopopt.linear import Ints

UNKNOWN: Final = np.iinfo(np.int64).max // 4
"""More than anything costs."""


def divided(players: int, parts: Ints, cost: Ints, *, compiled: bool = False) -> Ints:
    """Return (2^players,) the least cost of dividing each set into parts.

    Parameters
    ----------
    players : int
    parts, cost : (N,) int arrays
        Bit masks, each single player among them, and what each costs.
    compiled : bool
        Whether numba is there; numpy does the same, slower where there are many parts.
    """
    mask, paid = parts.astype(np.int64), cost.astype(np.int64)
    lowest = np.bitwise_count((mask & -mask) - 1).astype(np.int64)
    order = np.argsort(lowest, kind="stable")
    mask, paid = mask[order], paid[order]
    first = np.searchsorted(lowest[order], np.arange(players + 1)).astype(np.int64)
    value = np.full(1 << players, UNKNOWN, np.int64)
    value[0] = 0
    if compiled:
        from koopopt.games import kernels

        kernels.divide(first, mask, paid, value)
        return value
    for b in range(players - 1, -1, -1):
        rest = np.arange(1 << (players - 1 - b), dtype=np.int64) << (b + 1)
        for k in range(first[b], first[b + 1]):
            free = rest[rest & mask[k] == 0]
            whole = free | mask[k]
            value[whole] = np.minimum(value[whole], paid[k] + value[free])
    return value
