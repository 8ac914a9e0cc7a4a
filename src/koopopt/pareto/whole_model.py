"""Models of integer columns in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor, gcd, inf, isfinite, lcm

import numpy as np

from koopopt.linear import Floats, LinearModel, Objective, extended
from koopopt.pareto.grid import Amounts, Grid
from koopopt.pareto.units import DECIMAL_ULPS, decimal
from koopopt.solvers.account import MAX_FLOAT_INTEGER, dot
from koopopt.solvers.base import Control, Solver, Termination
from koopopt.solvers.digits import decide_long, reaches, split
from koopopt.solvers.implied import finite
from koopopt.solvers.judge import Verdict, decide


def wholly(model: LinearModel, grid: Grid) -> LinearModel | None:
    """Return a model of integer columns in whole numbers, None where it cannot be written so.

    Rows are multiplied by what makes their decimals whole; objectives count units, without
    their constants.
    """
    if not model.integer.all() or not all(grid.exact):
        return None
    value, low, high = model.value.copy(), model.row_lower.copy(), model.row_upper.copy()
    broken = np.unique(model.index[value != np.rint(value)])
    for r in broken.tolist():
        here = np.flatnonzero(model.index == r)
        parts = [decimal(v) for v in value[here].tolist()]
        factor = Fraction(lcm(*(p.denominator for p in parts)))
        whole = [int(p * factor) for p in parts]
        common = gcd(*whole)
        value[here] = [w // common for w in whole]
        low[r], high[r] = _times(low[r], factor / common), _times(high[r], factor / common)
    low, high = _up(low), _down(high)
    objectives = []
    for objective, unit in zip(model.objectives, grid.units, strict=True):
        counts = [decimal(c) / unit for c in objective.coefficients.tolist()]
        if any(c.denominator != 1 for c in counts):
            return None
        coefficients = np.array([float(c) for c in counts])
        objectives.append(replace(objective, coefficients=coefficients, offset=0.0))
    numbers = [value, low[np.isfinite(low)], high[np.isfinite(high)]]
    numbers += [o.coefficients for o in objectives]
    if any((np.abs(part) > MAX_FLOAT_INTEGER).any() for part in numbers):
        return None
    written = replace(
        model,
        lower=_up(model.lower),
        upper=_down(model.upper),
        row_lower=low,
        row_upper=high,
        value=value,
        objectives=tuple(objectives),
    )
    limits = [(k, inf) for k in range(len(objectives))]
    return with_limits(written, [o.coefficients for o in objectives], limits)


def _up(sides: Floats) -> Floats:
    """Round up to whole numbers, a hair off counting as the number itself."""
    finite = np.where(np.isfinite(sides), sides, 0.0)
    near = np.rint(finite)
    hair = np.isfinite(sides) & (np.abs(finite - near) <= DECIMAL_ULPS * np.spacing(np.abs(near)))
    return np.where(hair, near, np.ceil(sides))


def _down(sides: Floats) -> Floats:
    return -_up(-sides)


def least_sum(
    model: LinearModel,
    weights: Amounts,
    solver: Solver,
    control: Control,
    *,
    start: Floats | None = None,
    confirm: bool = False,
) -> Verdict:
    """Minimise a weighted sum of the objectives of a model in whole numbers; see `judge.decide`.

    Sums of any number of digits are decided step by step, where columns have bounds.
    """
    unit, cost, rest = split(costs_of(model, weights), reaches(model))
    asked = replace(model, objectives=(Objective("total", cost),))
    if unit == 1:
        return decide(asked, solver, control, start=start, confirm=confirm)
    if not finite(model):
        return Verdict(message="the weighted sum is too large to be exact")
    verdict, least = decide_long(asked, unit, rest, solver, control, start=start, confirm=confirm)
    verdict.least = least
    if verdict.values is not None:
        verdict.total = unit * dot(cost, verdict.values) + dot(rest, verdict.values)
        if verdict.termination is Termination.OPTIMAL and verdict.total != least:
            verdict.termination = Termination.LIMIT
            verdict.message = verdict.message or "the weighted sum is too large to be exact"
    return verdict


def costs_of(model: LinearModel, weights: Amounts) -> list[int]:
    """Return the coefficients of a weighted sum of objectives in whole numbers, exactly."""
    table = [[int(c) for c in o.coefficients.tolist()] for o in model.objectives]
    return [
        sum(w * c for w, c in zip(weights, row, strict=True)) for row in zip(*table, strict=True)
    ]


def _times(side: float, factor: Fraction) -> float:
    """Return a side of a row multiplied, to the decimal that it was written as."""
    if not isfinite(side):
        return float(side)
    exact = decimal(float(side)) * factor
    return float(exact) if exact.denominator == 1 else float(floor(exact)) + 0.5


def with_limits(
    model: LinearModel, dense: Sequence[Floats], limits: Sequence[tuple[int, float]]
) -> LinearModel:
    """Return the model with rows dense[k] · x ≤ side for the (k, side) given."""
    if not limits:
        return model
    table = np.array([dense[k] for k, _ in limits])
    at, column = np.nonzero(table)
    return extended(
        model,
        rows=[f"limit[{model.objectives[k].name}]" for k, _ in limits],
        row_upper=np.array([side for _, side in limits]),
        entries=(model.shape[0] + at, column, table[at, column]),
    )
