"""Fronts of problems: the oracle that answers with plans.

Its questions differ in weights and limits only, which is what the partition formulation keeps
itself warm for (`formulations.partition.warm`): one pool, one linear program and the reduced costs
of every weighted sum it has seen.
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

import numpy as np

from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA
from koopopt.errors import SolverError
from koopopt.evaluation import all_alone, evaluate, status_quo
from koopopt.exact import MAX_EXACT_SUM, Number, fraction
from koopopt.formulations import Formulation, Outcome, answer, choose
from koopopt.formulations.base import known
from koopopt.formulations.curves import Curves
from koopopt.formulations.partition.store import Store
from koopopt.formulations.plans import Plans
from koopopt.pareto.grid import Amounts, Grid
from koopopt.pareto.oracle import Answer, Found, Oracle, Point, Question
from koopopt.plugins import versions
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver, Stopped, Termination
from koopopt.solvers.options import Options, described
from koopopt.solvers.portfolio import solver_or_portfolio
from koopopt.solvers.registry import package, told_apart
from koopopt.text import T


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
        who = told_apart(self.solver), described(self.options)
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
                  needed=versions(self.plugins), here=versions(here))
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
    """Solves the problem with limits on its criteria; one question helps the next.

    Parameters
    ----------
    subject : PlanSubject
    store : Store, optional
        Pools, and what is learnt of them.
    plans : Plans, optional
        Those that are known.
    """

    def __init__(
        self, subject: PlanSubject, store: Store | None = None, plans: Plans | None = None
    ) -> None:
        self.subject = subject
        self._store = Store() if store is None else store
        self._plans = Plans() if plans is None else plans
        self._curves = Curves()
        self._formulation: Formulation | None = None
        self._solvers: list[Solver] = []
        for plan in (all_alone(subject.problem), status_quo(subject.problem)):
            self._plans.offer(subject.problem, plan)

    def ask(self, question: Question, cancel: threading.Event) -> Answer:
        """Solve one problem; the first question finds out which formulation suits it."""
        began = time.perf_counter()
        subject = self.subject
        control = Control(
            gap=question.gap, time_limit=question.seconds, seed=subject.seed, cancel=cancel,
            memory=subject.memory,
        )  # fmt: skip
        if self._formulation is None:
            try:
                self._formulation = choose(
                    subject.formulation, _bounded(subject), control, self._store
                )
            except Stopped:
                return Answer(Found.STOPPED, None, None, "", time.perf_counter() - began)
            # With and without a box are two kinds of programs, and each has its own portfolio.
            self._solvers = [self._solver(self._formulation) for _ in range(2)]
        if question.start is not None and isinstance(question.start.solution, Plan):
            self._plans.offer(subject.problem, question.start.solution)
        problem, solver = limited(subject, question), self._solvers[question.bounded]
        start = self._plans.best(problem)
        outcome = answer(self._formulation, problem, solver, control, start, self._curves)
        self._plans.offer(subject.problem, outcome.plan)
        return self._answer(problem, outcome, solver, began, question.gap)

    def _solver(self, formulation: Formulation) -> Solver:
        """Return who decides over what is left, or over all of it.

        HiGHS is good at the programs of the partition formulation: racing only adds to its time.
        """
        solver, options = self.subject.solver, self.subject.options
        if solver == "auto" and formulation.name == "partition" and set(options) <= {"highs"}:
            solver = "highs"
        return solver_or_portfolio(solver, options)

    def _answer(
        self, problem: Problem, outcome: Outcome, solver: Solver, began: float, gap: float
    ) -> Answer:
        """Return what an outcome says."""
        evaluation = evaluate(problem, outcome.plan) if outcome.plan else None
        found, point = Found.STOPPED, None
        if evaluation is not None and evaluation.feasible:
            amounts = self.subject.units(evaluation.amounts)
            point = Point(self.subject.grid.values(amounts), evaluation.plan)
        if outcome.termination is Termination.INFEASIBLE and point is None:
            found = Found.EMPTY
        elif outcome.termination is Termination.OPTIMAL and point is not None:
            best = evaluation is not None and outcome.least == evaluation.total
            found = Found.POINT if best or gap == 0.0 else Found.STOPPED
        bound = None
        if found is not Found.EMPTY and outcome.least is not None:
            bound = ceil(outcome.least * problem.scale.grain)
        said = [str(doubt) for doubt in outcome.doubts]
        said += [outcome.message] if outcome.message else []
        return Answer(
            found, point, bound, solver.name, time.perf_counter() - began, "; ".join(said)
        )


def unasked(subject: PlanSubject, why: str) -> Answer:
    """Return what is known without solving anything: the better one of today and all alone."""
    began = time.perf_counter()
    plan, point = known(subject.problem, Control(), None).plan, None
    if plan is not None and (amounts := subject.amounts(plan)) is not None:
        point = Point(subject.grid.values(amounts), plan)
    return Answer(Found.STOPPED, point, None, "", time.perf_counter() - began, why)


def _bounded(subject: PlanSubject) -> Problem:
    """Return the problem as most questions ask it: with a limit, here a loose one.

    On largest values it would be a rule of partnerships.
    """
    sums = [name for name in subject.names if CRITERIA[name].largest is None]
    return subject.problem.within(dict.fromkeys(sums, MAX_EXACT_SUM))


def meaning(problem: Problem) -> str:
    """Return a digest of what the criteria say of this problem, whatever they are called."""
    told = hashlib.sha256()
    facts = problem.facts
    for array in (facts.grains, facts.per_unit, facts.alone_cents, facts.minutes):
        told.update(np.ascontiguousarray(array).tobytes() + b"\0")
    for c in problem.criteria:
        if not c.additive and not c.package:
            continue  # minutes and costs are told; so journals of before are of the same
        shared = c.name, c.per_one, c.cost_share, c.per_body, facts.office_cents
        told.update(repr(shared).encode())
        for s in range(len(facts.services)):
            terms = c.terms(facts, s) if c.largest is None else c.sizes(facts, s)
            told.update(b"-" if terms is None else terms.tobytes())
    return told.hexdigest()


def grid_of(names: tuple[str, ...], resolution: Mapping[str, float]) -> Grid:
    """Return the grid of criteria: their own resolutions, or coarser ones."""
    units, per_cell = [], []
    for name in names:
        own = Fraction(1, CRITERIA[name].per_one)
        delta = resolution.get(name, own)
        step = fraction(delta) / own
        if float(round(step) * own) == delta:  # a third is no decimal, as files have it
            step = Fraction(round(step))
        units.append(own / step.denominator)
        per_cell.append(step.numerator)
    coarse = any(resolution.get(n, 0) > CRITERIA[n].resolution for n in names)
    return Grid(tuple(units), tuple(per_cell), (True,) * len(names), coarse)


def limited(subject: PlanSubject, question: Question) -> Problem:
    """Return the problem that a question asks."""
    limits: dict[str, Number] = {
        name: upper * unit
        for name, upper, unit in zip(subject.names, question.upper, subject.grid.units, strict=True)
        if upper is not None
    }
    pairs = zip(subject.names, question.weights, subject.grid.units, strict=True)
    weights: dict[str, Number] = {name: weight / unit for name, weight, unit in pairs}
    return replace(subject.problem, weights=weights, lexicographic=()).within(limits)
