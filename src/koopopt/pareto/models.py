"""Fronts of linear models: what is searched, and in what numbers.

On entry a model of integer columns is written in whole numbers (`whole_model`): rows multiplied
until their decimals are whole, objectives in their units (`units`). A box is one more row for each
objective (`model_oracles`). Models with continuous columns, or whose coefficients have no common
unit, stay in floating point; their resolution must then be coarser than what a solver can tell
apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, isfinite

import numpy as np

from koopopt.case.plan import Plan
from koopopt.errors import UsageError
from koopopt.language.hints import Names
from koopopt.linear import LinearModel
from koopopt.pareto.grid import Amounts, Grid
from koopopt.pareto.model_oracles import FloatingOracle, ModelOracle
from koopopt.pareto.units import IGNORED_SHARE, extent, offsets, value_of
from koopopt.pareto.whole_model import wholly
from koopopt.solvers.account import dot, keeps
from koopopt.solvers.base import Solver
from koopopt.solvers.checking import FEASIBILITY_TOLERANCE
from koopopt.solvers.options import Options, described
from koopopt.solvers.registry import told_apart
from koopopt.text import T


@dataclass(frozen=True)
class ModelSubject:
    """A model, its grid and who solves it.

    Attributes
    ----------
    model : LinearModel
        With the objectives of the front, in their order.
    grid : Grid
    solver : str or Solver
        ``auto`` for a portfolio of HiGHS and CP-SAT.
    seed : int
    options : mapping
        Options of back ends' own libraries.
    """

    model: LinearModel
    grid: Grid
    solver: str | Solver = "auto"
    seed: int = 0
    options: Options = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """A fingerprint of the model."""
        return digest(self.model)

    @cached_property
    def key(self) -> Hashable:
        """The digest, and who solves what of it how."""
        who = told_apart(self.solver), described(self.options)
        return self.digest, self.grid, who, self.seed

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
            if self.model.violation(values) > FEASIBILITY_TOLERANCE:
                return None
            return self._rounded_up([value_of(o, values) for o in self.model.objectives])
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
        found = (ceil(Fraction(value) / unit - IGNORED_SHARE) for value, unit in exact)
        return tuple(a if e else b for a, b, e in zip(amounts, found, self.grid.exact, strict=True))

    def highest(self) -> tuple[int | None, ...]:
        """Return upper bounds of the amounts that the column bounds imply."""
        result: list[int | None] = []
        for objective, unit in zip(self.model.objectives, self.grid.units, strict=True):
            size = extent(self.model, objective, 1)
            result.append(floor(Fraction(size) / unit) + 1 if isfinite(size) else None)
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


def with_objectives(model: LinearModel, names: Sequence[str]) -> LinearModel:
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
