"""The linear program over whole partitions of each service, which tells them apart far better.

    minimise    Σ_s Σ_q v_q λ_q + office · Σ_h o_h
    subject to  Σ_{q of s} λ_q = 1 for every service s, and the rows that services share,
                λ ≥ 0, 0 ≤ o ≤ 1

That is Dantzig-Wolfe decomposition by service: where the partitions of each service are few enough
to be written down, a fraction of a coalition is no longer possible within a service, only between
whole partitions; each coalition of a partition takes its cheapest seat. What is left of the gap
comes from what services share: offices, and rules about all of them. Any duals of the right sign
give a bound (Lagrangian duality), with which partitions that are in no better plan fall away.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.pool import OPERATION_ERROR
from koopopt.formulations.partition.rows import (
    CoverRows,
    RowBlock,
    fixed_blocks,
    office_price,
    signed,
    stacked,
)
from koopopt.formulations.partition.runs import written_out
from koopopt.formulations.partition.walking import Partitions
from koopopt.formulations.partition.ways import (
    UnsolvedError,
    add_columns,
    add_rows,
    empty_program,
    solved,
)
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem

FIRST, AT_ONCE = 200, 300
"""Partitions of a service that the linear program begins with, and that are added at once."""
MAX_ROUNDS = 60
"""Rounds of pricing."""
ENOUGH, PATIENCE = 0.05, 5
"""The share of the room that is left, by which it may be more than the program's value says, and
that so many rounds close at the least."""
PRIMAL = 4
"""How HiGHS calls the primal simplex method: the last solution stays one as columns are added."""
NEGLIGIBLE = 1e-10
"""The share of what the program pays for a service by which a partition must be cheaper."""
ROUNDINGS = 16
"""How often a number is added at the most, for each row, service and municipality."""


@dataclass(frozen=True, slots=True, eq=False)
class Decomposed:
    """Partitions of each service with new costs, for sums of which a new bound holds.

    Attributes
    ----------
    parts : list of Partitions
        Those that a plan within the bound may have. Every such plan costs `rest` and the costs
        of its partitions at least.
    rest : float
    cost : (K,) array
        The new cost of each column: a partition costs the sum of them, each coalition at its
        cheapest seat.
    """

    parts: list[Partitions]
    rest: float
    cost: Floats


def decomposed(
    problem: Problem,
    columns: Columns,
    value: Floats,
    group: Ints,
    parts: Sequence[Partitions],
    best: float,
    stopped: Callable[[], bool],
) -> Decomposed | None:
    """Return the partitions that plans of a weighted sum up to the best may have.

    Parameters
    ----------
    problem : Problem
    columns : Columns
    value : (K,) array
        The weighted sum of each column, scaled.
    group : (K,) int array
        A number for each column from 0 on, equal for those that take each other's place: the same
        coalition with other seats.
    parts : sequence of Partitions
        One a service, none empty, with any column of a group for all of them.
    best : float
        The weighted sum to come to.
    stopped : callable
        Asked now and then whether to give up at once.

    Returns
    -------
    Decomposed or None
        None where nothing could be proven.
    """
    shared = Shared(problem, columns, value)
    found = bounded(Program(shared, parts), group, best, MAX_ROUNDS, stopped)
    if found is None:
        return None
    room, sums = best - found.bound, found.sums
    kept = [part.up_to(sums[s], float(sums[s].min()) + room) for s, part in enumerate(parts)]
    return Decomposed(kept, found.rest, found.cost)


class Others(Protocol):
    """Services whose partitions are not known: what their columns cost, and which are added."""

    def least(self, cost: Floats) -> float:
        """Return what all of them cost at the least, at these costs of columns."""

    def add_negative(self, cost: Floats) -> bool:
        """Add columns that cost less than nothing; return whether there were any."""


@dataclass(frozen=True, slots=True, eq=False)
class Bounded:
    """The best bound of a program, and the costs that prove it.

    Attributes
    ----------
    bound, rest : float
        What every plan costs at least; the part of it beside the columns.
    cost : (K,) array
        Of each column.
    sums : mapping
        What partitions cost, by service; each coalition at its cheapest seat.
    """

    bound: float
    rest: float
    cost: Floats
    sums: Mapping[int, Floats]


def bounded(
    program: Program,
    group: Ints,
    most: float,
    rounds: int,
    stopped: Callable[[], bool],
    others: Others | None = None,
) -> Bounded | None:
    """Solve a program by generating what it lacks; return its best bound, None where there is none.

    It ends above `most`, or once the room up to it cannot get, or does not get, much smaller.
    """
    found, highest, rose = None, -np.inf, deque([-np.inf] * PATIENCE, PATIENCE)
    for _ in range(rounds):
        duals = program.duals(stopped)
        if duals is None:
            break
        cost, rest = program.shared.reduced_costs(duals)
        instead = cheapest(group, cost)[group]
        sums = program.sums(cost[instead])
        bound = rest + sum(float(total.min()) for total in sums.values())
        bound += 0.0 if others is None else others.least(cost)
        if bound > highest:
            found, highest = Bounded(bound, rest, cost, sums), bound
        enough = ENOUGH * (most - highest)
        if highest > most or program.value - highest <= enough or highest - rose[0] <= enough:
            break
        rose.append(highest)
        new = program.add_negative(sums, instead)
        if others is not None:
            new |= others.add_negative(cost)
        if not new:
            break
    return found


class Shared:
    """What services share: rows about all of them, and the offices.

    Rows are numbered from 0 on, one a service before them, which are the caller's.

    Parameters
    ----------
    problem : Problem
    columns : Columns
    value : (K,) array
        The weighted sum of each column, scaled.
    own : sequence of RowBlock
        Rows of single services besides, of those whose partitions are not known.

    Attributes
    ----------
    lower, upper : (R,) arrays
        Bounds of the rows, 1 for those of services.
    office : (n,) or (0,) array
        What each office adds to the weighted sum.
    on_office : (row, municipality, entry) arrays
    """

    def __init__(
        self, problem: Problem, columns: Columns, value: Floats, own: Sequence[RowBlock] = ()
    ) -> None:
        self.value, self.services = value, len(problem.facts.services)
        self._towns = problem.facts.n
        blocks = [b for b in fixed_blocks(problem) if not isinstance(b, CoverRows)]
        self._blocks = [*blocks, *own]
        self._first = np.cumsum([self.services, *(len(b.names) for b in self._blocks)]).tolist()
        self.office = office_price(problem.facts, problem.scale.floats)
        row, column, entry = stacked(self._first, [b.entries(columns) for b in self._blocks])
        order = np.argsort(column, kind="stable")
        self._row, self._column, self._entry = row[order], column[order], entry[order]
        self._start = np.searchsorted(self._column, np.arange(len(columns) + 1))
        self.on_office = stacked(self._first, [b.offices() for b in self._blocks])
        ones = np.ones(self.services)
        self.lower = np.concatenate([ones, *(b.lower for b in self._blocks)])
        self.upper = np.concatenate([ones, *(b.upper for b in self._blocks)])
        self.dear = 1e3 * (float(np.abs(value).max(initial=1.0)) + float(self.office.sum()))
        """What breaking a row costs, so that no bound comes of a program without a solution."""

    def entries(self, which: Ints) -> tuple[Ints, Ints, Floats]:
        """Return the entries of some columns: row, place in `which`, and value."""
        owner, number = written_out(np.diff(self._start)[which])
        at = self._start[which][owner] + number
        return self._row[at], owner, self._entry[at]

    def repairs(self, rows: Ints) -> Floats:
        """Return the entries of columns that repair broken rows, one each."""
        return np.where(np.isfinite(self.upper[rows]) & (self.lower[rows] <= 0.0), -1.0, 1.0)

    def signed(self, duals: Floats) -> Floats:
        """Return duals of all rows, those of services and of a wrong sign 0: they prove nothing."""
        by_block = np.split(duals, self._first)[1:-1]
        good = [signed(b, d) for b, d in zip(self._blocks, by_block, strict=True)]
        return np.concatenate([np.zeros(self.services), *good])

    def reduced_costs(self, duals: Floats) -> tuple[Floats, float]:
        """Return the reduced cost of each column, and the part of the bound beside them.

        What floating point may lose is taken off the latter.
        """
        active = duals != 0.0
        side = np.where(duals > 0.0, self.lower, self.upper)
        rest = float(duals[active] @ side[active])
        sizes = float(np.abs(duals[active]) @ np.abs(side[active])) + float(self.office.sum())
        row, town, value = self.on_office
        office = self.office.copy()
        if len(office):
            np.subtract.at(office, town, duals[row] * value)
            sizes += float(np.abs(duals[row] * value).sum())
            rest += float(np.minimum(office, 0.0).sum())
        charged = duals[self._row] * self._entry
        cost = self.value - np.bincount(self._column, charged, len(self.value))
        sizes += float(np.abs(self.value).sum()) + float(np.abs(charged).sum())
        terms = ROUNDINGS * (len(duals) + self._towns * self.services)
        return cost, rest - OPERATION_ERROR * terms * sizes


class Program:
    """The restricted linear program.

    Its rows are one a service, then those that are shared; its columns the offices, partitions, and
    columns of services whose partitions are not known.

    Parameters
    ----------
    shared : Shared
    parts : sequence of Partitions or None
        One a service, None where they are not known.

    Attributes
    ----------
    value : float
        Its least weighted sum, once it is solved.
    """

    def __init__(self, shared: Shared, parts: Sequence[Partitions | None]) -> None:
        self.value = np.inf
        self.shared, self._parts = shared, parts
        self._lp = self._begun()
        self._level = np.zeros(len(parts))
        own = np.arange(len(shared.value))
        for s, part in enumerate(parts):
            if part is not None:
                self._add(s, np.argsort(part.cost, kind="stable")[:FIRST], own)

    def _begun(self) -> Any:
        """Return the program with its rows, the offices, and columns that repair broken rows."""
        shared, lp = self.shared, empty_program()
        lower, upper = shared.lower.copy(), shared.upper.copy()
        unknown = [s for s, part in enumerate(self._parts) if part is None]
        lower[unknown], upper[unknown] = -np.inf, np.inf
        lp.setOptionValue("simplex_strategy", PRIMAL)
        add_rows(lp, lower, upper)
        add_columns(lp, *shared.on_office, shared.office, np.ones(len(shared.office)))
        repair = np.arange(shared.services, len(shared.lower))
        add_columns(lp, repair, np.arange(len(repair)), shared.repairs(repair),
                    np.full(len(repair), shared.dear), np.full(len(repair), np.inf))  # fmt: skip
        return lp

    def _add(self, s: int, which: Ints, instead: Ints) -> None:
        """Add partitions of a service, with other columns instead of theirs."""
        part, shared = self._parts[s], self.shared
        assert part is not None
        owner, number = written_out(np.diff(part.end)[which])
        chosen = instead[part.chosen[part.end[which][owner] + number]]
        at, of, value = shared.entries(chosen)
        cell, where = np.unique(owner[of] * len(shared.lower) + at, return_inverse=True)
        entry = np.bincount(where, value, len(cell))
        owner_of, row = np.divmod(cell, len(shared.lower))
        mine = np.arange(len(which))
        add_columns(
            self._lp,
            np.concatenate([np.full(len(which), s), row]),
            np.concatenate([mine, owner_of]),
            np.concatenate([np.ones(len(which)), entry]),
            np.bincount(owner, shared.value[chosen], len(which)).astype(float),
            np.full(len(which), np.inf),
        )

    def sums(self, least: Floats) -> dict[int, Floats]:
        """Return the sum of what their columns have, for all partitions of each service."""
        return {s: part.sums(least) for s, part in enumerate(self._parts) if part is not None}

    def add_columns(self, which: Ints) -> None:
        """Add columns of services whose partitions are not known."""
        row, place, entry = self.shared.entries(which)
        add_columns(self._lp, row, place, entry, self.shared.value[which],
                    np.full(len(which), np.inf))  # fmt: skip

    def duals(self, stopped: Callable[[], bool]) -> Floats | None:
        """Solve the program; return the duals of the shared rows, None where that fails."""
        try:
            if stopped() or not solved(self._lp, None, stopped):
                return None
        except UnsolvedError:
            return None
        self.value = float(self._lp.getInfo().objective_function_value)
        duals = np.array(self._lp.getSolution().row_dual)
        self._level = duals[: len(self._parts)]
        return self.shared.signed(duals)

    def add_negative(self, sums: Mapping[int, Floats], instead: Ints) -> bool:
        """Add the partitions that cost least, where that is below what the program pays.

        `sums` are what they cost with other columns `instead` of theirs, by service.
        """
        new = False
        for s, total in sums.items():
            level = float(self._level[s])
            better = np.flatnonzero(total < level - NEGLIGIBLE * abs(level))
            better = better[np.argsort(total[better], kind="stable")[:AT_ONCE]]
            new |= len(better) > 0
            self._add(s, better, instead)
        return new


def cheapest(group: Ints, cost: Floats) -> Ints:
    """Return the cheapest column of each group."""
    order = np.argsort(cost, kind="stable")
    _, first = np.unique(group[order], return_index=True)
    return order[first]
