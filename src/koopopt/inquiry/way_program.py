"""The integer program of a roadmap: which step is done in which year, at the least cost.

    x[k, y] = 1   step k is done in year y                      (each step once)
    d[j, t] = 1   partnership j of today still stands in year t (where several steps may end it)
    o[h, t] = 1   a pooled partnership is seated at h in year t (where an office costs anything)

All coefficients are whole cents, so a back end's proof counts as `koopopt.solvers.judge` says, and
what is found is computed anew, year by year, before it is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import numpy as np

from koopopt.case.plan import Partnership
from koopopt.case.years import discounted
from koopopt.errors import InternalError, UsageError
from koopopt.evaluation import status_quo
from koopopt.grants.criteria import money
from koopopt.inquiry.years import Course, Parts, Step
from koopopt.linear import Floats, LinearModel, ModelBuilder
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver, Stopped, Termination
from koopopt.solvers.digits import decide_long, reaches, split
from koopopt.solvers.judge import NO_SOLUTION_VALUE
from koopopt.solving.optimise import Status
from koopopt.text import T, Text


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of the cheapest way; see `koopopt.inquiry.roadmap.Roadmap`."""

    status: Status
    course: Course | None
    bound: int | None
    solver: str
    doubts: tuple[Text, ...] = ()


def _demand_possible(years: int, most: int | None, cents: int | None, once: Sequence[int]) -> None:
    """Raise `UsageError` for values that cannot be meant, or that no way could keep."""
    if not 1 <= years <= 100:
        raise UsageError(T("The years must be from 1 to 100."))
    if most is not None and most < 1:
        raise UsageError(T("One partnership a year has to be allowed at least."))
    if cents is not None and max(once, default=0) > cents:
        raise UsageError(
            T("Founding one partnership costs {once} EUR once, more than the budget of {budget} EUR"
              " a year. Raise the budget.", once=money(max(once)), budget=money(cents))
        )  # fmt: skip


class WayProgram:
    """One question: the program, a first way, and what back ends answer."""

    def __init__(
        self,
        problem: Problem,
        found: tuple[Step, ...],
        years: int,
        rate: Fraction,
        most: int | None,
        budget: int | None,
    ) -> None:
        self.problem, self.steps = problem, found
        self.years, self.rate, self.most, self.budget = years, rate, most, budget
        self.parts = [Parts.of(problem.facts, step.partnership) for step in found]
        self.once = [
            parts.once if step.founds else 0 for parts, step in zip(self.parts, found, strict=True)
        ]
        _demand_possible(years, most, budget, self.once)
        self.builder, self.constant = ModelBuilder("roadmap"), 0
        self.cost: defaultdict[int, int] = defaultdict(int)

    def solved(self, solver: Solver, control: Control) -> Answer:
        """Return what is known once a back end was asked."""
        try:
            model, rest, unit = self._program(control)
        except Stopped:
            return Answer(Status.NO_SOLUTION, None, None, solver.name)
        first = self._first()
        start = None if first is None else self._values(first, model)
        verdict, least = decide_long(model, unit, rest, solver, control, start=start)
        doubts = tuple(verdict.doubts)
        if verdict.termination is Termination.INFEASIBLE or (
            least is not None and least >= NO_SOLUTION_VALUE
        ):
            return Answer(Status.INFEASIBLE, None, None, verdict.solver, doubts)
        bound = None if least is None else least + self.constant
        if verdict.values is None:
            return Answer(Status.NO_SOLUTION, None, bound, verdict.solver, doubts)
        course = self._course(verdict.values)
        present = course.present
        if bound is not None and present < bound:
            raise InternalError(T("A way costs less than was proven to be the least."))
        status = Status.OPTIMAL if present == bound else Status.FEASIBLE
        return Answer(status, course, bound, verdict.solver, doubts)

    # -- the program ---------------------------------------------------------------------------

    def _program(self, control: Control) -> tuple[LinearModel, np.ndarray, int]:
        """Return the program, with the digits of its costs that its objective has no room for."""
        b, m, n = self.builder, len(self.steps), self.years
        names = [f"x[{k},{y}]" for k in range(m) for y in range(1, n + 1)]
        self.x = b.columns(names).reshape(m, n)
        rows = b.rows([f"once[{k}]" for k in range(m)], 1.0, 1.0)
        b.entries(rows[:, None], self.x)
        self._limits()
        ended = enumerate(self._ended().items())
        self._stands = {d: self._standing(j, by) for j, (d, by) in ended}
        # Those of today that stay as they are.
        self._kept = [p for p in status_quo(self.problem).pooled if p not in self._stands]
        for t in range(1, n + 1):
            control.check()
            self._year(t)
        self._offices()
        bare = b.build()
        costs = [self.cost[j] for j in range(len(bare.columns))]
        unit, coarse, rest = split(costs, reaches(bare))
        b.objective("cost", np.arange(len(costs)), coarse)
        return b.build(), rest, unit

    def _ended(self) -> dict[Partnership, list[int]]:
        """Return today's partnerships that end, each with the steps that end it."""
        found: dict[Partnership, list[int]] = {}
        for k, step in enumerate(self.steps):
            for d in step.ends:
                found.setdefault(d, []).append(k)
        return found

    def _limits(self) -> None:
        """Write the limits of each year."""
        b, names = self.builder, [str(y) for y in range(1, self.years + 1)]
        founding = [k for k, step in enumerate(self.steps) if step.founds]
        if self.most is not None and founding:
            rows = b.rows([f"most[{y}]" for y in names], upper=float(self.most))
            b.entries(rows, self.x[founding])
        paid = [k for k, once in enumerate(self.once) if once]
        if self.budget is not None and paid:
            common = gcd(*(self.once[k] for k in paid))
            rows = b.rows([f"budget[{y}]" for y in names], upper=float(self.budget // common))
            weight = np.array([self.once[k] // common for k in paid], float)
            b.entries(rows, self.x[paid], weight[:, None])

    def _standing(self, number: int, by: Sequence[int]) -> list[tuple[int, Sequence[int]]]:
        """Return for each year (constant, columns) of a partnership of today that steps end.

        With one step it stands as long as that is not done: 1 less the columns. With several it has
        columns of its own: 0 and the column.
        """
        b, years = self.builder, range(1, self.years + 1)
        if len(by) == 1:
            return [(1, self.x[by[0], :t].tolist()) for t in years]
        own = b.columns([f"d[{number},{t}]" for t in years])
        for t, column in enumerate(own.tolist(), 1):
            each = b.rows([f"ended[{number},{k},{t}]" for k in by], upper=1.0)
            b.entries(each, column)
            b.entries(each[:, None], self.x[by, :t])
            (until,) = b.rows([f"stands[{number},{t}]"], lower=1.0)
            b.entries(until, column)
            b.entries(until, self.x[by, :t].ravel())
        return [(0, [column]) for column in own.tolist()]

    def _if(self, terms: tuple[int, Sequence[int]], cents: int) -> None:
        """Add cents where a partnership of today stands."""
        constant, columns = terms
        self.constant += constant * cents
        for j in columns:
            self.cost[j] += -cents if constant else cents

    def _year(self, t: int) -> None:
        """Add what is paid in a year, offices apart."""
        facts = self.problem.facts

        def worth(cents: int) -> int:
            return discounted(cents, t, self.rate)

        for k, (step, parts) in enumerate(zip(self.steps, self.parts, strict=True)):
            if not step.founds:
                continue
            running = worth(parts.running)
            for y in range(1, t + 1):
                self.cost[int(self.x[k, y - 1])] += running
            for y in range(max(1, t - parts.grant_years + 1), t + 1):
                self.cost[int(self.x[k, y - 1])] -= worth(parts.granted(t - y + 1))
            self.cost[int(self.x[k, t - 1])] += worth(parts.once)
        for d, standing in self._stands.items():
            self._if(standing[t - 1], worth(facts.cents(d, granted=False, founded=False)))
        founded = {(s.partnership.service, i): k for k, s in enumerate(self.steps) if s.founds
                   for i in s.partnership.members}  # fmt: skip
        left = {(d.service, i): d for d in self._stands for i in d.members}
        served = {(p.service, i) for p in self._kept for i in p.members}
        for p in self._kept:
            self.constant += worth(facts.cents(p, granted=False, founded=False))
        for s, service in enumerate(facts.services):
            for i, id_ in enumerate(facts.ids):
                who = service.id, id_
                if who in served:
                    continue
                cents = worth(int(facts.alone_cents[s, i]))
                self.constant += cents
                if who in founded:
                    for j in self.x[founded[who], :t].tolist():
                        self.cost[j] -= cents
                if who in left:
                    self._if(self._stands[left[who]][t - 1], -cents)

    def _offices(self) -> None:
        """Add the offices of seats."""
        b, cents = self.builder, self.problem.facts.office_cents
        if not cents:
            return
        always = {p.seat for p in self._kept}
        new = [(k, s.partnership.seat) for k, s in enumerate(self.steps) if s.founds]
        seats = dict.fromkeys([seat for _, seat in new] + [d.seat for d in self._stands])
        for t in range(1, self.years + 1):
            worth = discounted(cents, t, self.rate)
            self.constant += worth * len(always)
            for number, seat in enumerate(seats):
                if seat in always:
                    continue
                (open_,) = b.columns([f"o[{number},{t}]"]).tolist()
                self.cost[open_] += worth
                for k in (k for k, at in new if at == seat):
                    (row,) = b.rows([f"seat[{open_},{k}]"], lower=0.0)
                    b.entries(row, open_)
                    b.entries(row, self.x[k, :t], -1.0)
                for j, (d, standing) in enumerate(self._stands.items()):
                    if d.seat == seat:
                        constant, columns = standing[t - 1]
                        (row,) = b.rows([f"old[{open_},{j}]"], lower=float(constant))
                        b.entries(row, open_)
                        b.entries(row, columns, 1.0 if constant else -1.0)

    # -- ways ----------------------------------------------------------------------------------

    def _first(self) -> Course | None:
        """Return a way that keeps the limits: each step as early as they let it."""
        count, paid = [0] * self.years, [0] * self.years
        done: list[int] = []
        order = sorted(range(len(self.steps)), key=lambda k: (-self.once[k], k))
        for k in order:
            founds = self.steps[k].founds
            for y in range(self.years):
                full = founds and self.most is not None and count[y] >= self.most
                dear = self.budget is not None and paid[y] + self.once[k] > self.budget
                if not full and not dear:
                    break
            else:
                return None
            count[y] += founds
            paid[y] += self.once[k]
            done.append(y + 1)
        at = dict(zip(order, done, strict=True))
        return self._at(tuple(at[k] for k in range(len(self.steps))))

    def _at(self, done: tuple[int, ...]) -> Course:
        return Course(self.problem, self.steps, done, self.years, self.rate)

    def _course(self, values: Floats) -> Course:
        """Return the way that values of the columns stand for."""
        return self._at(tuple(((values[self.x] > 0.5).argmax(axis=1) + 1).tolist()))

    def _values(self, course: Course, model: LinearModel) -> Floats:
        """Return the values of the columns that stand for a way."""
        values = np.zeros(len(model.columns))
        for k, y in enumerate(course.done):
            values[self.x[k, (y or 1) - 1]] = 1.0
        for d, standing in self._stands.items():
            for t, (constant, columns) in enumerate(standing, 1):
                if not constant:
                    values[columns[0]] = float(d in course.stands(t).pooled)
        for j, name in enumerate(model.columns):
            if name.startswith("o["):
                values[j] = 1.0
        return values
