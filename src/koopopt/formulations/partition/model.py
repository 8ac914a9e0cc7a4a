"""The partition formulation written out for columns at hand, as a neutral `LinearModel`.

    minimise  Σ_p c_p λ_p + office · Σ_h o_h
    subject to  Σ_{p ∋ i} λ_p = 1 for every municipality and service, and the rules' rows,
                λ, o, z binary

The same rows as in the restricted master, but the overlap of bodies with its own columns z[i, h]
instead of cuts. `write` makes it of all columns, in people's units, for export and study; `whole`
of the few columns that can still be in a better plan, in whole numbers, for a back end to decide
over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Plan
from koopopt.case.sites import placed
from koopopt.criteria import CRITERIA
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.cut_rows import Rank1Cuts
from koopopt.formulations.partition.rows import LimitRows, fixed_blocks
from koopopt.linear import Floats, Ints, LinearModel, ModelBuilder
from koopopt.problem import Problem
from koopopt.solvers.digits import BigInts, split


def write(problem: Problem, columns: Columns) -> LinearModel:
    """Return the model; its first columns are the partnerships, in order."""
    builder = ModelBuilder(name=problem.instance.name)
    builder.columns(_names(problem, columns))
    offices = _offices(problem, builder)
    for k, c in enumerate(CRITERIA.values()):
        if not c.additive:
            continue  # see `formulations.explicit`
        builder.objective(c.name, np.arange(len(columns)), columns.criteria[:, k] / c.per_one)
        if c.cost_share:
            builder.objective(
                c.name, offices, c.cost_share * problem.facts.office_cents / c.per_one
            )
    _rows(problem, builder, columns, offices)
    limits = problem.plan_conditions.limits
    for k, c in enumerate(CRITERIA.values()):
        if c.name in limits:
            row = builder.rows([f"limit[{c.name}]"], upper=limits[c.name] / c.per_one)
            builder.entries(row, np.arange(len(columns)), columns.criteria[:, k] / c.per_one)
            builder.entries(row, offices, c.cost_share * problem.facts.office_cents / c.per_one)
    return builder.build()


@dataclass(frozen=True, slots=True, eq=False)
class WholeModel:
    """A model in whole numbers, made small: every plan covers each municipality once.

    Attributes
    ----------
    model : LinearModel
        Weighted sum (`Problem.scale`) ≥ objective · `unit` + `base`, equal where `unit` is 1.
    base, unit : int
        The unit is larger only where weights have so many digits that the objective would not fit.
    rest : array
        What the unit leaves of each column: weighted sum = objective · `unit` + `rest` + `base`.
    """

    model: LinearModel
    base: int
    unit: int
    rest: BigInts

    def least(self, objective: int) -> int:
        """Return the least weighted sum that a bound on the objective leaves."""
        return objective * self.unit + self.base


def whole(
    problem: Problem, columns: Columns, worth: Floats, cuts: Sequence[Rank1Cuts] = ()
) -> WholeModel:
    """Return the model in whole numbers.

    Since each municipality is covered once, an amount for covering it may be taken off every
    column that does: what is left are differences, which floating point tells apart where it does
    not tell apart their sums.

    Parameters
    ----------
    problem : Problem
    columns : Columns
    worth : (S, n) array
        What to take off the weighted sum: about the duals of the cover rows, in its steps.
    cuts : sequence of Rank1Cuts
        Rows that every plan keeps, which a back end need not find again.
    """
    facts, scale = problem.facts, problem.scale
    builder = ModelBuilder(name=problem.instance.name)
    builder.columns(_names(problem, columns))
    offices = _offices(problem, builder)
    amounts = columns.criteria.astype(np.int64)
    column, town = columns.members()
    service = columns.service[column]

    def less(values: Ints, off: Ints) -> Ints:
        """Take off for every member what covering it is worth."""
        left = values.copy()
        np.subtract.at(left, column, off[service, town])
        return left

    off = np.array([[int(v) for v in row] for row in np.rint(worth)], object)
    total = sum(w * amounts[:, k].astype(object) for k, w in enumerate(scale.weights))
    total = np.zeros(len(columns), object) + total
    shares = [c.cost_share for c in CRITERIA.values()]
    office = sum(w * a for w, a in zip(scale.weights, shares, strict=True)) * facts.office_cents
    unit, coarse, left = split([*less(total, off).tolist(), *[office] * len(offices)])
    builder.objective("total", np.arange(len(coarse)), coarse)
    _rows(problem, builder, columns, offices)
    for number, block in enumerate(cuts):
        first = builder.rows([f"{name}.{number}" for name in block.names], upper=block.upper)
        rows, held, value = block.entries(columns)
        builder.entries(first[rows], held, value)
    for k, c in enumerate(CRITERIA.values()):
        most = problem.plan_conditions.limits.get(c.name)
        if most is None:
            continue
        alone = c.alone(facts)
        row = builder.rows([f"limit[{c.name}]"], upper=float(most - int(alone.sum())))
        builder.entries(row, np.arange(len(columns)), less(amounts[:, k], alone).astype(float))
        builder.entries(row, offices, float(c.cost_share * facts.office_cents))
    model = builder.build()
    rest = np.append(left, np.zeros(model.shape[1] - len(left), object))
    return WholeModel(model, int(off.sum()), unit, rest)


def solution_of(
    problem: Problem, columns: Columns, model: LinearModel, plan: Plan
) -> Floats | None:
    """Return a plan as a solution of the model over these columns, None where it is none."""
    facts, wanted = problem.facts, set()
    for s, who, seat in placed(facts, plan):
        wanted.add((s, seat, np.sort(who).astype(np.int16).tobytes()))
    held = [(service, seat, members.tobytes()) in wanted for service, members, seat in columns]
    chosen = np.flatnonzero(held)
    if len(chosen) != len(wanted):
        return None
    picked, at = columns.take(chosen), len(columns)
    values = np.zeros(model.shape[1])
    values[chosen] = 1.0
    if facts.office_cents:
        values[at + picked.seat[picked.pooled]] = 1.0
        at += facts.n
    if len(values) > at:
        values[at:] = np.isin(_partner_pairs(facts, columns), _partner_pairs(facts, picked))
    return values


def _partner_pairs(facts: Facts, columns: Columns) -> Ints:
    """Return which (member, seat elsewhere) some of the columns join, as one number each."""
    column, town = columns.members()
    seat = columns.seat[column]
    return np.unique((town * facts.n + seat)[seat != town])


def _rows(problem: Problem, builder: ModelBuilder, columns: Columns, offices: Ints) -> None:
    """Write all rows but the limits on criteria."""
    services = len(problem.facts.services)
    for block in fixed_blocks(problem):
        if isinstance(block, LimitRows):
            continue
        first = builder.rows(block.names, block.lower, block.upper)
        row, column, value = block.entries(columns)
        builder.entries(first[row], column, value)
        row, town, value = block.offices()
        builder.entries(first[row], offices[town], value)
    most = problem.plan_conditions.max_partner_seats
    if most is not None and most < services:
        _partner_seats(problem, builder, columns, most)


def _names(problem: Problem, columns: Columns) -> list[str]:
    """Return a readable name a column: service[members@seat]."""
    ids, services = problem.facts.ids, [s.id for s in problem.facts.services]
    start, member = columns.coalitions.start.tolist(), columns.coalitions.member.tolist()
    names = [ids[i] for i in member]
    return [
        f"{services[s]}[{'+'.join(names[a:b])}@{ids[h]}]"
        for s, h, a, b in zip(
            columns.service.tolist(), columns.seat.tolist(), start, start[1:], strict=False
        )
    ]


def _offices(problem: Problem, builder: ModelBuilder) -> Ints:
    if not problem.facts.office_cents:
        return np.empty(0, np.int64)
    return builder.columns([f"office[{h}]" for h in problem.facts.ids])


def _partner_seats(problem: Problem, builder: ModelBuilder, columns: Columns, most: int) -> None:
    """Σ_h z[i, h] ≤ most, and z[i, h] ≥ the columns of each service with i seated at h ≠ i."""
    facts = problem.facts
    n = facts.n
    column, town = columns.members()
    seat, service = columns.seat[column], columns.service[column]
    away = seat != town
    column, town, seat, service = column[away], town[away], seat[away], service[away]
    pairs, which = np.unique(town * n + seat, return_inverse=True)
    z = builder.columns([f"partner[{facts.ids[p // n]},{facts.ids[p % n]}]" for p in pairs])
    links, link = np.unique(which * len(facts.services) + service, return_inverse=True)
    pair_of, service_of = links // len(facts.services), links % len(facts.services)
    rows = builder.rows(
        [
            f"partner[{facts.services[s].id},{facts.ids[pairs[p] // n]},{facts.ids[pairs[p] % n]}]"
            for p, s in zip(pair_of, service_of, strict=True)
        ],
        upper=0.0,
    )
    builder.entries(rows[link], column, 1.0)
    builder.entries(rows, z[pair_of], -1.0)
    totals = builder.rows([f"max_partner_seats[{i}]" for i in facts.ids], upper=float(most))
    builder.entries(totals[pairs // n], z, 1.0)
