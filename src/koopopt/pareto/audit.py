"""Whether the records of a certificate fit the points, and prove what is said of open boxes.

No solver is asked: a record that lies, but fits everything else, is for `pareto.recheck` to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from koopopt.linear import Ints
from koopopt.pareto import boxes
from koopopt.pareto.certificate import Record
from koopopt.pareto.front import Front
from koopopt.pareto.grid import Grid
from koopopt.pareto.oracle import Found
from koopopt.text import T, Text

SLACK: Final = 1e-7
"""Relative error of bounds and sums that counts as none."""


def records(front: Front, grid: Grid) -> Iterator[Text]:
    """Yield records that speak against a known point, or of a point that is not there."""
    values, cells = front.values, grid.cells(front.values)
    for k, record in enumerate(front.certificate.records, 1):
        inside = (cells < np.array(record.upper)).all(axis=1)
        sums = values @ np.array(record.weights)
        bound, slack = record.bound, SLACK * max(1.0, abs(record.bound))
        wrong = inside & ((sums < bound - slack) if np.isfinite(bound) else bound > 0)
        for point in np.flatnonzero(wrong)[:1]:
            yield T("Record {record} claims that no solution is as good as point {point}.",
                    record=k, point=int(point) + 1)  # fmt: skip
        if record.found is Found.POINT:
            yield from _found(front, k, record, cells)


def _found(front: Front, k: int, record: Record, cells: Ints) -> Iterator[Text]:
    if record.cell is None or any(c >= u for c, u in zip(record.cell, record.upper, strict=True)):
        yield T("Record {record} found a point outside its box.", record=k)
        return
    alone = min(record.weights) == 0  # a criterion alone: its solution may be dominated
    known = (cells <= np.array(record.cell)).all(axis=1).any()
    if not known and (front.complete or not alone):
        yield T("The point that record {record} found is missing.", record=k)


def loose(front: Front, grid: Grid) -> list[int]:
    """Return the points that may be dominated by a solution of their own cell.

    That matters for cells wider than the default ones only.
    """
    if all(grid.exact) or not grid.coarse:
        return []
    values = front.values
    cells = grid.cells(values)
    proven = np.zeros(len(values), bool)
    for record in front.certificate.records:
        if min(record.weights) > 0 and np.isfinite(record.bound):
            sums = values @ np.array(record.weights)
            inside = (cells < np.array(record.upper)).all(axis=1)
            proven |= inside & (sums <= record.bound + SLACK * np.maximum(1.0, np.abs(sums)))
    return np.flatnonzero(~proven).tolist()


def coverage(front: Front, grid: Grid) -> Iterator[Text]:
    """Yield open boxes whose lower bounds or errors promise more than the records prove."""
    records = front.certificate.records
    ideal = boxes.ideal(records, grid.count)
    deltas = np.array(grid.resolution)
    for k, box in enumerate(front.certificate.open, 1):
        lower = np.array(box.lower)
        proven = boxes.lower(records, grid, box.upper, ideal, front.values)
        if (lower > proven + grid.count * deltas + SLACK * np.maximum(1.0, np.abs(lower))).any():
            yield T("The lower bounds of open box {box} are not proven.", box=k)
        error = boxes.error(front.values, ideal, lower)
        if np.isfinite(box.error) and box.error > 0 and box.error < error * (1 - SLACK):
            yield T("The error of open box {box} is {error}, not {said}.",
                    box=k, error=error, said=box.error)  # fmt: skip
