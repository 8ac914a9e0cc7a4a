"""Scaling: a program with numbers of a handy size, so that tolerances mean the same everywhere.

Solvers compare with absolute tolerances and drop tiny coefficients; what those mean depends on the
units a program is written in. Rows, continuous columns and the objective are multiplied by powers
of two, which changes no digit, until the largest coefficient of each is about 1. Programs whose
numbers are of a handy size already stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from koopopt.errors import SolverError
from koopopt.linear import Floats, Ints, LinearModel, Objective
from koopopt.solvers.base import Solution
from koopopt.text import T

SMALL_COEFFICIENT, LARGE_COEFFICIENT = 1e-6, 1e7
"""Coefficients in between need no scaling."""
LOST_COEFFICIENT: Final = 1e-9
"""Coefficients that solvers take for nothing, in a row whose largest is about 1."""
MATTERING_CHANGE: Final = 1e-6
"""What a lost coefficient may do to its row."""
SCALING_ROUNDS: Final = 20


class OutOfReach(SolverError):  # noqa: N818 - says what the numbers are
    """The numbers of a program are not for this back end; they may be for another one."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """Factors, powers of two: scaled row = row factor · row, scaled column = column / factor."""

    row: Floats
    column: Floats
    objective: float

    def back(self, solution: Solution) -> Solution:
        """Return an answer to the scaled program as one to the original."""

        def up(value: float | None) -> float | None:
            return None if value is None else value / self.objective

        return replace(
            solution,
            values=None if solution.values is None else solution.values * self.column,
            objective=up(solution.objective),
            bound=up(solution.bound),
            duals=None if solution.duals is None else solution.duals * self.row / self.objective,
            least=None,
        )


def scaled(model: LinearModel) -> tuple[LinearModel, Scaling] | None:
    """Return the model with one objective scaled, and how; None where it is handy already."""
    size, cost = np.abs(model.value), np.abs(model.objectives[0].coefficients)
    used = [part[part > 0] for part in (size, cost)]
    if all(
        not len(p) or (p.min() >= SMALL_COEFFICIENT and p.max() <= LARGE_COEFFICIENT) for p in used
    ):
        return None
    rows, columns = model.shape
    column = model.column
    by_row, by_column = np.ones(rows), np.ones(columns)
    for _ in range(SCALING_ROUNDS):
        current = size * by_row[model.index] * by_column[column]
        by_row *= _inverse(model.index, current, rows)
        current = size * by_row[model.index] * by_column[column]
        factor = _inverse(column, current, columns, middle=True)
        by_column *= np.where(model.integer, 1.0, factor)
        if (np.where(model.integer, 1.0, factor) == 1.0).all():
            break
    by_row *= _inverse(model.index, size * by_row[model.index] * by_column[column], rows)
    costs = model.objectives[0].coefficients * by_column
    largest = float(np.abs(costs).max(initial=0.0))
    objective = float(np.exp2(-np.floor(np.log2(largest)))) if largest > 0 else 1.0
    offset = model.objectives[0].offset * objective
    return replace(
        model,
        lower=model.lower / by_column,
        upper=model.upper / by_column,
        row_lower=model.row_lower * by_row,
        row_upper=model.row_upper * by_row,
        value=model.value * by_row[model.index] * by_column[column],
        objectives=(Objective("objective", costs * objective, offset),),
    ), Scaling(by_row, by_column, objective)


def demand_range(model: LinearModel) -> None:
    """Raise `OutOfReach` where a coefficient would be lost that matters."""
    if not len(model.value):
        return
    reach = np.maximum(np.abs(model.lower), np.abs(model.upper))
    column = model.column
    effect = np.abs(model.value) * reach[column]
    lost = np.flatnonzero((np.abs(model.value) < LOST_COEFFICIENT) & (effect > MATTERING_CHANGE))
    if len(lost):
        k = int(lost[0])
        raise OutOfReach(
            T("The coefficients of row {row} are too far apart for this solver: column {column}"
              " would not count. Write it in larger units.",
              row=model.rows[int(model.index[k])], column=model.columns[int(column[k])])
        )  # fmt: skip


def _inverse(of: Ints, size: Floats, count: int, *, middle: bool = False) -> Floats:
    """Return the power of two by which the largest size of each group becomes about 1.

    `middle`: the geometric mean of the largest and the least instead, so that a column which is
    large in one row and tiny in another finds a unit between them.
    """
    top, least = np.zeros(count), np.full(count, np.inf)
    np.maximum.at(top, of, size)
    np.minimum.at(least, of, np.where(size > 0, size, np.inf))
    mean = np.sqrt(top) * np.sqrt(np.where(top > 0, least, 1.0)) if middle else top
    return np.exp2(-np.floor(np.log2(np.where(top > 0, mean, 1.0))))
