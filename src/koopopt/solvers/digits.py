"""Objectives with more digits than a back end holds: decided step by step, exactly.

An objective is written as  unit · coarse(x) + rest(x)  with whole coefficients, 0 ≤ rest < unit in
each. First the least of coarse is found. What is better than the best known, of the sum S, has a
coarse part between that least and S / unit: a narrow window, in which the numbers are smaller:

    minimise  unit · w + rest(x)   subject to   coarse(x) - w = least,  0 ≤ w ≤ S / unit - least

And that is such an objective again, if it still has too many digits. Where columns may be negative,
rest(x) is not below 0 but below some constant, and the window is wider by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from koopopt.linear import Floats, LinearModel, Objective, extended
from koopopt.solvers.account import dot, keeps
from koopopt.solvers.base import Control, Solver
from koopopt.solvers.judge import NO_SOLUTION_VALUE, Verdict, decide

BigInts = NDArray[Any]
"""Whole numbers of any size: one a column."""
MAX_OBJECTIVE_DIGITS, MAX_COEFFICIENT_DIGITS = 60, 53
"""Binary digits that an objective, and each of its coefficients, may have at the most."""


def split(costs: Sequence[int], reach: Sequence[int] = ()) -> tuple[int, Floats, BigInts]:
    """Return (unit, coarse, rest): costs = unit · coarse + rest, the unit as small as may be.

    It is a power of two, and 1 where a back end holds the costs as they are. `reach` is how large
    each column may be; by default they are thought to be 0 or 1.
    """
    sizes = [abs(int(c)) for c in costs]
    longest = max(sizes, default=0).bit_length()
    largest = sum(size * most for size, most in zip(sizes, reach or [1] * len(sizes), strict=True))
    unit = 1 << max(
        0, largest.bit_length() - MAX_OBJECTIVE_DIGITS, longest - MAX_COEFFICIENT_DIGITS
    )
    parts = [divmod(int(c), unit) for c in costs]
    coarse = np.array([part for part, _ in parts], float)
    return unit, coarse, np.array([part for _, part in parts], object)


def reaches(model: LinearModel) -> list[int]:
    """Return how large each column may be, 1 at least; columns without bounds count as that."""
    sizes = np.maximum(np.abs(model.lower), np.abs(model.upper))
    return [max(1, int(size)) for size in np.where(np.isfinite(sizes), sizes, 1.0).tolist()]


def same_distance(
    gap: float, total: int | None, model: LinearModel, unit: int, start: Floats | None
) -> float:
    """Return the gap in a model's objective that is as wide as `gap` is in the weighted sum.

    The model's numbers are smaller, so the same distance is a larger part of them.
    """
    if gap <= 0.0 or start is None or total is None:
        return gap
    here = abs(float(model.objectives[0].coefficients @ start)) * unit
    return min(0.99, gap * abs(total) / max(here, 1.0))


def decide_long(
    model: LinearModel,
    unit: int,
    rest: BigInts,
    solver: Solver,
    control: Control,
    *,
    start: Floats | None = None,
    confirm: bool = False,
) -> tuple[Verdict, int | None]:
    """Minimise unit · objective + rest; see `judge.decide`.

    With a unit above 1 columns need lower bounds.

    Returns
    -------
    Verdict
        Its values are the best known; its total and least speak of the objective alone.
    int or None
        What unit · objective + rest is at least, proven; `NO_SOLUTION_VALUE` where there is none.
    """
    verdict = decide(model, solver, control, start=start, confirm=confirm)
    if verdict.least is None or verdict.least >= NO_SOLUTION_VALUE:
        return verdict, verdict.least
    below = dot(rest, np.minimum(model.lower, 0.0)) if unit > 1 else 0
    least = verdict.least * unit + below
    if unit == 1 or verdict.values is None or verdict.total != verdict.least or control.stopped:
        return verdict, least
    coarse = model.objectives[0].coefficients
    known = [verdict.values]
    known += [start] if start is not None and keeps(model, start) else []
    sums = [unit * dot(coarse, x) + dot(rest, x) for x in known]
    best = min(sums)
    window = (best - below) // unit - verdict.least
    rows, count = model.shape
    used = np.flatnonzero(coarse)
    finer = extended(
        model,
        columns=["window"],
        rows=["window"],
        row_upper=np.array([float(verdict.least)]),
        entries=(
            np.full(len(used) + 1, rows),
            np.append(used, count),
            np.append(coarse[used], -1.0),
        ),
    )
    smaller, costs, left = split([*rest.tolist(), unit], [*reaches(model), max(1, window)])
    finer = replace(
        finer,
        upper=np.append(model.upper, float(window)),
        row_lower=np.append(model.row_lower, float(verdict.least)),
        objectives=(Objective("total", costs),),
    )
    at = known[sums.index(best)]
    begin = np.append(at, float(dot(coarse, at) - verdict.least))
    second, more = decide_long(finer, smaller, left, solver, control.part(gap=0.0), start=begin)
    verdict.doubts += second.doubts
    if second.values is not None:
        verdict.values = second.values[:count]
        if more is not None:
            # What is outside the window is no better than the best known.
            least = max(least, min(best, verdict.least * unit + more))
    return verdict, least
