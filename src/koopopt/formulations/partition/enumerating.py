"""Going through all plans that few columns can make: a proof that needs no back end.

Every plan costs `rest` + Σ r_p at least, r_p being the reduced costs of its columns at any duals
(Lagrangian duality). Once most columns are ruled out, what is left of the r_p is little, and a
plain search that covers one municipality after the other meets few partial plans below the best
one. Whole plans are for the evaluator, which counts exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.pool import OPERATION_ERROR, Prices
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem

MAX_ENUMERATED_COLUMNS = 400
"""Columns up to which this is tried."""
MAX_PARTIAL_PLANS, MAX_WHOLE_PLANS = 4000, 60
"""Partial and whole plans to look at before giving up."""


def reduced_costs(columns: Columns, prices: Sequence[Prices]) -> Floats:
    """Return the reduced cost of each column."""
    total = np.empty(len(columns))
    column, town = columns.members()
    pooled = columns.pooled
    for s, price in enumerate(prices):
        mine = columns.service == s
        here = mine[column]
        pairs = np.zeros(len(columns))
        np.add.at(pairs, column[here], price.pair[columns.seat[column[here]], town[here]])
        seat = columns.seat[mine]
        cost = price.cost * columns.cents[mine] + price.body + price.seat[seat] + pairs[mine]
        if len(price.cuts):
            cost += price.cuts.entries(columns.coalitions.take(mine).dense) @ price.cut_price
        total[mine] = np.where(pooled[mine], cost, price.alone[seat])
    return total


def better_plans(
    problem: Problem, columns: Columns, prices: Sequence[Prices], rest: float, best: float
) -> list[Ints] | None:
    """Return all plans that may be better than the best, as choices of columns.

    Parameters
    ----------
    problem : Problem
    columns : Columns
        All that such a plan can consist of.
    prices : sequence of Prices
        One a service.
    rest : float
        The part of the bound beside the columns.
    best : float
        The weighted sum to improve on, scaled.

    Returns
    -------
    list of int arrays or None
        None where there are too many to look at.
    """
    if len(columns) > MAX_ENUMERATED_COLUMNS or not np.isfinite(best):
        return None
    n, cost = problem.facts.n, reduced_costs(columns, prices)
    cover = [frozenset(s * n + int(i) for i in members) for s, members, _ in columns]
    by_place: list[list[int]] = [[] for _ in range(n * len(prices))]
    for k in np.argsort(cost, kind="stable").tolist():
        for place in cover[k]:
            by_place[place].append(k)
    share = [min((cost[k] / len(cover[k]) for k in held), default=np.inf) for held in by_place]
    room = best - rest
    room += (
        OPERATION_ERROR * 8 * len(by_place) * (abs(best) + abs(rest) + float(np.abs(cost).sum()))
    )
    saved = [sum(share[place] for place in places) for places in cover]
    order = sorted(range(len(by_place)), key=lambda place: len(by_place[place]))
    found: list[Ints] = []
    steps = 0

    def go(at: int, left: frozenset[int], chosen: tuple[int, ...], spent: float) -> bool:
        """Cover what is left in every way; return whether all was looked at.

        `spent` is what the chosen columns cost more than the least share of whom they cover.
        """
        nonlocal steps
        steps += 1
        if steps > MAX_PARTIAL_PLANS or len(found) > MAX_WHOLE_PLANS:
            return False
        if not left:
            found.append(np.array(chosen, np.int64))
            return True
        while order[at] not in left:
            at += 1
        for k in by_place[order[at]]:
            more = spent + cost[k] - saved[k]
            if more > room or not cover[k] <= left:
                continue
            if not go(at + 1, left - cover[k], (*chosen, k), more):
                return False
        return True

    least = sum(share)
    if not np.isfinite(least):
        return []
    done = go(0, frozenset(range(len(by_place))), (), least)
    return found if done and len(found) <= MAX_WHOLE_PLANS else None
