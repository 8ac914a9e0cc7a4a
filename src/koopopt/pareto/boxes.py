"""The search region and what records prove of it, for the verifier.

Written apart from `pareto.region`, `pareto.certificate.Proofs` and `pareto.explore`, and simpler:
a defect there must not hide itself here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from koopopt.linear import Floats, Ints
from koopopt.pareto.certificate import Record
from koopopt.pareto.grid import FAR, Cell, Grid


def region(cells: Ints, count: int) -> list[Cell]:
    """Return the largest boxes {cells below u} that hold none of the cells, nor what is above it.

    The textbook way: a cell splits every box that holds it, once a criterion; then boxes within
    other boxes go.
    """
    uppers = np.full((1, count), FAR, np.int64)
    for z in cells:
        held = (uppers > z).all(axis=1)
        kept = uppers[~held]
        born = np.repeat(uppers[held], count, axis=0)
        born[np.arange(len(born)), np.tile(np.arange(count), int(held.sum()))] = np.tile(
            z, int(held.sum())
        )
        born = np.unique(born, axis=0)
        largest = [
            not (kept >= u).all(axis=1).any() and (born >= u).all(axis=1).sum() == 1 for u in born
        ]
        uppers = np.concatenate([kept, born[np.array(largest, bool)]])
    return [tuple(row) for row in uppers.tolist()]


def within(box: Cell, other: Cell) -> bool:
    """Whether a box lies in another."""
    return all(u <= v for u, v in zip(box, other, strict=True))


Log = tuple[Ints, Floats, Floats]
"""Upper bounds, weights and bounds of records, one row a record."""


def log(records: Sequence[Record], count: int) -> Log:
    """Return records as arrays."""
    return (
        np.array([r.upper for r in records], np.int64).reshape(-1, count),
        np.array([r.weights for r in records], float).reshape(-1, count),
        np.array([r.bound for r in records], float),
    )


def proving(records: Log, grid: Grid, box: Cell) -> int | None:
    """Return which record proves a box empty; None where none does.

    One does if it speaks of all of the box, and either found nothing or the weighted sum at the
    box's upper corner, where it is largest, is below its bound.
    """
    uppers, weights, bounds = records
    corner = grid.corner(box)
    speaks = (uppers >= np.array(box)).all(axis=1)
    with np.errstate(invalid="ignore"):
        terms = np.where(weights > 0, weights * corner, 0.0)
    most = terms.sum(axis=1)
    finite = np.isfinite(bounds)
    below = most < bounds - 1e-9 * np.maximum(1.0, np.where(finite, np.abs(bounds), 1.0))
    proofs = np.flatnonzero(speaks & np.where(finite, below, bounds > 0))
    return int(proofs[0]) if len(proofs) else None


def ideal(records: Sequence[Record], count: int) -> Floats:
    """Return the proven least values: those of records that minimise a criterion everywhere."""
    least = np.full(count, -np.inf)
    for record in records:
        used = np.flatnonzero(record.weights)
        if len(used) == 1 and min(record.upper) >= FAR and np.isfinite(record.bound):
            k = int(used[0])
            least[k] = max(least[k], record.bound / record.weights[k])
    return least


def lower(
    records: Sequence[Record], grid: Grid, box: Cell, least: Floats, values: Floats
) -> Floats:
    """Return proven lower bounds of the criteria in a box.

    A record bounds a criterion from below where all others are at the box's upper corner; so does
    a point that is no worse than the corner in all others, since it is efficient.
    """
    result = least.copy()
    corner = grid.corner(box)
    for record in records:
        if not within(box, record.upper) or not np.isfinite(record.bound):
            continue
        used = [k for k, weight in enumerate(record.weights) if weight > 0]
        for k in used:
            others = sum(record.weights[j] * float(corner[j]) for j in used if j != k)
            result[k] = max(result[k], (record.bound - others) / record.weights[k])
    cells = grid.cells(values)
    for k in range(grid.count):
        beside = np.delete(cells, k, axis=1) >= np.delete(np.array(box), k) - 1
        for value in values[beside.all(axis=1), k]:
            result[k] = max(result[k], value)
    return result


def error(values: Floats, least: Floats, low: Floats) -> float:
    """Return how much better, in shares of the ranges, a solution above `low` may be."""
    if not len(values) or not np.isfinite(least).all():
        return float("inf")
    sides = np.maximum(values.max(axis=0) - least, 1e-300)
    return float(np.maximum((values - low) / sides, 0.0).max(axis=1).min())
