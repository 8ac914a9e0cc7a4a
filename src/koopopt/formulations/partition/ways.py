"""The ways to solve a linear program that HiGHS holds: warm, from scratch, and others still."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from koopopt.case.facts import Facts
from koopopt.errors import SolverError
from koopopt.linear import Bools, Floats, Ints
from koopopt.text import T

STALLED_SECONDS = 1.5
"""Seconds after which a linear program is solved again from scratch."""
WARM_OPTIONS = {"presolve": "off", "solver": "simplex"}
REDUCED_OPTIONS = {"presolve": "on", "solver": "simplex"}
WARM = (WARM_OPTIONS, WARM_OPTIONS, REDUCED_OPTIONS, {"presolve": "on", "solver": "ipm"})
"""Options to solve a linear program with until it is solved: warm first, then from scratch."""
REDUCED = (REDUCED_OPTIONS, *WARM)
"""The same where most of it is fixed: what presolve leaves is small."""

CENTRAL_OPTIONS = {"presolve": "off", "solver": "ipm", "run_crossover": "off"}
LOOSEST, TIGHTEST, NEARER = 0.1, 1e-8, 0.5
"""How near an interior point comes to a solution, relatively: in the beginning and at the most, and
by which share it comes nearer than the bound is."""
INTEGRALITY_TOLERANCE = 1e-6
MAX_INTERIOR_ITERATIONS, MAX_INTERIOR_SECONDS = 100, 5.0
"""For the interior point method, which has been seen to go on without end."""


LARGE_PROGRAM = 1_500
"""Municipalities times services from which on a linear program is approached from the middle: the
simplex method takes seconds for one there, an interior point that ends early a fraction of that."""
SLACK_SHARE = 1e-6
"""Of the largest dual: what is smaller in an interior point is no dual."""


class UnsolvedError(SolverError):
    """HiGHS cannot solve a linear program in any way."""


def empty_program() -> Any:
    """Return a linear program without columns or rows, held by HiGHS."""
    import highspy

    lp = highspy.Highs()
    lp.setOptionValue("output_flag", False)
    return lp


def add_rows(lp: Any, lower: Floats, upper: Floats) -> None:
    """Add rows without entries."""
    count, none = len(lower), np.empty(0, np.int32)
    lp.addRows(count, lower, upper, 0, np.zeros(count, np.int32), none, np.empty(0))


def add_columns(
    lp: Any, row: Ints, column: Ints, value: Floats, cost: Floats, upper: Floats
) -> None:
    """Add columns of at least 0 with these entries, in any order."""
    order = np.lexsort((row, column))
    start = np.searchsorted(column[order], np.arange(len(cost))).astype(np.int32)
    lp.addCols(
        len(cost), cost, np.zeros(len(cost)), upper, len(row), start,
        row[order].astype(np.int32), value[order],
    )  # fmt: skip


def listen(lp: Any, stopped: Callable[[], bool]) -> None:
    """Let runs end once `stopped` says so."""
    import highspy

    def asked(_kind: int, _message: str, _seen: Any, say: Any, _data: Any) -> None:
        if stopped():
            say.user_interrupt = True

    lp.setCallback(asked, None)
    lp.startCallback(highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt)
    lp.startCallback(highspy.cb.HighsCallbackType.kCallbackIpmInterrupt)


def solved(
    lp: Any,
    time_limit: float | None,
    stopped: Callable[[], bool],
    reduced: bool = False,
) -> bool:
    """Solve a linear program; return whether it was solved to optimality.

    `reduced` says that most of a large one is fixed, so that presolve comes first.

    Raises
    ------
    UnsolvedError
        If HiGHS cannot solve it in any way, out of time apart.
    """
    from highspy import HighsModelStatus as Status

    stop = np.inf if time_limit is None else lp.getRunTime() + time_limit
    if reduced:
        lp.clearSolver()  # with a basis, nothing is presolved
    for tried, way in enumerate(REDUCED if reduced else WARM):
        # From some bases the simplex method stalls; without one it does not.
        status = _run(lp, way, stop if tried else min(stop, lp.getRunTime() + STALLED_SECONDS))
        if stopped():
            return False
        if status == Status.kOptimal:
            return True
        if status == Status.kTimeLimit and lp.getRunTime() >= stop:
            return False
        lp.clearSolver()
    what = lp.modelStatusToString(status)
    raise UnsolvedError(T("HiGHS could not solve a linear program: {what}", what=what))


def centred(
    lp: Any,
    time_limit: float | None,
    tolerance: float | None = None,
    large: bool = False,
) -> Any | None:
    """Solve a linear program to the middle of its solutions; return that, None where it fails.

    Where few columns cover everybody, most duals are open, and a vertex takes extreme ones: what
    they price seldom improves anything. An interior point without crossover keeps to the middle,
    the more the sooner it ends: primal and dual values may differ by `tolerance`, relatively.
    What the simplex method stands on is put back.
    """
    from highspy import HighsModelStatus as Status

    basis = lp.getBasis()
    longest = np.inf if large else MAX_INTERIOR_SECONDS
    seconds = longest if time_limit is None else min(time_limit, longest)
    stop = lp.getRunTime() + seconds
    options: dict[str, str | float] = {"ipm_iteration_limit": MAX_INTERIOR_ITERATIONS}
    if tolerance is not None:
        options["ipm_optimality_tolerance"] = tolerance
    usual = {name: lp.getOptionValue(name)[1] for name in options}
    status = _run(lp, {**CENTRAL_OPTIONS, **options}, stop)
    solution = lp.getSolution()
    # Near the middle is said to be unknown: duals prove what they prove, wherever they are.
    good = status == Status.kOptimal or (tolerance is not None and status == Status.kUnknown)
    for name, value in {**usual, "run_crossover": "on"}.items():
        lp.setOptionValue(name, value)
    if basis.valid:
        lp.setBasis(basis)
    return solution if good and solution.dual_valid else None


def is_large(facts: Facts) -> bool:
    """Whether linear programs of a case are approached from the middle rather than solved."""
    return facts.n * len(facts.services) >= LARGE_PROGRAM


def is_integral(values: Floats) -> bool:
    """Whether values are whole numbers, but for what a solver tolerates."""
    return bool(np.abs(values - np.rint(values)).max(initial=0.0) <= INTEGRALITY_TOLERANCE)


def tolerance_at(distance: float) -> float:
    """Return how near an interior point should come while the bound is so far, relatively."""
    return min(LOOSEST, max(TIGHTEST, NEARER * distance))


def slack_rows(lp: Any, duals: Floats, inside: bool) -> Bools:
    """Return which rows do not hold the last solution, a vertex or one inside."""
    from highspy import HighsBasisStatus

    if inside:  # there is no basis, and nothing is exactly 0
        size = np.abs(duals)
        return np.asarray(size <= SLACK_SHARE * size.max(initial=0.0))
    return np.array([at == HighsBasisStatus.kBasic for at in lp.getBasis().row_status], bool)


def _run(lp: Any, way: Mapping[str, str | float], stop: float) -> Any:
    """Run HiGHS in a way until a moment of its own clock; return the status."""
    for option, value in way.items():
        lp.setOptionValue(option, value)
    lp.setOptionValue("time_limit", stop)
    lp.run()
    return lp.getModelStatus()
