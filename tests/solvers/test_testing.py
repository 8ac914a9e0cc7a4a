"""The back end for tests: it says what it is told to, late where it should be."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from koopopt.errors import SolverError
from koopopt.solvers import Control, Held, Solution, Termination
from koopopt.solvers.testing import FakeSolver
from solvers.models import knapsack


def test_fake_solver():
    held = Solution(Termination.OPTIMAL, Held.OPTIMAL, np.zeros(2), 0.0, 0.0)
    fake = FakeSolver(held)
    assert fake.solve(knapsack(), Control(), weights=(1.0,)) is held
    assert fake.calls[0]["weights"] == (1.0,)
    with pytest.raises(SolverError):
        FakeSolver(raises=SolverError("no")).solve(knapsack(), Control())
    control = Control()
    threading.Timer(0.1, control.cancel.set).start()
    began = time.perf_counter()
    answer = FakeSolver(held, delay=5).solve(knapsack(), control)
    assert answer.termination is Termination.INTERRUPTED
    assert time.perf_counter() - began < 2
    late = FakeSolver(held, delay=5).solve(knapsack(), Control(time_limit=0.05))
    assert (late.termination, late.held) == (Termination.TIME_LIMIT, Held.OPTIMAL)
