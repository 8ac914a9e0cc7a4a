"""`koopopt travel`: minutes by car between municipalities, on an extract of OpenStreetMap."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from koopopt.cli.command import F, command, option
from koopopt.cli.output import say
from koopopt.cli.progress import Watch
from koopopt.cli.running import NothingYetError, read
from koopopt.cli.sources import instance_argument, memory_option, opened, quiet_option
from koopopt.cli.types import NumberOption, PlaceOption, Target
from koopopt.errors import noted
from koopopt.language.inert import on_terminal
from koopopt.storage.spared import spare
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.instance import Instance
    from koopopt.importing.roads.minutes import ByRoad

LICENCE = "ODbL 1.0"
"""Of all data of OpenStreetMap, and of what is made of them."""


class NotWrittenError(NothingYetError):
    """The search for paths was stopped, or its time was over."""

    by_signal = T("Stopped before all paths were found: nothing is written.")
    by_clock = T("The time limit was over before all paths were found: nothing is written.")


def output_option(function: F) -> F:
    """Add --output."""
    return option(
        "-o", "--output", type=Target(), metavar="FILE",
        text=T("Write into this file; travel.csv in the instance's folder unless said."),
    )(function)  # fmt: skip


@command("travel", text=T("Find minutes by car between all municipalities on a map that you have."))
@instance_argument
@option(
    "--osm",
    "extract",
    type=PlaceOption(),
    metavar="FILE",
    required=True,
    text=T("An extract of OpenStreetMap, such as region.osm.pbf."),
)
@output_option
@option(
    "--within",
    type=NumberOption(open_=True),
    default=90.0,
    metavar="MINUTES",
    text=T("Leave out pairs that are farther apart; 90 minutes unless said."),
)
@option(
    "--time-limit",
    type=NumberOption(open_=True),
    metavar="SECONDS",
    text=T("Stop after so many seconds; then nothing is written."),
)
@memory_option
@quiet_option
def travel(
    lang: str,
    instance: str,
    extract: Path,
    output: Path | None,
    within: float,
    time_limit: float | None,
    memory: int | None,
    quiet: bool,
) -> int:
    """Read instance and roads, find the paths, write them, say what they are made of."""
    from koopopt.importing.roads.extract import library
    from koopopt.importing.travel.pairs import write_minutes

    path = place_of(instance, output)
    library()  # missing, it is told before anything takes long
    with Watch(lang, quiet) as watch:
        watch.phase(T("reading"))
        case, found = read(
            lambda: _found(instance, extract, within, memory, lang, watch),
            lambda _: watch.show(False),  # there is no best plan to stop with
            time_limit,
            NotWrittenError,
        )
    write_minutes(path, found.minutes)
    _say(case, instance, found, path, extract, lang)
    return 0


def place_of(instance: str, output: Path | None) -> Path:
    """Return the file to write, which is no other file of any instance, and not there yet."""
    from koopopt.importing.travel.pairs import FILE, target

    path = target(instance, output)
    if path.name != FILE:
        spare([instance], files=[path])
    return path


def _found(
    instance: str, extract: Path, within: float, memory: int | None, lang: str, watch: Watch
) -> tuple[Instance, ByRoad]:
    from koopopt.importing.roads.extract import read_roads
    from koopopt.importing.roads.minutes import by_road
    from koopopt.system.memory import usual

    case = opened(instance, lang)
    roads = read_roads(extract, usual() if memory is None else memory, watch.phase)
    return case, by_road(case, roads, extract.name, within, watch.phase)


def _say(
    case: Instance, instance: str, found: ByRoad, path: Path, extract: Path, lang: str
) -> None:
    """Say what was found, what was supposed, and whom to name for it."""
    from koopopt.importing.roads.speeds import SOURCE
    from koopopt.importing.travel.pairs import medians
    from koopopt.language.inert import on_line

    by_road, estimated = medians(case, found.minutes)
    lines = [
        T(
            "{path} is ready: {ways} ways by car, on {roads} roads with {junctions} junctions."
            " Median {minutes} minutes; {estimated} as the instance would estimate them.",
            path=str(path),
            ways=len(found.minutes),
            roads=found.ways,
            junctions=found.junctions,
            minutes=round(by_road, 1),
            estimated=round(estimated, 1),
        ).render(lang),
        *noted(found.notes, lang),
        T("Speeds are those of {source}; see docs/travel.md.", source=SOURCE).render(lang),
        T(
            "Whoever shows these minutes names their source: © OpenStreetMap contributors,"
            " {licence} (openstreetmap.org/copyright). Add to instance.toml, among the sources:",
            licence=LICENCE,
        ).render(lang),
    ]
    source = {
        "what": T("minutes by car").render(lang),
        "from": f"© OpenStreetMap contributors ({on_line(extract.name)})",
        "licence": LICENCE,
    }
    say(on_terminal("\n".join([*lines, *_entry(instance, source)])) + "\n")


def _entry(instance: str, source: Mapping[str, str]) -> list[str]:
    """Return the lines to add: a table of its own where the sources are tables, else one of a list.

    Either written in the way of the other is no TOML.
    """
    from koopopt.writing.toml import literal

    try:
        text = (Path(instance) / "instance.toml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):  # a workbook
        text = ""
    if re.search(r"^\s*\[\[\s*sources\s*\]\]", text, re.MULTILINE):
        return ["  [[sources]]", *(f"  {key} = {literal(text)}" for key, text in source.items())]
    return [f"  {literal(source)}"]
