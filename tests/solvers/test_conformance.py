"""One suite for every back end that is installed here."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from koopopt.errors import SolverError
from koopopt.linear import ModelBuilder
from koopopt.solvers import Control, Feature, Held, Termination, get, installed
from solvers.models import INF, assignment, enumerated, knapsack, model, random_small

OPTIMAL = (Termination.OPTIMAL, Held.OPTIMAL)
NAMES = installed()
CHILD = ("pulp:", "pyomo:")
# GLPK's tolerances cannot be set from outside, and it says "undefined" of unbounded programs. It
# may fail then, but not lie.
GLPK = ("pulp:GLPK_CMD", "pyomo:glpk")


@pytest.fixture(params=NAMES)
def solver(request):
    return get(request.param)


def needs(solver, feature):
    if feature not in solver.features:
        pytest.skip(f"{solver.name} has no {feature.value}")


def solved(solver, program, control=None, **more):
    """Solve and check what every answer must hold."""
    control = control or Control(time_limit=60)
    answer = solver.solve(program, control, **more)
    assert (answer.held is Held.NONE) == (answer.values is None) == (answer.objective is None)
    if answer.values is not None:
        cost, offset = program.weighted(more.get("weights"))
        assert program.violation(answer.values) <= 1e-6
        assert (answer.values == np.rint(answer.values))[program.integer].all()
        assert answer.objective == float(cost @ answer.values) + offset
        if answer.bound is not None:
            assert answer.bound <= answer.objective
    if answer.held is Held.OPTIMAL:
        assert answer.termination is Termination.OPTIMAL
        assert answer.bound == pytest.approx(answer.objective, rel=1e-8, abs=1e-8)
    return answer


def test_knapsack(solver):
    answer = solved(solver, knapsack())
    assert (answer.termination, answer.held) == OPTIMAL
    assert answer.objective == -842


def test_assignment(solver):
    answer = solved(solver, assignment())
    assert (answer.termination, answer.held) == OPTIMAL
    assert answer.objective == pytest.approx(enumerated_assignment(), abs=1e-9)


def enumerated_assignment(n=6):
    import itertools

    cost = assignment(n).objectives[0].coefficients.reshape(n, n)
    return min(cost[range(n), p].sum() for p in itertools.permutations(range(n)))


def test_infeasible(solver):
    for rows in ([(1, [2, 2], 1)], [(2.5, [1, 1], INF), (-INF, [1, -1], -1)]):
        answer = solved(solver, model([1, 1], rows))
        assert answer.termination is Termination.INFEASIBLE
        assert answer.bound is None


def test_unbounded(solver):
    program = model([-2, 1], [(-INF, [1, -1], 3)], upper=INF)
    if Feature.CONTINUOUS not in solver.features:
        with pytest.raises(SolverError, match="column x0"):
            solved(solver, program)
        return
    assert solved(solver, program).termination in unbounded(solver)


def unbounded(solver):
    unsure = {Termination.ERROR} if solver.name in GLPK else set()
    return {Termination.UNBOUNDED} | unsure


def test_linear_program(solver):
    needs(solver, Feature.CONTINUOUS)
    # minimise 2x + 3y, x + y >= 4, x - y <= 2, y <= 3
    program = model([2, 3], [(4, [1, 1], INF), (-INF, [1, -1], 2)], upper=[INF, 3], integer=False)
    answer = solved(solver, program)
    assert (answer.termination, answer.held) == OPTIMAL
    assert answer.values == pytest.approx([3, 1])
    assert answer.objective == pytest.approx(9)
    if Feature.DUALS in solver.features:
        assert answer.duals == pytest.approx([2.5, -0.5])


def test_linear_program_unbounded_and_infeasible(solver):
    needs(solver, Feature.CONTINUOUS)
    ray = model([-1, 0], [(-INF, [1, -1], 3)], upper=INF, integer=False)
    assert solved(solver, ray).termination in unbounded(solver)
    empty = model([1, 1], [(3, [1, 1], INF)], integer=False)
    assert solved(solver, empty).termination is Termination.INFEASIBLE


def test_ranges_offsets_and_bounds(solver):
    program = model(
        [1.5, -2, 3, 1],
        [(-3, [1, 1, 1, 0], -1), (2, [0, 1, -1, 0], 2), (-INF, [1, 0, 0, 1], INF)],
        lower=[-5, -4, -10, 3],
        upper=[5, 4, 10, 3],
        offset=100.25,
    )
    answer = solved(solver, program)
    assert (answer.termination, answer.held) == OPTIMAL
    assert answer.objective == pytest.approx(enumerated(program))


def test_free_columns(solver):
    # bounded by its rows only
    program = model([1, 1], [(-7, [1, 0], INF), (-INF, [1, 1], 3), (-9, [0, 1], 8)], -INF, INF)
    answer = solved(solver, program)
    assert (answer.termination, answer.held) == OPTIMAL
    assert answer.values == pytest.approx([-7, -9])


def test_mixed(solver):
    needs(solver, Feature.CONTINUOUS)
    builder = ModelBuilder()
    open_ = builder.columns(["a", "b"])
    flow = builder.columns(["fa", "fb"], upper=INF, integer=False)
    builder.entries(builder.rows(["need"], 7.5), flow)
    builder.entries(builder.rows(["cap a", "cap b"], upper=0), flow)
    builder.entries([1, 2], open_, [-5, -10])
    builder.objective("fixed", open_, [3, 6.5])
    builder.objective("run", flow, [0.25, 0.1], offset=1)
    program = builder.build()
    answer = solved(solver, program)
    assert (answer.termination, answer.held) == OPTIMAL
    assert answer.objective == pytest.approx(6.5 + 0.75 + 1)
    answer = solved(solver, program, weights=(0.0, 1.0))
    assert answer.objective == pytest.approx(0.75 + 1)


def test_weights(solver):
    builder = ModelBuilder()
    columns = builder.columns(["a", "b", "c"])
    builder.entries(builder.rows(["two"], 2, 2), columns)
    builder.objective("first", columns, [1, 2, 3], offset=0.5)
    builder.objective("second", columns, [3, 1, 0])
    program = builder.build()
    assert solved(solver, program).objective == pytest.approx(6.5)
    assert solved(solver, program, weights=(0, 1)).objective == pytest.approx(1)
    assert solved(solver, program, weights=(2, 0.5)).objective == pytest.approx(9)
    with pytest.raises(ValueError, match="weights"):
        solver.solve(program, Control(), weights=(1.0,))


def test_empty_models(solver):
    nothing = ModelBuilder().build()
    assert solved(solver, nothing).held is Held.OPTIMAL
    assert solved(solver, constant()).objective == 4.5
    assert solved(solver, model([1, -1, 0])).objective == -1
    assert solved(solver, model([-1], upper=INF)).termination is Termination.UNBOUNDED
    builder = ModelBuilder()
    builder.rows(["empty"], 1)
    assert solved(solver, builder.build()).termination is Termination.INFEASIBLE
    crossing = model([1], [(0, [1], 1)], lower=0.4, upper=0.6)
    assert solved(solver, crossing).termination is Termination.INFEASIBLE


def constant():
    builder = ModelBuilder()
    builder.objective("cost", offset=4.5)
    return builder.build()


def test_useless_columns(solver):
    program = model([0, 1, 0], [(1, [0, 1, 0], 3), (-INF, [1, 1, 0], INF)], lower=-2, upper=5)
    assert solved(solver, program).objective == 1


def test_warm_start(solver):
    program = knapsack()
    best = solved(solver, program).values
    answer = solved(solver, program, start=best)
    assert answer.held is Held.OPTIMAL
    # even without time, a feasible start is in hand
    late = solved(solver, program, Control(time_limit=0), start=best)
    assert (late.termination, late.held) == (Termination.TIME_LIMIT, Held.FEASIBLE)
    assert late.objective == -842
    rubbish = solved(solver, program, start=np.ones(30))
    assert rubbish.objective == -842
    partial = np.where(np.arange(30) % 2, best, np.nan)
    assert solved(solver, program, start=partial).objective == -842


def test_no_time(solver):
    answer = solved(solver, knapsack(), Control(time_limit=0))
    assert (answer.termination, answer.held) == (Termination.TIME_LIMIT, Held.NONE)


def hard():
    """Return a market split program: nobody solves it in a few seconds."""
    rng = np.random.default_rng(1)
    split = rng.integers(0, 100, (5, 40))
    slack = np.hstack([np.eye(5), -np.eye(5)])
    cost = np.concatenate([np.zeros(40), np.ones(10)])
    rows = [
        (row.sum() // 2, np.concatenate([row, part]), row.sum() // 2)
        for row, part in zip(split, slack, strict=True)
    ]
    return model(cost, rows, upper=[1] * 40 + [5000] * 10)


def test_time_limit(solver):
    control = Control(time_limit=1.5)
    answer = solved(solver, hard(), control)
    assert answer.termination is Termination.TIME_LIMIT
    assert control.seconds < 4
    assert answer.bound is None or answer.bound <= 1e-6
    if not solver.name.startswith("pyomo:glpk"):
        assert answer.held is Held.FEASIBLE


def test_cancel_from_another_thread(solver):
    control = Control()
    timer = threading.Timer(1.5, control.cancel.set)
    timer.start()
    answer = solved(solver, hard(), control)
    assert answer.termination is Termination.INTERRUPTED
    assert control.seconds < 3
    if not solver.name.startswith(CHILD) or solver.name == "pulp:CBC":
        assert answer.held is Held.FEASIBLE
    assert solved(solver, hard(), control).termination is Termination.INTERRUPTED


def test_cents_count(solver):
    """A default gap of 1e-4 would accept the first choice, two cents worse than the best."""
    rng = np.random.default_rng(3)
    n = 12
    cost = np.full(n, 1_000_000.0) + np.round(rng.permutation(n) * 0.02, 2)
    program = model(cost, [(3, np.ones(n), INF), (-INF, rng.integers(1, 9, n), 16)])
    answer = solved(solver, program)
    assert answer.held is Held.OPTIMAL
    assert answer.objective == pytest.approx(enumerated(program), abs=1e-4)


def test_wide_coefficients(solver):
    """Coefficients from 1e-2 to 1e7; an integer column off by 1e-6 would be worth 10 units."""
    builder = ModelBuilder()
    whole = Feature.CONTINUOUS not in solver.features
    open_ = builder.columns([f"y{i}" for i in range(4)])
    flow = builder.columns([f"x{i}" for i in range(4)], upper=10**9, integer=whole)
    rows = builder.rows([f"link{i}" for i in range(4)], upper=0)
    builder.entries(rows, flow, 0.01)
    builder.entries(rows, open_, -1e7)
    builder.entries(builder.rows(["need"], 5), flow)
    builder.objective("cost", open_, [1e6, 2e6, 1.5e6, 9e5])
    builder.objective("run", flow, [0.01, 0.02, 0.03, 0.04])
    answer = solved(solver, builder.build())
    if solver.name in GLPK and answer.termination is Termination.ERROR:
        return
    assert answer.held is Held.OPTIMAL
    assert answer.values.tolist() == pytest.approx([0, 0, 0, 1, 0, 0, 0, 5])
    assert answer.objective == pytest.approx(900_000.2)


def test_gap(solver):
    needs(solver, Feature.GAP)
    answer = solved_within(solver, knapsack(60, 10), 0.05)
    assert answer.termination is Termination.OPTIMAL
    assert (answer.objective - answer.bound) <= 0.05 * abs(answer.objective) + 1e-6


def solved_within(solver, program, gap):
    return solver.solve(program, Control(gap=gap, time_limit=60))


def test_progress(solver):
    needs(solver, Feature.PROGRESS)
    seen = []
    solved(solver, hard(), Control(time_limit=2, on_progress=seen.append))
    assert seen
    last = seen[-1]
    assert last.incumbent is None or last.bound is None or last.bound <= last.incumbent + 1e-6
    assert all(0 <= progress.seconds < 10 for progress in seen)


def test_same_seed_same_answer(solver):
    needs(solver, Feature.SEED)
    first, second = (
        solved(solver, knapsack(20, 3), Control(seed=2**31 + 7, time_limit=60)) for _ in range(2)
    )
    assert (first.values == second.values).all()


def test_threads_may_change(solver):
    needs(solver, Feature.THREADS)
    for threads in (1, 2, 1):
        answer = solved(solver, knapsack(), Control(threads=threads, time_limit=60))
        assert answer.objective == -842


def test_two_threads_at_once(solver):
    answers = {}

    def work(seed):
        answers[seed] = [solved(solver, knapsack(25, 4, seed)).objective for _ in range(3)]

    workers = [threading.Thread(target=work, args=(seed,)) for seed in (1, 2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    expected = {
        seed: get("highs").solve(knapsack(25, 4, seed), Control()).objective for seed in (1, 2)
    }
    assert answers == {seed: [value] * 3 for seed, value in expected.items()}


def test_rubbish_is_refused(solver):
    with pytest.raises(SolverError):
        solver.solve(model([np.nan], [(0, [1], 1)]), Control())
    with pytest.raises(SolverError):
        solver.solve(model([1.0], [(0, [np.inf], 1)]), Control())


@pytest.mark.parametrize("block", range(5))
def test_random_programs_against_enumeration(solver, block):
    """Small integer programs: 250 for the native back ends, 25 for those that start processes."""
    few = solver.name.startswith(CHILD)
    for seed in range(block * 50, block * 50 + (5 if few else 50)):
        program = random_small(seed)
        best = enumerated(program)
        answer = solved(solver, program)
        if best is None:
            assert answer.termination is Termination.INFEASIBLE, seed
        else:
            assert (answer.termination, answer.held) == OPTIMAL, (seed, answer)
            assert answer.objective == pytest.approx(best, rel=1e-9, abs=1e-6), seed
