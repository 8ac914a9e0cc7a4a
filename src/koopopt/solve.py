"""Solving: choose a formulation and a back end, run them, check what comes back.

    problem → formulation (→ linear programs → back end) → plan → evaluate and verify → Result

A plan that breaks a rule never leaves this module: that would be a defect of koopopt, and is
raised as one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from koopopt.errors import InternalError
from koopopt.evaluate import Evaluation, evaluate
from koopopt.facts import TOLERANCE
from koopopt.formulations import Formulation, Outcome, choose
from koopopt.instance.values import Instance
from koopopt.notebook import Shown
from koopopt.plan import Plan
from koopopt.problem import Problem
from koopopt.request import check_request
from koopopt.rules import Limit, PlanRule
from koopopt.solvers import get
from koopopt.solvers.base import Control, Progress, Solver, Termination, relative_gap
from koopopt.text import T


class Status(Enum):
    """What is known of the result."""

    OPTIMAL = "optimal"
    """The requested gap is proven."""
    FEASIBLE = "feasible"
    """A plan is held, its gap is larger than requested."""
    INFEASIBLE = "infeasible"
    """It is proven that no plan keeps all rules."""
    NO_SOLUTION = "no_solution"
    """A limit was reached before any plan was found."""


@dataclass(frozen=True, slots=True, eq=False)
class Result(Shown):
    """What a solve returns.

    Attributes
    ----------
    problem : Problem
    status : Status
    evaluation : Evaluation or None
        The plan with its criteria as recomputed by the evaluator.
    bound : float or None
        Proven lower bound on the objective; of the last stage where the order is lexicographic.
    formulation, solver : str
        What was used; the solver with its version.
    seconds : float
    seed, threads : int
    interrupted : bool
        Whether it was stopped from outside.
    message : str
        The back end's own words where something went wrong.
    """

    problem: Problem
    status: Status
    evaluation: Evaluation | None
    bound: float | None
    formulation: str
    solver: str
    seconds: float
    seed: int = 0
    threads: int = 1
    interrupted: bool = False
    message: str = ""

    @property
    def plan(self) -> Plan | None:
        """The plan, None where none was found."""
        return self.evaluation.plan if self.evaluation else None

    @property
    def criteria(self) -> Mapping[str, float]:
        """Criterion values of the plan; empty where there is none."""
        return self.evaluation.criteria if self.evaluation else {}

    @property
    def objective(self) -> float | None:
        """The weighted sum of the criteria."""
        return self.evaluation.objective if self.evaluation else None

    @property
    def gap(self) -> float | None:
        """(objective - bound) / |objective|."""
        return relative_gap(self.objective, self.bound)


def solve(
    what: Problem | Instance,
    *,
    weights: Mapping[str, float] | None = None,
    lexicographic: Sequence[str] = (),
    limits: Mapping[str, float] | None = None,
    formulation: str = "auto",
    solver: str | Solver = "highs",
    gap: float = 0.0,
    time_limit: float | None = None,
    threads: int = 1,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
) -> Result:
    """Return the best plan that keeps every rule, with a proven bound.

    Parameters
    ----------
    what : Problem or Instance
        For an instance, `weights`, `lexicographic` and `limits` say what is asked of it (see
        `Problem.of`); a problem has them already.
    formulation : {"auto", "partition", "assignment"}
    solver : str or Solver
        Name of a back end (``koopopt solvers`` lists them) or an object like one.
    gap : float
        Relative gap at which to stop; 0 asks for a proof of optimality.
    time_limit : float, optional
        Seconds.
    threads, seed : int
    on_progress : callable, optional
        Called with a `Progress` now and then, from any thread.
    cancel : threading.Event, optional
        Set it to stop early with the best plan so far.

    Raises
    ------
    UsageError
        For unknown names or impossible values.
    SolverError
        If the back end fails.
    InternalError
        If a plan does not pass the evaluator.
    """
    check_request(gap=gap, time_limit=time_limit, threads=threads, seed=seed)
    if isinstance(what, Instance):
        what = Problem.of(what, weights=weights, lexicographic=lexicographic, limits=limits)
    backend = get(solver) if isinstance(solver, str) else solver
    version = backend.version()
    chosen = choose(formulation, what)
    control = Control(
        gap=gap,
        time_limit=time_limit,
        threads=threads,
        seed=seed,
        cancel=cancel or threading.Event(),
        on_progress=on_progress,
    )
    outcome = _in_order(what, chosen, backend, control)
    evaluation = _verified(what, outcome.plan) if outcome.plan else None
    bound = outcome.bound
    status = _status(outcome, evaluation, gap)
    if evaluation and bound is not None:
        bound = _rounded(bound, evaluation.objective)
    return Result(
        problem=what,
        status=status,
        evaluation=evaluation,
        bound=bound,
        formulation=chosen.name,
        solver=f"{backend.name} {version}",
        seconds=control.seconds,
        seed=seed,
        threads=threads,
        interrupted=outcome.termination is Termination.INTERRUPTED,
        message=outcome.message,
    )


def _in_order(
    problem: Problem, formulation: Formulation, solver: Solver, control: Control
) -> Outcome:
    """Minimise the lexicographic criteria one after the other, then the weighted sum.

    Each stage bounds the criteria before it by their best values.
    """
    plan: Plan | None = None
    limits: dict[str, float] = {}
    for name in problem.lexicographic:
        stage = replace(problem, weights={name: 1.0}, plan_rules=_limited(problem, limits))
        outcome = formulation.solve(stage, solver, control, plan)
        if outcome.plan is None:
            return outcome
        plan = outcome.plan
        limits[name] = _verified(stage, plan).criteria[name]
        if outcome.termination is not Termination.OPTIMAL:
            return replace(outcome, bound=None)
    last = replace(problem, plan_rules=_limited(problem, limits))
    outcome = formulation.solve(last, solver, control, plan)
    if outcome.plan is None and plan is not None:
        return replace(outcome, plan=plan, bound=None)
    return outcome


def _limited(problem: Problem, limits: Mapping[str, float]) -> tuple[PlanRule, ...]:
    return (*problem.plan_rules, Limit(dict(limits))) if limits else problem.plan_rules


def _verified(problem: Problem, plan: Plan) -> Evaluation:
    """Return the evaluation of a plan; raise `InternalError` if it breaks a rule."""
    evaluation = evaluate(problem, plan)
    if evaluation.violations:
        first = evaluation.violations[0]
        raise InternalError(
            T(
                "The plan found breaks {count} rule(s), the first: {rule}: {text}"
                " This is a defect of koopopt; please report it.",
                count=len(evaluation.violations),
                rule=first.rule,
                text=first.text,
            )
        )
    return evaluation


def _status(outcome: Outcome, evaluation: Evaluation | None, gap: float) -> Status:
    if evaluation is None:
        infeasible = outcome.termination is Termination.INFEASIBLE
        return Status.INFEASIBLE if infeasible else Status.NO_SOLUTION
    reached = relative_gap(evaluation.objective, outcome.bound)
    return Status.OPTIMAL if reached is not None and reached <= gap + TOLERANCE else Status.FEASIBLE


def _rounded(bound: float, objective: float) -> float:
    """Return the bound, or the objective where they differ by rounding only.

    Raises where the bound is above the objective by more than that.
    """
    if abs(objective - bound) <= TOLERANCE * max(1.0, abs(objective)):
        return objective
    if bound < objective:
        return bound
    if bound - objective > 1e-6 * max(1.0, abs(objective)):
        raise InternalError(
            T(
                "The bound {bound} is above the objective {objective}."
                " This is a defect of koopopt; please report it.",
                bound=bound,
                objective=objective,
            )
        )
    return objective
