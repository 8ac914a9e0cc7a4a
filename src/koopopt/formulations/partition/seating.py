"""All ways to seat the coalitions of partitions that cost little more than the cheapest seats."""

from __future__ import annotations

import numpy as np

from koopopt.formulations.partition.walking import Partitions
from koopopt.linear import Floats, Ints


def seated(
    parts: Partitions, group: Ints, cost: Floats, room: float, most: int
) -> Partitions | None:
    """Return the partitions with every choice of seats that costs no more than the room.

    Parameters
    ----------
    parts : Partitions
        With any column of each coalition.
    group : (K,) int array
        A number for each column from 0 on, equal for those of one coalition.
    cost : (K,) array
    room : float
        What a partition may cost at the most.
    most : int
        How many there may be.

    Returns
    -------
    Partitions or None
        None where they are too many.
    """
    order = np.lexsort((cost, group))
    first = np.searchsorted(group[order], np.arange(int(group.max()) + 2))
    size = np.diff(parts.end)
    longest = int(size.max(initial=0))
    # A row a partition, a column of the table a coalition, -1 where there are no more.
    chosen = np.full((len(parts), longest), -1, np.int64)
    held = np.arange(longest) < size[:, None]
    chosen[held] = order[first[group[parts.chosen]]]
    spent = np.where(held, cost[chosen], 0.0).sum(axis=1)
    chosen, spent = chosen[spent <= room], spent[spent <= room]
    for place in range(longest):
        here = np.flatnonzero(chosen[:, place] >= 0)
        of = group[chosen[here, place]]
        number, rows, others, totals = 1, [], [], []
        while len(here := here[first[of] + number < first[of + 1]]):
            of = group[chosen[here, place]]
            other = order[first[of] + number]
            total = spent[here] + (cost[other] - cost[chosen[here, place]])
            ok = total <= room  # dearer seats of a coalition come later: those are not asked
            here, of = here[ok], of[ok]
            rows.append(here)
            others.append(other[ok])
            totals.append(total[ok])
            number += 1
        if rows:
            more = chosen[np.concatenate(rows)]
            more[:, place] = np.concatenate(others)
            chosen, spent = np.concatenate([chosen, more]), np.concatenate([spent, *totals])
        if len(chosen) > most:
            return None
    held = chosen >= 0
    end = np.concatenate([[0], held.sum(axis=1).cumsum()])
    return Partitions(end, chosen[held], spent)
