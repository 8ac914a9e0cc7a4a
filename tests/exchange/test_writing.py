"""LP and MPS files as they are written: read back exactly, by HiGHS too, whatever the names."""

from __future__ import annotations

import re

import numpy as np
import pytest

from exchange.texts import read, same, written
from exchange.wild import HOSTILE, hostile, wild
from koopopt.exchange import read_mps, safe_names, write_lp, write_mps
from koopopt.linear import ModelBuilder
from koopopt.solvers import Control, get
from solvers.models import INF, knapsack, model, random_small


@pytest.mark.parametrize("seed", range(60))
def test_round_trip_is_exact(seed):
    program = wild(seed)
    again = read(written(program))
    same(program, again)
    assert list(again.columns) == list(program.columns)
    assert list(again.rows) == list(program.rows)
    assert [o.name for o in again.objectives] == [o.name for o in program.objectives]


def test_hostile_names_never_become_syntax():
    program = hostile()
    for write in (write_mps, write_lp):
        text = written(program, write)
        assert text.isascii()
        assert "script>" not in text
        assert max(map(len, text.splitlines())) < 1200
    same(program, read(written(program)))
    names = safe_names(HOSTILE)
    assert len(set(names)) == len(names) == len(HOSTILE)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,110}", name) for name in names)
    assert names[0] == "a_b"
    assert names[5] == "Hoexter_Sued"


@pytest.mark.parametrize("write", [write_mps, write_lp])
@pytest.mark.parametrize(
    "make", [hostile, knapsack, *(lambda s=s: random_small(s) for s in range(12))]
)
def test_highs_reads_what_is_written(tmp_path, write, make):
    import highspy

    program = make()
    path = tmp_path / ("m.mps" if write is write_mps else "m.lp")
    write(program, path)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    solver.run()
    expected = get("highs").solve(program, Control())
    if expected.values is None:
        assert solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible
    else:
        assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        assert solver.getInfo().objective_function_value == pytest.approx(expected.objective)


@pytest.mark.parametrize("write", [write_mps, write_lp])
def test_highs_reads_mixed_bounds(tmp_path, write):
    import highspy

    program = model(
        [1, -1, 2, 1, 0.5, 1],
        [(-3, [1, 1, 1, 0, 0, 1], 9.5), (-4, [0, 0, 0, 1, 0, 0], INF), (-INF, [1] * 6, INF)],
        lower=[-INF, 0, -2.5, -INF, 1, -7],
        upper=[INF, 7, INF, -1, 1, -2],
        integer=False,
        offset=12.25,
    )
    path = tmp_path / ("m.mps" if write is write_mps else "m.lp")
    write(program, path)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(path))
    lp = solver.getLp()
    np.testing.assert_array_equal(lp.col_lower_, program.lower)
    np.testing.assert_array_equal(lp.col_upper_, program.upper)
    solver.run()
    expected = get("highs").solve(program, Control()).objective
    assert solver.getInfo().objective_function_value == pytest.approx(expected)


def test_empty_models_are_written():
    for program in (ModelBuilder().build(), model([1.0]), wild(0)):
        same(program, read(written(program)))
        assert written(program, write_lp).endswith("End\n")


def test_compressed(tmp_path):
    program = knapsack()
    write_mps(program, tmp_path / "k.mps.gz")
    same(program, read_mps(tmp_path / "k.mps.gz"))
    assert (tmp_path / "k.mps.gz").read_bytes()[:2] == b"\x1f\x8b"
