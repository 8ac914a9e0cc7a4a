"""Every row holds for every plan: that is all that makes a bound from any duals valid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import bruteforce
from dice import Dice
from koopopt.case.plan import Plan
from koopopt.certifying import document as doc
from koopopt.certifying.rows import Prices, Row, Untrue, row_of
from koopopt.criteria import CRITERIA
from koopopt.problem import Problem
from nightly import NIGHTLY
from random_instances import random_problem

SIZES = dict.fromkeys(CRITERIA, 2**40)


def drawn(problem: Problem, dice: Dice) -> Iterator[doc.RowOf]:
    """Yield rows of every kind, also of rules that there are not."""
    facts = problem.facts
    services, ids = [s.id for s in facts.services], list(facts.ids)
    for s in services:
        yield doc.Cover(service=s, municipality=dice.pick(ids))
        yield doc.Office(service=s, municipality=dice.pick(ids))
        yield doc.Number(service=s)
        for _ in range(6):
            weights = {i: dice.count(-3, 5) for i in dice.some(ids, 1)}
            yield doc.Rank1(service=s, weights=weights, divisor=dice.count(1, 5))
    for i in ids:
        yield doc.OfTown(kind="max_pooled", municipality=i)
        yield doc.OfTown(kind="max_memberships", municipality=i)
        yield doc.OfTown(kind="max_hosted", municipality=i)
        some = dice.some(services, 1)
        yield doc.Host(municipality=i, services=tuple(some + some[:1]))  # named twice counts once
        picked = {h: dice.pick(services) for h in dice.some(ids, 1)}
        yield doc.Seats(municipality=i, picked=picked)
    for of in (None, *services):
        yield doc.Counted(rule="max_bodies", service=of)
        yield doc.Counted(rule="min_bodies", service=of)
        yield doc.Counted(rule="max_partnerships", service=of)
        yield doc.Counted(rule="min_partnerships", service=of)
    for name in CRITERIA:
        yield doc.Limited(criterion=name)


def taken(problem: Problem, row: Row, plan: Plan) -> tuple[int, int]:
    """Return what a plan takes of a row, and the most that one partnership or office takes."""
    facts = problem.facts
    prices = Prices.nothing(facts.n, len(facts.services), object)
    row.charge(prices, -1)
    parts = []
    for p in plan.partnerships:
        s, who, h = facts.service_index[p.service], facts.members(p), facts.index[p.seat]
        if not p.pooled:
            parts.append(prices.alone[s][h])
            continue
        cuts = sum(-dual * (sum(w[who].tolist()) // d) for w, d, dual in prices.cuts[s])
        parts.append(
            prices.cost * facts.cents(p) + prices.body[s] + prices.seat[s][h]
            + sum(prices.pair[s][who, h].tolist()) + cuts
        )  # fmt: skip
    parts += [prices.office[facts.index[h]] for h in {p.seat for p in plan.pooled}]
    return int(sum(parts)), int(max(map(abs, parts)))


@pytest.mark.parametrize("test", range(10 * NIGHTLY))
def test_rows_hold_for_every_plan(test: int) -> None:
    looked = 0
    for seed in range(12 * test, 12 * test + 12):
        problem, dice = random_problem(seed), Dice(np.random.default_rng([1, seed]))
        plans = [plan for plan, _ in zip(bruteforce.all_plans(problem), range(40), strict=False)]
        for said in drawn(problem, dice):
            try:
                row = row_of(problem, said, SIZES)
            except Untrue:
                continue
            for plan in plans:
                value, largest = taken(problem, row, plan)
                assert row.low is None or value >= row.low, (seed, said)
                assert row.high is None or value <= row.high, (seed, said)
                assert largest <= row.size, (seed, said)
                looked += 1
    assert looked > 500


@pytest.mark.parametrize(
    "said",
    [
        doc.Cover(service="none", municipality="m0"),
        doc.Cover(service="s0", municipality="none"),
        doc.Limited(criterion="farthest"),
        doc.Limited(criterion="none"),
        doc.Counted(rule="max_bodies", service="none"),
        doc.Seats(municipality="none", picked={}),
    ],
)
def test_rows_of_what_is_not_there(said: doc.RowOf) -> None:
    problem = random_problem(5)
    with pytest.raises(Untrue):
        row_of(problem, said, SIZES)
