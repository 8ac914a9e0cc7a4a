"""Indicators of fronts: one number for how much a set of points covers.

All are for minimisation. They are computed by moocore; see Zitzler, Thiele, Laumanns, Fonseca
and da Fonseca 2003, "Performance assessment of multiobjective optimizers".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from koopopt.linear import Floats
from koopopt.pareto.front import Front

Points = Front | ArrayLike
"""A front, or an array of shape (N, k)."""


@dataclass(frozen=True, slots=True)
class Hypervolume:
    """The volume that points dominate, up to a reference point.

    Attributes
    ----------
    value : float
        In the product of the criteria's units.
    share : float
        Of the box between the best values and the reference point. A criterion in which the two
        are equal is left out; where all are, the share is 1.
    reference : tuple of k floats
    """

    value: float
    share: float
    reference: tuple[float, ...]


def hypervolume(points: Points, reference: Sequence[float] | None = None) -> Hypervolume:
    """Return the hypervolume of points.

    Parameters
    ----------
    points : Front or (N, k) array
    reference : sequence of k floats, optional
        The worst values of the points by default, so that the points at the ends add nothing.
    """
    import moocore

    values = _values(points)
    if not len(values):
        worst = np.full(values.shape[1], np.nan) if reference is None else np.array(reference)
        return Hypervolume(0.0, 0.0, tuple(worst.tolist()))
    worst = values.max(axis=0) if reference is None else np.asarray(reference, float)
    best = values.min(axis=0)
    total = float(moocore.hypervolume(values, ref=worst))
    wide = worst > best
    if not wide.any():
        return Hypervolume(total, float((worst >= best).all()), tuple(worst.tolist()))
    scaled = (values - best)[:, wide] / (worst - best)[wide]
    share = float(moocore.hypervolume(scaled, ref=np.ones(int(wide.sum()))))
    if (worst < best).any():
        share = 0.0
    return Hypervolume(total, min(share, 1.0), tuple(worst.tolist()))


def epsilon(points: Points, of: Points, ranges: Sequence[float] | None = None) -> float:
    """Return the additive epsilon: for every point of `of`, one of `points` is worse by no more.

    Parameters
    ----------
    points : Front or (N, k) array
    of : Front or (M, k) array
        What is to be covered: a better front, or the whole of which `points` are a part.
    ranges : sequence of k floats, optional
        What counts as 1 in each criterion; `spans(of)` makes the result a share of the ranges.

    Returns
    -------
    float
        Negative where `points` are better throughout; infinite where there are none of them, 0
        where there is nothing to cover.
    """
    import moocore

    mine, others = _values(points), _values(of)
    if not len(others):
        return 0.0
    if not len(mine):
        return float("inf")
    scale = np.ones(others.shape[1]) if ranges is None else np.asarray(ranges, float)
    return float(moocore.epsilon_additive(mine / scale, ref=others / scale))


def spans(points: Points) -> Floats:
    """Return the ranges of the criteria, shape (k,); 1 where all values are equal."""
    values = _values(points)
    if not len(values):
        return np.ones(values.shape[1])
    width = np.ptp(values, axis=0)
    return np.where(width > 0, width, 1.0)


def _values(points: Points) -> Floats:
    if isinstance(points, Front):
        return points.values
    values = np.asarray(points, float)
    if values.ndim != 2:
        raise ValueError(f"points must have two dimensions, not {values.ndim}")
    return values
