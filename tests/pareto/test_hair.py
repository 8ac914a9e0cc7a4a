"""Answers that break their box by a hair: it is drawn tighter, or given up."""

from dataclasses import replace

import pytest

from koopopt.linear import ModelBuilder
from koopopt.pareto import workers
from koopopt.pareto.models import ModelSubject
from koopopt.pareto.oracle import Found, Question
from koopopt.pareto.units import grid_of
from pareto import standins


class Hair(standins.StandIn):
    """HiGHS, whose solutions overshoot the limit of the box by so much, so many times."""

    def __init__(self, over, times):
        super().__init__(f"hair {over} {times}")  # oracles are told apart by it
        self.over, self.times, self.sides = over, times, []

    def solve(self, model, control, *, weights=None, start=None):
        self.sides.append(float(model.row_upper[-1]))
        over = self.over if len(self.sides) <= self.times else 0.0
        side = model.row_upper.copy()
        side[-1] += over
        return super().solve(replace(model, row_upper=side), control, weights=weights, start=start)


def continuous():
    """x + y ≥ 10, both continuous: the front is a line."""
    builder = ModelBuilder()
    x, y = builder.columns(["x", "y"], 0.0, 20.0, False)
    builder.entries(builder.rows(["sum"], 10.0), [x, y])
    builder.objective("f1", [x], 1.0)
    builder.objective("f2", [y], 1.0)
    return builder.build()


def hairy(over, times):
    """Ask for the least y where x is 3 at most: that is 7; the unit is a thousandth."""
    solver = Hair(over, times)
    model = continuous()
    grid = grid_of(model, {"f1": 1.0, "f2": 1.0})
    assert grid.exact == (False, False)
    subject = ModelSubject(model, grid, solver)
    return solver, workers.answer(subject, Question((3000, None), (0, 1)))


@pytest.mark.parametrize("over", [0.002, 0.04])
def test_a_box_that_is_left_is_drawn_tighter(over):
    solver, reply = hairy(over, times=1)
    assert reply.found is Found.POINT
    assert 6998 - 1000 * over <= reply.bound <= 7000 - 1000 * over  # proven of the whole box
    assert reply.point.values[0] <= 3.0
    assert reply.point.values[1] >= 7.0
    first, second = solver.sides
    assert first == 3.0 > second + over


def test_a_box_that_is_always_left_is_given_up():
    solver, reply = hairy(0.4, times=99)
    assert reply.found is Found.STOPPED
    assert reply.point is None
    assert reply.bound is not None
    assert reply.bound <= 7000
    assert len(solver.sides) == 3


def test_that_a_tighter_box_is_empty_says_nothing_of_the_box():
    """The tightened box has no solution, the one that was asked for has."""
    builder = ModelBuilder()
    x, y = builder.columns(["x", "y"], 0.0, [1.0, 20.0], [True, False])
    builder.entries(builder.rows(["sum"], 3.6, 3.6), [x, y], [0.6, 1.0])  # (1, 3) and (0, 3.6)
    builder.objective("f1", [x], 1.0)
    builder.objective("f2", [y], 1.0)
    model = builder.build()
    solver = Hair(0.61, times=1)
    subject = ModelSubject(model, grid_of(model, {"f2": 1.0}), solver)
    reply = workers.answer(subject, Question((None, 3000), (1, 0)))
    assert len(solver.sides) > 1
    assert reply.found is Found.STOPPED
    assert reply.bound == 0
