"""Pieces of a cost curve: straight lines that never over-estimate it, each for a range of demand.

What a solver proves about the lines holds for the true curve:

* tiers are lines themselves, and exact;
* where the curve is concave, a piece is the chord between two points of it, exact at both;
* where it is convex, a piece is a tangent, exact at its point, up to where the next is higher;
* above `flat_above` the curve is a line through the origin, and exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import ceil, log, sqrt

import numpy as np

from koopopt.case.facts import TOLERANCE
from koopopt.case.library import PowerCost, TierCost

Curve = PowerCost | TierCost

FIRST_CHORD_ERROR = 0.002
"""Relative error of a chord to begin with, unless that takes too many of them."""
MAX_FIRST_PIECES = 6
"""Pieces of a bent curve to begin with."""
WIDENING_ERROR = 1e-12
"""By so much, relatively, a line for a wider range may be below the cheapest one."""


@dataclass(frozen=True, slots=True)
class Piece:
    """intercept + slope · D ≤ C(D) for low ≤ D ≤ high."""

    low: float
    high: float
    slope: float
    intercept: float


def pieces(curve: Curve, low: float, high: float, points: Iterable[float] = ()) -> list[Piece]:
    """Return lines that cover demands from `low` to `high`.

    Whatever the demand, the cheapest line that covers it costs at most C(D), and exactly C(D) if
    the curve is made of tiers or D is one of `points`.
    """
    if isinstance(curve, TierCost):
        return _tiers(curve, low, high)
    if _is_line(curve, low):
        return [Piece(low, high, _average(curve), 0.0)]
    top = high if curve.flat_above is None else min(high, curve.flat_above)
    knots = [low, *_inside(points, low, top), top]
    result = list((_chords if curve.elasticity < 1 else _tangents)(curve, knots))
    if top < high:
        result.append(Piece(top, high, _average(curve), 0.0))
    return result


def is_straight(curve: Curve, low: float, high: float) -> bool:
    """Whether one line is the whole curve from `low` to `high`."""
    if isinstance(curve, TierCost):
        return len(_tiers(curve, low, high)) == 1
    return _is_line(curve, low)


def is_exact(curve: Curve, low: float) -> bool:
    """Whether lines are the whole curve from `low` on, so that nothing is left to learn of it."""
    return isinstance(curve, TierCost) or _is_line(curve, low)


def first_points(
    curve: Curve, low: float, high: float, error: float | None = None, most: int | None = None
) -> list[float]:
    """Return the points to cut a bent curve at in the beginning, in equal ratios.

    `error` is what a chord may be off relatively, unless that takes more than `most` pieces.
    """
    error, most = error or FIRST_CHORD_ERROR, most or MAX_FIRST_PIECES
    if isinstance(curve, TierCost) or _is_line(curve, low):
        return []
    top = high if curve.flat_above is None else min(high, curve.flat_above)
    low = max(low, top / 100)
    # A chord of D^e from a to r·a is off by e·(1 - e) / 8 · (ln r)², relatively.
    ratio = sqrt(8 * error / abs(curve.elasticity * (1 - curve.elasticity)))
    count = min(most, ceil(log(top / low) / ratio)) if top > low > 0 else 1
    return [low * (top / low) ** (k / count) for k in range(1, count)]


def widened(found: list[Piece]) -> list[Piece]:
    """Return the same lines for ranges as wide as they may be.

    Where a line is not below the cheapest of those that cover a demand, it may cover that, too:
    `low` is 0 and `high` infinite where it may everywhere. The cheapest line stays as it is.
    """
    ends = {e for p in found for e in (p.low, p.high)}
    for p, q in combinations(found, 2):
        if p.slope != q.slope:
            ends.add((q.intercept - p.intercept) / (p.slope - q.slope))
    low, high = min(p.low for p in found), max(p.high for p in found)
    edges = pairwise(sorted(e for e in ends if low <= e <= high))
    cells = [(a, b, [p for p in found if p.low <= a and b <= p.high]) for a, b in edges]

    def covers(line: Piece, cell: tuple[float, float, list[Piece]]) -> bool:
        """Whether a line may cover a cell, in which all lines are straight and none cross."""
        a, b, there = cell
        least = [min((_at(p, d) for p in there), default=-np.inf) for d in (a, b)]
        room = [WIDENING_ERROR * abs(v) for v in least]
        return all(_at(line, d) >= v - r for d, v, r in zip((a, b), least, room, strict=True))

    def wide(line: Piece) -> Piece:
        below = [c for c in cells if c[1] <= line.low]
        above = [c for c in cells if c[0] >= line.high]
        down = next((c[1] for c in reversed(below) if not covers(line, c)), 0.0)
        up = next((c[0] for c in above if not covers(line, c)), np.inf)
        return replace(line, low=down, high=up)

    return [wide(p) for p in found]


def _at(line: Piece, demand: float) -> float:
    return line.intercept + line.slope * demand


def is_new(points: Iterable[float], demand: float) -> bool:
    """Whether `demand` is none of the points, rounding aside."""
    return all(abs(p - demand) > TOLERANCE * max(p, demand) for p in points)


def _inside(points: Iterable[float], low: float, high: float) -> list[float]:
    return sorted({p for p in points if low * (1 + TOLERANCE) < p < high * (1 - TOLERANCE)})


def _is_line(curve: PowerCost, low: float) -> bool:
    flat = curve.flat_above is not None and low >= curve.flat_above
    return flat or curve.elasticity == 1 or curve.scale == 0


def _average(curve: PowerCost) -> float:
    """Return the average cost of the straight part."""
    return float(curve.scale * (curve.flat_above or 1.0) ** (curve.elasticity - 1))


def _chords(curve: PowerCost, knots: list[float]) -> Iterator[Piece]:
    cost = curve(np.array(knots)).tolist()
    for a, b, at_a, at_b in zip(knots, knots[1:], cost, cost[1:], strict=False):
        slope = (at_b - at_a) / (b - a) if b > a else 0.0
        yield Piece(a, b, slope, at_a - slope * a)


def _tangents(curve: PowerCost, knots: list[float]) -> Iterator[Piece]:
    e = curve.elasticity
    lines = []
    for knot in knots:
        cost = curve.scale * knot**e
        lines.append((e * cost / knot if knot else 0.0, (1 - e) * cost))
    ends = [knots[0]]
    for k, ((slope, start), (steeper, lower)) in enumerate(pairwise(lines)):
        meet = (start - lower) / (steeper - slope) if steeper > slope else knots[k]
        ends.append(min(max(meet, knots[k]), knots[k + 1]))
    ends.append(knots[-1])
    for a, b, (slope, intercept) in zip(ends, ends[1:], lines, strict=False):
        yield Piece(a, b, slope, intercept)


def _tiers(curve: TierCost, low: float, high: float) -> list[Piece]:
    """Return the tiers that serve some demand in the range and are not dearer than another."""
    room = 1 + TOLERANCE
    lines = [
        Piece(low, high if t.up_to is None else min(high, max(low, t.up_to)), t.per_unit, t.fixed)
        for t in curve.tiers
        if t.up_to is None or t.up_to * room >= low
    ]
    kept: list[Piece] = []
    for line in sorted(lines, key=lambda p: -p.high):
        if not any(_under(other, line) for other in kept):
            kept = [other for other in kept if not _under(line, other)]
            kept.append(line)
    return kept


def _under(a: Piece, b: Piece) -> bool:
    """Whether line a is nowhere above line b, and serves all that b serves."""
    return a.high >= b.high and all(
        a.intercept + a.slope * d <= b.intercept + b.slope * d for d in (b.low, b.high)
    )
