"""`koopopt roadmap`: in which order to found the partnerships of a plan, and what is paid when."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from koopopt.cli import documents
from koopopt.cli.command import command, option
from koopopt.cli.output import deliver, note, page, say, say_json
from koopopt.cli.plans import TABLE, broken, chosen
from koopopt.cli.running import INTERRUPTED, NO_PLAN, now, read, run, unseen
from koopopt.cli.sources import memory_option, plan_options
from koopopt.cli.types import NumberOption, SourceOption, Target
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.inquiry.roadmap import Roadmap
    from koopopt.report.values.roadmap import Told
    from koopopt.sharing.keys import Key

WORKBOOK: Final = ".xlsx"
INFEASIBLE: Final = 4


@command(
    "roadmap",
    text=T("Say in which order to found the partnerships of a plan over years, and what is paid"
           " when."),
)  # fmt: skip
@click.argument("source", metavar="SOURCE", type=SourceOption())
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
@option(
    "--key",
    default="demand",
    metavar="KEY",
    text=T("By which members share: population, demand (unless said), equal, alone, or two parts"
           " as 30%equal+population."),
)  # fmt: skip
@plan_options
@option(
    "--time-limit",
    type=NumberOption(open_=True),
    metavar="SECONDS",
    text=T("Stop after so many seconds with what there is."),
)
@memory_option
@option("--json", "as_json", is_flag=True, text=T("Print the result as one JSON object."))
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
    outputs: tuple[Path, ...],
) -> int:
    """Read a plan, find the way, show and write."""
    from koopopt.report.values.roadmap import Told, table
    from koopopt.storage import reading
    from koopopt.storage.spared import spare

    documents.check(outputs, (WORKBOOK, TABLE, *documents.TEXTS))
    spare([*reading.files_of(source), instance], files=outputs)
    asked = _key(key)
    evaluation = read(lambda: chosen(source, instance, plan, lang), unseen, time_limit)
    problem = evaluation.problem.plain

    def work(cancel: threading.Event) -> Roadmap:
        from koopopt.inquiry.roadmap import roadmap as way

        return way(
            problem, evaluation.plan, years=years, most_a_year=most_a_year, budget=budget,
            time_limit=time_limit, memory=memory, cancel=cancel, began=now().began,
        )  # fmt: skip

    found, stopped = run(work, unseen)
    for doubt in found.doubts:
        note(doubt.render(lang))
    told = Told(problem, found, asked, broken(evaluation))
    ways: list[Callable[[], None]] = [
        partial(_write, told, path, lang) for path in dict.fromkeys(outputs)
    ]
    if as_json:
        ways.append(lambda: say_json(table(told, lang)))
    elif not outputs:
        ways.append(lambda: _print(told, lang))
    deliver(*ways)
    return _code(found, stopped)


def _key(said: str) -> Key:
    """Return the key; refused here where nobody could say what is paid each year."""
    from koopopt.inquiry.years import demand_weighted
    from koopopt.sharing.keys import Key

    key = Key.parse(said)
    demand_weighted(key)
    return key


def _code(found: Roadmap, stopped: bool) -> int:
    """Return the exit code; a proof that came in spite of the interruption counts as one."""
    from koopopt.solving.optimise import Status

    if found.status is Status.OPTIMAL:
        return 0
    if found.status is Status.INFEASIBLE:
        return INFEASIBLE
    if stopped:
        return INTERRUPTED
    return 0 if found.course is not None else NO_PLAN


def _print(told: Told, lang: str) -> None:
    from koopopt.report.terminal.blocks import render
    from koopopt.report.values.roadmap import blocks

    say(render(blocks(told), page(lang)))


def _write(told: Told, path: Path, lang: str) -> None:
    """Write one file and say so."""
    from koopopt.report import workbook
    from koopopt.report.values.roadmap import COLUMNS, blocks, rows
    from koopopt.storage import files

    kind = path.suffix.lower()
    if kind == WORKBOOK:
        workbook.write_roadmap(told, path, lang, date.today())
    elif kind == TABLE:
        files.replace_table(path, COLUMNS, rows(told))
    else:
        documents.write(path, blocks(told), lang)
    documents.tell(path, lang)
