"""`koopopt solve`: the best plan, with a proof of how good it is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from koopopt.cli import names
from koopopt.cli.certificate import Certified, certified
from koopopt.cli.command import command, option
from koopopt.cli.output import deliver, page, say, say_json
from koopopt.cli.progress import Watch
from koopopt.cli.report import checked, report_option, reported
from koopopt.cli.running import going_on
from koopopt.cli.scenarios import found_over, show_over
from koopopt.cli.solved import Asked, code_of, exit_code, found
from koopopt.cli.sources import (
    ALL,
    all_option,
    formulation_option,
    instance_argument,
    json_option,
    limit_option,
    memory_option,
    opened,
    quiet_option,
    solver_options_option,
    weight_option,
)
from koopopt.cli.types import InOrder, NumberOption, Target
from koopopt.errors import UsageError
from koopopt.storage.spared import spare
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.problem import Problem
    from koopopt.solvers.options import Value
    from koopopt.solving.optimise import Result


@command("solve", text=T("Find the best plan that keeps every rule, and prove how good it is."))
@instance_argument
@weight_option
@option(
    "--lexicographic",
    type=InOrder(),
    multiple=True,
    text=T(
        "Criteria to minimise one after the other; the weights decide among ties. Can be repeated."
    ),
)
@limit_option
@option(
    "--scenario",
    metavar="ID|expected|worst|regret",
    text=T(
        "Minimise over the instance's scenarios: one of them, the mean, the worst, or the"
        " largest difference to a scenario's own best plan."
    ),
)
@formulation_option
@option(
    "--solver",
    default="highs",
    metavar="NAME",
    text=T("The back end; `koopopt solvers` lists them."),
)
@solver_options_option
@option(
    "--gap",
    type=NumberOption(),
    default=0.0,
    text=T("Stop when the plan is provably this close to the best, e.g. 0.01; 0 is a proof."),
)
@option(
    "--time-limit",
    type=NumberOption(open_=True),
    metavar="SECONDS",
    text=T("Stop after so many seconds with the best plan so far."),
)
@memory_option
@option("--threads", type=NumberOption(1, whole=True), default=1, text=T("Threads for the solver."))
@option(
    "--seed", type=NumberOption(whole=True), default=0, text=T("Seed for the solver's randomness.")
)
@option(
    "--out",
    type=Target(),
    metavar="DIR",
    text=T("Write plan.csv, municipalities.csv, criteria.csv and run.json into this folder."),
)
@option(
    "--certificate",
    type=Target(),
    metavar="FILE",
    text=T(
        "Write into this file what proves the bound without a solver; `koopopt verify` checks it."
    ),
)
@report_option
@all_option
@json_option
@quiet_option
def solve(
    lang: str,
    *,
    instance: str,
    weights: dict[str, float],
    lexicographic: tuple[str, ...],
    limits: dict[str, float],
    scenario: str | None,
    formulation: str,
    solver: str,
    solver_options: dict[str, dict[str, Value]],
    gap: float,
    time_limit: float | None,
    memory: int | None,
    threads: int,
    seed: int,
    out: Path | None,
    certificate: Path | None,
    reports: tuple[Path, ...],
    everything: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Read, solve, write, show."""
    from koopopt.criteria import CRITERIA
    from koopopt.problem import Problem
    from koopopt.reading.whereabouts import whereabouts
    from koopopt.solving.certificate import demand_certifiable
    from koopopt.storage import files, run_writing

    if scenario is not None and certificate is not None:
        raise UsageError(T("There are no certificates over scenarios: leave out --certificate."))
    spare([instance], files=[certificate], folders=[(out, run_writing.RUN_FILES)])
    checked(reports, [instance])
    lexicographic = names.in_order(lexicographic, CRITERIA, "--lexicographic")
    asked = Asked(
        formulation=formulation, solver=solver, solver_options=solver_options, gap=gap,
        time_limit=time_limit, memory=memory, threads=threads, seed=seed,
    )  # fmt: skip

    def given() -> Problem:
        case = opened(instance, lang)
        problem = Problem.of(case, weights=weights, lexicographic=lexicographic, limits=limits)
        if certificate is not None:
            demand_certifiable(problem)
        return problem

    def ready() -> None:
        if out is not None:
            files.prepare(out, run_writing.RUN_FILES)

    with Watch(lang, quiet) as watch:
        if scenario is None:
            result, stopped = found(given, asked, watch, ready)
            code = exit_code(result, stopped)
        else:
            over, result, stopped = found_over(scenario, given, asked, watch, ready)
            show = partial(show_over, over, lang, as_json)
            code = code_of(over.status, stopped or over.interrupted)
    proof = None
    if certificate is not None and result.plan is not None:
        proof = certified(certificate, result, whereabouts(instance), memory, lang, quiet)
    if scenario is None:
        show = partial(show_result, result, lang, as_json, proof, everything)

    def write() -> None:
        if out is not None:
            run_writing.write(out, replace(result, source=whereabouts(instance)))

    deliver(write, show, lambda: reported(result, reports, lang, quiet))
    return code


def show_result(
    result: Result,
    lang: str,
    as_json: bool,
    proof: Certified | None = None,
    everything: bool | None = None,
) -> None:
    """Print a result, for people or as JSON, and what its certificate proves.

    `everything` is to be listed for people, however large the plan is; None where no option of the
    command asks for that.
    """
    go_on = going_on(result.time_limit)
    if as_json:
        from koopopt.savings.saving import Savings
        from koopopt.storage import objects

        savings = Savings(result.problem, go_on=go_on)
        table = objects.of_result(result, result.reasons, lang, savings)
        say_json(table | ({} if proof is None else proof.table()))
    else:
        from koopopt.report.terminal import summaries
        from koopopt.report.values import ranges, summarise

        told = summarise.of_result(result, result.reasons, ranges.Savings(result.problem, go_on))
        option_ = "" if everything is None else ALL
        say(summaries.render(told, page(lang), everything=bool(everything), option=option_))
    if proof is not None:
        proof.end(lang, as_json)
