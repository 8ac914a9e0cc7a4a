"""The search region and what records prove of it, for the verifier.

Written apart from `pareto.region`, `pareto.certificate.Proofs` and `pareto.explore`, and simpler,
in whole numbers throughout: a defect there must not hide itself here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from koopopt.linear import Floats, Ints
from koopopt.pareto.certificate import Record
from koopopt.pareto.grid import NO_BOUND, Cell, Grid
from koopopt.pareto.oracle import Found


def region(cells: Ints, count: int) -> list[Cell]:
    """Return the largest boxes {cells below u} that hold none of the cells, nor what is above it.

    The textbook way: a cell splits every box that holds it, once a criterion; then boxes within
    other boxes go.
    """
    uppers = np.full((1, count), NO_BOUND, np.int64)
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
        if len(used) == 1 and min(record.upper) >= NO_BOUND and record.bound is not None:
            k = int(used[0])
            value = float(record.bound * grid.units[k] / record.weights[k])
            least[k] = max(least[k], value)
    return least


def lower(records: Sequence[Record], grid: Grid, box: Cell, least: Floats) -> Floats:
    """Return proven lower bounds of the criteria in a box.

    A record bounds criterion k from below where all others are at the box's upper corner. Its own
    box may end inside this one in k: then it speaks of what is below that end, and no more.
    """
    result = least.copy()
    corner = grid.corner(box)
    for record in records:
        ends = [k for k in range(grid.count) if record.upper[k] < box[k]]
        for k in range(grid.count):
            if ends not in ([], [k]):
                continue
            reached = _from(record, corner, k)
            if ends:
                reached = min(reached, float(grid.floor(record.upper)[k]))
            if np.isfinite(reached):
                result[k] = max(result[k], float(int(reached) * grid.units[k]))
    return result


def _from(record: Record, corner: tuple[int | None, ...], k: int) -> float:
    """Return below which amount of k there is nothing up to the corner in all others."""
    if record.found is Found.EMPTY:
        return np.inf
    if record.bound is None:
        return -np.inf
    rest = record.bound
    for j, (weight, amount) in enumerate(zip(record.weights, corner, strict=True)):
        if j != k and weight:
            if amount is None:
                return -np.inf
            rest -= weight * amount
    if not record.weights[k]:
        return np.inf if rest > 0 else -np.inf
    return -(-rest // record.weights[k])


def left_out(records: Sequence[Record], cells: Ints) -> list[Cell]:
    """Return cells of points that were found and are neither shown nor dominated."""
    found = {r.cell for r in records if r.cell and min(r.weights) > 0}
    table = np.array(sorted({*found, *map(tuple, cells.tolist())})).reshape(-1, cells.shape[1])
    shown = set(map(tuple, cells.tolist()))
    return [
        tuple(cell)
        for cell in table.tolist()
        if tuple(cell) not in shown and (table <= cell).all(axis=1).sum() == 1
    ]


def error(values: Floats, sides: Floats, low: Floats) -> float:
    """Return how much better, in shares of the ranges, a solution above `low` may be."""
    if not len(values) or not np.isfinite(sides).all():
        return float("inf")
    with np.errstate(over="ignore"):  # where all points are equal, any difference is without end
        return float(np.maximum((values - low) / sides, 0.0).max(axis=1).min())
