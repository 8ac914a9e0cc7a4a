"""Which coalitions the rules allow for a service, and what each costs in its cheapest form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain

import numpy as np

from koopopt.case.facts import TOLERANCE, Facts
from koopopt.coalitions.enumeration import Enumeration
from koopopt.coalitions.sets import Coalitions
from koopopt.coalitions.siting import SiteEnumeration
from koopopt.exact import within_share
from koopopt.linear import Bools, Floats, Ints
from koopopt.rules import Conditions

AnyEnumeration = Enumeration | SiteEnumeration


def max_size(facts: Facts, conditions: Conditions) -> int:
    """Return how many members the rules and the legal forms leave to a coalition, sites apart."""
    forms = [f for f, ok in zip(facts.instance.legal_forms, conditions.forms, strict=True) if ok]
    largest = max((f.max_members or facts.towns for f in forms), default=0)
    for r in conditions.ranges:
        weight = r.weight[: facts.towns]
        if weight.min(initial=0) >= 0:  # greedy: the lightest first
            fitting = np.cumsum(np.sort(weight)) <= r.high + TOLERANCE * max(1, abs(r.high))
            largest = min(largest, int(fitting.sum()))
    return min(largest, int(conditions.pool[: facts.towns].sum()))


def among(conditions: Conditions, members: Ints) -> Conditions:
    """Return the conditions under which only these pool."""
    inside = np.zeros(len(conditions.pool), bool)
    inside[members] = True
    return replace(conditions, pool=conditions.pool & inside)


def enumeration(facts: Facts, conditions: Conditions, size: int | None = None) -> AnyEnumeration:
    """Return all that size, contiguity and forbidden pairs leave.

    `size` limits the number of members further.
    """
    n = facts.n
    graph = facts.adjacent if conditions.contiguous else np.ones((n, n), bool)
    graph = graph & conditions.pool & conditions.pool[:, None]
    largest = max_size(facts, conditions)
    largest = min(largest, size or largest)
    apart = never_together(conditions)
    if facts.n == facts.towns:
        return Enumeration(graph, apart, largest)
    town = np.arange(n) < facts.towns
    graph = graph & town & town[:, None]
    return SiteEnumeration.of(facts, conditions, graph, apart, largest)


def never_together(conditions: Conditions) -> Bools:
    """Return the pairs that share no partnership: by rule, or as two are too much already."""
    apart = conditions.apart
    for r in conditions.ranges:
        if r.weight.min(initial=0) >= 0 and np.isfinite(r.high) and np.ptp(r.weight) > 0:
            heavy = r.weight[:, None] + r.weight > r.high + TOLERANCE * max(1.0, abs(r.high))
            np.fill_diagonal(heavy, False)
            apart = apart | heavy
    return apart


def evaluated(
    facts: Facts, service: int, conditions: Conditions, coalitions: Coalitions
) -> tuple[Coalitions, Floats, Ints]:
    """Return those that the rules allow, what each costs, and its legal form; seats apart.

    Returns
    -------
    coalitions : Coalitions
    cost : (N,) array
        Cents a year in the cheapest legal form: whole numbers.
    form : (N,) int array
        Number of that form in the instance.
    """
    members, site = coalitions.apart(facts.towns)
    ok = _allowed(conditions, members)
    kept = coalitions.take(ok)
    members = kept if members is coalitions else members.take(ok)
    coalitions, site = kept, site[ok]
    cost, form = _cheapest(facts, service, conditions, members, site)
    ok = np.isfinite(cost)
    coalitions, cost, form = coalitions.take(ok), cost[ok], form[ok]
    for rule in conditions.no_losers:
        ok = _nobody_loses(facts, service, rule.share, rule.tolerance, coalitions, cost)
        coalitions, cost, form = coalitions.take(ok), cost[ok], form[ok]
    for test in conditions.tests if len(coalitions) else ():
        ok = test.keeps(coalitions.start, coalitions.member, cost)
        coalitions, cost, form = coalitions.take(ok), cost[ok], form[ok]
    return coalitions, cost, form


def _allowed(conditions: Conditions, c: Coalitions) -> Bools:
    ok = np.ones(len(c), bool)
    if not len(c):
        return ok
    for r in conditions.ranges:
        total = c.size if (r.weight == 1.0).all() else c.total(r.weight)
        ok &= total <= r.high + TOLERANCE * max(1.0, abs(r.high))
        ok &= total >= r.low - TOLERANCE * np.maximum(1.0, np.abs(total))
    for d in conditions.distinct:
        labels = [c.most((d.label == label).astype(float)) for label in np.unique(d.label)]
        ok &= np.sum(labels, axis=0) <= d.high
    for group in conditions.groups:
        inside = np.zeros(c.n)
        inside[group] = 1.0
        total = c.total(inside)
        ok &= (total == 0) | (total == len(group))
    return ok


def _cheapest(
    facts: Facts, service: int, conditions: Conditions, c: Coalitions, site: Ints
) -> tuple[Floats, Ints]:
    """Return cents in the cheapest allowed form (inf where there is none) and the form.

    `site` says at which site members are served, -1 for none.
    """
    best = np.full(len(c), np.inf)
    form = np.full(len(c), -1, np.int64)
    for number, f in enumerate(facts.instance.legal_forms):
        if not conditions.forms[number] or not len(c):
            continue
        paid = facts.form_costs[service][number]
        fitting = [float(p) if f.fits(k, at_site=True) else np.inf for k, p in enumerate(paid)]
        cost = np.array(fitting)[c.size]
        if f.same_county:
            cost = np.where(_mixed(c, facts.county), np.inf, cost)
        if f.same_state:
            cost = np.where(_mixed(c, facts.state), np.inf, cost)
        if f.votes is not None:
            votes = f.votes.of(facts.population)
            too_strong = c.most(votes) > f.votes.max_share * c.total(votes) + TOLERANCE
            cost = np.where(too_strong & (c.size >= 3), np.inf, cost)
        if conditions.savings:
            cost[~_saves(facts, service, conditions, c, site, number, np.isfinite(cost))] = np.inf
        better = cost < best
        best[better], form[better] = cost[better], number
    return cents_of(facts, service, c, form, site), form


def _saves(
    facts: Facts, service: int, conditions: Conditions, c: Coalitions, site: Ints, form: int,
    open_: Bools,
) -> Bools:  # fmt: skip
    """Return which of the coalitions that a form is open to save enough in it."""
    ok, which = open_.copy(), np.flatnonzero(open_)
    if not len(which):
        return ok
    some, forms = c.take(which), np.full(len(which), form)
    alone = some.total(facts.alone_cents[service].astype(float))
    for saving in conditions.savings:
        cents = cents_of(facts, service, some, forms, site[which], granted=saving.granted)
        ok[which] &= within_share(cents, saving.kept, alone)
    return ok


def cents_of(
    facts: Facts, service: int, c: Coalitions, form: Ints, site: Ints, *, granted: bool = True
) -> Floats:
    """Return what the coalitions cost in these forms; inf where there is none (-1)."""
    cents = np.full(len(c), np.inf)
    open_ = np.flatnonzero(form >= 0)
    if not len(open_):
        return cents
    sizes, sites = c.n + 1, c.n + 1
    key, which = np.unique(
        (form[open_] * sizes + c.size[open_]) * sites + site[open_] + 1, return_inverse=True
    )
    paid = [
        facts.paid(
            service,
            facts.instance.legal_forms[k // sites // sizes],
            k // sites % sizes,
            granted=granted,
        )
        + facts.fixed_cost(service, k % sites - 1)
        for k in key.tolist()
    ]
    grains = c.total(facts.grains[service].astype(float))[open_].astype(np.int64)
    cents[open_] = facts.pooled_cents(service, grains, paid, which)
    return cents


def _mixed(c: Coalitions, label: Ints) -> Bools:
    codes = label.astype(float)
    return np.asarray(c.most(codes) != -c.most(-codes))


def _nobody_loses(
    facts: Facts, service: int, share: Floats, tolerance: float, c: Coalitions, cost: Floats
) -> Bools:
    if not len(c):
        return np.ones(0, bool)
    total = c.total(share)
    rate = np.divide(cost, total, out=np.zeros(len(c)), where=total > 0)
    pays = np.repeat(rate, c.size) * share[c.member]
    allowed = (1 + tolerance) * facts.alone_cents[service][c.member]
    excess = pays - allowed - TOLERANCE * np.maximum(1.0, np.abs(allowed))
    return np.asarray((np.maximum.reduceat(excess, c.start[:-1]) <= 0) | (total <= 0))


def all_admissible(
    facts: Facts, service: int, conditions: Conditions, check: Callable[[], None] | None = None
) -> tuple[Coalitions, Floats, Ints]:
    """Return all coalitions of a service that the rules allow and that have a seat.

    Like `evaluated`; for few municipalities: `enumeration(...).count` says how many there are.
    `check` is called between pieces, and may raise what ends that.
    """
    of = enumeration(facts, conditions)
    of.count(np.inf)
    none = Coalitions.of_table(np.zeros((0, facts.n), bool))
    parts = []
    for piece in chain([none], of.pieces()):
        if check is not None:
            check()
        kept, cost, form = evaluated(facts, service, conditions, piece)
        ok = np.zeros(len(kept), bool)
        if len(kept):
            ok = np.logical_or.reduceat(seats(conditions, kept), kept.start[:-1])
        parts.append((kept.take(ok), cost[ok], form[ok]))
    joined = Coalitions.joined(facts.n, [part[0] for part in parts])
    cost, form = (np.concatenate([part[k] for part in parts]) for k in (1, 2))
    return joined, cost, form


def seats(conditions: Conditions, c: Coalitions) -> Bools:
    """Return (total size,) whether each member of each coalition, or its site, may seat it."""
    may = np.ones(len(c.member), bool)
    for size in np.unique(c.size).tolist():
        place = c.start[:-1][c.size == size][:, None] + np.arange(size)
        who = c.member[place]
        for k in range(size):
            may[place] &= conditions.pair[who[:, k : k + 1], who]
    for capacity in conditions.capacities:
        total = np.repeat(c.total(capacity.weight), c.size)
        may &= total <= capacity.room[c.member]
    return may
