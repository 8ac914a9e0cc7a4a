"""Back ends by name, and what is said of those that are not there."""

from __future__ import annotations

import pytest

from koopopt.errors import SolverError, UsageError
from koopopt.solvers import Control, get, installed, overview
from solvers.models import knapsack


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
