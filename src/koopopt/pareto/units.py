"""What the objectives of a model count in: decimals as they were meant, units, resolutions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import inf, isfinite, ulp
from typing import Final

import numpy as np

from koopopt.errors import UsageError
from koopopt.linear import Floats, LinearModel, Objective
from koopopt.pareto.grid import MAX_AMOUNT, UNITS_PER_CELL, Amounts, Grid
from koopopt.solvers.implied import bounded
from koopopt.text import T

FINEST_POWER: Final = -6
"""The resolution of objectives without a unit, as a power of ten, where none coarser is needed."""
FREE_RANGE: Final = 1000.0
"""What a column without bounds is thought to be, when it is asked which units sums fit into."""
DECIMAL_ULPS: Final = 2
"""Last digits of floating point by which a number may be off the decimal that was meant."""
IGNORED_SHARE: Final = Fraction(1, 1000)
"""Part of a unit by which a solver in floating point may overshoot a row, or a bound."""
TOLD_APART: Final = Fraction(1, 10**8)
"""Relative difference of objectives that a solver in floating point tells apart."""


def decimal(value: float) -> Fraction:
    """Return the decimal that a number was meant as: 0.1 + 0.2 is 0.3.

    Those are the 15 digits that floating point holds for certain, unless they lose more than a
    computation or two could have added: then it is all of them, as of a number of 16 digits.
    Whole numbers are what they are.
    """
    if float(value).is_integer():
        return Fraction(int(value))
    short = f"{value:.15g}"
    return Fraction(
        short if abs(float(short) - value) <= DECIMAL_ULPS * ulp(value) else repr(value)
    )


def noise(grid: Grid, weights: Amounts, size: Fraction) -> Fraction:
    """Return by how much a solver in floating point may miss a weighted sum of amounts.

    `size` is that of the sum or of its terms, without constants.
    """
    largest = max(w * r for w, r in zip(weights, grid.per_cell, strict=True))
    return (size + largest) * TOLD_APART / 10 + IGNORED_SHARE


def value_of(objective: Objective, values: Floats) -> float:
    """Return the value of an objective."""
    return float(objective.coefficients @ values) + objective.offset


def extent(model: LinearModel, objective: Objective, sign: int) -> float:
    """Return the largest (or least) value of an objective that column bounds imply."""
    used = objective.coefficients != 0
    up, down = (model.upper, model.lower)[::sign]
    side = np.where(objective.coefficients > 0, up, down)
    return float(objective.coefficients[used] @ side[used]) + objective.offset


def _size(model: LinearModel, objective: Objective, free: float) -> float:
    """Return how large an objective may be; columns without bounds count as `free`."""
    used = objective.coefficients != 0
    reach = np.maximum(np.abs(model.lower), np.abs(model.upper))[used]
    if np.isfinite(reach).all():
        return max(abs(extent(model, objective, sign)) for sign in (1, -1))
    reach = np.where(np.isfinite(reach), reach, free)
    return float(np.abs(objective.coefficients[used]) @ reach) + abs(objective.offset)


def offsets(model: LinearModel, grid: Grid) -> Amounts:
    """Return the constants of the objectives, in units."""
    pairs = zip(model.objectives, grid.units, strict=True)
    return tuple(round(decimal(o.offset) / unit) for o, unit in pairs)


def grid_of(model: LinearModel, resolution: Mapping[str, float]) -> Grid:
    """Return the grid of a model's objectives.

    The unit of an objective of integer columns is what all its coefficients are multiples of, and
    its resolution is that unit unless the user says otherwise. Where columns are continuous, or
    where coefficients have no unit that is large enough for exact sums, values are no multiples of
    anything: then the resolution is what a solver can tell apart.

    Raises
    ------
    UsageError
        For a resolution that is too fine to be told apart.
    """
    units, per_cell, exact = [], [], []
    model = bounded(model)
    for objective in model.objectives:
        given = resolution.get(objective.name)
        unit = _unit(model, objective, given)
        if unit is not None:
            units.append(unit)
            per_cell.append(1 if given is None else int(decimal(given) / unit))
            exact.append(True)
            continue
        delta = _apart(model, objective, given)
        units.append(delta / UNITS_PER_CELL)
        per_cell.append(UNITS_PER_CELL)
        exact.append(False)
    return Grid(tuple(units), tuple(per_cell), tuple(exact), bool(resolution))


def _unit(model: LinearModel, objective: Objective, given: float | None) -> Fraction | None:
    """Return the power of ten, 1 at most, that all values are multiples of.

    It is divided further where the given resolution is no multiple of it.
    """
    used = objective.coefficients != 0
    if not model.integer[used].all():
        return None
    parts = [decimal(c) for c in [*objective.coefficients[used].tolist(), objective.offset]]
    power = 1
    while any(power % p.denominator for p in parts):  # decimals: a power of ten will do
        power *= 10
    unit = Fraction(1, power)
    if given is not None:
        step = decimal(given) * power
        unit = Fraction(1, power * step.denominator)
    return None if _size(model, objective, FREE_RANGE) > unit * MAX_AMOUNT else unit


def _apart(model: LinearModel, objective: Objective, given: float | None) -> Fraction:
    """Return a resolution of an objective that a solver can tell apart."""
    size = _size(model, objective, 1.0)
    least = TOLD_APART * Fraction(size)
    if given is None:
        delta = Fraction(10) ** FINEST_POWER
        while delta < least:  # exactly: the logarithm may be a hair off
            delta *= 10
        return delta
    if decimal(given) < least and isfinite(_size(model, objective, inf)):
        raise UsageError(
            T("The resolution {delta} of {name} is too fine: with values up to {size} no solver"
              " tells apart what differs by less than {least}.",
              delta=f"{given:g}", name=repr(objective.name), size=f"{size:g}",
              least=f"{float(least):g}")
        )  # fmt: skip
    return decimal(given)
