"""The oracles of linear models: they hand boxes to back ends as rows.

Models in whole numbers are judged exactly (`solvers.judge`); the others keep to the tolerances of
their solver.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor, inf
from typing import TYPE_CHECKING

import numpy as np

from koopopt.errors import SolverError
from koopopt.linear import Floats, LinearModel, Objective
from koopopt.pareto.grid import total
from koopopt.pareto.oracle import Answer, Found, Point, Question
from koopopt.pareto.units import decimal, noise, offsets
from koopopt.pareto.whole_model import costs_of, least_sum, with_limits
from koopopt.solvers.base import Control, Held, Solution, Solver, Termination
from koopopt.solvers.implied import bounded, enclosed, finite
from koopopt.solvers.judge import WITNESSES, Verdict
from koopopt.solvers.portfolio import solver_or_portfolio
from koopopt.solvers.registry import get
from koopopt.solvers.scaling import OutOfReach

if TYPE_CHECKING:
    from koopopt.pareto.models import ModelSubject


class _Asking:
    """What both oracles share: of which model they ask whom, and how long."""

    def __init__(self, subject: ModelSubject, model: LinearModel) -> None:
        self._subject = subject
        self._grid = subject.grid
        self._model = model
        self._enclosed = False
        # With and without a box are two kinds of programs, and each has a portfolio of its own.
        self._solvers = [solver_or_portfolio(subject.solver, subject.options) for _ in range(2)]

    def _control(self, question: Question, cancel: threading.Event) -> Control:
        control = Control(time_limit=question.seconds, seed=self._subject.seed, cancel=cancel)
        if not self._enclosed and self._model.integer.all():  # once: it holds in every box
            self._model = enclosed(self._model, get("highs"), control)
            self._enclosed = not control.stopped
        return control


class ModelOracle(_Asking):
    """Answers exactly: the model in whole numbers with one more row an objective."""

    def __init__(self, subject: ModelSubject, whole: LinearModel) -> None:
        super().__init__(subject, whole)
        self._shift = offsets(subject.model, subject.grid)
        self._rows = subject.model.shape[0]

    def ask(self, question: Question, cancel: threading.Event) -> Answer:
        """Decide one program."""
        began = time.perf_counter()
        control, solver = self._control(question, cancel), self._solvers[question.bounded]
        upper = self._model.row_upper.copy()
        for k, (limit, shift) in enumerate(zip(question.upper, self._shift, strict=True)):
            upper[self._rows + k] = inf if limit is None else float(limit - shift)
        model, weights = replace(self._model, row_upper=upper), question.weights
        within = bounded(model)
        start = question.start.solution if question.start is not None else None
        known = np.array(start) if isinstance(start, tuple) else None
        confirm = not question.bounded
        verdict = least_sum(within, weights, solver, control, start=known, confirm=confirm)
        if verdict.values is not None and not verdict.settled and not finite(within):
            # Columns may be without end, but not those of what is better than this.
            assert verdict.total is not None
            cost = np.array(costs_of(model, weights), float)
            better = with_limits(model, [cost], [(0, float(verdict.total))])
            better = enclosed(better, get("highs"), control)
            if finite(better):
                doubts = verdict.doubts
                verdict = least_sum(better, weights, solver, control, start=verdict.values)
                verdict.doubts[:0] = doubts
        return self._answer(question, verdict, began)

    def _answer(self, question: Question, verdict: Verdict, began: float) -> Answer:
        point = None
        if verdict.values is not None:
            solution = tuple(verdict.values.tolist())
            amounts = self._subject.amounts(solution)
            if amounts is not None:
                point = Point(self._grid.values(amounts), solution)
        found = {Termination.OPTIMAL: Found.POINT, Termination.INFEASIBLE: Found.EMPTY}.get(
            verdict.termination, Found.STOPPED
        )
        bound = None
        if found is not Found.EMPTY and verdict.least is not None:
            bound = verdict.least + total(question.weights, self._shift)
        said = [str(doubt) for doubt in verdict.doubts]
        said += [verdict.message] if found is Found.STOPPED and verdict.message else []
        if verdict.termination is Termination.UNBOUNDED:
            said.append("the model is unbounded")
        return Answer(
            found, point, bound, verdict.solver, time.perf_counter() - began, "; ".join(said)
        )


class FloatingOracle(_Asking):
    """Answers with the tolerances of a solver, for models that have no whole numbers.

    A solution just outside its box is asked for again with the box a little tighter; what is known
    of the whole box then is the first answer's bound, and not that the tighter one is empty.
    """

    def __init__(self, subject: ModelSubject) -> None:
        super().__init__(subject, subject.model)
        self._last = ""

    def ask(self, question: Question, cancel: threading.Event) -> Answer:
        """Solve one program, or a few."""
        began = time.perf_counter()
        control = self._control(question, cancel)
        first = self._solved(question, control, 0.0)
        solver = self._last
        least = self._least(question, first)
        solution, outside = first, self._outside(question, first)
        for step in (0.1, 0.3):
            if not outside or control.stopped:
                break
            solution = self._solved(question, control, step)
            outside = self._outside(question, solution)
        point = None if outside else self._point(solution)
        found = Found.STOPPED
        if first.termination is Termination.INFEASIBLE:
            found = self._confirmed(question, control)
        elif point is not None and solution.termination is Termination.OPTIMAL:
            found = Found.POINT
        message = solution.message if found is Found.STOPPED else ""
        if first.termination is Termination.UNBOUNDED:
            message = message or "the model is unbounded"
        return Answer(
            found, point, None if found is Found.EMPTY else least, solver,
            time.perf_counter() - began, message,
        )  # fmt: skip

    def _confirmed(self, question: Question, control: Control) -> Found:
        """Return whether another back end finds the same box empty."""
        if question.bounded:
            return Found.EMPTY
        for name in WITNESSES:
            if name in (self._last, "cp-sat"):
                continue
            again = self._solved(question, control, 0.0, get(name))
            return Found.EMPTY if again.termination is Termination.INFEASIBLE else Found.STOPPED
        return Found.STOPPED

    def _solved(
        self, question: Question, control: Control, tighter: float, solver: Solver | None = None
    ) -> Solution:
        """Solve in units of the resolution; `tighter` is by which part of a unit."""
        model, grid = self._model, self._grid
        scale = 1.0 / np.array(grid.resolution)
        dense = [o.coefficients * f for o, f in zip(model.objectives, scale, strict=True)]
        rows: list[tuple[int, float]] = []
        for k, limit in enumerate(question.upper):
            if limit is not None:
                per_cell = grid.per_cell[k]
                side = (limit + grid.exact[k] * 0.5) / per_cell - tighter / 2
                rows.append((k, side - model.objectives[k].offset * scale[k]))
        weights = np.array(question.weights, float) * np.array(grid.per_cell, float)
        weights = weights / weights.max()
        limited = with_limits(model, dense, rows)
        limited = replace(limited, objectives=(Objective("total", weights @ np.array(dense)),))
        first = solver or self._solvers[question.bounded]
        return self._asked(first, limited, control, self._start(question))

    def _asked(
        self, first: Solver, model: LinearModel, control: Control, start: Floats | None
    ) -> Solution:
        """Ask a back end, and another one where the numbers are not for it."""
        message = ""
        for witness in (first, *(get(name) for name in WITNESSES if name != first.name)):
            own = Control(0.0, control.remaining, control.threads, control.seed, control.cancel)
            try:
                solution = witness.solve(model, own, start=start)
            except OutOfReach as error:
                message = message or error.render("en")
            except SolverError:
                if witness is first:
                    raise
            else:
                self._last = witness.name
                return solution
        self._last = first.name
        return Solution(Termination.ERROR, message=message)

    def _start(self, question: Question) -> Floats | None:
        """Return the known solution if it is in the box: next to it a solver takes it for one."""
        start = question.start
        if start is None or not isinstance(start.solution, tuple):
            return None
        return None if self._beyond(question, start) else np.array(start.solution)

    def _least(self, question: Question, solution: Solution) -> int | None:
        """Return the bound in units, less what a solver may miss.

        A sum of exact amounts is a whole number: the next one is a bound as well.
        """
        if solution.bound is None or solution.termination is Termination.ERROR:
            return None
        grid, weights = self._grid, question.weights
        shift = sum(
            w * decimal(o.offset) / u
            for w, o, u in zip(weights, self._model.objectives, grid.units, strict=True)
        )
        largest = max(w * r for w, r in zip(weights, grid.per_cell, strict=True))
        least = Fraction(solution.bound) * largest
        least += shift - noise(grid, weights, abs(least))
        whole = all(exact for w, exact in zip(weights, grid.exact, strict=True) if w)
        return ceil(least) if whole else floor(least)

    def _outside(self, question: Question, solution: Solution) -> bool:
        point = self._point(solution)
        return point is not None and self._beyond(question, point)

    def _beyond(self, question: Question, point: Point) -> bool:
        """Whether a point is outside the box, by its amounts."""
        amounts = self._grid.amounts(point.values)
        return any(u is not None and a > u for a, u in zip(amounts, question.upper, strict=True))

    def _point(self, solution: Solution) -> Point | None:
        if solution.held is Held.NONE or solution.values is None:
            return None
        values = tuple(solution.values.tolist())
        amounts = self._subject.amounts(values)
        return None if amounts is None else Point(self._grid.values(amounts), values)
