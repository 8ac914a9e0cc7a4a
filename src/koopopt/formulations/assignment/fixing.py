"""Columns that no better plan has, told by prices: a bound that needs no back end.

Everyone is served once. With a price u for serving each municipality (Lagrangian relaxation of
these rows) the hubs know nothing of each other: a hub h is open in some mode, alone, or neither,

    ρ_m = c_m - u_h + Σ_i min(0, c_im - u_i)        the worth of opening it in mode m
    least = Σ_i u_i + Σ_h min(0, min_m ρ_m)         no plan has less

and where at most p may be open, only the p best of these terms count. All other rows of the model
are left out, so whatever they say, the bound holds. A plan that has a column costs `least` plus
what the column adds to it: above the best plan that is known, the column leaves the model.

Prices are sought in floating point (subgradient steps); what they prove is computed anew in
integers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from koopopt.formulations.assignment.draft import (
    ALONE_COLUMN,
    MEMBER_COLUMN,
    OPEN_COLUMN,
    PAIR_COLUMN,
    Meaning,
)
from koopopt.linear import Bools, Floats, Ints
from koopopt.problem import Problem

MAX_SUM: Final = 2.0**61
"""Sums up to which integers of 64 bits are surely enough."""
STEPS: Final = 120
"""Steps in one round."""
FIRST_STEP, SLOWED, PATIENCE = 1.5, 0.6, 8
"""The step's length, as a part of the gap; how it shrinks, after so many steps in vain."""
MOMENTUM: Final = 0.3
"""Part of the last direction that is kept."""
MIN_DISTANCE: Final = 0.5
"""Costs are whole numbers: a bound so near below the best plan is as good as it gets."""

Numbers = NDArray[Any]
"""All integers, or all in floating point."""


@dataclass(frozen=True, slots=True, eq=False)
class PricedColumns:
    """The plan columns, as prices see them.

    Attributes
    ----------
    places : int
        Services times municipalities: what has a price; hubs have the same numbers.
    cost : (k,) array
        Whole numbers.
    item : int array
        The columns that say what a hub is: open in a mode, alone, one of a pair; by hub.
    hub, counted : arrays
        The hub of each item, and whether it counts among the partnerships.
    other : int array
        Whom an item serves besides its hub, -1 for nobody.
    member, of, served : int arrays
        The columns of members, by mode; the position of the mode among the items, and who.
    most : int array
        How many counted items each service may have.
    alone_counts : bool array
        Whether those alone are counted in it.
    """

    places: int
    cost: Floats
    item: Ints
    hub: Ints
    counted: Bools
    other: Ints
    member: Ints
    of: Ints
    served: Ints
    most: Ints
    alone_counts: Bools

    @classmethod
    def of_model(cls, problem: Problem, m: Meaning, cost: Floats) -> PricedColumns:
        """Sort the plan columns of a model."""
        n, services = problem.facts.n, len(problem.facts.services)
        place, hub = m.service * n + m.member, m.service * n + m.hub
        item = np.flatnonzero(m.kind != MEMBER_COLUMN)
        item = item[np.argsort(hub[item], kind="stable")]
        at = np.full(int(m.mode.max(initial=-1)) + 1, -1)
        opens = np.flatnonzero(m.kind[item] == OPEN_COLUMN)
        at[m.mode[item[opens]]] = opens
        member = np.flatnonzero(m.kind == MEMBER_COLUMN)
        member = member[np.argsort(at[m.mode[member]], kind="stable")]
        most, alone = _most(problem, services)
        kind = m.kind[item]
        counted = (kind != ALONE_COLUMN) | (
            alone[m.service[item]] & (m.hub[item] < problem.facts.towns)
        )
        other = np.where(kind == PAIR_COLUMN, place[item], -1)
        return cls(
            services * n, cost, item, hub[item], counted, other,
            member, at[m.mode[member]], place[member], most, alone,
        )  # fmt: skip

    def without(self, gone: Bools) -> PricedColumns:
        """Return what is left where these columns (by their own numbers) are gone."""
        kept = ~gone[self.item]
        number = np.cumsum(kept) - 1
        stays = ~gone[self.member] & kept[self.of]
        return PricedColumns(
            self.places, self.cost, self.item[kept], self.hub[kept], self.counted[kept],
            self.other[kept], self.member[stays], number[self.of[stays]], self.served[stays],
            self.most, self.alone_counts,
        )  # fmt: skip


def _most(problem: Problem, services: int) -> tuple[Ints, Bools]:
    """Return how many partnerships each service may have, and whether those alone count."""
    most = np.full(services, np.iinfo(np.int64).max)
    alone = np.zeros(services, bool)
    for c in problem.plan_conditions.counts:
        for s in range(services) if c.service is None else [c.service]:
            if c.high < most[s]:
                most[s], alone[s] = max(0, int(np.floor(c.high))), not c.pooled_only
    return most, alone


@dataclass(frozen=True, slots=True, eq=False)
class _Priced:
    """What prices say.

    Attributes
    ----------
    least : int or float
        The bound.
    made : int array
        The items that it is made of.
    served : (places,) int array
        How often everyone is served by these.
    adds_item, adds_member : arrays
        What a plan with such a column costs more than the bound, at least.
    """

    least: int | float
    made: Ints
    served: Ints
    adds_item: Numbers
    adds_member: Numbers


def _priced(c: PricedColumns, price: Numbers) -> _Priced:
    """Return what prices say, in their own arithmetic: integers or floating point."""
    none = np.zeros(1, price.dtype)[0]
    cost = c.cost.astype(price.dtype)
    own = cost[c.member] - price[c.served]
    worth = cost[c.item] - price[c.hub] - np.where(c.other >= 0, price[c.other], none)
    begin = np.flatnonzero(np.diff(c.of, prepend=-1))  # members stand mode by mode
    if len(begin):
        worth[c.of[begin]] += np.add.reduceat(np.minimum(own, none), begin)
    free = np.zeros(c.places, price.dtype)
    np.minimum.at(free, c.hub[~c.counted], worth[~c.counted])
    best = free.copy()
    np.minimum.at(best, c.hub[c.counted], worth[c.counted])
    better = best - free
    chosen, last, after = better < 0, np.zeros_like(free), np.zeros_like(free)
    n = c.places // len(c.most)
    for s, most in enumerate(c.most.tolist()):
        mine = slice(s * n, (s + 1) * n)
        if chosen[mine].sum() > most:
            order = np.argsort(better[mine], kind="stable")
            chosen[mine][order[most:]] = False
            last[mine] = better[mine][order[most - 1]] if most else none
            after[mine] = better[mine][order[most]]
        elif chosen[mine].sum() == most:
            last[mine] = better[mine].max(initial=none, where=chosen[mine]) if most else none
    least = price.sum() + free.sum() + better[chosen].sum()
    # Who is open or not instead of what the bound is made of changes only its own term, and who
    # may be open besides.
    spared = np.where(chosen, better, none)
    adds = worth - free[c.hub] - spared[c.hub]
    adds -= np.where(c.counted & ~chosen[c.hub], last[c.hub], none)
    adds += np.where(~c.counted & chosen[c.hub], after[c.hub], none)
    made = np.flatnonzero((worth < 0) & (worth == np.where(chosen, best, free)[c.hub]))
    made = made[np.unique(c.hub[made], return_index=True)[1]]
    return _Priced(least, made, _served(c, made, own), adds, adds[c.of] + np.maximum(own, none))


def _served(c: PricedColumns, made: Ints, own: Numbers) -> Ints:
    """Return how often everyone is served by these items and the members that pay there."""
    served = np.bincount(c.hub[made], minlength=c.places)
    others = c.other[made]
    served += np.bincount(others[others >= 0], minlength=c.places)
    taken = np.zeros(len(c.item), bool)
    taken[made] = True
    return np.asarray(served + np.bincount(c.served[taken[c.of] & (own < 0)], minlength=c.places))


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """What prices prove of a model, in whole numbers.

    Attributes
    ----------
    least : int
        No solution has less.
    gone : bool array
        The columns, by number, that no solution has which is as good as the best known.
    open : int array
        The hubs that the bound opens, a hint where to look for plans.
    """

    least: int
    gone: Bools
    open: Ints


def first_prices(c: PricedColumns) -> Floats:
    """Return what everyone costs where it is served most cheaply, as a member or else as a hub."""
    price, own = np.full(c.places, np.inf), np.full(c.places, np.inf)
    np.minimum.at(price, c.served, c.cost[c.member])
    np.minimum.at(own, c.hub, c.cost[c.item])
    price = np.where(np.isfinite(price), price, own)
    return np.where(np.isfinite(price), price, 0.0)


def better_prices(
    c: PricedColumns, price: Floats, best: float, check: Callable[[], None] = lambda: None
) -> Floats:
    """Return prices of a higher bound: up for who is served too seldom, down for too often.

    `best` is what the bound cannot exceed.
    """
    length, vain, top, kept = FIRST_STEP, 0, -np.inf, price
    # To be alone costs so much: no price needs to be more.
    cap, free = np.full(c.places, np.inf), ~c.counted
    np.minimum.at(cap, c.hub[free], c.cost[c.item[free]])
    price = np.minimum(price, cap)
    direction = np.zeros(c.places)
    for _ in range(STEPS):
        check()
        told = _priced(c, price)
        if told.least > top:
            top, kept, vain = told.least, price, 0
        else:
            vain += 1
            if vain >= PATIENCE:
                length, vain, price = length * SLOWED, 0, kept
                told = _priced(c, price)
        direction = 1.0 - told.served + MOMENTUM * direction
        direction[(price >= cap) & (direction > 0)] = 0.0
        norm = float(direction @ direction)
        if norm == 0.0 or best - top <= MIN_DISTANCE:
            break
        price = np.minimum(price + length * (best - told.least) / norm * direction, cap)
    return kept


def fixed(c: PricedColumns, price: Floats, best: int, columns: int) -> Fixed | None:
    """Return what prices prove of so many columns, in integers; None where these could overflow."""
    size = np.abs(c.cost).sum() + (len(c.item) + len(c.member)) * np.abs(price).max(initial=0.0)
    if not size < MAX_SUM:
        return None
    told = _priced(c, np.rint(price).astype(np.int64))
    room, gone = best - int(told.least), np.zeros(columns, bool)
    gone[c.item[told.adds_item > room]] = True
    gone[c.member[told.adds_member > room]] = True
    return Fixed(int(told.least), gone, np.unique(c.hub[told.made[c.counted[told.made]]]))
