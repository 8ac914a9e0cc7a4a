"""`koopopt grant`: whether partnerships get a grant, and the evidence that an application needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from koopopt.cli import documents, programmes
from koopopt.cli.command import command, option
from koopopt.cli.output import deliver, page, say, say_json, tell
from koopopt.cli.plans import chosen
from koopopt.cli.programmes import given_options, programme_options
from koopopt.cli.sources import json_option, plan_options, source_argument, weighted_key_option
from koopopt.cli.types import PlaceOption, Target
from koopopt.errors import Fault
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.report.values.grants import Application

ENDINGS: Final = (".xlsx", *documents.TEXTS)
OF_DOCUMENTS: Final = "de"
"""Language of the documents that go with an application, to a German authority."""


@command(
    "grant", text=T("Hold partnerships against a grant programme, and write the evidence for it.")
)
@source_argument
@programme_options
@plan_options
@weighted_key_option
@given_options
@option(
    "--split",
    type=PlaceOption(),
    metavar="FILE",
    text=T("A table of what members spent before, EUR a year: service, municipality, personnel,"
           " material."),
)  # fmt: skip
@json_option
@option(
    "--out",
    "outputs",
    type=Target(),
    multiple=True,
    metavar="FILE",
    text=T("What to write, by its ending: .xlsx, a workbook; .md or .txt, a document for the"
           " application, in German. Can be repeated."),
)  # fmt: skip
def grant(
    lang: str,
    source: Path,
    land: str | None,
    programme: Path | None,
    plan: int | None,
    instance: str | None,
    key: str,
    years: int | None,
    one_off: float | None,
    split: Path | None,
    as_json: bool,
    outputs: tuple[Path, ...],
) -> int:
    """Read a plan, judge it, show and write."""
    from koopopt.grants.evidence import evidence
    from koopopt.grants.split import read_split
    from koopopt.report.terminal.blocks import render
    from koopopt.report.values.grants import Application, blocks, table
    from koopopt.sharing.keys import Key
    from koopopt.storage import reading
    from koopopt.storage.spared import spare

    documents.check(outputs, ENDINGS)
    spare([*reading.files_of(source), instance, programme, split], files=outputs)
    asked, by = programmes.programme(land, programme), Key.parse(key)
    given = programmes.given(years, one_off)
    evaluation = chosen(source, instance, plan, lang)
    problem = evaluation.problem
    notes: list[Fault] = []
    parts = {} if split is None else read_split(split, problem.instance, notes)
    tell(notes, lang)
    found = evidence(problem, evaluation.plan, asked, by, given, parts)
    a = Application(problem, asked, by, found)
    ways: list[Callable[[], None]] = [
        partial(_write, a, path, lang, date.today()) for path in dict.fromkeys(outputs)
    ]
    if as_json:
        ways.append(lambda: say_json(table(a, lang)))
    elif not outputs:
        ways.append(lambda: say(render(blocks(a), page(lang))))
    deliver(*ways)
    return 0


def _write(a: Application, path: Path, lang: str, made: date) -> None:
    """Write one file and say so."""
    from koopopt.report import workbook
    from koopopt.report.values.grants import blocks

    if path.suffix.lower() == ".xlsx":
        workbook.write_grants(a, path, lang, made)
    else:
        documents.write(path, blocks(a), OF_DOCUMENTS)
    documents.tell(path, lang)
