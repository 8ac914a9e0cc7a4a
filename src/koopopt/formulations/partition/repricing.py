"""Better prices for services that are not walked yet, from whole partitions of those that are.

Reduced costs at the duals of the master leave more room than there is: once the partitions of some
services are written down, a program over them and the columns of the others, each under its own
cover rows and cuts, knows what the others can pay for. Any duals of the right sign give a bound
(Lagrangian duality); with better ones the next service has far fewer partitions within it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.case.facts import Facts
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.cut_rows import Rank1Cuts
from koopopt.formulations.partition.decomposing import Program, Shared, bounded
from koopopt.formulations.partition.pool import Prices
from koopopt.formulations.partition.rank1 import Rank1
from koopopt.formulations.partition.rows import CoverRows, RowBlock
from koopopt.formulations.partition.walking import Partitions
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem

FIRST, AT_ONCE = 1_000, 1_000
"""Columns of a service that the linear program begins with, and that are added at once."""
MAX_ROUNDS = 30
"""Rounds of pricing."""
NEGLIGIBLE = 1e-7
"""The share of what a plan costs by which a column must be cheaper."""


@dataclass(frozen=True, slots=True, eq=False)
class Repriced:
    """Costs of columns for whose sums a bound holds: a plan costs `rest` and its columns at least.

    Attributes
    ----------
    cost : (K,) array
    rest : float
    """

    cost: Floats
    rest: float


def repriced(
    problem: Problem,
    columns: Columns,
    value: Floats,
    group: Ints,
    prices: Sequence[Prices],
    before: Repriced,
    parts: Sequence[Partitions | None],
    most: float,
    stopped: Callable[[], bool],
) -> Repriced | None:
    """Return better costs, None where there are none.

    Parameters
    ----------
    problem : Problem
    columns : Columns
    value : (K,) array
        The weighted sum of each column, scaled.
    group : (K,) int array
        A number for each column, equal for those of one coalition.
    prices : sequence of Prices
        Of the master, one a service: its cuts.
    before : Repriced
        What was known so far.
    parts : sequence of Partitions or None
        One a service, None where they are not walked yet; some are.
    most : float
        The weighted sum to come to.
    stopped : callable
        Asked now and then whether to give up at once.
    """
    still = [s for s, part in enumerate(parts) if part is None]
    shared = Shared(problem, columns, value, _own_rows(problem.facts, still, prices))
    program = Program(shared, parts)
    others = _Open(program, columns, still, before.cost, -NEGLIGIBLE * abs(most))
    found = bounded(program, group, most, MAX_ROUNDS, stopped, others)
    return None if found is None else Repriced(found.cost, found.rest)


def _own_rows(facts: Facts, services: Sequence[int], prices: Sequence[Prices]) -> list[RowBlock]:
    """Return the rows of single services: everybody is covered once, and cuts."""
    cuts, of = Rank1.none(facts.n), []
    for s in services:
        own = prices[s].cuts
        cuts = cuts.with_(own)
        of += [s] * len(own)
    covers = CoverRows(facts, services)
    return [covers, Rank1Cuts(np.array(of, np.int64), cuts)] if of else [covers]


class _Open:
    """The columns of services that are not walked yet, in a program that has some of them.

    Parameters
    ----------
    program : Program
    columns : Columns
    services : sequence of int
    cost : (K,) array
        The program begins with the cheapest columns.
    negative : float
        What a column costs less than to be added.
    """

    def __init__(
        self, program: Program, columns: Columns, services: Sequence[int], cost: Floats,
        negative: float,
    ) -> None:  # fmt: skip
        self._program, self._negative = program, negative
        self._mine = [np.flatnonzero(columns.service == s) for s in services]
        self._entered = np.zeros(len(columns), bool)
        for own in self._mine:
            self._add(own, cost, FIRST)
        column, town = columns.members()
        mine = np.isin(columns.service[column], services)
        column, place = column[mine], columns.service[column[mine]] * (town.max() + 1) + town[mine]
        order = np.argsort(place, kind="stable")
        self._column, place = column[order], place[order]
        self._size = np.bincount(column, minlength=len(columns)).astype(float)
        self._first = np.flatnonzero(np.diff(place, prepend=-1))

    def least(self, cost: Floats) -> float:
        """Return it: each column shares its cost evenly, everybody takes the least share."""
        share = cost[self._column] / self._size[self._column]
        return float(np.minimum.reduceat(share, self._first).sum()) if len(share) else 0.0

    def add_negative(self, cost: Floats) -> bool:
        """Add those that cost less than nothing, the cheapest; return whether there were any."""
        new = False
        for own in self._mine:
            better = own[(cost[own] < self._negative) & ~self._entered[own]]
            new |= len(better) > 0
            self._add(better, cost, AT_ONCE)
        return new

    def _add(self, which: Ints, cost: Floats, most: int) -> None:
        cheap = which[np.argsort(cost[which], kind="stable")[:most]]
        self._entered[cheap] = True
        self._program.add_columns(cheap)
