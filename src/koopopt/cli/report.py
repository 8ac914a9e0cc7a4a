"""`koopopt report`: what a run or a front found, to be looked at; and the option `--report`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from koopopt.cli import asked as answers
from koopopt.cli import programmes
from koopopt.cli.asked import ask_options
from koopopt.cli.command import command, option
from koopopt.cli.output import deliver, note, say
from koopopt.cli.programmes import given_options, programme_options
from koopopt.cli.running import INTERRUPTED, read, unseen
from koopopt.cli.sources import source_argument
from koopopt.cli.types import NumberOption, OneOf, PlaceOption, SourceOption, Target
from koopopt.errors import UsageError
from koopopt.language.inert import on_line
from koopopt.storage.spared import is_one_of, spare
from koopopt.text import T, Text

if TYPE_CHECKING:
    from koopopt.grants.programme import GrantProgramme
    from koopopt.pareto.front import Front
    from koopopt.report.values.decision import Decision
    from koopopt.solving.optimise import Result

F = TypeVar("F", bound=Callable[..., Any])

GRANT_ENDINGS: Final = (".html", ".xlsx")
"""Reports that hold what is known of a grant."""
DEFAULT_REPORT = Path("report.html")


@command("report", text=T("Write a report of a run or a front: page, workbook, maps, pictures."))
@source_argument
@option(
    "-o",
    "--output",
    "outputs",
    type=Target(),
    multiple=True,
    metavar="FILE",
    text=T(
        "What to write, by its ending: .html (unless said), .xlsx, .gpkg, .geojson, .svg, .png;"
        " without an ending a folder with everything. Can be repeated."
    ),
)
@option(
    "--instance",
    type=PlaceOption(str),
    metavar="INSTANCE",
    text=T("The instance of the run or the front, if it is not where it was."),
)
@option(
    "--boundaries",
    type=SourceOption(),
    metavar="FILE",
    text=T("GeoJSON polygons of the municipalities, for maps that are not schematic."),
)
@option(
    "--plan",
    type=NumberOption(1, whole=True),
    text=T("The plan of a front to begin with, from 1; unless said the best by the weights."),
)
@option(
    "--show",
    type=OneOf("chart", "map"),
    text=T("What a picture shows: the plans of a front as points, or the map of a service."),
)
@option(
    "--service",
    metavar="NAME",
    text=T("The service that a map shows; unless said the first in which somebody pools."),
)
@ask_options
@programme_options
@given_options
def report(
    lang: str,
    *,
    source: Path,
    outputs: tuple[Path, ...],
    instance: str | None,
    boundaries: Path | None,
    plan: int | None,
    show: str | None,
    service: str | None,
    land: str | None,
    programme: Path | None,
    years: int | None,
    one_off: float | None,
    asked: tuple[str, ...],
    samples: int | None,
    time_limit: float | None,
    memory: int | None,
    quiet: bool,
) -> int:
    """Read, ask, write, say what was written."""
    from koopopt.report.write import PICTURE_ENDINGS, prepared, write_report
    from koopopt.storage import reading

    targets = tuple(dict.fromkeys(outputs)) or (DEFAULT_REPORT,)
    for path in targets:
        if is_one_of(path, reading.files_of(source)):
            raise UsageError(
                T("{path} is what the report is made from; write to another file.",
                  path=repr(str(path)))
            )  # fmt: skip
    checked(targets, [instance, boundaries, programme])
    if show == "chart" and service is not None:
        raise UsageError(T("A chart shows plans, no service: give --show map, or no --service."))
    drawn = any(path.suffix.lower() in PICTURE_ENDINGS for path in targets)
    for given, name in ((show, "--show"), (service, "--service")):
        if given is not None and not drawn:
            raise UsageError(
                T("{option} means nothing without {other}.", option=name, other="-o FILE.svg")
            )
    grant = _programme(land, programme, years, one_off, targets)
    answers.demand(asked, targets, samples=samples, time_limit=time_limit, memory=memory)

    def opened() -> Decision:
        found = reading.any_of(source, instance=instance)
        return prepared(found, plan=plan, boundaries=boundaries)

    decision = read(opened, unseen, time_limit) if asked else opened()
    if grant is not None:
        decision = decision.before(grant, programmes.given(years, one_off))
    for told_of in decision.notes:
        note(T("Note: {message}", message=told_of.render(lang)).render(lang))
    decision, stopped = answers.answered(decision, asked, samples, time_limit, memory, lang, quiet)

    def write(path: Path) -> None:
        for text in told(path, write_report(decision, path, lang, show=show, service=service)):
            say(f"{on_line(text.render(lang))}\n")

    deliver(*(partial(write, path) for path in targets))
    return INTERRUPTED if stopped else 0


def _programme(
    land: str | None,
    own: Path | None,
    years: int | None,
    one_off: float | None,
    targets: Sequence[Path],
) -> GrantProgramme | None:
    """Return the grant programme that is asked for, if any; no option is left without effect."""
    from koopopt.report.write import is_folder

    given = (("--land", land), ("--programme", own), ("--years", years), ("--one-off", one_off))
    name = next((name for name, value in given if value is not None), None)
    if name is None:
        return None
    asked = programmes.programme(land, own)
    if not any(path.suffix.lower() in GRANT_ENDINGS or is_folder(path) for path in targets):
        raise UsageError(
            T("{option} means nothing without {other}.", option=name,
              other=f"-o FILE{GRANT_ENDINGS[0]}")
        )  # fmt: skip
    return asked


def report_option(function: F) -> F:
    """Add --report."""
    return option(
        "--report", "reports", type=Target(), multiple=True, metavar="FILE",
        text=T("Write a report as `koopopt report -o FILE` does, e.g. report.html."
               " Can be repeated."),
    )(function)  # fmt: skip


def checked(reports: Sequence[Path], read: Sequence[str | Path | None]) -> None:
    """Make sure, before anything takes long, that these reports can be written, and harm nothing.

    `read` is what the command reads; see `spare`.
    """
    if not reports:
        return
    from koopopt.report.write import REPORT_FILES, check, is_folder

    for path in reports:
        if is_folder(path):
            spare(read, folders=[(path, REPORT_FILES)])
        else:
            spare(read, files=[path])
    for path in reports:
        check(path)


def reported(what: Result | Front, reports: Sequence[Path], lang: str, quiet: bool) -> None:
    """Write the reports that were asked for; standard output is the result's alone."""
    if not reports:
        return
    from koopopt.report.values.decision import Decision
    from koopopt.report.write import write_report

    if not (what.points if hasattr(what, "points") else what.evaluation):
        note(T("There is no plan, so no report was written.").render(lang))
        return
    decision = Decision.of(what)

    def write(path: Path) -> None:
        if not quiet:
            note(T("Writing {path}.", path=str(path)).render(lang))
        for text in told(path, write_report(decision, path, lang)):
            if not quiet:
                note(text.render(lang))

    deliver(*(partial(write, path) for path in reports))


def told(asked: Path, written: Sequence[Path]) -> list[Text]:
    """Return one sentence a file that was written, and one a kind of file that was left out."""
    from koopopt.report.write import ENDINGS, is_folder, missing

    said = []
    for path in written:
        size = path.stat().st_size / 1000
        said.append(
            T("Written: {path} ({size} MB)", path=str(path), size=round(size / 1000, 1))
            if size >= 1000
            else T("Written: {path} ({size} kB)", path=str(path), size=max(1, round(size)))
        )
    for ending in ENDINGS if is_folder(asked) else ():
        if package := missing(ending):
            said.append(
                T("Left out: {ending} files need the package {name}: pip install {name}.",
                  ending=ending, name=package)
            )  # fmt: skip
    return said
