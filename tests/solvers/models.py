"""Small models the tests of the back ends share."""

from __future__ import annotations

import itertools

import numpy as np

from koopopt.linear import LinearModel, ModelBuilder
from koopopt.solvers.task import SolverTask

INF = np.inf


def model(
    cost, rows=(), lower=0.0, upper=1.0, *, integer=True, offset=0.0, name="model"
) -> LinearModel:
    """Return a model; `rows` are (lower, coefficients, upper)."""
    builder = ModelBuilder(name)
    n = len(cost)
    columns = builder.columns([f"x{j}" for j in range(n)], lower, upper, integer)
    for i, (low, coefficients, high) in enumerate(rows):
        row = builder.rows([f"r{i}"], low, high)
        builder.entries(row, columns, coefficients)
    builder.objective("cost", columns, cost, offset)
    return builder.build()


def knapsack(n=30, m=5, seed=0) -> LinearModel:
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 100, (m, n))
    return model(-rng.integers(1, 100, n), [(-INF, row, row.sum() / 3) for row in weights])


def assignment(n=6, seed=0) -> LinearModel:
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        for chosen in (np.arange(n)[:, None] == i, np.arange(n)[None, :] == i):
            rows.append((1, np.broadcast_to(chosen, (n, n)).ravel().astype(float), 1))
    return model(np.round(rng.random(n * n) * 1000, 2), rows)


def random_small(seed: int) -> LinearModel:
    """Return a small integer program with all kinds of rows, bounds and fractions."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 6)), int(rng.integers(1, 5))
    lower = rng.integers(-2, 2, n)
    upper = lower + rng.integers(0, 4, n)
    rows = []
    for _ in range(m):
        coefficients = rng.integers(-5, 6, n) * rng.choice([1, 0.5, 0.25, 0.1, 1 / 3])
        middle = coefficients @ rng.integers(lower, upper + 1)
        width = rng.choice([0.0, 1.0, 3.0])
        rows.append(
            {
                0: (-INF, coefficients, middle + width),
                1: (middle - width, coefficients, INF),
                2: (middle - width, coefficients, middle + width),
                3: (middle, coefficients, middle),
            }[int(rng.integers(4))]
        )
    cost = np.round(rng.normal(size=n) * 10 ** rng.integers(0, 4), int(rng.integers(0, 4)))
    return model(cost, rows, lower, upper, offset=float(np.round(rng.normal() * 100, 2)))


def enumerated(program: LinearModel) -> float | None:
    """Return the optimum of a pure integer program by trying everything."""
    best = None
    ranges = [
        range(int(low), int(high) + 1)
        for low, high in zip(program.lower, program.upper, strict=True)
    ]
    cost, offset = program.weighted()
    for point in itertools.product(*ranges):
        values = np.array(point, float)
        if program.violation(values) <= 1e-9:
            objective = float(cost @ values) + offset
            best = objective if best is None else min(best, objective)
    return best


def task(program, **changes):
    """Return what a back end is handed, with some settings changed."""
    settings = {"start": None, "gap": 0.0, "seconds": None, "threads": 1, "seed": 0} | changes
    return SolverTask(program, **settings)
