"""The steps every back end shares, around the one that is its own.

A back end only translates: it gets a `SolverTask` with one objective and plain numbers, and hands
back a `SolverAnswer`, the solver's own words. `BackEnd.solve` does the rest, so that no back end
can claim a solution, a proof or a bound that does not hold up against the model.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from copy import copy
from dataclasses import replace
from types import MappingProxyType
from typing import Self

import numpy as np

from koopopt.errors import SolverError
from koopopt.linear import Floats, LinearModel, Objective
from koopopt.solvers.account import is_whole
from koopopt.solvers.base import Control, Feature, Solution, Termination
from koopopt.solvers.checking import (
    OBJECTIVE_TOLERANCE,
    checked,
    feasible,
    obvious,
    well_formed,
)
from koopopt.solvers.options import Given, OptionPolicy, Value, unknown
from koopopt.solvers.scaling import demand_range, scaled
from koopopt.solvers.supervise import Brake, LeftBehind, seconds_for, supervised
from koopopt.solvers.task import SolverAnswer, SolverTask
from koopopt.text import T

logger = logging.getLogger(__name__)


class BackEnd(ABC):
    """A `Solver` made of a translation (`_run`) and of the shared steps."""

    name: str
    features: frozenset[Feature]
    precision: float = 1e-9
    """Relative error of its arithmetic: see `koopopt.solvers.account`."""
    options: Given = MappingProxyType({})
    """Options of its own library: see `koopopt.solvers.options`."""
    policy: OptionPolicy = OptionPolicy()

    @abstractmethod
    def version(self) -> str:
        """Return the version; raise `SolverError` saying why it is not available."""

    def with_options(self, options: Given) -> Self:
        """Return the same back end with options of its own library.

        Raises
        ------
        UsageError
            It has none of that name, cannot take the value, or koopopt sets the option itself.
        SolverError
            The back end is missing.
        """
        if not options:
            return self
        self.version()
        for name in options:
            self.policy.demand_free(self.name, name)
        taken = {name: self._accepted(name, value) for name, value in options.items()}
        mine = copy(self)
        mine.options = {**self.options, **taken}
        return mine

    def _accepted(self, name: str, value: Value) -> Value:
        """Return an option's value if the library takes it; raise `UsageError` if it does not."""
        unknown(self.name, name)

    @abstractmethod
    def _run(self, task: SolverTask, control: Control, brake: Brake) -> SolverAnswer:
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
        began = time.perf_counter()
        task = replace(_task(model, control, weights, start), options=dict(self.options))
        scaling = None
        if not is_whole(task.model) and (found := scaled(task.model)) is not None:
            single, scaling = found
            begin = None if task.start is None else task.start / scaling.column
            task = replace(task, model=single, start=begin)
        if self.precision > 0.0:
            demand_range(task.model)
        answer = obvious(task) or _stopped(control)
        if answer is None:
            try:
                answer = self._watched(task, control)
                answer = self._repaired(task, control, answer)
                answer = self._believable(answer)
            except SolverError:
                raise
            except LeftBehind:
                answer = SolverAnswer(control.why)
            except ImportError as error:
                raise missing(self.name, error) from error
            except (Exception, SystemExit) as error:
                answer = SolverAnswer(Termination.ERROR, message=f"{type(error).__name__}: {error}")
        if answer.termination is Termination.INTERRUPTED and not control.cancel.is_set():
            answer = replace(answer, termination=Termination.TIME_LIMIT)  # told to end in time
        solution = checked(task, answer)
        logger.debug(
            "%s: %s, objective %s, bound %s, %.2f s; %d rows, %d columns%s",
            self.name, solution.termination.name, solution.objective, solution.bound,
            time.perf_counter() - began, *task.model.shape,
            f"; {solution.message}" if solution.message else "",
        )  # fmt: skip
        return solution if scaling is None else scaling.back(solution)

    def _watched(self, task: SolverTask, control: Control) -> SolverAnswer:
        return well_formed(task, supervised(lambda brake: self._run(task, control, brake), control))

    def _believable(self, answer: SolverAnswer) -> SolverAnswer:
        """Return the answer, of which options may leave no more than the solution."""
        doubtful = self.policy.doubtful(self.options)
        if not doubtful:
            return answer
        left = replace(answer, bound=None, duals=None, least=None)
        if answer.termination in (Termination.TIME_LIMIT, Termination.INTERRUPTED):
            return left
        said = f"proofs of {self.name} do not count with the option(s) {', '.join(doubtful)}"
        return replace(left, termination=Termination.ERROR, message=answer.message or said)

    def _repaired(self, task: SolverTask, control: Control, answer: SolverAnswer) -> SolverAnswer:
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
        left = replace(task, model=rest, start=None, seconds=seconds_for(control))
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
) -> SolverTask:
    cost, offset = model.weighted(weights)
    bounds = (model.lower, model.upper, model.row_lower, model.row_upper)
    if not all(np.isfinite(part).all() for part in (cost, [offset], model.value)) or any(
        np.isnan(part).any() for part in bounds
    ):
        raise SolverError(T("The model has a coefficient that is not a finite number."))
    whole = model.integer
    single = replace(
        model,
        lower=np.where(whole, np.ceil(model.lower - OBJECTIVE_TOLERANCE), model.lower) + 0.0,
        upper=np.where(whole, np.floor(model.upper + OBJECTIVE_TOLERANCE), model.upper) + 0.0,
        objectives=(Objective("objective", cost, offset),),
    )
    begin = None if start is None else np.asarray(start, float)
    return SolverTask(
        single, begin, control.gap, seconds_for(control), control.threads, control.seed
    )


def _stopped(control: Control) -> SolverAnswer | None:
    return SolverAnswer(control.why) if control.stopped else None
