"""Small linear programs in floating point; what they find is proven elsewhere."""

from __future__ import annotations

from typing import Final

import numpy as np

from koopopt.linear import Floats

TOLERANCE: Final = 1e-10
"""The least that HiGHS takes."""
ZOOM: Final = 1e5
"""So much closer the second look is."""


def least(rows: Floats, bound: Floats, cost: Floats) -> tuple[Floats, Floats] | None:
    """Return the cheapest point y with rows · y ≥ bound, and the rows' weights; None where none is.

    It is looked at a second time from where the first one ended, `ZOOM` times as closely
    (iterative refinement; Gleixner, Steffy and Wolter 2016).

    Parameters
    ----------
    rows : (R, m) array
    bound : (R,) array
    cost : (m,) array

    Returns
    -------
    point : (m,) array
    weights : (R,) array
        Of a vertex: not negative, and rows.T · weights = cost.
    """
    size = float(np.abs(bound).max(initial=0.0)) or 1.0
    first = _solved(rows, bound / size, cost)
    if first is None:
        return None
    point, weights = first
    missing = bound / size - rows @ point
    if missing.max(initial=0.0) > 0:
        # Rows that are far from being kept exactly stay far; the others are seen more closely.
        closer = _solved(rows, np.maximum(missing * ZOOM, -1e6), cost)
        if closer is not None:
            point, weights = point + closer[0] / ZOOM, closer[1]
    return point * size, weights


def worst(missing: Floats, limit: float, most: int) -> list[int]:
    """Return so many rows at the most of those that miss more than a limit, those that miss most.

    `missing` is what each of many rows misses.
    """
    above = np.flatnonzero(missing > limit)
    if len(above) > most:
        above = above[np.argpartition(missing[above], -most)[-most:]]
    return [int(k) for k in above]


def _solved(rows: Floats, bound: Floats, cost: Floats) -> tuple[Floats, Floats] | None:
    import highspy

    count, m = rows.shape
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("presolve", "off")
    highs.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
    highs.setOptionValue("dual_feasibility_tolerance", TOLERANCE)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = m, count
    program.col_cost_ = cost
    program.col_lower_ = np.full(m, -highspy.kHighsInf)
    program.col_upper_ = np.full(m, highspy.kHighsInf)
    program.row_lower_ = bound
    program.row_upper_ = np.full(count, highspy.kHighsInf)
    row, column = np.nonzero(rows)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.searchsorted(row, np.arange(count + 1))
    program.a_matrix_.index_ = column
    program.a_matrix_.value_ = rows[row, column]
    highs.passModel(program)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = highs.getSolution()
    return np.array(solution.col_value), np.array(solution.row_dual)
