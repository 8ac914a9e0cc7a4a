"""The command line for `sphinx_click`, which knows click's `help` but no texts in languages."""

from __future__ import annotations

from typing import Any

import click

from koopopt.cli import main
from koopopt.text import Text

EVERYWHERE = {"--lang", "--debug", "--help"}
"""Options of all commands, shown once."""


def _told(command: click.Command, above: click.Context | None = None) -> None:
    """Give a command, what is below it and their options the English of their texts."""
    context = click.Context(command, parent=above, info_name=command.name)
    for thing in (command, *command.params):
        text = getattr(thing, "text", None)
        if isinstance(text, Text):
            thing.help = text.render("en")  # type: ignore[union-attr]
    for option in (p for p in command.params if isinstance(p, click.Option)):
        option.hidden = above is not None and option.opts[0] in EVERYWHERE
        if not option.is_flag:
            option.metavar = option.make_metavar(context)
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        _told(below, context)


def setup(app: Any) -> dict[str, Any]:
    """Make the texts known before the first page is read."""
    _told(main)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
