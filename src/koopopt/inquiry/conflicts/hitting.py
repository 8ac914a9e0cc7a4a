"""Least hitting sets: the duality of contradictions and of sets of rules to give up.

A set of rules that, given up, leaves a plan has a member in each contradiction; a contradiction has
a member in each such set (Reiter 1987). So the least sets that hit all contradictions known so far
are where to look for the cheapest set to give up, and the least ones that hit all that plans were
found to break are where to look for a contradiction.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from itertools import count

Items = frozenset[int]


def hitting_sets(
    sets: Sequence[Items],
    weights: Sequence[Fraction | float],
    *,
    without: Collection[Items] = (),
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Items]:
    """Yield sets that have a member in each of `sets`, by rising weight; equal ones once.

    Every hitting set of which no proper part hits all sets is among them, if it holds none of
    those in `without`; others may be.

    Parameters
    ----------
    sets : sequence of sets
        What is to be hit; where one is empty, nothing hits it.
    weights : sequence of Fraction, or infinity
        Of the items, above 0.
    without : collection of sets
        No set that holds all items of one of these is yielded.
    stopped : callable
        Ends the search where it returns true.
    """
    order = count()
    queue: list[tuple[Fraction | float, int, int, Items, Items]] = []
    if all(without):
        queue.append((Fraction(0), 0, next(order), frozenset(), frozenset()))
    while queue and not stopped():
        weight, _, _, chosen, barred = heapq.heappop(queue)
        open_ = [some - barred for some in sets if not some & chosen]
        if not open_:
            yield chosen
            continue
        left = barred
        for item in sorted(sorted(open_, key=len)[0], key=lambda k: (weights[k], k)):
            more = chosen | {item}
            if not any(some <= more for some in without):
                heapq.heappush(queue, (weight + weights[item], len(more), next(order), more, left))
            left |= {item}
