"""The search region and what records prove of it, for the verifier.

Written apart from `pareto.region`, `pareto.certificate.Proofs` and `pareto.explore`, and simpler,
in whole numbers throughout: a defect there must not hide itself here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from koopopt.linear import Floats, Ints
from koopopt.pareto.certificate import Record
from koopopt.pareto.grid import FAR, Cell, Grid
from koopopt.pareto.oracle import Found


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


def proving(records: Sequence[Record], uppers: Ints, grid: Grid, box: Cell) -> int | None:
    """Return which record proves a box empty; None where none does.

    One does if it speaks of all of the box, and either found nothing or the weighted sum at the
    box's upper corner, where it is largest, is below its bound. `uppers` are the records' boxes.
    """
    corner = grid.corner(box)
    for k in np.flatnonzero((uppers >= np.array(box)).all(axis=1)).tolist():
        record = records[k]
        if record.found is Found.EMPTY:
            return int(k)
        used = [(w, c) for w, c in zip(record.weights, corner, strict=True) if w]
        if record.bound is None or any(c is None for _, c in used):
            continue
        if sum(w * c for w, c in used if c is not None) < record.bound:
            return int(k)
    return None


def ideal(records: Sequence[Record], grid: Grid) -> Floats:
    """Return the proven least values: those of records that minimise a criterion everywhere."""
    least = np.full(grid.count, -np.inf)
    for record in records:
        used = np.flatnonzero(record.weights)
        if len(used) == 1 and min(record.upper) >= FAR and record.bound is not None:
            k = int(used[0])
            value = float(record.bound * grid.units[k] / record.weights[k])
            least[k] = max(least[k], value)
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
        if not within(box, record.upper) or record.bound is None:
            continue
        used = [k for k, weight in enumerate(record.weights) if weight > 0]
        for k in used:
            others = [(record.weights[j], corner[j]) for j in used if j != k]
            if any(c is None for _, c in others):
                continue
            rest = record.bound - sum(w * c for w, c in others if c is not None)
            result[k] = max(result[k], float(-(-rest // record.weights[k]) * grid.units[k]))
    cells = grid.cells(grid.many(values))
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
