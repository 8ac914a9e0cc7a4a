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
from koopopt.formulations.partition.runs import in_pieces
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

SHARES = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
"""Of the room above the bound, in which plans are decided one after the other."""
MAX_PLANS, AT_ONCE, MAX_LOOKS = 1_000_000, 200_000, 30_000_000
"""Plans without seats to write down, and those that are looked at, at once and in all."""
MAX_DUALS = 16
"""Duals that are remembered to tell plans apart."""
MAX_SETTLED = 20
"""Plans that somebody else has to settle before giving up: one question about all that is left
takes less than many."""


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
    programs : int
        Plans whose seats are looked for before giving up.
    """

    offer: Callable[[Ints], float | None]
    settle: Callable[[Ints], bool]
    stopped: Callable[[], bool]
    programs: int


def placed(
    shared: Shared,
    group: Ints,
    parts: Sequence[Partitions],
    cost: Floats,
    rest: float,
    most: float,
    deciding: Deciding,
) -> float:
    """Decide over the plans of some partitions, those near the bound first.

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

    Returns
    -------
    float
        The weighted sum up to which all plans were decided: infinite for all that are wanted.
    """
    bounds = _Bounds(group, parts)
    bounds.add(cost, rest)
    decided, least, programs, settled = -np.inf, bounds.least, 0, 0
    done: set[tuple[int, ...]] = set()
    for share in SHARES:
        level = least + share * (most - least)
        which = bounds.plans(level)
        if which is None:
            return decided
        bound = bounds.of(which)
        while len(kept := np.flatnonzero(bound <= min(level, most))):
            programs += 1
            if programs > deciding.programs or deciding.stopped():
                return decided
            which, bound = which[kept], bound[kept]
            k = int(bound.argmin())
            plan = tuple(which[k].tolist())
            if plan in done:
                bound[k] = np.inf
                continue
            chosen = np.concatenate([part[at] for part, at in zip(parts, plan, strict=True)])
            seats = np.flatnonzero(np.isin(group, group[chosen]))
            program = _seated(shared, group, seats, deciding.stopped)
            if program is None:
                return decided
            value, duals = program
            np.maximum(bound, bounds.add(*shared.reduced_costs(duals), which), out=bound)
            if bound[k] > min(level, most):
                continue
            found = None
            if is_integral(value):
                found = deciding.offer(seats[value > 0.5])
                most = most if found is None else min(most, found)
            if bound[k] <= most:
                settled += 1
                if settled > MAX_SETTLED or not deciding.settle(seats):
                    return decided
            done.add(plan)
            bound[k] = np.inf
        decided = level
        if level >= most:
            break
    return np.inf


class _Bounds:
    """What plans without seats cost at the least, by all duals seen so far."""

    def __init__(self, group: Ints, parts: Sequence[Partitions]) -> None:
        self._group, self._parts = group, parts
        self._sums: list[list[Floats]] = []
        self._rest: list[float] = []

    @property
    def least(self) -> float:
        """What every plan costs at least."""
        return max(
            rest + sum(float(total.min()) for total in sums)
            for sums, rest in zip(self._sums, self._rest, strict=True)
        )

    def add(self, cost: Floats, rest: float, which: Ints | None = None) -> Floats:
        """Learn that plans cost so much at least; return what it says of the plans `which`."""
        least = cost[cheapest(self._group, cost)[self._group]]
        sums = [part.sums(least) for part in self._parts]
        if len(self._sums) == MAX_DUALS:  # the oldest but the first, which is good for all plans
            del self._sums[1], self._rest[1]
        self._sums.append(sums)
        self._rest.append(rest)
        return np.empty(0) if which is None else _total(sums, rest, which)

    def of(self, which: Ints) -> Floats:
        """Return the highest bound of each of these plans."""
        bound = np.full(len(which), -np.inf)
        for sums, rest in zip(self._sums, self._rest, strict=True):
            np.maximum(bound, _total(sums, rest, which), out=bound)
        return bound

    def plans(self, most: float) -> Ints | None:
        """Return the (plans, services) partitions of all plans that may cost no more.

        None where they are too many. They are put together service by service: the first duals say
        which partitions there is room for, all the others which of these are left.
        """
        count = len(self._parts)
        minima = np.array([[float(t.min()) for t in sums] for sums in self._sums])
        room = most - np.array(self._rest)
        order = np.argsort([len(part) for part in self._parts], kind="stable").tolist()
        which, spent = np.zeros((1, count), np.int64), np.zeros((1, len(room)))
        looks = 0
        for place, s in enumerate(order):
            later = minima[:, order[place + 1 :]].sum(axis=1)
            table = np.column_stack([sums[s] for sums in self._sums])
            cheap_first = np.argsort(table[:, 0], kind="stable")
            table = table[cheap_first]
            left = room - later - spent
            many = np.searchsorted(table[:, 0], left[:, 0], "right")
            looks += int(many.sum())
            if looks > MAX_LOOKS:
                return None
            rows, kept = [], 0
            for piece in in_pieces(many, AT_ONCE):
                row, at = piece
                for k in range(1, len(room)):
                    ok = table[at, k] <= left[row, k]
                    row, at = row[ok], at[ok]
                rows.append((row, at))
                kept += len(row)
                if kept > MAX_PLANS:
                    return None
            row, at = (np.concatenate(part) for part in zip(*rows, strict=True))
            which, spent = which[row], spent[row] + table[at]
            which[:, s] = cheap_first[at]
        return which


def _total(sums: Sequence[Floats], rest: float, which: Ints) -> Floats:
    """Return what plans cost by the sums of their partitions."""
    total = np.full(len(which), rest)
    for part, at in zip(sums, which.T, strict=True):
        total += part[at]
    return total


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
