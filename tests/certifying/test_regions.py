"""Halves have all plans of a region, and what is left out of one is in no plan below the aim."""

from __future__ import annotations

import numpy as np
import pytest

import bruteforce
from certifying import made
from dice import Dice
from koopopt.case.plan import Plan
from koopopt.certifying import document as doc
from koopopt.certifying.checking import scale_of
from koopopt.certifying.formable import formable
from koopopt.certifying.regions import Region, bound, narrowed
from koopopt.certifying.rows import Prices
from koopopt.criteria import CRITERIA
from koopopt.problem import Problem
from random_instances import random_problem


def whole(problem: Problem) -> Region:
    return Region.whole(tuple(formable(problem, s) for s in range(len(problem.facts.services))))


def has(problem: Problem, region: Region, plan: Plan) -> bool:
    """Whether a plan is in a region."""
    facts = problem.facts
    hosts = {facts.index[p.seat] for p in plan.pooled}
    for h in range(facts.n):
        if region.office[h] == (-1 if h in hosts else 1):
            return False
    for s, service in enumerate(facts.services):
        of = plan.of(service.id)
        low, high = region.fewest[s], region.most[s]
        if (low is not None and len(of) < low) or (high is not None and len(of) > high):
            return False
        for p in of:
            who = sorted(facts.members(p).tolist())
            if not p.pooled:
                if not region.parts[s].alone[who[0]]:
                    return False
                continue
            seats = {
                int(block.members[row, j])
                for block in region.parts[s].blocks
                if block.members.shape[1] == len(who)
                for row in np.flatnonzero((block.members == who).all(axis=1))
                for j in np.flatnonzero(block.seated[row])
            }
            if facts.index[p.seat] not in seats:
                return False
    return True


def drawn(problem: Problem, dice: Dice) -> tuple[doc.SplitOf, int, int, np.ndarray]:
    facts = problem.facts
    town, s = dice.count(0, facts.n - 1), dice.count(0, len(facts.services) - 1)
    seats = np.array([dice.chance(0.5) for _ in range(facts.n)])
    split: doc.SplitOf = dice.pick([
        doc.OfficeSplit(municipality=facts.ids[town]),
        doc.NumberSplit(service=facts.services[s].id, most=dice.count(0, facts.n)),
        doc.StateSplit(service=facts.services[s].id, municipality=facts.ids[town],
                       alone=dice.chance(0.5), seats=()),
    ])  # fmt: skip
    return split, town, s, seats


@pytest.mark.parametrize("seed", range(40))
def test_halves_have_every_plan(seed: int) -> None:
    problem, dice = random_problem(seed), Dice(np.random.default_rng([2, seed]))
    plans = [plan for plan, _ in zip(bruteforce.all_plans(problem), range(60), strict=False)]
    regions = [whole(problem)]
    for _ in range(3):
        drawn_halves = [(region, drawn(problem, dice)) for region in regions]
        regions = [
            region.half(*split, second=second)
            for region, split in drawn_halves
            for second in (False, True)
        ]
        for plan in plans:
            assert any(has(problem, region, plan) for region in regions)
        regions = regions[:2] if len(regions) > 4 else regions
        plans = [plan for plan in plans if any(has(problem, r, plan) for r in regions)]


def test_a_region_shares_what_a_split_does_not_change() -> None:
    problem = random_problem(3)
    region = whole(problem)
    nothing = np.zeros(problem.facts.n, bool)
    split = doc.OfficeSplit(municipality=problem.facts.ids[0])
    without = region.half(split, 0, 0, nothing, second=False)
    assert without.bytes_beside(region) > 0
    assert region.half(split, 0, 0, nothing, second=True).bytes_beside(region) == 0
    again = without.half(split, 0, 0, nothing, second=False)
    assert again.bytes_beside(without) == 0


@pytest.mark.parametrize("kind", [np.int64, object])
@pytest.mark.parametrize("seed", range(30))
def test_what_is_left_out_is_in_no_plan_below_the_aim(seed: int, kind: type) -> None:
    problem, dice = random_problem(seed), Dice(np.random.default_rng([3, seed]))
    best = bruteforce.solve(problem)
    if best is None or not made.claimable(problem):
        return
    region, scale = whole(problem), scale_of(problem)
    prices = Prices.nothing(problem.facts.n, len(region.parts), kind)
    for c, weight in zip(CRITERIA.values(), scale.weights, strict=True):
        if weight:
            prices.add(problem, c, weight)
    found = bound(region, prices)
    assert found.total is not None
    aim = best.total(problem) + dice.count(0, 10**6)
    left = narrowed(region, found, prices, aim - 1)
    for plan, _ in zip(bruteforce.all_plans(problem), range(60), strict=False):
        total = scale.total(problem.amounts(plan))
        assert total >= found.total
        assert total >= aim or has(problem, left, plan)
