"""Files of older formats, brought to what this version writes.

Runs of format 1, which say none, may have been written before amounts were whole numbers of their
units. Their criteria are sums of floating point, 205.736358 hours where today's sum is 205.7364.
Each member, partnership and office was rounded since, by half a unit at the most; a figure within
that of today's is the same figure, and a bound holds for today's sums if as much is taken off.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from koopopt.criteria import CRITERIA
from koopopt.evaluation import Evaluation
from koopopt.solvers.base import relative_gap
from koopopt.storage.run_schema import RUN_FORMAT, RunFile

LATER: Final = frozenset({"farthest", "largest_loss"})
"""Criteria of koopopt's own that runs of before do not know."""
UNIT_TOLERANCE: Final = 0.01
"""Part of a unit by which floating point may have a whole number of units wrong."""


def upgraded(file: RunFile, found: Evaluation) -> RunFile:
    """Return a run as this version would have written it."""
    return file if file.format == RUN_FORMAT else _in_units(file, found)


def _in_units(file: RunFile, found: Evaluation) -> RunFile:
    """Return a run with today's figures where its own are the same but for rounding.

    Runs whose figures are whole already, or further off, stay as they are.
    """
    shares = found.problem.facts.n * len(found.problem.facts.services)
    said = {name: value for name, value in file.criteria.items() if value is not None}
    if all(_is_whole(value * CRITERIA[name].per_one) for name, value in said.items()):
        return file
    # As many members as partnerships and offices together, at the most: each half a unit.
    room = {name: shares / criterion.per_one for name, criterion in CRITERIA.items()}
    if any(abs(found.criteria[name] - value) > room[name] for name, value in said.items()):
        return file
    weights = found.problem.weights
    apart = float(sum(weight * room[name] for name, weight in weights.items()))
    if file.objective is None or abs(found.objective - file.objective) > apart:
        return file
    bound = None if file.bound is None else file.bound - apart
    gap = relative_gap(found.objective, bound)
    proven = gap is not None and gap <= file.asked.gap
    optimal = file.status == "optimal" and proven
    return replace(
        file,
        criteria={**file.criteria, **{name: found.criteria[name] for name in said}},
        objective=found.objective,
        bound=bound,
        gap=gap,
        status="optimal" if optimal else "feasible",
    )


def _is_whole(amount: float) -> bool:
    return abs(amount - round(amount)) <= UNIT_TOLERANCE
