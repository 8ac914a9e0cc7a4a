"""The formulations: how a problem becomes linear programs.

`partition` : set partitioning over coalitions, by column generation.
`assignment` : municipalities assigned to hubs.

Which of them is the better one depends on how many coalitions there are and on how many pairs of
member and hub, legal forms and pieces of the cost curve; `choose` counts both beforehand.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from math import inf, isfinite
from typing import TYPE_CHECKING, Final

from koopopt.case.plan import Plan
from koopopt.criteria import LARGEST_LOSS
from koopopt.errors import UsageError
from koopopt.evaluation import evaluate
from koopopt.formulations.base import Effort, Formulation, Outcome, Written, known
from koopopt.formulations.burdens import by_burdens
from koopopt.formulations.curves import Curves
from koopopt.formulations.explicit import explicit
from koopopt.formulations.losses import by_losses
from koopopt.formulations.thresholds import by_thresholds
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Progress, Solver, Stopped, Termination
from koopopt.system.memory import told
from koopopt.text import T, Text

if TYPE_CHECKING:
    from koopopt.formulations.partition.store import Store

logger = logging.getLogger(__name__)

__all__ = [
    "FORMULATIONS",
    "Choice",
    "Effort",
    "Formulation",
    "Outcome",
    "Written",
    "answer",
    "attempt",
    "choose",
    "chosen",
    "explicit",
]

FORMULATIONS = ("partition", "assignment")

PROOF_SECONDS: Final = 120.0
"""Seconds that a proof may take, by the estimate, where there is no time limit: beyond that a good
plan of a pool that is priced is worth more than a program that does not end."""

MIN_SECONDS_TOLD: Final = 0.1
"""Estimates below this are told as this: they are no better."""

LONG_PROOF_SECONDS: Final = 10.0
"""Seconds of an estimated proof from which a plan by local search comes first."""
LOCAL_SHARE_BEFORE, LOCAL_SHARE_AFTER = 0.25, 0.15
"""Parts of the time that is left for local search before, and kept for it after."""
LOCAL_SECONDS: Final = 60.0
"""Seconds for it where there is no time limit."""


PAIR_BYTES: Final = 12
"""Bytes that are kept of a pair of municipalities at once, for each service and each criterion that
depends on it."""
ALWAYS_ALLOWED: Final = 2e8
"""Bytes of all pairs that are never too many: they are not what fills a memory."""


def demand_known(name: str) -> None:
    """Raise `UsageError` where no formulation has this name."""
    if name not in (*FORMULATIONS, "auto"):
        raise UsageError(
            T("There is no formulation {name}; there are auto, {known}.",
              name=repr(name), known=", ".join(FORMULATIONS))
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """A formulation, and why it was chosen; no reason where it was asked for by name."""

    formulation: Formulation
    reason: Text | None = None


def choose(
    name: str, problem: Problem, control: Control | None = None, store: Store | None = None
) -> Formulation:
    """Return the formulation of this name; see `chosen`."""
    return chosen(name, problem, control, store).formulation


def beyond_memory(problem: Problem, control: Control) -> Text | None:
    """Return why no formulation is even begun: what is kept of all pairs would fill the memory."""
    terms = sum(c.pair is not None for c in problem.criteria)
    needed = PAIR_BYTES * problem.facts.n**2 * len(problem.facts.services) * (1 + terms)
    if needed <= max(control.budget, ALWAYS_ALLOWED):
        return None
    return T("Not solved: what is kept of all pairs of {count} municipalities takes about {much}"
             " of memory, and {most} may be used. Shown is the better one of today and everyone"
             " alone. Divide the case, or allow more memory.",
             count=problem.facts.n, much=told(needed), most=told(control.budget))  # fmt: skip


def chosen(
    name: str, problem: Problem, control: Control | None = None, store: Store | None = None
) -> Choice:
    """Return the formulation of this name; ``auto`` compares what each would take.

    The one that proves its plan sooner is taken, by `Formulation.estimate`. Where neither is likely
    to in time, partition prices a pool instead of holding it all. `store` is what
    it keeps for other problems.

    Raises
    ------
    UsageError
        For an unknown name.
    """
    from koopopt.formulations.assignment import Assignment
    from koopopt.formulations.partition import Partition

    demand_known(name)
    partition, assignment = Partition(store), Assignment()
    named: dict[str, Formulation] = {"partition": partition, "assignment": assignment}
    if name != "auto":
        logger.info("formulation %s, as asked", name)
        return Choice(named[name])
    if problem.stable is not None:
        return Choice(partition, T("Only partition knows the rule stable."))
    if problem.asks(LARGEST_LOSS):
        return Choice(partition, T("Only partition knows the criterion largest_loss."))
    control = control or Control()
    try:
        asked = problem.additive
        hubs = assignment.estimate(asked, control)
        left = control.remaining
        worth = PROOF_SECONDS if left is None else left
        whole = partition.estimate(asked, control, hubs.seconds if hubs.seconds < worth else inf)
    except Stopped:
        return Choice(partition, T("The run was stopped before formulations were compared."))
    taken = assignment if hubs.seconds < min(whole.seconds, worth) else partition
    logger.info(
        "formulation %s: a proof by partition would take about %.3g s (%.0f coalitions), by"
        " assignment %.3g s (%.0f columns); %s",
        taken.name, whole.seconds, whole.columns, hubs.seconds, hubs.columns,
        "no time limit" if left is None else f"{left:.1f} s are left",
    )  # fmt: skip
    choice = Choice(taken, _reason(whole, hubs))
    if whole.refusal is None:
        return choice
    control.note(whole.refusal)
    if taken is partition:
        control.note(T("So coalitions are made as they pay; the bound may stay below the plan."))
    else:
        control.note(T("So municipalities are assigned to hubs (formulation assignment)."))
    return choice


def _reason(whole: Effort, hubs: Effort) -> Text:
    """Return why a formulation was chosen: what each would take, by counts."""
    by_whole, by_hubs = _expected(whole, T("coalitions")), _expected(hubs, T("columns"))
    return T("Chosen by what a proof would take: partition {whole}, assignment {hubs}.",
             whole=by_whole, hubs=by_hubs)  # fmt: skip


def _expected(effort: Effort, what: Text) -> Text:
    if not isfinite(effort.seconds):
        return T("not within memory and time ({count} {what} or more)",
                 count=round(effort.columns), what=what)  # fmt: skip
    seconds = float(f"{max(effort.seconds, MIN_SECONDS_TOLD):.2g}")
    if effort.more:
        return T("more than {seconds} s ({count} {what} or more)",
                 seconds=seconds, count=round(effort.columns), what=what)  # fmt: skip
    return T("about {seconds} s ({count} {what})",
             seconds=seconds, count=round(effort.columns), what=what)  # fmt: skip


def attempt(
    formulation: Formulation,
    problem: Problem,
    solver: Solver,
    control: Control,
    start: Plan | None = None,
) -> Outcome:
    """Solve, with a local search before where that is long, and after where nothing is proven.

    So there is a plan within seconds, and none is returned that a single move improves.
    """
    own = partial(_attempt, formulation, solver)

    def sums(asked: Problem, control: Control, start: Plan | None) -> Outcome:
        return by_thresholds(asked, control, start, own)

    def solve(asked: Problem, control: Control, start: Plan | None) -> Outcome:
        return by_losses(asked, control, start, sums, solver)

    return by_burdens(problem, control, start, solve)


def answer(
    formulation: Formulation,
    problem: Problem,
    solver: Solver,
    control: Control,
    start: Plan | None = None,
    curves: Curves | None = None,
) -> Outcome:
    """Solve without local search; `curves` is what is known of the same case."""

    def own(asked: Problem, control: Control, start: Plan | None) -> Outcome:
        return formulation.solve(asked, solver, control, start)

    def sums(asked: Problem, control: Control, start: Plan | None) -> Outcome:
        # What is known is of these rules: parts of a search above add rules of their own.
        same = asked.partnership_rules is problem.partnership_rules
        return by_thresholds(asked, control, start, own, curves if same else None)

    def solve(asked: Problem, control: Control, start: Plan | None) -> Outcome:
        return by_losses(asked, control, start, sums, solver)

    return by_burdens(problem, control, start, solve)


def _by_regions(formulation: Formulation, problem: Problem) -> bool:
    """Whether the plan of a country is made better in a way that does more than single moves."""
    from koopopt.formulations.partition.region import possible
    from koopopt.formulations.partition.ways import is_large

    return formulation.name == "partition" and is_large(problem.facts) and possible(problem)


def _attempt(
    formulation: Formulation,
    solver: Solver,
    problem: Problem,
    control: Control,
    start: Plan | None,
) -> Outcome:
    from koopopt.formulations.local import Local

    if any(c.tests for c in problem.conditions):  # local search does not know them
        return formulation.solve(problem, solver, control, start)
    best: float | None = None

    def tell(progress: Progress) -> None:
        """Pass on progress, with the best plan of all parts."""
        nonlocal best
        if progress.note is None:
            best = min((x for x in (best, progress.incumbent) if x is not None), default=None)
            progress = replace(progress, incumbent=best, seconds=control.seconds)
        if control.on_progress is not None:
            control.on_progress(progress)

    def part(share: float, most: float | None = None) -> Control:
        left = control.remaining
        return control.part(most if left is None else share * left, on_progress=tell)

    try:
        long = formulation.estimate(problem, control).seconds > LONG_PROOF_SECONDS
    except Stopped:
        return known(problem, control, start)
    local = Local(problem)
    if long:
        start = local.improved(part(LOCAL_SHARE_BEFORE, LOCAL_SECONDS), start)
    kept = (
        LOCAL_SHARE_AFTER
        if long and not _by_regions(formulation, problem)
        else LOCAL_SHARE_AFTER / 3
    )
    outcome = formulation.solve(problem, solver, part(1.0 - kept), start)
    done = outcome.termination in (Termination.OPTIMAL, Termination.INFEASIBLE)
    if control.enough is not None and outcome.plan is not None:
        done = done or evaluate(problem, outcome.plan).total <= control.enough
    if done or (control.stopped and outcome.plan is not None):
        return outcome
    plan = local.improved(part(1.0, LOCAL_SECONDS), outcome.plan, start, shaken=True)
    return replace(outcome, plan=plan)
