"""`koopopt solve`: the best plan, with a proof of how good it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from koopopt.cli.command import command, option
from koopopt.cli.output import colourful, say, say_json, width
from koopopt.cli.progress import Watch
from koopopt.cli.report import checked, report_option, reported
from koopopt.cli.running import run
from koopopt.cli.sources import formulation_option, instance_argument, opened, weight_option
from koopopt.cli.types import Assignment, InOrder, Number, once
from koopopt.text import T, Text

if TYPE_CHECKING:
    import threading

    from koopopt.problem import Problem
    from koopopt.solve import Result, Status

EXPLAIN_SECONDS = 10.0


@command("solve", text=T("Find the best plan that keeps every rule, and prove how good it is."))
@instance_argument
@weight_option
@option(
    "--lexicographic",
    type=InOrder(),
    default=(),
    text=T("Criteria to minimise one after the other; the weights decide among ties."),
)
@option(
    "--limit",
    "limits",
    type=Assignment(),
    multiple=True,
    callback=once,
    text=T("Upper bound on a criterion. Can be repeated."),
)
@formulation_option
@option(
    "--solver",
    default="highs",
    metavar="NAME",
    text=T("The back end; `koopopt solvers` lists them."),
)
@option(
    "--gap",
    type=Number(),
    default=0.0,
    text=T("Stop when the plan is provably this close to the best, e.g. 0.01; 0 is a proof."),
)
@option(
    "--time-limit",
    type=Number(open_=True),
    metavar="SECONDS",
    text=T("Stop after so many seconds with the best plan so far."),
)
@option("--threads", type=Number(1, whole=True), default=1, text=T("Threads for the solver."))
@option("--seed", type=Number(whole=True), default=0, text=T("Seed for the solver's randomness."))
@option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    text=T("Write plan.csv, municipalities.csv, criteria.csv and run.json into this folder."),
)
@report_option
@option("--json", "as_json", is_flag=True, text=T("Print the result as one JSON object."))
@option("--quiet", is_flag=True, text=T("Show no progress."))
def solve(
    lang: str,
    *,
    instance: str,
    weights: dict[str, float],
    lexicographic: tuple[str, ...],
    limits: dict[str, float],
    formulation: str,
    solver: str,
    gap: float,
    time_limit: float | None,
    threads: int,
    seed: int,
    out: Path | None,
    reports: tuple[Path, ...],
    as_json: bool,
    quiet: bool,
) -> int:
    """Read, solve, write, show."""
    from koopopt.pareto.stored import whereabouts
    from koopopt.problem import Problem
    from koopopt.report import files
    from koopopt.solve import Status
    from koopopt.solve import solve as solved

    if out is not None:
        files.prepare(out)
    checked(reports)
    started = datetime.now(UTC)
    problem = Problem.of(
        opened(instance, lang), weights=weights, lexicographic=lexicographic, limits=limits
    )
    with Watch(lang, quiet) as watch:

        def work(cancel: threading.Event) -> Result:
            return solved(
                problem, formulation=formulation, solver=solver, gap=gap, time_limit=time_limit,
                threads=threads, seed=seed, on_progress=watch.take, cancel=cancel,
            )  # fmt: skip

        result, stopped = run(work, watch.show)
        reasons: tuple[Text, ...] = ()
        if result.status is Status.INFEASIBLE:
            reasons = _reasons(problem, formulation, solver, watch)
    try:
        if out is not None:
            files.write(
                out, result, started=started, gap=gap, time_limit=time_limit, reasons=reasons,
                source=whereabouts(instance),
            )  # fmt: skip
    finally:  # a full disk must not cost the result
        _show(result, reasons, lang, as_json)
    reported(result, reports, lang, quiet)
    return _exit_code(result, stopped)


def _reasons(problem: Problem, formulation: str, solver: str, watch: Watch) -> tuple[Text, ...]:
    """Find out which rules are at fault; say nothing where that fails or is interrupted."""
    from koopopt.errors import KoopoptError
    from koopopt.explain import reasons
    from koopopt.solve import Status
    from koopopt.solve import solve as solved

    watch.phase(T("looking for the rules at fault"))

    def work(cancel: threading.Event) -> tuple[Text, ...]:
        def attempt(relaxed: Problem, seconds: float) -> Status:
            try:
                found = solved(
                    relaxed, formulation=formulation, solver=solver, gap=1e9,
                    time_limit=seconds, cancel=cancel, on_progress=None,
                )  # fmt: skip
            except KoopoptError:
                return Status.NO_SOLUTION
            return found.status

        return reasons(problem, attempt, EXPLAIN_SECONDS)

    found, stopped = run(work, watch.show)
    return () if stopped else found


def _show(result: Result, reasons: tuple[Text, ...], lang: str, as_json: bool) -> None:
    if as_json:
        from koopopt.report import machine

        say_json(machine.of_result(result, reasons, lang))
    else:
        from koopopt.report import summarise, terminal

        page = terminal.Page(lang, width(), colourful())
        say(terminal.render(summarise.of_result(result, reasons), page))


def _exit_code(result: Result, stopped: bool) -> int:
    """Return the exit code; a proof that came in spite of the interruption counts as one."""
    from koopopt.solve import Status

    if result.status is Status.OPTIMAL:
        return 0
    if result.status is Status.INFEASIBLE:
        return 4
    if stopped or result.interrupted:
        return 130
    if result.status is Status.FEASIBLE:
        return 0
    return 1 if result.message else 5
