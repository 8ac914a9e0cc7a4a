"""What back ends say is checked, and mended where only rounding is to blame."""

from __future__ import annotations

import numpy as np

from koopopt.solvers import Control, Feature, Held, Termination
from koopopt.solvers.backend import BackEnd
from koopopt.solvers.checking import checked, feasible, infeasible_or_unbounded
from koopopt.solvers.task import SolverAnswer
from solvers.models import INF, knapsack, model, task


def test_rounding_is_repaired():
    """An answer with 0.999999 for 1 is rounded, and the continuous columns are solved again."""

    class Sloppy(BackEnd):
        name = "sloppy"
        features = frozenset({Feature.CONTINUOUS})
        rounds = 0

        def version(self):
            return "0"

        def _run(self, task, control, brake):
            self.rounds += 1
            if self.rounds == 1:
                return SolverAnswer(Termination.OPTIMAL, np.array([5e-7, 5.0]), 5.0)
            assert not task.model.integer.any()
            assert (task.model.lower[0], task.model.upper[0]) == (0, 0)
            return SolverAnswer(Termination.INFEASIBLE)

    program = model([10, 1], [(-INF, [-1e7, 1], 0), (5, [0, 1], INF)], upper=[1, 10])
    program.integer[1] = False
    sloppy = Sloppy()
    answer = sloppy.solve(program, Control())
    assert sloppy.rounds == 2
    assert (answer.termination, answer.held) == (Termination.ERROR, Held.NONE)
    assert "breaks the model" in answer.message


def told(program, answer, **changes):
    return checked(task(program, **changes), answer)


def test_claims_are_checked():
    program = model([1, 2], [(1, [1, 1], INF)])
    ones, wrong = np.array([1.0, 0.0]), np.array([0.0, 0.0])
    good = told(program, SolverAnswer(Termination.OPTIMAL, ones, 1.0 - 1e-12))
    assert (good.termination, good.held, good.bound) == (Termination.OPTIMAL, Held.OPTIMAL, 1.0)
    infeasible = told(program, SolverAnswer(Termination.OPTIMAL, wrong, 0.0))
    assert (infeasible.termination, infeasible.held) == (Termination.ERROR, Held.NONE)
    gap = told(program, SolverAnswer(Termination.OPTIMAL, ones, 0.9))
    assert (gap.termination, gap.held, gap.bound) == (Termination.ERROR, Held.FEASIBLE, 0.9)
    within = told(program, SolverAnswer(Termination.OPTIMAL, ones, 0.9), gap=0.2)
    assert (within.termination, within.held, within.bound) == (
        Termination.OPTIMAL,
        Held.OPTIMAL,
        0.9,
    )
    absurd = told(program, SolverAnswer(Termination.OPTIMAL, ones, 1.5))
    assert (absurd.termination, absurd.held, absurd.bound) == (
        Termination.ERROR,
        Held.FEASIBLE,
        None,
    )
    late = told(program, SolverAnswer(Termination.TIME_LIMIT, ones, 1.0))
    assert (late.termination, late.held) == (Termination.OPTIMAL, Held.OPTIMAL)
    contradiction = told(program, SolverAnswer(Termination.INFEASIBLE), start=ones)
    assert (contradiction.termination, contradiction.held) == (Termination.ERROR, Held.FEASIBLE)
    nothing = told(program, SolverAnswer(Termination.OPTIMAL, None, 1.0))
    assert (nothing.termination, nothing.held) == (Termination.ERROR, Held.NONE)


def test_infeasible_or_unbounded():
    assert infeasible_or_unbounded(task(knapsack())) is Termination.INFEASIBLE
    ray = model([0, -1], [(0, [1, 1], INF)], upper=INF)
    assert infeasible_or_unbounded(task(ray)) is Termination.UNBOUNDED
    assert infeasible_or_unbounded(task(model([1, 0], upper=INF))) is Termination.INFEASIBLE


def test_feasible_rounds_and_clips():
    program = model([1, 1], [(1, [1, 1], 1)])
    program.integer[1] = False
    kept = feasible(program, np.array([1 - 1e-7, -1e-8]))
    assert kept.tolist() == [1, 0]
    assert feasible(program, np.array([0.5, 0.5])) is None
    assert feasible(program, np.array([1.0, 0.1])) is None
    assert feasible(program, np.array([np.nan, 0.0])) is None
    assert feasible(program, np.array([1.0])) is None
