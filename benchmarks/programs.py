"""The generic programs of `front.py`: seeded, with integer objectives to minimise.

Knapsack (3kp40 of Mavrotas and Florios 2013, and seeded), assignment, set packing, facility
location, and the explicit model of the Werra-Meißner-Kreis in whole units.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import koopopt
from koopopt.case.instance import Instance
from koopopt.linear import LinearModel, Objective
from koopopt.solving.export import linear_model
from pareto import programs
from pareto.published import numbers

PROFITS = numbers("""
    21 69 26 92 77 30 96 80 60 61 52 92 19 10 63 34 100 60 11 12 37 100 74 17 60 69 49 69 49 59 17 21 74 85 83 41 29 63 56 38
    66 92 25 84 89 21 46 94 96 92 24 92 53 25 10 31 83 34 64 69 95 40 59 87 13 94 53 52 61 53 78 34 89 32 28 56 52 40 41 59
    35 96 72 55 100 44 90 66 59 22 72 25 36 16 56 91 61 56 66 53 83 10 51 48 99 16 11 44 95 50 50 99 79 24 88 33 19 76 26 24""")  # noqa: E501
WEIGHTS = numbers("""
    84 49 68 20 97 74 60 30 13 95 19 41 17 95 73 12 66 55 75 20 56 80 59 66 25 70 95 96 62 74 31 59 21 85 45 97 23 53 51 95
    58 68 62 45 83 82 47 15 52 72 19 96 93 64 72 91 32 96 44 76 69 82 51 38 52 22 83 27 70 56 29 89 86 48 13 95 66 94 16 44
    67 90 48 29 90 54 77 28 100 86 51 62 40 54 21 55 50 62 51 77 89 57 82 63 75 67 99 97 95 28 83 51 99 43 38 93 76 31 75 90""")  # noqa: E501


def published_knapsack() -> LinearModel:
    """Return 3kp40: three rows, 389 points."""
    return programs.knapsack(PROFITS, WEIGHTS, (1153.0, 1198.5, 1311.5))


def knapsack(k: int, items: int, seed: int) -> LinearModel:
    """Return a knapsack of half the weight of all items."""
    rng = np.random.default_rng(seed)
    profits, weights = rng.integers(10, 100, (k, items)), rng.integers(10, 100, items)
    return programs.knapsack(profits, weights, weights.sum() // 2)


def assignment(k: int, n: int, seed: int) -> LinearModel:
    """Return an assignment problem."""
    return programs.assignment(np.random.default_rng(seed).integers(1, 21, (k, n, n)))


def packing(k: int, sets: int, elements: int, seed: int) -> LinearModel:
    """Return a set packing problem with three elements a set and two opposed objectives."""
    rng = np.random.default_rng(seed)
    members = np.zeros((elements, sets), int)
    for j in range(sets):
        members[rng.choice(elements, 3, replace=False), j] = 1
    costs = rng.integers(1, 101, (k, sets))
    costs[1] = 101 - costs[0]
    return programs.sets(costs, members, "packing")


def location(k: int, sites: int, customers: int, seed: int, most: int) -> LinearModel:
    """Return an uncapacitated facility location problem; only the first objective has fixed costs.

    Costs of service are at most `most`, the same in all objectives.
    """
    rng = np.random.default_rng(seed)
    fixed = rng.integers(most // 10, 2 * most if k > 2 else most // 3, (k, sites))
    fixed[1:] = 0
    return programs.location(fixed, rng.integers(1, most, (k, customers, sites)))


def cents(sites: int, customers: int, seed: int) -> LinearModel:
    """Return a facility location problem in cents: points lie millionths of the cost apart."""
    rng = np.random.default_rng(seed)
    fixed, service = rng.integers(0, 900, (2, sites)), rng.integers(0, 900, (2, customers, sites))
    fixed[1], service[1] = 0, service[1] // 10
    service[0] += 1_000_000
    return programs.location(fixed, service)


def case(members: int | None) -> Instance:
    """Return the county, its partnerships limited to so many members."""
    county = koopopt.read("werra-meissner")
    rules = dict(county.rules) if members is None else {**county.rules, "max_members": members}
    return replace(county, rules=rules)


def written(members: int | None, units: dict[str, float]) -> LinearModel:
    """Return the county's explicit model, its criteria in units but not rounded."""
    model = linear_model(case(members), "partition")
    known = {objective.name: objective.coefficients for objective in model.objectives}
    return replace(
        model, objectives=tuple(Objective(n, known[n] / unit) for n, unit in units.items())
    )


def county(members: int, units: dict[str, float]) -> LinearModel:
    """Return the county's explicit model with its criteria in whole units.

    A coalition's cost is rounded to a multiple of the unit, so that the front is that of an
    integer program and every method has to find the same points.
    """
    model = written(members, units)
    whole = tuple(Objective(o.name, np.rint(o.coefficients)) for o in model.objectives)
    return replace(model, objectives=whole)
