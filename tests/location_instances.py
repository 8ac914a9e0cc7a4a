"""Classical location problems written as instances, and their optima by enumeration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any

import numpy as np

from koopopt.case.instance import Instance, Municipality, Site
from koopopt.case.library import (
    Demand,
    LegalForm,
    ServiceModel,
    Tier,
    TierCost,
    Trips,
)
from koopopt.problem import Problem
from random_instances import Dice


@dataclass(frozen=True)
class Classical:
    """A classical location problem as an instance, and its optimum by enumeration.

    `total` is the optimum in ten-thousandths, exactly: of an hour, a minute or a EUR.
    """

    problem: Problem
    total: int

    @property
    def optimum(self) -> float:
        return self.total / 10_000


def p_median_problem(seed: int) -> Classical:
    """Return a p-median: at most p partnerships, only travel counts."""
    dice = Dice(np.random.default_rng(seed))
    n = dice.count(4, 7)
    p = dice.count(1, n - 1)
    minutes = dice.rng.integers(1, 60, (n, n)).astype(float)
    people = dice.rng.integers(1, 20, n) * 100.0
    instance = _location(n, people, minutes, fixed=0.0, rules={"max_partnerships": p})
    np.fill_diagonal(minutes, 0.0)
    hours = np.rint(10_000 * people[:, None] * 2 * minutes / 60).astype(int)
    best = min(
        hours[:, list(seats)].min(axis=1).sum()
        for k in range(1, p + 1)
        for seats in combinations(range(n), k)
    )
    return Classical(Problem.of(instance), int(best))


def p_center_problem(seed: int) -> Classical:
    """Return a p-center: at most p partnerships, only the farthest way counts."""
    dice = Dice(np.random.default_rng(seed))
    n = dice.count(4, 7)
    p = dice.count(1, n - 1)
    minutes = dice.rng.integers(1, 60, (n, n)).astype(float)
    instance = _location(n, np.ones(n), minutes, fixed=0.0, rules={"max_partnerships": p})
    np.fill_diagonal(minutes, 0.0)
    best = min(
        minutes[:, list(seats)].min(axis=1).max()
        for k in range(1, p + 1)
        for seats in combinations(range(n), k)
    )
    weights = {"cost": 0.0, "travel": 0.0, "farthest": 1.0}
    return Classical(Problem.of(instance, weights=weights), round(10_000 * best))


def facility_location_problem(seed: int) -> Classical:
    """Return an uncapacitated facility location problem: a fixed cost a seat, plus travel."""
    dice = Dice(np.random.default_rng(seed))
    n = dice.count(4, 7)
    minutes = dice.rng.integers(1, 60, (n, n)).astype(float)
    people = dice.rng.integers(1, 20, n) * 100.0
    fixed = dice.number(100, 2000)
    instance = _location(n, people, minutes, fixed=fixed, rules={})
    np.fill_diagonal(minutes, 0.0)
    hours = np.rint(10_000 * people[:, None] * 2 * minutes / 60).astype(int)
    best = min(
        round(100 * fixed) * 100 * k + hours[:, list(seats)].min(axis=1).sum()
        for k in range(1, n + 1)
        for seats in combinations(range(n), k)
    )
    return Classical(Problem.of(instance), int(best))


def facility_location_with_sites(seed: int) -> Classical:
    """Return a capacitated facility location problem with single sourcing: sites only.

    `total` is -1 where the capacities are not enough.
    """
    dice = Dice(np.random.default_rng([3, seed]))
    n, m = dice.count(3, 6), dice.count(1, 3)
    minutes = dice.rng.integers(1, 60, (n, m)).astype(float)
    people = dice.rng.integers(1, 20, n) * 100.0
    fixed = [dice.number(100, 2000) for _ in range(m)]
    capacity = [dice.pick([None, float(people.sum()) // 2, 2000.0]) for _ in range(m)]
    base = _location(n, people, np.zeros((n, n)), fixed=0.0, rules={"forbid_alone": True})
    sites = tuple(
        Site(
            id=f"s{k}", name=f"s{k}", lat=51.0, lon=10.0, service="service", fixed_cost=fixed[k],
            capacity=capacity[k],
        )
        for k in range(m)
    )  # fmt: skip
    ways = {(f"{i:02d}", f"s{k}"): float(minutes[i, k]) for i in range(n) for k in range(m)}
    rules = {"forbid_alone": True, "seats": [site.id for site in sites]}
    forms = (LegalForm(id="pool", title={"en": "Pool"}, min_members=1),)
    instance = replace(
        base, sites=sites, rules=rules, legal_forms=forms, travel={**base.travel, **ways}
    )
    hours = np.rint(10_000 * people[:, None] * 2 * minutes / 60).astype(int)
    best = -1
    for seats in product(range(m), repeat=n):
        used = np.bincount(seats, weights=people, minlength=m)
        if any(c is not None and u > c for c, u in zip(capacity, used, strict=True)):
            continue
        total = sum(round(100 * fixed[k]) * 100 for k in set(seats))
        total += int(hours[np.arange(n), list(seats)].sum())
        best = total if best < 0 else min(best, total)
    return Classical(Problem.of(instance), best)


def _location(
    n: int, people: np.ndarray, minutes: np.ndarray, *, fixed: float, rules: dict[str, Any]
) -> Instance:
    ids = [f"{k:02d}" for k in range(n)]
    towns = tuple(
        Municipality(
            id=i, name=i, population=float(size), lat=51.0, lon=10.0,
            county="K", state="HE", identity_area="north",
        )
        for i, size in zip(ids, people, strict=True)
    )  # fmt: skip
    service = ServiceModel(
        id="service",
        title={"en": "Service"},
        demand=Demand(per_inhabitant=1.0),
        cost=TierCost(kind="tiers", tiers=(Tier(fixed=fixed),)),
        travel=Trips(trips_per_inhabitant=1.0),
    )
    travel = {
        (a, b): float(minutes[j, k]) for j, a in enumerate(ids) for k, b in enumerate(ids) if a != b
    }
    return Instance(
        name="location",
        title={"en": "Location"},
        municipalities=towns,
        services=(service,),
        legal_forms=(LegalForm(id="pool", title={"en": "Pool"}),),
        travel=travel,
        rules=rules,
        weights={"cost": 1.0, "travel": 1.0},
    )
