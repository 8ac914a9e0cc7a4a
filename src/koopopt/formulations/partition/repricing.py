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
from koopopt.formulations.partition.decomposing import ENOUGH, Program, Shared, cheapest
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
    mine = {s: np.flatnonzero(columns.service == s) for s in still}
    entered = np.zeros(len(columns), bool)
    for own in mine.values():
        first = own[np.argsort(before.cost[own], kind="stable")[:FIRST]]
        entered[first] = True
        program.add_columns(first)
    shares = _Shares(columns, still)
    found, highest = None, -np.inf
    for _ in range(MAX_ROUNDS):
        duals = program.duals(stopped)
        if duals is None:
            break
        cost, rest = shared.reduced_costs(duals)
        instead = cheapest(group, cost)[group]
        least = cost[instead]
        sums = {s: part.sums(least) for s, part in enumerate(parts) if part is not None}
        bound = rest + sum(float(total.min()) for total in sums.values())
        bound += shares.least(cost)
        if bound > highest:
            found, highest = Repriced(cost, rest), bound
        if highest > most or program.value - highest <= ENOUGH * (most - highest):
            break
        new = program.add_negative(sums, instead)
        for own in mine.values():
            better = own[(cost[own] < -NEGLIGIBLE * abs(most)) & ~entered[own]]
            better = better[np.argsort(cost[better], kind="stable")[:AT_ONCE]]
            entered[better] = True
            new |= len(better) > 0
            program.add_columns(better)
        if not new:
            break
    return found


def _own_rows(facts: Facts, services: Sequence[int], prices: Sequence[Prices]) -> list[RowBlock]:
    """Return the rows of single services: everybody is covered once, and cuts."""
    cuts, of = Rank1.none(facts.n), []
    for s in services:
        own = prices[s].cuts
        cuts = cuts.with_(own)
        of += [s] * len(own)
    covers = CoverRows(facts, services)
    return [covers, Rank1Cuts(np.array(of, np.int64), cuts)] if of else [covers]


class _Shares:
    """What covering everybody costs at the least, by columns of some services."""

    def __init__(self, columns: Columns, services: Sequence[int]) -> None:
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
