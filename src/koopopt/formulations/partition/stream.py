"""A stream: all coalitions of a service, gone through at given prices without holding them.

What the linear program wants of a pool is little: its coalitions of least reduced cost, and the
certainty that all others are dearer. So compiled code walks through all coalitions, leaves out
what cannot be below a threshold, and hands out the rest in pieces, which are evaluated as those of
any pool (`fill`); where too many are kept, the threshold falls.

What a coalition can become at best, by seat: its members pay their prices, everyone who may still
join does if that saves (and pays a little more where only so many may), the cost curve is replaced
by lines below it, and cuts are paid for by the members so far. All that is at most the true reduced
cost (`TINY_CENTS`, `Rounding`), so nothing is left out that is below the threshold, whatever the
curve, rules and forms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from koopopt.case.facts import TOLERANCE, Facts
from koopopt.coalitions.admissible import enumeration
from koopopt.coalitions.enumeration import STEPS_PER_LOOK, Enumeration
from koopopt.coalitions.sets import FORBIDDEN, Coalitions
from koopopt.exact import CENTS_PER_EURO
from koopopt.formulations.partition.lines import ROUGH, kept_to, lines_below, stairs, surcharge
from koopopt.formulations.partition.pool import Pool, Prices, fill
from koopopt.formulations.partition.rounding import Rounding
from koopopt.linear import Floats, Ints
from koopopt.rules import Conditions

if TYPE_CHECKING:
    from koopopt.formulations.partition.stream_kernels import Dear, Spot

CURVE_CELLS: Final = 1 << 14
"""Pieces of a demand's range in which the cost curve is a straight line."""
TINY_CENTS: Final = 1.0
"""Cents that rounding to the cent, and of the curve, may take off."""
COALITIONS_PER_PIECE: Final = 20_000
USUAL_MEMBERS: Final = 6
"""Further members that most of the cheapest coalitions have at the most."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a walk kept.

    Attributes
    ----------
    pool : Pool
    reduced, seat : (N,) arrays
        Reduced costs, as `Pool.reduced_cost` returns them.
    beyond : float
        All other coalitions have at least this reduced cost.
    """

    pool: Pool
    reduced: Floats
    seat: Ints
    beyond: float


class Stream:
    """All coalitions that a service may form, not held."""

    def __init__(self, facts: Facts, service: int, conditions: Conditions) -> None:
        self.facts, self.service, self.conditions = facts, service, conditions
        everything = enumeration(facts, conditions)
        assert isinstance(everything, Enumeration)  # with sites nothing is streamed
        self._of = everything
        degree = self._of.adjacent.sum(axis=1)
        self._first = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
        self._neighbour = np.nonzero(self._of.adjacent)[1].astype(np.int16)
        none = np.zeros((0, 0), bool)
        self._apart = self._of.apart if self._of.apart.any() else none
        self._lines = lines_below(facts, service, ROUGH)

    def least(self, prices: Prices, below: float, room: int, check: Callable[[], None]) -> Seen:
        """Return the coalitions of reduced cost below a number, or so many of the least.

        Parameters
        ----------
        prices : Prices
        below : float
        room : int
            Coalitions to keep: at least these where there are so many, at most twice.
        check : callable
            Called every few milliseconds; may raise.
        """
        kept = _Kept(self._evaluated(self._none, prices, below), below, room)
        dear = self._dear(prices)
        spot = self._spot(dear)
        done = False
        while not done:
            check()
            done, found = self._take(dear, spot, kept.below)
            if len(found):
                kept.add(self._evaluated(found, prices, kept.below))
        return kept.seen()

    @property
    def _none(self) -> Coalitions:
        return Coalitions.of_table(np.zeros((0, self.facts.n), bool))

    def _evaluated(
        self, coalitions: Coalitions, prices: Prices, below: float
    ) -> tuple[Pool, Floats, Ints]:
        pool = fill(self.facts, self.service, self.conditions, coalitions)
        return pool, *pool.reduced_cost(prices, below)

    def _take(self, dear: Dear, spot: Spot, below: float) -> tuple[bool, Coalitions]:
        from koopopt.formulations.partition import stream_kernels

        n = self.facts.n
        start = np.zeros(COALITIONS_PER_PIECE + 1, np.int64)
        member = np.empty(max(16 * COALITIONS_PER_PIECE, n), np.int16)
        done, count = stream_kernels.grow_below(
            self._first, self._neighbour, self._apart, dear, spot, below, start, member,
            STEPS_PER_LOOK,
        )  # fmt: skip
        return bool(done), Coalitions(n, start[: count + 1].copy(), member[: start[count]].copy())

    # -- what is added up ----------------------------------------------------------------------

    def _dear(self, prices: Prices) -> Dear:
        """Return all numbers that a walk at these prices needs."""
        from koopopt.formulations.partition.stream_kernels import Dear

        facts, conditions, n = self.facts, self.conditions, self.facts.n
        form, each = self._forms(prices)
        cents = prices.cost * CENTS_PER_EURO
        demand = facts.demand[self.service]
        pair = np.where(conditions.pair.T, prices.pair, FORBIDDEN)
        by_line, paid = np.empty((2, len(self._lines), n, n))
        base, rest = np.empty((2, len(self._lines), n))
        for k, line in enumerate(self._lines):
            pay = pair + cents * line.slope * demand + each
            more, back = surcharge(pay, conditions.pool, self._of.max_size)
            by_line[k], kept = kept_to(line, pay + more, demand, conditions.pool)
            paid[k] = by_line[k] - more
            rest[k] = kept + cents * line.intercept - prices.cost * TINY_CENTS
            base[k] = rest[k] - back
        by_line[:, :, ~conditions.pool] = 0.0  # nobody of them ever joins
        price = np.minimum(by_line, 0.0)
        # From member r on: what it pays itself, and what of the later ones saves.
        later = np.cumsum(price[:, :, ::-1], axis=2)[:, :, ::-1] - price
        body = self._body(prices) + prices.seat
        lone = by_line + later + (base + body)[:, :, None]
        seat = np.arange(n)
        lone[:, (seat[:, None] < seat) | ~conditions.pool[:, None]] = FORBIDDEN
        left = -price
        left[:, seat, seat] = FORBIDDEN
        value, slope, cells = self._curve(prices.cost)
        high = [r for r in conditions.ranges if r.weight.min(initial=0.0) >= 0]
        cut, cut_weight, cut_first = _cuts(prices, n)
        return Dear(
            lone=_by_municipality(lone),
            taken=_by_municipality(np.maximum(by_line, 0.0)),
            left=_by_municipality(left),
            pay=paid.reshape(-1, n),
            rest=(rest + body).ravel(),
            line_low=np.array([line.low for line in self._lines]),
            line_high=np.array([line.high for line in self._lines]),
            pair=np.ascontiguousarray(pair.T),
            seat=body,
            demand=demand,
            value=value,
            slope=slope,
            cells=cells,
            form=form + np.arange(n + 2) * each,
            least_form=np.minimum.accumulate(form[::-1])[::-1],
            weight=np.array([r.weight for r in high], float).reshape(-1, n),
            high=np.array([r.high + 2 * TOLERANCE * max(1.0, abs(r.high)) for r in high], float),
            cut=cut,
            cut_weight=cut_weight,
            cut_first=cut_first,
            divisor=prices.cuts.divisor.astype(np.int64),
            cut_price=prices.cut_price,
        )

    def _body(self, prices: Prices) -> float:
        """Return the price of a body, less what floating point may lose on the way."""
        return prices.body - Rounding(self.facts, self._of.max_size).of_sums(prices)

    def _forms(self, prices: Prices) -> tuple[Floats, float]:
        """Return the least cost of a form by size, less so much for each member, and that."""
        facts, n = self.facts, self.facts.n
        least = np.full(n + 2, FORBIDDEN)
        for number, form in enumerate(facts.instance.legal_forms):
            if self.conditions.forms[number]:
                for size in range(2, n + 1):
                    if form.fits(size):
                        paid = float(facts.form_costs[self.service][number][size])
                        least[size] = min(least[size], paid)
        known = least[least < FORBIDDEN] * CENTS_PER_EURO * prices.cost
        more = np.diff(known)
        # What is left must not fall far with size: where pairs cost, later members are the dearer.
        each = float(min(np.median(more), np.median(more[:USUAL_MEMBERS]))) if len(more) else 0.0
        least[least < FORBIDDEN] = known - each * np.flatnonzero(least < FORBIDDEN)
        return least, each

    def _curve(self, cost: float) -> tuple[Floats, Floats, float]:
        """Return the cost curve in cells, from below."""
        demand, curve = self.facts.demand[self.service], self.facts.services[self.service].cost
        edge = np.linspace(0.0, max(float(demand.sum()), 1e-9), CURVE_CELLS + 1)
        value, rise = stairs(curve, edge)
        value = (CENTS_PER_EURO * value - TINY_CENTS) * cost
        return value, CENTS_PER_EURO * cost * rise, CURVE_CELLS / edge[-1]

    def _spot(self, dear: Dear) -> Spot:
        from koopopt.formulations.partition.stream_kernels import Spot

        n, size = self.facts.n, self._of.max_size
        return Spot(
            np.array([-1, 0], np.int64), np.zeros(size, np.int16),
            np.empty(size * n + n, np.int16), np.zeros(size + 1, np.int64),
            np.zeros(size + 1, np.int64), np.full(n, -1, np.int16),
            np.empty((size + 1, dear.lone.shape[1])), np.empty((size + 1, n)),
            np.empty(size + 1), np.empty(size + 1), np.empty((size + 1, len(dear.high))),
            np.zeros(len(dear.divisor), np.int64), np.zeros(n, np.int16), np.zeros(n, bool),
            np.zeros(n + 1), np.zeros((size + 1, 3), np.int64),
        )  # fmt: skip


class _Kept:
    """The coalitions of least reduced cost so far."""

    def __init__(self, none: tuple[Pool, Floats, Ints], below: float, room: int) -> None:
        self.below, self.room = below, room
        self._parts = [none]

    def add(self, found: tuple[Pool, Floats, Ints]) -> None:
        """Keep what is below the threshold; lower that where too much is."""
        self._parts.append(_part(found, self.below))
        if sum(len(pool) for pool, _, _ in self._parts) > 2 * self.room:
            found = self._joined()
            self.below = float(np.partition(found[1], self.room)[self.room])
            self._parts = [_part(found, self.below)]

    def _joined(self) -> tuple[Pool, Floats, Ints]:
        pools, reduced, seat = zip(*self._parts, strict=True)
        return Pool.joined(pools), np.concatenate(reduced), np.concatenate(seat)

    def seen(self) -> Seen:
        return Seen(*self._joined(), self.below)


def _part(found: tuple[Pool, Floats, Ints], below: float) -> tuple[Pool, Floats, Ints]:
    pool, reduced, seat = found
    low = reduced < below
    return pool.take(low), reduced[low], seat[low]


def _by_municipality(table: Floats) -> Floats:
    """Return a (lines, seats, n) table as (n, lines × seats)."""
    return np.ascontiguousarray(np.moveaxis(table, 2, 0)).reshape(table.shape[2], -1)


def _cuts(prices: Prices, n: int) -> tuple[Ints, Ints, Ints]:
    """Return the cuts by municipality, its weight in each, and where each municipality begins."""
    cuts = prices.cuts
    town, cut = np.nonzero(cuts.weight.T)
    return cut, cuts.weight[cut, town], np.searchsorted(town, np.arange(n + 1))
