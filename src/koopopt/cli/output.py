"""Standard output and standard error: the only place that writes to them.

Standard output holds the result and nothing else; everything said on the way goes to standard
error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from koopopt.errors import Fault
from koopopt.inert import on_terminal
from koopopt.text import T

_NARROWEST: Final = 72
"""Columns that tables need so that no figure is broken."""

MOST_NOTES: Final = 3


def claim_standard_output() -> None:
    """Keep standard output for koopopt; what libraries in C print goes to standard error.

    Only where standard output is the process's own: a test or a notebook has put something
    else there.
    """
    stream = sys.stdout
    if sys.__stdout__ is None or sys.stderr is None or stream is not sys.__stdout__:
        return
    try:
        stream.flush()
        own = os.dup(stream.fileno())
        os.dup2(sys.stderr.fileno(), stream.fileno())
    except (OSError, ValueError):
        return
    sys.stdout = open(own, "w", encoding=stream.encoding, errors="replace")  # noqa: SIM115


def say(text: str) -> None:
    """Write to standard output; a reader that has gone away is no error."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        silence()


def silence() -> None:
    """Point standard output nowhere, so that nothing complains when the process ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def say_json(table: Mapping[str, Any]) -> None:
    """Write one JSON object to standard output."""
    say(json.dumps(table, indent=2, allow_nan=False) + "\n")


def note(text: str) -> None:
    """Write one line to standard error."""
    try:
        print(on_terminal(text), file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        return


def tell(notes: Sequence[Fault], lang: str) -> None:
    """Write notes of reading to standard error, the first ones only: `check` has them all."""
    for told in notes[:MOST_NOTES]:
        note(T("Note: {message}", message=told.render(lang)).render(lang))
    if (more := len(notes) - MOST_NOTES) > 0:
        note(T("{count} more notes: see koopopt check.", count=more).render(lang))


def complain(text: str, lang: str) -> None:
    """Write an error to standard error."""
    note(T("Error: {message}", message=text).render(lang))


def width() -> int:
    """Columns of the terminal (or those that COLUMNS asks for); 80 where there is none."""
    try:
        wide = (
            int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(sys.stdout.fileno()).columns
        )
    except (OSError, ValueError, AttributeError):
        wide = 80
    return max(_NARROWEST, wide)


def colourful() -> bool:
    """Whether standard output is a terminal that shows colours."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout is not None and sys.stdout.isatty() and not plain
