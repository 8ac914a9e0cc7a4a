"""Fronts made by hand: complete, with a certificate, by enumeration and without the search.

The certificate asks one question a point, of the box that ends at its cell, and one question a
box of the search region, which is answered *empty*.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

import bruteforce
from koopopt.case.plan import Plan
from koopopt.linear import LinearModel, ModelBuilder
from koopopt.pareto import plans
from koopopt.pareto.certificate import Certificate, Record
from koopopt.pareto.front import Front
from koopopt.pareto.grid import NO_BOUND, Amounts, Cell, Grid, total
from koopopt.pareto.models import ModelSubject
from koopopt.pareto.oracle import Found, Point
from koopopt.pareto.units import grid_of
from koopopt.problem import Problem


def of_problem(
    problem: Problem, criteria: tuple[str, ...] = ("cost", "travel"), **resolution: float
) -> Front:
    """Return the front of a tiny problem by looking at every plan."""
    grid = plans.grid_of(criteria, resolution)
    subject = plans.PlanSubject(problem, criteria, grid)
    candidates = []
    for plan in bruteforce.all_plans(problem):
        amounts = subject.amounts(plan)
        assert amounts is not None
        candidates.append((amounts, plan))
    return _front(problem, criteria, grid, candidates)


def of_model(model: LinearModel, **resolution: float) -> Front:
    """Return the front of a small pure integer program with bounds."""
    grid = grid_of(model, resolution)
    ranges = [range(int(a), int(b) + 1) for a, b in zip(model.lower, model.upper, strict=True)]
    subject = ModelSubject(model, grid)
    solutions = [tuple(map(float, x)) for x in itertools.product(*ranges)]
    pairs = [(subject.amounts(x), x) for x in solutions]
    candidates = [(amounts, x) for amounts, x in pairs if amounts is not None]
    return _front(model, tuple(o.name for o in model.objectives), grid, candidates)


def of_values(values: object) -> Front:
    """Return a front with these values and no solutions worth the name."""
    table = np.array(values, float)
    points = tuple(Point(tuple(row), ()) for row in sorted(map(tuple, table.tolist())))
    names = tuple(f"f{k}" for k in range(table.shape[1]))
    model = knapsack(objectives=len(names))
    return Front(model, names, (1.0,) * len(names), points, Certificate(), 0.0)


def _front(
    subject: Any,
    criteria: tuple[str, ...],
    grid: Grid,
    candidates: Sequence[tuple[Amounts, Plan | tuple[float, ...]]],
) -> Front:
    weights = grid.weights
    best: dict[Cell, tuple[Amounts, Plan | tuple[float, ...]]] = {}
    for amounts, solution in sorted(candidates, key=lambda c: (total(weights, c[0]), c[0])):
        best.setdefault(grid.cell(amounts), (amounts, solution))
    cells = [c for c in best if not any(d != c and _below(d, c) for d in best)]
    chosen = sorted((best[c] for c in cells), key=lambda entry: entry[0])
    records = [
        Record(
            tuple(c + 1 for c in grid.cell(amounts)), weights, Found.POINT,
            total(weights, amounts), grid.cell(amounts), "highs 1", 0.25,
        )
        for amounts, _ in chosen
    ]  # fmt: skip
    records += [
        Record(box, weights, Found.EMPTY, None, None, "highs 1", 0.125)
        for box in region(cells, len(criteria))
    ]
    points = tuple(Point(grid.values(amounts), solution) for amounts, solution in chosen)
    return Front(
        subject, criteria, grid.resolution, points, Certificate(tuple(records)), 1.5,
        infeasible=not points,
    )  # fmt: skip


def _below(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(x <= y for x, y in zip(a, b, strict=True))


def region(cells: list[tuple[int, ...]], count: int) -> list[tuple[int, ...]]:
    """Return the maximal boxes without a point, by trying all combinations of coordinates."""
    sides = [sorted({c[k] for c in cells} | {NO_BOUND}) for k in range(count)]
    free = np.ones([len(side) for side in sides], bool)
    for cell in cells:  # no box that holds it: all its sides are beyond the cell
        free[tuple(slice(side.index(c) + 1, None) for side, c in zip(sides, cell, strict=True))] = 0
    largest = free.copy()
    for k in range(count):
        longer = np.zeros_like(free)
        longer.swapaxes(0, k)[:-1] = free.swapaxes(0, k)[1:]
        largest &= ~longer
    return [
        tuple(side[n] for side, n in zip(sides, place, strict=True))
        for place in np.argwhere(largest).tolist()
    ]


def knapsack(items: int = 7, objectives: int = 2, seed: int = 0) -> LinearModel:
    """Return a random knapsack with objectives to minimise (negative profits)."""
    rng = np.random.default_rng(seed)
    builder = ModelBuilder("knapsack")
    columns = builder.columns([f"x{j}" for j in range(items)])
    sizes = rng.integers(1, 20, items)
    row = builder.rows(["size"], upper=float(sizes.sum() // 2))
    builder.entries(row, columns, sizes)
    for k in range(objectives):
        builder.objective(f"profit{k}", columns, -rng.integers(1, 30, items).astype(float))
    return builder.build()
