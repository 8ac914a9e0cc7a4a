"""Compiled: groups within many coalitions that would leave them, and taking disjoint ones."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def fill(total, slot):  # type: ignore[no-untyped-def]
    """Put the rows of coalitions into a table, found by sums of their members' random numbers."""
    last = len(slot) - 1
    for c in range(len(total)):
        at = (total[c] ^ (total[c] >> 29)) & last
        while slot[at] >= 0:
            at = (at + 1) & last
        slot[at] = c


@njit(nogil=True, inline="always")
def _found(start, member, total, slot, sum_, who, inside):  # type: ignore[no-untyped-def]
    """Return the row of the coalition of those of `who` that a bit mask says, -1 without one."""
    last = len(slot) - 1
    at = (sum_ ^ (sum_ >> 29)) & last
    while slot[at] >= 0:
        c = slot[at]
        if total[c] == sum_:
            place, same = start[c], True
            for k in range(len(who)):
                if inside >> k & 1:
                    same = same and place < start[c + 1] and member[place] == who[k]
                    place += 1
            if same and place == start[c + 1]:
                return c
        at = (at + 1) & last
    return -1


@njit(cache=True, nogil=True)
def apart(  # type: ignore[no-untyped-def]
    start, member, cost, alone, number, total, slot, paid, largest, out
):
    """Say of which coalitions some members are better off by themselves.

    Parameters
    ----------
    start, member, cost, alone
        Coalitions, what they cost, and what each municipality pays alone, in cents.
    number, total, slot
        Random numbers of municipalities, their sums, and the table that `fill` made of them.
    paid : (total size,) or (0,) array
        What each member of each coalition pays at least; without it, whether dividing a coalition
        costs less than itself is asked.
    largest : int
        Members up to which coalitions are looked at.
    out : (N,) bool array
        Set to True.
    """
    value = np.zeros(1 << largest)
    for c in range(len(start) - 1):
        who = member[start[c] : start[c + 1]]
        k = len(who)
        if k > largest:
            continue
        everybody = (1 << k) - 1
        for inside in range(1, everybody):
            sum_, mine, few = 0, 0.0, 0
            for i in range(k):
                if inside >> i & 1:
                    sum_ += number[who[i]]
                    few += 1
                    if len(paid):
                        mine += paid[start[c] + i]
            own = np.inf
            if few == 1:
                for i in range(k):
                    if inside >> i & 1:
                        own = alone[who[i]]
            else:
                row = _found(start, member, total, slot, sum_, who, inside)
                if row >= 0:
                    own = cost[row]
            if len(paid):
                if mine > own:
                    out[c] = True
                    break
                continue
            # The lowest member's part, and the rest as cheap as it gets.
            lowest = inside & -inside
            others = inside ^ lowest
            rest = others
            while rest > 0:
                own = min(own, value[inside ^ rest] + value[rest])
                rest = (rest - 1) & others
            value[inside] = own
        if not len(paid):
            others = everybody ^ 1
            rest = others
            while rest > 0:
                if value[everybody ^ rest] + value[rest] < cost[c]:
                    out[c] = True
                    break
                rest = (rest - 1) & others


@njit(cache=True, nogil=True)
def left(  # type: ignore[no-untyped-def]
    start, member, low, high, alone, number, total, slot, largest, out
):
    """Say which coalitions a group of their members would leave, as each of them bears more.

    Parameters
    ----------
    start, member : arrays
        Coalitions.
    low, high : (total size,) arrays
        What each member of each coalition bears at least and at most.
    alone : (n,) array
        What each bears alone; infinity where it must not.
    number, total, slot, largest, out
        As in `apart`.
    """
    for c in range(len(start) - 1):
        who = member[start[c] : start[c + 1]]
        k = len(who)
        if k > largest:
            continue
        for inside in range(1, (1 << k) - 1):
            sum_, few = 0, 0
            for i in range(k):
                if inside >> i & 1:
                    sum_ += number[who[i]]
                    few += 1
            row = -1
            if few > 1:
                row = _found(start, member, total, slot, sum_, who, inside)
                if row < 0:
                    continue
                place = start[row]
            leaves = True
            for i in range(k):
                if inside >> i & 1:
                    if few == 1:
                        bears = alone[who[i]]
                    else:
                        bears = high[place]
                        place += 1
                    if low[start[c] + i] <= bears:
                        leaves = False
                        break
            if leaves:
                out[c] = True
                break


@njit(cache=True, nogil=True)
def take(start, member, order, free, taken):  # type: ignore[no-untyped-def]
    """Take coalitions in an order, each that has free members only; `taken` is set to True."""
    for c in order:
        whole = True
        for place in range(start[c], start[c + 1]):
            whole = whole and free[member[place]]
        if whole:
            taken[c] = True
            for place in range(start[c], start[c + 1]):
                free[member[place]] = False
