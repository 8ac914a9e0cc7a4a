"""The compiled walk through all coalitions of a service that leaves out what is too dear (numba).

As `kernels.grow`, with a bound: while a coalition grows, what it can become at best is known, and
nothing is grown that stays above. What that costs is explained in `stream`; now and then it is
found out more closely, from what is still within reach (`_within_reach`). Importing this module
needs numba.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit

from koopopt.coalitions.kernels import (
    _conflict,
    _extend,
    _forget,
    _start,
    _write,
    part,
)
from koopopt.coalitions.sets import FORBIDDEN

SELDOM: Final = 4
"""Where closer looks end a branch less often than once in so many, they are taken that often."""
FIRST_LOOKS: Final = 200
"""Looks at each depth before that is known."""


class Dear(NamedTuple):
    """What members, demand and sizes cost at the least; n municipalities, m = lines × n.

    Attributes
    ----------
    lone : (n, m)
        By lowest member: what it can become at best, by line and seat.
    taken, left : (n, m)
        What that rises by where a municipality becomes a member, or is left out for good.
    pay, rest : (m, n), (m,)
        What each pays as a member, by line and seat, and what the body does beside.
    line_low, line_high : (lines,)
        The demands that each line is for.
    pair, seat : (n, n), (n,)
        pair[i, h]: price of member i at seat h.
    demand, value, slope, cells : (n,), (cells,), (cells,), float
        The coalition's demand times `cells` says which cell: there it costs value + slope · rest.
    form, least_form : (n + 1,)
        By size: the cheapest form, and of this size or more (beside what `taken` says of them).
    weight, high : (ranges, n), (ranges,)
        Sums that no coalition exceeds; weights are not negative.
    cut, cut_weight, cut_first, divisor, cut_price
        Rank-1 cuts; municipality i is in `cut[cut_first[i]:cut_first[i + 1]]`.
    """

    lone: Any
    taken: Any
    left: Any
    pay: Any
    rest: Any
    line_low: Any
    line_high: Any
    pair: Any
    seat: Any
    demand: Any
    value: Any
    slope: Any
    cells: Any
    form: Any
    least_form: Any
    weight: Any
    high: Any
    cut: Any
    cut_weight: Any
    cut_first: Any
    divisor: Any
    cut_price: Any


class Spot(NamedTuple):
    """Where a walk stands: the arrays of `kernels.grow`, and by depth what has been added up.

    Attributes
    ----------
    at : (2,) lowest member and depth
    chosen, todo, lo, hi, seen
        See `kernels.grow`.
    best : (depths, m)
        What the coalition can become, by line and seat.
    by_seat : (depths, n)
        What its members pay, by seat.
    demand, charged : (depths,)
        Its demand, and what it pays for cuts.
    sums : (depths, ranges)
    held : (cuts,)
        Its weight in each cut.
    reach, near, least : (n,), (n,), (n + 1,)
        Room for who may still become a member, whether one is that or one already, and numbers.
    looks : (depths, 3)
        Closer looks, those that ended a branch, and occasions for one.
    """

    at: Any
    chosen: Any
    todo: Any
    lo: Any
    hi: Any
    seen: Any
    best: Any
    by_seat: Any
    demand: Any
    charged: Any
    sums: Any
    held: Any
    reach: Any
    near: Any
    least: Any
    looks: Any


LOOSE: Final = {"nnan", "nsz", "reassoc"}
"""Sums may be added up in any order (`Rounding` has room for that)."""


@njit(cache=True, nogil=True, fastmath=LOOSE)
def _branch(best, depth, taken, left):  # type: ignore[no-untyped-def]
    """Take a municipality one deeper and leave it out here; return the least of both."""
    inside, outside = np.inf, np.inf
    here, deeper = best[depth], best[depth + 1]
    for j in range(len(here)):
        with_, without = here[j] + taken[j], here[j] + left[j]
        deeper[j], here[j] = with_, without
        inside, outside = min(inside, with_), min(outside, without)
    return inside, outside


@part
def _charge(dear, held, node):  # type: ignore[no-untyped-def]
    """Return what a new member makes its coalition pay for cuts."""
    total = 0.0
    for e in range(dear.cut_first[node], dear.cut_first[node + 1]):
        t = dear.cut[e]
        more = (held[t] + dear.cut_weight[e]) // dear.divisor[t] - held[t] // dear.divisor[t]
        total += dear.cut_price[t] * more
    return total


@part
def _hold(dear, held, node, sign):  # type: ignore[no-untyped-def]
    """Count a member in its cuts, or (-1) no longer."""
    for e in range(dear.cut_first[node], dear.cut_first[node + 1]):
        held[dear.cut[e]] += sign * dear.cut_weight[e]


@part
def _over(dear, spot, depth, node):  # type: ignore[no-untyped-def]
    """Add a new member's weights to the sums; return whether one exceeds its range."""
    over = False
    for r in range(len(dear.high)):
        sum_ = dear.weight[r, node]
        if depth:
            sum_ += spot.sums[depth, r]
        spot.sums[depth + 1, r] = sum_
        over = over or sum_ > dear.high[r]
    return over


@part
def _least(dear, spot, size, charged):  # type: ignore[no-untyped-def]
    """Return what the coalition of the first `size` chosen costs at the least."""
    low = np.inf
    for p in range(size):
        low = min(low, spot.by_seat[size, spot.chosen[p]])
    x = spot.demand[size] * dear.cells
    cell = min(int(x), len(dear.value) - 1)
    return low + charged + dear.form[size] + dear.value[cell] + dear.slope[cell] * (x - cell)


@part
def _least_sum(values, sign, which, count, most, least):  # type: ignore[no-untyped-def]
    """Return the least sum of at most so many of `sign` times these values, of none (0) at most."""
    total = 0.0
    if most >= count:
        for p in range(count):
            total += min(sign * values[which[p]], 0.0)
        return total
    k = 0
    for p in range(count):
        x = sign * values[which[p]]
        if x >= 0.0 or (k == most and x >= least[k - 1]):
            continue
        q = min(k, most - 1)
        k = min(k + 1, most)
        while q > 0 and least[q - 1] > x:
            least[q] = least[q - 1]
            q -= 1
        least[q] = x
    for q in range(k):
        total += least[q]
    return total


@part
def _reachable(first, neighbour, spot, size, low, end):  # type: ignore[no-untyped-def]
    """Write to `reach` whom the first `size` chosen may still get; return how many.

    That are those to try next, `todo[low:end]`, and who comes into reach by them.
    """
    reach, near, seen = spot.reach, spot.near, spot.seen
    near[:] = False
    for d in range(size):
        near[spot.chosen[d]] = True
    count = 0
    for p in range(low, end):
        reach[count] = spot.todo[p]
        near[spot.todo[p]] = True
        count += 1
    begin = 0
    for _ in range(len(spot.chosen) - size - 1):
        stop = count
        for p in range(begin, stop):
            for e in range(first[reach[p]], first[reach[p] + 1]):
                v = neighbour[e]
                if v > spot.chosen[0] and seen[v] == -1 and not near[v]:
                    near[v] = True
                    reach[count] = v
                    count += 1
        if count == stop:
            break
        begin = stop
    return count


@njit(cache=True, nogil=True, fastmath=LOOSE)
def _within_reach(first, neighbour, dear, spot, size, low, end, below):  # type: ignore[no-untyped-def]
    """Return whether the first `size` chosen can become cheap enough with whom they may still get.

    So many as they may still have, and no more; lines and seats for which they cannot are ruled
    out for all that is grown from them.
    """
    n, most = len(first) - 1, len(spot.chosen) - size
    count = _reachable(first, neighbour, spot, size, low, end)
    reach, best, demand = spot.reach, spot.best[size], spot.demand[size]
    highest = demand - _least_sum(dear.demand, -1.0, reach, count, most, spot.least)
    found = False
    for j in range(len(best)):
        if best[j] >= below:
            continue
        line = j // n
        fits = highest >= dear.line_low[line] and demand <= dear.line_high[line]
        total = np.inf
        if fits and spot.near[j - line * n]:
            pay = dear.pay[j]
            total = dear.rest[j] + _least_sum(pay, 1.0, reach, count, most, spot.least)
            for d in range(size):
                total += pay[spot.chosen[d]]
        if total >= below:
            best[j] = FORBIDDEN
        else:
            found = True
    return found


@part
def _ended_by_a_look(first, neighbour, dear, spot, size, low, end, below):  # type: ignore[no-untyped-def]
    """Whether a closer look ends the branch; as a rule one is taken, seldom where few help."""
    looks = spot.looks[size]
    looks[2] += 1
    if looks[0] >= FIRST_LOOKS and looks[0] >= SELDOM * looks[1] and looks[2] % SELDOM:
        return False
    looks[0] += 1
    if _within_reach(first, neighbour, dear, spot, size, low, end, below):
        return False
    looks[1] += 1
    return True


@part
def _begin(dear, spot, root):  # type: ignore[no-untyped-def]
    """Add up what a lowest member pays; return what its coalitions cost at the least."""
    spot.best[1] = dear.lone[root]
    spot.by_seat[1] = dear.seat + dear.pair[root]
    spot.demand[1] = dear.demand[root]
    spot.charged[1] = _charge(dear, spot.held, root)
    _hold(dear, spot.held, root, 1)
    if _over(dear, spot, 0, root):
        return np.inf
    return spot.best[1].min() + spot.charged[1] + dear.least_form[2]


@njit(cache=True, nogil=True)
def grow_below(  # type: ignore[no-untyped-def]
    first, neighbour, apart, dear, spot, below, start, member, steps
):
    """Go on enumerating coalitions that may cost less than `below`, for some steps.

    They are written to `start` and `member`, members ascending, until those are full. From one
    call to the next `below` may fall.

    Returns
    -------
    done : bool
        Whether there are no more.
    count : int
        Coalitions written.
    """
    n = len(first) - 1
    max_size = len(spot.chosen)
    chosen, todo, lo, hi, seen, held = (
        spot.chosen, spot.todo, spot.lo, spot.hi, spot.seen, spot.held,
    )  # fmt: skip
    root, depth = spot.at[0], spot.at[1]
    count, used = 0, 0
    while steps > 0:
        steps -= 1
        if depth == 0:
            root += 1
            if root >= n:
                break
            chosen[0] = root
            lo[1], hi[1] = 0, _start(first, neighbour, root, todo, seen)
            depth = 1
            if _begin(dear, spot, root) >= below:
                hi[1] = 0
        if lo[depth] == hi[depth] or depth == max_size:
            depth -= 1
            _hold(dear, held, chosen[depth], -1)
            if depth >= 1:
                _forget(first, neighbour, chosen[depth], depth, seen)
            continue
        if count + 1 >= len(start) or used + max_size > len(member):
            break
        w = todo[lo[depth]]
        lo[depth] += 1
        low, end, size = lo[depth], hi[depth], depth + 1
        inside, outside = _branch(spot.best, depth, dear.taken[w], dear.left[w])
        if outside + spot.charged[depth] + dear.least_form[size] >= below:
            lo[depth] = end
        if inside + spot.charged[depth] + dear.least_form[size] >= below:
            continue
        if (len(apart) and _conflict(apart, chosen, depth, w)) or _over(dear, spot, depth, w):
            continue
        charged = spot.charged[depth] + _charge(dear, held, w)
        if inside + charged + dear.least_form[size] >= below:
            continue
        chosen[depth] = w
        spot.demand[size] = spot.demand[depth] + dear.demand[w]
        spot.charged[size] = charged
        for h in range(n):
            spot.by_seat[size, h] = spot.by_seat[depth, h] + dear.pair[w, h]
        if _least(dear, spot, size, charged) < below:
            _write(chosen, size, member, used)
            used += size
            count += 1
            start[count] = used
        _hold(dear, held, w, 1)
        at = _extend(first, neighbour, w, root, low, end, depth, todo, seen)
        depth = size
        lo[depth], hi[depth] = end, at
        room = below - charged - dear.least_form[size + 1]
        if size + 1 < max_size and _ended_by_a_look(
            first, neighbour, dear, spot, size, end, at, room
        ):
            hi[depth] = end
    spot.at[0], spot.at[1] = root, depth
    return root >= n, count
