"""The assignment formulation: municipalities assigned to hubs.

Every municipality may be the seat of a pooled partnership of a service (a hub, open in one mode:
`modes`) and every other one may be its member (`blocks`). The integer program grows with the
square of the number of municipalities, not with the number of coalitions, and is written down
whole; only what is not linear in it - the bend of cost curves, contiguity, who loses - is learnt
from plans that break it (`cuts`). `search` is the loop around it.
"""

from __future__ import annotations

from math import inf

from koopopt.case.plan import Plan
from koopopt.errors import UsageError
from koopopt.formulations.assignment.cuts import Lessons
from koopopt.formulations.assignment.location import is_location
from koopopt.formulations.assignment.model import write
from koopopt.formulations.assignment.modes import size_classes
from koopopt.formulations.assignment.search import AssignmentSearch
from koopopt.formulations.assignment.services import allowed
from koopopt.formulations.base import Effort, Outcome, Written, known
from koopopt.formulations.pieces import first_points, is_straight, pieces
from koopopt.formulations.sites import joined
from koopopt.linear import LinearModel
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver, Stopped
from koopopt.system.memory import told
from koopopt.text import T, Text

COLUMN_BYTES = 2_500.0
"""What a column takes, with its rows and entries, here and in the back end."""
REFERENCE_SECONDS, REFERENCE_COLUMNS, GROWTH_POWER = 1.3, 10_000, 1.66
"""A program with so many columns takes so many seconds; one with k times as many takes
k ** GROWTH_POWER times as long."""
BENT_FACTOR = 20.0
"""So many times longer where cost curves bend: rounds of learning, weaker bounds."""
LOCATION_COLUMNS_PER_SECOND = 60_000.0
"""Columns of a location problem in a second: prices prove most plans (`narrowing`)."""
COLUMNS_WRITTEN_PER_SECOND = 50_000.0
"""Columns written in a second, and read by a back end."""
MAX_LOSER_MUNICIPALITIES = 40
"""Municipalities up to which `no_losers`, which is learnt plan by plan, is learnt in time."""

NOT_STABLE = T(
    "The formulation assignment knows neither the rule stable nor largest_loss; partition does."
)


class Assignment:
    """Municipalities assigned to hubs, exact."""

    name = "assignment"

    def estimate(self, problem: Problem, control: Control) -> Effort:
        """Return what the model would take: pairs × classes of forms × pieces of cost curves."""
        problem = joined(problem)
        columns, bent = _size(problem)
        size = columns * COLUMN_BYTES
        seconds = (
            REFERENCE_SECONDS
            * (columns / REFERENCE_COLUMNS) ** GROWTH_POWER
            * (BENT_FACTOR if bent else 1.0)
        )
        if not bent and is_location(problem):
            seconds = columns / LOCATION_COLUMNS_PER_SECOND
        refusal: Text | None = None
        strict = any(c.no_losers for c in problem.conditions)
        if problem.stable is not None or any(c.tests for c in problem.conditions):
            return Effort(columns, size, inf, NOT_STABLE)
        if size > control.budget:
            refusal = T("The model would take {size} of memory, more than {most}.",
                        size=told(size), most=told(control.budget))  # fmt: skip
        elif _late(Effort(columns, size, seconds), control):
            refusal = T("To write down the model would take longer than there is time.")
        elif strict and problem.facts.towns > MAX_LOSER_MUNICIPALITIES:
            refusal = T(
                "The rule no_losers with more than {most} municipalities takes too long.",
                most=MAX_LOSER_MUNICIPALITIES,
            )
        return Effort(columns, size, seconds if refusal is None else inf, refusal)

    def build(self, problem: Problem) -> LinearModel:
        """Return the model that the search begins with; see `written`."""
        return self.written(problem).model

    def written(self, problem: Problem) -> Written:
        """Return the model that the search begins with.

        It is a relaxation: members need not be connected nor spared losses, and where a cost
        curve bends the cost is an under-estimate, within 0.2 % on most curves; savings are asked
        of that.

        Raises
        ------
        UsageError
            Where the model would be too large to write down.
        """
        control = Control()
        _demand_memory(self.estimate(problem, control), control)
        hubs = write(joined(problem), Lessons())
        return Written(hubs.linear, len(hubs.meaning.service), hubs.plan, hubs.meaning.serves)

    def solve(
        self, problem: Problem, solver: Solver, control: Control, start: Plan | None = None
    ) -> Outcome:
        """Solve, learn from the plan, and solve again until the plan is right.

        Raises
        ------
        UsageError
            Where the model would be too large to write down.
        """
        effort = self.estimate(problem, control)
        if effort.refusal is NOT_STABLE:
            raise UsageError(NOT_STABLE)
        _demand_memory(effort, control)
        if _late(effort, control):
            return known(problem, control, start)
        try:
            return AssignmentSearch(joined(problem), solver, control).run(start)
        except Stopped:
            return known(problem, control, start)


def _demand_memory(effort: Effort, control: Control) -> None:
    if effort.refusal is not None and effort.bytes > control.budget:
        raise UsageError(effort.refusal)


def _late(effort: Effort, control: Control) -> bool:
    left = control.remaining
    return left is not None and effort.columns > COLUMNS_WRITTEN_PER_SECOND * left


def _size(problem: Problem) -> tuple[int, bool]:
    """Return about how many columns there are, and whether a cost curve bends."""
    facts, columns, bends = problem.facts, 0, False
    for s, conditions in enumerate(problem.conditions):
        curve, demand = facts.services[s].cost, facts.demand[s]
        low, high = float(demand.min(initial=0.0)), float(demand.sum())
        bent = not is_straight(curve, 2 * low, high)
        count = len(pieces(curve, low, high, first_points(curve, low, high))) if bent else 1
        pairs = int(allowed(facts, conditions).sum())
        columns += pairs * len(size_classes(facts, s, conditions)) * count
        bends |= bent
    return columns, bends
