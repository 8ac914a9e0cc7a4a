"""The partition formulation written out for columns at hand, as a neutral `LinearModel`.

    minimise  Σ_p c_p λ_p + office · Σ_h o_h
    subject to  Σ_{p ∋ i} λ_p = 1 for every municipality and service, and the rules' rows,
                λ, o, z binary

The same rows as in the restricted master, but the overlap of bodies with its own columns z[i, h]
instead of cuts. Handed to a back end over the few columns that can still be in a better plan, or
over all of them for export and study.
"""

from __future__ import annotations

import numpy as np

from koopopt.criteria import CRITERIA
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.rows import Limits, Office, fixed_blocks
from koopopt.linear import Ints, LinearModel, ModelBuilder
from koopopt.problem import Problem


def write(problem: Problem, columns: Columns) -> LinearModel:
    """Return the model; its first columns are the partnerships, in order."""
    facts = problem.facts
    builder = ModelBuilder(name=problem.instance.name)
    builder.columns(_names(problem, columns))
    for k, name in enumerate(CRITERIA):
        builder.objective(name, np.arange(len(columns)), columns.criteria[:, k])
    offices = _offices(problem, builder)
    for block in fixed_blocks(problem):
        first = builder.rows(block.names, block.lower, block.upper)
        row, column, value = block.entries(columns)
        builder.entries(first[row], column, value)
        if isinstance(block, Office):
            builder.entries(first, np.tile(offices, len(facts.services)), -1.0)
        if isinstance(block, Limits) and len(offices):
            for k, number in enumerate(block.number):
                share = tuple(CRITERIA.values())[number].cost_share
                builder.entries(first[k], offices, share * facts.instance.office_cost)
    most = problem.plan_conditions.max_partner_seats
    if most is not None and most < len(facts.services):
        _partner_seats(problem, builder, columns, most)
    return builder.build()


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
    facts = problem.facts
    if not facts.instance.office_cost:
        return np.empty(0, np.int64)
    offices = builder.columns([f"office[{h}]" for h in facts.ids])
    for criterion in CRITERIA.values():
        if criterion.cost_share:
            each = criterion.cost_share * facts.instance.office_cost
            builder.objective(criterion.name, offices, each)
    return offices


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
