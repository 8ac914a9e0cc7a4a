"""`koopopt check`, `koopopt new` and `koopopt generate`: instances of one's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click

from koopopt.cli.command import command, option
from koopopt.cli.output import page, say
from koopopt.cli.sources import instance_at
from koopopt.cli.types import NumberOption, PlaceOption, Target
from koopopt.errors import noted
from koopopt.language.inert import on_terminal
from koopopt.text import T

WORKBOOK_ENDING: Final = ".xlsx"


@command("check", text=T("Check an instance and name everything that is wrong with it."))
@click.argument("path", metavar="PATH", type=PlaceOption(str))
def check(lang: str, path: str) -> int:
    """Read the instance, which raises all faults at once, and say what it holds."""
    from koopopt.report.terminal import contents

    instance = instance_at(path)
    title = instance.title.get(lang) or next(iter(instance.title.values()), instance.name)
    counts = {
        "title": title,
        "towns": len(instance.municipalities),
        "services": len(instance.services),
        "neighbours": len(instance.neighbours),
        "forms": len(instance.legal_forms),
    }
    text = T(
        "{title}: no faults. {towns} municipalities, {services} service(s), {neighbours} pairs of"
        " neighbours, {forms} legal form(s).",
        **counts,
    )
    if instance.sites:
        text = T(
            "{title}: no faults. {towns} municipalities, {sites} site(s), {services} service(s),"
            " {neighbours} pairs of neighbours, {forms} legal form(s).",
            sites=len({site.id for site in instance.sites}),
            **counts,
        )
    say(on_terminal(text.render(lang)) + "\n\n")
    say(contents.render(instance, page(lang)))
    for line in noted(instance.notes, lang):
        say(on_terminal(line) + "\n")
    return 0


@command("new", text=T("Make the folder or the workbook of a new instance, to be filled in."))
@click.argument("name", metavar="NAME")
@option(
    "--from", "source", metavar="INSTANCE", text=T("Copy this instance instead of a small example.")
)
def new(lang: str, name: str, source: str | None) -> int:
    """Make a folder, or a workbook where NAME ends in .xlsx.

    NAME may be a path, its last part is the instance's name.
    """
    place = Path(name)
    if place.suffix.lower() == WORKBOOK_ENDING:
        from koopopt.writing.starter.book import write_starter

        write_starter(place.stem, place, lang, source=source)
        text = T(
            "{path} is ready: open it, its first sheet says what to do. Then: koopopt run {path}",
            path=quoted(place),
        )
    else:
        from koopopt.writing.scaffold import scaffold

        target = scaffold(place.name, place, source=source, lang=lang)
        text = T("{path} is ready. Check it with: koopopt check {path}", path=quoted(target))
    say(on_terminal(text.render(lang)) + "\n")
    return 0


def quoted(path: Path) -> str:
    """Return a path as it is typed: in quotation marks where it holds more than plain letters."""
    return f'"{path}"' if re.search(r"[^\w./\\:~-]", str(path)) else str(path)


@command(
    "generate",
    text=T("Make the folder of a synthetic county: invented, but like real ones in sizes,"
           " distances and neighbours."),
)  # fmt: skip
@option(
    "--municipalities", metavar="N", type=NumberOption(whole=True), default=40,
    text=T("So many municipalities, 2 to 2,000; 40 unless said."),
)  # fmt: skip
@option(
    "--seed", metavar="N", type=NumberOption(whole=True), default=1,
    text=T("The same number gives the same county; 1 unless said."),
)  # fmt: skip
@option(
    "--services", metavar="NAME,NAME",
    text=T("Services of the model library; water, wastewater, housing and local-area unless"
           " said."),
)  # fmt: skip
@option("--title", metavar="TEXT", text=T("Title of the instance."))
@option(
    "--out", metavar="FOLDER", type=Target(),
    text=T("The folder to make, whose last part names the instance; by default synthetic-N-SEED"
           " here."),
)  # fmt: skip
def generate(
    lang: str,
    municipalities: int,
    seed: int,
    services: str | None,
    title: str | None,
    out: Path | None,
) -> int:
    """Write the county as a folder."""
    from koopopt.synthetic.county import SERVICES
    from koopopt.synthetic.county import generate as made
    from koopopt.writing.instance import write

    wanted = SERVICES if services is None else [name.strip() for name in services.split(",")]
    name = None if out is None else out.name
    instance = made(municipalities, seed=seed, services=wanted, name=name, title=title)
    folder = Path(instance.name) if out is None else out
    write(instance, folder)
    text = T(
        "{path} is ready: {towns} municipalities, {neighbours} pairs of neighbours, {services}"
        " service(s), all synthetic. Solve it with: koopopt solve {path}",
        path=str(folder),
        towns=len(instance.municipalities),
        neighbours=len(instance.neighbours),
        services=len(instance.services),
    )
    say(on_terminal(text.render(lang)) + "\n")
    return 0
