"""The columns of one service: who stays alone, which two pool, and the blocks of every hub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from koopopt.case.facts import TOLERANCE, Facts
from koopopt.case.library import LegalForm
from koopopt.exact import CENTS_PER_EURO, within_share
from koopopt.formulations.assignment.blocks import ModelBlock
from koopopt.formulations.assignment.cuts import Lessons, distances, hops
from koopopt.formulations.assignment.draft import ALONE_COLUMN, PAIR_COLUMN, ModelDraft
from koopopt.formulations.assignment.modes import Sizes, at_site, size_classes
from koopopt.formulations.pieces import is_straight
from koopopt.linear import Bools, Floats, Ints
from koopopt.problem import Problem
from koopopt.rules import Conditions


def allowed(facts: Facts, conditions: Conditions) -> Bools:
    """Return (n, n): who may be a member at which hub, as far as single pairs tell."""
    may = conditions.pair & ~conditions.apart & conditions.pool & conditions.pool[:, None]
    may &= conditions.pair.diagonal()
    for d in conditions.distinct:
        if d.high == 1:
            may[:, : facts.towns] &= (d.label[:, None] == d.label)[:, : facts.towns]
    return np.asarray(may)


def _merged(groups: list[Ints]) -> list[Ints]:
    """Return the groups with those that overlap made one."""
    merged: list[set[int]] = []
    for group in groups:
        joined = set(group.tolist())
        for other in [m for m in merged if m & joined]:
            merged.remove(other)
            joined |= other
        merged.append(joined)
    return [np.array(sorted(group), np.int64) for group in merged]


def write_service(
    problem: Problem, draft: ModelDraft, s: int, lessons: Lessons, priced: bool
) -> None:
    """Write the plan columns of service number `s`, and the rows of its hubs."""
    facts, conditions = problem.facts, problem.conditions[s]
    conditions = replace(conditions, groups=_merged(conditions.groups))
    name, curve = facts.services[s].id, facts.services[s].cost
    alone = np.flatnonzero(conditions.alone)
    ids = facts.ids
    names = [f"a[{name},{ids[i]}]" for i in alone]
    draft.columns(names, ALONE_COLUMN, s, member=alone, hub=alone, cost=facts.alone_cost[s, alone])
    may = allowed(facts, conditions)
    classes = _split(facts, s, size_classes(facts, s, conditions))
    pairs = [c for c in classes if c.largest == 2]
    town = np.arange(facts.n) < facts.towns
    two = may & town & town[:, None]
    _write_pairs(draft, facts, s, conditions, may=two, classes=pairs)
    blocks = [c for c in classes if c.largest > 2]
    at_sites = size_classes(facts, s, conditions, 1) if facts.n > facts.towns else []
    steps = distances(facts.adjacent)
    for h in np.flatnonzero(may.diagonal()).tolist():
        draft.check()
        near = may[:, h]
        site = h >= facts.towns
        if conditions.contiguous and not site:
            near = near & (hops(facts.adjacent, near, h) >= 0)
        modes: Counter[int] = Counter()
        found = _at_site(facts, s, h, near, at_sites) if site else _at_town(facts, h, near, blocks)
        for sizes, may_here in found:
            who = may_here & (np.arange(facts.n) != h)
            if conditions.contiguous and not site:
                who &= steps[h] < sizes.largest
            block = ModelBlock(
                draft, facts, s, conditions, h, sizes, np.flatnonzero(who), steps,
                lessons.losers.get((s, h), ()), modes[sizes.form] + 1,
            )  # fmt: skip
            points = lessons.points.get((s, h), [])
            modes[sizes.form] += block.write(curve, points, priced)


def _at_town(
    facts: Facts, h: int, near: Bools, classes: list[Sizes]
) -> Iterator[tuple[Sizes, Bools]]:
    """Yield classes of sizes with who may be a member there."""
    for sizes in classes:
        form = facts.instance.legal_forms[sizes.form]
        who = near.copy()
        if form.same_county:
            who &= facts.county == facts.county[h]
        if form.same_state:
            who &= facts.state == facts.state[h]
        yield sizes, who


def _at_site(
    facts: Facts, s: int, h: int, near: Bools, classes: list[Sizes]
) -> Iterator[tuple[Sizes, Bools]]:
    """Yield the same at a site: once for each county or state where members must share it."""
    fixed = float(facts.fixed_cost(s, h))
    for sizes in classes:
        form = facts.instance.legal_forms[sizes.form]
        label = np.zeros(facts.n, np.int64)
        if form.same_county or form.same_state:
            label = facts.county if form.same_county else facts.state
        for part in np.unique(label[near & (np.arange(facts.n) < facts.towns)]).tolist():
            yield at_site(sizes, fixed, part), near & (label == part)


def _split(facts: Facts, s: int, classes: list[Sizes]) -> list[Sizes]:
    """Give two members a class of their own where the cost curve bends."""
    demand = np.sort(facts.demand[s])
    if is_straight(facts.services[s].cost, float(demand[:2].sum()), float(demand.sum())):
        return classes
    result = []
    for c in classes:
        if c.smallest == 2 < c.largest:
            result += [replace(c, largest=2), replace(c, smallest=3)]
        else:
            result.append(c)
    return result


def _write_pairs(
    draft: ModelDraft,
    facts: Facts,
    s: int,
    conditions: Conditions,
    *,
    may: Bools,
    classes: list[Sizes],
) -> None:
    """Write a column for each two who may pool, in the cheapest of these forms, seated at one."""
    if not classes:
        return
    n = facts.n
    dearest = np.inf
    cost, form = np.full((n, n), dearest), np.zeros((n, n), np.int64)
    for sizes in classes:
        f = facts.instance.legal_forms[sizes.form]
        open_to = np.ones((n, n), bool)
        if f.same_county:
            open_to &= facts.county[:, None] == facts.county
        if f.same_state:
            open_to &= facts.state[:, None] == facts.state
        open_to &= _pairs_save(facts, s, conditions, f)
        better = open_to & (sizes.fixed + sizes.extra < cost)
        cost[better], form[better] = sizes.fixed + sizes.extra, sizes.form
    known = np.isfinite(cost)
    grains = (facts.grains[s][:, None] + facts.grains[s])[known]
    paid = [facts.paid(s, f, 2) for f in facts.instance.legal_forms]
    cost[known] = facts.pooled_cents(s, grains, paid, form[known]) / CENTS_PER_EURO
    ok = may & np.isfinite(cost) & ~np.eye(n, dtype=bool)
    ok &= _pairs_allowed(facts, s, conditions, cost)
    member, hub = np.nonzero(ok)
    service, forms, ids = facts.services[s].id, facts.instance.legal_forms, facts.ids
    names = [
        f"x[{service},{ids[i]},{ids[h]},{forms[form[i, h]].id},pair]"
        for i, h in zip(member.tolist(), hub.tolist(), strict=True)
    ]
    draft.columns(names, PAIR_COLUMN, s, member=member, hub=hub, cost=cost[member, hub])


def _pairs_save(facts: Facts, s: int, conditions: Conditions, form: LegalForm) -> Bools:
    """Return (n, n): which two save as much in a form as they must."""
    n, ok = facts.n, np.ones((facts.n, facts.n), bool)
    if not conditions.savings:
        return ok
    grains = (facts.grains[s][:, None] + facts.grains[s]).ravel()
    alone = (facts.alone_cents[s][:, None] + facts.alone_cents[s]).ravel()
    for saving in conditions.savings:
        paid, which = [facts.paid(s, form, 2, granted=saving.granted)], np.zeros(n * n, np.int64)
        cents = facts.pooled_cents(s, grains, paid, which)
        ok &= within_share(cents, saving.kept, alone).reshape(n, n)
    return ok


def _pairs_allowed(facts: Facts, s: int, conditions: Conditions, cost: Floats) -> Bools:
    """Return (n, n): which two may pool, seated at the second, under all rules but `pair`."""
    n = facts.n
    ok = facts.adjacent.copy() if conditions.contiguous else np.ones((n, n), bool)
    for r in conditions.ranges:
        total = r.weight[:, None] + r.weight
        ok &= total >= r.low - TOLERANCE * np.maximum(1.0, total)
        ok &= total <= r.high + TOLERANCE * max(1.0, abs(r.high))
    for c in conditions.capacities:
        ok &= c.weight[:, None] + c.weight <= c.room  # columns are seats
    for group in conditions.groups:
        inside = np.isin(np.arange(n), group).astype(int)
        count = inside[:, None] + inside
        ok &= (count == 0) | (count == len(group))
    for rule in conditions.no_losers:
        total = rule.share[:, None] + rule.share
        counts = (total > 0) & np.isfinite(cost)
        rate = np.divide(cost, total, out=np.zeros((n, n)), where=counts)
        limit = (1 + rule.tolerance) * facts.alone_cost[s][:, None]
        pays = rate * rule.share[:, None] <= limit + TOLERANCE * np.maximum(1.0, np.abs(limit))
        ok &= (pays & pays.T) | (total <= 0)
    return np.asarray(ok)
