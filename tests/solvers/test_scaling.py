"""Scaling: the same program at a handy size, the same answer at every size."""

from __future__ import annotations

import numpy as np
import pytest

from koopopt.errors import SolverError
from koopopt.linear import LinearModel, ModelBuilder
from koopopt.solvers import Control, Termination, get
from koopopt.solvers.account import ROW_SLACK, Account
from koopopt.solvers.base import Held, Solution
from koopopt.solvers.scaling import demand_range, scaled
from solvers.models import INF, enumerated, model, random_small

FLOATING = ["highs", "scip"]


def sized(program: LinearModel, row: float, objective: float) -> LinearModel:
    """Return the program with rows and objective multiplied."""
    rows = []
    start, column, value = program.by_row()
    for i in range(program.shape[0]):
        coefficients = np.zeros(program.shape[1])
        mine = slice(start[i], start[i + 1])
        coefficients[column[mine]] = value[mine] * row
        rows.append((program.row_lower[i] * row, coefficients, program.row_upper[i] * row))
    cost, offset = program.weighted()
    return model(
        cost * objective, rows, program.lower, program.upper, integer=program.integer,
        offset=offset * objective,
    )  # fmt: skip


def test_handy_programs_stay_as_they_are() -> None:
    assert scaled(model([1, 1e6], [(0, [1e-5, 3], 7)])) is None
    assert scaled(model([0, 0])) is None
    assert scaled(random_small(1)) is None


@pytest.mark.parametrize("row", [1e-11, 1e-7, 1e9])
@pytest.mark.parametrize("objective", [1e-12, 1.0, 1e12])
def test_no_digit_changes_and_the_way_back_is_exact(row: float, objective: float) -> None:
    for seed in range(10):
        program = sized(random_small(seed), row, objective)
        found = scaled(program)
        assert found is not None
        handy, how = found
        for factor in (how.row, how.column, np.array([how.objective])):
            mantissa, _ = np.frexp(factor)
            assert (mantissa == 0.5).all()  # powers of two
        assert np.abs(handy.value).max(initial=0.0) <= 2.0
        assert np.abs(handy.objectives[0].coefficients).max() <= 2.0
        rng = np.random.default_rng(seed)
        x = rng.integers(program.lower, program.upper + 1).astype(float)
        inside = x / how.column
        assert (handy.activity(inside) == program.activity(x) * how.row).all()
        value = float(handy.objectives[0].coefficients @ inside) + handy.objectives[0].offset
        answer = Solution(
            Termination.OPTIMAL, Held.OPTIMAL, inside, value, value, np.ones(len(how.row))
        )
        back = how.back(answer)
        assert back.values is not None
        assert (back.values == x).all()
        assert back.objective == back.bound == value / how.objective
        assert back.duals is not None
        assert (back.duals == how.row / how.objective).all()


@pytest.mark.parametrize("solver", FLOATING)
@pytest.mark.parametrize(
    ("row", "objective"), [(1e-11, 1.0), (1e-9, 1e-9), (1.0, 1e-12), (1e9, 1e12), (1e-7, 1e12)]
)
def test_the_answer_is_the_same_at_every_size(solver: str, row: float, objective: float) -> None:
    for seed in range(25):
        small = random_small(seed)
        best = enumerated(small)
        solution = get(solver).solve(sized(small, row, objective), Control())
        if best is None:
            assert solution.termination is Termination.INFEASIBLE, seed
            continue
        assert solution.termination is Termination.OPTIMAL, (seed, solution.message)
        assert solution.objective == pytest.approx(best * objective, rel=1e-9)
        assert solution.values is not None
        assert small.violation(solution.values) <= 1e-6


def tiny_objective() -> LinearModel:
    """eur + 1e9 x ≥ 1e10, minimise 1e-9 eur: taken for 0, every eur would be as good."""
    builder = ModelBuilder()
    builder.columns(["eur", "x"], 0.0, [1e10, 10.0], True)
    builder.rows(["need"], 1e10)
    builder.entries(0, [0, 1], [1.0, 1e9])
    builder.objective("bn", [0], 1e-9)
    return builder.build()


def small_row_coefficient(integer: bool) -> LinearModel:
    """x + 5e-10 y ≥ 10 with x ≤ 8: there is x = 8, y = 4e9, none once 5e-10 is taken for 0."""
    builder = ModelBuilder()
    builder.columns(["x", "y"], 0.0, [8.0, 1e10], [True, integer])
    builder.rows(["need"], 10.0)
    builder.entries(0, [0, 1], [1.0, 5e-10])
    builder.objective("cost", [1], 1.0)
    return builder.build()


@pytest.mark.parametrize("solver", ["highs", "scip", "cp-sat"])
def test_a_tiny_objective_is_one(solver: str) -> None:
    solution = get(solver).solve(tiny_objective(), Control())
    assert solution.termination is Termination.OPTIMAL
    assert solution.objective == 0.0
    assert solution.values is not None
    assert solution.values.tolist() == [0.0, 10.0]


@pytest.mark.parametrize("solver", ["highs", "scip", "cp-sat"])
@pytest.mark.parametrize("integer", [True, False])
def test_a_small_coefficient_is_never_dropped(solver: str, integer: bool) -> None:
    """The best point, or a refusal by name; never that there is no solution."""
    try:
        solution = get(solver).solve(small_row_coefficient(integer), Control())
    except SolverError:
        return
    assert solution.termination is not Termination.INFEASIBLE
    if solution.termination is Termination.OPTIMAL:
        assert solution.objective == pytest.approx(4e9, rel=1e-9)
        assert solution.values is not None
        assert solution.values[0] == 8.0


def test_coefficients_too_far_apart_are_refused_by_name() -> None:
    builder = ModelBuilder()
    builder.columns(["large", "tiny"], 0.0, [1.0, 1e10], True)
    builder.rows(["both"], -INF, 3.0)
    builder.entries(0, [0, 1], [1.0, 5e-10])
    with pytest.raises(SolverError, match=r"row both.*column tiny"):
        demand_range(builder.build())
    demand_range(model([1], [(0, [1e-12], 1)]))  # 1e-12 of a binary is nothing
    demand_range(model([1]))


def test_the_chain_of_tolerances() -> None:
    """Unit 1 > slack of large rows > what floating point leaves of them, wherever it is believed.

    For HiGHS and coefficients up to what it is believed of, programs that differ by one unit are
    told apart.
    """
    highs = get("highs")
    assert 1.0 > ROW_SLACK > 0.0
    for size in (10**3, 10**6, 10**9, 2 * 10**9):
        program = model([size, size - 1, size + 1], [(1, [1, 1, 1], 1)])
        assert Account.of(program).believes(highs)
        solution = highs.solve(program, Control())
        assert solution.values is not None
        assert np.rint(solution.values).tolist() == [0, 1, 0]
        assert solution.bound is not None
        assert np.ceil(solution.bound - ROW_SLACK) == size - 1
    assert not Account.of(model([10**10])).believes(highs)
