"""The steps every back end shares: what is obvious, running under watch, and checking the answer.

A back end only translates: it gets a `Task` with one objective and plain numbers, and hands back
an `Answer`, the solver's own words. `BackEnd.solve` does the rest, so that no back end can claim
a solution, a proof or a bound that does not hold up against the model.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Final, TypeVar

import numpy as np

from koopopt.errors import SolverError
from koopopt.linear import Floats, LinearModel, Objective
from koopopt.solvers.base import (
    Control,
    Feature,
    Held,
    Solution,
    Termination,
    relative_gap,
)
from koopopt.text import T

FEASIBLE: Final = 1e-6
"""Absolute violation of a row or bound that counts as none."""
SAME: Final = 1e-9
"""Relative difference of two objectives that counts as none."""
OVERTIME: Final = 3.0
"""Seconds a solver may overrun its time limit before it is stopped."""

Result = TypeVar("Result")


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
    """

    termination: Termination
    values: Floats | None = None
    bound: float | None = None
    duals: Floats | None = None
    message: str = ""
    precision: float = 1e-9


@dataclass(slots=True)
class Brake:
    """What makes a running solve end; pulled again and again until it does."""

    pull: Callable[[], None] = lambda: None


class BackEnd(ABC):
    """A `Solver` made of a translation (`_run`) and of the shared steps."""

    name: ClassVar[str] | str
    features: ClassVar[frozenset[Feature]] | frozenset[Feature]

    @abstractmethod
    def version(self) -> str:
        """Return the version; raise `SolverError` saying why it is not available."""

    @abstractmethod
    def _run(self, task: Task, control: Control, brake: Brake) -> Answer:
        """Solve `task`; called in a thread of its own. Set `brake.pull` unless asking `control`."""

    def solve(
        self,
        model: LinearModel,
        control: Control,
        *,
        weights: tuple[float, ...] | None = None,
        start: Floats | None = None,
    ) -> Solution:
        """Minimise the weighted objectives of `model`.

        Parameters
        ----------
        model : LinearModel
            The program.
        control : Control
            Limits and the line to the watcher. Ctrl-C sets `control.cancel`; a second one raises.
        weights : tuple of k floats, optional
            Weights of the objectives; ones by default.
        start : (n,) array, optional
            A solution to begin with, NaN where unknown. If it is feasible, the answer is never
            worse.

        Returns
        -------
        Solution
            Checked against the model: see `koopopt.solvers.base`.

        Raises
        ------
        SolverError
            The back end is missing, or the model is not of a kind it can solve.
        """
        task = _task(model, control, weights, start)
        answer = obvious(task) or _stopped(control)
        if answer is None:
            try:
                answer = self._watched(task, control)
                answer = self._repaired(task, control, answer)
            except SolverError:
                raise
            except ImportError as error:
                raise missing(self.name, error) from error
            except Exception as error:  # noqa: BLE001 - whatever a library throws is its answer
                answer = Answer(Termination.ERROR, message=f"{type(error).__name__}: {error}")
        return checked(task, answer)

    def _watched(self, task: Task, control: Control) -> Answer:
        return supervised(lambda brake: self._run(task, control, brake), control)

    def _repaired(self, task: Task, control: Control, answer: Answer) -> Answer:
        """Solve for the continuous columns once more where rounding the integer ones broke a row.

        Solvers accept 0.999999 for 1; with coefficients of 1e7 that is not the same.
        """
        if answer.values is None or not (~task.model.integer).any() or not task.model.integer.any():
            return answer
        if feasible(task.model, answer.values, answer.precision) is not None or control.stopped:
            return answer
        whole, model = task.model.integer, task.model
        fixed = np.where(whole, np.clip(np.rint(answer.values), model.lower, model.upper), 0.0)
        rest = replace(
            model,
            lower=np.where(whole, fixed, model.lower),
            upper=np.where(whole, fixed, model.upper),
            integer=np.zeros_like(whole),
        )
        left = replace(task, model=rest, start=None, seconds=control.remaining)
        again = self._watched(left, control)
        return replace(answer, values=again.values)


def missing(name: str, error: Exception) -> SolverError:
    """Return the error for a back end whose library cannot be loaded."""
    return SolverError(T("Solver {name} is not available: {reason}.", name=name, reason=str(error)))


def _task(
    model: LinearModel,
    control: Control,
    weights: tuple[float, ...] | None,
    start: Floats | None,
) -> Task:
    cost, offset = model.weighted(weights)
    bounds = (model.lower, model.upper, model.row_lower, model.row_upper)
    if not all(np.isfinite(part).all() for part in (cost, [offset], model.value)) or any(
        np.isnan(part).any() for part in bounds
    ):
        raise SolverError(T("The model has a coefficient that is not a finite number."))
    whole = model.integer
    single = replace(
        model,
        lower=np.where(whole, np.ceil(model.lower - SAME), model.lower) + 0.0,
        upper=np.where(whole, np.floor(model.upper + SAME), model.upper) + 0.0,
        objectives=(Objective("objective", cost, offset),),
    )
    begin = None if start is None else np.asarray(start, float)
    return Task(single, begin, control.gap, control.remaining, control.threads, control.seed)


def _stopped(control: Control) -> Answer | None:
    if control.cancel.is_set():
        return Answer(Termination.INTERRUPTED)
    return Answer(Termination.TIME_LIMIT) if control.stopped else None


def obvious(task: Task) -> Answer | None:
    """Answer where no solver is needed: crossing bounds, empty rows broken, nothing to decide."""
    model = task.model
    filled = np.bincount(model.index, minlength=len(model.row_lower)) > 0
    empty_broken = ~filled & ((model.row_lower > SAME) | (model.row_upper < -SAME))
    impossible = (
        (model.lower > model.upper) | (model.lower == np.inf) | (model.upper == -np.inf)
    ).any() or (
        empty_broken
        | (model.row_lower > model.row_upper)
        | (model.row_lower == np.inf)
        | (model.row_upper == -np.inf)
    ).any()
    if impossible:
        return Answer(Termination.INFEASIBLE)
    if filled.any():
        return None
    nearest = np.clip(0.0, model.lower, model.upper)
    cheapest = np.where(task.cost > 0, model.lower, np.where(task.cost < 0, model.upper, nearest))
    if not np.isfinite(cheapest).all():
        return Answer(Termination.UNBOUNDED)
    bound = float(task.cost @ cheapest) + task.offset
    return Answer(Termination.OPTIMAL, cheapest, bound, np.zeros(len(model.row_lower)))


def supervised(work: Callable[[Brake], Result], control: Control) -> Result:
    """Run `work` in a thread of its own and pull its brake again and again once it should end.

    The calling thread stays free to receive Ctrl-C, which cancels: most solvers run in C++ and
    would hold it back until they are done. A thread of its own also gives HiGHS a scheduler of
    its own, whatever the number of threads of earlier solves.
    """
    brake = Brake()
    done = threading.Event()
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work(brake))
        except BaseException as error:  # noqa: BLE001 - raised again in the calling thread
            errors.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=run, name="koopopt-solver", daemon=True)
    thread.start()
    while not done.is_set():
        try:
            done.wait(0.1)
        except KeyboardInterrupt:
            if control.cancel.is_set():
                raise
            control.cancel.set()
        late = control.time_limit is not None and control.seconds > control.time_limit + OVERTIME
        if control.cancel.is_set() or late:
            brake.pull()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def feasible(model: LinearModel, values: Floats, precision: float = SAME) -> Floats | None:
    """Return `values` with integers rounded and bounds kept, or None where they break the model.

    A row may be broken by 1e-6 plus `precision` times the sum of the magnitudes of its terms.
    """
    if values.shape != model.lower.shape or not np.isfinite(values).all():
        return None
    room = FEASIBLE + precision * np.abs(values)
    kept = np.where(model.integer, np.rint(values), values)
    if (np.abs(kept - values) > 100 * room).any():
        return None
    kept = np.clip(kept, model.lower, model.upper) + 0.0
    if (np.abs(kept - values) > 100 * room).any():
        return None
    terms = model.value * np.repeat(kept, np.diff(model.start))
    rows = len(model.row_lower)
    activity = np.bincount(model.index, weights=terms, minlength=rows)
    room = FEASIBLE + precision * np.bincount(model.index, weights=np.abs(terms), minlength=rows)
    broken = (activity < model.row_lower - room) | (activity > model.row_upper + room)
    return None if broken.any() else kept


def checked(task: Task, answer: Answer) -> Solution:
    """Turn the solver's words into a `Solution` that claims no more than can be verified."""
    held, objective = _best(task, answer)
    termination, message = answer.termination, answer.message
    bound = answer.bound if answer.bound is not None and np.isfinite(answer.bound) else None
    slack = max(SAME, 10 * answer.precision)
    if objective is not None and bound is not None:
        close = max(FEASIBLE, slack * abs(objective))
        if bound > objective + close:
            termination, bound = Termination.ERROR, None
            message = f"bound above a feasible solution; {message}"
        elif bound > objective - max(FEASIBLE, 1e-2 * close):
            bound = objective  # the same number in floating point
    gap = relative_gap(objective, bound)
    reached = gap is not None and gap <= task.gap + slack
    if termination in (Termination.TIME_LIMIT, Termination.INTERRUPTED) and reached:
        termination = Termination.OPTIMAL
    elif termination is Termination.OPTIMAL and not reached:
        termination = Termination.ERROR
        message = (
            "the solver's solution breaks the model"
            if objective is None
            else f"the gap is {gap}, not the one claimed"
        ) + (f"; {message}" if message else "")
    elif termination in (Termination.INFEASIBLE, Termination.UNBOUNDED):
        bound = None
        if termination is Termination.INFEASIBLE and held is not None:
            termination, message = Termination.ERROR, "claimed infeasible, but the start is not"
    elif termination is Termination.ERROR and answer.values is not None and held is None:
        message = f"the solver's solution breaks the model; {message}"
    optimal = termination is Termination.OPTIMAL
    return Solution(
        termination,
        Held.NONE if held is None else Held.OPTIMAL if optimal else Held.FEASIBLE,
        held,
        objective,
        bound,
        answer.duals if optimal and not task.model.integer.any() else None,
        message,
    )


def _best(task: Task, answer: Answer) -> tuple[Floats | None, float | None]:
    """Return the better of the answer and the start, as far as they are feasible."""
    best: Floats | None = None
    least: float | None = None
    for values, precision in ((answer.values, answer.precision), (task.start, SAME)):
        kept = None if values is None else feasible(task.model, values, precision)
        if kept is None:
            continue
        objective = float(task.cost @ kept) + task.offset
        if least is None or objective < least - SAME * abs(least):
            best, least = kept, objective
    return best, least
