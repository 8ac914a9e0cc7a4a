"""Knees: points from which a little less of one criterion costs much of another.

Three measures, all on criteria in shares of their ranges, the larger the better:

* ``distance`` (two criteria): how far below the line between the ends of the front;
* ``bend`` (two criteria): by how many degrees the front bends towards the ideal at the point,
  seen from its neighbours;
* ``utility`` (any number): how much dearer the best other point is, on average over all linear
  utilities of which the point is the optimum, times how many these are.

``bend`` and ``utility`` are those of Branke, Deb, Dierolf and Osswald (2004), "Finding knees in
multi-objective optimization". ``bend`` looks at neighbours only and is easily led astray by two
points that lie close together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from koopopt.choice.base import NO_LIMITS, Choice, Limits, kept, said, scored, shares
from koopopt.errors import UsageError
from koopopt.language.hints import Names
from koopopt.linear import Floats
from koopopt.pareto.front import Front
from koopopt.text import T

UTILITY_SAMPLES: Final = 8192
"""Utilities that ``utility`` looks at."""
_PART: Final = 512
"""Of these at a time, so that a large front fits the memory."""


@dataclass(frozen=True, slots=True)
class Knee:
    """A point and how much of a knee it is.

    Attributes
    ----------
    index : int
    measure : str
    prominence : float
        Positive; by the measure, see above.
    """

    index: int
    measure: str
    prominence: float


def knees(
    front: Front, measure: str = "auto", *, limits: Limits = NO_LIMITS, seed: int = 0
) -> tuple[Knee, ...]:
    """Return the points that are knees, the most prominent first; none where no point is.

    Parameters
    ----------
    measure : {"auto", "distance", "bend", "utility"}
        ``auto``: distance for two criteria, else utility.
    limits : mapping criterion -> upper bound, optional
        Knees beyond are left out; they are measured on the whole front all the same.
    seed : int
        Of the utilities drawn for ``utility``.
    """
    two = len(front.criteria) == 2
    known: dict[str, Callable[[Floats], Floats]] = {
        "distance": _distance,
        "bend": _bend,
        "utility": lambda table: _utility(table, seed),
    }
    name = ("distance" if two else "utility") if measure == "auto" else measure
    if name not in known:
        raise UsageError(
            T("There is no measure of knees {name}. {remedy}",
              name=repr(name), remedy=Names(("auto", *known)).remedy(name))
        )  # fmt: skip
    if name != "utility" and not two:
        raise UsageError(
            T("The measure {name} is for two criteria; for {count} there is utility.",
              name=name, count=len(front.criteria))
        )  # fmt: skip
    keep = kept(front, limits)
    # With two points or one there is nothing to bend.
    prominence = known[name](shares(front)) if len(front) > 2 else np.zeros(len(front))
    order = np.argsort(-prominence, kind="stable")
    return tuple(
        Knee(k, name, float(prominence[k]))
        for k in order.tolist()
        if prominence[k] > 1e-12 and keep[k]
    )


def knee(
    front: Front, measure: str = "auto", *, limits: Limits = NO_LIMITS, seed: int = 0
) -> Choice:
    """Choose the most prominent knee; parameters are those of `knees`.

    Returns
    -------
    Choice
        Scores are minus the prominence, 0 for a point that is no knee.

    Raises
    ------
    UsageError
        If no point is a knee.
    """
    found = knees(front, measure, limits=limits, seed=seed)
    if not found:
        raise UsageError(
            T("The front has no knee: nowhere does it bend towards the ideal."
              " Choose by weights or wishes instead.")
        )  # fmt: skip
    keep = kept(front, limits)
    score = np.zeros(len(front))
    for k in found:
        score[k.index] = -k.prominence
    text = {
        "distance": T("The knee: no other point lies further below the line between the ends."),
        "bend": T("The knee: at no other point does the front bend more sharply."),
        "utility": T("The knee: over all linear utilities, no other point would be missed more."),
    }[found[0].measure]
    return Choice(found[0].index, "knee", scored(keep, score), said(keep, text))


def _distance(table: Floats) -> Floats:
    """Return the distance of (N, 2) shares from the line x + y = 1, positive below it."""
    return np.asarray((1.0 - table.sum(axis=1)) / np.sqrt(2.0))


def _bend(table: Floats) -> Floats:
    """Return the angle by which the front turns up at each inner point, in degrees."""
    result = np.zeros(len(table))
    order = np.lexsort(table.T[::-1])
    step = np.diff(table[order], axis=0)
    slope = np.degrees(np.arctan2(step[:, 1], step[:, 0]))
    result[order[1:-1]] = np.diff(slope)
    return result


def _utility(table: Floats, seed: int) -> Floats:
    """Return the mean over utilities of (second best - best) for the point that is best.

    Utilities are spread evenly over all weights of sum 1.
    """
    result = np.zeros(len(table))
    drawn = np.random.default_rng(seed).dirichlet(np.ones(table.shape[1]), UTILITY_SAMPLES)
    for at in range(0, UTILITY_SAMPLES, _PART):
        loss = drawn[at : at + _PART] @ table.T
        best = loss.argmin(axis=1)
        two = np.partition(loss, 1, axis=1)
        np.add.at(result, best, two[:, 1] - two[:, 0])
    return result / UTILITY_SAMPLES
