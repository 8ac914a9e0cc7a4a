"""Compiled: the cheapest division of every set of members."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def divide(first, mask, cost, value):  # type: ignore[no-untyped-def]
    """Lower value[S] to the least sum over divisions of S into given parts, for all S.

    Parts whose lowest member is b are mask[first[b]:first[b + 1]]. What is left of a set without
    the part of its lowest member has a higher lowest member, so it is known already.
    """
    players = len(first) - 1
    for b in range(players - 1, -1, -1):
        above = (1 << players) - (2 << b)
        for k in range(first[b], first[b + 1]):
            part, paid = mask[k], cost[k]
            free = above & ~part
            rest = free
            while True:
                whole = part | rest
                total = paid + value[rest]
                value[whole] = min(value[whole], total)
                if rest == 0:
                    break
                rest = (rest - 1) & free
