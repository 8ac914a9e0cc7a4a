"""Where the coalitions of whole plans are seated, once it is known who is with whom.

A plan without its seats is one partition of each service. Where seats are worth nearly the same,
one partition can be seated in millions of ways, but what is best for a whole plan is the smallest
of integer programs: a seat for each coalition, offices shared by all services. Its duals bound
every other plan, too (Lagrangian duality), so that few programs decide over very many plans.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.formulations.partition.decomposing import Shared, cheapest
from koopopt.formulations.partition.walking import Partitions
from koopopt.formulations.partition.ways import (
    UnsolvedError,
    add_columns,
    add_rows,
    empty_program,
    is_integral,
    solved,
)
from koopopt.linear import Floats, Ints

MAX_PLANS = 1_000_000
"""Plans without seats to write down."""
MAX_PROGRAMS = 4_000
"""Plans whose seats are looked for before giving up."""


@dataclass(frozen=True, slots=True, eq=False)
class Deciding:
    """Who decides over what is found.

    Attributes
    ----------
    offer : callable
        Takes chosen columns; returns the weighted sum up to which plans are still looked for, None
        where a rule forbids the plan.
    settle : callable
        Takes columns, each service's coalitions with all their seats; returns whether no plan of
        them is better than the best any more.
    stopped : callable
        Whether to give up.
    """

    offer: Callable[[Ints], float | None]
    settle: Callable[[Ints], bool]
    stopped: Callable[[], bool]


def placed(
    shared: Shared,
    group: Ints,
    parts: Sequence[Partitions],
    cost: Floats,
    rest: float,
    most: float,
    deciding: Deciding,
) -> bool:
    """Decide over all plans of some partitions; return whether that was done.

    Parameters
    ----------
    shared : Shared
        The rows and offices that services share.
    group : (K,) int array
        A number for each column, equal for those of one coalition.
    parts : sequence of Partitions
        One a service, none empty, with any column of each coalition.
    cost, rest : (K,) array, float
        A plan costs `rest` and the `cost` of its columns at least.
    most : float
        The weighted sum up to which plans are looked for.
    deciding : Deciding
    """
    within = _within(parts, group, cost, most - rest)
    if within is None:
        return False
    which = within
    bound = np.full(len(which), -np.inf)

    def raise_bounds(cost: Floats, rest: float) -> None:
        least = _least(group, cost)
        sums = [part.sums(least)[at] for part, at in zip(parts, which.T, strict=True)]
        np.maximum(bound, rest + sum(sums), out=bound)

    raise_bounds(cost, rest)
    for _ in range(MAX_PROGRAMS):
        kept = bound <= most
        if not kept.any():
            return True
        if deciding.stopped():
            return False
        which, bound = which[kept], bound[kept]
        k = int(bound.argmin())
        chosen = np.concatenate([part[at] for part, at in zip(parts, which[k], strict=True)])
        seats = np.flatnonzero(np.isin(group, group[chosen]))
        program = _seated(shared, group, seats, deciding.stopped)
        if program is None:
            return False
        value, duals = program
        raise_bounds(*shared.reduced_costs(duals))
        if bound[k] > most:
            continue
        found = None
        if is_integral(value):
            found = deciding.offer(seats[value > 0.5])
            most = most if found is None else min(most, found)
        if bound[k] <= most:
            if not deciding.settle(seats):
                return False
            bound[k] = np.inf
    return False


def _within(parts: Sequence[Partitions], group: Ints, cost: Floats, room: float) -> Ints | None:
    """Return the (plans, services) partitions whose cheapest seats cost no more than the room.

    None where they are too many.
    """
    least = _least(group, cost)
    sums = [part.sums(least) for part in parts]
    later = np.cumsum([float(s.min()) for s in sums][::-1])[::-1].tolist()
    which, spent = np.zeros((1, 0), np.int64), np.zeros(1)
    for total, after in zip(sums, [*later[1:], 0.0], strict=True):
        order = np.argsort(total, kind="stable")
        count = np.searchsorted(total[order], room - after - spent, "right")
        if count.sum() > MAX_PLANS:
            return None
        row = np.repeat(np.arange(len(which)), count)
        at = order[np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)]
        which, spent = np.column_stack([which[row], at]), spent[row] + total[at]
    return which


def _least(group: Ints, cost: Floats) -> Floats:
    """Return for each column what the cheapest seat of its coalition costs."""
    return cost[cheapest(group, cost)[group]]


def _seated(
    shared: Shared, group: Ints, seats: Ints, stopped: Callable[[], bool]
) -> tuple[Floats, Floats] | None:
    """Solve the linear program of a plan's seats; return their values and the duals of all rows."""
    coalition = np.unique(group[seats], return_inverse=True)[1]
    row, column, entry = shared.entries(seats)
    needed = (shared.lower > 0.0) | (shared.upper < 0.0)
    needed[: shared.services] = False
    needed[row] = True
    rows = np.flatnonzero(needed)
    place = np.full(len(needed), -1, np.int64)
    count = int(coalition.max()) + 1
    place[rows] = count + np.arange(len(rows))
    office_row, town, on_office = shared.on_office
    mine = needed[office_row]
    lp = empty_program()
    ones = np.ones(count)
    add_rows(lp, np.concatenate([ones, shared.lower[rows]]),
             np.concatenate([ones, shared.upper[rows]]))  # fmt: skip
    add_columns(lp, place[office_row[mine]], town[mine], on_office[mine], shared.office,
                np.ones(len(shared.office)))  # fmt: skip
    repairs = np.arange(len(rows))
    add_columns(lp, place[rows], repairs, shared.repairs(rows), np.full(len(rows), shared.dear),
                np.full(len(rows), np.inf))  # fmt: skip
    own = np.arange(len(seats))
    add_columns(
        lp,
        np.concatenate([coalition, place[row]]),
        np.concatenate([own, column]),
        np.concatenate([np.ones(len(seats)), entry]),
        shared.value[seats],
        np.full(len(seats), np.inf),
    )
    try:
        if not solved(lp, None, stopped):
            return None
    except UnsolvedError:
        return None
    solution = lp.getSolution()
    duals = np.zeros(len(needed))
    duals[rows] = np.array(solution.row_dual)[count:]
    return np.array(solution.col_value)[-len(seats) :], shared.signed(duals)
