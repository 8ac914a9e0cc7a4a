"""`koopopt ranges`: how far a plan, and what it saves, depend on numbers that are not certain."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koopopt.cli import documents
from koopopt.cli.command import command, option
from koopopt.cli.plans import chosen
from koopopt.cli.progress import Watch
from koopopt.cli.running import INTERRUPTED, NothingYetError, patient, read, run
from koopopt.cli.sources import (
    json_option,
    memory_option,
    plan_options,
    processes_option,
    quiet_option,
    source_argument,
    time_option,
)
from koopopt.cli.types import NumberOption
from koopopt.system import cores
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.plan import Plan
    from koopopt.inquiry.ranges import Bar, Ranges
    from koopopt.inquiry.records import Record
    from koopopt.inquiry.sampled import Case


class NoCaseYetError(NothingYetError):
    """Time was over before one case was solved."""

    by_signal = T("Stopped before one case was solved: there is nothing to show yet.")
    by_clock = T("The time limit was over before one case was solved: there is nothing to show"
                 " yet.")  # fmt: skip


@command(
    "ranges",
    text=T("Say how far a plan and its saving depend on the numbers that have ranges."),
)
@source_argument
@plan_options
@option(
    "--samples",
    type=NumberOption(1, whole=True),
    default=200,
    metavar="N",
    text=T("How many samples to draw; 200 unless said."),
)
@option(
    "--seed", type=NumberOption(whole=True), default=0, text=T("Seed by which samples are drawn.")
)
@time_option
@memory_option
@processes_option
@json_option
@documents.out_option
@quiet_option
def ranges(
    lang: str,
    *,
    source: Path,
    plan: int | None,
    instance: str | None,
    samples: int,
    seed: int,
    time_limit: float | None,
    memory: int | None,
    workers: int | None,
    as_json: bool,
    outputs: tuple[Path, ...],
    quiet: bool,
) -> int:
    """Read a plan, try other numbers, show."""
    from koopopt.report.values.answers import ranges as words
    from koopopt.storage import reading

    documents.demand(outputs, [*reading.files_of(source), instance])
    moment = patient()
    with Watch(lang, quiet) as watch:
        watch.phase(T("reading"))
        evaluation = read(lambda: chosen(source, instance, plan, lang), watch.show, time_limit)
        watch.phase(T("solving with other numbers"))

        def told(done: int, of: int) -> None:
            watch.phase(T("{done} of {of} cases solved", done=done, of=of))

        def work(cancel: threading.Event) -> Ranges:
            from koopopt.inquiry import ranges as inquiry

            return inquiry.ranges(
                evaluation, samples=samples, seed=seed, time_limit=time_limit, memory=memory,
                workers=workers or cores.usable(), on_cases=told, cancel=cancel,
                began=moment.began,
            )  # fmt: skip

        found, stopped = run(work, watch.show)
    if found.base is None and not found.samples and not any(bar.ends for bar in found.bars):
        raise NoCaseYetError(stopped=stopped)
    answer = documents.Answer(found, lambda _: words.blocks(found),
                              evaluation.problem.instance,
                              T("How far a plan depends on uncertain numbers"))  # fmt: skip
    documents.hand_over(answer, outputs, lang, (lambda: _object(found)) if as_json else None)
    return INTERRUPTED if stopped else 0


def _object(found: Ranges) -> dict[str, Any]:
    """Return what was found as other programs read it; money is EUR a year."""
    proven = len(found.proven)
    return {
        "instance": found.evaluation.problem.instance.name,
        "seed": found.seed,
        "samples": {
            "asked": found.asked, "solved": len(found.samples), "proven": proven,
            "without_plan": found.without_plan, "unproven": found.unproven,
        },
        "numbers": [
            {"place": n.place, "low": n.low, "value": n.value, "high": n.high}
            for n in found.numbers
        ],
        "held": [n.place for n in found.held],
        "base": _case(found, found.base),
        "tornado": [_bar(found, bar) for bar in found.bars],
        "saving": _quantiles(found.saving),
        "best_saving": _quantiles(found.best_saving),
        "regret": _quantiles(found.regret),
        "unchanged": found.unchanged,
        "near": found.near,
        "broken": dict(found.broken),
        "pairs": [
            {"service": s, "members": [a, b], "samples": count, "share": count / proven}
            for (s, a, b), count in sorted(found.pairs.items())
        ],
        "partnerships": [
            {"service": p.service, "members": list(p.members), "samples": same,
             "with_others": within, "share": same / proven if proven else None}
            for p, same, within in found.partnerships
        ],
        "plans": [_record(found, s) for s in found.records],
    }  # fmt: skip


def _quantiles(of: Any) -> dict[str, float | None]:
    from koopopt.savings.saving import SHARES

    return {f"{share:g}": of(share) for share in SHARES}


def _case(found: Ranges, case: Case | None) -> dict[str, Any] | None:
    from koopopt.case.facts import euros

    if case is None:
        return None
    regret = case.total_regret
    return {
        "status": case.status.value,
        "criteria": {
            c.name: c.shown(amount)
            for c, amount in zip(found.evaluation.problem.criteria, case.mine.amounts, strict=True)
        },
        "saving": euros(case.saving),
        "best_saving": euros(case.best_saving),
        "regret": None if regret is None else float(regret * case.grain),
        "broken": list(case.mine.broken),
    }


def _bar(found: Ranges, bar: Bar) -> dict[str, Any]:
    from koopopt.case.facts import euros

    return {
        "place": bar.number.place,
        "swing": euros(bar.swing),
        "low": _case(found, bar.low),
        "high": _case(found, bar.high),
    }


def _record(found: Ranges, s: Record) -> dict[str, Any]:
    return {
        "this": s.plan == found.evaluation.plan, "best": s.found, "near": s.near,
        "broken": s.broken, "mean_regret": float(s.mean), "partnerships": _plan(s.plan),
    }  # fmt: skip


def _plan(plan: Plan) -> list[dict[str, Any]]:
    return [
        {"service": p.service, "members": list(p.members), "seat": p.seat,
         "legal_form": p.legal_form}
        for p in plan.pooled
    ]  # fmt: skip
