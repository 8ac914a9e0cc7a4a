"""`koopopt roadmap`: in which order to found the partnerships of a plan, and what is paid when."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from koopopt.cli import documents
from koopopt.cli.command import command, option
from koopopt.cli.output import deliver, note, page, say, say_json
from koopopt.cli.plans import broken, chosen
from koopopt.cli.running import now, read, run, unseen
from koopopt.cli.solved import code_of
from koopopt.cli.sources import (
    json_option,
    memory_option,
    plan_options,
    source_argument,
    time_option,
    weighted_key_option,
)
from koopopt.cli.types import NumberOption, Target
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.inquiry.roadmap import Roadmap
    from koopopt.report.values.roadmap import Told
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

    documents.demand(outputs, [*reading.files_of(source), instance])
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
    return code_of(found.status, stopped)


def _key(said: str) -> Key:
    """Return the key; refused here where nobody could say what is paid each year."""
    from koopopt.inquiry.years import demand_weighted
    from koopopt.sharing.keys import Key

    key = Key.parse(said)
    demand_weighted(key)
    return key


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
    if kind == documents.WORKBOOK:
        workbook.write_roadmap(told, path, lang, date.today())
    elif kind == documents.TABLE:
        files.replace_table(path, COLUMNS, rows(told))
    else:
        documents.write(path, blocks(told), lang)
    documents.tell(path, lang)
