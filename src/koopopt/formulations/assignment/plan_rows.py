"""What couples hubs and services: criteria, cover, offices, and the rules about the whole plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from koopopt.criteria import Criterion
from koopopt.exact import CENTS_PER_EURO
from koopopt.formulations.assignment.draft import (
    ALONE_COLUMN,
    MEMBER_COLUMN,
    PAIR_COLUMN,
    Meaning,
    ModelDraft,
)
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem


def write_plan_rows(problem: Problem, draft: ModelDraft, meaning: Meaning) -> None:
    """Write everything that is not about one hub of one service."""
    asked, services = problem.plan_conditions, len(problem.facts.services)
    values = _criteria(problem, meaning)
    columns = np.arange(len(meaning.service))
    for name, value in values.items():
        draft.builder.objective(name, columns, value)
    _cover(problem, draft, meaning)
    _labels(problem, draft, meaning)
    offices = draft.offices = _offices(problem, draft, meaning)
    if asked.max_partner_seats is not None and asked.max_partner_seats < services:
        _partner_seats(problem, draft, meaning, asked.max_partner_seats)
    pooled, pair = meaning.away | meaning.opens, meaning.kind == PAIR_COLUMN
    for what, most, counted in (
        ("max_pooled", asked.max_pooled, [(meaning.away, meaning.member)]),
        ("max_memberships", asked.max_memberships,
         [(pooled, meaning.member), (pair, meaning.hub)]),
        ("max_hosted", asked.max_hosted, [(meaning.opens, meaning.hub)]),
    ):  # fmt: skip
        if most is not None and most < services:
            names = [f"{what}[{i}]" for i in problem.facts.ids]
            upper = np.full(problem.facts.n, float(most))
            upper[problem.facts.towns :] = np.inf  # sites are not bound
            rows = draft.builder.rows(names, upper=upper)
            for which, of in counted:
                draft.builder.entries(rows[of[which]], columns[which], 1.0)
    _counts(problem, draft, meaning)
    _limits(problem, draft, values, offices)


def amounts(problem: Problem, m: Meaning) -> dict[str, Ints]:
    """Return what each plan column adds to each criterion besides its cost, in units."""
    facts, pair = problem.facts, m.kind == PAIR_COLUMN
    values = {}
    for c in problem.criteria:
        value = c.per_body * m.opens.astype(np.int64)
        if c.pair is not None and len(value):
            terms = np.stack([_terms(problem, c, s) for s in range(len(facts.services))])
            value = value + terms[m.service, m.member, m.hub]
            value[pair] += terms[m.service[pair], m.hub[pair], m.hub[pair]]
        values[c.name] = value
    return values


def _terms(problem: Problem, c: Criterion, service: int) -> Ints:
    terms = c.terms(problem.facts, service)
    assert terms is not None
    return terms


def _criteria(problem: Problem, m: Meaning) -> dict[str, Floats]:
    """Return what each plan column adds to each criterion that is a sum, in people's units."""
    added = amounts(problem, m)
    sums = [c for c in problem.criteria if c.additive]
    return {c.name: c.cost_share * m.cost + added[c.name] / c.per_one for c in sums}


def _cover(problem: Problem, draft: ModelDraft, m: Meaning) -> None:
    """Everyone is served once; so a hub is open in one mode at most."""
    facts, builder = problem.facts, draft.builder
    names = [f"served[{s.id},{i}]" for s in facts.services for i in facts.ids]
    rows = builder.rows(names, 1.0, 1.0).reshape(len(facts.services), facts.n)
    builder.entries(rows[m.service, m.member], np.arange(len(m.service)), 1.0)
    pair = np.flatnonzero(m.kind == PAIR_COLUMN)
    builder.entries(rows[m.service[pair], m.hub[pair]], pair, 1.0)


def _imply(
    draft: ModelDraft,
    made: Ints,
    of: Ints,
    columns: Ints,
    *,
    by: Ints,
    name: Callable[[int, int], str],
) -> None:
    """Write Σ columns ≤ made[k] for the columns of each k and each value of `by`."""
    wide = int(by.max()) + 1
    groups, group = np.unique(of * wide + by, return_inverse=True)
    names = [name(k, b) for k, b in zip(*divmod(groups, wide), strict=True)]
    rows = draft.builder.rows(names, upper=0.0)
    draft.builder.entries(rows[group], columns, 1.0)
    draft.builder.entries(rows, made[groups // wide], -1.0)


def _name(what: str, made: Sequence[str], by: Sequence[str], k: int, b: int) -> str:
    return f"{what}[{made[k]},{by[b]}]"


def _labels(problem: Problem, draft: ModelDraft, m: Meaning) -> None:
    """Count labels of members at a hub, besides its own: w[h,l] ≥ x[i,h], Σ_l w ≤ high - 1.

    A site has none of its own.
    """
    facts, n = problem.facts, problem.facts.n
    for s, conditions in enumerate(problem.conditions):
        for number, d in enumerate(conditions.distinct):
            if d.high == 1 and n == facts.towns:
                continue  # members of another label have no columns
            other = (
                (m.kind == MEMBER_COLUMN) & (m.service == s) & (d.label[m.member] != d.label[m.hub])
            )
            columns = np.flatnonzero(other)
            if not len(columns):
                continue
            wide = int(d.label.max()) + 1
            pairs, of = np.unique(
                m.hub[columns] * wide + d.label[m.member[columns]], return_inverse=True
            )
            hub, label = np.divmod(pairs, wide)
            what = f"{facts.services[s].id},{number}"
            ids = facts.ids
            at = [f"{what},{ids[h]}" for h in hub]
            w = draft.auxiliary(
                [f"w[{where},{k}]" for where, k in zip(at, label, strict=True)], of, columns
            )
            _imply(
                draft, w, of, columns,
                by=m.member[columns], name=partial(_name, "label", at, ids),
            )  # fmt: skip
            rows = draft.builder.rows(
                [f"max_labels[{what},{ids[h]}]" for h in range(n)],
                upper=d.high - 1.0 * (np.arange(n) < facts.towns),
            )
            draft.builder.entries(rows[hub], w, 1.0)


def _offices(problem: Problem, draft: ModelDraft, m: Meaning) -> Ints:
    """Write o[h] ≥ what opens hub h, service by service."""
    facts, builder = problem.facts, draft.builder
    opens = np.flatnonzero(m.opens)
    if not facts.office_cents or not len(opens):
        return np.empty(0, np.int64)
    hubs, of = np.unique(m.hub[opens], return_inverse=True)
    known = facts.ids
    ids = [known[h] for h in hubs]
    offices = draft.auxiliary([f"o[{i}]" for i in ids], of, opens)
    services = [s.id for s in facts.services]
    _imply(draft, offices, of, opens, by=m.service[opens],
           name=partial(_name, "office", ids, services))  # fmt: skip
    for c in problem.criteria:
        if c.cost_share:
            builder.objective(c.name, offices, c.cost_share * facts.office_cents / CENTS_PER_EURO)
    return offices


def _partner_seats(problem: Problem, draft: ModelDraft, m: Meaning, most: int) -> None:
    """Write z[i,h] ≥ what serves i at h, service by service, and Σ_h z[i,h] ≤ most."""
    facts, n = problem.facts, problem.facts.n
    away = np.flatnonzero(m.away)
    if not len(away):
        return
    pairs, of = np.unique(m.member[away] * n + m.hub[away], return_inverse=True)
    ids = facts.ids
    names = [f"{ids[p // n]},{ids[p % n]}" for p in pairs.tolist()]
    z = draft.auxiliary([f"z[{name}]" for name in names], of, away)
    services = [s.id for s in facts.services]
    _imply(draft, z, of, away, by=m.service[away],
           name=partial(_name, "partner", names, services))  # fmt: skip
    rows = draft.builder.rows([f"max_partner_seats[{i}]" for i in facts.ids], upper=float(most))
    draft.builder.entries(rows[pairs // n], z, 1.0)


def _counts(problem: Problem, draft: ModelDraft, m: Meaning) -> None:
    for number, count in enumerate(problem.plan_conditions.counts):
        counted = (
            m.opens
            if count.pooled_only
            else m.opens | ((m.kind == ALONE_COLUMN) & (m.hub < problem.facts.towns))
        )
        if count.service is not None:
            counted = counted & (m.service == count.service)
        row = draft.builder.rows([f"count[{number}]"], count.low, count.high)
        draft.builder.entries(row, np.flatnonzero(counted), 1.0)


def _limits(problem: Problem, draft: ModelDraft, values: dict[str, Floats], offices: Ints) -> None:
    """Write upper bounds on criteria; the cost's own error is for the loop around the model."""
    for c in problem.criteria:
        limit = problem.plan_conditions.limits.get(c.name)
        if limit is None:
            continue
        row = draft.builder.rows([f"limit[{c.name}]"], upper=limit / c.per_one)
        draft.limits.append(int(row[0]))
        draft.builder.entries(row, np.arange(len(values[c.name])), values[c.name])
        draft.builder.entries(
            row, offices, c.cost_share * problem.facts.office_cents / CENTS_PER_EURO
        )
