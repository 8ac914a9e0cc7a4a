"""`koopopt import neighbours`: who borders on whom, from polygons."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from koopopt.cli.command import command, option
from koopopt.cli.importing.drawing import drawing, drawing_options
from koopopt.cli.output import say
from koopopt.cli.types import PlaceOption, SourceOption, Target
from koopopt.errors import UsageError, noted
from koopopt.language.inert import on_terminal
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.importing.polygons.owned import Drawing, Owned


NOTES_FILE: Final = "neighbours-notes.md"
"""What there is to note, all of it: a terminal shows some of a kind."""


@command(
    "neighbours",
    text=T("Make neighbours.csv, and boundaries for maps, from polygons of municipalities."),
)
@click.argument("polygons", metavar="POLYGONS", type=SourceOption())
@option(
    "--instance", metavar="FOLDER|FILE.xlsx", type=PlaceOption(str),
    text=T("The instance whose municipalities count; whatever the file holds unless said."),
)  # fmt: skip
@option(
    "-o", "--output", metavar="FOLDER", type=Target(),
    text=T("Where to write; the folder of the instance unless said. Nothing is overwritten."),
)  # fmt: skip
@drawing_options
def neighbours(lang: str, polygons: Path, **given: Any) -> int:
    """Read the polygons, measure what they have in common, write it and say what is doubtful."""
    from koopopt.cli.running import awaited
    from koopopt.importing.notes import listed
    from koopopt.reading.folder import BOUNDARIES_FILE
    from koopopt.reading.instance import read_towns
    from koopopt.writing.contents import csv_text, geojson_text, refuse_existing, write_files

    instance: str | None = given["instance"]
    folder: Path | None = given["output"]
    if folder is None:
        if instance is None or not Path(instance).is_dir():
            raise UsageError(T("Say with --output into which folder it is to be written."))
        folder = Path(instance)
    for name in ("neighbours.csv", BOUNDARIES_FILE, NOTES_FILE):
        refuse_existing(folder / name)
    towns = None if instance is None else {t.id: t.name for t in read_towns(instance)}
    found, shapes = awaited(lambda: _drawn(polygons, drawing(given), towns))
    files = {
        "neighbours.csv": csv_text(("a", "b", "border_km"), list(found.near.rows())),
        BOUNDARIES_FILE: geojson_text(shapes),
    }
    if found.notes:
        files[NOTES_FILE] = "\n".join(listed(found.notes, lang)) + "\n"
    write_files(files, folder)
    text = T(
        "{areas} municipalities, {pairs} pairs of neighbours, {parts} connected part(s):"
        " {path} has {files}.",
        areas=len(found.areas.keys), pairs=len(found.near.pairs), parts=len(found.near.parts),
        path=str(folder), files=", ".join(files),
    )  # fmt: skip
    say(on_terminal(text.render(lang)) + "\n")
    for line in noted(found.notes, lang):
        say(on_terminal(line) + "\n")
    return 0


def _drawn(
    polygons: Path, wishes: Drawing, towns: Mapping[str, str] | None
) -> tuple[Owned, dict[str, Any]]:
    from koopopt.importing.polygons.drawn import drawn
    from koopopt.importing.polygons.owned import owned

    found = owned(polygons, wishes, towns)
    return found, drawn(found.areas)
