"""The linear program behind a problem, for study and for other tools.

    problem → formulation.build → LinearModel → LP or MPS text, PuLP, Pyomo
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koopopt.formulations import choose
from koopopt.instance.values import Instance
from koopopt.linear import LinearModel
from koopopt.problem import Problem

if TYPE_CHECKING:
    import pulp
    import pyomo.environ as pyo


def linear_model(what: Problem | Instance, formulation: str = "auto") -> LinearModel:
    """Return the explicit model of a problem, with one objective a criterion.

    Parameters
    ----------
    what : Problem or Instance
        An instance stands for the problem with its own weights.
    formulation : {"auto", "partition", "assignment"}

    Raises
    ------
    UsageError
        For an unknown formulation, or where the model would be too large to write down.
    """
    problem = Problem.of(what) if isinstance(what, Instance) else what
    return choose(formulation, problem).build(problem)
