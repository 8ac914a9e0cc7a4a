"""The assignment formulation: municipalities assigned to hubs.

Every municipality may be the seat of a pooled partnership of a service (a hub, open in one mode:
`modes`) and every other one may be its member (`blocks`). The integer program grows with the
square of the number of municipalities, not with the number of coalitions, and is written down
whole; only what is not linear in it - the bend of cost curves, contiguity, who loses - is learnt
from plans that break it (`cuts`). `search` is the loop around it.
"""

from __future__ import annotations

from koopopt.errors import UsageError
from koopopt.formulations.assignment.cuts import Lessons
from koopopt.formulations.assignment.model import write
from koopopt.formulations.assignment.search import Search
from koopopt.formulations.assignment.services import allowed
from koopopt.formulations.base import Outcome
from koopopt.linear import LinearModel
from koopopt.plan import Plan
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver
from koopopt.text import T, Text

MOST = 500_000
"""Pairs of municipality and hub, all services together, times legal forms."""
MOST_LOSERS = 40
"""Municipalities up to which `no_losers`, which is learnt plan by plan, is learnt in time."""


class Assignment:
    """Municipalities assigned to hubs, exact."""

    name = "assignment"

    def refuses(self, problem: Problem) -> Text | None:
        """Return why the problem is too large, or too much of it not linear; None where not."""
        if _size(problem) > MOST:
            return T("There are too many pairs of municipalities and seats.")
        strict = any(c.no_losers for c in problem.conditions)
        if strict and problem.facts.n > MOST_LOSERS:
            return T(
                "The rule no_losers with more than {most} municipalities takes too long.",
                most=MOST_LOSERS,
            )
        return None

    def build(self, problem: Problem) -> LinearModel:
        """Return the model that the search begins with.

        It is a relaxation: members need not be connected nor spared losses, and where a cost
        curve bends the cost is an under-estimate, within 0.2 % on most curves.

        Raises
        ------
        UsageError
            Where the model would be too large to write down.
        """
        _demand_size(problem)
        return write(problem, Lessons()).linear

    def solve(
        self, problem: Problem, solver: Solver, control: Control, start: Plan | None = None
    ) -> Outcome:
        """Solve, learn from the plan, and solve again until the plan is right.

        Raises
        ------
        UsageError
            Where the model would be too large to write down.
        """
        _demand_size(problem)
        return Search(problem, solver, control).run(start)


def _demand_size(problem: Problem) -> None:
    if _size(problem) > MOST:
        raise UsageError(T("There are too many pairs of municipalities and seats."))


def _size(problem: Problem) -> int:
    return sum(
        int(allowed(problem.facts, c).sum()) * int(c.forms.sum()) for c in problem.conditions
    )
