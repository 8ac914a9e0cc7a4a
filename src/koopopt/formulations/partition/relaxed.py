"""Pricing without borders: the cheapest coalition at each seat when few of the rules count.

Whoever may be a member pays a price of its own, whatever the others are, once a straight line
stands for the cost curve (`lines`). So the cheapest coalition of a seat takes all whose price is
negative, or so many that a legal form costs little; where a line stands for a range of demand, the
cheapest in that range is a knapsack, solved over demand in cells. Borders, votes and sums are left
out; so is the cost of small coalitions, all of which others hold and price truly.

What is found is at most the reduced cost of every coalition at that seat that is larger than those:
a bound for all of them, however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.coalitions.admissible import max_size
from koopopt.coalitions.sets import FORBIDDEN
from koopopt.exact import AMOUNT_ERROR, CENTS_PER_EURO
from koopopt.formulations.partition.lines import ROUGH, kept_to, lines_below
from koopopt.formulations.partition.pool import Prices
from koopopt.formulations.partition.rounding import Rounding
from koopopt.formulations.pieces import Piece
from koopopt.linear import Bools, Floats, Ints
from koopopt.rules import Conditions

CELLS: Final = 128
"""Cells of demand."""
CELL_ERROR: Final = 1e-9
"""By so much, relatively, demands are put into cells more generously."""
HALF_A_CENT: Final = 0.5
"""What rounding to the cent may take off."""


@dataclass(frozen=True, slots=True, eq=False)
class Cheapest:
    """For each seat the cheapest coalition of the relaxation.

    Attributes
    ----------
    reduced : (n,) array
        At most the reduced cost of any coalition at that seat; infinite where there is none.
    members : (n, n) bool array
        One coalition a seat.
    cents : (n,) array
        What it costs here.
    pay : (n, n) array
        What each would pay to be a member, by seat.
    """

    reduced: Floats
    members: Bools
    cents: Floats
    pay: Floats

    @classmethod
    def nothing(cls, n: int) -> Cheapest:
        """Return that of no coalition."""
        return cls(np.full(n, np.inf), np.zeros((n, n), bool), np.zeros(n), np.zeros((n, n)))

    def or_(self, other: Cheapest) -> Cheapest:
        """Return the cheaper of both at each seat."""
        better = other.reduced < self.reduced
        return Cheapest(
            np.where(better, other.reduced, self.reduced),
            np.where(better[:, None], other.members, self.members),
            np.where(better, other.cents, self.cents),
            np.where(better[:, None], other.pay, self.pay),
        )


class Relaxation:
    """The coalitions of a service that have more than `held` members, seats apart from sites."""

    def __init__(self, facts: Facts, service: int, conditions: Conditions, held: int) -> None:
        n = facts.n
        self._facts = facts
        self._demand = facts.demand[service]
        self._town = np.arange(n) < facts.towns
        self._seat = np.arange(n)
        form = _form_costs(facts, service, conditions, held)
        self._fits = np.isfinite(form)
        self._form = np.where(self._fits, form, 0.0)
        self._lines: list[Piece] = []
        self._rough: list[Piece] = []
        if self._fits.any():
            self._lines = lines_below(facts, service, members=held + 1)
            self._rough = lines_below(facts, service, ROUGH, members=held + 1)
            self._form_line = _line_below(CENTS_PER_EURO * form)
        self._may = conditions.pair.T & conditions.pool & conditions.pool[:, None]
        self._may[:, ~self._town] = False
        self._may[self._seat, self._seat] = conditions.pool
        fixed = CENTS_PER_EURO * np.array([float(facts.fixed_cost(service, h)) for h in range(n)])
        # Rounded with it, a sum may lose half a cent more, and gain one.
        self._fixed = np.where(fixed > 0.0, fixed - 2 * HALF_A_CENT, 0.0)
        self._rounding = Rounding(facts, max_size(facts, conditions))

    def cheapest(self, prices: Prices, *, rough: bool = False) -> Cheapest:
        """Return what is cheapest at these prices, which have no cuts.

        With few lines if a `rough` look is enough; what they cost is told as by all.
        """
        best = Cheapest.nothing(self._facts.n)
        for line in self._rough if rough else self._lines:
            best = best.or_(self._under(line, prices, np.minimum(best.reduced, 0.0)))
        return replace(best, cents=self._cents(best)) if rough else best

    def _cents(self, found: Cheapest) -> Floats:
        """Return what coalitions cost by the cheapest line for their demand."""
        demand = found.members @ self._demand
        size = found.members.sum(axis=1) - ~self._town  # a site is no member
        least = np.full(len(demand), np.inf)
        for line in self._lines:
            cents = _whole_cents(line, self._form)[size] + CENTS_PER_EURO * line.slope * demand
            covers = (line.low <= demand) & (demand <= line.high)
            least = np.where(covers, np.minimum(cents, least), least)
        return np.where(np.isfinite(least), least + self._fixed, found.cents)

    def _under(self, line: Piece, prices: Prices, enough: Floats) -> Cheapest:
        """Return what is cheapest under one line, roughly where it is not below `enough`."""
        cost = prices.cost
        pay = np.where(self._may, prices.pair, FORBIDDEN)
        pay = pay + cost * CENTS_PER_EURO * line.slope * self._demand
        body = _whole_cents(line, self._form)
        members, size = self._wanted(pay, cost * body)
        value, cents = np.where(members, pay, 0.0).sum(axis=1) + cost * body[size], body[size]
        base = prices.seat + prices.body - self._rounding.of_sums(prices)
        base = base + cost * self._fixed
        demand = members @ self._demand
        once, each = self._form_line
        once += CENTS_PER_EURO * line.intercept - HALF_A_CENT
        once_at = cost * (once - each * ~self._town)  # a site is no member
        outside = (demand < line.low) | (demand > line.high)
        if (outside & (value + base < enough)).any():
            kept, rest = kept_to(line, pay + cost * each, self._demand, self._town)
            rest += np.minimum(kept, 0.0).sum(axis=1) + np.maximum(kept.diagonal(), 0.0) + once_at
            value = np.where(outside, np.maximum(value, rest), value)
        for low, high, far in (
            (line.low, np.inf, demand < line.low),
            (0.0, line.high, demand > line.high),
        ):
            seats = np.flatnonzero(far & (value + base < enough))
            if len(seats):
                least, inside = self._packed(pay[seats] + cost * each, seats, low, high)
                value[seats] = least + once_at[seats]
                members[seats] = inside
                cents[seats] = once + each * (inside.sum(axis=1) - ~self._town[seats])
        value = np.where(value < FORBIDDEN / 2, value + base, np.inf)
        cents = cents + CENTS_PER_EURO * line.slope * (members @ self._demand) + self._fixed
        return Cheapest(value, members, cents, pay)

    def _wanted(self, pay: Floats, body: Floats) -> tuple[Bools, Ints]:
        """Return the cheapest members of each seat, and their number (sites are none).

        `body` is what a body costs beside its members, by their number.
        """
        n, seat = self._facts.n, self._seat
        seat_first = pay.copy()
        seat_first[seat, seat] = -np.inf
        order = np.argsort(seat_first, axis=1, kind="stable")
        paid = np.cumsum(np.take_along_axis(pay, order, axis=1), axis=1)
        size = np.arange(1, n + 1) - ~self._town[:, None]
        total = paid + body[size]
        last = np.where(self._fits[size], total, np.inf).argmin(axis=1)
        members = np.zeros((n, n), bool)
        np.put_along_axis(members, order, seat <= last[:, None], axis=1)
        return members, size[seat, last]

    def _packed(self, pay: Floats, seats: Ints, low: float, high: float) -> tuple[Floats, Bools]:
        """Return the least sums with a demand of `low` at least, or of `high` at the most.

        Demand is counted in whole cells, too much for the one, too little for the other, so that
        nothing is left out. States are cells; what is above `low` is one state.
        """
        rows, n = np.arange(len(seats)), self._facts.n
        if low > 0.0:
            cells = np.ceil(self._demand / low * CELLS * (1 + CELL_ERROR))
        else:
            cells = np.floor(self._demand / max(high, 1e-300) * CELLS * (1 - CELL_ERROR))
        cell = np.minimum(cells, CELLS + 1 if low <= 0.0 else CELLS).astype(np.int64)
        least = np.full((len(seats), CELLS + 1), np.inf)
        first = cell[seats]
        fits = first <= CELLS
        least[rows[fits], first[fits]] = pay[rows, seats][fits]
        came = np.full((n, len(seats), CELLS + 1), -1, np.int16)
        states = np.arange(CELLS + 1)
        for i in np.flatnonzero((pay < FORBIDDEN / 2).any(axis=0) & self._town).tolist():
            k = int(cell[i])
            if k > CELLS:
                continue
            with_ = np.full_like(least, np.inf)
            before = np.broadcast_to(states - k, least.shape).copy()
            with_[:, k:] = least[:, : CELLS + 1 - k] + pay[:, i : i + 1]
            if low > 0.0:
                at = least[:, CELLS - k :].argmin(axis=1) + CELLS - k
                with_[:, CELLS], before[:, CELLS] = least[rows, at] + pay[:, i], at
            with_[seats == i] = np.inf
            better = with_ < least
            came[i] = np.where(better, before, -1)
            least = np.where(better, with_, least)
        at = np.full(len(seats), CELLS) if low > 0.0 else least.argmin(axis=1)
        value, inside = least[rows, at], np.zeros((len(seats), n), bool)
        inside[rows, seats] = True
        for i in reversed(range(n)):
            before = came[i][rows, at]
            inside[:, i] |= before >= 0
            at = np.where(before >= 0, before, at)
        return value, inside


def least_shares(facts: Facts, s: int, conditions: Conditions, price: Prices) -> Floats:
    """Return (n,) what each costs a service at least, with prices that hold no duals.

    Whoever pools pays at least the least average cost for its demand, an equal share of the
    cheapest form, and the way to the nearest seat; the shares of a partnership's members add up.
    """
    demand = facts.demand[s]
    high, low = float(demand.sum()), float(demand[demand > 0].min(initial=np.inf))
    average, lines = 0.0, lines_below(facts, s)
    if high > 0:
        # On a line the average cost is least at an end.
        ends = [
            p.intercept / d + p.slope
            for p in lines
            for d in (max(low, p.low), min(high, p.high))
            if d > 0
        ]
        average = max(0.0, min(ends, default=0.0))
    forms = _form_costs(facts, s, conditions, 0)[1:]
    form = float((forms / np.arange(1, len(forms) + 1)).min())
    # Rounding to the cent takes off half of one at the most.
    share = np.full(len(demand), np.inf)
    if np.isfinite(form):
        share = price.cost * (CENTS_PER_EURO * (average * demand + form) - HALF_A_CENT)
    pooled = np.where(conditions.pool, share + price.pair.min(axis=0), np.inf)
    alone = np.where(conditions.alone, price.alone, np.inf)
    least = np.minimum(pooled, alone)
    least = np.where(np.isfinite(least), least, 0.0)
    return np.asarray(least - AMOUNT_ERROR * np.abs(least))


def _whole_cents(line: Piece, form: Floats) -> Floats:
    """Return the cents of a body beside what its demand adds: after rounding at the least."""
    cents = CENTS_PER_EURO * (line.intercept + form)
    if line.slope:
        return np.asarray(cents - HALF_A_CENT)
    return np.asarray(np.floor(cents + HALF_A_CENT - AMOUNT_ERROR * np.maximum(1.0, np.abs(cents))))


def _form_costs(facts: Facts, service: int, conditions: Conditions, held: int) -> Floats:
    """Return (n + 1,) EUR of the cheapest form by number of members, infinite up to `held`."""
    least = np.full(facts.n + 1, np.inf)
    at_site = facts.n > facts.towns
    for form, ok in zip(facts.instance.legal_forms, conditions.forms, strict=True):
        if ok:
            for size in range(held + 1, max_size(facts, conditions) + 1):
                if form.fits(size, at_site=at_site):
                    least[size] = min(least[size], float(facts.paid(service, form, size)))
    return least


def _line_below(form: Floats) -> tuple[float, float]:
    """Return (once, for each member) of a line below what is finite, from first to last."""
    size = np.flatnonzero(np.isfinite(form))
    cost = form[size]
    each = float((cost[-1] - cost[0]) / (size[-1] - size[0])) if len(size) > 1 else 0.0
    return float((cost - each * size).min()), each
