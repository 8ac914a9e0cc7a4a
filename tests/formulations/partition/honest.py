"""Solving by partition, and what may be claimed of it."""

from __future__ import annotations

import bruteforce
from koopopt.evaluation import evaluate
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition import Partition
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control, Termination
from random_instances import random_problem


def solve(problem: Problem, solver: object = None, control: Control | None = None) -> Outcome:
    return Partition().solve(problem, solver or get("highs"), control or Control())  # type: ignore[arg-type]


def assert_honest(problem: Problem, outcome: Outcome, best: bruteforce.Best | None) -> None:
    """What is claimed is true, however little that is."""
    if best is None:
        assert outcome.plan is None
        return
    assert outcome.termination is not Termination.INFEASIBLE
    optimum = best.total(problem)
    assert outcome.least is None or outcome.least <= optimum
    if outcome.plan is not None:
        evaluation = evaluate(problem, outcome.plan)
        assert evaluation.feasible
        assert evaluation.total >= optimum


def assert_optimal(seed: int) -> bool:
    """The answer to a random problem is that of enumeration, proven; returns if it has a plan."""
    problem = random_problem(seed)
    best = bruteforce.solve(problem)
    outcome = solve(problem)
    assert_honest(problem, outcome, best)
    if best is None:
        assert outcome.termination is Termination.INFEASIBLE, seed
        return False
    assert outcome.termination is Termination.OPTIMAL, seed
    assert outcome.plan is not None
    assert evaluate(problem, outcome.plan).total == best.total(problem) == outcome.least, seed
    return True
