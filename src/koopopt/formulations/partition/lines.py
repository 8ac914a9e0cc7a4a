"""Straight lines below a cost curve: what demand costs at the least, in linear terms."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.library import PowerCost, TierCost
from koopopt.linear import Floats

LINES_UNDER_CURVE: Final = 12
"""Lines under a cost curve."""
FEW_LINES: Final = 4
"""Lines under a curve that is a power, where each of them takes time."""


def lines_below(facts: Facts, s: int) -> list[tuple[float, float]]:
    """Return (intercept, slope) of lines whose minimum lies below the cost curve.

    Chords between breakpoints of the demand, lowered to below the curve where it is not concave.
    Kinks and jumps of the curve are breakpoints: between two samples one could go unseen.
    """
    curve, demand = facts.services[s].cost, facts.demand[s, : facts.towns]
    low, high = float(demand.min(initial=0.0)), float(demand.sum())
    if high <= low:
        return [(float(curve(np.array([low]))[0]), 0.0)]
    step = np.geomspace(max(low, high / 1e4), high, LINES_UNDER_CURVE)
    points = np.unique(np.concatenate([[low], step, np.clip(_kinks(curve), low, high)]))
    lines = []
    for a, b in pairwise(points.tolist()):
        inner = np.linspace(a, b, 65)
        value = curve(inner)
        slope = float((value[-1] - value[0]) / (b - a))
        # Between the samples a rising curve is at least its value at the sample before.
        floor = np.append(value[:-1] - slope * np.where(slope > 0, inner[1:], inner[:-1]), np.inf)
        chord = value - slope * inner
        lines.append((float(chord.min() if _concave(curve, a) else floor.min()), slope))
    return lines


def few_lines(facts: Facts, s: int) -> list[tuple[float, float]]:
    """Return fewer such lines where the curve is a power that grows ever slower.

    Up to a size from which the average cost is constant that is the least: its line is enough.
    """
    curve, demand = facts.services[s].cost, facts.demand[s, : facts.towns]
    low, high = float(demand.min(initial=0.0)), float(demand.sum())
    if not isinstance(curve, PowerCost) or curve.elasticity > 1.0 or high <= low:
        return lines_below(facts, s)
    flat = min(curve.flat_above or high, high)
    if curve.elasticity == 1.0 or flat < high:
        return [(0.0, float(curve(np.array([flat]))[0] / flat))]
    points = np.unique([low, *np.geomspace(max(low, high / 2**FEW_LINES), high, FEW_LINES + 1)])
    value = curve(points)
    slope = np.diff(value) / np.diff(points)
    return list(zip((value[:-1] - slope * points[:-1]).tolist(), slope.tolist(), strict=True))


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
