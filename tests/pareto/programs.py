"""Multi-objective integer programs as `LinearModel`s: the classical families, and random ones.

All objectives are minimised: what textbooks maximise is negated.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from koopopt.linear import LinearModel, ModelBuilder

INF = np.inf
Row = tuple[float, ArrayLike, float]
"""lower ≤ coefficients · x ≤ upper"""


def program(
    objectives: ArrayLike,
    rows: Iterable[Row] = (),
    lower: ArrayLike = 0.0,
    upper: ArrayLike = 1.0,
    offsets: Sequence[float] | None = None,
    name: str = "program",
) -> LinearModel:
    """Return an integer program from dense objectives (k, n) and rows."""
    costs = np.asarray(objectives, float)
    k, n = costs.shape
    builder = ModelBuilder(name)
    columns = builder.columns([f"x{j}" for j in range(n)], lower, upper)
    for i, (low, coefficients, high) in enumerate(rows):
        builder.entries(builder.rows([f"r{i}"], low, high), columns, coefficients)
    for number in range(k):
        offset = 0.0 if offsets is None else offsets[number]
        builder.objective(f"f{number + 1}", columns, costs[number], offset)
    return builder.build()


def knapsack(profits: ArrayLike, weights: ArrayLike, capacities: ArrayLike) -> LinearModel:
    """Return a knapsack with one or several rows of weights."""
    loads = np.atleast_2d(np.asarray(weights, float))
    rows = [(-INF, w, c) for w, c in zip(loads, np.atleast_1d(capacities), strict=True)]
    return program(-np.asarray(profits, float), rows, name="knapsack")


def assignment(costs: ArrayLike) -> LinearModel:
    """Return an assignment problem; `costs` has shape (k, n, n)."""
    matrix = np.asarray(costs, float)
    k, n, _ = matrix.shape
    place = np.arange(n * n).reshape(n, n)
    lines = [*place, *place.T]
    rows = [(1.0, np.isin(np.arange(n * n), line), 1.0) for line in lines]
    return program(matrix.reshape(k, -1), rows, name="assignment")


def allocation(costs: ArrayLike, weights: ArrayLike, capacities: ArrayLike) -> LinearModel:
    """Return a generalised assignment problem; `costs` has shape (k, agents, jobs)."""
    matrix, loads = np.asarray(costs, float), np.asarray(weights, float)
    k, agents, jobs = matrix.shape
    place = np.arange(agents * jobs).reshape(agents, jobs)
    rows: list[Row] = []
    for a, capacity in enumerate(np.asarray(capacities, float)):
        row = np.zeros(agents * jobs)
        row[place[a]] = loads[a]
        rows.append((-INF, row, capacity))
    rows += [(1.0, np.isin(np.arange(agents * jobs), place[:, j]), 1.0) for j in range(jobs)]
    return program(matrix.reshape(k, -1), rows, name="allocation")


def location(
    fixed: ArrayLike, service: ArrayLike, demand: ArrayLike = (), capacity: ArrayLike = ()
) -> LinearModel:
    """Return a facility location problem, single-source where capacities are given.

    Columns are the open sites, then customer by customer the sites that serve. `fixed` has shape
    (k, sites), `service` (k, customers, sites).
    """
    opening, serving = np.asarray(fixed, float), np.asarray(service, float)
    k, customers, sites = serving.shape
    place = sites + np.arange(customers * sites).reshape(customers, sites)
    count = sites + customers * sites
    rows: list[Row] = []
    for i in range(customers):
        rows.append((1.0, np.isin(np.arange(count), place[i]), 1.0))
        for j in range(sites):
            row = np.zeros(count)
            row[place[i, j]], row[j] = 1.0, -1.0
            rows.append((-INF, row, 0.0))
    for j, most in enumerate(np.asarray(capacity, float)):
        row = np.zeros(count)
        row[place[:, j]], row[j] = np.asarray(demand, float), -most
        rows.append((-INF, row, 0.0))
    return program(np.hstack([opening, serving.reshape(k, -1)]), rows, name="location")


def sets(costs: ArrayLike, members: ArrayLike, kind: str) -> LinearModel:
    """Return a set ``packing``, ``covering`` or ``partitioning`` problem; `members` is (m, n)."""
    low, high = {"packing": (-INF, 1.0), "covering": (1.0, INF), "partitioning": (1.0, 1.0)}[kind]
    rows = [(low, row, high) for row in np.asarray(members, float)]
    sign = -1.0 if kind == "packing" else 1.0
    return program(sign * np.asarray(costs, float), rows, name=kind)


def partitioning(columns: Sequence[tuple[Sequence[int], Sequence[int]]], count: int) -> LinearModel:
    """Return a set partitioning problem; columns are (costs, elements)."""
    members = np.array([[e in elements for _, elements in columns] for e in range(count)])
    return sets(np.array([costs for costs, _ in columns]).T, members, "partitioning")


def paths(arcs: Sequence[tuple[int, int, Sequence[int]]], first: int, last: int) -> LinearModel:
    """Return a shortest path problem as a flow; arcs are (i, j, costs)."""
    rows: list[Row] = []
    for node in sorted({i for a in arcs for i in a[:2]}):
        out = np.array([float(i == node) - float(j == node) for i, j, _ in arcs])
        surplus = float(node == first) - float(node == last)
        rows.append((surplus, out, surplus))
    return program(np.array([costs for _, _, costs in arcs]).T, rows, name="path")


def trees(edges: Sequence[tuple[int, int, Sequence[int]]], nodes: int) -> LinearModel:
    """Return a spanning tree problem with one row for every set of nodes (Edmonds 1970)."""
    rows: list[Row] = [(nodes - 1.0, np.ones(len(edges)), nodes - 1.0)]
    for size in range(2, nodes):
        for chosen in itertools.combinations(range(nodes), size):
            inside = [float(i in chosen and j in chosen) for i, j, _ in edges]
            rows.append((-INF, inside, size - 1.0))
    return program(np.array([costs for _, _, costs in edges]).T, rows, name="tree")


def random_tiny(seed: int, k: int) -> LinearModel:
    """Return a program small enough to enumerate: any kind of row, bound, sign and number."""
    rng = np.random.default_rng((seed, k))
    n = int(rng.integers(2, 8 if k < 4 else 6))
    lower = rng.integers(-3, 2, n) * rng.integers(0, 2)
    upper = lower + (np.ones(n) if n > 4 else rng.integers(0, 5, n))
    rows: list[Row] = []
    for _ in range(int(rng.integers(0, 4))):
        coefficients = rng.integers(-6, 7, n) * rng.integers(0, 2, n)
        inside = coefficients @ rng.integers(lower, upper + 1)
        width = float(rng.integers(0, 6))
        kind = rng.integers(4)
        rows.append(
            (
                -INF if kind == 0 else inside - width * (kind != 3),
                coefficients,
                INF if kind == 1 else inside + width * (kind != 3),
            )
        )
    size = int(rng.choice([2, 9, 99, 9_999]))
    costs = rng.integers(-size, size + 1, (k, n))
    if rng.integers(6) == 0:
        costs[int(rng.integers(k))] = 0  # nothing to decide
    if rng.integers(6) == 0:
        costs[-1] = costs[0]
    return program(costs, rows, lower, upper, rng.integers(-50, 51, k).astype(float).tolist())
