"""Rules of whole plans, seen from partitions of services: what breaks one is left out, no more."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from formulations.partition.test_combining import keeps_plan_rules, partitions_of
from koopopt.criteria import CRITERIA
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.combining import combined
from koopopt.formulations.partition.walking import Partitions
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.rules.base import PlanRule
from koopopt.rules.plan import (
    Limit,
    MaxBodies,
    MaxHosted,
    MaxMemberships,
    MaxPartnerSeats,
    MaxPartnerships,
    MaxPooled,
    MinBodies,
    MinPartnerships,
)
from random_instances import random_problem

RULES: dict[str, list[PlanRule]] = {
    "max_pooled": [MaxPooled(0), MaxPooled(1)],
    "max_hosted": [MaxHosted(0), MaxHosted(1)],
    "max_memberships": [MaxMemberships(0), MaxMemberships(1)],
    "max_partner_seats": [MaxPartnerSeats(0), MaxPartnerSeats(1)],
    "numbers": [MaxBodies(1), MinBodies(2), MaxPartnerships(5), MinPartnerships(6)],
}


def small(seeds: range) -> list[Problem]:
    """Return problems of few municipalities and two services or three, without plan rules."""
    found = (random_problem(seed) for seed in seeds)
    return [
        replace(p, plan_rules=())
        for p in found
        if p.facts.towns <= 4 and 2 <= len(p.facts.services) <= 3
    ]


def every(parts: list[Partitions]) -> list[tuple[tuple[int, ...], Ints]]:
    """Return all combinations, each with its columns."""
    return [
        (which, np.concatenate([part[k] for part, k in zip(parts, which, strict=True)]))
        for which in product(*(range(len(part)) for part in parts))
    ]


def left_out(problem: Problem, columns: Columns, parts: list[Partitions]) -> tuple[int, int]:
    """Return how many combinations are kept and left out, and see that they are the right ones."""
    value = columns.criteria @ problem.scale.floats
    found = combined(problem, columns, value, parts, np.inf, np.inf, 10**6, bool)
    assert found is not None
    kept = {tuple(row) for row in found[0].tolist()}
    right = every(parts)
    assert kept == {which for which, chosen in right if keeps_plan_rules(problem, columns, chosen)}
    return len(kept), len(right) - len(kept)


@pytest.mark.parametrize("name", RULES)
def test_what_breaks_a_rule_is_left_out(name: str) -> None:
    some = np.zeros(2, int)
    for plain in small(range(60)):
        columns, _, parts = partitions_of(plain)
        if np.prod([len(part) for part in parts]) > 1_500:
            continue
        for rule in RULES[name]:
            some += left_out(replace(plain, plan_rules=(rule,)), columns, parts)
    assert (some > 100).all()


@pytest.mark.parametrize("name", [name for name, c in CRITERIA.items() if c.additive])
def test_what_exceeds_a_limit_is_left_out_and_what_meets_it_is_not(name: str) -> None:
    k, kept, left = list(CRITERIA).index(name), 0, 0
    for plain in small(range(40)):
        columns, _, parts = partitions_of(plain)
        if np.prod([len(part) for part in parts]) > 800:
            continue
        amounts = [columns.criteria[chosen, k].sum() for _, chosen in every(parts)]
        most = float(np.quantile(amounts, 0.3, method="lower"))  # what one has, offices apart
        limit = Limit({name: int(most) / CRITERIA[name].per_one})
        more = left_out(replace(plain, plan_rules=(limit,)), columns, parts)
        kept, left = kept + more[0], left + more[1]
    assert kept >= 10
    assert left >= 10
