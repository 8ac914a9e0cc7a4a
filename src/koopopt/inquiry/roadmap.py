"""Roadmaps: in which order the partnerships of a plan are founded over years, at the least cost.

What is minimised is the discounted cost of the way (`koopopt.inquiry.years`), in whole cents, over
all ways that found every partnership of the plan within the years, under limits on how many are
founded in a year and on what founding may cost in one. It is a small integer
program (`way_program`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from koopopt.case.plan import Partnership, Plan
from koopopt.exact import CENTS_PER_EURO, fraction, whole_down
from koopopt.inquiry.tables import Table, Tabled, of_roadmap
from koopopt.inquiry.way_program import WayProgram
from koopopt.inquiry.years import Course, Step, steps
from koopopt.problem import Problem
from koopopt.solvers import chosen
from koopopt.solvers.base import Control, Progress, Solver
from koopopt.solving.optimise import Status
from koopopt.text import Text

USUAL_YEARS = 10
"""Years that are looked at where neither is said how many, nor the instance has a horizon."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Roadmap(Tabled):
    """What is known of the cheapest way from today to a plan.

    Attributes
    ----------
    status : Status
        `OPTIMAL`: no way costs a cent less, proven. `INFEASIBLE`: none keeps the limits, proven.
    plan : Plan
        Where the way ends.
    course : Course or None
        The way; None where there is none, or none is known.
    bound : int or None
        No way costs less, discounted, in cents, proven.
    most_a_year : int or None
        How many partnerships may be founded in a year.
    budget : int or None
        What founding may cost in a year, in cents.
    years : int
    rate : Fraction
    solver : str
        Who had the last word.
    doubts : tuple of Text
    """

    status: Status
    plan: Plan
    course: Course | None
    bound: int | None
    most_a_year: int | None
    budget: int | None
    years: int
    rate: Fraction
    solver: str = ""
    doubts: tuple[Text, ...] = ()

    @property
    def order(self) -> tuple[tuple[int, Step], ...]:
        """The steps in their order, each with its year; in a year as the plan has them."""
        if self.course is None:
            return ()
        numbered = zip(self.course.done, self.course.steps, strict=True)
        return tuple(sorted(((y, s) for y, s in numbered if y is not None), key=lambda e: e[0]))

    @property
    def ended(self) -> tuple[tuple[Partnership, ...], ...]:
        """Which of today's partnerships each step ends, in the order of the steps."""
        over: set[Partnership] = set()
        found = []
        for _, step in self.order:
            now = tuple(d for d in step.ends if d not in over)
            over |= {*now}
            found.append(now)
        return tuple(found)

    @property
    def stops(self) -> tuple[Course, ...]:
        """The same way if it stops before its first step, after the first one, and so on."""
        if self.course is None:
            return ()
        order = [step for _, step in self.order]
        stopped = []
        for count in range(len(order)):
            kept = {id(step) for step in order[:count]}
            pairs = zip(self.course.steps, self.course.done, strict=True)
            done = tuple(y if id(step) in kept else None for step, y in pairs)
            stopped.append(self.course.at(done))
        return tuple(stopped)

    def unchanged(self, problem: Problem) -> Course:
        """Return what is paid in these years if all stays as it is today."""
        return Course(problem.plain, (), (), self.years, self.rate)

    def table(self, lang: str = "en") -> Table:
        """Return a row a step; see `of_roadmap`."""
        return of_roadmap(self)

    def _said(self) -> str:
        return f" {self.status.value}, {len(self.order)} steps"


def roadmap(
    problem: Problem,
    plan: Plan,
    *,
    years: int | None = None,
    most_a_year: int | None = None,
    budget: float | None = None,
    solver: str | Solver = "highs",
    time_limit: float | None = None,
    memory: int | None = None,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
    began: float | None = None,
) -> Roadmap:
    """Return the cheapest way from today to a plan.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        One that is in no way malformed; rules are not asked.
    years : int, optional
        How many years are looked at; the way has to reach its end within them. Those of the
        instance's horizon unless said, `USUAL_YEARS` where it has none. Amounts are discounted by
        the horizon's rate, and not at all without one.
    most_a_year : int, optional
        How many partnerships may be founded in a year.
    budget : float, optional
        EUR that founding may cost in a year; what one year leaves is not for the next.
    solver, time_limit, memory, seed, on_progress, cancel, began
        As of `koopopt.solve`.

    Raises
    ------
    UsageError
        For impossible values, and where founding one partnership costs more than the budget.
    """
    problem, horizon = problem.plain, problem.instance.horizon
    years = years if years is not None else horizon.years if horizon else USUAL_YEARS
    rate = fraction(horizon.discount) if horizon else Fraction(0)
    cents = None if budget is None else whole_down(budget, CENTS_PER_EURO)
    control = Control.asked(
        gap=0.0, time_limit=time_limit, seed=seed, cancel=cancel, on_progress=on_progress,
        memory=memory, began=began,
    )  # fmt: skip
    program = WayProgram(problem, steps(problem, plan), years, rate, most_a_year, cents)
    answer = program.solved(chosen(solver, {}), control)
    return Roadmap(
        answer.status, plan, answer.course, answer.bound, most_a_year, cents, years, rate,
        answer.solver, answer.doubts,
    )  # fmt: skip
