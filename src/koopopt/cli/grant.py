"""`koopopt grant`: whether partnerships get a grant, and the evidence that an application needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from koopopt.cli import documents
from koopopt.cli.command import command, option
from koopopt.cli.output import deliver, page, say, say_json, tell
from koopopt.cli.plans import chosen
from koopopt.cli.sources import plan_options
from koopopt.cli.types import NumberOption, OneOf, PlaceOption, SourceOption, Target
from koopopt.errors import Fault, UsageError
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.grants.programme import GrantProgramme
    from koopopt.report.values.grants import Application

LANDS: Final = ("hessen", "bayern", "nrw", "rlp")
ENDINGS: Final = (".xlsx", *documents.TEXTS)
OF_DOCUMENTS: Final = "de"
"""Language of the documents that go with an application, to a German authority."""


@command(
    "grant", text=T("Hold partnerships against a grant programme, and write the evidence for it.")
)
@click.argument("source", metavar="SOURCE", type=SourceOption())
@option("--land", type=OneOf(*LANDS), text=T("The programme of this Land."))
@option(
    "--programme",
    type=PlaceOption(),
    metavar="FILE",
    text=T("A programme of your own instead, as `koopopt schema grant-programme` describes it."),
)
@plan_options
@option(
    "--key",
    default="demand",
    metavar="KEY",
    text=T("By which members share: population, demand (unless said), equal, alone, or two parts"
           " as 30%equal+population."),
)  # fmt: skip
@option(
    "--years",
    type=NumberOption(1, whole=True),
    text=T("For how many years the members bind themselves."),
)
@option(
    "--one-off",
    type=NumberOption(),
    metavar="EUR",
    text=T("One-off cost of each partnership, EUR; a blank unless said."),
)
@option(
    "--split",
    type=PlaceOption(),
    metavar="FILE",
    text=T("A table of what members spent before, EUR a year: service, municipality, personnel,"
           " material."),
)  # fmt: skip
@option("--json", "as_json", is_flag=True, text=T("Print the result as one JSON object."))
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
    from koopopt.case.facts import CENTS_PER_EURO
    from koopopt.exact import whole
    from koopopt.grants.criteria import Given
    from koopopt.grants.evidence import evidence
    from koopopt.grants.split import read_split
    from koopopt.report.terminal.blocks import render
    from koopopt.report.values.grants import Application, blocks, table
    from koopopt.sharing.keys import Key
    from koopopt.storage import reading
    from koopopt.storage.spared import spare

    documents.check(outputs, ENDINGS)
    spare([*reading.files_of(source), instance, programme, split], files=outputs)
    asked, by = _programme(land, programme), Key.parse(key)
    given = Given(years, None if one_off is None else whole(one_off, CENTS_PER_EURO))
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


def _programme(land: str | None, own: Path | None) -> GrantProgramme:
    from koopopt.grants.reading import library_programme, own_programme

    if land is not None and own is None:
        return library_programme(land)
    if own is not None and land is None:
        return own_programme(own)
    raise UsageError(
        T("Say which programme: either --land ({known}) or --programme FILE.",
          known=", ".join(LANDS))
    )  # fmt: skip


def _write(a: Application, path: Path, lang: str, made: date) -> None:
    """Write one file and say so."""
    from koopopt.report import workbook
    from koopopt.report.values.grants import blocks

    if path.suffix.lower() == ".xlsx":
        workbook.write_grants(a, path, lang, made)
    else:
        documents.write(path, blocks(a), OF_DOCUMENTS)
    documents.tell(path, lang)
