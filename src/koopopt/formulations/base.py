"""What a formulation is: a way to turn a problem into linear programs and back into a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from koopopt.linear import LinearModel
from koopopt.plan import Plan
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver, Termination
from koopopt.text import Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a formulation found.

    Attributes
    ----------
    termination : Termination
        Why it stopped. `OPTIMAL` means: the requested gap is proven.
    plan : Plan or None
        The best plan; callers verify it.
    least : int or None
        No plan has a weighted sum (`Problem.scale`) below this: valid for the true problem,
        proven; None where nothing was.
    message : str
        A back end's own words where something went wrong.
    doubts : tuple of Text
        What back ends said that turned out to be wrong.
    """

    termination: Termination
    plan: Plan | None = None
    least: int | None = None
    message: str = ""
    doubts: tuple[Text, ...] = ()


class Formulation(Protocol):
    """A way to solve a problem."""

    @property
    def name(self) -> str:
        """Name under which it is asked for."""

    def refuses(self, problem: Problem) -> Text | None:
        """Return why it cannot take this problem well, None where it can."""

    def build(self, problem: Problem) -> LinearModel:
        """Return the explicit model with one objective a criterion, for export and study.

        Raises
        ------
        UsageError
            Where the model would be too large to write down.
        """

    def solve(
        self, problem: Problem, solver: Solver, control: Control, start: Plan | None = None
    ) -> Outcome:
        """Minimise the weighted objective; `start` is a plan to begin from, if one is known."""
