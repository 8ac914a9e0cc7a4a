"""PuLP and Pyomo objects of a model, to extend by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from koopopt.exchange.names import safe_names, unique_names
from koopopt.linear import LinearModel

if TYPE_CHECKING:
    import pulp
    import pyomo.environ as pyo


def to_pulp(model: LinearModel, weights: Sequence[float] | None = None) -> pulp.LpProblem:
    """Return the model as a PuLP problem, with the weighted sum as objective.

    Columns come in the order of the model and have `safe_names`; rows with two different bounds
    become two constraints, since PuLP knows one side only.
    """
    import pulp

    cost, offset = model.weighted(weights)
    problem = pulp.LpProblem(safe_names([model.name], "model")[0], pulp.LpMinimize)
    variables = [
        problem.add_variable(
            name,
            None if np.isinf(low) else float(low),
            None if np.isinf(high) else float(high),
            cat=pulp.LpInteger if integer else pulp.LpContinuous,
        )
        for name, low, high, integer in zip(
            safe_names(model.columns, "x"), model.lower, model.upper, model.integer, strict=True
        )
    ]

    def total(columns: Iterable[int], values: Iterable[float], constant: float = 0.0) -> Any:
        pairs = [(variables[j], value) for j, value in zip(columns, values, strict=True)]
        return pulp.LpAffineExpression(pairs, constant=constant)

    used = np.flatnonzero(cost)
    problem += total(used.tolist(), cost[used].tolist(), offset)
    names = safe_names(model.rows, "c")
    low_names = safe_names((f"{name}_low" for name in names), "c", names)
    start, column, value = (part.tolist() for part in model.by_row())
    for i, (low, high) in enumerate(
        zip(model.row_lower.tolist(), model.row_upper.tolist(), strict=True)
    ):
        body = (column[start[i] : start[i + 1]], value[start[i] : start[i + 1]])
        if low == high:
            problem += total(*body) == low, names[i]
            continue
        if np.isfinite(high):
            problem += total(*body) <= high, names[i]
        if np.isfinite(low):
            problem += total(*body) >= low, low_names[i]
    return problem


def to_pyomo(model: LinearModel, weights: Sequence[float] | None = None) -> pyo.ConcreteModel:
    """Return the model as a Pyomo model.

    It has `x`, indexed by column name, `rows`, indexed by row name, `objective` (the weighted
    sum) and, for further work, one expression an objective in `criteria`. Rows that hold
    whatever the columns are (empty, or without bounds) are left out.
    """
    import pyomo.environ as pyo
    from pyomo.core.expr.numeric_expr import LinearExpression

    pyomo = pyo.ConcreteModel(name=safe_names([model.name], "model")[0])
    pyomo.x = pyo.Var(unique_names(model.columns), dense=True)
    variables = list(pyomo.x.values())
    for variable, low, high, integer in zip(
        variables, model.lower, model.upper, model.integer, strict=True
    ):
        variable.domain = pyo.Integers if integer else pyo.Reals
        variable.setlb(None if np.isinf(low) else float(low))
        variable.setub(None if np.isinf(high) else float(high))

    def total(columns: Sequence[int], values: Sequence[float], constant: float = 0.0) -> Any:
        return LinearExpression(
            constant=constant,
            linear_coefs=list(values),
            linear_vars=[variables[j] for j in columns],
        )

    start, column, value = (part.tolist() for part in model.by_row())

    def row(_block: Any, i: int) -> Any:
        low, high = float(model.row_lower[i]), float(model.row_upper[i])
        part = slice(start[i], start[i + 1])
        if not column[part]:
            return pyo.Constraint.Feasible if low <= 0 <= high else pyo.Constraint.Infeasible
        if np.isinf(low) and np.isinf(high):
            return pyo.Constraint.Feasible
        body = total(column[part], value[part])
        if low == high:
            return (body, low)
        return (None if np.isinf(low) else low, body, None if np.isinf(high) else high)

    names = unique_names(model.rows)
    pyomo.rows = pyo.Constraint(names)
    for i, name in enumerate(names):
        content = row(pyomo, i)
        if content is not pyo.Constraint.Feasible:
            pyomo.rows.add(name, content)
    everything = range(len(variables))
    cost, offset = model.weighted(weights)
    pyomo.objective = pyo.Objective(expr=total(everything, cost.tolist(), offset))
    pyomo.criteria = pyo.Expression(unique_names(o.name for o in model.objectives))
    for expression, objective in zip(pyomo.criteria.values(), model.objectives, strict=True):
        expression.set_value(total(everything, objective.coefficients.tolist(), objective.offset))
    return pyomo
