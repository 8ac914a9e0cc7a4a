"""Fronts of linear models: the oracle that hands boxes to back ends as rows.

On entry a model of integer columns is written in whole numbers (`wholly`): rows multiplied until
their decimals are whole, objectives in their units. A box is one more row for each objective. What
back ends say of such programs is judged exactly (`solvers.judge`). Models with continuous columns,
or whose coefficients have no common unit, stay in floating point; their resolution must then be
coarser than what a solver can tell apart, which is checked here.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, gcd, inf, isfinite, lcm, log10, ulp
from typing import Final

import numpy as np

from koopopt.errors import UsageError
from koopopt.hints import Names
from koopopt.linear import Floats, LinearModel, Objective, extended
from koopopt.pareto.grid import MOST, PARTS, Amounts, Grid, total
from koopopt.pareto.oracle import Answer, Found, Point, Question
from koopopt.pareto.race import racing
from koopopt.plan import Plan
from koopopt.solvers.account import FLOATING, dot, keeps
from koopopt.solvers.base import Control, Held, Solution, Solver, Termination
from koopopt.solvers.checking import FEASIBLE
from koopopt.solvers.implied import implied_bounds
from koopopt.solvers.judge import OTHERS, Verdict, decide
from koopopt.solvers.registry import get
from koopopt.text import T

FINEST: Final = -6
"""The resolution of objectives without a unit, as a power of ten, where none coarser is needed."""
IGNORED: Final = Fraction(1, 1000)
"""Part of a unit of values that are not exact by which a solver may overshoot a row."""
HAIR: Final = 2
"""Last digits of floating point by which a number may be off the decimal that was meant."""
TOLD_APART: Final = 1e-8
"""Relative difference of objectives that a solver in floating point tells apart."""


@dataclass(frozen=True)
class ModelSubject:
    """A model, its grid and who solves it.

    Attributes
    ----------
    model : LinearModel
        With the objectives of the front, in their order.
    grid : Grid
    solver : str or Solver
        ``auto`` for a race.
    seed : int
    """

    model: LinearModel
    grid: Grid
    solver: str | Solver = "auto"
    seed: int = 0

    @cached_property
    def key(self) -> Hashable:
        """A digest of all that matters."""
        return digest(self.model), self.grid, str(self.solver), self.seed

    @cached_property
    def whole(self) -> LinearModel | None:
        """The model in whole numbers, None where it cannot be written so."""
        return wholly(self.model, self.grid)

    def oracle(self) -> ModelOracle | FloatingOracle:
        """Make an oracle."""
        return FloatingOracle(self) if self.whole is None else ModelOracle(self, self.whole)

    def amounts(self, solution: Plan | tuple[float, ...]) -> Amounts | None:
        """Return the exact amounts of a solution, None where it is none."""
        values = np.array(solution if isinstance(solution, tuple) else (), float)
        if values.shape != self.model.lower.shape or not np.isfinite(values).all():
            return None
        if self.whole is None:
            if self.model.violation(values) > FEASIBLE:
                return None
            return self._rounded_up([_value(o, values) for o in self.model.objectives])
        if (values != np.rint(values)).any() or not keeps(self.whole, values):
            return None
        shifts = offsets(self.model, self.grid)
        pairs = zip(self.whole.objectives, shifts, strict=True)
        return tuple(dot(o.coefficients, values) + shift for o, shift in pairs)

    def _rounded_up(self, values: Sequence[float]) -> Amounts:
        """Return amounts of which values are not above the true ones, but for a solver's noise.

        So what is in a box by its rows is in it by its amounts.
        """
        amounts = self.grid.amounts(values)  # told where they are too large
        exact = zip(values, self.grid.units, strict=True)
        found = (ceil(Fraction(value) / unit - IGNORED) for value, unit in exact)
        return tuple(a if e else b for a, b, e in zip(amounts, found, self.grid.exact, strict=True))

    def highest(self) -> tuple[int | None, ...]:
        """Return upper bounds of the amounts that the column bounds imply."""
        result: list[int | None] = []
        for objective, unit in zip(self.model.objectives, self.grid.units, strict=True):
            size = _extent(self.model, objective, 1)
            result.append(floor(Fraction(size) / unit) + 1 if isfinite(size) else None)
        return tuple(result)


def _value(objective: Objective, values: Floats) -> float:
    return float(objective.coefficients @ values) + objective.offset


def _extent(model: LinearModel, objective: Objective, sign: int) -> float:
    """Return the largest (or least) value of an objective that column bounds imply."""
    used = objective.coefficients != 0
    up, down = (model.upper, model.lower)[::sign]
    side = np.where(objective.coefficients > 0, up, down)
    return float(objective.coefficients[used] @ side[used]) + objective.offset


def _decimal(value: float) -> Fraction:
    """Return the decimal that a number was meant as: 0.1 + 0.2 is 0.3.

    Those are the 15 digits that floating point holds for certain, unless they lose more than a
    computation or two could have added: then it is all of them, as of a number of 16 digits.
    Whole numbers are what they are.
    """
    if float(value).is_integer():
        return Fraction(int(value))
    short = f"{value:.15g}"
    return Fraction(short if abs(float(short) - value) <= HAIR * ulp(value) else repr(value))


def wholly(model: LinearModel, grid: Grid) -> LinearModel | None:
    """Return a model of integer columns in whole numbers, None where it cannot be written so.

    Rows are multiplied by what makes their decimals whole; objectives count units, without
    their constants.
    """
    if not model.integer.all() or not all(grid.exact):
        return None
    value, low, high = model.value.copy(), model.row_lower.copy(), model.row_upper.copy()
    broken = np.unique(model.index[value != np.rint(value)])
    for r in broken.tolist():
        here = np.flatnonzero(model.index == r)
        parts = [_decimal(v) for v in value[here].tolist()]
        factor = Fraction(lcm(*(p.denominator for p in parts)))
        whole = [int(p * factor) for p in parts]
        common = gcd(*whole)
        value[here] = [w // common for w in whole]
        low[r], high[r] = _times(low[r], factor / common), _times(high[r], factor / common)
    low, high = _up(low), _down(high)
    objectives = []
    for objective, unit in zip(model.objectives, grid.units, strict=True):
        counts = [_decimal(c) / unit for c in objective.coefficients.tolist()]
        if any(c.denominator != 1 for c in counts):
            return None
        coefficients = np.array([float(c) for c in counts])
        objectives.append(replace(objective, coefficients=coefficients, offset=0.0))
    numbers = [value, low[np.isfinite(low)], high[np.isfinite(high)]]
    numbers += [o.coefficients for o in objectives]
    if any((np.abs(part) > FLOATING).any() for part in numbers):
        return None
    written = replace(
        model,
        lower=_up(model.lower),
        upper=_down(model.upper),
        row_lower=low,
        row_upper=high,
        value=value,
        objectives=tuple(objectives),
    )
    limits = [(k, inf) for k in range(len(objectives))]
    return _with_limits(written, [o.coefficients for o in objectives], limits)


def _up(sides: Floats) -> Floats:
    """Round up to whole numbers, a hair off counting as the number itself."""
    finite = np.where(np.isfinite(sides), sides, 0.0)
    near = np.rint(finite)
    hair = np.isfinite(sides) & (np.abs(finite - near) <= HAIR * np.spacing(np.abs(near)))
    return np.where(hair, near, np.ceil(sides))


def _down(sides: Floats) -> Floats:
    return -_up(-sides)


def bounded(model: LinearModel) -> LinearModel:
    """Return the model with the bounds of integer columns that its rows imply."""
    if _finite(model):
        return model
    lower, upper = implied_bounds(model)
    if (lower > upper).any():  # rows contradict each other, whatever the columns' values are
        upper = np.maximum(lower, upper)
    return replace(model, lower=lower, upper=upper)


def _finite(model: LinearModel) -> bool:
    return bool(np.isfinite(model.lower).all() and np.isfinite(model.upper).all())


def _times(side: float, factor: Fraction) -> float:
    """Return a side of a row multiplied, to the decimal that it was written as."""
    if not isfinite(side):
        return float(side)
    exact = _decimal(float(side)) * factor
    return float(exact) if exact.denominator == 1 else float(floor(exact)) + 0.5


def offsets(model: LinearModel, grid: Grid) -> Amounts:
    """Return the constants of the objectives, in units."""
    pairs = zip(model.objectives, grid.units, strict=True)
    return tuple(round(_decimal(o.offset) / unit) for o, unit in pairs)


def digest(model: LinearModel) -> str:
    """Return a fingerprint of a model: its names and numbers."""
    total = hashlib.sha256()
    for names in (model.columns, model.rows, [o.name for o in model.objectives]):
        total.update("\n".join(names).encode() + b"\0")
    arrays = [model.lower, model.upper, model.integer, model.row_lower, model.row_upper]
    arrays += [model.start, model.index, model.value]
    for objective in model.objectives:
        arrays += [objective.coefficients, np.array([objective.offset, objective.negated], float)]
    for array in arrays:
        total.update(np.ascontiguousarray(array).tobytes() + b"\0")
    return total.hexdigest()


def chosen(model: LinearModel, names: Sequence[str]) -> LinearModel:
    """Return the model with these objectives only, in this order; all of them by default.

    Raises
    ------
    UsageError
        For an unknown name or one that stands twice.
    """
    known = {objective.name: objective for objective in model.objectives}
    for name in names:
        if name not in known:
            raise UsageError(
                T("There is no objective {name}. {remedy}",
                  name=repr(name), remedy=Names(known).remedy(name))
            )  # fmt: skip
    if len(set(names)) < len(names):
        raise UsageError(T("A criterion stands twice."))
    return replace(model, objectives=tuple(known[name] for name in names)) if names else model


def grid_of(model: LinearModel, resolution: Mapping[str, float]) -> Grid:
    """Return the grid of a model's objectives.

    The unit of an objective of integer columns is what all its coefficients are multiples of, and
    its resolution is that unit unless the user says otherwise. Where columns are continuous, or
    where coefficients have no unit that is large enough for exact sums, values are no multiples of
    anything: then the resolution is what a solver can tell apart.

    Raises
    ------
    UsageError
        For a resolution that is too fine to be told apart.
    """
    units, per_cell, exact = [], [], []
    for objective in model.objectives:
        given = resolution.get(objective.name)
        unit = _unit(model, objective, given)
        if unit is not None:
            units.append(unit)
            per_cell.append(1 if given is None else int(_decimal(given) / unit))
            exact.append(True)
            continue
        delta = _apart(model, objective, given)
        units.append(delta / PARTS)
        per_cell.append(PARTS)
        exact.append(False)
    return Grid(tuple(units), tuple(per_cell), tuple(exact), bool(resolution))


def _unit(model: LinearModel, objective: Objective, given: float | None) -> Fraction | None:
    """Return the power of ten, 1 at most, that all values are multiples of.

    It is divided further where the given resolution is no multiple of it.
    """
    used = objective.coefficients != 0
    if not model.integer[used].all():
        return None
    parts = [_decimal(c) for c in [*objective.coefficients[used].tolist(), objective.offset]]
    power = 1
    while any(power % p.denominator for p in parts):  # decimals: a power of ten will do
        power *= 10
    unit = Fraction(1, power)
    if given is not None:
        step = _decimal(given) * power
        unit = Fraction(1, power * step.denominator)
    size = max(abs(_extent(model, objective, sign)) for sign in (1, -1))
    if isfinite(size) and size > unit * MOST:
        return None
    return unit


def _apart(model: LinearModel, objective: Objective, given: float | None) -> Fraction:
    """Return a resolution of an objective that a solver can tell apart."""
    ends = [_extent(model, objective, sign) for sign in (1, -1)]
    size = max(abs(end) for end in ends)
    least = TOLD_APART * size if isfinite(size) else 0.0
    if given is None:
        power = max(ceil(log10(least)), FINEST) if least > 0 else FINEST
        return Fraction(10) ** power
    if given < least:
        raise UsageError(
            T("The resolution {delta} of {name} is too fine: with values up to {size} no solver"
              " tells apart what differs by less than {least}.",
              delta=f"{given:g}", name=repr(objective.name), size=f"{size:g}", least=f"{least:g}")
        )  # fmt: skip
    return _decimal(given)


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
        if verdict.values is not None and not verdict.settled and not _finite(within):
            # Columns may be without end, but not those of what is better than this.
            assert verdict.total is not None
            better = bounded(_with_limits(model, [cost], [(0, float(verdict.total))]))
            if _finite(better):
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
        limited = _with_limits(model, dense, rows)
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
            w * _decimal(o.offset) / u
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


def _with_limits(
    model: LinearModel, dense: Sequence[Floats], limits: Sequence[tuple[int, float]]
) -> LinearModel:
    """Return the model with rows dense[k] · x ≤ side for the (k, side) given."""
    if not limits:
        return model
    table = np.array([dense[k] for k, _ in limits])
    at, column = np.nonzero(table)
    return extended(
        model,
        rows=[f"limit[{model.objectives[k].name}]" for k, _ in limits],
        row_upper=np.array([side for _, side in limits]),
        entries=(model.shape[0] + at, column, table[at, column]),
    )
