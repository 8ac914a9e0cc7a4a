"""Who is with whom, as labels: the arithmetic of pairs that share a partnership.

A plan becomes an array of labels, shape (services, n): two municipalities are together in a
service where their labels are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from koopopt.case.plan import Plan
from koopopt.formulations.partition.columns import Columns
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem


def labels(problem: Problem, plan: Plan) -> Ints:
    """Return the labels of a plan: the seats, of which each has one partnership a service.

    Where a site is the seat, a member stands for it.
    """
    facts = problem.plain.facts
    result = np.full((len(facts.services), facts.n), -1, np.int64)
    for p in plan.partnerships:
        who, seat = facts.members(p), facts.index[p.seat]
        result[facts.service_index[p.service], who] = seat if seat < facts.n else who.min()
    return result


def shared(plans: Sequence[Ints]) -> Ints:
    """Return labels of who is together in all of these."""
    rows = [
        np.unique(np.stack([label[s] for label in plans]), axis=1, return_inverse=True)[1].ravel()
        for s in range(len(plans[0]))
    ]
    return np.array(rows, np.int64)


def groups(label: Ints) -> Iterable[tuple[int, Ints]]:
    """Yield (service, municipalities) that are together, two or more."""
    for s, row in enumerate(label):
        for one in np.unique(row):
            who = np.flatnonzero(row == one)
            if len(who) > 1:
                yield s, who


def number(label: Ints) -> int:
    """Return how many pairs are together."""
    return sum(len(who) * (len(who) - 1) // 2 for _, who in groups(label))


def distance(a: Ints, b: Ints) -> int:
    """Return how many pairs are together in one and not in the other."""
    return number(a) + number(b) - 2 * number(shared([a, b]))


def within(columns: Columns, towns: int | None = None) -> Floats:
    """Return how many pairs of so many municipalities each partnership has, shape (K,)."""
    size = columns.coalitions.size if towns is None else columns.coalitions.apart(towns)[0].size
    return np.asarray(size * (size - 1) / 2, float)


def common(columns: Columns, label: Ints) -> Floats:
    """Return how many pairs of each partnership are together in the labels, too, shape (K,)."""
    column, town = columns.members()
    column, town = column[town < label.shape[1]], town[town < label.shape[1]]  # sites apart
    key = column * label.shape[1] + label[columns.service[column], town]
    each, count = np.unique(key, return_counts=True)
    pairs = count * (count - 1) / 2
    total = np.bincount(each // label.shape[1], weights=pairs, minlength=len(columns))
    return np.asarray(total, float)
