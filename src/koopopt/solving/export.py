"""The linear program behind a problem, for study and for other tools.

problem → formulation.written → LinearModel → LP or MPS text, PuLP, Pyomo; the way back is
`koopopt.solving.solved_model`.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from koopopt import exchange
from koopopt.checking.typed import checked
from koopopt.formulations import choose, explicit
from koopopt.linear import LinearModel, Objective
from koopopt.problem import Problem
from koopopt.solving.asked import Asked, problem_of

if TYPE_CHECKING:
    import pulp
    import pyomo.environ as pyo


@checked
def linear_model(what: Asked, formulation: str = "auto") -> LinearModel:
    """Return the explicit model of a problem, with one objective a criterion.

    The largest loss of anybody has none.

    Parameters
    ----------
    what : Problem, Instance, str or Path
        An instance, or its name or path, stands for the problem with its own weights.
    formulation : {"auto", "partition", "assignment"}

    Raises
    ------
    UsageError
        For an unknown formulation, or where the model would be too large to write down.
    """
    problem = problem_of(what)
    asked = (c for c in problem.criteria if c.of_plan is None or problem.asks(c.name))
    weights = {c.name: problem.weights.get(c.name) or 1.0 for c in asked}
    return _model(replace(problem, weights=weights), formulation)[1]


@checked
def text(
    problem: Problem,
    kind: Literal["lp", "mps"],
    formulation: str = "auto",
    *,
    weighted: bool = True,
) -> str:
    """Return the model as the text of an LP or MPS file.

    Parameters
    ----------
    weighted : bool
        Whether the objective is the weighted sum. Otherwise an MPS file has one objective row a
        criterion; an LP file can hold one only, so it always has the sum.
    """
    single = weighted or kind == "lp"
    model = _model(problem, formulation)[1] if single else linear_model(problem, formulation)
    written = io.StringIO()
    if kind == "lp":
        exchange.write_lp(model, written, _weights(problem, model))
    else:
        if weighted:
            total = Objective("total", *model.weighted(_weights(problem, model)))
            model = replace(model, objectives=(total,))
        exchange.write_mps(model, written)
    return written.getvalue()


ORIGIN: Final = "koopopt_origin"
"""Attribute of a PuLP or Pyomo model that says what it was made from."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a model was made from; copies of the model share it."""

    problem: Problem
    formulation: str

    def __deepcopy__(self, _: object) -> Origin:
        return self


@checked
def to_pulp(what: Asked, formulation: str = "auto") -> pulp.LpProblem:
    """Return a problem as a PuLP model whose objective is the weighted sum.

    Parameters and errors are those of `linear_model`.

    Examples
    --------
    >>> import koopopt
    >>> len(koopopt.to_pulp("three-villages", "partition").variables())
    13
    """
    origin, model = _made(what, formulation)
    written = exchange.to_pulp(model, _weights(origin.problem, model))
    setattr(written, ORIGIN, origin)
    return written


@checked
def to_pyomo(what: Asked, formulation: str = "auto") -> pyo.ConcreteModel:
    """Return a problem as a Pyomo model with `x`, `rows`, `objective` and `criteria`.

    The objective is the weighted sum. Parameters and errors are those of `linear_model`.
    """
    origin, model = _made(what, formulation)
    written = exchange.to_pyomo(model, _weights(origin.problem, model))
    setattr(written, ORIGIN, origin)
    return written


def _made(what: Asked, formulation: str) -> tuple[Origin, LinearModel]:
    problem = problem_of(what)
    name, model = _model(problem, formulation)
    return Origin(problem, name), model


def _model(problem: Problem, formulation: str) -> tuple[str, LinearModel]:
    chosen = choose(formulation, problem)
    return chosen.name, explicit(chosen, problem).model


def _weights(problem: Problem, model: LinearModel) -> list[float]:
    """Return the weights in the order of the model's objectives."""
    return [float(problem.weights.get(objective.name, 0.0)) for objective in model.objectives]
