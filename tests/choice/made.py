"""Fronts made by hand: of values that are given, or of a tiny problem by enumeration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

import bruteforce
from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA
from koopopt.evaluation import evaluate
from koopopt.linear import ModelBuilder
from koopopt.pareto.certificate import Certificate, Open
from koopopt.pareto.front import Front
from koopopt.pareto.oracle import Point
from koopopt.problem import Problem

UNFINISHED = Certificate(open=(Open((5, 5), (0.0, 0.0), 0.25),), unexplored=0.125)


def of_values(
    *rows: Sequence[float], names: Sequence[str] = (), complete: bool = True, delta: float = 0.01
) -> Front:
    """Return a front of a model without columns; rows must be sorted and nondominated."""
    count = len(rows[0]) if rows else 2
    chosen = tuple(names) or ("cost", "travel", "bodies", "change")[:count]
    builder = ModelBuilder()
    for name in chosen:
        builder.objective(name)
    points = tuple(Point(tuple(map(float, row)), ()) for row in rows)
    certificate = Certificate() if complete else UNFINISHED
    return Front(builder.build(), chosen, (delta,) * count, points, certificate, 1.0)


def of_problem(problem: Problem, *names: str, complete: bool = True) -> Front:
    """Return the front of a tiny problem by looking at every plan; one plan a value."""
    chosen = names or ("cost", "travel")
    best: dict[tuple[float, ...], Plan] = {}
    for plan in bruteforce.all_plans(problem):
        values = evaluate(problem, plan).criteria
        best.setdefault(tuple(round(values[n], 6) for n in chosen), plan)
    table = np.array(list(best))
    kept = [
        values
        for values in best
        if not ((table <= values).all(axis=1) & (table < values).any(axis=1)).any()
    ]
    points = []
    for values in sorted(kept):
        exact = evaluate(problem, best[values]).criteria
        points.append(Point(tuple(exact[n] for n in chosen), best[values]))
    resolution = tuple(CRITERIA[n].resolution for n in chosen)
    certificate = Certificate() if complete else UNFINISHED
    return Front(problem, tuple(chosen), resolution, tuple(points), certificate, 1.0)


FRONT = of_values((0, 100), (10, 40), (30, 20), (100, 0))


@st.composite
def fronts(draw: st.DrawFn, least: int = 1) -> Front:
    """Return fronts of two to four criteria, values up to 100."""
    count = draw(st.integers(2, 4))
    row = st.tuples(*[st.integers(0, 100)] * count)
    rows = draw(st.lists(row, min_size=least, max_size=12, unique=True))
    table = np.array(rows)
    worse = [((table <= r).all(axis=1) & (table < r).any(axis=1)).any() for r in table]
    return of_values(*sorted(r for r, w in zip(rows, worse, strict=True) if not w))
