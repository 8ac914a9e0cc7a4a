"""Answers of back ends that are of the wrong form, as those of plug-ins may be."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from koopopt.solvers import Control, Feature, Held, Termination, get
from koopopt.solvers.backend import BackEnd
from koopopt.solvers.task import SolverAnswer
from solvers.models import knapsack


class Odd(BackEnd):
    """Answers what it is told to."""

    name = "odd"
    features = frozenset({Feature.GAP})

    def __init__(self, answer):
        self.answer = answer

    def version(self):
        return "1"

    def _run(self, task, control, brake):
        return self.answer(task)


@pytest.mark.parametrize(
    "answer",
    [
        lambda task: None,
        lambda task: sys.exit(7),
        lambda task: SolverAnswer("optimal", task.start, -7.0),
        lambda task: SolverAnswer(Termination.OPTIMAL, task.start, "x"),
        lambda task: SolverAnswer(Termination.OPTIMAL, np.zeros(len(task.start) + 1), 0.0),
    ],
)
def test_an_answer_of_the_wrong_form_is_not_believed(answer):
    program = knapsack()
    start = np.zeros(program.shape[1])
    found = Odd(answer).solve(program, Control(), start=start)
    assert (found.termination, found.bound) == (Termination.ERROR, None)
    assert found.held is Held.FEASIBLE


def test_a_list_of_numbers_is_an_answer():
    program = knapsack()
    values = get("highs").solve(program, Control())
    listed = Odd(lambda task: SolverAnswer(Termination.OPTIMAL, list(values.values), values.bound))
    assert listed.solve(program, Control()).objective == values.objective
