"""What the shared steps and a back end exchange: a `SolverTask` there, a `SolverAnswer` back."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Final

from koopopt.linear import Floats, LinearModel
from koopopt.solvers.base import Termination
from koopopt.solvers.options import Given

MIN_SECONDS: Final = 0.05
"""Seconds that a solver is given at least."""


@dataclass(frozen=True, slots=True, eq=False)
class SolverTask:
    """What a solver needs to know: a model with one objective, and plain values.

    Attributes
    ----------
    model : LinearModel
        With a single objective; integer columns have integral bounds.
    start : (n,) array or None
        Values to begin with; NaN where there is none.
    gap, seconds, threads, seed
        As in `Control`; `seconds` is what is left.
    until : float or None
        The same as a moment by `time.time`, for a process that has to start first.
    options : mapping
        Options of the back end's own library, checked; they go before ours.
    """

    model: LinearModel
    start: Floats | None
    gap: float
    seconds: float | None
    threads: int
    seed: int
    until: float | None = None
    options: Given = field(default_factory=dict)

    def now(self) -> SolverTask:
        """Return the task with the seconds that are left now, where it says until when."""
        if self.until is None:
            return self
        return replace(self, seconds=max(MIN_SECONDS, self.until - time.time()))

    @property
    def cost(self) -> Floats:
        """Objective coefficients, shape (n,)."""
        return self.model.objectives[0].coefficients

    @property
    def offset(self) -> float:
        """Constant of the objective."""
        return self.model.objectives[0].offset


@dataclass(frozen=True, slots=True, eq=False)
class SolverAnswer:
    """What a solver said, before anyone has checked it.

    `precision` is the relative precision of `values`: solvers that answer in a text file round.
    `least` is the bound as a whole number, where the solver computes in whole numbers.
    """

    termination: Termination
    values: Floats | None = None
    bound: float | None = None
    duals: Floats | None = None
    message: str = ""
    precision: float = 1e-9
    least: int | None = None
