"""The account of rounding: what floating point may have lost in adding up prices.

All amounts are whole numbers times the weights of the problem's scale. A sum of m terms is off by
less than m roundings of the sum of their sizes; so much is charged on every column, and on the
part of the bound beside the columns, so that bounds are never too high.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.sums import most_of_form, most_once
from koopopt.exact import CENTS_PER_EURO
from koopopt.formulations.partition.pool import OPERATION_ERROR, Prices
from koopopt.formulations.partition.rows import RowBlock
from koopopt.linear import Floats

ROUNDINGS = 8.0
"""How often several steps add a number where a reduced cost does once, at the most."""


class Rounding:
    """What sums over one instance may lose, in which no coalition has more than `most` members."""

    def __init__(self, facts: Facts, most: int) -> None:
        self._n = facts.n
        self._dearest = _dearest(facts, most)

    def of_column(self, price: Prices, rows: int) -> float:
        """Return what the reduced cost of a column of a service may lose, in a master of rows."""
        n = self._n
        largest = np.abs(price.pair).max(axis=0, initial=0.0).sum()
        largest += np.abs(price.seat).max(initial=0.0) + np.abs(price.alone).max(initial=0.0)
        largest += self._dearest * abs(price.cost) + abs(price.body)
        largest += float(price.cuts.most @ np.abs(price.cut_price))
        terms = rows / max(1, n) + len(price.cut_price)
        return float(OPERATION_ERROR * (n + terms + 16) * largest)

    def of_sums(self, price: Prices) -> float:
        """Return what a reduced cost may lose where numbers are added up in several steps."""
        return ROUNDINGS * self.of_column(price, 0)

    def of_rest(self, blocks: Iterable[RowBlock], duals: Sequence[Floats], office: Floats) -> float:
        """Return what the part of the bound beside the columns may lose.

        `office` are the sizes of all that is added up for each office.
        """
        size = float(office.sum())
        for block, dual in zip(blocks, duals, strict=True):
            side = np.where(np.isfinite(block.lower), np.abs(block.lower), 0.0)
            side = np.maximum(side, np.where(np.isfinite(block.upper), np.abs(block.upper), 0.0))
            size += float(np.abs(dual) @ side)
        return OPERATION_ERROR * (sum(map(len, duals)) + self._n + 16) * size


def unaffordable(facts: Facts, prices: Sequence[Prices], office: Floats) -> float:
    """Return what no plan can afford at prices that hold no duals, offices at their own."""
    total = float(office.sum())
    forms = facts.instance.legal_forms
    form = max((most_of_form(f, facts.n, facts.n) for f in forms), default=0.0)
    founding = max((most_once(f, facts.n, facts.n) for f in forms), default=0.0)
    founding += max((most_once(s, facts.n, facts.n) for s in facts.services), default=0.0)
    form += float(facts.annuity) * founding
    for s, price in enumerate(prices):
        alone = np.abs(facts.alone_cents[s])
        together = CENTS_PER_EURO * facts.services[s].cost(facts.demand[s].sum(keepdims=True))
        served = alone.sum() + (together[0] if np.isfinite(together[0]) else 0.0)
        sites = (site for (of, _), site in facts.sites.items() if of == s)
        served += CENTS_PER_EURO * sum(float(site.fixed_cost) for site in sites)
        total += price.cost * float(served + CENTS_PER_EURO * form)
        total += price.body * facts.n + float(price.pair.max(axis=0).sum())
    return 10 * total + 1.0


def _dearest(facts: Facts, most: int) -> float:
    """Return at least the cents of any partnership that has `most` members at the most."""
    form = max((f.most(most) for f in facts.instance.legal_forms), default=0.0)
    founding = max(
        (
            float(facts.once(s, f, most))
            for s in range(len(facts.services))
            for f in facts.instance.legal_forms
        ),
        default=0.0,
    )
    form += float(facts.annuity) * founding
    fixed = max((float(site.fixed_cost) for site in facts.sites.values()), default=0.0)
    largest = 0.0
    for s, service in enumerate(facts.services):
        curve = service.cost(np.concatenate([facts.demand[s], facts.demand[s].sum(keepdims=True)]))
        largest = max(largest, float(curve[np.isfinite(curve)].max(initial=0.0)))
    return max(
        CENTS_PER_EURO * (2 * largest + 2 * form + fixed),
        float(np.abs(facts.alone_cents).max(initial=0)),
    )
