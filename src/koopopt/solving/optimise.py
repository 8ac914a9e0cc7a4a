"""Solving: choose a formulation and a back end, run them, check what comes back.

    problem → formulation (→ linear programs → back end) → plan → evaluate and verify → Result

A plan that breaks a rule never leaves this module: that would be a defect of koopopt, and is
raised as one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from fractions import Fraction
from math import inf, nextafter
from pathlib import Path
from typing import TYPE_CHECKING

from koopopt.case.instance import Instance
from koopopt.case.plan import Plan
from koopopt.checking.request import check_request
from koopopt.checking.typed import checked
from koopopt.criteria import CRITERIA
from koopopt.errors import InternalError
from koopopt.evaluation import Evaluation, evaluate
from koopopt.exact import Number
from koopopt.formulations import Formulation, Outcome, attempt, beyond_memory, chosen
from koopopt.formulations.base import known
from koopopt.formulations.plans import Plans
from koopopt.plugins import failed
from koopopt.problem import Problem
from koopopt.reading.whereabouts import source_of
from koopopt.rules import DOOR
from koopopt.shown import Saved, Shown, counted, figure
from koopopt.solvers import chosen as equipped
from koopopt.solvers import given_to
from koopopt.solvers.base import Control, Progress, Solver, Termination, relative_gap
from koopopt.solvers.options import Options
from koopopt.solving.asked import problem_of
from koopopt.solving.limits import within
from koopopt.solving.over_scenarios import OverScenarios
from koopopt.text import T, Text

if TYPE_CHECKING:
    from koopopt.formulations.partition.store import Store

logger = logging.getLogger(__name__)

STOPPED_FROM_OUTSIDE = (Termination.TIME_LIMIT, Termination.INTERRUPTED, Termination.ERROR)
"""Ends of a search that are not its own doing."""


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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Result(Shown, Saved):
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
    doubts : tuple of Text
        What back ends said that turned out to be wrong, or could not be confirmed.
    reasons : tuple of Text
        Why there is no plan, as far as solving told: what a limited criterion needs at least.
    started : datetime or None
        When it was asked for; None where that is not known.
    gap_asked : float
        The gap at which to stop.
    time_limit : float or None
        Seconds that were given.
    source : str or None
        How the instance was named, a file by its absolute path; None where it came from no file.
    solver_options : mapping
        Options of the back end's own library that were given, by its name.
    over_scenarios : OverScenarios or None
        Where the plan is the best over scenarios: by what measure, and what is proven of that.
        Nothing is proven of the base case then.
    formulation_reason : Text or None
        Why ``auto`` chose the formulation: what each would take, estimated beforehand; None where
        it was asked for by name.
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
    doubts: tuple[Text, ...] = ()
    reasons: tuple[Text, ...] = ()
    started: datetime | None = None
    gap_asked: float = 0.0
    time_limit: float | None = None
    source: str | None = None
    solver_options: Options = field(default_factory=dict)
    formulation_reason: Text | None = None
    over_scenarios: OverScenarios | None = None

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
        """``(objective - bound) / |objective|``, a share; None where either is unknown."""
        return relative_gap(self.objective, self.bound)

    def _said(self) -> str:
        if self.evaluation is None:
            return f" {self.status.value}"
        pooled = counted(len(self.evaluation.plan.pooled), "partnership")
        worth = f"objective {figure(self.objective)}, gap {figure(self.gap)}"
        return f" {self.status.value}: {pooled}, {worth}"


@checked
def solve(
    what: Problem | Instance | str | Path,
    *,
    weights: Mapping[str, float] | None = None,
    lexicographic: Sequence[str] = (),
    limits: Mapping[str, float] | None = None,
    formulation: str = "auto",
    solver: str | Solver = "highs",
    solver_options: Options | None = None,
    gap: float = 0.0,
    time_limit: float | None = None,
    threads: int = 1,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
    memory: int | None = None,
    began: float | None = None,
) -> Result:
    """Return the best plan that keeps every rule, with a proven bound.

    Parameters
    ----------
    what : Problem, Instance, str or Path
        A name or path is that of an instance, as `koopopt.read` takes it. For an instance,
        `weights`, `lexicographic` and `limits` say what is asked of it (see `Problem.of`); a
        problem has them already, and none may be given with it.
    formulation : {"auto", "partition", "assignment"}
    solver : str or Solver
        Name of a back end (``koopopt solvers`` lists them) or an object like one.
    solver_options : mapping, optional
        Options of the back end's own library, by its name: ``{"highs": {"mip_rel_gap": 0.01}}``.
    gap : float
        Relative gap at which to stop; 0 asks for a proof of optimality.
    time_limit : float, optional
        Seconds.
    threads, seed : int
    on_progress : callable, optional
        Called with a `Progress` now and then, from any thread.
    cancel : threading.Event, optional
        Set it to stop early with the best plan so far.
    memory : int, optional
        Bytes that coalitions and models may take; half of what is free unless said.
    began : float, optional
        The moment, by `time.perf_counter`, from which `time_limit` counts; by default the call.

    Raises
    ------
    UsageError
        For unknown names or impossible values.
    SolverError
        If the back end fails.
    InternalError
        If a plan does not pass the evaluator.
    """
    check_request(gap=gap, time_limit=time_limit, threads=threads, memory=memory, seed=seed)
    control = Control.asked(
        gap=gap,
        time_limit=time_limit,
        threads=threads,
        seed=seed,
        cancel=cancel,
        on_progress=on_progress,
        began=began,
        memory=memory,
    )
    problem = problem_of(what, weights=weights, lexicographic=lexicographic, limits=limits)
    backend = equipped(solver, solver_options or {})
    found = answered(problem, formulation, backend, control, Plans())
    return replace(found, source=source_of(what))


def answered(
    problem: Problem,
    formulation: str,
    solver: Solver,
    control: Control,
    plans: Plans,
    store: Store | None = None,
) -> Result:
    """Solve a problem with what is kept of others, and keep what is learnt; see `solve`."""
    version = solver.version()
    logger.info("solving %s with %s %s", problem.instance.name, solver.name, version)
    reason = beyond_memory(problem, control)
    choice = chosen(
        "partition" if reason is not None and formulation == "auto" else formulation,
        problem, control, store,
    )  # fmt: skip
    if store is not None and choice.formulation.name != "partition":
        store.drop(0.0)  # pools are of no use to it, and take memory
    if reason is None:
        outcome = _in_order(problem, choice.formulation, solver, control, plans)
    else:
        outcome = replace(
            known(problem, control, plans.best(problem)),
            termination=Termination.LIMIT, doubts=(reason,),
        )  # fmt: skip
    evaluation = _verified(problem, outcome.plan) if outcome.plan else None
    plans.offer(problem, outcome.plan)
    status, bound = _proven(problem, outcome, evaluation, control.gap)
    logger.info(
        "%s: objective %s, bound %s, %.2f s",
        status.value, evaluation and evaluation.objective, bound, control.seconds,
    )  # fmt: skip
    return Result(
        problem=problem,
        status=status,
        evaluation=evaluation,
        bound=bound,
        formulation=choice.formulation.name,
        solver=f"{solver.name} {version}",
        seconds=control.seconds,
        seed=control.seed,
        threads=control.threads,
        interrupted=outcome.termination is Termination.INTERRUPTED,
        message=outcome.message,
        doubts=outcome.doubts,
        reasons=outcome.reasons,
        started=(datetime.now(UTC) - timedelta(seconds=control.seconds)).replace(microsecond=0),
        gap_asked=control.gap,
        time_limit=control.time_limit,
        solver_options=given_to(solver),
        formulation_reason=choice.reason,
    )


def _in_order(
    problem: Problem,
    formulation: Formulation,
    solver: Solver,
    control: Control,
    plans: Plans | None = None,
) -> Outcome:
    """Minimise the lexicographic criteria one after the other, then the weighted sum.

    Each stage bounds the criteria before it by their best values.
    """

    def tell(progress: Progress) -> None:
        """Pass on what is done, but no value: those of a stage are not of the problem."""
        if control.on_progress is not None:
            control.on_progress(replace(progress, incumbent=None, bound=None))

    plans = Plans() if plans is None else plans
    plan: Plan | None = None
    limits: dict[str, Number] = {}
    if problem.plan_conditions.limits:
        logger.info("stage: a plan within the limits %s", problem.limits)
        asked = within(problem, formulation, solver, control.part(on_progress=tell), plans)
        if asked.plan is None:
            why = Termination.INFEASIBLE if asked.impossible else asked.termination
            stopped = why if why in STOPPED_FROM_OUTSIDE else Termination.LIMIT
            needed = () if asked.reason is None else (asked.reason,)
            return Outcome(
                why if asked.impossible else stopped, doubts=asked.doubts, reasons=needed
            )
        plan = asked.plan
        plans.offer(problem, plan)
    unvalued = control.part(on_progress=tell)
    for name in problem.lexicographic:
        logger.info("stage: the least %s", name)
        stage = replace(problem, weights={name: 1}).within(limits)
        outcome = attempt(formulation, stage, solver, unvalued, plans.best(stage))
        if outcome.plan is None:
            return outcome
        plan = outcome.plan
        plans.offer(stage, plan)
        limits[name] = _exactly(_verified(stage, plan), name)
        if outcome.termination is not Termination.OPTIMAL:
            return replace(outcome, least=None)
    logger.info("stage: the least weighted sum")
    last = problem.within(limits)
    outcome = attempt(formulation, last, solver, control, plans.best(last))
    if outcome.plan is None and plan is not None:
        return replace(outcome, plan=plan, least=None)
    return outcome


def _exactly(evaluation: Evaluation, name: str) -> Fraction:
    """Return a criterion's value as a fraction, for a limit that it just keeps."""
    return Fraction(evaluation.amount(name), CRITERIA[name].per_one)


def _verified(problem: Problem, plan: Plan) -> Evaluation:
    """Return the evaluation of a plan; raise `InternalError` if it breaks a rule."""
    evaluation = evaluate(problem, plan)
    if evaluation.violations:
        first = evaluation.violations[0]
        if package := DOOR.package(first.rule):
            reason = T("its restrict allows a plan of which its violations say: {text}",
                       text=first.text)  # fmt: skip
            raise failed(first.rule, package, reason)
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


def _proven(
    problem: Problem, outcome: Outcome, evaluation: Evaluation | None, gap: float
) -> tuple[Status, float | None]:
    """Return what is known of the result, and the bound; decided in whole numbers.

    Raises
    ------
    InternalError
        Where the bound is above the plan.
    """
    least = outcome.least
    if evaluation is None:
        infeasible = outcome.termination is Termination.INFEASIBLE
        status = Status.INFEASIBLE if infeasible else Status.NO_SOLUTION
        return status, None if least is None else problem.scale.shown(least)
    if least is None:
        return Status.FEASIBLE, None
    scale = problem.scale
    distance = evaluation.total - least
    if distance < 0:
        raise InternalError(
            T(
                "The bound {bound} is above the objective {objective}."
                " This is a defect of koopopt; please report it.",
                bound=scale.shown(least),
                objective=evaluation.objective,
            )
        )
    proven = not distance or distance <= gap * abs(evaluation.total)
    bound = scale.shown(least)
    if distance:  # however little it is: numbers shown as equal would say that nothing is left
        bound = min(bound, nextafter(evaluation.objective, -inf))
    return Status.OPTIMAL if proven else Status.FEASIBLE, min(bound, evaluation.objective)
