"""`koopopt import table`: an instance from a table as people keep it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from koopopt.cli.command import F, command, option
from koopopt.cli.importing.drawing import drawing, drawing_options, refuse_drawing
from koopopt.cli.importing.shown import done, names
from koopopt.cli.output import note
from koopopt.cli.types import NumberOption, OneOf, SourceOption, Target
from koopopt.errors import UsageError
from koopopt.language.inert import on_line
from koopopt.text import T, Text

if TYPE_CHECKING:
    from koopopt.importing.table.mapping import Chosen


def _pairs(
    _: click.Context, param: click.Parameter, given: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Return NAME=VALUE texts as pairs, in their order (a click callback)."""
    found = []
    for text in given:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise UsageError(
                T("{option} needs NAME=VALUE; given is {value}.",
                  option=param.opts[-1], value=repr(text))
            )  # fmt: skip
        found.append((name, value))
    return found


def _pair_option(name: str, metavar: str, text: Text) -> Callable[[F], F]:
    return option(name, metavar=metavar, multiple=True, callback=_pairs, text=text)


@command("table", text=T("Make an instance from a table with headings of your own, CSV or .xlsx."))
@click.argument("file", metavar="FILE", type=SourceOption())
@option("--map", "mapping", metavar="FILE", type=SourceOption(),
        text=T("A TOML file that says which column is which."))  # fmt: skip
@option("--write-map", metavar="FILE", type=Target(),
        text=T("Write such a file: what was used, or what is known and what is open."))  # fmt: skip
@_pair_option("--column", "COLUMN=HEADING", T("Which heading one of our columns has."))
@_pair_option(
    "--set",
    "COLUMN=VALUE",
    T("The same value for all: county, state, identity_area, kind, central_place."),
)
@_pair_option("--only", "HEADING=VALUE",
              T("Take only rows with this value. Can be repeated: values of one heading widen the"
                " choice, another heading narrows it."))  # fmt: skip
@option("--skip", metavar="HEADING", multiple=True, text=T("A column that is not looked at."))
@option("--sheet", metavar="NAME", text=T("The sheet of a workbook."))
@option("--header", metavar="ROW", type=NumberOption(1, whole=True),
        text=T("The row of the headings, where it is not recognised."))  # fmt: skip
@option("--encoding", metavar="NAME", text=T("Encoding of a CSV file, such as cp850."))
@option("--decimal", type=OneOf(".", ","), text=T("What stands before decimals, where unclear."))
@option("--derive", type=OneOf("ags", "insee"),
        text=T("The ids are German or French municipality keys: lost zeros are restored; county"
               " and state, or the département, come from their digits."))  # fmt: skip
@option("--points", metavar="FILE", type=SourceOption(),
        text=T("A table of its own with the places of the municipalities."))  # fmt: skip
@_pair_option("--point-column", "COLUMN=HEADING", T("The same for the table of points."))
@option("--neighbours", metavar="FILE", type=SourceOption(), text=T("A table of neighbours."))
@_pair_option(
    "--neighbour-column",
    "COLUMN=HEADING",
    T("The same for the table of neighbours: a, b, border_km."),
)
@option("--polygons", metavar="FILE", type=SourceOption(),
        text=T("Polygons of the municipalities: places, neighbours and boundaries, where no table"
               " has them."))  # fmt: skip
@drawing_options
@option(
    "--status-quo",
    metavar="HEADING",
    text=T("Municipalities with the same value in this column pool each service today."),
)
@option("--services", metavar="NAME,NAME",
        text=T("Services of the model library; water, wastewater, housing and local-area unless"
           " said."))  # fmt: skip
@option("--legal-forms", metavar="NAME",
        text=T("A set of legal forms of the library; that of the state unless said."))  # fmt: skip
@option("--max-members", metavar="N", type=NumberOption(2, whole=True),
        text=T("Most members of a partnership; 6 unless said."))  # fmt: skip
@option("--name", metavar="NAME", text=T("Name of the instance; by default that of what is made."))
@option("--title", metavar="TEXT", text=T("Title of the instance."))
@option("-o", "--output", metavar="FOLDER|FILE.xlsx", type=Target(),
        text=T("The folder, or the workbook, to make; by default a folder here with the name of"
               " the table. Nothing is overwritten."))  # fmt: skip
def table(lang: str, file: Path, **given: Any) -> int:
    """Settle what is meant, read, write, tell everything that was left out or supposed."""
    from koopopt.importing.start import SERVICES
    from koopopt.importing.table.asking import OpenError
    from koopopt.importing.table.making import Wanted, import_table
    from koopopt.importing.written import name_of, written
    from koopopt.writing.contents import refuse_existing

    if given["polygons"] is None:
        refuse_drawing(given)
    chosen = _chosen(given)
    output: Path = given["output"] or Path(_plain(file.stem))
    if given["write_map"] is not None:
        refuse_existing(given["write_map"])
    name = name_of(output)
    name = given["name"] or name
    wanted = Wanted(
        path=file,
        name=name,
        title=given["title"] or name,
        services=tuple(names(given["services"])) or SERVICES,
        legal_forms=given["legal_forms"],
        chosen=chosen,
        points=given["points"],
        neighbours=given["neighbours"],
        polygons=given["polygons"],
        drawing=drawing(given),
        max_members=given["max_members"],
        lang=lang,
    )
    try:
        made = import_table(wanted, _asked(lang) if _terminal() else None)
    except OpenError as error:
        _keep(given["write_map"], error.chosen, error.gaps, file, lang)
        raise
    instance = written(made.contents, output, lang)
    _keep(given["write_map"], made.chosen, {}, file, lang)
    done(instance, output, made.notes, lang)
    return 0


def _chosen(given: dict[str, Any]) -> Chosen:
    """Return what the mapping file and the options choose; options win."""
    from koopopt.importing.table.mapping import Chosen, of_options, read_mapping

    base = Chosen() if given["mapping"] is None else read_mapping(given["mapping"])
    return base.and_then(of_options({**given, "crs": given["system"]}))


def _plain(text: str) -> str:
    """Return a text as the name of an instance may be."""
    import re

    from koopopt.reading.labels import clean

    name = re.sub(r"[^\w .,()&'+-]+", "-", clean(text)).lstrip(" .,)&'+-")
    return name[:100].strip() or "table"


def _terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def _asked(lang: str) -> Callable[[Sequence[Text]], str]:
    def ask(lines: Sequence[Text]) -> str:
        for line in lines:
            note(on_line(line.render(lang)))
        return sys.stdin.readline()

    return ask


def _keep(
    path: Path | None, chosen: Chosen, gaps: Mapping[str, Sequence[str]], file: Path, lang: str
) -> None:
    """Write the mapping file, where one is wanted."""
    from koopopt.importing.table.mapping import mapping_text
    from koopopt.writing.contents import write_files

    if path is None:
        return
    head = [T("How {file} is read: koopopt import table {file} --map {map}",
              file=on_line(file.name), map=on_line(path.name))]  # fmt: skip
    if gaps:
        head.append(T("Fill in the lines that begin with #, and delete the #."))
    text = mapping_text(chosen, [line.render(lang) for line in head], gaps)
    write_files({path.name: text}, path.parent)
    note(on_line(T("{path} is written.", path=str(path)).render(lang)))
