"""A model narrowed: columns that only plans have which are worse than a known one are left out.

Prices (`fixing`) prove it, the sooner the better the known plan is; plans are found by opening and
swapping hubs (`opening`), and for location problems these mostly are the best ones. A back end
decides over what is left; where prices prove the plan outright, nobody has to be asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

import numpy as np

from koopopt.case import sites
from koopopt.case.plan import Plan
from koopopt.formulations.assignment.draft import ALONE_COLUMN, MEMBER_COLUMN, OPEN_COLUMN
from koopopt.formulations.assignment.fixing import (
    PricedColumns,
    better_prices,
    first_prices,
    fixed,
)
from koopopt.formulations.assignment.model import HubModel
from koopopt.formulations.assignment.opening import Openings
from koopopt.formulations.assignment.partnerships import partnership
from koopopt.formulations.assignment.whole import WholeHubs
from koopopt.linear import Bools, Floats, Ints

FROM_COLUMNS = 500
"""Columns from which it pays to narrow a model."""
ROUNDS = 6
"""Rounds of seeking prices and leaving out columns."""
MIN_PROGRESS = 0.1
"""Part of the distance that a round has to close for another one to follow."""


@dataclass(frozen=True, slots=True, eq=False)
class Narrowed:
    """What is left of a model.

    Attributes
    ----------
    kept : bool array
        The columns, auxiliary ones among them.
    least : int
        No plan has a weighted sum below this.
    ceiling : int
        Each plan of at most this weighted sum is a solution of what is left.
    """

    kept: Bools
    least: int
    ceiling: int


@dataclass(slots=True, eq=False)
class Narrowing:
    """Narrows one model of a search after the other.

    Attributes
    ----------
    offer : callable
        Takes a plan to try, or None; returns the weighted sum of the best plan that keeps all
        rules, None where there is none yet.
    check : callable
        Called now and then; may raise.
    """

    offer: Callable[[Plan | None], int | None]
    check: Callable[[], None]
    _price: Floats | None = None
    _tried: set[tuple[int, ...]] = field(default_factory=set)

    def narrowed(self, model: WholeHubs) -> Narrowed | None:
        """Return what is left of a model; None where that cannot be told, or would not pay."""
        hubs, cost = model.hubs, model.model.objectives[0].coefficients
        count = len(hubs.meaning.service)
        if model.unit != 1 or count < FROM_COLUMNS or (cost[count:] < 0).any():
            return None
        columns = PricedColumns.of_model(hubs.problem, hubs.meaning, cost[:count])
        openings = _openings(hubs, columns)
        price = self._price
        if price is None:
            price = first_prices(columns)
            self._try(hubs, openings, np.zeros(0, np.int64))
        kept, least = np.ones(model.model.shape[1], bool), -inf
        ceiling = self.offer(None)
        if ceiling is None:
            return None
        for _ in range(ROUNDS):
            price = better_prices(columns, price, float(ceiling - model.base), self.check)
            told = fixed(columns, price, ceiling - model.base, count)
            if told is None:
                return None
            kept[:count] &= ~told.gone
            columns = columns.without(told.gone)
            before, least = least, max(least, told.least + model.base)
            better = self._try(hubs, openings, told.open)
            if ceiling <= least or (
                not better and least - before < MIN_PROGRESS * (ceiling - least)
            ):
                break
            ceiling = better or ceiling
        self._price = price
        return Narrowed(kept, int(min(least, ceiling)), ceiling)

    def _try(self, hubs: HubModel, openings: list[Openings], hint: Ints) -> int | None:
        """Offer the plan that opening and swapping hubs leads to from these.

        Returns
        -------
        int or None
            The weighted sum of the best plan, where it is a better one than before.
        """
        facts, conditions = hubs.problem.facts, hubs.problem.conditions
        if tuple(hint) in self._tried:
            return None
        self._tried.add(tuple(hint))
        before = self.offer(None)
        parts = []
        for s, costs in enumerate(openings):
            open_ = np.zeros(facts.n, bool)
            open_[hint[hint // facts.n == s] % facts.n] = True
            self.check()
            open_ = costs.improved(open_)
            at = costs.served(open_)[0]
            at = np.where(open_ | (at < 0), np.arange(facts.n), at)
            parts += [
                partnership(facts, conditions[s], s, np.flatnonzero(at == h), int(h))
                for h in np.unique(at)
            ]
        after = self.offer(sites.plan(parts))
        return after if before is None or after is None or after < before else None


def _openings(hubs: HubModel, c: PricedColumns) -> list[Openings]:
    """Return what hubs and members cost at least, by service."""
    m, n, result = hubs.meaning, hubs.problem.facts.n, []
    for s, most in enumerate(c.most.tolist()):

        def least(kind: int, s: int = s, n: int = n) -> Floats:
            which = np.flatnonzero((m.service == s) & (m.kind == kind))
            cost = np.full((n, n), np.inf)
            np.minimum.at(cost, (m.member[which], m.hub[which]), c.cost[which])
            return cost

        alone, hub = least(ALONE_COLUMN).diagonal(), least(OPEN_COLUMN).diagonal()
        if c.alone_counts[s]:  # it is a hub that nobody joins
            alone, hub = np.full(n, np.inf), np.minimum(alone, hub)
        result.append(Openings.of(alone, hub, least(MEMBER_COLUMN), min(most, n)))
    return result
