"""What is known without solving anything: a run is stopped, and has a plan nevertheless."""

from __future__ import annotations

from typing import Any

import tiny
from koopopt.case.plan import Partnership
from koopopt.evaluation import all_alone, status_quo
from koopopt.formulations.base import known
from koopopt.problem import Problem
from koopopt.solvers.base import Control

TODAY = (Partnership("water", ("01", "02"), "02", "association"),)


def asked(**rules: Any) -> Problem:
    return Problem.of(tiny.instance(status_quo=TODAY, rules=rules))


def test_a_start_that_keeps_the_rules_is_kept() -> None:
    problem = asked(max_bodies=1)
    start = all_alone(problem)
    outcome = known(problem, Control(), start, least=5)
    assert (outcome.plan, outcome.least) == (start, 5)


def test_else_it_is_the_better_one_of_today_and_all_alone() -> None:
    problem = asked()
    costs = {plan: problem.amounts(plan)[0] for plan in (status_quo(problem), all_alone(problem))}
    assert known(problem, Control(), None).plan == min(costs, key=costs.__getitem__)
    assert known(asked(max_bodies=0), Control(), status_quo(problem)).plan == all_alone(problem)
    assert known(asked(keep_existing=True), Control(), None).plan == status_quo(problem)


def test_there_may_be_none() -> None:
    assert known(asked(min_bodies=2), Control(), None).plan is None
