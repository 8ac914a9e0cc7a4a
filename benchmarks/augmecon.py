"""Solves one program with pyaugmecon, in an interpreter of its own (see `front.py`).

Reads a JSON object on standard input, writes one on standard output; imports nothing of koopopt.
pyaugmecon is given what suits it best: the true range of every objective, one point of its grid
for every integer, a gap of 0 where asked, HiGHS kept alive between the programs of its grid.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import sys
import tempfile
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyaugmecon import PyAugmecon
from pyomo.contrib.appsi.base import TerminationCondition
from pyomo.contrib.appsi.solvers.highs import Highs

PENALTY = 0.5
"""Weight of the slacks: too small in sum to change an integer objective, and far above the
tolerances of HiGHS, which the default of 0.001 is not."""


@pyo.SolverFactory.register("highs_in_process")
class Solver:
    """HiGHS in this process, as a solver that pyaugmecon can make."""

    _kept: Highs | None = None

    def __init__(self, **_: Any) -> None:
        self.options: dict[str, Any] = {}

    def solve(self, model: pyo.ConcreteModel) -> Any:
        """Solve and load the solution; an infeasible program is no error."""
        if Solver._kept is None or multiprocessing.parent_process() is None:
            Solver._kept = Highs()  # before the grid, rows come and go: it starts afresh
        highs = Solver._kept
        highs.config.load_solution = False
        highs.highs_options = {**self.options, "threads": 1}
        answer = highs.solve(model)
        if answer.termination_condition is TerminationCondition.optimal:
            answer.solution_loader.load_vars()
            condition = pyo.TerminationCondition.optimal
        elif answer.termination_condition is TerminationCondition.infeasible:
            condition = pyo.TerminationCondition.infeasible
        else:
            raise RuntimeError(f"HiGHS: {answer.termination_condition}")
        told = SimpleNamespace(termination_condition=condition, status=pyo.SolverStatus.ok)
        return SimpleNamespace(solver=told)


def model_of(told: dict[str, Any]) -> pyo.ConcreteModel:
    """Return a Pyomo model with the objectives in `obj_list`."""
    model = pyo.ConcreteModel()
    bounds = list(zip(told["lower"], told["upper"], strict=True))
    model.x = pyo.Var(range(len(bounds)), domain=pyo.Integers, bounds=lambda _, j: bounds[j])
    model.rows = pyo.ConstraintList()
    for low, columns, values, high in told["rows"]:
        if not columns:
            continue
        total = pyo.quicksum(v * model.x[j] for j, v in zip(columns, values, strict=True))
        model.rows.add((low, total, high))
    model.obj_list = pyo.ObjectiveList()
    for coefficients in told["objectives"]:
        total = pyo.quicksum(c * model.x[j] for j, c in enumerate(coefficients) if c)
        model.obj_list.add(expr=total, sense=pyo.minimize)
    for objective in model.obj_list.values():
        objective.deactivate()
    return model


def main() -> None:
    told = json.load(sys.stdin)
    began = time.perf_counter()
    options = {
        "name": "front",
        "grid_points": told["range"] + 1,
        "nadir_points": [-worst for worst in told["worst"]],
        "penalty_weight": PENALTY,
        "round_decimals": 4,
        "cpu_count": 1,
        "output_excel": False,
        "solver_name": "highs_in_process",
        "solver_io": None,
    }
    # It passes on only what is 0 of a solver's options; its own are Gurobi's.
    gaps = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0} if told["exact"] else {}
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        os.chdir(folder)
        search = PyAugmecon(model_of(told), options, {"MIPGap": None, **gaps})
        search.solve()
        os.chdir("/")
    points = np.rint(np.array(sorted(search.unique_pareto_sols))).astype(int).tolist()
    payoff = len(told["objectives"]) ** 2
    result = {
        "points": points,
        "solves": search.model.models_solved.value() + payoff,
        "seconds": time.perf_counter() - began,
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
