"""Whether the records of a certificate fit the points, and prove what is said of open boxes.

No solver is asked: a record that lies, but fits everything else, is for `pareto.recheck` to find.
Records and points are compared in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import numpy as np

from koopopt.linear import Floats, Ints, LinearModel
from koopopt.pareto import boxes
from koopopt.pareto.certificate import Record
from koopopt.pareto.front import Front
from koopopt.pareto.grid import MAX_AMOUNT, NO_BOUND, Amounts, Cell, Grid, total
from koopopt.pareto.models import ModelSubject, with_objectives
from koopopt.pareto.oracle import Found, Point
from koopopt.pareto.units import noise
from koopopt.text import T, Text

SHARE_TOLERANCE: Final = 1e-7
"""Relative error of shares that counts as none."""
NO_SHARE: Final = 1e-12
"""A share that is none."""


def records(front: Front, grid: Grid) -> Iterator[Text]:
    """Yield records that speak against a known point, or of a point that is not there."""
    amounts = grid.many(front.values)
    cells = grid.cells(amounts)
    single = _single(grid)
    exactly = single and _inexact(front, grid) is None
    held = [tuple(row) for row in amounts.tolist()]
    for k, record in enumerate(front.certificate.records, 1):
        inside = (cells < np.array(record.upper)).all(axis=1)
        room = sum(w for w, exact in zip(record.weights, grid.exact, strict=True) if not exact)
        for point in np.flatnonzero(inside).tolist():
            least = total(record.weights, held[point]) + room
            if record.found is Found.EMPTY or (record.bound is not None and least < record.bound):
                yield T("Record {record} claims that no solution is as good as point {point}.",
                        record=k, point=point + 1)  # fmt: skip
                break
        yield from _strange(k, record, grid, exactly)
        if record.found is Found.POINT:
            yield from _found(k, record, single, cells, front.complete)


def _single(grid: Grid) -> bool:
    """Whether cells are the values themselves."""
    return all(r == 1 and e for r, e in zip(grid.per_cell, grid.exact, strict=True))


def _inexact(front: Front, grid: Grid) -> LinearModel | None:
    """Return the model of a front whose bounds come from a solver's floating point, else None."""
    if not isinstance(front.subject, LinearModel):
        return None
    subject = ModelSubject(with_objectives(front.subject, front.criteria), grid)
    return subject.model if subject.whole is None else None


def _strange(k: int, record: Record, grid: Grid, exactly: bool) -> Iterator[Text]:
    """Yield what no search would ask or be answered; `exactly`: in whole numbers all along."""
    if min(record.weights) < 0 or max(record.weights) <= 0:
        yield T("Record {record} has weights that no question has.", record=k)
    if any(not (u >= NO_BOUND or abs(u) <= MAX_AMOUNT) for u in record.upper):
        yield T("Record {record} is of a box that no question has.", record=k)
    if (record.found is Found.EMPTY) and (record.bound is not None or record.cell is not None):
        yield T("Record {record} knows something of a box that it calls empty.", record=k)
    if record.found is Found.POINT and record.bound is None:
        yield T("Record {record} has a point and no bound.", record=k)
    if record.found is Found.POINT and record.cell is not None and record.bound is not None:
        # The point is proven to be the best: no amounts of its cell are below the bound.
        highest = grid.most(tuple(c + 1 for c in record.cell), record.weights)
        if highest is not None and highest < record.bound:
            yield T("Record {record} found a point that is better than its bound.", record=k)
        if exactly and highest is not None and highest != record.bound:
            yield T("Record {record} says of its point that it is the best, and its bound says"
                    " otherwise.", record=k)  # fmt: skip


def _found(k: int, record: Record, single: bool, cells: Ints, complete: bool) -> Iterator[Text]:
    if record.cell is None or any(c >= u for c, u in zip(record.cell, record.upper, strict=True)):
        yield T("Record {record} found a point outside its box.", record=k)
        return
    if single:
        known = (cells == np.array(record.cell)).all(axis=1).any()
    else:  # what was found may be in a cell that another one dominates
        known = (cells <= np.array(record.cell)).all(axis=1).any()
    # A choice of the points leaves out some that were found; none of them dominates another.
    left_out = (
        not complete
        and min(record.weights) > 0
        and not (cells <= np.array(record.cell)).all(axis=1).any()
    )
    if not known and not left_out:
        yield T("The point that record {record} found is missing.", record=k)


def loose(front: Front, grid: Grid) -> list[int]:
    """Return the points that may be dominated by a solution of their own cell.

    That matters for cells wider than the default ones only.
    """
    if not grid.coarse or all(r == 1 for r in grid.per_cell):
        return []
    amounts = grid.many(front.values)
    cells = grid.cells(amounts)
    held = [tuple(row) for row in amounts.tolist()]
    proven = np.zeros(len(held), bool)
    model = _inexact(front, grid)
    for record in front.certificate.records:
        if min(record.weights) > 0 and record.bound is not None:
            room = sum(w for w, exact in zip(record.weights, grid.exact, strict=True) if not exact)
            inside = (cells < np.array(record.upper)).all(axis=1)
            for k in np.flatnonzero(inside & ~proven).tolist():
                missed = _missed(model, front.points[k], grid, record.weights) if model else 0
                proven[k] = total(record.weights, held[k]) <= record.bound + room + missed
    return np.flatnonzero(~proven).tolist()


def _missed(model: LinearModel, point: Point, grid: Grid, weights: Amounts) -> Fraction:
    """Return by how much the bound of a solver in floating point may be below its best point.

    It is rounded down by what the solver may miss, and the solver may leave a gap as wide.
    """
    sizes = np.abs(np.array(point.solution, float))
    terms = [Fraction(float(np.abs(o.coefficients) @ sizes)) for o in model.objectives]
    size = sum(w * t / u for w, t, u in zip(weights, terms, grid.units, strict=True))
    return 2 * noise(grid, weights, Fraction(size)) + 1


def coverage(front: Front, grid: Grid) -> Iterator[Text]:
    """Yield open boxes whose lower bounds or errors promise more than the records prove.

    A choice of the points is judged by what the others prove: they divide the boxes, whether they
    are solutions or not, for what is no worse than them is above their cells.
    """
    found, values = front.certificate.records, front.values
    ideal = boxes.ideal(found, grid)
    deltas = np.array(grid.resolution)
    # Where cells are the values themselves, half a unit is all that floating point may add.
    single = np.array([r == 1 and e for r, e in zip(grid.per_cell, grid.exact, strict=True)])
    cells = grid.cells(grid.many(values))
    others = boxes.left_out(found, cells)
    floors = np.array([grid.values(grid.floor(cell)) for cell in others]).reshape(-1, grid.count)
    worst = (
        np.concatenate([values, floors]).max(axis=0) if len(values) else np.full_like(ideal, np.inf)
    )
    sides = np.maximum(worst - ideal, 1e-300)
    parts = [*floors, *_parts(front, grid, cells, others, ideal)] if others else []
    for k, box in enumerate(front.certificate.open, 1):
        lower = np.array(box.lower)
        proven = boxes.lower(found, grid, box.upper, ideal)
        known = np.isfinite(proven)
        room = grid.count * deltas + SHARE_TOLERANCE * np.maximum(
            1.0, np.abs(np.where(known, lower, 0.0))
        )
        room = np.where(single, 0.5 * deltas, room)
        if (lower[~known] > proven[~known]).any() or (lower[known] > (proven + room)[known]).any():
            yield T("The lower bounds of open box {box} are not proven.", box=k)
        error = boxes.error(values, sides, lower)
        corner = grid.corner_values(box.upper)
        inside = [boxes.error(values, sides, low) for low in parts if (low <= corner).all()]
        error = min(error, max(inside, default=error))
        if np.isfinite(box.error) and box.error < error * (1 - SHARE_TOLERANCE) - NO_SHARE:
            yield T("The error of open box {box} is {error}, not {said}.",
                    box=k, error=error, said=box.error)  # fmt: skip


def _parts(
    front: Front, grid: Grid, cells: Ints, others: list[Cell], ideal: Floats
) -> Iterator[Floats]:
    """Yield lower bounds in the parts of open boxes between the points that were found."""
    found = front.certificate.records
    uppers = np.array([r.upper for r in found], np.int64).reshape(-1, grid.count)
    for box in boxes.region(np.concatenate([cells, np.array(others, np.int64)]), grid.count):
        if boxes.proving(found, uppers, grid, box) is None:
            yield boxes.lower(found, grid, box, ideal)
