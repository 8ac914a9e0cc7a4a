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
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from koopopt.criteria import CRITERIA
from koopopt.evaluate import all_alone, evaluate, status_quo
from koopopt.facts import TOLERANCE
from koopopt.formulations import Formulation, Outcome, choose
from koopopt.formulations.partition import Partition
from koopopt.formulations.partition.bounds import Bounds, View, weights_of
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.enumeration import TooMany
from koopopt.formulations.partition.model import write
from koopopt.formulations.partition.pool import Pool
from koopopt.formulations.partition.search import Search
from koopopt.instance.fingerprint import fingerprint
from koopopt.linear import Bools
from koopopt.pareto.grid import Grid
from koopopt.pareto.oracle import Answer, Found, Oracle, Point, Question, Values
from koopopt.pareto.race import racing
from koopopt.plan import Plan
from koopopt.problem import Problem
from koopopt.rules import Limit
from koopopt.solvers.base import Control, Held, Solver, Stopped, Termination

ENOUGH: Final = 300
"""Coalitions that are few enough to stop looking for better bounds."""
MANY: Final = 3000
"""Coalitions that are too many for a plain integer program."""
USED: Final = 4
"""Views that are asked about every coalition of a box."""
REMEMBERED: Final = 2e7
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
    """

    problem: Problem
    names: tuple[str, ...]
    grid: Grid
    solver: str | Solver = "auto"
    formulation: str = "auto"
    seed: int = 0
    memory: int | None = None

    @cached_property
    def key(self) -> Hashable:
        """A digest of all that matters."""
        # Not `Instance.fingerprint`: a copy with other values would bring along its original's.
        told = fingerprint(self.problem.instance), self.problem.plan_rules
        rules = hashlib.sha256(repr((told, self.problem.partnership_rules)).encode()).hexdigest()
        return rules, self.names, self.grid, str(self.solver), self.formulation, self.seed

    def oracle(self) -> Oracle:
        """Make the oracle of the problem."""
        return PlanOracle(self)


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
                return Answer(Found.STOPPED, None, -np.inf, "", time.perf_counter() - began)
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


def grid_of(names: tuple[str, ...], resolution: Mapping[str, float]) -> Grid:
    """Return the grid of criteria: their own resolutions, or coarser ones."""
    deltas = tuple(resolution.get(name, CRITERIA[name].resolution) for name in names)
    exact = tuple(
        CRITERIA[name].resolution == 1.0 and delta == 1.0
        for name, delta in zip(names, deltas, strict=True)
    )
    coarse = any(resolution.get(n, 0) > CRITERIA[n].resolution for n in names)
    return Grid(deltas, exact, coarse)


class SolveOracle:
    """Answers by solving the problem with limits on its criteria, whatever the formulation."""

    def __init__(self, subject: PlanSubject, formulation: Formulation) -> None:
        self.subject = subject
        self._formulation = formulation
        # With and without a box are two kinds of programs, and each has a race of its own.
        self._solvers = [
            racing(subject.solver) if isinstance(subject.solver, str) else subject.solver
            for _ in range(2)
        ]

    def solver(self, question: Question) -> Solver:
        """Return who solves the programs of a question."""
        return self._solvers[int(any(np.isfinite(question.upper)))]

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
        found = Found.STOPPED
        if outcome.termination is Termination.INFEASIBLE:
            found = Found.EMPTY
        elif outcome.termination is Termination.OPTIMAL and evaluation is not None:
            found = Found.POINT
        bound = -np.inf if outcome.bound is None else outcome.bound
        point = None
        if evaluation is not None and not evaluation.violations:
            values = tuple(evaluation.criteria[name] for name in self.subject.names)
            point = Point(values, evaluation.plan)
            bound = min(bound, evaluation.objective)
        elif found is Found.POINT:
            found = Found.STOPPED
        return Answer(
            found,
            point,
            np.inf if found is Found.EMPTY else bound,
            solver.name,
            time.perf_counter() - began,
            outcome.message,
        )


class PoolOracle:
    """Answers out of one pool of coalitions."""

    def __init__(self, subject: PlanSubject, formulation: Formulation, pools: list[Pool]) -> None:
        self.subject = subject
        self._slow = SolveOracle(subject, formulation)
        self._pools = pools
        self._bounds = Bounds(subject.problem, self._pools, subject.names)
        self._views: list[View] = []
        self._plans: dict[Values, Plan] = {}
        for plan in (all_alone(subject.problem), status_quo(subject.problem)):
            evaluation = evaluate(subject.problem, plan)
            if evaluation.feasible:
                self._plans[tuple(evaluation.criteria[n] for n in subject.names)] = plan

    def ask(self, question: Question, cancel: threading.Event) -> Answer:
        """Rule out by bounds, then decide over what is left."""
        began = time.perf_counter()
        control = Control(
            time_limit=question.seconds, seed=self.subject.seed, cancel=cancel,
            memory=self.subject.memory,
        )  # fmt: skip
        if question.start is not None and isinstance(question.start.solution, Plan):
            self._plans[question.start.values] = question.start.solution
        start = self._best(question)
        box = dict(zip(self.subject.names, question.upper, strict=True))
        views = [(view, self._bounds.most(view, box)) for view in self._views]
        if start is None and _none(views):
            return _empty(began)
        views = self._best_views(views)
        kept = self._bounds.kept(views)
        if start is not None or _count(kept) > ENOUGH:
            weights = question.weights
            if start is None and any(np.isfinite(question.upper)):
                # A weight on what has no limit would say nothing of what is in the box.
                weights = tuple(
                    w if np.isfinite(u) else 0.0
                    for w, u in zip(question.weights, question.upper, strict=True)
                )
            view = self._bounds.view(weights_of(self.subject.names, weights), box, control)
            if view is not None:
                self._learn(view)
                most = self._bounds.most(view, box)
                if start is None and _none([(view, most)]):
                    return _empty(began)
                if start is not None:
                    most = min(most, _total(question.weights, start[0]) + view.sides)
                views.append((view, most))
                kept = self._bounds.kept(views)
        return self._decide(question, views, kept, start, control, began)

    def _decide(
        self,
        question: Question,
        views: list[tuple[View, float]],
        kept: list[Bools],
        start: tuple[Values, Plan] | None,
        control: Control,
        began: float,
    ) -> Answer:
        """Let a back end choose among the columns that are left, if they are not many."""
        problem, solver = limited(self.subject, question), self._slow.solver(question)
        outcome = None
        if _count(kept) <= MANY:
            columns = self._bounds.columns(views, kept)
            if len(columns) <= 3 * MANY:
                outcome = self._chosen(problem, columns, solver, control)
        if outcome is None or (outcome.plan and not evaluate(problem, outcome.plan).feasible):
            pools = [pool.take(k) for pool, k in zip(self._pools, kept, strict=True)]
            search = Search(problem, solver, control)
            outcome = search.run(pools, start[1] if start else None)
        answer = self._slow.answer(problem, outcome, solver, began)
        if answer.point is not None and isinstance(answer.point.solution, Plan):
            self._plans[answer.point.values] = answer.point.solution
        return answer

    def _chosen(
        self, problem: Problem, columns: Columns, solver: Solver, control: Control
    ) -> Outcome | None:
        """Return the best plan of some columns; None where the back end fails."""
        weights = tuple(problem.weights.get(name, 0.0) for name in CRITERIA)
        model = write(problem, columns)
        solution = solver.solve(model, control, weights=weights)
        if solution.termination is Termination.ERROR:
            return None
        plan = None
        if solution.held is not Held.NONE and solution.values is not None:
            which = np.flatnonzero(solution.values[: len(columns)] > 0.5)
            plan = Plan(columns.partnership(problem.facts, int(k)) for k in which)
        return Outcome(solution.termination, plan, solution.bound, solution.message)

    # -- what is known -------------------------------------------------------------------------

    def _best(self, question: Question) -> tuple[Values, Plan] | None:
        """Return the best plan known in a box."""
        inside = [
            (_total(question.weights, values), values, plan)
            for values, plan in self._plans.items()
            if all(v <= u for v, u in zip(values, question.upper, strict=True))
        ]
        return min(inside, key=lambda entry: entry[:2])[1:] if inside else None

    def _learn(self, view: View) -> None:
        self._views.append(view)
        while len(self._views) * view.size > REMEMBERED and len(self._views) > 1:
            del self._views[0]

    def _best_views(self, views: list[tuple[View, float]]) -> list[tuple[View, float]]:
        """Return the views that leave the fewest coalitions, of the most promising ones."""
        finite = [(view, most) for view, most in views if np.isfinite(most)]
        room = [(most - view.level) / view.scale for view, most in finite]
        finite = [finite[k] for k in np.argsort(room, kind="stable")[: 3 * USED].tolist()]
        count = [self._bounds.few(view, most) for view, most in finite]
        return [finite[k] for k in np.argsort(count, kind="stable")[:USED].tolist()]


def limited(subject: PlanSubject, question: Question) -> Problem:
    """Return the problem that a question asks."""
    limits = {
        name: upper
        for name, upper in zip(subject.names, question.upper, strict=True)
        if np.isfinite(upper)
    }
    problem = subject.problem
    rules = (*problem.plan_rules, Limit(limits)) if limits else problem.plan_rules
    weights = dict(zip(subject.names, question.weights, strict=True))
    return replace(problem, weights=weights, lexicographic=(), plan_rules=rules)


def _none(views: list[tuple[View, float]]) -> bool:
    """Whether some view proves that no plan has such weighted sums."""
    return any(v.bound > most + TOLERANCE * max(1.0, abs(most)) for v, most in views)


def _empty(began: float) -> Answer:
    return Answer(Found.EMPTY, None, np.inf, "bound", time.perf_counter() - began)


def _count(kept: list[Bools]) -> int:
    return sum(int(part.sum()) for part in kept)


def _total(weights: Values, values: Values) -> float:
    return sum(w * v for w, v in zip(weights, values, strict=True))
