"""Models handed to PuLP and Pyomo."""

from __future__ import annotations

import io

import numpy as np
import pytest

from exchange.wild import HOSTILE, hostile, wild
from koopopt.exchange import safe_names, to_pulp, to_pyomo, write_lp
from koopopt.linear import ModelBuilder
from solvers.models import enumerated


def test_to_pulp():
    import pulp

    program = hostile()
    problem = to_pulp(program)
    assert problem.sense == pulp.LpMinimize
    assert len(problem.variables()) == len(HOSTILE)
    assert problem.variablesDict()["Hoexter_Sued"].cat == "Integer"
    assert problem.numConstraints() == 2 * len(HOSTILE)
    values = np.arange(len(HOSTILE)) % 2.0
    for variable, value in zip(safe_names(program.columns), values, strict=True):
        problem.variablesDict()[variable].setInitialValue(value)
    cost, offset = program.weighted()
    assert problem.objective.value() == pytest.approx(cost @ values + offset)


def test_to_pyomo():
    import pyomo.environ as pyo

    program = hostile()
    pyomo = to_pyomo(program)
    assert "Höxter-Süd" in pyomo.x
    assert pyomo.x["dup (2)"].domain is pyo.Integers
    values = np.arange(len(HOSTILE)) % 2.0
    for variable, value in zip(pyomo.x.values(), values, strict=True):
        variable.set_value(value)
    cost, offset = program.weighted()
    assert pyo.value(pyomo.objective) == pytest.approx(cost @ values + offset)
    assert pyo.value(pyomo.criteria["a b\nc"]) == pytest.approx(cost @ values + offset)
    np.testing.assert_allclose(
        [pyo.value(pyomo.rows[name].body) for name in pyomo.rows], program.activity(values)
    )
    pyomo.extra = pyo.Constraint(expr=pyomo.x["a b"] + pyomo.x["x:1"] <= 1)


def test_objects_of_weird_models():
    for seed in range(20):
        program = wild(seed)
        to_pulp(program)
        to_pyomo(program, [1.0] * len(program.objectives))


def test_weights_in_lp_and_objects():
    builder = ModelBuilder()
    x = builder.columns(["a"])
    builder.objective("one", x, 2, offset=1)
    builder.objective("two", x, 3)
    program = builder.build()
    file = io.StringIO()
    write_lp(program, file, weights=[1, 10])
    assert "+ 32 a + 1" in file.getvalue()
    assert to_pulp(program, [0, 1]).objective.constant == 0
    assert enumerated(program) == 1
