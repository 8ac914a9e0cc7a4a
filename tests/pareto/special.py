"""Programs whose fronts are known by hand or by an oracle, made to be awkward.

Ties, constants, repeated objectives, cents, large numbers, no upper bounds: what a search that
trusts tolerances, default gaps or unequal ranges would get wrong. The random ones are seeded.
"""

from __future__ import annotations

import numpy as np

from koopopt.linear import LinearModel
from pareto import oracles, programs
from pareto.published import Known, numbers, told

INF = np.inf
CENT = 0.01


def enumerated(
    name: str,
    model: LinearModel,
    units: tuple[float, ...] | None = None,
    most: float | None = None,
) -> Known:
    """Return a program whose points are found by trying everything."""
    return Known(name, model, lambda: oracles.enumerated(model, units, most), units=units)


def _one_solution() -> Known:
    rows = [(3, [1, 1], 3), (1, [1, -1], 1)]
    return told("single", programs.program([[1, 5], [7, 1]], rows, upper=9), np.array([[7, 15]]))


def _no_conflict() -> Known:
    costs = [[3, 5, 2], [1, 4, 4], [1, 2, 2]]
    return told("ideal", programs.program(costs, [(2, [1, 1, 1], 3)]), np.array([[5, 5, 3]]))


def _infeasible() -> Known:
    rows = [(1, [2, 2, 2], 1)]  # the linear program has solutions, the integer program none
    return told("infeasible", programs.program([[1, 2, 3], [3, 2, 1]], rows), np.empty((0, 2), int))


def _ties() -> Known:
    """Thousands of solutions of each vector: it matters how many items are taken, not which.

    The fewest items in all, and the most of the second seven, of which there may be twice as many
    as of the first seven.
    """
    first, second = np.repeat([[1, 0], [0, 1]], 7, axis=1)
    rows = [(6, first + second, INF), (0, 2 * first - second, INF)]
    model = programs.program([first + second, -second], rows)
    return told("ties", model, numbers("6 -4\n8 -5\n9 -6\n11 -7"))


def _constant() -> Known:
    costs = [[3, 1, 4], [0, 0, 0], [2, 7, 1]]
    rows = [(1, [1, 1, 1], INF)]
    return told(
        "constant",
        programs.program(costs, rows, offsets=[0, 42, 0]),
        np.array([[1, 42, 7], [3, 42, 2], [4, 42, 1]]),
    )


def _fixed_by_a_row() -> Known:
    """The second objective is the left side of an equality row."""
    costs = [[1, 2, 3, 4], [1, 1, 1, 1], [5, 3, 2, 1]]
    model = programs.program(costs, [(3, [1, 1, 1, 1], 3)], upper=3)
    return enumerated("fixed-by-a-row", model)


def _repeated(k: int) -> Known:
    """Objectives that stand twice, and a third one that conflicts with both."""
    rng = np.random.default_rng(k)
    first, last = rng.integers(1, 40, (2, 10))
    weights = rng.integers(1, 30, 10)
    profits = [first] * (k - 1) + [last]
    single = oracles.knapsack([first, last], weights, weights.sum() // 2)
    points = single[:, [0] * (k - 1) + [1]]
    model = programs.knapsack(profits, weights, weights.sum() // 2)
    return told(f"repeated-{k}", model, points)


def _multiple() -> Known:
    """The second objective is seven times the first: a front of one point."""
    rows = [(17, [3, 5, 7], INF)]
    model = programs.program([[2, 3, 4], [14, 21, 28]], rows, upper=9)
    return enumerated("multiple", model)


def _cents() -> Known:
    """A location problem in cents: points are a few millionths of the cost apart."""
    rng = np.random.default_rng(11)
    fixed = np.stack([rng.integers(0, 900, 5), np.zeros(5, int)])
    service = np.stack([10_000_000 + rng.integers(0, 900, (7, 5)), rng.integers(0, 60, (7, 5))])
    model = programs.location(fixed * [[CENT], [1]], service * [[[CENT]], [[1]]])
    return Known("cents", model, lambda: oracles.location(fixed, service), units=(CENT, 1.0))


def _large() -> Known:
    """Coefficients around a million that differ by a few: no relative gap tells points apart."""
    rng = np.random.default_rng(12)
    costs = 1_000_000 + rng.integers(0, 9, (2, 6, 6))
    return Known("large", programs.assignment(costs), lambda: oracles.assignment(costs))


def _ranges() -> Known:
    """One objective in units, one in millions."""
    rng = np.random.default_rng(14)
    profits = rng.integers(1, 12, (2, 14)) * [[1], [1_000_003]]
    weights = rng.integers(1, 30, 14)
    capacity = weights.sum() // 2
    return Known(
        "ranges",
        programs.knapsack(profits, weights, capacity),
        lambda: oracles.knapsack(profits, weights, capacity),
    )


def _unbounded_columns() -> Known:
    """General integers whose only upper bounds follow from rows."""
    rows = [(12, [2, 3, 1], INF), (-INF, [1, 1, 1], 9), (-INF, [5, -1, 0], 8)]
    model = programs.program([[4, 5, 1], [1, -2, 3], [-3, 1, 1]], rows, upper=INF)
    return enumerated("unbounded-columns", model, most=9)


def _negative() -> Known:
    rows = [(-4, [1, -2, 1, 1], 3), (-2, [1, 1, 1, 1], -2)]
    model = programs.program(
        [[3, -1, 2, -5], [-2, 4, -1, 1]], rows, [-4, -3, -2, -5], [3, 4, 2, 0], offsets=[-7, 100]
    )
    return enumerated("negative", model)


def _no_rows() -> Known:
    model = programs.program([[1, -2, 3, -4], [-1, 3, -4, 2]], upper=3)
    return enumerated("no-rows", model)


def _one_column() -> Known:
    model = programs.program([[1], [-1]], lower=-2, upper=3)
    return told("one-column", model, numbers("-2 2\n-1 1\n0 0\n1 -1\n2 -2\n3 -3"))


def _halves() -> Known:
    """Coefficients and offsets that are multiples of a half and of a tenth."""
    model = programs.program(
        [[0.5, 1.5, -2.5], [0.3, -0.7, 1.1]], [(2, [1, 1, 1], 5)], upper=3, offsets=[0.5, -0.2]
    )
    return enumerated("halves", model, units=(0.1, 0.1))


SPECIAL = (
    _one_solution(), _no_conflict(), _infeasible(), _ties(), _constant(), _fixed_by_a_row(),
    _repeated(2), _repeated(3), _repeated(4), _multiple(), _cents(), _large(), _ranges(),
    _unbounded_columns(), _negative(), _no_rows(), _one_column(), _halves(),
)  # fmt: skip


def _family(name: str, seed: int) -> Known:
    """Return a seeded program of a family, `name` is ``family-k``."""
    family, k = name[:-2], int(name[-1])
    rng = np.random.default_rng((seed, k))
    if family == "location":
        fixed, service = rng.integers(5, 40, (k, 4)), rng.integers(1, 40, (k, 6, 4))
        model = programs.location(fixed, service)
        return Known(name, model, lambda: oracles.location(fixed, service))
    if family == "single-source":
        fixed, service = rng.integers(20, 80, (k, 3)), rng.integers(1, 40, (k, 4, 3))
        demand = rng.integers(2, 8, 4)
        model = programs.location(fixed, service, demand, [int(demand.sum() * 0.6)] * 3)
        return enumerated(name, model)
    if family in ("packing", "covering"):
        members = rng.random((7, 12)) < 0.3
        members[0] |= ~members.any(axis=0)  # every set has an element,
        members[np.arange(7), rng.integers(0, 12, 7)] = True  # every element a set
        return enumerated(name, programs.sets(rng.integers(1, 50, (k, 12)), members, family))
    if family == "tree":
        edges = [(i, j, rng.integers(1, 30, k).tolist()) for i in range(6) for j in range(i + 1, 6)]
        return Known(name, programs.trees(edges, 6), lambda: oracles.trees(edges, 6))
    if family == "assignment":
        costs = rng.integers(1, 20, (k, 5, 5))
        return Known(name, programs.assignment(costs), lambda: oracles.assignment(costs))
    profits, weights = rng.integers(5, 40, (k, 12)), rng.integers(1, 30, 12)
    capacity = int(weights.sum() // 2)
    return Known(
        name,
        programs.knapsack(profits, weights, capacity),
        lambda: oracles.knapsack(profits, weights, capacity),
    )


FAMILIES = tuple(
    _family(f"{family}-{k}", seed=1)
    for family, numbers_of_objectives in (
        ("knapsack", (2, 3, 4, 5)),
        ("assignment", (2, 3)),
        ("packing", (2, 3)),
        ("covering", (2, 3)),
        ("location", (2, 3, 4)),
        ("single-source", (2, 3)),
        ("tree", (2, 3)),
    )
    for k in numbers_of_objectives
)
