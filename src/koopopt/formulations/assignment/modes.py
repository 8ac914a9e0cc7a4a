"""Modes: the shapes that a pooled partnership at a hub may take, each with a linear cost.

A mode is a legal form × a class of sizes × a piece of the cost curve (`pieces`). Within a class the
grant is the same and the form costs so much for the body and so much for each further member;
within a piece a line stands for the curve.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np

from koopopt.case.facts import TOLERANCE, Facts
from koopopt.case.library import LegalForm
from koopopt.linear import Floats
from koopopt.rules import Conditions


@dataclass(frozen=True, slots=True)
class Sizes:
    """A legal form for `smallest` to `largest` members: costs fixed + extra · (members - 1).

    Without the grant it would cost `grant` more. `form` is its number in the instance. At a site,
    which counts among these members, `part` is the county or state whose members alone may take it
    there.
    """

    form: int
    smallest: int
    largest: int
    fixed: float
    extra: float
    part: int = 0
    grant: float = 0.0


def size_classes(facts: Facts, service: int, conditions: Conditions, least: int = 2) -> list[Sizes]:
    """Return the legal forms by classes of sizes, without what another form does more cheaply.

    Where savings are asked for that do not count grants, the other one is to do it without its
    grant at no higher cost, too: else it may be that only the dearer form saves enough.

    A class is a run of sizes with the same grant. With two members votes do not count, so two is
    a class of its own where a form has votes. A pool has two members at `least`, at a site one.
    """
    low, high = _size_range(facts, conditions, least)
    forms = [
        (k, f)
        for k, (f, ok) in enumerate(zip(facts.instance.legal_forms, conditions.forms, strict=True))
        if ok
    ]
    sizes = range(low, high + 1)
    cost = np.array(
        [
            [
                float(facts.paid(service, f, k)) if f.fits(k, at_site=least == 1) else np.inf
                for k in sizes
            ]
            for _, f in forms
        ],
        float,
    ).reshape(len(forms), len(sizes))
    grants = np.array(
        [[float(f.grant.a_year(k)) if f.grant else 0.0 for k in sizes] for _, f in forms], float
    ).reshape(cost.shape)
    gross, bare = cost, any(not saving.granted for saving in conditions.savings)
    if bare:
        gross = np.array(
            [[float(facts.paid(service, f, k, granted=False)) for k in sizes] for _, f in forms],
            float,
        ).reshape(cost.shape)
    wanted = np.isfinite(cost)
    pair = np.array(sizes) <= 2
    for a, (_, f) in enumerate(forms):
        for b, (_, g) in enumerate(forms):
            if a != b and _at_least_as_open(facts, g, f):
                cheaper = cost[b] <= cost[a] if b < a else cost[b] < cost[a]
                cheaper &= (gross[b] <= gross[a]) | (not bare)
                wanted[a] &= ~(cheaper & (pair | _votes_as_open(g, f)))
    each = [
        f.cost_per_extra_member
        + float(facts.annuity * (facts.once(service, f, 2) - facts.once(service, f, 1)))
        for _, f in forms
    ]
    return [
        Sizes(
            number,
            sizes[first],
            sizes[last],
            float(fixed),
            each[a],
            grant=float(grants[a, first]),
        )
        for a, (number, form) in enumerate(forms)
        for first, last, fixed in _runs(cost[a], grants[a], wanted[a], form, each[a], low)
    ]


def at_site(sizes: Sizes, fixed: float, part: int = 0) -> Sizes:
    """Return a class with a site as a member, which costs `fixed` and is no extra member."""
    return replace(
        sizes,
        smallest=sizes.smallest + 1,
        largest=sizes.largest + 1,
        fixed=sizes.fixed - sizes.extra + fixed,
        part=part,
    )


def _size_range(facts: Facts, conditions: Conditions, low: int) -> tuple[int, int]:
    """Return the sizes that the rules on the number of members leave."""
    high = int(conditions.pool[: facts.towns].sum())
    for r in conditions.ranges:
        weight = r.weight[: facts.towns]
        if np.ptp(weight) == 0 and weight[0] > 0:
            if np.isfinite(r.low):
                low = max(low, ceil(r.low / weight[0] - TOLERANCE))
            if np.isfinite(r.high):
                high = min(high, floor(r.high / weight[0] + TOLERANCE))
    return low, high


def _at_least_as_open(facts: Facts, g: LegalForm, f: LegalForm) -> bool:
    """Whether g takes all members, by county and state, that f takes."""
    return (not g.same_county or f.same_county or not facts.county.any()) and (
        not g.same_state or f.same_state or f.same_county or not facts.state.any()
    )


def _votes_as_open(g: LegalForm, f: LegalForm) -> bool:
    if g.votes is None or f.votes is None:
        return g.votes is None
    return (
        g.votes.base == f.votes.base
        and g.votes.inhabitants_per_vote == f.votes.inhabitants_per_vote
        and g.votes.max_share >= f.votes.max_share
    )


def _runs(
    cost: Floats, grants: Floats, wanted: np.ndarray, form: LegalForm, each: float, low: int
) -> Iterator[tuple[int, int, float]]:
    """Yield (first, last, fixed): consecutive sizes with the same fixed cost and grant."""
    fixed = cost - each * (np.arange(len(cost)) + low - 1)
    begin = 0
    for k in range(1, len(cost) + 1):
        goes_on = (
            k < len(cost)
            and wanted[k] == wanted[begin]
            and (not wanted[k] or abs(fixed[k] - fixed[begin]) <= 1e-9 * max(1, abs(fixed[begin])))
            and grants[k] == grants[begin]
            and not (form.votes is not None and k + low == 3)
        )
        if not goes_on:
            if wanted[begin]:
                yield begin, k - 1, fixed[begin]
            begin = k
