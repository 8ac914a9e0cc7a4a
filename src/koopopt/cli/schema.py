"""`koopopt schema`: what files hold, as JSON Schema for editors and other programs."""

from __future__ import annotations

from pathlib import Path

import click

from koopopt.cli.command import command, option
from koopopt.cli.output import page, say
from koopopt.cli.types import Target
from koopopt.storage.spared import spare
from koopopt.text import LANGUAGES, T


@command("schema", text=T("List the JSON Schemas of koopopt's files, or print one."))
@click.argument("name", metavar="[NAME]", required=False)
@option(
    "--out",
    type=Target(standard_output=True),
    metavar="FILE",
    text=T("Write into this file instead of standard output."),
)
def schema(lang: str, name: str | None, out: Path | None) -> int:
    """Print the schema of what is registered now; without a name say which there are."""
    from koopopt.errors import UsageError
    from koopopt.language.hints import Names
    from koopopt.storage import json_schemas

    if name is not None:
        _deliver(json_schemas.text(name), out)
        return 0
    if out is not None:
        known = Names(json_schemas.SCHEMAS).remedy("")
        raise UsageError(T("--out needs the name of a schema. {remedy}", remedy=known))
    from koopopt.report.terminal import inventory

    rows = [
        (name, {lang: emitted.title.render(lang) for lang in LANGUAGES})
        for name, emitted in json_schemas.SCHEMAS.items()
    ]
    say(inventory.names(page(lang), [(T("Schemas"), rows)]))
    return 0


def _deliver(text: str, out: Path | None) -> None:
    if out is None:
        say(text)
        return
    from koopopt.storage.files import replace

    spare([], files=[out])
    replace(out, text)
