"""The hub model in whole numbers, for a back end to decide over.

The objective is the weighted sum of amounts in units (`koopopt.scale`); since everyone is served
once, what a municipality pays alone is taken off every column that serves it, so that numbers are
small. Rows whose coefficients are no decimals are rounded outwards: no plan is lost. The model
stays a relaxation: every plan is a solution, at no more than its true weighted sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from koopopt.case.plan import Plan
from koopopt.formulations.assignment.cuts import Exact, Lessons
from koopopt.formulations.assignment.draft import ALONE_COLUMN, PAIR_COLUMN
from koopopt.formulations.assignment.model import HubModel
from koopopt.formulations.assignment.plan_rows import amounts
from koopopt.linear import Floats, Ints, LinearModel, Objective, extended
from koopopt.solvers.account import rounded_outwards
from koopopt.solvers.digits import BigInts, split


@dataclass(frozen=True, slots=True, eq=False)
class WholeHubs:
    """The program, and how its objective relates to the weighted sum.

    Attributes
    ----------
    model : LinearModel
        Weighted sum ≥ objective · `unit` + `base`.
    base, unit : int
    rest : array
        What the unit leaves of each column.
    exact : list of (column, Exact)
        Columns that are 1 where a pool has exactly these members.
    """

    hubs: HubModel
    model: LinearModel
    base: int
    unit: int
    rest: BigInts
    exact: list[tuple[int, Exact, int]]

    def least(self, objective: int) -> int:
        """Return the least weighted sum that a bound on the objective leaves."""
        return objective * self.unit + self.base

    def values(self, plan: Plan) -> Floats | None:
        """Return a solution that stands for the plan, None where there is none."""
        values = self.hubs.values(plan)
        if values is None:
            return None
        values = np.append(values, np.zeros(len(self.exact)))
        pools = self.hubs.pools(values)
        for column, lesson, _ in self.exact:
            pool = pools.get((lesson.service, lesson.hub))
            if pool is not None and tuple(pool[0].tolist()) == lesson.members:
                values[column] = 1.0
        return values

    def cents(self, service: int, hub: int, members: tuple[int, ...]) -> int:
        """Return what is added to the modelled cost of a pool of exactly these members."""
        key = service, hub, members
        return sum(more for _, e, more in self.exact if (e.service, e.hub, e.members) == key)


def whole(hubs: HubModel, lessons: Lessons) -> WholeHubs:
    """Write a model in whole numbers."""
    problem, m = hubs.problem, hubs.meaning
    facts, scale = problem.facts, problem.scale
    count = len(m.service)
    added = amounts(problem, m)
    alone = {c.name: c.alone(facts) for c in problem.criteria}
    shares = [c.cost_share for c in problem.criteria]
    price = sum(w * share for w, share in zip(scale.weights, shares, strict=True))

    # The objective, less what everyone pays alone.
    total: NDArray[Any] = np.zeros(count, object)
    worth = np.zeros((len(facts.services), facts.n), object)
    for weight, c in zip(scale.weights, problem.criteria, strict=True):
        value = added[c.name] + c.cost_share * hubs.cents
        total = total + weight * value.astype(object)
        worth = worth + weight * alone[c.name].astype(object)
    costs = np.zeros(hubs.linear.shape[1], object)
    costs[:count] = _less(hubs, total, worth)
    costs[hubs.offices] = price * facts.office_cents
    model, exact = _with_exact(hubs, lessons)
    extra = np.array([price * more for _, _, more in exact], object)
    costs = np.concatenate([costs, extra]) if len(exact) else costs
    unit, coarse, rest = split(costs.tolist())
    limited = _with_limits(hubs, model, exact, added, alone)
    model = replace(limited, objectives=(Objective("total", coarse),))
    base = sum(int(v) for v in worth.ravel())
    return WholeHubs(hubs, rounded_outwards(model), base, unit, rest, exact)


def _with_limits(
    hubs: HubModel,
    model: LinearModel,
    exact: list[tuple[int, Exact, int]],
    added: Mapping[str, Ints],
    alone: Mapping[str, Ints],
) -> LinearModel:
    """Write the rows that bound criteria anew, in units, less what everyone pays alone."""
    problem, count = hubs.problem, len(hubs.meaning.service)
    limits = problem.plan_conditions.limits
    limited = [c for c in problem.criteria if c.name in limits]
    if not limited:
        return model
    rows: list[Ints] = []
    columns: list[Ints] = []
    values: list[Floats] = []
    upper: Floats = model.row_upper.copy()
    for row, c in zip(hubs.limits, limited, strict=True):
        line = np.zeros(model.shape[1])
        line[:count] = _less(hubs, added[c.name] + c.cost_share * hubs.cents, alone[c.name])
        line[hubs.offices] = c.cost_share * problem.facts.office_cents
        for at, _, more in exact:
            line[at] = c.cost_share * more
        used = np.flatnonzero(line)
        rows.append(np.full(len(used), row, np.int64))
        columns.append(used)
        values.append(line[used])
        upper[row] = limits[c.name] - int(alone[c.name].sum())
    column = model.column
    kept = ~np.isin(model.index, hubs.limits)
    bare = replace(
        model,
        row_upper=upper,
        start=np.searchsorted(column[kept], np.arange(model.shape[1] + 1)).astype(np.int64),
        index=model.index[kept],
        value=model.value[kept],
    )
    entries = np.concatenate(rows), np.concatenate(columns), np.concatenate(values)
    return extended(bare, entries=entries)


def _less(hubs: HubModel, values: NDArray[Any], worth: NDArray[Any]) -> NDArray[Any]:
    """Take off every plan column what those whom it serves pay alone."""
    m = hubs.meaning
    left = values - worth[m.service, m.member]
    pair = m.kind == PAIR_COLUMN
    left[pair] = left[pair] - worth[m.service[pair], m.hub[pair]]
    return np.asarray(left)


def _with_exact(
    hubs: HubModel, lessons: Lessons
) -> tuple[LinearModel, list[tuple[int, Exact, int]]]:
    """Add for every exact cost a column that is 1 where the pool is formed: Σ X - |M| + 2 ≤ e."""
    model, m = hubs.linear, hubs.meaning
    exact: list[tuple[int, Exact, int]] = []
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    sides: list[float] = []
    for lesson in lessons.exact:
        best = hubs.columns_of(lesson.service, lesson.hub, np.array(lesson.members))
        if best is None:
            continue
        more = lesson.cents - int(hubs.cents[best].sum())
        if more <= 0:
            continue
        column, row = model.shape[1] + len(exact), model.shape[0] + len(exact)
        here = m.away & (m.service == lesson.service) & (m.hub == lesson.hub)
        which = np.flatnonzero(here & (m.kind != ALONE_COLUMN))
        sign = np.where(np.isin(m.member[which], lesson.members), 1.0, -1.0)
        rows += [row] * (len(which) + 1)
        columns += [*which.tolist(), column]
        values += [*sign.tolist(), -1.0]
        sides.append(len(lesson.members) - 2.0)
        exact.append((column, lesson, more))
    if exact:
        model = extended(
            model,
            columns=[f"exact[{k}]" for k in range(len(exact))],
            rows=[f"exact[{k}]" for k in range(len(exact))],
            row_upper=np.array(sides),
            entries=(np.array(rows), np.array(columns), np.array(values)),
        )
    return model, exact
