"""Problems as models for other programs."""

from __future__ import annotations

import koopopt
import tiny
from koopopt.problem import Problem


def test_models_for_researchers() -> None:
    problem = Problem.of(tiny.instance())
    pulp = koopopt.to_pulp(problem, "partition")
    assert len(pulp.variables()) > 5
    pyomo = koopopt.to_pyomo(problem.instance, "partition")
    assert {"x", "rows", "objective", "criteria"} <= {c.name for c in pyomo.component_objects()}
