"""`koopopt scenarios`, and `koopopt solve --scenario`: plans in several futures."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koopopt.cli import documents
from koopopt.cli.command import command, option
from koopopt.cli.output import page, say, say_json
from koopopt.cli.plans import chosen, is_table
from koopopt.cli.progress import Watch
from koopopt.cli.running import INTERRUPTED, patient, read, run
from koopopt.cli.solved import code_of
from koopopt.cli.sources import (
    json_option,
    memory_option,
    plan_options,
    quiet_option,
    source_argument,
    time_option,
)
from koopopt.errors import UsageError
from koopopt.text import T

if TYPE_CHECKING:
    from collections.abc import Callable

    from koopopt.case.plan import Plan
    from koopopt.cli.solved import Asked
    from koopopt.inquiry.scenarios.comparing import Comparison
    from koopopt.inquiry.scenarios.solving import Optimum, Robust
    from koopopt.problem import Problem


@command(
    "scenarios",
    text=T("Hold the plans of a run or a front against all scenarios of the instance."),
)
@source_argument
@plan_options
@option(
    "--regret",
    is_flag=True,
    text=T("Find each scenario's own best plan, too, and how far every plan is from it."),
)
@time_option
@memory_option
@json_option
@documents.out_option
@quiet_option
def scenarios(
    lang: str,
    *,
    source: Path,
    plan: int | None,
    instance: str | None,
    regret: bool,
    time_limit: float | None,
    memory: int | None,
    as_json: bool,
    outputs: tuple[Path, ...],
    quiet: bool,
) -> int:
    """Read plans, evaluate them in all scenarios, show."""
    from koopopt.inquiry.scenarios.cases import Cases
    from koopopt.inquiry.scenarios.comparing import Comparison
    from koopopt.inquiry.scenarios.solving import demand_answerable, optima
    from koopopt.report.values.answers import scenarios as words
    from koopopt.solvers.base import Control
    from koopopt.storage import reading

    documents.demand(outputs, [*reading.files_of(source), instance])
    moment = patient()
    with Watch(lang, quiet) as watch:
        watch.phase(T("reading"))

        def given() -> tuple[Cases, list[Plan]]:
            problem, plans = _plans(source, instance, plan, lang)
            return Cases.of(problem), plans

        cases, plans = read(given, watch.show, time_limit)
        own: tuple[Optimum, ...] = ()
        stopped = False
        if regret:
            demand_answerable(cases.base)
            watch.phase(T("looking for the scenarios' own best plans"))

            def work(cancel: threading.Event) -> tuple[Optimum, ...]:
                control = Control.asked(
                    cancel=cancel, began=moment.began, memory=memory, time_limit=time_limit
                )
                return optima(cases, control)

            own, stopped = run(work, watch.show)
        comparison = Comparison.of(cases, plans, own)
    answer = documents.Answer(comparison, lambda _: words.blocks(comparison), cases.base.instance,
                              T("Plans in all scenarios"))  # fmt: skip
    documents.hand_over(answer, outputs, lang, (lambda: _compared(comparison)) if as_json else None)
    return INTERRUPTED if stopped else 0


def _plans(
    source: Path, instance: str | None, plan: int | None, lang: str
) -> tuple[Problem, list[Plan]]:
    """Return the problem and the plans of a run, a front, or a table of a plan."""
    if plan is None and not is_table(source):
        from koopopt.pareto.front import Front
        from koopopt.storage import reading

        found = reading.any_of(source, instance=instance)
        if isinstance(found, Front):
            evaluations = found.evaluations()
            if not evaluations:
                raise UsageError(T("The front holds no plans of municipalities."))
            return evaluations[0].problem, [e.plan for e in evaluations]
    one = chosen(source, instance, plan, lang)
    return one.problem, [one.plan]


def solve_over(
    measure: str, given: Callable[[], Problem], asked: Asked, lang: str, quiet: bool, as_json: bool
) -> int:
    """Solve over scenarios, show, return the exit code."""
    from koopopt.inquiry.scenarios.solving import solve

    if asked.solver_options:
        raise UsageError(T("--solver-option does not go with --scenario."))
    moment = patient()
    with Watch(lang, quiet) as watch:
        watch.phase(T("reading"))
        problem = read(given, watch.show, asked.time_limit)
        watch.phase(T("starting"))

        def work(cancel: threading.Event) -> Robust:
            return solve(
                problem, measure, formulation=asked.formulation, solver=asked.solver,
                gap=asked.gap, time_limit=asked.time_limit, memory=asked.memory,
                threads=asked.threads, seed=asked.seed, on_progress=watch.take, cancel=cancel,
                began=moment.began,
            )  # fmt: skip

        found, stopped = run(work, watch.show)
    if as_json:
        say_json(_robust(found))
    else:
        from koopopt.report.terminal.blocks import render
        from koopopt.report.values.answers.scenarios import of_one

        say(render(of_one(found), page(lang)))
    return code_of(found.status, stopped or found.interrupted)


def _robust(found: Robust) -> dict[str, Any]:
    from koopopt.inquiry.scenarios.comparing import Comparison

    cases, evaluation = found.cases, found.evaluation
    plans = [] if evaluation is None else [evaluation.plan]
    comparison = Comparison.of(cases, plans, found.optima)
    return {
        "instance": cases.base.instance.name,
        "scenario": found.measure,
        "status": found.status.value,
        "objective": found.objective,
        "bound": found.least,
        "gap": found.gap,
        "criteria": {} if evaluation is None else dict(evaluation.criteria),
        "scenarios": _rows(comparison, 0) if plans else [],
        "partnerships": [] if evaluation is None else evaluation.partnerships(),
        "formulation": "partition",
        "solver": found.solver,
        "seconds": found.seconds,
    }


def _compared(comparison: Comparison) -> dict[str, Any]:
    marked = {
        "nondominated": comparison.nondominated,
        "least_mean": comparison.least_mean,
        "least_worst": comparison.least_worst,
        "least_regret": comparison.least_regret,
    }
    cases = comparison.cases
    return {
        "instance": cases.base.instance.name,
        "plans": [
            {
                "plan": k + 1,
                "mean": float(cases.mean(totals) * cases.base.scale.grain),
                "worst": cases.base.scale.shown(max(totals)),
                "scenarios": _rows(comparison, k),
                **{name: k in which for name, which in marked.items()},
            }
            for k, totals in enumerate(comparison.totals)
        ],
    }


def _rows(comparison: Comparison, plan: int) -> list[dict[str, Any]]:
    """Return a plan in every scenario; a regret is a number, or an interval where it is open."""
    scale = comparison.cases.base.scale
    rows: list[dict[str, Any]] = []
    regrets = comparison.regrets(plan) if comparison.optima else []
    pairs = zip(comparison.cases.scenarios, comparison.evaluations[plan], strict=True)
    for k, (scenario, e) in enumerate(pairs):
        row: dict[str, Any] = {
            "id": scenario.id, "weight": scenario.weight, "objective": e.objective,
            "criteria": dict(e.criteria),
        }  # fmt: skip
        if comparison.optima:
            o, ends = comparison.optima[k], regrets[k]
            row["own"] = {
                "objective": None if o.total is None else scale.shown(o.total),
                "bound": None if o.least is None else scale.shown(o.least),
                "proven": o.proven,
            }
            row["regret"] = None if ends is None else [scale.shown(value) for value in ends]
        rows.append(row)
    return rows
