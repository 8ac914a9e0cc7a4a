"""Straight lines below a cost curve: what demand costs at the least, in linear terms."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.library import PowerCost, TierCost
from koopopt.coalitions.sets import FORBIDDEN
from koopopt.formulations.pieces import WIDENING_ERROR, Piece, first_points, pieces, widened
from koopopt.linear import Bools, Floats

CLOSE: Final = (2e-4, 16)
"""Relative error of lines where they cost little time, and how many there are at the most."""
ROUGH: Final = (2e-3, 4)
"""The same where each of them takes time."""
SUM_ERROR: Final = 2.0**-48
"""Relative error of a few operations, generously."""
RANGE_ERROR: Final = 2.0**-36
"""Relative error of sums of demands, generously: ranges are wider by it."""


def lines_below(
    facts: Facts, s: int, fineness: tuple[float, int] = CLOSE, members: int = 1
) -> list[Piece]:
    """Return lines for the demands of at least so many members.

    The cheapest of those whose range holds a demand is not above the cost curve there. Where none
    does, it cannot be served.
    """
    curve, demand = facts.services[s].cost, np.sort(facts.demand[s, : facts.towns])
    low, high = float(demand[:members].sum()), float(demand.sum())
    found = pieces(curve, low, high, first_points(curve, low, high, *fineness))
    if not found:
        return []
    down, up = 1 - RANGE_ERROR, 1 + RANGE_ERROR
    less = 2 * WIDENING_ERROR * max(abs(p.intercept) + abs(p.slope) * p.high for p in found)
    return [
        replace(p, low=p.low * down, high=p.high * up, intercept=p.intercept - less)
        for p in widened(found)
    ]


def kept_to(line: Piece, pay: Floats, demand: Floats, may: Bools) -> tuple[Floats, Floats]:
    """Return what members pay at each seat, (n, n), and the rest, (n,), within a line's range.

    Whoever brings a coalition's demand nearer to the range is paid for it, by as much as makes the
    cheapest coalition of a seat keep to it (a Lagrange multiplier): none in the range gets cheaper.
    """
    n, low, high = len(demand), line.low, line.high
    if low <= 0.0 and high >= demand.sum():
        return pay, np.zeros(n)
    others = may & (demand > 0.0) & (pay < FORBIDDEN / 2) & ~np.eye(n, dtype=bool)
    unit = np.where(others, pay / np.where(demand > 0.0, demand, 1.0), FORBIDDEN)
    order = np.argsort(unit, axis=1, kind="stable")
    unit = np.take_along_axis(unit, order, axis=1)
    # With the cheapest k others a seat has this demand.
    total = demand[:, None] + np.cumsum(np.where(unit < FORBIDDEN, demand[order], 0.0), axis=1)
    wanted = demand + np.where(others & (pay < 0.0), demand, 0.0).sum(axis=1)
    seat = np.arange(n)
    reached = unit[seat, (total < low).sum(axis=1).clip(max=n - 1)]
    filled = unit[seat, (total <= high).sum(axis=1).clip(max=n - 1)]
    multiplier = np.where(wanted < low, reached, np.where(wanted > high, filled, 0.0))
    multiplier[np.abs(multiplier) >= FORBIDDEN / 2] = 0.0  # no sum of them is in the range
    rest = multiplier * np.where(multiplier > 0.0, low, np.where(multiplier < 0.0, high, 0.0))
    rest -= SUM_ERROR * np.abs(rest)
    return pay - multiplier[:, None] * demand, rest


def surcharge(pay: Floats, may: Bools, size: int) -> tuple[Floats, Floats]:
    """Return what members pay besides at each seat, (n, n), and what a body gets back, (n,).

    Everybody but the seat pays so much (a Lagrange multiplier) that a seat's cheapest coalition has
    no more than `size` members. None of so many pays more than its body gets back.
    """
    n = len(pay)
    if size >= n:
        return np.zeros((n, n)), np.zeros(n)
    others = np.where(may & ~np.eye(n, dtype=bool), pay, FORBIDDEN)
    each = np.maximum(0.0, -np.partition(others, size - 1, axis=1)[:, size - 1])
    more = np.where(np.eye(n, dtype=bool), 0.0, each[:, None])
    return more, (1 + SUM_ERROR) * (size - 1) * each


def stairs(curve: PowerCost | TierCost, edge: Floats) -> tuple[Floats, Floats]:
    """Return (value, rise) of each cell between two edges: a line that lies below the curve there.

    Within a cell a curve is a chord at the least where it is concave, else its value at the left.
    """
    value = curve(edge)
    kinks = np.array(_kinks(curve))
    kinked = ((edge[:-1, None] < kinks) & (kinks < edge[1:, None])).any(axis=1)
    concave = np.array([_concave(curve, a) for a in edge[:-1].tolist()])
    return value[:-1], np.where(concave & ~kinked, np.diff(value), 0.0)


def _kinks(curve: PowerCost | TierCost) -> list[float]:
    """Return the demands at which a curve is not smooth, where tiers cross apart (concave)."""
    if isinstance(curve, TierCost):
        return [t.up_to for t in curve.tiers if t.up_to is not None]
    return [] if curve.flat_above is None else [curve.flat_above]


def _concave(curve: PowerCost | TierCost, low: float) -> bool:
    """Whether a curve is concave from a demand to its next kink, exactly."""
    if isinstance(curve, TierCost):
        return True  # the cheapest of straight lines
    flat = curve.flat_above
    return curve.elasticity <= 1.0 or (flat is not None and low >= flat)
