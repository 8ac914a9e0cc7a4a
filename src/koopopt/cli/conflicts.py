"""`koopopt conflicts`: which rules contradict each other, and what to give up."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koopopt.cli import documents
from koopopt.cli.command import command, option
from koopopt.cli.effects import rule_object
from koopopt.cli.progress import Watch
from koopopt.cli.running import INTERRUPTED, NotWorkedOutError, patient, read, run
from koopopt.cli.sources import (
    formulation_option,
    instance_argument,
    json_option,
    limit_option,
    memory_option,
    opened,
    quiet_option,
    time_option,
)
from koopopt.cli.types import NumberOption, RuleWeight, once
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.inquiry.conflicts import Conflicts, Nearest, Relaxation


@command("conflicts", text=T("Say which rules contradict each other, and what to give up."))
@instance_argument
@limit_option
@option(
    "--relax",
    type=RuleWeight(),
    multiple=True,
    callback=once,
    text=T(
        "What giving up a rule counts, or never; 1 unless [relax] of the instance says. By its"
        " name: rules.max_pooled, services.water.rules.max_members, max_members for all services,"
        " legal_forms.agreement.min_members, limits.cost. Can be repeated."
    ),
)
@option(
    "--most",
    type=NumberOption(1, whole=True),
    default=5,
    text=T("So many different contradictions at the most."),
)
@formulation_option
@time_option
@memory_option
@json_option
@documents.out_option
@quiet_option
def conflicts(
    lang: str,
    *,
    instance: str,
    limits: dict[str, float],
    relax: dict[str, float],
    most: int,
    formulation: str,
    time_limit: float | None,
    memory: int | None,
    as_json: bool,
    outputs: tuple[Path, ...],
    quiet: bool,
) -> int:
    """Read, look for contradictions, show."""
    from koopopt.problem import Problem
    from koopopt.report.values.answers import conflicts as words

    documents.demand(outputs, [instance])
    moment = patient()
    with Watch(lang, quiet) as watch:
        watch.phase(T("reading"))
        problem = read(
            lambda: Problem.of(opened(instance, lang), limits=limits), watch.show, time_limit
        )
        watch.phase(T("looking for contradictions"))

        def work(cancel: threading.Event) -> Conflicts:
            from koopopt.inquiry.conflicts import conflicts as find

            return find(
                problem, relax=relax, most=most, formulation=formulation, time_limit=time_limit,
                memory=memory, cancel=cancel, began=moment.began,
            )  # fmt: skip

        found, stopped = run(work, watch.show)
    if found.plan is None and not found.conflicts:
        raise NotWorkedOutError(stopped=stopped)
    subject = T("Rules that contradict each other")

    def workbook(path: Path, lang: str, made: date) -> None:
        from koopopt.report.workbook import write_blocks

        told = words.blocks(found, sheets=True)
        write_blocks(told, problem.instance, subject, path, lang, made)

    answer = documents.Answer(found, lambda wide: words.blocks(found, wide=wide),
                              problem.instance, subject, workbook)  # fmt: skip
    documents.hand_over(answer, outputs, lang, (lambda: _table(found)) if as_json else None)
    return INTERRUPTED if stopped else 0


def _table(found: Conflicts) -> dict[str, Any]:
    from koopopt.evaluation import evaluate

    plan = None if found.plan is None else evaluate(found.problem, found.plan).partnerships()
    return {
        "instance": found.problem.instance.name,
        "status": "infeasible" if found.plan is None else "feasible",
        "plan": plan,
        "conflicts": [
            {"rules": [*map(rule_object, one.rules)], "minimal": one.minimal}
            for one in found.conflicts
        ],
        "complete": found.complete,
        "single": [_given_up(one) for one in found.single],
        "cheapest": [_given_up(one) for one in found.relaxations],
        "cheapest_proven": found.cheapest,
        "stable_aside": found.stable_aside,
        "seconds": round(found.seconds, 3),
    }


def _given_up(one: Relaxation) -> dict[str, Any]:
    return {
        "rules": [*map(rule_object, one.rules)], "weight": float(one.weight),
        "nearest": _nearest(one.nearest),
    }  # fmt: skip


def _nearest(near: Nearest | None) -> dict[str, Any] | None:
    if near is None:
        return None
    old, new, fails = (
        x if isinstance(x, int) else float(x) for x in (near.old, near.new, near.fails)
    )
    return {"key": near.key, "old": old, "new": new, "fails": fails, "exact": near.exact}
