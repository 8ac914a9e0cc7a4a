"""Explicit models of whole problems: criteria that are a largest value get a column of their own.

For each service and municipality, who is served once:

    F ≥ Σ_c largest_c · x_c    over the columns c that serve it

where largest_c is the largest value of anybody whom the column serves. F counts whole units.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from koopopt.criteria import CRITERIA, LARGEST_LOSS, Criterion
from koopopt.errors import UsageError
from koopopt.formulations.base import Formulation, Written
from koopopt.formulations.sites import joined
from koopopt.linear import LinearModel, Objective, extended
from koopopt.problem import Problem
from koopopt.text import T


def explicit(formulation: Formulation, problem: Problem) -> Written:
    """Return the explicit model of a problem.

    Of the criteria that are a largest value it has those that have a weight, or are in the
    order: sums cost nothing, and these have rows.

    Raises
    ------
    UsageError
        Where there is none.
    """
    if problem.stable is not None:
        raise UsageError(T("The rule stable is met in rounds; it has no explicit model."))
    if problem.asks(LARGEST_LOSS):
        raise UsageError(
            T("The criterion largest_loss is met in rounds; it has no explicit model.")
        )
    made = formulation.written(problem.additive)
    model = made.model
    for c in problem.criteria:
        weighed = problem.weights.get(c.name) or c.name in problem.lexicographic
        if c.largest is not None and weighed:
            model = _with_largest(problem, made, model, c)
    order = list(CRITERIA)
    objectives = sorted(model.objectives, key=lambda o: order.index(o.name))
    return replace(made, model=replace(model, objectives=tuple(objectives)))


def _with_largest(problem: Problem, made: Written, model: LinearModel, c: Criterion) -> LinearModel:
    """Return the model with the column of a criterion, its rows and its objective."""
    facts, serves = joined(problem).facts, made.serves
    sizes = np.stack([c.sizes(facts, s) for s in range(len(facts.services))])
    town = serves.member < facts.towns  # sites go nowhere
    column, service, member, seat = (
        each[town] for each in (serves.column, serves.service, serves.member, serves.seat)
    )
    largest = np.zeros(made.count, np.int64)
    largest[column] = np.iinfo(np.int64).min
    np.maximum.at(largest, column, sizes[service, member, seat])
    value = largest[column].astype(float)
    groups, row = np.unique(service * facts.n + member, return_inverse=True)
    first, at = model.shape
    made_rows = np.arange(first, first + len(groups))
    pairs = (divmod(int(g), facts.n) for g in groups)
    names = [f"{c.name}[{facts.services[s].id},{facts.ids[i]}]" for s, i in pairs]
    model = extended(
        model,
        columns=[c.name],
        rows=names,
        row_upper=np.zeros(len(groups)),
        entries=(
            np.concatenate([made_rows[row][value != 0], made_rows]),
            np.concatenate([column[value != 0], np.full(len(groups), at)]),
            np.concatenate([value[value != 0], np.full(len(groups), -1.0)]),
        ),
    )
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[at], upper[at] = largest.min(initial=0), largest.max(initial=0)
    coefficients = np.zeros(at + 1)
    coefficients[at] = c.resolution
    objectives = *model.objectives, Objective(c.name, coefficients)
    return replace(model, lower=lower, upper=upper, objectives=objectives)
