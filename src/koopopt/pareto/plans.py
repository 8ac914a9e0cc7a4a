"""Fronts of problems: the oracles that answer with plans.

`PoolOracle` lives on what the partition formulation knows (`formulations.partition.bounds`): one
pool, one linear program and the reduced costs of every weighted sum it has seen. For a box most
coalitions are ruled out by them without solving anything; a small integer program decides over the
rest. Where that is not small, and where there is no pool (`SolveOracle`), `solve` does the work.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Final

import numpy as np

from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA
from koopopt.errors import SolverError
from koopopt.evaluation import all_alone, evaluate, status_quo
from koopopt.exact import Number, fraction
from koopopt.formulations import Formulation, Outcome, choose
from koopopt.formulations.partition import Partition
from koopopt.formulations.partition.bounds import Bounds, View
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.enumeration import TooMany
from koopopt.formulations.partition.model import solution_of, whole
from koopopt.formulations.partition.pool import Pool
from koopopt.formulations.partition.search import PartitionSearch
from koopopt.linear import Bools
from koopopt.pareto.grid import Amounts, Grid, total
from koopopt.pareto.oracle import Answer, Found, Oracle, Point, Question
from koopopt.plugins import listed
from koopopt.problem import Problem
from koopopt.rules import Limit
from koopopt.solvers.base import Control, Solver, Stopped, Termination
from koopopt.solvers.judge import NO_SOLUTION_VALUE, decide
from koopopt.solvers.options import Options, described
from koopopt.solvers.portfolio import solver_or_portfolio
from koopopt.solvers.registry import package
from koopopt.text import T

FEW_COALITIONS: Final = 300
"""Coalitions that are few enough to stop looking for better bounds."""
MAX_PLAIN_COALITIONS: Final = 3000
"""Coalitions that are too many for a plain integer program."""
FULL_VIEWS: Final = 4
"""Views that are asked about every coalition of a box."""
MAX_REMEMBERED_NUMBERS: Final = 2e7
"""Reduced costs to remember, in numbers: 160 MB."""


@dataclass(frozen=True)
class PlanSubject:
    """A problem, the criteria of its front, and who solves it.

    Attributes
    ----------
    problem : Problem
    names : tuple of str
        The criteria.
    grid : Grid
    solver, formulation : str
    seed : int
    memory : int or None
        Bytes that an oracle may take; half of what is free unless said.
    plugins : mapping package -> version
        What a process must have that makes the oracle.
    options : mapping
        Options of back ends' own libraries.
    """

    problem: Problem
    names: tuple[str, ...]
    grid: Grid
    solver: str | Solver = "auto"
    formulation: str = "auto"
    seed: int = 0
    memory: int | None = None
    plugins: Mapping[str, str] = field(default_factory=dict)
    options: Options = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """A fingerprint of the instance, its rules, and what its criteria mean."""
        problem = self.problem
        told = problem.instance.fingerprint, problem.plan_rules, meaning(problem)
        return hashlib.sha256(repr((told, problem.partnership_rules)).encode()).hexdigest()

    @cached_property
    def key(self) -> Hashable:
        """The digest, and who solves what of it how."""
        who = str(self.solver), described(self.options)
        return self.digest, self.names, self.grid, who, self.formulation, self.seed

    def oracle(self) -> Oracle:
        """Make the oracle of the problem.

        Raises
        ------
        SolverError
            In a process with other plug-ins: its criteria, rules and back ends are others.
        """
        here = needed(self.problem, self.solver)
        if here != self.plugins:
            raise SolverError(
                T("A worker has other plug-ins: needed are {needed}, there are {here}. Install the"
                  " same packages for every worker.",
                  needed=listed(self.plugins), here=listed(here))
            )  # fmt: skip
        return PlanOracle(self)

    def amounts(self, solution: Plan | tuple[float, ...]) -> Amounts | None:
        """Return the exact amounts of a plan in units of the grid, None where it breaks a rule."""
        if not isinstance(solution, Plan):
            return None
        evaluation = evaluate(self.problem, solution)
        return self.units(evaluation.amounts) if evaluation.feasible else None

    def units(self, amounts: Amounts) -> Amounts:
        """Return the front's criteria of all criteria's amounts, in units of the grid.

        These may be parts of the criteria's own units.
        """
        pairs = zip(self.names, self.of(amounts), self.grid.units, strict=True)
        return tuple(int(a * Fraction(1, CRITERIA[n].per_one) / unit) for n, a, unit in pairs)

    def of(self, amounts: Amounts) -> Amounts:
        """Return the front's criteria of all criteria's amounts."""
        order = list(CRITERIA)
        return tuple(amounts[order.index(name)] for name in self.names)


def needed(problem: Problem, solver: str | Solver) -> dict[str, str]:
    """Return the packages, with their versions, of all plug-ins that an oracle may ask."""
    asked = package(solver) if isinstance(solver, str) else {}
    return problem.foreign | dict(asked)


class PlanOracle:
    """Passes questions on to whom suits the problem, which the first question finds out."""

    def __init__(self, subject: PlanSubject) -> None:
        self.subject = subject
        self._suits: Oracle | None = None

    def ask(self, question: Question, cancel: threading.Event) -> Answer:
        """Pass the question on."""
        began = time.perf_counter()
        if self._suits is None:
            control = Control(
                time_limit=question.seconds, cancel=cancel, memory=self.subject.memory
            )
            try:
                self._suits = self._chosen(control)
            except Stopped:
                return Answer(Found.STOPPED, None, None, "", time.perf_counter() - began)
            question = replace(question, seconds=control.remaining)
        return self._suits.ask(question, cancel)

    def _chosen(self, control: Control) -> Oracle:
        problem = self.subject.problem
        formulation = choose(self.subject.formulation, problem, control)
        if isinstance(formulation, Partition):
            try:
                return PoolOracle(self.subject, formulation, formulation.pools(problem, control))
            except TooMany:
                pass
        return SolveOracle(self.subject, formulation)


def meaning(problem: Problem) -> str:
    """Return a digest of what the criteria say of this problem, whatever they are called."""
    told = hashlib.sha256()
    facts = problem.facts
    for array in (facts.grains, facts.per_unit, facts.alone_cents, facts.minutes):
        told.update(np.ascontiguousarray(array).tobytes() + b"\0")
    for c in problem.criteria:
        shared = c.name, c.per_one, c.cost_share, c.per_body, facts.office_cents
        told.update(repr(shared).encode())
        for s in range(len(facts.services)):
            terms = c.terms(facts, s)
            told.update(b"-" if terms is None else terms.tobytes())
    return told.hexdigest()


def grid_of(names: tuple[str, ...], resolution: Mapping[str, float]) -> Grid:
    """Return the grid of criteria: their own resolutions, or coarser ones."""
    units, per_cell = [], []
    for name in names:
        own = Fraction(1, CRITERIA[name].per_one)
        delta = fraction(resolution[name]) if name in resolution else own
        step = delta / own
        units.append(own / step.denominator)
        per_cell.append(step.numerator)
    coarse = any(resolution.get(n, 0) > CRITERIA[n].resolution for n in names)
    return Grid(tuple(units), tuple(per_cell), (True,) * len(names), coarse)


class SolveOracle:
    """Answers by solving the problem with limits on its criteria, whatever the formulation."""

    def __init__(self, subject: PlanSubject, formulation: Formulation) -> None:
        self.subject = subject
        self._formulation = formulation
        # With and without a box are two kinds of programs, and each has a race of its own.
        self._solvers = [solver_or_portfolio(subject.solver, subject.options) for _ in range(2)]

    def solver(self, question: Question) -> Solver:
        """Return who solves the programs of a question."""
        return self._solvers[question.bounded]

    def ask(self, question: Question, cancel: threading.Event) -> Answer:
        """Solve one problem."""
        began = time.perf_counter()
        problem = limited(self.subject, question)
        control = Control(
            time_limit=question.seconds, seed=self.subject.seed, cancel=cancel,
            memory=self.subject.memory,
        )  # fmt: skip
        start = question.start.solution if question.start else None
        solver = self.solver(question)
        outcome = self._formulation.solve(
            problem, solver, control, start if isinstance(start, Plan) else None
        )
        return self.answer(problem, outcome, solver, began)

    def answer(self, problem: Problem, outcome: Outcome, solver: Solver, began: float) -> Answer:
        """Return what an outcome says."""
        evaluation = evaluate(problem, outcome.plan) if outcome.plan else None
        found, point = Found.STOPPED, None
        if evaluation is not None and evaluation.feasible:
            amounts = self.subject.units(evaluation.amounts)
            point = Point(self.subject.grid.values(amounts), evaluation.plan)
        if outcome.termination is Termination.INFEASIBLE and point is None:
            found = Found.EMPTY
        elif outcome.termination is Termination.OPTIMAL and point is not None:
            found = Found.POINT
        bound = None
        if found is not Found.EMPTY and outcome.least is not None:
            bound = ceil(outcome.least * problem.scale.grain)
        said = [str(doubt) for doubt in outcome.doubts]
        said += [outcome.message] if outcome.message else []
        return Answer(
            found, point, bound, solver.name, time.perf_counter() - began, "; ".join(said)
        )


class PoolOracle:
    """Answers out of one pool of coalitions."""

    def __init__(self, subject: PlanSubject, formulation: Formulation, pools: list[Pool]) -> None:
        self.subject = subject
        self._slow = SolveOracle(subject, formulation)
        self._pools = pools
        self._bounds = Bounds(subject.problem, self._pools, subject.names)
        self._views: list[View] = []
        self._plans: dict[Amounts, Plan] = {}
        for plan in (all_alone(subject.problem), status_quo(subject.problem)):
            self._remember(plan)

    def _remember(self, plan: Plan) -> None:
        evaluation = evaluate(self.subject.problem, plan)
        if evaluation.feasible:
            self._plans[self.subject.of(evaluation.amounts)] = plan

    def ask(self, question: Question, cancel: threading.Event) -> Answer:
        """Rule out by bounds, then decide over what is left."""
        began = time.perf_counter()
        control = Control(
            time_limit=question.seconds, seed=self.subject.seed, cancel=cancel,
            memory=self.subject.memory,
        )  # fmt: skip
        if question.start is not None and isinstance(question.start.solution, Plan):
            self._remember(question.start.solution)
        problem = limited(self.subject, question)
        box = {n: u for n, u in problem.plan_conditions.limits.items() if n in self.subject.names}
        start = self._best(problem)
        views = [(view, self._bounds.most(view, box)) for view in self._views]
        if start is None and _none(views):
            return _empty(began)
        views = self._best_views(views)
        kept = self._bounds.kept(views)
        if start is not None or _count(kept) > FEW_COALITIONS:
            weights = problem.scale.floats
            if start is None and question.bounded:
                # A weight on what has no limit would say nothing of what is in the box.
                held = [name in problem.plan_conditions.limits for name in CRITERIA]
                weights = np.where(held, weights, 0.0)
            view = self._bounds.view(weights, problem.scale.step, box, control)
            if view is not None:
                self._learn(view)
                most = self._bounds.most(view, box)
                if start is None and _none([(view, most)]):
                    return _empty(began)
                if start is not None:
                    best = problem.scale.above(problem.scale.total(problem.amounts(start)))
                    most = min(most, float(np.nextafter(best + view.sides, np.inf)))
                views.append((view, most))
                kept = self._bounds.kept(views)
        return self._decide(question, problem, views, kept, start, control, began)

    def _decide(
        self,
        question: Question,
        problem: Problem,
        views: list[tuple[View, float]],
        kept: list[Bools],
        start: Plan | None,
        control: Control,
        began: float,
    ) -> Answer:
        """Let back ends choose among the columns that are left, if they are not many."""
        solver = self._slow.solver(question)
        outcome = None
        if _count(kept) <= MAX_PLAIN_COALITIONS:
            columns = self._bounds.columns(views, kept)
            if len(columns) <= 3 * MAX_PLAIN_COALITIONS:
                outcome = self._chosen(
                    problem, columns, solver, control, start, not question.bounded
                )
        if outcome is None or (outcome.plan and not evaluate(problem, outcome.plan).feasible):
            pools = [pool.take(k) for pool, k in zip(self._pools, kept, strict=True)]
            search = PartitionSearch(problem, solver, control)
            outcome = search.run(pools, start)
        answer = self._slow.answer(problem, outcome, solver, began)
        if answer.point is not None and isinstance(answer.point.solution, Plan):
            self._remember(answer.point.solution)
        return answer

    def _chosen(
        self,
        problem: Problem,
        columns: Columns,
        solver: Solver,
        control: Control,
        start: Plan | None,
        confirm: bool,
    ) -> Outcome | None:
        """Return the best plan of some columns; None where nobody can tell."""
        program = whole(problem, columns, self._bounds.worth(problem.scale.step))
        known = None if start is None else solution_of(problem, columns, program.model, start)
        verdict = decide(program.model, solver, control, start=known, confirm=confirm)
        if program.unit > 1 or (not verdict.settled and not control.stopped):
            return None
        plan = None
        if verdict.values is not None:
            which = np.flatnonzero(verdict.values[: len(columns)] > 0.5)
            plan = Plan(columns.partnership(problem.facts, int(k)) for k in which)
        least = None
        if verdict.least is not None and verdict.least < NO_SOLUTION_VALUE:
            least = program.least(verdict.least)
        return Outcome(verdict.termination, plan, least, verdict.message, tuple(verdict.doubts))

    # -- what is known -------------------------------------------------------------------------

    def _best(self, problem: Problem) -> Plan | None:
        """Return the best plan known that keeps a problem's limits."""
        limits = [problem.plan_conditions.limits.get(name) for name in self.subject.names]
        weights = self.subject.of(problem.scale.weights)
        inside = [
            (total(weights, amounts), amounts, plan)
            for amounts, plan in self._plans.items()
            if all(u is None or a <= u for a, u in zip(amounts, limits, strict=True))
        ]
        return min(inside, key=lambda entry: entry[:2])[2] if inside else None

    def _learn(self, view: View) -> None:
        self._views.append(view)
        while len(self._views) * view.size > MAX_REMEMBERED_NUMBERS and len(self._views) > 1:
            del self._views[0]

    def _best_views(self, views: list[tuple[View, float]]) -> list[tuple[View, float]]:
        """Return the views that leave the fewest coalitions, of the most promising ones."""
        finite = [(view, most) for view, most in views if np.isfinite(most)]
        room = [(most - view.level) / view.scale for view, most in finite]
        finite = [finite[k] for k in np.argsort(room, kind="stable")[: 3 * FULL_VIEWS].tolist()]
        count = [self._bounds.few(view, most) for view, most in finite]
        return [finite[k] for k in np.argsort(count, kind="stable")[:FULL_VIEWS].tolist()]


def limited(subject: PlanSubject, question: Question) -> Problem:
    """Return the problem that a question asks."""
    limits: dict[str, Number] = {
        name: upper * unit
        for name, upper, unit in zip(subject.names, question.upper, subject.grid.units, strict=True)
        if upper is not None
    }
    problem = subject.problem
    rules = (*problem.plan_rules, Limit(limits)) if limits else problem.plan_rules
    pairs = zip(subject.names, question.weights, subject.grid.units, strict=True)
    weights: dict[str, Number] = {name: weight / unit for name, weight, unit in pairs}
    return replace(problem, weights=weights, lexicographic=(), plan_rules=rules)


def _none(views: list[tuple[View, float]]) -> bool:
    """Whether some view proves that no plan has such weighted sums."""
    return any(v.bound > most for v, most in views)


def _empty(began: float) -> Answer:
    return Answer(Found.EMPTY, None, None, "bound", time.perf_counter() - began)


def _count(kept: list[Bools]) -> int:
    return sum(int(part.sum()) for part in kept)
