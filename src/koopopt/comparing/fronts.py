"""Two fronts in the same criteria: which points are new, and indicators of how good each is.

Criteria are scaled to the range of both fronts together, so that indicators are shares and no
criterion weighs more for its unit. The reference point of hypervolumes lies a tenth of the range
beyond the worst values: points at the ends count then.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from koopopt.comparing.runs import Question, asked
from koopopt.comparing.values import Attainment, FrontPoint, Fronts, Indicators
from koopopt.errors import UsageError
from koopopt.linear import Bools, Floats
from koopopt.pareto.indicators import epsilon, hypervolume
from koopopt.text import T

REFERENCE: Final = 1.1
"""The reference point, in each criterion: the best value of both is 0, the worst is 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontOf:
    """What a front.json says, with its data where they are at hand.

    `values` has shape (N, k): one row a point, one column a criterion; `resolution` shape (k,).
    """

    question: Question
    criteria: tuple[str, ...]
    resolution: tuple[float, ...]
    values: Floats
    complete: bool
    verified: bool


def compare(a: FrontOf, b: FrontOf) -> Fronts:
    """Return what differs in two fronts.

    Raises
    ------
    UsageError
        Where their criteria are not the same.
    """
    if set(a.criteria) != set(b.criteria):
        raise UsageError(
            T("The criteria of A are {a}, those of B {b}: fronts are compared in the same"
              " criteria. Compute one of them anew.",
              a=", ".join(a.criteria), b=", ".join(b.criteria))
        )  # fmt: skip
    order = [b.criteria.index(name) for name in a.criteria]
    mine, other = a.values, b.values[:, order]
    resolution = np.array(a.resolution)
    fine = np.minimum(resolution, np.array(b.resolution)[order])
    question, data = asked(a.question, b.question)
    cells = [{tuple(row) for row in np.round(v / fine).tolist()} for v in (mine, other)]
    scaled = _scaled(mine, other)
    both = hypervolume_of(np.vstack(scaled))
    volumes = [hypervolume_of(v) for v in scaled]
    return Fronts(
        same_question=not question, question=question, data=data, criteria=a.criteria,
        common=len(cells[0] & cells[1]),
        only_a=_alone(mine, other, cells[1], fine), only_b=_alone(other, mine, cells[0], fine),
        a=_indicators(a, scaled[0], scaled[1], volumes[0]),
        b=_indicators(b, scaled[1], scaled[0], volumes[1]),
        attainment=Attainment(
            both=max(0.0, volumes[0] + volumes[1] - both),
            only_a=max(0.0, both - volumes[1]), only_b=max(0.0, both - volumes[0]),
        ),
    )  # fmt: skip


def are_equal(found: Fronts) -> bool:
    """Whether two fronts answer the same question with the same points."""
    alone = found.only_a or found.only_b
    return found.same_question and not alone and found.a.complete == found.b.complete


def hypervolume_of(scaled: Floats) -> float:
    """Return the share of the box up to the reference point that (N, k) scaled points dominate."""
    if not len(scaled):
        return 0.0
    if not scaled.shape[1]:
        return 1.0
    reference = [REFERENCE] * scaled.shape[1]
    return hypervolume(scaled, reference).value / math.pow(REFERENCE, scaled.shape[1])


def spacing(scaled: Floats) -> float | None:
    """Return the standard deviation of each point's distance (sum of parts) to its nearest."""
    if len(scaled) < 2:
        return None
    gaps = np.array([
        np.sort(np.abs(scaled - point).sum(axis=1))[1] for point in scaled
    ])  # fmt: skip
    return float(gaps.std(ddof=1))


def dominated(points: Floats, by: Floats) -> Bools:
    """Return for each of (N, k) points whether one of (M, k) is as good and better in one."""
    return np.array(
        [bool(((by <= p).all(axis=1) & (by < p).any(axis=1)).any()) for p in points], bool
    )


def _scaled(a: Floats, b: Floats) -> list[Floats]:
    """Return both with the best of all as 0 and the worst as 1, without flat criteria."""
    everything = np.vstack([a, b])
    if not len(everything):
        return [a, b]
    best, worst = everything.min(axis=0), everything.max(axis=0)
    wide = worst > best
    return [(v - best)[:, wide] / (worst - best)[wide] for v in (a, b)]


def _alone(
    points: Floats, other: Floats, known: set[tuple[float, ...]], fine: Floats
) -> tuple[FrontPoint, ...]:
    worse = dominated(points, other)
    return tuple(
        FrontPoint(number=k + 1, values=tuple(row.tolist()), dominated=bool(worse[k]))
        for k, row in enumerate(points)
        if tuple(np.round(row / fine).tolist()) not in known
    )


def _indicators(front: FrontOf, own: Floats, other: Floats, volume: float) -> Indicators:
    covered = [bool((own <= p + 1e-12).all(axis=1).any()) for p in other]
    lacking = epsilon(own, other) if own.shape[1] else (0.0 if len(own) else np.inf)
    return Indicators(
        points=len(own), complete=front.complete, hypervolume=volume,
        epsilon=float(lacking) if np.isfinite(lacking) else None, spacing=spacing(own),
        coverage=sum(covered) / len(covered) if covered else None, verified=front.verified,
    )  # fmt: skip
