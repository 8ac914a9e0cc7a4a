"""The linear program behind a problem, for study and for other tools.

problem → formulation.build → LinearModel → LP or MPS text, PuLP, Pyomo
"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from koopopt import exchange
from koopopt.case.instance import Instance
from koopopt.checking.typed import checked
from koopopt.formulations import choose
from koopopt.linear import LinearModel, Objective
from koopopt.problem import Problem
from koopopt.solving.asked import problem_of

if TYPE_CHECKING:
    import pulp
    import pyomo.environ as pyo


@checked
def linear_model(what: Problem | Instance | str | Path, formulation: str = "auto") -> LinearModel:
    """Return the explicit model of a problem, with one objective a criterion.

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
    return choose(formulation, problem).build(problem)


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
    model = linear_model(problem, formulation)
    written = io.StringIO()
    if kind == "lp":
        exchange.write_lp(model, written, _weights(problem, model))
    else:
        if weighted:
            total = Objective("total", *model.weighted(_weights(problem, model)))
            model = replace(model, objectives=(total,))
        exchange.write_mps(model, written)
    return written.getvalue()


@checked
def to_pulp(what: Problem | Instance | str | Path, formulation: str = "auto") -> pulp.LpProblem:
    """Return a problem as a PuLP model whose objective is the weighted sum.

    Parameters and errors are those of `linear_model`.
    """
    problem = problem_of(what)
    model = linear_model(problem, formulation)
    return exchange.to_pulp(model, _weights(problem, model))


@checked
def to_pyomo(what: Problem | Instance | str | Path, formulation: str = "auto") -> pyo.ConcreteModel:
    """Return a problem as a Pyomo model with `x`, `rows`, `objective` and `criteria`.

    The objective is the weighted sum. Parameters and errors are those of `linear_model`.
    """
    problem = problem_of(what)
    model = linear_model(problem, formulation)
    return exchange.to_pyomo(model, _weights(problem, model))


def _weights(problem: Problem, model: LinearModel) -> list[float]:
    """Return the weights in the order of the model's objectives."""
    return [float(problem.weights.get(objective.name, 0.0)) for objective in model.objectives]
