"""What passes between the shared steps and a back end: a `Task` there, an `Answer` back."""

from __future__ import annotations

from dataclasses import dataclass

from koopopt.linear import Floats, LinearModel
from koopopt.solvers.base import Termination


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What a solver needs to know: a model with one objective, and plain values.

    Attributes
    ----------
    model : LinearModel
        With a single objective; integer columns have integral bounds.
    start : (n,) array or None
        Values to begin with; NaN where there is none.
    gap, seconds, threads, seed
        As in `Control`; `seconds` is what is left.
    """

    model: LinearModel
    start: Floats | None
    gap: float
    seconds: float | None
    threads: int
    seed: int

    @property
    def cost(self) -> Floats:
        """Objective coefficients, shape (n,)."""
        return self.model.objectives[0].coefficients

    @property
    def offset(self) -> float:
        """Constant of the objective."""
        return self.model.objectives[0].offset


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
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
