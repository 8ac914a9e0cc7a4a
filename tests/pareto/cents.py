"""Cents beside millions: programs and instances whose solutions differ by almost nothing.

Costs are sums of 1e7 to 1e12 EUR that differ by a few cents, which no relative tolerance tells
apart. Answers come from enumeration in integers. Tests take a few of them,
`benchmarks/exactness.py` as many as one likes.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

import bruteforce
from koopopt.case.instance import Instance, Municipality
from koopopt.case.library import (
    Demand,
    Identity,
    LegalForm,
    ServiceModel,
    Tier,
    TierCost,
    Trips,
)
from koopopt.criteria import CRITERIA
from koopopt.linear import LinearModel
from koopopt.problem import Problem
from pareto import programs
from pareto.oracles import nondominated

Values = list[tuple[float, ...]]
INF = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A program, its matrix of whole units, and what a unit of each objective is.

    `costs` has shape (k, n), `offsets` (k,).
    """

    model: LinearModel
    costs: np.ndarray
    offsets: np.ndarray
    units: tuple[Fraction, ...]

    def feasible(self) -> np.ndarray:
        """Return the amounts of all solutions, shape (N, k), in units."""
        model = self.model
        ranges = [np.arange(a, b + 1) for a, b in zip(model.lower, model.upper, strict=True)]
        points = np.array(list(itertools.product(*ranges)), np.int64)
        matrix = np.zeros(model.shape, np.int64)
        column = np.repeat(np.arange(model.shape[1]), np.diff(model.start))
        matrix[model.index, column] = model.value
        activity = points @ matrix.T
        fits = (activity >= model.row_lower) & (activity <= model.row_upper)
        return points[fits.all(axis=1)] @ self.costs.T + self.offsets

    def answer(self) -> Values:
        """Return the values of the front, sorted."""
        return _shown(nondominated(self.feasible()), self.units)


def _shown(amounts: np.ndarray, units: tuple[Fraction, ...]) -> Values:
    return [
        tuple(float(a * u) for a, u in zip(row, units, strict=True)) for row in amounts.tolist()
    ]


def program(seed: int, magnitude: float) -> Program:
    """Return a program of 2 to 4 objectives, the first in cents beside about `magnitude` EUR."""
    rng = np.random.default_rng((seed, int(magnitude)))
    k, kind = 2 + seed % 3, int(rng.integers(4))
    base = int(magnitude * 100)
    if kind == 0:  # a fixed cost, and what is saved of it
        n = int(rng.integers(5, 9))
        rows, upper = [(0, np.ones(n), n // 2 + 1)], np.ones(n)
        cents, fixed = -rng.integers(1, 100_000, n), base + int(rng.integers(100))
    elif kind == 1:  # some of many that cost nearly the same
        n = int(rng.integers(6, 10))
        rows, upper = [(3, np.ones(n), 3)], np.ones(n)
        cents, fixed = base // 3 + rng.integers(0, 60, n), 0
    elif kind == 2:  # an assignment
        n, line = 9, np.arange(9).reshape(3, 3)
        rows = [(1, np.isin(np.arange(9), part), 1) for part in (*line, *line.T)]
        cents, fixed, upper = base // 3 + rng.integers(0, 500, n), 0, np.ones(n)
    else:  # general integers of very different sizes
        n = 4
        weights = rng.integers(1, 9, n)
        rows, upper = [(int(weights.sum()), weights, INF)], rng.integers(1, 5, n).astype(float)
        cents, fixed = np.array([base // 7, base // 7 + 1, 1, 3]) + rng.integers(0, 9, n), 0
    units = [Fraction(1, 100), Fraction(1), Fraction(1, 100), Fraction(1, 4)][:k]
    others = [rng.integers(0, size, n) for size in (60, 3000, 40)[: k - 1]]
    costs = np.array([cents, *others])
    offsets = np.zeros(k, np.int64)
    offsets[0] = fixed
    coefficients = [
        [float(int(c) * unit) for c in row] for row, unit in zip(costs, units, strict=True)
    ]
    shifts = [float(int(o) * unit) for o, unit in zip(offsets, units, strict=True)]
    model = programs.program(coefficients, rows, upper=upper, offsets=shifts, name=f"cents-{seed}")
    # Objectives may have a finer unit than their values need: 0.25 is 25 hundredths.
    return Program(model, costs, offsets, tuple(units))


def near_tie(seed: int, magnitude: float) -> Problem:
    """Return an instance in which working together saves 1 to 5 cents beside `magnitude` EUR."""
    rng = np.random.default_rng((seed, int(magnitude)))
    names = "abcdefg"[: int(rng.integers(3, 6))]
    population = {name: int(rng.integers(500, 4000)) for name in names}
    towns = [_town(name, float(people)) for name, people in population.items()]
    towns.append(_town("z", 1000.0))
    service = ServiceModel(
        id="water", title={"en": "Water"}, demand=Demand(per_inhabitant=1.0),
        cost=TierCost(kind="tiers", tiers=(Tier(fixed=0.0, per_unit=1.0),)),
        travel=Trips(trips_per_inhabitant=1.0), identity=Identity(weight=1.0),
    )  # fmt: skip
    alone = {
        (name, "water"): round(people + int(rng.integers(-2, 6)) / 100, 2)
        for name, people in population.items()
    }
    alone["z", "water"] = magnitude
    pairs = itertools.permutations(names, 2)
    instance = Instance(
        name="near-tie", title={"en": "Near tie"}, municipalities=tuple(towns),
        services=(service,), legal_forms=(LegalForm(id="union", title={"en": "Union"}),),
        travel={pair: float(rng.integers(5, 60)) for pair in pairs}, alone_cost=alone,
        rules={"alone": ["z"], "max_members": 3}, weights={"cost": 1.0},
    )  # fmt: skip
    return Problem.of(instance)


def _town(name: str, people: float) -> Municipality:
    return Municipality(
        id=name, name=name.upper(), population=people, lat=51.0, lon=10.0, county="K", state="HE",
        identity_area="x",
    )  # fmt: skip


def of_plans(problem: Problem, names: tuple[str, ...]) -> Values:
    """Return the values of the front of a problem, of all its plans."""
    order = list(CRITERIA)
    amounts = bruteforce.all_criteria(problem)[:, [order.index(name) for name in names]]
    return _shown(nondominated(amounts), tuple(Fraction(1, CRITERIA[n].per_one) for n in names))
