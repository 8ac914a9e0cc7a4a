"""Fronts of linear models: the oracle that hands boxes to a back end as rows.

Objectives are rewritten in units of their resolution, so that they are integers wherever they
can be; a box is one more row for each objective. Values are recomputed from the columns.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from koopopt.errors import UsageError
from koopopt.hints import Names
from koopopt.linear import Floats, LinearModel, Objective
from koopopt.pareto.grid import Grid
from koopopt.pareto.oracle import Answer, Found, Point, Question, Values
from koopopt.pareto.race import racing
from koopopt.solvers.base import Control, Held, Solver, Termination
from koopopt.text import T

DECIMALS: Final = 6
"""The finest grid that is looked for: millionths."""


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

    def oracle(self) -> ModelOracle:
        """Make an oracle."""
        return ModelOracle(self)

    def highest(self) -> Values:
        """Return upper bounds of the objectives that the column bounds imply."""
        model = self.model
        result = []
        for objective in model.objectives:
            used = objective.coefficients != 0
            side = np.where(objective.coefficients > 0, model.upper, model.lower)
            result.append(float(objective.coefficients[used] @ side[used]) + objective.offset)
        return tuple(result)


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

    Without a word from the user, the resolution of an objective is the largest power of ten, at
    most 1, of which all its coefficients are multiples, where its columns are all integer.
    """
    deltas, exact = [], []
    for objective in model.objectives:
        whole = bool(model.integer[objective.coefficients != 0].all())
        given = resolution.get(objective.name)
        delta = given if given is not None else _finest(objective) if whole else 10.0**-DECIMALS
        deltas.append(delta)
        exact.append(whole and _multiples(objective, delta))
    return Grid(tuple(deltas), tuple(exact), bool(resolution))


def _finest(objective: Objective) -> float:
    for power in range(DECIMALS + 1):
        if _multiples(objective, 10.0**-power):
            return 10.0**-power
    return 10.0**-DECIMALS


def _multiples(objective: Objective, delta: float) -> bool:
    counts = np.append(objective.coefficients, objective.offset) / delta
    rounding = np.maximum(1e-9, 4 * np.finfo(float).eps * np.abs(counts))
    return bool((np.abs(counts - np.rint(counts)) <= rounding).all())


class ModelOracle:
    """Answers by solving the model with one more row an objective."""

    def __init__(self, subject: ModelSubject) -> None:
        self._grid = subject.grid
        self._seed = subject.seed
        # With and without a box are two kinds of programs, and each has a race of its own.
        self._solvers = [
            racing(subject.solver) if isinstance(subject.solver, str) else subject.solver
            for _ in range(2)
        ]
        model = subject.model
        self._columns = _in_cells(model, subject.grid)
        self._offsets = np.array([o.offset for o in model.objectives])
        self._model = _with_rows(model, self._columns, subject.grid)
        self._rows = model.shape[0]

    def ask(self, question: Question, cancel: threading.Event) -> Answer:
        """Solve one program."""
        began = time.perf_counter()
        limits = (np.array(question.upper) - self._offsets) / np.array(self._grid.resolution)
        upper = self._model.row_upper.copy()
        upper[self._rows :] = limits
        model = replace(self._model, row_upper=upper)
        scaled = np.array(question.weights) * np.array(self._grid.resolution)
        weights = _tidy(scaled)
        start = None
        # What lies just outside the box would pass for inside where numbers are large.
        if question.start and max(self._grid.beyond(question.start.values, question.upper)) == 0:
            start = question.start.solution
        solver = self._solvers[int(np.isfinite(limits).any())]
        solution = solver.solve(
            model,
            Control(time_limit=question.seconds, seed=self._seed, cancel=cancel),
            weights=tuple(weights.tolist()),
            start=np.array(start) if isinstance(start, tuple) else None,
        )
        factor = float(scaled.sum() / weights.sum())
        point = None
        if solution.held is not Held.NONE and solution.values is not None:
            point = self._point(solution.values)
        bound = -np.inf if solution.bound is None else solution.bound * factor
        found = {Termination.OPTIMAL: Found.POINT, Termination.INFEASIBLE: Found.EMPTY}.get(
            solution.termination, Found.STOPPED
        )
        return Answer(
            found,
            point,
            np.inf if found is Found.EMPTY else bound,
            solver.name,
            time.perf_counter() - began,
            solution.message
            or ("the model is unbounded" if solution.termination is Termination.UNBOUNDED else ""),
        )

    def _point(self, values: Floats) -> Point:
        counts = self._columns @ values
        exact = np.array(self._grid.exact)
        counts = np.where(exact, np.rint(counts), counts)
        own = counts * np.array(self._grid.resolution) + self._offsets
        return Point(tuple(own.tolist()), tuple(values.tolist()))


def _in_cells(model: LinearModel, grid: Grid) -> Floats:
    """Return the objectives' coefficients in units of their resolution, shape (k, n)."""
    rows = []
    for objective, delta, exact in zip(model.objectives, grid.resolution, grid.exact, strict=True):
        counts = objective.coefficients / delta
        rows.append(np.rint(counts) if exact else counts)
    return np.array(rows).reshape(len(rows), model.shape[1])


def _with_rows(model: LinearModel, coefficients: Floats, grid: Grid) -> LinearModel:
    """Return the model with objectives in cells, and each of them as a last row, too."""
    rows, columns = model.shape
    k, column = np.nonzero(coefficients)
    column_of = np.concatenate([np.repeat(np.arange(columns), np.diff(model.start)), column])
    index = np.concatenate([model.index, rows + k])
    value = np.concatenate([model.value, coefficients[k, column]])
    order = np.lexsort((index, column_of))
    count = len(coefficients)
    return replace(
        model,
        rows=[*model.rows, *(f"limit[{o.name}]" for o in model.objectives)],
        row_lower=np.concatenate([model.row_lower, np.full(count, -np.inf)]),
        row_upper=np.concatenate([model.row_upper, np.full(count, np.inf)]),
        start=np.searchsorted(column_of[order], np.arange(columns + 1)).astype(np.int64),
        index=index[order],
        value=value[order],
        objectives=tuple(
            Objective(o.name, row, o.offset / delta)
            for o, row, delta in zip(model.objectives, coefficients, grid.resolution, strict=True)
        ),
    )


def _tidy(weights: Floats) -> Floats:
    """Return weights scaled so that they are integers where they can be."""
    least = weights[weights > 0].min()
    ratio = weights / least
    whole = np.rint(ratio)
    close = (np.abs(ratio - whole) <= 1e-9 * np.maximum(1.0, ratio)).all()
    return np.asarray(whole if close else ratio, float)
