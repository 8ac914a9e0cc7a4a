"""How the restricted master grows: by columns of negative reduced cost, and seat cuts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from koopopt.formulations.partition.columns import joined, pooled_columns, unseen
from koopopt.formulations.partition.cut_rows import SeatCuts
from koopopt.formulations.partition.cuts import seat_cuts
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.pool import Pool
from koopopt.formulations.partition.selection import pick
from koopopt.linear import Floats, Ints


def add_negative(
    master: Master,
    known: set[tuple[int, int, bytes]],
    pools: Sequence[Pool],
    priced: Sequence[tuple[Floats, Ints]],
) -> bool:
    """Add the best columns of negative reduced cost; return whether there were new ones.

    `priced` are the least reduced costs of each pool with their seats, `known` the columns that
    the master has.
    """
    below = -master.negligible
    picked = [pick(pool, reduced, below) for (reduced, _), pool in zip(priced, pools, strict=True)]
    return add_columns(master, known, pools, picked, [seat for _, seat in priced])


def add_columns(
    master: Master,
    known: set[tuple[int, int, bytes]],
    pools: Sequence[Pool],
    picked: Sequence[Ints],
    seats: Sequence[Ints],
) -> bool:
    """Add what is picked of each pool, at its seat, where it is new; return whether anything is."""
    new = []
    for s, (pool, which, seat) in enumerate(zip(pools, picked, seats, strict=True)):
        columns = pooled_columns(master.facts, s, pool, which, seat[which], master.terms[s])
        new.append(columns.take(np.array(unseen(known, columns), np.int64)))
    if not sum(map(len, new)):
        return False
    master.add(joined(new))
    return True


def add_seat_cuts(master: Master, known: list[SeatCuts]) -> bool:
    """Add the overlap of bodies that the last solution breaks; return whether it was new."""
    most = master.problem.plan_conditions.max_partner_seats
    if most is None or most >= len(master.facts.services):
        return False
    block = seat_cuts(master.facts, master.columns, master.value, most)
    if block is None or block in known:
        return False  # broken by no more than the solver's tolerance
    known.append(block)
    master.add_block(block)
    return True
