"""What all back ends share: whatever happens in one is an answer."""

from __future__ import annotations

from koopopt.solvers import Control, Termination
from koopopt.solvers.backend import BackEnd
from solvers.models import knapsack


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
