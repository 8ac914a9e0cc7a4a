"""Nondominated sets found without koopopt: enumeration, dynamic programming, sums of choices.

All of it is integer arithmetic in numpy, all of it minimises, and every answer is a (N, k) array
of different vectors in lexicographic order. The only thing shared with the package is
`LinearModel`, the plain value that says what the program is.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from koopopt.linear import LinearModel

Vectors = NDArray[np.int64]

CHUNK = 1 << 17
"""Points of an enumeration that are looked at together."""


def nondominated(values: ArrayLike) -> Vectors:
    """Return the vectors that no other vector dominates."""
    left = np.unique(np.asarray(values, np.int64), axis=0)
    kept = np.empty_like(left)
    count = 0
    while len(left):  # in lexicographic order none is dominated by a later one
        block, left = left[:256], left[256:]
        block = block[~(block[:, None, :] >= kept[None, :count, :]).all(axis=2).any(axis=1)]
        worse = (block[:, None, :] >= block[None, :, :]).all(axis=2)
        np.fill_diagonal(worse, False)
        block = block[~worse.any(axis=1)]
        kept[count : count + len(block)] = block
        count += len(block)
    return kept[:count]


def enumerated(
    model: LinearModel, units: Sequence[float] | None = None, most: ArrayLike | None = None
) -> Vectors:
    """Try every integer point of a model's box.

    Parameters
    ----------
    units : sequence of k floats
        Vectors are counted in these; ones by default.
    most : (n,) array
        Upper bounds in place of infinite ones.
    """
    assert model.integer.all()
    m, n = model.shape
    matrix = np.zeros((m, n))
    matrix[model.index, np.repeat(np.arange(n), np.diff(model.start))] = model.value
    upper = model.upper if most is None else np.minimum(model.upper, most)
    assert np.isfinite(upper).all()
    sizes = np.maximum(0, upper - model.lower + 1).astype(np.int64)
    scale = np.ones(len(model.objectives)) if units is None else np.array(units)
    found = np.empty((0, len(scale)), np.int64)
    for first in range(0, int(sizes.prod()), CHUNK):
        number = np.arange(first, min(first + CHUNK, int(sizes.prod())))
        points = np.stack(np.unravel_index(number, sizes), axis=1) + model.lower
        activity = points @ matrix.T
        fits = (activity >= model.row_lower - 1e-9) & (activity <= model.row_upper + 1e-9)
        points = points[fits.all(axis=1)]
        values = np.stack([points @ o.coefficients + o.offset for o in model.objectives], axis=1)
        counts = values / scale
        assert np.allclose(counts, np.rint(counts), rtol=0, atol=1e-6)
        found = nondominated(np.concatenate([found, np.rint(counts).astype(np.int64)]))
    return found


def knapsack(profits: ArrayLike, weights: ArrayLike, capacity: float) -> Vectors:
    """Return the negated profits of knapsacks (Nemhauser and Ullmann 1969).

    Item by item, it keeps what is nondominated in (weight, negated profits).
    """
    costs = -np.asarray(profits, np.int64)
    states = np.zeros((1, 1 + len(costs)), np.int64)
    for item in np.column_stack([np.asarray(weights, np.int64), costs.T]):
        more = states + item
        states = nondominated(np.concatenate([states, more[more[:, 0] <= capacity]]))
    return nondominated(states[:, 1:])


def assignment(costs: ArrayLike) -> Vectors:
    """Return the values of assignments, row by row over column sets; `costs` is (k, n, n)."""
    matrix = np.asarray(costs, np.int64)
    k, n, _ = matrix.shape
    best = {0: np.zeros((1, k), np.int64)}
    for row in range(n):
        reached: dict[int, list[Vectors]] = {}
        for taken, values in best.items():
            for column in range(n):
                if not taken >> column & 1:
                    added = values + matrix[:, row, column]
                    reached.setdefault(taken | 1 << column, []).append(added)
        best = {taken: nondominated(np.concatenate(parts)) for taken, parts in reached.items()}
    return best[(1 << n) - 1]


def allocation(costs: ArrayLike, weights: ArrayLike, capacities: ArrayLike) -> Vectors:
    """Return the values of generalised assignments, each job to one agent, by enumeration.

    `costs` has shape (k, agents, jobs), `weights` (agents, jobs), `capacities` (agents,).
    """
    matrix, loads = np.asarray(costs, np.int64), np.asarray(weights)
    agents, jobs = loads.shape
    agent_of = np.array(list(itertools.product(range(agents), repeat=jobs)))
    load = np.stack(
        [np.where(agent_of == a, loads[a], 0).sum(axis=1) for a in range(agents)], axis=1
    )
    agent_of = agent_of[(load <= np.asarray(capacities)).all(axis=1)]
    return nondominated(matrix[:, agent_of, np.arange(jobs)].sum(axis=2).T)


def location(fixed: ArrayLike, service: ArrayLike) -> Vectors:
    """Return the values of uncapacitated facility locations.

    For every set of open sites, customers choose one by one. `fixed` has shape (k, sites),
    `service` (k, customers, sites).
    """
    opening, serving = np.asarray(fixed, np.int64), np.asarray(service, np.int64)
    sites = opening.shape[1]
    parts = []
    for size in range(1, sites + 1):
        for chosen in itertools.combinations(range(sites), size):
            values = opening[:, chosen].sum(axis=1)[None, :]
            for customer in range(serving.shape[1]):
                options = nondominated(serving[:, customer, chosen].T)
                sums = values[:, None, :] + options[None, :, :]
                values = nondominated(sums.reshape(-1, len(opening)))
            parts.append(values)
    return nondominated(np.concatenate(parts))


def partitioning(columns: Sequence[tuple[Sequence[int], Sequence[int]]], count: int) -> Vectors:
    """Return the values of set partitions of `count` elements.

    Each column is (costs, elements). Always the first element that is not covered comes next.
    """
    found: list[list[int]] = []

    def cover(covered: frozenset[int], value: Vectors) -> None:
        left = min(set(range(count)) - covered, default=None)
        if left is None:
            found.append(value.tolist())
            return
        for costs, elements in columns:
            if left in elements and not covered & set(elements):
                cover(covered | set(elements), value + np.array(costs))

    cover(frozenset(), np.zeros(len(columns[0][0]), np.int64))
    return nondominated(found)


def paths(arcs: Sequence[tuple[int, int, Sequence[int]]], first: int, last: int) -> Vectors:
    """Return the values of paths by labels that spread; arcs are (i, j, costs)."""
    k = len(arcs[0][2])
    nodes = {i for a in arcs for i in a[:2]}
    labels = {i: np.empty((0, k), np.int64) for i in nodes}
    labels[first] = np.zeros((1, k), np.int64)
    for _ in nodes:
        for i, j, costs in arcs:
            labels[j] = nondominated(np.concatenate([labels[j], labels[i] + np.array(costs)]))
    return labels[last]


def trees(edges: Sequence[tuple[int, int, Sequence[int]]], nodes: int) -> Vectors:
    """Return the values of spanning trees by trying every set of edges of the right size."""
    found = []
    for chosen in itertools.combinations(edges, nodes - 1):
        part = list(range(nodes))
        for i, j, _ in chosen:
            if part[i] == part[j]:
                break
            old = part[i]
            part = [part[j] if p == old else p for p in part]
        else:
            found.append(np.sum([costs for _, _, costs in chosen], axis=0))
    return nondominated(found)
