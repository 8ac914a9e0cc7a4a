"""`koopopt import population`: forecasts of inhabitants into municipalities.csv."""

from __future__ import annotations

from pathlib import Path

import click

from koopopt.cli.command import command, option
from koopopt.cli.output import say
from koopopt.cli.types import NumberOption, OneOf, PlaceOption, SourceOption
from koopopt.errors import UsageError, noted
from koopopt.language.inert import on_terminal
from koopopt.text import T


@command(
    "population",
    text=T("Add columns population_2030 … to municipalities.csv, from a table of forecasts."),
)
@click.argument("table", metavar="FILE", type=SourceOption())
@option(
    "--instance", metavar="FOLDER", type=PlaceOption(str), required=True,
    text=T("The folder of the instance whose municipalities.csv gets the columns."),
)  # fmt: skip
@option("--sheet", default="", metavar="NAME", text=T("The sheet of a workbook."))
@option("--header", type=NumberOption(1, whole=True), text=T("The row of the headings."))
@option(
    "--decimal", type=OneOf(".", ","),
    text=T("How numbers like 850.000 are meant where nothing else says it."),
)  # fmt: skip
def population(
    lang: str,
    *,
    table: Path,
    instance: str,
    sheet: str,
    header: int | None,
    decimal: str | None,
) -> int:
    """Read the table, match it, write the columns, say what was not matched."""
    from koopopt.cli.running import awaited
    from koopopt.importing.population import FILE, Forecast, entered, forecast
    from koopopt.importing.table.mapping import Chosen
    from koopopt.reading.instance import read_towns

    folder = Path(instance)
    if not (folder / FILE).is_file():
        raise UsageError(T("{path} is no folder with a municipalities.csv.", path=repr(instance)))
    chosen = Chosen(sheet=sheet, header=header, decimal=decimal)  # type: ignore[arg-type]

    def read() -> Forecast:
        return forecast(table, read_towns(folder), chosen)

    found = awaited(read)
    new = entered(folder, found)
    text = T("{count} municipalities: {file} has new columns {columns}.", count=len(found.people),
             file=str(folder / FILE), columns=", ".join(new))  # fmt: skip
    say(on_terminal(text.render(lang)) + "\n")
    for line in noted(found.notes, lang):
        say(on_terminal(line) + "\n")
    return 0
