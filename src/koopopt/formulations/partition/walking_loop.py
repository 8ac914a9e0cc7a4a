"""The loop of the walk through partitions (`walking`), for numba to compile or to run as it is."""

from __future__ import annotations

from typing import Final

WORD: Final = 62
"""Places in one number of a mask: its sign stays out of it."""


def walk(  # type: ignore[no-untyped-def]
    mask, cost, first, ways, room, depth, at, stop, left, spent, stack, end, chosen, total, steps
):
    """Go on with the walk for some steps; write down the partitions that are found.

    Places are covered in their order: `at[d]` is the next way to cover the first place that is
    left at depth d, -1 where nobody has looked which it is. All that must be known to go on later
    is in the arrays.

    Parameters
    ----------
    mask : (columns, words) array
        The places that a column covers, as bits.
    cost : (columns,) array
        At least 0.
    first, ways : (places + 1,), (entries,) arrays
        `ways[first[p]:first[p + 1]]` are the columns whose first place is p, cheapest first.
    room : float
        What a partition may cost at the most.
    depth : int
        Columns that are chosen, `stack[:depth]`; -1 once the walk is over.
    at, stop, left, spent, stack : (places + 1,) arrays; `left` (places + 1, words)
    end, chosen, total : (N + 1,), (size,), (N,) arrays
        Partition k has the columns `chosen[end[k]:end[k + 1]]` and costs `total[k]`; `end[0]` is 0.
        The walk pauses where they are full.
    steps : int
        Ways to look at.

    Returns
    -------
    depth, found, steps : int
        Where it is, how many partitions were written, and the steps that remain.
    """
    words, places, found = mask.shape[1], len(first) - 1, 0
    while depth >= 0 and steps > 0 and found < len(total) and end[found] + places <= len(chosen):
        if at[depth] < 0:
            word = 0
            while left[depth, word] == 0:
                word += 1
            bits, place = left[depth, word], word * WORD
            while bits & 1 == 0:
                bits >>= 1
                place += 1
            at[depth], stop[depth] = first[place], first[place + 1]
        if at[depth] == stop[depth]:
            depth -= 1
            continue
        column = ways[at[depth]]
        sum_ = spent[depth] + cost[column]
        if sum_ > room:
            depth -= 1
            continue
        at[depth] += 1
        steps -= 1
        fits, rest = True, False
        for word in range(words):
            if mask[column, word] & ~left[depth, word]:
                fits = False
            left[depth + 1, word] = left[depth, word] & ~mask[column, word]
            rest |= left[depth + 1, word] != 0
        if not fits:
            continue
        stack[depth] = column
        if rest:
            depth += 1
            at[depth], spent[depth] = -1, sum_
            continue
        for d in range(depth + 1):
            chosen[end[found] + d] = stack[d]
        end[found + 1], total[found] = end[found] + depth + 1, sum_
        found += 1
    return depth, found, steps
