"""What a front is asked of: what tells its subjects apart."""

from __future__ import annotations

import pickle

import koopopt
from koopopt.pareto.posed import of_problem
from koopopt.problem import Problem
from koopopt.solvers import chosen, get


def test_copies_of_a_subject_share_an_oracle_in_other_processes() -> None:
    problem = Problem.of(koopopt.read("three-villages"))
    for solver in ("auto", get("highs"), chosen("highs", {"highs": {"mip_rel_gap": 0.5}})):
        subject = of_problem(problem, (), {}, solver, "auto", 0).subject
        copies = [pickle.loads(pickle.dumps(subject)) for _ in range(2)]
        assert copies[0].key == copies[1].key == subject.key
    keys = {
        of_problem(problem, (), {}, solver, "auto", 0).subject.key
        for solver in ("highs", get("cp-sat"), chosen("highs", {"highs": {"mip_rel_gap": 0.5}}))
    }
    assert len(keys) == 3
