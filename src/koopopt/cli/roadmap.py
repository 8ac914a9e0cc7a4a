"""`koopopt roadmap`: in which order to found the partnerships of a plan, and what is paid when."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from koopopt.cli import documents
from koopopt.cli.command import command, option
from koopopt.cli.output import note
from koopopt.cli.plans import broken, chosen
from koopopt.cli.progress import Watch
from koopopt.cli.running import now, read, run
from koopopt.cli.solved import code_of
from koopopt.cli.sources import (
    json_option,
    memory_option,
    plan_options,
    quiet_option,
    source_argument,
    time_option,
    weighted_key_option,
)
from koopopt.cli.types import NumberOption, Target
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.inquiry.roadmap import Roadmap
    from koopopt.sharing.keys import Key


@command(
    "roadmap",
    text=T("Say in which order to found the partnerships of a plan over years, and what is paid"
           " when."),
)  # fmt: skip
@source_argument
@option(
    "--years",
    type=NumberOption(1, whole=True),
    text=T("How many years are looked at, in which all has to be founded; those of [horizon], else"
           " 10, unless said."),
)  # fmt: skip
@option(
    "--most-a-year",
    type=NumberOption(1, whole=True),
    metavar="N",
    text=T("How many partnerships may be founded in one year."),
)
@option(
    "--budget",
    type=NumberOption(),
    metavar="EUR",
    text=T("What founding may cost once in one year, EUR; what is left is not for the next."),
)
@weighted_key_option
@plan_options
@time_option
@memory_option
@json_option
@quiet_option
@option(
    "--out",
    "outputs",
    type=Target(),
    multiple=True,
    metavar="FILE",
    text=T("What to write, by its ending: .xlsx, a workbook; .csv, what each municipality pays in"
           " each year; .md or .txt, what is printed otherwise. Can be repeated."),
)  # fmt: skip
def roadmap(
    lang: str,
    *,
    source: Path,
    years: int | None,
    most_a_year: int | None,
    budget: float | None,
    key: str,
    plan: int | None,
    instance: str | None,
    time_limit: float | None,
    memory: int | None,
    as_json: bool,
    quiet: bool,
    outputs: tuple[Path, ...],
) -> int:
    """Read a plan, find the way, show and write."""
    from koopopt.report import workbook
    from koopopt.report.values.roadmap import Told, blocks, table
    from koopopt.storage import reading

    documents.demand(outputs, [*reading.files_of(source), instance])
    asked = _key(key)
    with Watch(lang, quiet) as watch:
        watch.phase(T("reading"))
        evaluation = read(lambda: chosen(source, instance, plan, lang), watch.show, time_limit)
        problem = evaluation.problem.plain
        watch.phase(T("looking for the cheapest way"))

        def work(cancel: threading.Event) -> Roadmap:
            from koopopt.inquiry.roadmap import roadmap as way

            return way(
                problem, evaluation.plan, years=years, most_a_year=most_a_year, budget=budget,
                time_limit=time_limit, memory=memory, cancel=cancel, began=now().began,
            )  # fmt: skip

        found, stopped = run(work, watch.show)
    for doubt in found.doubts:
        note(doubt.render(lang))
    told = Told(problem, found, asked, broken(evaluation))
    answer = documents.Answer(
        told, lambda _: blocks(told), problem.instance, T("A roadmap to a plan"),
        partial(workbook.write_roadmap, told),
    )  # fmt: skip
    documents.hand_over(answer, outputs, lang, (lambda: table(told, lang)) if as_json else None)
    return code_of(found.status, stopped)


def _key(said: str) -> Key:
    """Return the key; refused here where nobody could say what is paid each year."""
    from koopopt.inquiry.years import demand_weighted
    from koopopt.sharing.keys import Key

    key = Key.parse(said)
    demand_weighted(key)
    return key
