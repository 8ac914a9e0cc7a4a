"""Back ends that lie: every kind of wrong answer, of any model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from koopopt.linear import Floats, LinearModel
from koopopt.solvers import get
from koopopt.solvers.base import Control, Held, Solution, Termination
from koopopt.solvers.testing import FakeSolver

Lie = Callable[[LinearModel, Solution], Solution]
"""What to say of a model, given what is true."""


@dataclass(slots=True)
class Liar(FakeSolver):
    """Knows the truth and says something else."""

    lie: Lie = lambda _, truth: truth

    def solve(
        self,
        model: LinearModel,
        control: Control,
        *,
        weights: tuple[float, ...] | None = None,
        start: Floats | None = None,
    ) -> Solution:
        truth = get("highs").solve(model, Control(), weights=weights, start=start)
        self.solution = self.lie(model, truth)
        return FakeSolver.solve(self, model, control, weights=weights, start=start)


def _optimal(values: Floats | None, objective: float | None, bound: float | None) -> Solution:
    return Solution(Termination.OPTIMAL, Held.OPTIMAL, values, objective, bound)


def _sized(model: LinearModel, value: float) -> Floats:
    return np.full(model.shape[1], value)


def _random(model: LinearModel) -> Floats:
    rng = np.random.default_rng(model.shape[1])
    return rng.integers(0, 2, model.shape[1]).astype(float)


def _bounded(truth: Solution, by: float) -> Solution:
    at = 0.0 if truth.objective is None else truth.objective
    return replace(truth, bound=at + by, least=None if truth.objective is None else int(at + by))


LIES: Mapping[str, Lie] = {
    "says there is none": lambda _, __: Solution(Termination.INFEASIBLE),
    "says there is no end": lambda _, __: Solution(Termination.UNBOUNDED),
    "says nothing": lambda _, __: Solution(Termination.ERROR),
    "gives up": lambda _, __: Solution(Termination.LIMIT),
    "optimal without a solution": lambda _, __: Solution(Termination.OPTIMAL),
    "optimal with a bound only": lambda _, __: _optimal(None, 0.0, 0.0),
    "all nothing": lambda m, _: _optimal(_sized(m, 0.0), 0.0, 0.0),
    "all ones": lambda m, _: _optimal(_sized(m, 1.0), -1e9, -1e9),
    "halves": lambda m, _: _optimal(_sized(m, 0.5), 0.0, 0.0),
    "not numbers": lambda m, _: _optimal(_sized(m, np.nan), np.nan, np.nan),
    "another size": lambda _, __: _optimal(np.ones(3), 0.0, 0.0),
    "at random": lambda m, _: _optimal(_random(m), 0.0, 0.0),
    "bound above by one": lambda _, truth: _bounded(truth, 1.0),
    "bound far above": lambda _, truth: _bounded(truth, 1e9),
    "bound far below": lambda _, truth: _bounded(truth, -1e9),
    "bound of everything": lambda _, truth: replace(truth, bound=1e30, least=2**80),
    "solution kept back": lambda _, truth: replace(truth, held=Held.NONE, values=None),
    "solution spoilt": lambda _, truth: replace(
        truth, values=None if truth.values is None else np.roll(truth.values, 1)
    ),
    "the truth, not to be believed": lambda _, truth: truth,
}
