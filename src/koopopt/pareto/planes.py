"""Weights for drafts: planes through the neighbours of a box, in whole numbers."""

from __future__ import annotations

from math import gcd
from typing import Final

import numpy as np

from koopopt.linear import Floats
from koopopt.pareto.grid import Amounts, Cell, Grid
from koopopt.pareto.oracle import Point
from koopopt.pareto.state import SearchState

MIN_FACING: Final = 1e-3
"""Planes that are steeper are not drafted along."""
WEIGHT_STEPS: Final = 10**6
"""Weights are rounded to so many steps."""
SHORT_STEPS: Final = 12
"""Short weights: so many steps are the least of them. Small sums can be proven to the unit."""


def whole(grid: Grid, weights: Floats, short: bool = False) -> Amounts:
    """Return weights of values as whole weights of amounts, rounded."""
    own = weights * np.array([float(unit) for unit in grid.units])
    scale = WEIGHT_STEPS / own.max()
    if short:
        scale = min(scale, SHORT_STEPS / own.min())
    rounded = np.maximum(np.rint(own * scale), 1.0)
    common = gcd(*rounded.astype(np.int64).tolist())
    return tuple(int(w) // common for w in rounded.tolist())


def plane(
    state: SearchState, upper: Cell, short: bool = False
) -> tuple[Amounts, Point | None] | None:
    """Return weights to draft a box with, and a point at which to begin.

    Those for which the neighbours of the box are equal. Where it lacks one, or where the
    plane through them does not face the ideal point, the box's own sides, if there are three
    criteria or more; with two there is nothing to gain.
    """
    cells, points = state.points.cells, list(state.points)
    if not points:  # the ends are still being looked for
        return None
    low, high = state.ranges()
    sides = np.maximum(high - low, 1e-300)
    corner = np.array(upper, np.int64)
    touching, below = cells == corner, cells < corner
    chosen = []
    for k in range(state.grid.count):
        others = np.arange(state.grid.count) != k
        chosen += np.flatnonzero(touching[:, k] & below[:, others].all(axis=1))[:1].tolist()
    start = points[chosen[0]] if chosen else None
    if len(chosen) == state.grid.count:
        values = state.points.values[chosen]
        try:
            normal = np.linalg.solve((values - low) / sides, np.ones(state.grid.count))
        except np.linalg.LinAlgError:
            normal = np.zeros(state.grid.count)
        if normal.min() > MIN_FACING * normal.max():
            weights = whole(state.grid, normal / sides, short)
            return weights, state.best(weights) or start
    if state.grid.count == 2:
        return None
    own = np.minimum(state.grid.corner_values(upper), high) - low
    weights = whole(state.grid, 1.0 / np.maximum(own, MIN_FACING * sides))
    return weights, state.best(weights) or start
