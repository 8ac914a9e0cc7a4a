"""What a formulation is: a way to turn a problem into linear programs and back into a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Protocol

from koopopt.case.plan import Plan
from koopopt.evaluation import Evaluation, all_alone, evaluate, status_quo
from koopopt.linear import Floats, Ints, LinearModel
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Progress, Solver, Termination
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
    reasons : tuple of Text
        Why there is no plan, where that is known.
    """

    termination: Termination
    plan: Plan | None = None
    least: int | None = None
    message: str = ""
    doubts: tuple[Text, ...] = ()
    reasons: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Effort:
    """What it would take to solve a problem exactly in some formulation, estimated beforehand.

    Attributes
    ----------
    columns : float
        Columns of the integer program: coalitions, or pairs of member and hub.
    bytes : float
        Memory for them.
    seconds : float
        How long a proof takes, roughly: one number by which formulations are compared.
    refusal : Text or None
        Why it cannot be done, or will not be.
    more : bool
        Whether it was counted no further: all numbers may be larger.
    """

    columns: float
    bytes: float
    seconds: float
    refusal: Text | None = None
    more: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Serves:
    """Whom the columns of a model serve: int arrays with an entry a column and member."""

    column: Ints
    service: Ints
    member: Ints
    seat: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """The explicit model of a problem, and the way back from its solutions.

    Attributes
    ----------
    model : LinearModel
        With one objective a criterion.
    count : int
        So many columns, the first ones, say which plan a solution is; all are binary.
    plan : callable
        Returns the plan of a solution, one value a column.
    serves : Serves
        Whom each of these columns serves; a plan serves everybody once in each service.
    """

    model: LinearModel
    count: int
    plan: Callable[[Floats], Plan]
    serves: Serves


class Formulation(Protocol):
    """A way to solve a problem."""

    @property
    def name(self) -> str:
        """Name under which it is asked for."""

    def estimate(self, problem: Problem, control: Control) -> Effort:
        """Return what the problem would take, within the memory and time of `control`.

        Raises
        ------
        Stopped
        """

    def build(self, problem: Problem) -> LinearModel:
        """Return the explicit model alone, as `written`."""

    def written(self, problem: Problem) -> Written:
        """Return the explicit model for export and study; the same problem has the same one.

        Raises
        ------
        UsageError
            Where the model would be too large to write down.
        """

    def solve(
        self, problem: Problem, solver: Solver, control: Control, start: Plan | None = None
    ) -> Outcome:
        """Minimise the weighted objective; `start` is a plan to begin from, if one is known."""


def known(
    problem: Problem, control: Control, start: Plan | None, least: int | None = None
) -> Outcome:
    """Return the plan that is known without solving anything: a run is stopped.

    That is `start` if it keeps the rules, else the better one of the plan in force and that in
    which everybody is alone.
    """
    best = start if start is not None and evaluate(problem, start).feasible else None
    if best is None:
        simple = [evaluate(problem, plan) for plan in (status_quo(problem), all_alone(problem))]
        right = [e for e in simple if e.feasible]
        best = min(right, key=lambda e: e.total).plan if right else None
    return Outcome(control.why, best, least)


def pass_on(
    problem: Problem, control: Control, progress: Progress, best: Evaluation | None, least: float
) -> None:
    """Tell whoever watches of a part's progress, with the values of the search that asked for it.

    `least` is what no plan's weighted sum is below; infinite where nothing is known.
    """
    if control.on_progress is None:
        return
    if progress.note is None:
        progress = replace(
            progress,
            seconds=control.seconds,
            incumbent=None if best is None else best.objective,
            bound=problem.scale.shown(int(least)) if abs(least) < inf else None,
        )
    control.on_progress(progress)
