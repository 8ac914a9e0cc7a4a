"""`koopopt calibrate`: a service's cost curve from the members' own accounts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from koopopt.cli.command import command, option
from koopopt.cli.names import in_order
from koopopt.cli.output import note, page, say, say_json
from koopopt.cli.sources import instance_argument, json_option, opened
from koopopt.cli.types import InOrder, OneOf, SourceOption, Target
from koopopt.errors import UsageError, noted
from koopopt.language.inert import on_line
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.calibrating.calibrate import Calibration
    from koopopt.case.instance import Instance
    from koopopt.language.notation import Mark

PICTURES = (".svg", ".png")


@command(
    "calibrate",
    text=T("Fit the cost curve of a service to the members' own accounts, and make a service file"
           " of it."),
)  # fmt: skip
@instance_argument
@option("--service", required=True, metavar="NAME", text=T("The service of the accounts."))
@option(
    "--costs", required=True, type=SourceOption(), metavar="FILE",
    text=T("CSV file or workbook: municipality, cost (EUR a year) [, demand, year, remarks]."),
)  # fmt: skip
@option(
    "--without", multiple=True, type=InOrder(),
    text=T("Leave out the accounts of these municipalities. Can be repeated."),
)  # fmt: skip
@option(
    "--level-only", is_flag=True,
    text=T("Keep the elasticity of the model, and fit only how high its curve lies."),
)  # fmt: skip
@option(
    "--decimal", type=OneOf(",", "."),
    text=T("How 850.000 is meant in the accounts, where they leave it open."),
)  # fmt: skip
@option(
    "-o", "--output", type=Target(), metavar="FILE",
    text=T("The service file to write, named after the service, e.g. water.toml."),
)  # fmt: skip
@option(
    "--plot", type=Target(), metavar="FILE",
    text=T("A picture of accounts and curve to write, .svg or .png."),
)  # fmt: skip
@json_option
def calibrate(
    lang: str,
    *,
    instance: str,
    service: str,
    costs: Path,
    without: tuple[str, ...],
    level_only: bool,
    decimal: Mark | None,
    output: Path | None,
    plot: Path | None,
    as_json: bool,
) -> int:
    """Read, fit, write, show."""
    from koopopt.calibrating import file, words
    from koopopt.calibrating.calibrate import calibrate as calibrated

    _check(instance, service, costs, output, plot)
    case = opened(instance, lang)
    towns = [text for town in case.municipalities for text in (town.id, town.name)]
    found = calibrated(
        case, service, costs, without=in_order(without, towns, "--without"),
        level_only=level_only, decimal=decimal,
    )  # fmt: skip
    for line in noted(found.notes, lang):
        note(line)
    written = _write(found, case, output, plot, lang)
    if as_json:
        say_json(file.table(found, lang))
        return 0
    from koopopt.report.terminal import accounts

    say(accounts.render(found, page(lang)) + "\n")
    for path in written:  # on one line each, however long: they are to be copied
        say(on_line(T("Written: {path}", path=str(path)).render(lang)) + "\n")
    last = page(lang)
    for text in words.usage(found, None if output is None else output.name):
        last.line(text)
    say(last.text())
    return 0


def _check(
    instance: str, service: str, costs: Path, output: Path | None, plot: Path | None
) -> None:
    """Make sure, before anything is read, that what is asked for can be written."""
    from koopopt.calibrating.file import check_name
    from koopopt.storage.spared import spare
    from koopopt.writing.contents import refuse_existing

    if output is not None:
        check_name(output, service)
    if plot is not None:
        if plot.suffix.lower() not in PICTURES:
            raise UsageError(
                T("{path}: pictures end in {known}.",
                  path=repr(str(plot)), known=", ".join(PICTURES))
            )  # fmt: skip
        refuse_existing(plot)
    spare([instance, costs], files=[output, plot])


def _write(
    found: Calibration, case: Instance, output: Path | None, plot: Path | None, lang: str
) -> list[Path]:
    """Write what was asked for, all of it or nothing; return what was."""
    from koopopt.calibrating.file import service_text
    from koopopt.writing.contents import write_files

    contents: dict[Path, str | bytes] = {}
    if output is not None:
        contents[output] = service_text(found, case, lang)
    if plot is not None:
        from koopopt.report.pictures import accounts

        svg = plot.suffix.lower() == ".svg"
        contents[plot] = accounts.svg(found, lang) if svg else accounts.png(found, lang)
    written: list[Path] = []
    try:
        for path, content in contents.items():
            write_files({path.name: content}, path.parent)
            written.append(path)
    except UsageError:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return written
