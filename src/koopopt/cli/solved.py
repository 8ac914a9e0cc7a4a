"""What `koopopt solve` and `koopopt run` share: reading and solving beside the clock and Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from koopopt.cli.running import INTERRUPTED, NO_PLAN, patient, read, run
from koopopt.text import T, Text

if TYPE_CHECKING:
    import threading

    from koopopt.cli.progress import Watch
    from koopopt.problem import Problem
    from koopopt.solvers.options import Value
    from koopopt.solving.optimise import Result, Status

EXPLAIN_SECONDS = 10.0
UNEXPECTED, INFEASIBLE = 1, 4
"""Exit codes where a back end failed, and where it is proven that there is no plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a problem is to be solved; see `koopopt.solve`."""

    formulation: str = "auto"
    solver: str = "highs"
    solver_options: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    gap: float = 0.0
    time_limit: float | None = None
    memory: int | None = None
    threads: int = 1
    seed: int = 0


def found(
    given: Callable[[], Problem], asked: Asked, watch: Watch, ready: Callable[[], None]
) -> tuple[Result, bool]:
    """Return the result, with the reasons of an infeasible one, and whether a stop was asked for.

    Parameters
    ----------
    given : callable
        Reads the problem.
    asked : Asked
    watch : Watch
    ready : callable
        Called once the problem is read and before it is solved.
    """
    from koopopt.solving.optimise import Status
    from koopopt.solving.optimise import solve as solved

    moment = patient()
    watch.phase(T("reading"))
    problem = read(given, watch.show, asked.time_limit)
    ready()
    watch.phase(T("starting"))

    def work(cancel: threading.Event) -> Result:
        return solved(
            problem, formulation=asked.formulation, solver=asked.solver,
            solver_options=asked.solver_options, gap=asked.gap, time_limit=asked.time_limit,
            memory=asked.memory, threads=asked.threads, seed=asked.seed,
            on_progress=watch.take, cancel=cancel, began=moment.began,
        )  # fmt: skip

    result, stopped = run(work, watch.show)
    if result.status is Status.INFEASIBLE and not stopped:
        left = EXPLAIN_SECONDS
        if asked.time_limit is not None:
            left = min(left, asked.time_limit - moment.seconds)
        more = _reasons(result.problem, asked, watch, left)
        result = replace(result, reasons=(*result.reasons, *more))
    return result, stopped


def _reasons(problem: Problem, asked: Asked, watch: Watch, seconds: float) -> tuple[Text, ...]:
    """Find out which rules are at fault; say nothing where that fails or is interrupted.

    It takes what is left of the time limit, and `EXPLAIN_SECONDS` at the most.
    """
    from koopopt.inquiry.conflicts import conflicts
    from koopopt.inquiry.conflicts.words import reasons

    if seconds <= 0:
        return (T("No time was left to find out which rules are at fault."),)
    watch.phase(T("looking for the rules at fault, {seconds} s at the most",
                  seconds=max(0, round(seconds))))  # fmt: skip

    def work(cancel: threading.Event) -> tuple[Text, ...]:
        found = conflicts(
            problem, most=1, values=False, formulation=asked.formulation, solver=asked.solver,
            time_limit=seconds, memory=asked.memory, seed=asked.seed, cancel=cancel,
        )  # fmt: skip
        return reasons(found, seconds)

    said, stopped = run(work, watch.show)
    return () if stopped else said


def exit_code(result: Result, stopped: bool) -> int:
    """Return the exit code; a proof that came in spite of the interruption counts as one."""
    code = code_of(result.status, stopped or result.interrupted)
    return UNEXPECTED if code == NO_PLAN and result.message else code


def code_of(status: Status, stopped: bool) -> int:
    """Return the exit code of what is known of a question, and whether it was stopped."""
    from koopopt.solving.optimise import Status

    if status is Status.OPTIMAL:
        return 0
    if status is Status.INFEASIBLE:
        return INFEASIBLE
    if stopped:
        return INTERRUPTED
    return 0 if status is Status.FEASIBLE else NO_PLAN
