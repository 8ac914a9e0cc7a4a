"""Criteria weighed against each other, or taken one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from koopopt.choice.base import (
    NO_LIMITS,
    Choice,
    Limits,
    first,
    kept,
    listed,
    position,
    said,
    scored,
    title,
    values,
    weights,
)
from koopopt.errors import UsageError
from koopopt.linear import Bools, Floats
from koopopt.pareto.front import Front
from koopopt.text import T


def weighted(front: Front, given: Mapping[str, float], *, limits: Limits = NO_LIMITS) -> Choice:
    """Choose the point of least Σ weight · value.

    Weights only ever reach points on the convex hull of the front; the others need limits,
    wishes or an order.

    Parameters
    ----------
    given : mapping criterion -> weight
        0 for criteria without one.
    limits : mapping criterion -> upper bound, optional
        Points beyond are left out.

    Returns
    -------
    Choice
        Figures by criterion: ``weight``, and ``lowest`` and ``highest``, between which the point
        stays the best if the other weights stay as they are (``highest`` may be infinite).
    """
    table, keep, weight = values(front), kept(front, limits), weights(front, given)
    total = table @ weight
    index = first(keep, total)
    span = _stays_best(table[keep] - table[index], weight)
    return Choice(
        index,
        "weights",
        scored(keep, total),
        said(
            keep,
            T("No other point has a lower weighted sum: {sum}.", sum=round(float(total[index]), 2)),
        ),
        {
            name: {"weight": float(w), "lowest": low, "highest": high}
            for name, w, (low, high) in zip(front.criteria, weight, span, strict=True)
        },
    )


def _stays_best(others: Floats, weight: Floats) -> list[tuple[float, float]]:
    """Return for each weight the interval in which w · others ≥ 0 holds, others w's at rest.

    `others` are the differences to the point, shape (N, k): linear in each single weight.
    """
    result = []
    for k in range(len(weight)):
        rest = others @ weight - others[:, k] * weight[k]
        slope = others[:, k]
        up, down = slope > 0, slope < 0
        low = (-rest[up] / slope[up]).max(initial=0.0)
        high = (-rest[down] / slope[down]).min(initial=np.inf)
        result.append((min(float(low), float(weight[k])), max(float(high), float(weight[k]))))
    return result


def in_order(front: Front, names: Sequence[str], *, limits: Limits = NO_LIMITS) -> Choice:
    """Choose the point that is least in the first criterion, among those in the second, ...

    Two values are equal where the front's resolution does not tell them apart. Criteria that are
    not named follow in the front's order.

    Returns
    -------
    Choice
        Scores are ranks, 0 being the best. Figures by criterion: ``left``, how many points its
        turn left over.
    """
    if not names:
        raise UsageError(T("Name at least one criterion for the order."))
    order = [position(front, name) for name in names]
    if len(set(order)) < len(order):
        raise UsageError(T("A criterion stands twice in the lexicographic order."))
    order += [k for k in range(len(front.criteria)) if k not in order]
    keep = kept(front, limits)
    cells = np.rint(values(front) / np.array(front.resolution))
    rank = np.unique(cells[:, order], axis=0, return_inverse=True)[1].ravel().astype(float)
    figures = {}
    left = keep.copy()
    for k in order[: len(names)]:
        left = _least(left, cells[:, k])
        figures[front.criteria[k]] = {"left": float(left.sum())}
    return Choice(
        first(keep, rank),
        "order",
        scored(keep, rank),
        said(
            keep,
            T("The least in this order: {names}.", names=listed(title(front, n) for n in names)),
        ),
        figures,
    )


def _least(left: Bools, key: Floats) -> Bools:
    return np.asarray(left & (key == key[left].min()))
