"""What is particular to single back ends, and to the steps they share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from koopopt.errors import SolverError, UsageError
from koopopt.solvers import Control, Feature, Held, Solution, Termination, get, installed, overview
from koopopt.solvers.backend import BackEnd
from koopopt.solvers.checking import checked, feasible, infeasible_or_unbounded
from koopopt.solvers.integral import integral
from koopopt.solvers.supervise import supervised
from koopopt.solvers.task import SolverAnswer, SolverTask
from koopopt.solvers.testing import FakeSolver
from processes import posix
from solvers.models import INF, enumerated, knapsack, model, random_small


def task(program, **changes):
    settings = {"start": None, "gap": 0.0, "seconds": None, "threads": 1, "seed": 0} | changes
    return SolverTask(program, **settings)


def python(code):
    return subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)


@pytest.mark.parametrize("order", [("highspy", "ortools"), ("ortools", "highspy")])
def test_highs_and_ortools_share_a_process(order):
    code = f"""
from koopopt.solvers import Control, get
from koopopt.linear import ModelBuilder
b = ModelBuilder(); x = b.columns(["a", "b"]); b.entries(b.rows(["r"], 1), x)
b.objective("c", x, [2, 3])
for first in {order!r}:
    name = {{"highspy": "highs", "ortools": "scip"}}[first]
    assert get(name).solve(b.build(), Control()).objective == 2, name
assert get("cp-sat").solve(b.build(), Control()).objective == 2
"""
    done = python(code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_importing_the_back_ends_imports_no_solver():
    code = """
import sys
import koopopt.solvers
assert not {"highspy", "ortools", "pulp", "pyomo"} & set(sys.modules)
"""
    assert python(code).returncode == 0


def test_ctrl_c_cancels_and_keeps_the_best():
    code = """
import numpy as np, os, signal, threading
from koopopt.linear import ModelBuilder
from koopopt.solvers import Control, get
rng = np.random.default_rng(1)
b = ModelBuilder(); x = b.columns([str(j) for j in range(40)]); s = b.columns(list("abcde"), 0, 999)
A = rng.integers(0, 100, (5, 40)); r = b.rows(list("abcde"), A.sum(1) // 2, A.sum(1) // 2)
b.entries(r[:, None], x[None, :], A); b.entries(r, s); b.objective("c", s, 1)
threading.Timer(WAIT, os.kill, (os.getpid(), signal.SIGINT)).start()
answer = get(NAME).solve(b.build(), Control(time_limit=120))
print(answer.termination.name, answer.held.name)
"""
    for name in ("highs", "cp-sat", "scip", "pulp:CBC"):
        for wait in (1, 5, 25):  # a busy machine may need longer for a first solution
            done = python(code.replace("NAME", repr(name)).replace("WAIT", str(wait)))
            if done.stdout != "INTERRUPTED NONE\n":
                break
        assert (done.stdout, done.stderr) == ("INTERRUPTED FEASIBLE\n", ""), name


def test_a_missing_library_is_a_clear_error():
    for name in ("highs", "cp-sat", "scip"):
        code = f"""
import sys
sys.modules["highspy"] = sys.modules["ortools"] = None
from koopopt.linear import ModelBuilder
from koopopt.solvers import Control, get
from koopopt.errors import SolverError
b = ModelBuilder(); x = b.columns(["a"]); b.entries(b.rows(["r"], 1), x); b.objective("c", x, 1)
try:
    get("{name}").solve(b.build(), Control())
except SolverError as error:
    assert "{name} is not available" in str(error), error
else:
    raise AssertionError
"""
        assert python(code).returncode == 0


@pytest.mark.parametrize("seed", range(20))
def test_duals_prove_the_bound(seed):
    """The bound of a linear program follows from its duals, and their signs are as promised."""
    rng = np.random.default_rng(seed)
    n, m = 30, 20
    matrix = rng.normal(size=(m, n)) * (rng.random((m, n)) < 0.3) * 10.0 ** rng.integers(-2, 5)
    point = rng.random(n) * 10
    kinds = rng.integers(0, 3, m)
    rows = [
        (side if kind != 1 else -INF, row, side if kind != 0 else INF)
        for kind, row, side in zip(kinds, matrix, matrix @ point, strict=True)
    ]
    cost = rng.normal(size=n) * 1e5
    program = model(cost, rows, lower=-100, upper=10.0 ** rng.integers(2, 7), integer=False)
    answer = get("highs").solve(program, Control())
    assert answer.held is Held.OPTIMAL
    assert answer.bound == pytest.approx(answer.objective, rel=1e-6)
    assert (answer.duals[kinds == 0] >= -1e-7).all()
    assert (answer.duals[kinds == 1] <= 1e-7).all()


def test_names():
    assert get("HiGHS").name == "highs"
    assert get("cp_sat").name == get("cpsat").name == "cp-sat"
    assert get("pulp:cbc").name == "pulp:CBC"
    assert get("pyomo:highs").name == "pyomo:highs"
    for wrong, hint in (("hihgs", "Did you mean highs?"), ("pulp:cbcc", "pulp:CBC"), ("x", "scip")):
        with pytest.raises(UsageError, match=hint.replace("?", r"\?")):
            get(wrong)
    with pytest.raises(UsageError):
        get("pulp:")


def test_overview_says_why():
    rows = {row.name: row for row in overview()}
    assert set(installed()) == {name for name, row in rows.items() if row.version}
    assert {"highs", "cp-sat", "scip", "pulp:CBC", "pyomo:highs"} <= set(installed())
    for row in rows.values():
        assert (row.version is None) == (row.reason is not None)
        assert row.features
    with pytest.raises(SolverError, match="PuLP does not find"):
        get("pulp:CHOCO_CMD").solve(knapsack(), Control())
    with pytest.raises(SolverError, match="Pyomo does not find gurobi here"):
        get("pyomo:gurobi").solve(knapsack(), Control())


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell")
def test_pyomo_runs_programs_on_the_path(tmp_path, monkeypatch):
    """The CBC that PuLP brings serves as a program for Pyomo's older interface."""
    import pulp

    cbc = Path(getattr(pulp.PULP_CBC_CMD, "pulp_cbc_path", ""))
    if not cbc.is_file():
        pytest.skip("PuLP brings no CBC")
    (tmp_path / "cbc").write_text(f'#!/bin/sh\nexec "{cbc.resolve()}" "$@"\n')
    (tmp_path / "cbc").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    solver = get("pyomo:cbc")
    answer = solver.solve(knapsack(), Control(time_limit=30))
    assert (answer.held, answer.objective, answer.bound) == (Held.OPTIMAL, -842, -842)
    impossible = model([1, 1], [(2.5, [1, 1], INF), (-INF, [1, -1], -1)])
    assert solver.solve(impossible, Control()).termination is Termination.INFEASIBLE


GLPSOL = """\
#!/bin/sh
[ "$WORD" = crash ] && exit 1
printf '%s\\n' Problem 'Rows: 1' 'Columns: 2' 'Non-zeros: 2' "Status:     $STATUS" '' '' '' '' \\
    '1 r0' '' '' '' '' '1 x0' '' '2 x1' '' > "$4"
printf '%s\\n' "s mip 1 2 $WORD -2" 'i 1 1' "j 1 $X0" "j 2 $X1" 'e o f' > "$6"
"""
"""A program that answers as GLPK does, whatever it is asked."""


@posix
@pytest.mark.parametrize(
    ("status", "word", "values", "termination", "held"),
    [
        ("INTEGER OPTIMAL", "o", "01", Termination.OPTIMAL, Held.OPTIMAL),
        ("INTEGER OPTIMAL", "o", "11", Termination.ERROR, Held.NONE),  # breaks the row
        ("INTEGER EMPTY", "n", "00", Termination.INFEASIBLE, Held.NONE),
        ("INTEGER UNDEFINED", "u", "00", Termination.ERROR, Held.NONE),
        ("", "crash", "00", Termination.ERROR, Held.NONE),
    ],
)
def test_other_programs_of_pulp_are_believed_as_far_as_it_goes(
    status, word, values, termination, held, tmp_path, monkeypatch
):
    (tmp_path / "glpsol").write_text(GLPSOL)
    (tmp_path / "glpsol").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    for name, value in {"STATUS": status, "WORD": word, "X0": values[0], "X1": values[1]}.items():
        monkeypatch.setenv(name, value)
    low = 3 if word == "n" else -INF
    program = model([-1, -2], [(low, [1, 1], INF if word == "n" else 1)])
    answer = get("pulp:GLPK_CMD").solve(program, Control(time_limit=30))
    assert (answer.termination, answer.held) == (termination, held), answer.message
    assert answer.objective == (-2 if held is Held.OPTIMAL else None)


def test_cp_sat_refuses_what_it_cannot_do():
    solver = get("cp-sat")
    continuous = model([1], [(0.5, [1], INF)], integer=False)
    with pytest.raises(SolverError, match="integer columns only"):
        solver.solve(continuous, Control())
    endless = model([1, 1], [(1, [1, 1], INF)], upper=INF)
    with pytest.raises(SolverError, match="column x0 has none"):
        solver.solve(endless, Control())


def test_integral_is_exact_for_decimals():
    rows = [(0.1, [0.1, 0.25, 3], 1.3), (-INF, [1, 2, 3], 7), (0, [1e-3, 5, 0], 12)]
    program = model([0.29, 1.1, -12345.67], rows, lower=[-3, 0, 2], upper=[5, 4, 9])
    scaled = integral(task(program))
    assert scaled.cost.tolist() == [29, 110, -1234567]
    assert scaled.value.tolist() == [10, 25, 300, 1, 2, 3, 1, 5000]
    assert scaled.lower.tolist() == [-3, 0, 2]
    assert scaled.row_lower[0] == 10 - (-30 + 600)
    assert scaled.row_upper[2] == 12003
    assert scaled.slack < 1e-12


@pytest.mark.parametrize("seed", range(100))
def test_integral_loses_no_solution_and_no_bound(seed):
    """Every feasible point stays feasible, and the scaled objective never overstates."""
    rng = np.random.default_rng(seed)
    program = random_small(seed)
    scaled = integral(task(program))
    cost, offset = program.weighted()
    for _ in range(50):
        point = rng.integers(program.lower, program.upper + 1)
        shifted = point - scaled.lower
        sums = np.bincount(
            np.repeat(np.arange(program.shape[0]), np.diff(scaled.start)),
            weights=scaled.value * shifted[scaled.index],
            minlength=program.shape[0],
        )
        inside = ((sums >= scaled.row_lower) & (sums <= scaled.row_upper)).all()
        if program.violation(point.astype(float)) <= 1e-9:
            assert inside
        true = float(cost @ point) + offset
        assert scaled.bound(float(scaled.cost @ shifted)) <= true + 1e-9 * max(1, abs(true))


def test_cp_sat_bound_with_irrational_costs():
    rng = np.random.default_rng(0)
    for seed in range(20):
        program = model(
            rng.normal(size=8) * 10.0 ** rng.integers(-3, 7, 8),
            [(-INF, rng.random(8), 2.0), (1.0, rng.random(8), INF)],
            offset=float(rng.normal() * 1e5),
        )
        best = enumerated(program)
        answer = get("cp-sat").solve(program, Control())
        if best is None:
            assert answer.termination is Termination.INFEASIBLE
            continue
        assert answer.objective == pytest.approx(best, rel=1e-9), seed
        assert best * (1 - np.sign(best) * 1e-9) - 1e-6 <= answer.bound <= best + 1e-9 * abs(best)


def test_rounding_is_repaired():
    """An answer with 0.999999 for 1 is rounded, and the continuous columns are solved again."""

    class Sloppy(BackEnd):
        name = "sloppy"
        features = frozenset({Feature.CONTINUOUS})
        rounds = 0

        def version(self):
            return "0"

        def _run(self, task, control, brake):
            self.rounds += 1
            if self.rounds == 1:
                return SolverAnswer(Termination.OPTIMAL, np.array([5e-7, 5.0]), 5.0)
            assert not task.model.integer.any()
            assert (task.model.lower[0], task.model.upper[0]) == (0, 0)
            return SolverAnswer(Termination.INFEASIBLE)

    program = model([10, 1], [(-INF, [-1e7, 1], 0), (5, [0, 1], INF)], upper=[1, 10])
    program.integer[1] = False
    sloppy = Sloppy()
    answer = sloppy.solve(program, Control())
    assert sloppy.rounds == 2
    assert (answer.termination, answer.held) == (Termination.ERROR, Held.NONE)
    assert "breaks the model" in answer.message


def told(program, answer, **changes):
    return checked(task(program, **changes), answer)


def test_claims_are_checked():
    program = model([1, 2], [(1, [1, 1], INF)])
    ones, wrong = np.array([1.0, 0.0]), np.array([0.0, 0.0])
    good = told(program, SolverAnswer(Termination.OPTIMAL, ones, 1.0 - 1e-12))
    assert (good.termination, good.held, good.bound) == (Termination.OPTIMAL, Held.OPTIMAL, 1.0)
    infeasible = told(program, SolverAnswer(Termination.OPTIMAL, wrong, 0.0))
    assert (infeasible.termination, infeasible.held) == (Termination.ERROR, Held.NONE)
    gap = told(program, SolverAnswer(Termination.OPTIMAL, ones, 0.9))
    assert (gap.termination, gap.held, gap.bound) == (Termination.ERROR, Held.FEASIBLE, 0.9)
    within = told(program, SolverAnswer(Termination.OPTIMAL, ones, 0.9), gap=0.2)
    assert (within.termination, within.held, within.bound) == (
        Termination.OPTIMAL,
        Held.OPTIMAL,
        0.9,
    )
    absurd = told(program, SolverAnswer(Termination.OPTIMAL, ones, 1.5))
    assert (absurd.termination, absurd.held, absurd.bound) == (
        Termination.ERROR,
        Held.FEASIBLE,
        None,
    )
    late = told(program, SolverAnswer(Termination.TIME_LIMIT, ones, 1.0))
    assert (late.termination, late.held) == (Termination.OPTIMAL, Held.OPTIMAL)
    contradiction = told(program, SolverAnswer(Termination.INFEASIBLE), start=ones)
    assert (contradiction.termination, contradiction.held) == (Termination.ERROR, Held.FEASIBLE)
    nothing = told(program, SolverAnswer(Termination.OPTIMAL, None, 1.0))
    assert (nothing.termination, nothing.held) == (Termination.ERROR, Held.NONE)


def test_infeasible_or_unbounded():
    assert infeasible_or_unbounded(task(knapsack())) is Termination.INFEASIBLE
    ray = model([0, -1], [(0, [1, 1], INF)], upper=INF)
    assert infeasible_or_unbounded(task(ray)) is Termination.UNBOUNDED
    assert infeasible_or_unbounded(task(model([1, 0], upper=INF))) is Termination.INFEASIBLE


def test_feasible_rounds_and_clips():
    program = model([1, 1], [(1, [1, 1], 1)])
    program.integer[1] = False
    kept = feasible(program, np.array([1 - 1e-7, -1e-8]))
    assert kept.tolist() == [1, 0]
    assert feasible(program, np.array([0.5, 0.5])) is None
    assert feasible(program, np.array([1.0, 0.1])) is None
    assert feasible(program, np.array([np.nan, 0.0])) is None
    assert feasible(program, np.array([1.0])) is None


def test_errors_in_the_worker_arrive():
    with pytest.raises(ZeroDivisionError):
        supervised(lambda brake: 1 / 0, Control())


def test_a_crash_is_an_answer():
    class Crashing(BackEnd):
        name = "crashing"
        features = frozenset()

        def version(self):
            return "0"

        def _run(self, task, control, brake):
            raise RuntimeError("boom")

    answer = Crashing().solve(knapsack(), Control())
    assert (answer.termination, answer.message) == (Termination.ERROR, "RuntimeError: boom")


def test_fake_solver():
    held = Solution(Termination.OPTIMAL, Held.OPTIMAL, np.zeros(2), 0.0, 0.0)
    fake = FakeSolver(held)
    assert fake.solve(knapsack(), Control(), weights=(1.0,)) is held
    assert fake.calls[0]["weights"] == (1.0,)
    with pytest.raises(SolverError):
        FakeSolver(raises=SolverError("no")).solve(knapsack(), Control())
    control = Control()
    threading.Timer(0.1, control.cancel.set).start()
    began = time.perf_counter()
    answer = FakeSolver(held, delay=5).solve(knapsack(), control)
    assert answer.termination is Termination.INTERRUPTED
    assert time.perf_counter() - began < 2
    late = FakeSolver(held, delay=5).solve(knapsack(), Control(time_limit=0.05))
    assert (late.termination, late.held) == (Termination.TIME_LIMIT, Held.OPTIMAL)
