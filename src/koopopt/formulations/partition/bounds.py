"""Bounds for any weights over one pool, kept warm: what a front needs again and again.

One restricted master serves all weights and all limits on criteria: its columns and rank-1 cuts
stay valid, only costs and right-hand sides change, so that another bound takes a few pivots. Each
`View` keeps the reduced costs of the whole pool at its duals, and so tells later which coalitions
no plan in a box can have (Lagrangian duality: a plan with a column of reduced cost r has a weighted
sum of `level` + r at least).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np

from koopopt.case.plan import Plan
from koopopt.coalitions.sets import FORBIDDEN
from koopopt.criteria import CRITERIA
from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.columns import (
    Columns,
    alone_columns,
    everybody_alone,
    joined,
    pair_terms,
    pooled_columns,
    unseen,
)
from koopopt.formulations.partition.cut_rows import Rank1Cuts, SeatCuts
from koopopt.formulations.partition.cuts import rank1_cuts
from koopopt.formulations.partition.growing import add_negative, add_seat_cuts
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.pool import OPERATION_ERROR, Pool, Prices, proven
from koopopt.formulations.partition.selection import lowest
from koopopt.formulations.partition.ways import (
    INTEGRALITY_TOLERANCE,
    UnsolvedError,
    is_integral,
)
from koopopt.linear import Bools, Floats, Ints
from koopopt.problem import Problem
from koopopt.solvers.base import Control

CUT_ROUNDS = 8
"""Rounds of cuts."""
HOT_COALITIONS = 3000
"""Coalitions a service to look at between two looks at all of them."""
MIN_RISE = 1e-6
"""A round that raises the bound by less than this share is the last."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The pool as it looks at some duals.

    Attributes
    ----------
    weights : (criteria,) array
        Of all criteria; duals of limits that are the box's own included.
    bound, level : float
        Every plan has a weighted sum of `bound` at least, one with a column of reduced cost r
        of `level` + r.
    sides : float
        By so much less are the same bounds for the weights that were asked for, in the box that
        was asked for.
    reduced : list of arrays
        Least reduced cost of each coalition, by service.
    prices : list of Prices
    scale : float
        The mean reduced cost, to compare views by.
    """

    weights: Floats
    bound: float
    level: float
    sides: float
    reduced: list[Floats]
    prices: list[Prices]
    scale: float

    @property
    def size(self) -> int:
        """How many coalitions it covers."""
        return sum(map(len, self.reduced))


class Bounds:
    """The master and its pool.

    Parameters
    ----------
    problem : Problem
        Its rules count, its weights do not.
    pools : list of Pool
    names : sequence of str
        The criteria that boxes bound.
    carried : Carried, optional
        Columns and cuts to begin with.
    """

    def __init__(
        self,
        problem: Problem,
        pools: list[Pool],
        names: Sequence[str],
        carried: Carried | None = None,
    ) -> None:
        self.facts = problem.facts
        self.pools = pools
        self._terms = [pair_terms(self.facts, s) for s in range(len(pools))]
        self._alone = [c.alone for c in problem.conditions]
        self._problem = replace(problem, weights={}, lexicographic=())
        self._own = problem.plan_conditions.limits
        first = everybody_alone(self.facts, self._alone, self._terms)
        self._known: set[tuple[int, int, bytes]] = set()
        unseen(self._known, first)
        self._seat_cuts: list[SeatCuts] = []
        self._master = Master(self._problem, first, self._terms, names)
        if carried is not None:
            carried.enter(self._master, self._known)
        self._master.enter(Node.root(self.facts, pools, self._alone))

    def view(
        self, weights: Floats, step: float, limits: Mapping[str, int], control: Control
    ) -> View | None:
        """Bound weights · amounts over the plans that keep the limits.

        None if stopped, or where the linear program cannot be solved.
        Limits of the problem itself hold besides. `step` is a difference of weighted sums that
        does not matter.
        """
        self._master.cancel = control.cancel
        self._master.ask(weights, self._together(limits), step)
        best: View | None = None
        for left in reversed(range(CUT_ROUNDS)):
            view = self._generated(control)
            if view is None:
                return best
            rise = np.inf if best is None else view.bound - best.bound
            if best is None or view.bound > best.bound:
                best = view
            if self._integral or self._master.broken > INTEGRALITY_TOLERANCE or not left:
                break
            if rise < max(step, MIN_RISE * abs(view.bound)) or not self._cut():
                break
        return best

    @property
    def nbytes(self) -> int:
        """Bytes of the columns, here and in the linear program."""
        columns = self._master.columns
        return 2 * (columns.coalitions.nbytes + columns.criteria.nbytes)

    @property
    def carried(self) -> Carried:
        """What other linear programs may begin with."""
        return Carried.of(self._master)

    def learn(self, carried: Carried) -> None:
        """Take in the columns and cuts of a search over some of these pools."""
        carried.enter(self._master, self._known)

    @property
    def _integral(self) -> bool:
        return is_integral(self._master.value)

    def plan(self) -> Plan | None:
        """Return the last solution as a plan, None where it is none; callers evaluate it."""
        if not self._integral or self._master.broken > INTEGRALITY_TOLERANCE:
            return None
        columns = self._master.columns
        return columns.plan(self.facts, np.flatnonzero(self._master.value > 0.5))

    def worth(self, step: float) -> Floats:
        """Return what covering each municipality is worth at the last duals, (S, n), in steps."""
        return self._master.cover / step

    @property
    def binding(self) -> list[Rank1Cuts]:
        """The cuts that the last solution meets exactly."""
        return self._master.binding

    def _together(self, limits: Mapping[str, int]) -> dict[str, int]:
        together = dict(limits)
        for name, value in self._own.items():
            together[name] = min(value, together.get(name, value))
        return together

    def most(self, view: View, limits: Mapping[str, int]) -> float:
        """Return the largest weighted sum, by a view's weights, of a plan that keeps the limits.

        It is not below the true one, whatever floating point loses.
        """
        together: Mapping[str, float] = self._together(limits)
        terms = [
            weight * together.get(name, np.inf)
            for weight, name in zip(view.weights.tolist(), CRITERIA, strict=True)
            if weight > 0
        ]
        return fsum(terms) + OPERATION_ERROR * 4 * fsum(map(abs, terms)) if terms else 0.0

    def _cut(self) -> bool:
        master = self._master
        block = rank1_cuts(self.facts, master.columns, master.value, larger=True)
        if block is not None:
            master.add_block(block)
        return block is not None

    def _generated(self, control: Control) -> View | None:
        """Solve the linear program over the whole pool.

        Between two looks at a large one, columns come from the part that looked best last.
        """
        master = self._master
        hot: list[Pool] | None = None
        is_large = sum(map(len, self.pools)) > 2 * HOT_COALITIONS * len(self.pools)
        while not control.stopped:
            try:
                if not master.solve(control.remaining):
                    return None
            except UnsolvedError:
                return None
            prices, rest = master.prices()
            if hot is not None and self._priced(hot, prices)[0]:
                continue
            found, priced = self._priced(self.pools, prices)
            seen = [reduced for reduced, _ in priced]
            if found or add_seat_cuts(master, self._seat_cuts):
                hot = lowest(self.pools, seen, HOT_COALITIONS) if is_large else None
                continue
            weights, sides = master.limit_prices()
            bound, level = proven(self.pools, prices, self._alone, seen, rest)
            scale = float(np.mean(np.concatenate([[1e-9], *seen])))
            bound, level = (float(np.nextafter(b + sides, -np.inf)) for b in (bound, level))
            return View(weights, bound, level, sides, seen, prices, scale)
        return None

    def _priced(
        self, pools: list[Pool], prices: list[Prices]
    ) -> tuple[bool, list[tuple[Floats, Ints]]]:
        """Add negative columns of some pools; return whether there were new ones, and prices."""
        priced = [pool.reduced_cost(price) for pool, price in zip(pools, prices, strict=True)]
        return add_negative(self._master, self._known, pools, priced), priced

    def few(self, view: View, most: float) -> int:
        """Return how many coalitions a plan can have whose weighted sum is at most this."""
        return sum(int((r <= _room(view, most)).sum()) for r in view.reduced)

    def kept(self, views: Sequence[tuple[View, float]]) -> list[Bools]:
        """Return which coalitions a plan can have whose weighted sums are at most these."""
        result = []
        for s, pool in enumerate(self.pools):
            ok = np.ones(len(pool), bool)
            for view, most in views:
                ok &= view.reduced[s] <= _room(view, most)
            result.append(ok)
        return result

    def few_columns(self, views: Sequence[tuple[View, float]], most: int) -> Columns | None:
        """Return `columns` of what is `kept`; None where they are more than `most`."""
        kept = self.kept(views)
        if sum(int(part.sum()) for part in kept) > most:
            return None
        columns = self.columns(views, kept)
        return columns if len(columns) <= most else None

    def columns(self, views: Sequence[tuple[View, float]], kept: list[Bools]) -> Columns:
        """Return the partnerships that such a plan can have, of the coalitions that are left."""
        parts = []
        for s, pool in enumerate(self.pools):
            left = pool.take(kept[s])
            ok = np.ones((len(left), self.facts.n), bool)
            alone = self._alone[s].copy()
            for view, most in views:
                room = min(_room(view, most), FORBIDDEN / 2)
                ok &= left.by_seat(view.prices[s], slice(None)) <= room
                alone &= view.prices[s].alone <= room
            row, seat = np.nonzero(ok)
            parts.append(alone_columns(self.facts, s, np.flatnonzero(alone), self._terms[s]))
            parts.append(pooled_columns(self.facts, s, left, row, seat, self._terms[s]))
        return joined(parts)


def _room(view: View, most: float) -> float:
    """Return the reduced cost that a column may have, rounding included."""
    return float(np.nextafter(most - view.level, np.inf))
