"""The compiled loops (numba): enumerating coalitions and pricing them.

Each has an equivalent in numpy beside its caller (`coalitions`, `pool`); the tests compare both.
Importing this module needs numba.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from koopopt.coalitions.sets import FORBIDDEN

part = njit(nogil=True, inline="always")
"""A step of a loop. Inlined, for a call counts references to every array: a seventh of the time."""


@njit(cache=True, nogil=True)
def grow(  # type: ignore[no-untyped-def]
    first, neighbour, apart, spot, chosen, todo, lo, hi, seen, number, start, member, steps
):
    """Go on enumerating connected coalitions of 2..max_size nodes, each once, for some steps.

    Wernicke's ESU: a coalition is grown from its lowest node, and only by nodes that are
    neighbours of the newest member but of no earlier one ("exclusive neighbours").

    All that must be known to go on later is in the arrays, so that the caller can stop at any
    time: `spot` holds the lowest node and the depth (0: take up the next lowest node), `chosen`
    the members, `todo[lo[d]:hi[d]]` the nodes still to try as member number d, `seen` the depth
    at which a node became member or neighbour. `number[k]` counts coalitions of k members.

    Coalitions are written to `start` and `member`, members ascending, until those are full; where
    `start` is empty they are only counted, the largest by the row.

    Returns
    -------
    done : bool
        Whether there are no more.
    count : int
        Coalitions written.
    """
    n = len(first) - 1
    max_size = len(chosen)
    counting = len(start) == 0
    root, depth = spot[0], spot[1]
    count, used = 0, 0
    while steps > 0:
        if depth == 0:
            root += 1
            if root >= n:
                break
            chosen[0] = root
            lo[1], hi[1] = 0, _start(first, neighbour, root, todo, seen)
            depth = 1
            steps -= 1
        if lo[depth] == hi[depth] or depth == max_size:
            # Exhausted: forget what member depth - 1 had brought, and go back.
            depth -= 1
            if depth >= 1:
                _forget(first, neighbour, chosen[depth], depth, seen)
            continue
        size = depth + 1
        if not counting and (count + 1 >= len(start) or used + size > len(member)):
            break
        if counting and size == max_size and not len(apart):
            number[size] += hi[depth] - lo[depth]
            lo[depth] = hi[depth]
            steps -= 1
            continue
        w = todo[lo[depth]]
        lo[depth] += 1
        steps -= 1
        if len(apart) and _conflict(apart, chosen, depth, w):
            continue
        chosen[depth] = w
        number[size] += 1
        if not counting:
            _write(chosen, size, member, used)
            used += size
            count += 1
            start[count] = used
        if size < max_size:
            end = hi[depth]
            at = _extend(first, neighbour, w, root, lo[depth], end, depth, todo, seen)
            depth += 1
            lo[depth], hi[depth] = end, at
    spot[0], spot[1] = root, depth
    return root >= n, count


@part
def _start(first, neighbour, root, todo, seen):  # type: ignore[no-untyped-def]
    """Begin with a lowest node: write its higher neighbours to `todo`; return how many."""
    seen[:] = -1
    seen[root] = 0
    count = 0
    for e in range(first[root], first[root + 1]):
        v = neighbour[e]
        if v > root:
            seen[v] = 0
            todo[count] = v
            count += 1
    return count


@part
def _extend(first, neighbour, w, root, low, end, depth, todo, seen):  # type: ignore[no-untyped-def]
    """Write what is left to try, and the exclusive neighbours of w, behind `end`; return where."""
    at = end
    for p in range(low, end):
        todo[at] = todo[p]
        at += 1
    for e in range(first[w], first[w + 1]):
        v = neighbour[e]
        if v > root and seen[v] == -1:
            seen[v] = depth
            todo[at] = v
            at += 1
    return at


@part
def _forget(first, neighbour, node, depth, seen):  # type: ignore[no-untyped-def]
    """Forget the neighbours that a node brought as member number `depth`."""
    for e in range(first[node], first[node + 1]):
        v = neighbour[e]
        if seen[v] == depth:
            seen[v] = -1


@part
def _conflict(apart, chosen, depth, w):  # type: ignore[no-untyped-def]
    """Whether w must not share a coalition with one of the members so far."""
    found = False
    for d in range(depth):
        if apart[chosen[d], w]:
            found = True
            break
    return found


@part
def _write(chosen, size, member, used):  # type: ignore[no-untyped-def]
    """Write a coalition, members ascending (insertion sort: coalitions are small)."""
    for d in range(size):
        x = chosen[d]
        p = used + d
        while p > used and member[p - 1] > x:
            member[p] = member[p - 1]
            p -= 1
        member[p] = x


@njit(cache=True, nogil=True)
def reduced_cost(  # type: ignore[no-untyped-def]
    start, member, base, pair, seat, weight, divisor, cut_price, taken, room, enough, best, at
):
    """Fill best[c] = base[c] + cut prices + min over h ∈ M of seat[h] + Σ_{i ∈ M} pair[h, i].

    `weight` (n, cuts) and `divisor` are those of `Rank1`; a coalition pays `cut_price` for each
    unit of its entry. A seat h with Σ_{i ∈ M} taken[k, i] > room[k, h] for any k is
    `FORBIDDEN`. `at[c]` becomes the seat of the minimum. A coalition whose members,
    each at its own best seat, reach `enough` is not looked at closer.
    """
    n = len(seat)
    least = np.full(n, np.inf)
    for h in range(n):
        for i in range(n):
            least[i] = min(least[i], pair[h, i])
    least_seat = seat.min() if n else 0.0
    # Of many cuts a coalition meets few: those that its members are in.
    of, cut = np.nonzero(weight)
    first = np.searchsorted(of, np.arange(n + 1))
    held, seen = np.zeros(len(divisor), np.int64), np.zeros(len(divisor), np.int64)
    load = np.zeros(len(taken))
    for c in range(len(start) - 1):
        a, b = start[c], start[c + 1]
        bound = base[c] + least_seat
        for p in range(a, b):
            bound += least[member[p]]
        if bound >= enough:
            best[c] = bound
            at[c] = member[a]
            continue
        for k in range(len(taken)):
            load[k] = 0.0
            for p in range(a, b):
                load[k] += taken[k, member[p]]
        low, where = np.inf, -1
        for p in range(a, b):
            h = member[p]
            total = seat[h]
            for k in range(len(taken)):
                if load[k] > room[k, h]:
                    total += FORBIDDEN
            for q in range(a, b):
                total += pair[h, member[q]]
            if total < low:
                low, where = total, h
        low += base[c]
        met = 0
        for p in range(a, b):
            for e in range(first[member[p]], first[member[p] + 1]):
                t = cut[e]
                if held[t] == 0:
                    seen[met] = t
                    met += 1
                held[t] += weight[member[p], t]
        for k in range(met):
            t = seen[k]
            if held[t] >= divisor[t]:
                low += cut_price[t] * (held[t] // divisor[t])
            held[t] = 0
        best[c] = low
        at[c] = where


@njit(cache=True, nogil=True)
def held(sets, first, column, weight, result):  # type: ignore[no-untyped-def]
    """Fill result[k, part] = Σ weight of the columns that have just this part of sets[k].

    A part is given by the bits of its places; `column[first[i]:first[i + 1]]` are those with
    member i. Columns that have nothing of a set are left out.
    """
    part_of = np.zeros(len(weight), np.int64)
    seen = np.zeros(len(weight), np.int64)
    for k in range(len(sets)):
        met = 0
        for place in range(sets.shape[1]):
            i = sets[k, place]
            for e in range(first[i], first[i + 1]):
                c = column[e]
                if part_of[c] == 0:
                    seen[met] = c
                    met += 1
                part_of[c] |= 1 << place
        for e in range(met):
            c = seen[e]
            result[k, part_of[c]] += weight[c]
            part_of[c] = 0


@njit(cache=True, nogil=True)
def least_by_seat(start, member, base, pair, seat, lowest, which):  # type: ignore[no-untyped-def]
    """Lower lowest[h] to the least of base[c] + seat[h] + Σ_{i ∈ M} pair[h, i], of c = which[h]."""
    for c in range(len(start) - 1):
        for p in range(start[c], start[c + 1]):
            h = member[p]
            total = base[c] + seat[h]
            for q in range(start[c], start[c + 1]):
                total += pair[h, member[q]]
            if total < lowest[h]:
                lowest[h] = total
                which[h] = c


@njit(cache=True, nogil=True)
def least_share(start, member, value, least):  # type: ignore[no-untyped-def]
    """Fill least[i] = min over coalitions with member i of value / size, where below."""
    for c in range(len(start) - 1):
        share = value[c] / (start[c + 1] - start[c])
        for p in range(start[c], start[c + 1]):
            least[member[p]] = min(least[member[p]], share)


@njit(cache=True, nogil=True)
def total(start, member, weight, result):  # type: ignore[no-untyped-def]
    """Fill result[c] = Σ_{i ∈ M} weight[i]."""
    for c in range(len(start) - 1):
        sum_ = 0.0
        for p in range(start[c], start[c + 1]):
            sum_ += weight[member[p]]
        result[c] = sum_


def load() -> None:
    """Have all loops compiled: seconds where that was never done here, else read from the cache."""
    start, member = np.zeros(1, np.int64), np.zeros(0, np.int16)
    none, few = np.zeros((0, 0), np.int64), np.zeros(0, np.int64)
    values, square = np.zeros(0), np.zeros((0, 0))
    reduced_cost(
        start,
        member,
        values,
        square,
        values,
        none,
        few,
        values,
        square,
        square,
        np.inf,
        values,
        few,
    )
    held(none, start, few, values, square)
    least_by_seat(start, member, values, square, values, values, few)
    least_share(start, member, values, values)
    total(start, member, values, values)
    grow(
        start, member, np.zeros((0, 0), bool), np.array([-1, 0]), np.zeros(1, np.int16), member,
        np.zeros(2, np.int64), np.zeros(2, np.int64), member, np.zeros(2, np.int64), few, member, 1,
    )  # fmt: skip
