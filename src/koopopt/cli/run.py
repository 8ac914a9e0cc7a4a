"""`koopopt run`: from a workbook, or a folder, to a plan and its report in one command."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from koopopt.cli.command import command, option
from koopopt.cli.output import deliver, note, page, say
from koopopt.cli.progress import Watch
from koopopt.cli.report import checked
from koopopt.cli.running import going_on, now
from koopopt.cli.solved import Asked, exit_code, found
from koopopt.cli.sources import opened, quiet_option
from koopopt.cli.types import NumberOption, PlaceOption, Target
from koopopt.errors import UsageError
from koopopt.text import T, Text

if TYPE_CHECKING:
    from koopopt.problem import Problem
    from koopopt.solving.optimise import Result

TIME_LIMIT: Final = 60.0
"""Seconds, unless said."""
PLAN_ENDING, PAGE_ENDING = ".xlsx", ".html"
FILES: Final = {
    PLAN_ENDING: T("the plan as tables: who with whom, seats, legal forms, what each one pays"),
    PAGE_ENDING: T("the report; a double click opens it in the browser, no network is needed"),
}
"""What is written, by its ending."""
ADDED: Final = {"en": "-result", "de": "-ergebnis"}
"""What the name of the result has behind that of what was read."""


@command("run", text=T("Read a workbook, find the best plan, and write plan and report beside it."))
@click.argument("source", metavar="FILE", type=PlaceOption(str))
@option(
    "-o",
    "--output",
    type=Target(),
    metavar="RESULT.xlsx",
    text=T(
        "The workbook to write; the report has the same name and ends in .html. Unless said, the"
        " name of FILE with -result behind it. Nothing is overwritten."
    ),
)
@option(
    "--time-limit",
    type=NumberOption(open_=True),
    metavar="SECONDS",
    default=TIME_LIMIT,
    text=T("Stop after so many seconds with the best plan so far; 60 unless said."),
)
@quiet_option
def run(lang: str, source: str, output: Path | None, time_limit: float, quiet: bool) -> int:
    """Read, solve, write both files or none, say what came of it."""
    lang = now().lang = _language(source, lang)
    targets = _targets(source, output, lang)
    for path in targets:
        _refuse(path)
    checked(targets, [source])

    def given() -> Problem:
        from koopopt.problem import Problem

        return Problem.of(opened(source, lang))

    def ready() -> None:
        if not quiet:
            note(T("Looking for the best plan for {seconds} s at the most (--time-limit); Ctrl-C"
                   " ends it earlier, with the best plan so far.",
                   seconds=time_limit).render(lang))  # fmt: skip

    with Watch(lang, quiet) as watch:
        result, stopped = found(given, Asked(time_limit=time_limit), watch, ready)
    written: list[Path] = []  # what could not be written is not said to be there
    deliver(
        partial(_write, result, targets, lang, written),
        partial(_say, result, source, written, lang),
    )
    return exit_code(result, stopped)


def _language(source: str, lang: str) -> str:
    """Return the language: that of --lang, else of the workbook's sheets, else of the system."""
    from koopopt.reading.spreadsheets.kinds import ENDINGS
    from koopopt.reading.workbook import Workbook

    chosen = click.get_current_context().get_parameter_source("lang")
    if chosen is click.core.ParameterSource.COMMANDLINE:
        return lang
    if not source.lower().endswith(ENDINGS) or not os.path.isfile(source):
        return lang
    book = Workbook(Path(source))
    return lang if book.faults else book.language


def _targets(source: str, output: Path | None, lang: str) -> tuple[Path, ...]:
    """Return the files to write: the workbook and the page."""
    if output is None:
        place = Path(source)
        place = place if place.name not in ("", "..") else place.resolve()
        stem = place.name if place.is_dir() else place.stem
        output = place.with_name(f"{stem}{ADDED[lang]}{PLAN_ENDING}")
    if output.suffix.lower() != PLAN_ENDING:
        raise UsageError(
            T("{path}: the result is a workbook; its name must end in {ending}.",
              path=repr(str(output)), ending=PLAN_ENDING)
        )  # fmt: skip
    return output, output.with_suffix(PAGE_ENDING)


def _refuse(path: Path) -> None:
    """Refuse a file that is there already, which may be somebody's work."""
    if os.path.lexists(path):
        raise UsageError(
            T("{path} is there already and is not overwritten. Name another file with -o, or move"
              " it away.", path=repr(str(path)))
        )  # fmt: skip


def _write(result: Result, targets: tuple[Path, ...], lang: str, written: list[Path]) -> None:
    """Write workbook and page; both are complete before either takes its place."""
    from koopopt.report.values.decision import Decision
    from koopopt.report.write import write_report
    from koopopt.storage import replacing
    from koopopt.system.beside import beside

    if result.evaluation is None:
        return
    decision = Decision.of(result)
    with beside(targets[0].parent) as there:
        for path in targets:
            write_report(decision, there / path.name, lang)
        for path in targets:  # somebody else may have written there meanwhile
            _refuse(path)
        for path in targets:
            replacing.place(there / path.name, path)
            written.append(path)


def _say(result: Result, source: str, written: list[Path], lang: str) -> None:
    from koopopt.report.terminal import runs
    from koopopt.report.values import ranges, summarise

    savings = ranges.Savings(result.problem, going_on(result.time_limit))
    summary = summarise.of_result(result, result.reasons, savings)
    files: list[tuple[Path, Text]] = [(path, FILES[path.suffix.lower()]) for path in written]
    say(runs.render(summary, result.problem.instance, Path(source).name, files, page(lang)))
