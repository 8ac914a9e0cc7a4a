"""Explicit models with a column for the farthest way, solved as they are, against enumeration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import bruteforce
import koopopt
from koopopt.formulations import choose, explicit
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control, Termination
from koopopt.solving.export import linear_model, text
from random_instances import random_problem, with_sites

WEIGHTS = {"cost": 1.0, "travel": 10.0, "farthest": 2000.0}


@pytest.mark.parametrize("sites", [False, True])
def test_a_solution_says_the_farthest_way_of_its_plan(sites: bool) -> None:
    for seed in range(40):
        asked = with_sites(random_problem(seed), seed) if sites else random_problem(seed)
        problem = replace(asked, weights=WEIGHTS)
        if seed % 2:
            problem = problem.within({"farthest": 25.0})
        best = bruteforce.solve(problem)
        written = explicit(choose("partition", problem), problem)
        assert not any("farthest" in row and "site" in row for row in written.model.rows)
        weights = tuple(WEIGHTS.get(o.name, 0.0) for o in written.model.objectives)
        found = get("highs").solve(written.model, Control(), weights=weights)
        if best is None:
            assert found.termination is Termination.INFEASIBLE
            continue
        assert found.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-2)
        evaluation = koopopt.evaluate(problem, written.plan(found.values))
        assert evaluation.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-2)


def test_both_formulations_write_it() -> None:
    instance = koopopt.read("three-villages")
    fronts = {
        formulation: koopopt.front(
            linear_model(instance, formulation), ("cost", "farthest"), workers=1
        )
        for formulation in ("partition", "assignment")
    }
    of_plans = koopopt.front(instance, ("cost", "farthest"), workers=1)
    for found in fronts.values():
        assert found.complete
        assert np.allclose(found.values, of_plans.values)


@pytest.mark.parametrize("make", [koopopt.to_pulp, koopopt.to_pyomo])
def test_it_is_written_where_it_counts(make: object) -> None:
    instance = koopopt.read("three-villages")
    for problem, there in (
        (Problem.of(instance), False),
        (Problem.of(instance, limits={"farthest": 15.0}), False),
        (Problem.of(instance, weights={"farthest": 1.0}), True),
        (Problem.of(instance, lexicographic=["farthest"]), True),
    ):
        model = make(problem, "partition")  # type: ignore[operator]
        names = (
            [v.name for v in model.variables()]
            if make is koopopt.to_pulp
            else [str(name) for name in model.x]
        )
        assert any("farthest" in name for name in names) is there


def test_an_mps_file_has_all_criteria_unless_they_are_weighed() -> None:
    problem = Problem.of(koopopt.read("three-villages"))
    assert "\n N farthest\n" in text(problem, "mps", weighted=False)
    for kind, weighted in (("mps", True), ("lp", True), ("lp", False)):
        assert "farthest" not in text(problem, kind, weighted=weighted)  # type: ignore[arg-type]
