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
from koopopt.problem import Problem
from koopopt.text import T, listed


def weighted(front: Front, given: Mapping[str, float], *, limits: Limits = NO_LIMITS) -> Choice:
    """Choose the point of least Σ weight · value: what `koopopt.solve` minimises.

    Weights only ever reach points on the convex hull of the front; the others need limits,
    wishes or an order.

    Parameters
    ----------
    given : mapping criterion -> weight
        As for `koopopt.solve` they replace single weights of the problem and leave the others,
        also those of criteria that are not the front's. A model has no weights of its own.
    limits : mapping criterion -> upper bound, optional
        Points beyond are left out.

    Returns
    -------
    Choice
        Figures by criterion: ``weight``, and ``lowest`` and ``highest``, between which the point
        stays the best if the other weights stay as they are (``highest`` may be infinite).

    Examples
    --------
    >>> import koopopt
    >>> from koopopt import choice
    >>> front = koopopt.front("three-villages", ["cost", "travel"])
    >>> front[choice.weighted(front, {"cost": 1.0, "travel": 40.0}).index].values
    (135000.0, 0.0)
    """
    own = usual(front)
    table, keep = values(front), kept(front, limits)
    weight = weights(front, {**{n: own[n] for n in own if n in front.criteria}, **given})
    others = _others(front, own)
    total = table @ weight + others
    index = first(keep, total)
    span = _stays_best(table[keep] - table[index], others[keep] - others[index], weight)
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


def usual(front: Front) -> dict[str, float]:
    """Return the weights of the front's problem that are not 0; a model has none."""
    subject = front.subject
    if not isinstance(subject, Problem):
        return {}
    return {name: float(weight) for name, weight in subject.weights.items() if weight}


def _others(front: Front, own: Mapping[str, float]) -> Floats:
    """Return (N,) what criteria that are not the front's add to the weighted sums."""
    besides = {name: weight for name, weight in own.items() if name not in front.criteria}
    if not besides:  # as a rule: nothing has to be evaluated
        return np.zeros(len(front))
    rows = [[e.criteria[name] for name in besides] for e in front.evaluations()]
    return np.asarray(np.array(rows, float) @ np.array([*besides.values()]))


def _stays_best(differences: Floats, fixed: Floats, weight: Floats) -> list[tuple[float, float]]:
    """Return for each weight the interval in which the point stays the best, others at rest.

    That is where w · differences + fixed ≥ 0: linear in each single weight. `differences` are
    those of the other points to the point, shape (N, k); `fixed` (N,) do not depend on weights.
    """
    result = []
    for k in range(len(weight)):
        slope = differences[:, k]
        rest = differences @ weight - slope * weight[k] + fixed
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
