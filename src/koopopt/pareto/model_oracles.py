"""The oracles of linear models: they hand boxes to back ends as rows.

Models in whole numbers are judged exactly (`solvers.judge`); the others keep to the tolerances of
their solver.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from fractions import Fraction
from math import floor, inf
from typing import TYPE_CHECKING

import numpy as np

from koopopt.linear import LinearModel, Objective
from koopopt.pareto.grid import total
from koopopt.pareto.oracle import Answer, Found, Point, Question
from koopopt.pareto.race import racing
from koopopt.pareto.units import TOLD_APART, decimal, offsets
from koopopt.pareto.whole_model import bounded, finite, with_limits
from koopopt.solvers.account import FLOATING
from koopopt.solvers.base import Control, Held, Solution, Solver, Termination
from koopopt.solvers.judge import OTHERS, Verdict, decide
from koopopt.solvers.registry import get

if TYPE_CHECKING:
    from koopopt.pareto.models import ModelSubject


class _Asking:
    """What both oracles share: who is asked, and how an answer is put together."""

    def __init__(self, subject: ModelSubject) -> None:
        self._subject = subject
        self._grid = subject.grid
        # With and without a box are two kinds of programs, and each has a race of its own.
        self._solvers = [
            racing(subject.solver) if isinstance(subject.solver, str) else subject.solver
            for _ in range(2)
        ]

    def _control(self, question: Question, cancel: threading.Event) -> Control:
        return Control(time_limit=question.seconds, seed=self._subject.seed, cancel=cancel)


class ModelOracle(_Asking):
    """Answers exactly: the model in whole numbers with one more row an objective."""

    def __init__(self, subject: ModelSubject, whole: LinearModel) -> None:
        super().__init__(subject)
        self._model = whole
        self._shift = offsets(subject.model, subject.grid)
        self._rows = subject.model.shape[0]

    def ask(self, question: Question, cancel: threading.Event) -> Answer:
        """Decide one program."""
        began = time.perf_counter()
        upper = self._model.row_upper.copy()
        for k, (limit, shift) in enumerate(zip(question.upper, self._shift, strict=True)):
            upper[self._rows + k] = inf if limit is None else float(limit - shift)
        pairs = zip(question.weights, self._model.objectives, strict=True)
        cost = sum((w * o.coefficients for w, o in pairs), np.zeros(self._model.shape[1]))
        if (np.abs(cost) > FLOATING).any():
            return Answer(Found.STOPPED, None, None, "", time.perf_counter() - began,
                          "the weighted sum is too large to be exact")  # fmt: skip
        objective = Objective("total", cost)
        model = replace(self._model, row_upper=upper, objectives=(objective,))
        within = bounded(model)
        start = question.start.solution if question.start is not None else None
        control, solver = self._control(question, cancel), self._solvers[question.bounded]
        known = np.array(start) if isinstance(start, tuple) else None
        confirm = not question.bounded
        verdict = decide(within, solver, control, start=known, confirm=confirm)
        if verdict.values is not None and not verdict.settled and not finite(within):
            # Columns may be without end, but not those of what is better than this.
            assert verdict.total is not None
            better = bounded(with_limits(model, [cost], [(0, float(verdict.total))]))
            if finite(better):
                doubts = verdict.doubts
                verdict = decide(better, solver, control, start=verdict.values)
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

    def ask(self, question: Question, cancel: threading.Event) -> Answer:
        """Solve one program, or a few."""
        began = time.perf_counter()
        control = self._control(question, cancel)
        first = self._solved(question, control, 0.0)
        solver = self._solvers[question.bounded].name
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
        asked = self._solvers[0].name
        for name in OTHERS:
            if name in (asked, "cp-sat"):
                continue
            again = self._solved(question, control, 0.0, get(name))
            return Found.EMPTY if again.termination is Termination.INFEASIBLE else Found.STOPPED
        return Found.STOPPED

    def _solved(
        self, question: Question, control: Control, tighter: float, solver: Solver | None = None
    ) -> Solution:
        """Solve in units of the resolution; `tighter` is by which part of a unit."""
        model, grid = self._subject.model, self._grid
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
        start = question.start.solution if question.start is not None else None
        chosen = solver or self._solvers[question.bounded]
        own = Control(0.0, control.remaining, control.threads, control.seed, control.cancel)
        return chosen.solve(
            limited, own, start=np.array(start) if isinstance(start, tuple) else None
        )

    def _least(self, question: Question, solution: Solution) -> int | None:
        """Return the bound in units, rounded down by what a solver may miss."""
        if solution.bound is None or solution.termination is Termination.ERROR:
            return None
        grid, model = self._grid, self._subject.model
        weights = np.array(question.weights, float) * np.array(grid.per_cell, float)
        shift = sum(
            w * decimal(o.offset) / u
            for w, o, u in zip(question.weights, model.objectives, grid.units, strict=True)
        )
        size = abs(solution.bound) * TOLD_APART / 10
        return floor(Fraction(solution.bound - size) * Fraction(float(weights.max())) + shift)

    def _outside(self, question: Question, solution: Solution) -> bool:
        point = self._point(solution)
        if point is None:
            return False
        amounts = self._grid.amounts(point.values)
        return any(u is not None and a > u for a, u in zip(amounts, question.upper, strict=True))

    def _point(self, solution: Solution) -> Point | None:
        if solution.held is Held.NONE or solution.values is None:
            return None
        values = tuple(solution.values.tolist())
        amounts = self._subject.amounts(values)
        return None if amounts is None else Point(self._grid.values(amounts), values)
