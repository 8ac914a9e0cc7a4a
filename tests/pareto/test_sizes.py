"""Tiny and huge numbers, none in common, none at all: the whole front, or a refusal in words."""

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from koopopt.errors import KoopoptError, SolverError
from koopopt.linear import LinearModel, ModelBuilder
from koopopt.pareto.find import front
from koopopt.pareto.units import decimal, grid_of
from koopopt.pareto.verify import verify
from koopopt.solvers.cp_sat import CpSat
from koopopt.solvers.highs import Highs
from koopopt.solvers.scaling import OutOfReach
from koopopt.solvers.scip import Scip
from koopopt.text import T
from pareto.programs import program

INF = np.inf
BACK_ENDS = ("auto", "highs", "cp-sat", "scip", "pulp:CBC")


def efficient(values):
    every = sorted(set(values))
    return [
        v
        for v in every
        if not any(w != v and all(a <= b for a, b in zip(w, v, strict=True)) for w in every)
    ]


def enumerated(model: LinearModel, most: int = 12) -> list[tuple[float, ...]]:
    """Return the front by trying everything in exact decimals."""
    ranges = [
        range(int(max(a, -most)), int(min(b, most)) + 1)
        for a, b in zip(model.lower, model.upper, strict=True)
    ]
    rows = np.zeros(model.shape)
    rows[model.index, np.repeat(np.arange(model.shape[1]), np.diff(model.start))] = model.value
    matrix = [[decimal(v) for v in row] for row in rows.tolist()]
    sides = [
        (None if np.isinf(a) else decimal(a), None if np.isinf(b) else decimal(b))
        for a, b in zip(model.row_lower.tolist(), model.row_upper.tolist(), strict=True)
    ]
    costs = [[decimal(c) for c in o.coefficients.tolist()] for o in model.objectives]
    shifts = [decimal(o.offset) for o in model.objectives]

    def dot(row, x):
        return sum((a * b for a, b in zip(row, x, strict=True)), Fraction(0))

    found = []
    for x in itertools.product(*ranges):
        activity = [dot(row, x) for row in matrix]
        if all(
            (low is None or low <= a) and (high is None or a <= high)
            for a, (low, high) in zip(activity, sides, strict=True)
        ):
            found.append(tuple(dot(c, x) + s for c, s in zip(costs, shifts, strict=True)))
    return [tuple(map(float, v)) for v in efficient(found)]


def honest(model: LinearModel, solver: str, right, exact: bool = True, **how) -> None:
    """Check that a front is the right one, or that it is open or refused."""
    try:
        found = front(model, solver=solver, workers=1, **how)
    except KoopoptError:
        if exact:
            raise
        return
    values = [point.values for point in found]
    assert found.infeasible == (not right)
    if exact:
        assert found.complete, found.messages
    if found.complete and all(grid_of(model, {}).exact):
        assert values == right
        return
    # A coarser resolution that is stated: for every solution there is a point not worse by more.
    slack = np.array(found.resolution) * 1.001  # amounts are rounded to a thousandth
    if found.complete:
        for value in right:
            assert any((np.array(v) <= np.array(value) + slack).all() for v in values)
    for value in values:
        assert any((np.array(w) <= np.array(value) + slack).all() for w in right)


EXACT = {
    "coefficients of 1e-12": program(
        [[1e-12, 3e-12, 2e-12], [5, 1, 2]], [(2, [1, 1, 1], INF)], 0, 3
    ),
    "1e-3 beside 1e9": program([[1e9, 1e9 + 0.001, 0.003], [1, 0, 7]], [(2, [1, 1, 1], INF)], 0, 3),
    "a sum that floating point has a hair off": program(
        [[0.1 + 0.2, 0.7, 0.1 + 0.7], [4, 3, 1]], [(2, [1, 1, 1], INF)], 0, 3
    ),
    "sixteen digits": program(
        [[2**50 + 1, 2**50, 2**50 + 3], [1, 5, 0]], [(1, [1, 1, 1], 1)], 0, 1
    ),
    "only constants": program([[0, 0, 0], [2, 3, 1]], [(1, [1, 1, 1], INF)], 0, 2, [12.34, -5]),
    "nothing to minimise at all": program([[0, 0], [0, 0]], [(1, [1, 1], INF)], 0, 2),
    "no upper bounds": program([[3, 2], [1, 4]], [(7, [1, 1], INF)], 0, INF),
    "no upper bounds and one row of each": program(
        [[3, 2, 1], [1, 4, 9]], [(7, [1, 1, 0], INF), (4, [0, 1, 1], INF)], 0, INF
    ),
    "free columns": program([[1, 1], [2, -1]], [(-5, [1, 0], 5), (0, [1, -1], 3)], -INF, INF),
    "equality with decimals": program(
        [[3, 1, 2], [1, 4, 2]], [(0.3, [0.1, 0.1, 0.1], 0.1 + 0.2)], 0, 3
    ),
    "equality with more decimals": program(
        [[3, 1, 2], [1, 4, 2]], [(1.25, [0.25, 0.125, 0.5], 1.25)], 0, 9
    ),
    "a side a hair below a whole number": program(
        [[-1, -2], [2, 1]], [(-INF, [1, 1], (0.1 + 0.7) * 10 / 2)], 0, 5
    ),
    "a bound a hair below a whole number": program([[-1, -1], [2, 1]], [], 0, 0.7 * 10 - 0.1 * 40),
    "sides between whole numbers": program(
        [[3, 5], [5, 2]], [(2.5, [1, 2], 7.5), (0.5, [1, -1], 2.75)], 0, 9
    ),
    "rows of tiny numbers": program([[3, 5], [5, 2]], [(3e-9, [1e-9, 2e-9], INF)], 0, 9),
    "rows of tiny beside huge numbers": program(
        [[3, 5], [5, 2]], [(1e6, [1e6, 1e-6], INF), (2, [1, 1], INF)], 0, 9
    ),
    "rows of large numbers, of which HiGHS proves too much": program(
        [[-5, -5, -5, -2], [-7, 8, -6, 2], [-2, 2, 7, -9]],
        [
            (-INF, [2e8, -3e8, 200000001, 199999999], -99999997),
            (-INF, [0, -1, -1, 2], -4),
            (3, [-3, 0, 3, 2], INF),
        ],
        np.array([0.0, 1, 0, -1]), np.array([5.0, 6, 3, 4]),
    ),
    "no solution": program([[3, 5], [5, 2]], [(3, [2, 4], 3)], 0, 9),
    "no solution without bounds": program([[3, 5], [5, 2]], [(3, [2, 4], 3)], 0, INF),
    "rows that contradict each other": program(
        [[3, 5], [5, 2]], [(9, [1, 1], INF), (-INF, [1, 1], 4)], 0, INF
    ),
}  # fmt: skip


@pytest.mark.parametrize("solver", BACK_ENDS)
@pytest.mark.parametrize("name", EXACT)
def test_whole_columns(name, solver):
    model = EXACT[name]
    if solver == "cp-sat" and name.startswith("no upper bounds"):
        with pytest.raises(SolverError, match="needs finite bounds, but column x0 has none"):
            front(model, solver=solver, workers=1)
        return
    honest(model, solver, enumerated(model))


@pytest.mark.parametrize("name", EXACT)
def test_verify_agrees(name):
    found = front(EXACT[name], workers=1)
    assert verify(found).ok


INEXACT = {
    "a third": program([[1 / 3, 7, 2 / 3], [4, 1, 2]], [(2, [1, 1, 1], INF)], 0, 3),
    "1e-12 beside 1e9": program([[1e9, 1e-12, 5], [1, 3, 2]], [(2, [1, 1, 1], INF)], 0, 3),
    "roots": program([list(np.sqrt([2, 3, 5])), [3, 1, 2]], [(2, [1, 1, 1], INF)], 0, 3),
    "thirds in a row": program([[3, 1, 2], [1, 4, 2]], [(2 / 3, [1 / 3, 1 / 3, 1 / 3], INF)], 0, 3),
}


@pytest.mark.parametrize("solver", ["auto", "highs", "scip", "cp-sat"])
@pytest.mark.parametrize("name", INEXACT)
def test_no_common_unit(name, solver):
    honest(INEXACT[name], solver, enumerated(INEXACT[name]), exact=False)


def test_maximised_objectives():
    """MPS says MAX; the model minimises the negative and remembers."""
    model = program([[-3.05, -1, -2.5], [1, 4, 2]], [(-INF, [1, 1, 1], 4)], 0, 3)
    turned = replace(model.objectives[0], negated=True)
    model = replace(model, objectives=(turned, model.objectives[1]))
    for solver in ("auto", "highs", "cp-sat", "scip"):
        honest(model, solver, enumerated(model))


# -- continuous columns ------------------------------------------------------------------------


def mixed(costs, rows, integer, upper, lower=0.0) -> LinearModel:
    builder = ModelBuilder()
    columns = builder.columns([f"x{j}" for j in range(len(integer))], lower, upper, integer)
    for k, (low, coefficients, high) in enumerate(rows):
        builder.entries(builder.rows([f"r{k}"], low, high), columns, coefficients)
    for k, cost in enumerate(costs):
        builder.objective(f"f{k + 1}", columns, np.array(cost, float))
    return builder.build()


@pytest.mark.parametrize("solver", ["auto", "highs", "scip", "pulp:CBC"])
def test_small_row_coefficients(solver):
    """x + 5e-10 y ≥ 10 with y up to 1e10: what solvers drop is half of the row."""
    model = mixed(
        [[0, 1], [1, 0]], [(10, [1, 5e-10], INF)], np.array([True, False]), np.array([8, 1e10])
    )
    right = [(4e9, 8.0), (6e9, 7.0), (8e9, 6.0), (1e10, 5.0)]
    found = front(model, solver=solver, workers=1, resolution={"f1": 1000.0})
    assert found.complete
    assert not found.infeasible
    assert len(found) == 4
    for point, value in zip(found, right, strict=True):
        assert abs(point.values[0] - value[0]) <= 1000
        assert point.values[1] == value[1]


@pytest.mark.parametrize("size", [1e2, 1e5, 1e8, 1e10])
@pytest.mark.parametrize("solver", ["auto", "highs", "scip"])
def test_huge_ranges_of_continuous_columns(solver, size):
    """y + size · x ≥ 5 size, at 1000 steps of the range: 6 points, or it is refused or open."""
    model = mixed(
        [[0, 1], [1, 0]], [(5 * size, [size, 1], INF)], np.array([True, False]),
        np.array([9, 9 * size]),
    )  # fmt: skip
    right = [(size * (5 - x), float(x)) for x in range(5, -1, -1)]
    honest(model, solver, right, exact=False, resolution={"f1": size / 100, "f2": 1.0})
    honest(model, solver, right, exact=False)


@pytest.mark.parametrize("seed", range(6))
def test_mixed_integer_fronts_against_a_fine_enumeration(seed):
    """Continuous columns in steps of an eighth: every solution has a point that is near."""
    rng = np.random.default_rng(seed)
    n = 4
    integer = np.array([True, True, False, False])
    costs = rng.integers(-9, 10, (2 + seed % 2, n)).astype(float)
    rows = [(-INF, rng.integers(0, 6, n).astype(float), 12.0), (2.0, np.ones(n), INF)]
    model = mixed(costs, rows, integer, np.array([3.0, 2.0, 2.0, 2.0]))
    delta = 0.5
    found = front(
        model, workers=1, solver=("auto", "highs", "scip")[seed % 3],
        resolution={o.name: delta for o in model.objectives},
    )  # fmt: skip
    assert found.complete, found.certificate.open
    fine = np.linspace(0, 2, 17)
    points = np.array(list(itertools.product(range(4), range(3), fine, fine)))
    fits = (points @ rows[0][1] <= 12.0) & (points.sum(axis=1) >= 2.0)
    values = points[fits] @ costs.T
    near = (found.values[None] <= values[:, None] + delta * 1.001).all(axis=2).any(axis=1)
    assert near.all()
    for point in found:
        assert model.violation(np.array(point.solution)) <= 1e-6
    result = verify(found)
    assert not result.failed, [check.text.render() for check in result.checks]


# -- what was once refused, open, or called wrong ------------------------------------------------

PAIRS = [(i, j) for j in range(3) for i in range(j)]
COUPLED = [
    (low, [float(k == i) + sign * float(k == j) for k in range(3)], high)
    for i, j in PAIRS
    for low, sign, high in ((-2, 1, 3), (-1, -1, 2))
]
"""-2 ≤ xi + xj ≤ 3 and -1 ≤ xi - xj ≤ 2: only together do they bound a column."""

ODD = {
    "a third in a row": program(
        [[-2, -3], [1, 2]], [(-INF, [1 / 3, 1], -5 / 6)], [-2, -3], [-1, -1]
    ),
    "a constant beside tiny numbers": program(
        [[1e-9, 5e-8], [-1, -1]], [], 0, [1, 2], [1e9, 0]
    ),
    "free columns and a third": program(
        [[1 / 3, 1], [1, -1]], [(-2, [1, 0], 3), (-1, [0, 1], 2)], -INF, INF
    ),
    "free columns, a third and coupled rows": program(
        [[1 / 3, 1, 0], [1, -1, 2]], COUPLED, -INF, INF
    ),
    "free columns and coupled rows": program([[2, 2, 0], [0.5, 10, 1]], COUPLED, -INF, INF),
    "large coefficients without a unit": program(
        [[1e9 + 0.001, 2e9, 1e9 / 3], [-1, -1, 2]], [(1, [1, 1, 1], 2)], 0, [2, 2, 1]
    ),
    "coefficients too far apart for HiGHS": program(
        [[2, -5e9], [2, 1999999998], [-2000000002, -3000000001], [4999999998, 999999998]],
        [], [123456790, 1], [123456791, 3], [1e9, 1e6, 0.1 + 0.2, 1e9],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_numbers_are_complete_and_verified(name):
    model = ODD[name]
    found = front(model, workers=1)
    ends = {} if np.isfinite(model.lower).all() else {"lower": -9.0, "upper": 9.0}
    inside = replace(model, **{side: np.full(model.shape[1], end) for side, end in ends.items()})
    right = np.array(enumerated(inside, 10**9))
    slack = np.array(found.resolution) * ~np.array(grid_of(model, {}).exact) * 1.001
    assert found.complete, found.messages
    assert (np.abs(found.values[:, None] - right[None]) <= slack).all(axis=2).any(axis=1).all()
    assert (found.values[:, None] <= right[None] + slack).all(axis=2).any(axis=0).all()
    result = verify(found)
    assert not result.failed, [check.text.render() for check in result.checks]


def test_a_resolution_of_one_objective_of_a_model_without_units():
    rows = [
        (8, [5, -3, 0, 5], 8),
        (-600000004, [5e8, 500000001, 200000001, -99999999], -600000004),
    ]
    model = program(
        [[-1 / 3, 1 / 7, 2 / 3, 0.5], [0.5, 2 / 3, 1, 2 / 3]], rows,
        [1, -2, -3, 0], [1, 0, 2, 0], [1.5, -7],
    )  # fmt: skip
    found = front(model, workers=1, resolution={"f2": 0.001})
    assert len(found) == 1
    assert found.complete
    assert verify(found).ok


@pytest.mark.parametrize("lower", [0.0, -2.0])
def test_coarse_resolutions_of_large_coefficients(lower):
    """Their weighted sums have more digits than any back end holds."""
    model = program(
        [[1e10 + 7, 3e10 + 1, 2e10], [-1e10 + 3, 2e10 - 7, -3e10]],
        [(1, [1, 1, 1], 4)], lower, [3, 3, 2],
    )  # fmt: skip
    given = {"f1": 1e9 + 7, "f2": 3e8 + 1}
    found = front(model, workers=1, resolution=given)
    right = np.array(enumerated(model))
    assert found.complete, found.messages
    near = (found.values[None] <= right[:, None] + list(given.values())).all(axis=2)
    assert near.any(axis=1).all()
    assert {tuple(v) for v in found.values.tolist()} <= {tuple(v) for v in right.tolist()}
    assert verify(found).ok


def test_numbers_out_of_reach_of_all_leave_boxes_open(monkeypatch):
    def out_of_reach(*_args, **_settings):
        raise OutOfReach(T("These numbers are too large."))

    for back_end in (Highs, CpSat, Scip):
        monkeypatch.setattr(back_end, "solve", out_of_reach)
    for model in (ODD["a third in a row"], EXACT["coefficients of 1e-12"]):
        found = front(model, workers=1)
        assert not found.complete
        assert found.messages == ("These numbers are too large.",)
