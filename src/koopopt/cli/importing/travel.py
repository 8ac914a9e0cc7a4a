"""`koopopt import travel`: minutes that a routing service or somebody else has computed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from koopopt.cli.command import command, option
from koopopt.cli.output import say
from koopopt.cli.sources import opened
from koopopt.cli.travel import output_option, place_of
from koopopt.cli.types import OneOf, PlaceOption
from koopopt.errors import noted
from koopopt.language.inert import on_terminal
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.instance import Instance
    from koopopt.importing.travel.times import Imported
    from koopopt.language.notation import Mark


@command(
    "travel",
    text=T("Make travel.csv of what OSRM, openrouteservice or Valhalla returned, or of a table of"
           " minutes, seconds or kilometres."),
)  # fmt: skip
@click.argument("file", metavar="FILE", type=PlaceOption())
@option(
    "--instance",
    type=PlaceOption(str),
    metavar="INSTANCE",
    required=True,
    text=T("The instance whose municipalities the file is about."),
)
@output_option
@option(
    "--unit",
    type=OneOf("minutes", "seconds", "km"),
    text=T("What the numbers of a table are, where its headings do not say it."),
)
@option(
    "--order",
    is_flag=True,
    text=T("The places of the file stand in the order of the instance."),
)
@option(
    "--subset",
    is_flag=True,
    text=T("Leave out places that are not of the instance, with a note."),
)
@option(
    "--symmetric",
    is_flag=True,
    text=T("Let a way count for the way back where that is not given."),
)
@option(
    "--decimal",
    type=OneOf(".", ","),
    text=T("The decimal mark of a table, where 1.250 could mean both."),
)
@option("--sheet", metavar="NAME", text=T("The sheet of a workbook that has several."))
def travel(
    lang: str,
    file: Path,
    instance: str,
    output: Path | None,
    unit: str | None,
    order: bool,
    subset: bool,
    symmetric: bool,
    decimal: Mark | None,
    sheet: str | None,
) -> int:
    """Read, match, write, and say what was left out or supposed."""
    from koopopt.importing.travel.matrix import Unit
    from koopopt.importing.travel.pairs import write_minutes
    from koopopt.importing.travel.times import Ask, imported

    path = place_of(instance, output)
    case = opened(instance, lang)
    ask = Ask(
        unit=None if unit is None else Unit(unit), order=order, subset=subset,
        symmetric=symmetric, sheet=sheet, decimal=decimal,
    )  # fmt: skip
    found = imported(file, case, ask)
    write_minutes(path, found.minutes)
    _say(case, found, path, lang)
    return 0


def _say(case: Instance, found: Imported, path: Path, lang: str) -> None:
    from koopopt.importing.travel.pairs import medians

    minutes, estimated = medians(case, found.minutes)
    text = T(
        "{path} is ready: {ways} ways, read as {kind}. Median {minutes} minutes; {estimated} as the"
        " instance would estimate them.",
        path=str(path),
        ways=len(found.minutes),
        kind=found.kind,
        minutes=round(minutes, 1),
        estimated=round(estimated, 1),
    )
    lines = [text.render(lang), *noted(found.notes, lang)]
    say(on_terminal("\n".join(lines)) + "\n")
