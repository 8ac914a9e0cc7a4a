"""Objectives of more digits than back ends hold, against enumeration."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from koopopt.linear import ModelBuilder, Objective
from koopopt.solvers import get
from koopopt.solvers.base import Control, Solution, Termination
from koopopt.solvers.digits import decide_long, reaches, split
from koopopt.solvers.judge import NO_SOLUTION_VALUE
from koopopt.solvers.testing import FakeSolver

LIARS = [
    FakeSolver(Solution(Termination.INFEASIBLE)),
    FakeSolver(Solution(Termination.OPTIMAL, bound=9e9, least=9_000_000_000)),
    FakeSolver(Solution(Termination.ERROR)),
]


@pytest.mark.parametrize("solver", ["highs", "cp-sat", *LIARS])
@pytest.mark.parametrize("bits", [0, 1, 20, 33])
def test_the_least_of_both_parts_together(bits: int, solver: str | FakeSolver) -> None:
    unit, closed = 1 << bits, 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        coarse, rest = rng.integers(-3, 4, 6), rng.integers(0, unit, 6)
        builder = ModelBuilder()
        x = builder.columns([f"x{k}" for k in range(6)])
        row = builder.rows(["three"], lower=3.0, upper=3.0)
        builder.entries(row, x, 1.0)
        builder.objective("total", x, coarse.astype(float))
        sums = {
            t: sum(unit * int(c) + int(r) for c, r, on in zip(coarse, rest, t, strict=True) if on)
            for t in product((0, 1), repeat=6)
            if sum(t) == 3
        }
        asked = get(solver) if isinstance(solver, str) else solver
        start = np.array(list(sums)[seed % len(sums)], float)
        verdict, least = decide_long(
            builder.build(), unit, rest.astype(float), asked, Control(), start=start
        )
        assert least == min(sums.values())
        assert verdict.values is not None
        assert sums[tuple(verdict.values.astype(int).tolist())] == least
        closed += 1
    assert closed == 12


def test_without_a_solution_there_is_none() -> None:
    builder = ModelBuilder()
    x = builder.columns(["x"])
    builder.entries(builder.rows(["two"], lower=2.0), x, 1.0)
    builder.objective("total", x, 1.0)
    verdict, least = decide_long(builder.build(), 8, np.ones(1), get("cp-sat"), Control())
    assert verdict.termination is Termination.INFEASIBLE
    assert least == NO_SOLUTION_VALUE


@pytest.mark.parametrize("seed", range(8))
def test_columns_that_are_negative_or_large(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lower = rng.integers(-4, 1, 3)
    upper = lower + rng.integers(1, 5, 3)
    costs = [
        int(c) * 10**13 + int(d)
        for c, d in zip(*rng.integers(-(10**6), 10**6, (2, 3)), strict=True)
    ]
    builder = ModelBuilder()
    x = builder.columns(["x", "y", "z"], lower, upper)
    builder.entries(builder.rows(["sum"], lower=-2.0, upper=3.0), x, 1.0)
    builder.objective("total", x, 0.0)
    model = builder.build()
    unit, coarse, rest = split(costs, reaches(model))
    model = replace(model, objectives=(Objective("total", coarse),))
    ranges = [range(a, b + 1) for a, b in zip(lower.tolist(), upper.tolist(), strict=True)]
    sums = [
        sum(c * v for c, v in zip(costs, t, strict=True))
        for t in product(*ranges)
        if -2 <= sum(t) <= 3
    ]
    verdict, least = decide_long(model, unit, rest, get("cp-sat"), Control())
    assert unit > 1
    if sums:
        assert verdict.values is not None
        found = sum(c * int(v) for c, v in zip(costs, verdict.values.tolist(), strict=True))
        assert found == least == min(sums)
    else:
        assert least == NO_SOLUTION_VALUE
