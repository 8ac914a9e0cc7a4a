"""Choosing a few points that stand for a whole front, with what that costs at most.

A point s covers a point p with the error max_k (s_k - p_k)⁺ / range_k: how much worse it is, in
shares of the ranges. The error of a choice is that of the point it covers worst (the additive
epsilon of the choice). For two criteria the choice of least error is found; for more, points are
added where the error is largest, and a bound says how good any choice could be.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from koopopt.linear import Floats
from koopopt.pareto.front import Front
from koopopt.pareto.indicators import spans
from koopopt.pareto.overview import KnownPoints, fewest

MAX_OVERVIEW_ENTRIES: Final = 20_000
"""Points times points and open boxes up to which overviews are sought: half a second."""
NEXT_COUNT_FACTOR: Final = 0.9
"""Where a choice is not good enough, one of so many times as many points is tried."""


@dataclass(frozen=True, slots=True)
class Representation:
    """A choice of points.

    Attributes
    ----------
    chosen : tuple of int
        Their places in the front, ascending.
    error : float
        For every point of the front, one of these is worse, in each criterion, by at most this
        share of the criterion's range.
    bound : float
        No choice of so many points has a smaller error; equal to `error` for two criteria.
    coverage : float
        As `error`, for every solution and not only the front's points (up to the resolution):
        what the front itself may miss is added.
    """

    chosen: tuple[int, ...]
    error: float
    bound: float
    coverage: float


def represent(front: Front, count: int) -> Representation:
    """Return at most `count` points of the front that cover it well.

    Parameters
    ----------
    front : Front
    count : int
        At least 1.
    """
    if count < 1:
        raise ValueError(f"{count} points cannot stand for a front")
    values = front.values / spans(front)
    missing = front.certificate.coverage
    if len(values) <= count:
        return Representation(tuple(range(len(values))), 0.0, 0.0, missing)
    if values.shape[1] == 2:
        chosen = _best_of_two(values, count)
        error = bound = _error(values, chosen)
    else:
        chosen, bound = _farthest_first(values, count)
        error = _error(values, chosen)
    return Representation(tuple(sorted(chosen)), error, min(bound, error), error + missing)


def overview(front: Front, most: int | None = None) -> tuple[int, ...]:
    """Return the places of points that are proven to be chosen well, for their number.

    No other choice of so many points, found or not, has a coverage that is better by more than
    the factor 1.5, in shares of the ranges of the points found. Of a complete front these are
    all its points; of a search that was stopped early, those that show as much as all of them
    do, or fewer; none where too little is proven for any choice, or where there are too many
    points and open boxes to tell soon (`MAX_OVERVIEW_ENTRIES`).

    Parameters
    ----------
    front : Front
    most : int, optional
        Return so many at most.
    """
    most = len(front) if most is None else most
    everything = tuple(range(len(front)))
    if front.complete and len(front) <= most:
        return everything
    parts = len(front) + len(front.certificate.open)
    if not math.isfinite(front.certificate.coverage) or len(front) * parts > MAX_OVERVIEW_ENTRIES:
        return ()
    points = front.values
    corners = np.array([box.lower for box in front.certificate.open]).reshape(-1, points.shape[1])
    low = np.concatenate([points, corners]).min(axis=0)
    known = KnownPoints(points, corners, np.maximum(points.max(axis=0) - low, 1e-300))
    if len(front) <= most and known.good(everything):
        return everything
    least = fewest(known.covered(), float(known.covered().min(axis=1).max()))
    chosen = [] if least is None else sorted(least.columns)
    if len(chosen) > most:
        chosen = known.few(most)
    while chosen and not known.good(chosen):
        fewer = int(NEXT_COUNT_FACTOR * len(chosen))
        chosen = known.few(fewer) if fewer else []
    return tuple(chosen)


def _error(values: Floats, chosen: list[int]) -> float:
    """Return the error of a choice."""
    return float(np.min([_errors(values, s) for s in chosen], axis=0).max())


def _errors(values: Floats, s: int) -> Floats:
    """Return with which error a point covers each, shape (N,)."""
    return np.asarray(np.maximum(values[s] - values, 0.0).max(axis=1))


def _best_of_two(values: Floats, count: int) -> list[int]:
    """Return the choice of least error for two criteria.

    Sorted by the first criterion, a point covers a stretch on its either side, and the error
    grows with the distance. So whether an error can be met is decided from left to right, each
    point as far right as possible; bisection finds the least error, exactly, since a choice's
    true error takes the place of the one that was asked for.
    """
    order = np.lexsort((values[:, 1], values[:, 0]))
    first, second = values[order, 0], values[order, 1]

    def choice(error: float) -> list[int] | None:
        places: list[int] = []
        left = 0
        while left < len(first):
            if len(places) == count:
                return None
            s = _last(first, left, lambda k, left=left: first[k] - first[left] <= error)  # type: ignore[misc]
            left = 1 + _last(first, s, lambda k, s=s: second[s] - second[k] <= error)  # type: ignore[misc]
            places.append(s)
        return [int(order[s]) for s in places]

    middle = len(first) // 2
    best = [int(order[middle])]
    low, high = -1.0, _error(values, best)
    while True:
        error = max(0.0, (low + high) / 2)
        if error in (low, high):
            return best
        found = choice(error)
        if found is None:
            low = error
        else:
            best, high = found, min(error, _error(values, found))


def _last(along: Floats, begin: int, holds: Callable[[int], bool]) -> int:
    """Return the last place from `begin` on where a condition holds, that ends once and for all."""
    low, high = begin, len(along) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _farthest_first(values: Floats, count: int) -> tuple[list[int], float]:
    """Return a choice made where the error is largest, and a bound for every choice.

    Of `count` + 1 points two share a point that covers them, whatever the choice; so no choice is
    better than the least error with which one point covers any two of them.
    """
    best = values.min(axis=0)
    chosen = [int((values - best).max(axis=1).argmin())]
    error = _errors(values, chosen[0])
    while len(chosen) < count and error.max() > 0:
        chosen.append(int(error.argmax()))
        error = np.minimum(error, _errors(values, chosen[-1]))
    apart = [*chosen, int(error.argmax())] if error.max() > 0 else []
    bound = math.inf
    for i, p in enumerate(apart):
        for q in apart[:i]:
            both = np.minimum(values[p], values[q])
            bound = min(bound, float(np.maximum(values - both, 0.0).max(axis=1).min()))
    return chosen, 0.0 if bound == math.inf else bound
