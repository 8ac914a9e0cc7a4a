"""Modes: the shapes that a pooled partnership at a hub may take, each with a linear cost.

A mode is a legal form × a class of sizes × a piece of the cost curve. Within a class the grant is
the same and the form costs so much for the body and so much for each further member; within a
piece a line stands for the curve. The line *never over-estimates*, so what a solver proves about
the modes holds for the true curve:

* tiers are lines themselves, and exact;
* where the curve is concave, a piece is the chord between two points of it, exact at both;
* where it is convex, a piece is a tangent, exact at its point, up to where the next is higher;
* above `flat_above` the curve is a line through the origin, and exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, log, sqrt

import numpy as np

from koopopt.case.facts import TOLERANCE, Facts
from koopopt.case.library import LegalForm, PowerCost, TierCost
from koopopt.linear import Floats
from koopopt.rules import Conditions

Curve = PowerCost | TierCost

FIRST_CHORD_ERROR = 0.002
"""Relative error of a chord to begin with, unless that takes too many of them."""
MAX_FIRST_PIECES = 6
"""Pieces of a bent curve to begin with."""


@dataclass(frozen=True, slots=True)
class Piece:
    """intercept + slope · D ≤ C(D) for low ≤ D ≤ high."""

    low: float
    high: float
    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class Sizes:
    """A legal form for `smallest` to `largest` members: costs fixed + extra · (members - 1).

    `form` is its number in the instance. At a site, which counts among these members, `part` is the
    county or state whose members alone may take it there.
    """

    form: int
    smallest: int
    largest: int
    fixed: float
    extra: float
    part: int = 0


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


def first_points(curve: Curve, low: float, high: float) -> list[float]:
    """Return the points to cut a bent curve at in the beginning, in equal ratios."""
    if isinstance(curve, TierCost) or _is_line(curve, low):
        return []
    top = high if curve.flat_above is None else min(high, curve.flat_above)
    low = max(low, top / 100)
    # A chord of D^e from a to r·a is off by e·(1 - e) / 8 · (ln r)², relatively.
    ratio = sqrt(8 * FIRST_CHORD_ERROR / abs(curve.elasticity * (1 - curve.elasticity)))
    count = min(MAX_FIRST_PIECES, ceil(log(top / low) / ratio)) if top > low > 0 else 1
    return [low * (top / low) ** (k / count) for k in range(1, count)]


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


def size_classes(facts: Facts, conditions: Conditions, least: int = 2) -> list[Sizes]:
    """Return the legal forms by classes of sizes, without what another form does more cheaply.

    A class is a run of sizes with the same grant. With two members votes do not count, so two is
    a class of its own where a form has votes. A pool has two members at `least`, at a site one.
    """
    low, high = _size_range(facts, conditions, least)
    forms = [
        (k, f)
        for k, (f, ok) in enumerate(zip(facts.instance.legal_forms, conditions.forms, strict=True))
        if ok
    ]
    sizes = range(low, high + 1)
    cost = np.array(
        [[f.cost(k) if f.fits(k, at_site=least == 1) else np.inf for k in sizes] for _, f in forms],
        float,
    ).reshape(len(forms), len(sizes))
    wanted = np.isfinite(cost)
    pair = np.array(sizes) <= 2
    for a, (_, f) in enumerate(forms):
        for b, (_, g) in enumerate(forms):
            if a != b and _at_least_as_open(facts, g, f):
                cheaper = cost[b] <= cost[a] if b < a else cost[b] < cost[a]
                wanted[a] &= ~(cheaper & (pair | _votes_as_open(g, f)))
    return [
        Sizes(number, sizes[first], sizes[last], float(fixed), form.cost_per_extra_member)
        for a, (number, form) in enumerate(forms)
        for first, last, fixed in _runs(cost[a], wanted[a], form, low)
    ]


def at_site(sizes: Sizes, fixed: float, part: int = 0) -> Sizes:
    """Return a class with a site as a member, which costs `fixed` and is no extra member."""
    return replace(
        sizes,
        smallest=sizes.smallest + 1,
        largest=sizes.largest + 1,
        fixed=sizes.fixed - sizes.extra + fixed,
        part=part,
    )


def _size_range(facts: Facts, conditions: Conditions, low: int) -> tuple[int, int]:
    """Return the sizes that the rules on the number of members leave."""
    high = int(conditions.pool[: facts.towns].sum())
    for r in conditions.ranges:
        weight = r.weight[: facts.towns]
        if np.ptp(weight) == 0 and weight[0] > 0:
            if np.isfinite(r.low):
                low = max(low, ceil(r.low / weight[0] - TOLERANCE))
            if np.isfinite(r.high):
                high = min(high, floor(r.high / weight[0] + TOLERANCE))
    return low, high


def _at_least_as_open(facts: Facts, g: LegalForm, f: LegalForm) -> bool:
    """Whether g takes all members, by county and state, that f takes."""
    return (not g.same_county or f.same_county or not facts.county.any()) and (
        not g.same_state or f.same_state or f.same_county or not facts.state.any()
    )


def _votes_as_open(g: LegalForm, f: LegalForm) -> bool:
    if g.votes is None or f.votes is None:
        return g.votes is None
    return (
        g.votes.base == f.votes.base
        and g.votes.inhabitants_per_vote == f.votes.inhabitants_per_vote
        and g.votes.max_share >= f.votes.max_share
    )


def _runs(
    cost: Floats, wanted: np.ndarray, form: LegalForm, low: int
) -> Iterator[tuple[int, int, float]]:
    """Yield (first, last, fixed): positions of consecutive sizes with the same fixed cost."""
    fixed = cost - form.cost_per_extra_member * (np.arange(len(cost)) + low - 1)
    begin = 0
    for k in range(1, len(cost) + 1):
        goes_on = (
            k < len(cost)
            and wanted[k] == wanted[begin]
            and (not wanted[k] or abs(fixed[k] - fixed[begin]) <= 1e-9 * max(1, abs(fixed[begin])))
            and not (form.votes is not None and k + low == 3)
        )
        if not goes_on:
            if wanted[begin]:
                yield begin, k - 1, fixed[begin]
            begin = k
