"""What is particular to single back ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from koopopt.errors import SolverError
from koopopt.solvers import Control, Held, Termination, get
from processes import posix
from solvers.models import INF, enumerated, knapsack, model


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
signal.signal(signal.SIGINT, signal.default_int_handler)  # some shells have it ignored
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
