"""`-v`: the library's records on standard error, beside progress and never on standard output."""

from __future__ import annotations

import logging
from typing import Final

import click

from koopopt.cli.output import note
from koopopt.cli.running import now

LEVELS: Final = (logging.WARNING, logging.INFO, logging.DEBUG)
"""What is shown without the option, with it, and with it given twice."""


class LogLines(logging.Handler):
    """Writes records as lines of standard error; a live display moves below them."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        note(f"{now().seconds:7.1f} s  {record.name}: {record.getMessage()}")


def shown(ctx: click.Context, _: click.Parameter, times: int) -> None:
    """Show the library's records until the command is over (a click callback)."""
    if not times or ctx.resilient_parsing:
        return
    library, notes = logging.getLogger("koopopt"), LogLines()
    before = library.level
    library.addHandler(notes)
    library.setLevel(LEVELS[min(times, len(LEVELS) - 1)])

    def over() -> None:
        library.removeHandler(notes)
        library.setLevel(before)

    ctx.call_on_close(over)
