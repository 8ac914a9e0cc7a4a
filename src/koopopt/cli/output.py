"""Standard output and standard error: the only place that writes to them.

Standard output holds the result and nothing else; everything said on the way goes to standard
error. A result that cannot be written is an error (exit code 1), unless its reader has gone away:
who reads no further (`| head`) wants no more. A message that cannot be written is lost.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from koopopt.cli.streams import Stream
from koopopt.errors import Fault, KoopoptError, why
from koopopt.language.inert import on_terminal
from koopopt.text import LANGUAGES, T

if TYPE_CHECKING:
    from koopopt.report.terminal.page import Page

_DEFAULT_WIDTH: Final = 80
"""Columns where there is no terminal."""
_NARROWEST, _WIDEST = 20, 400
"""Columns that are written for; narrower and wider terminals get these."""
MAX_NOTES: Final = 3


def say(text: str) -> None:
    """Write to standard output.

    Raises
    ------
    KoopoptError
        If it cannot be written, or not wholly.
    """
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        sys.stdout.write(text)
        sys.stdout.flush()
        if isinstance(sys.stdout, Stream):
            sys.stdout.wire.settle()
    except BrokenPipeError:
        return
    except OSError as error:
        reason = why(error)
        raise KoopoptError(
            T("The result could not be written to standard output: {reason}.", reason=reason)
        ) from None


def say_json(table: Mapping[str, Any]) -> None:
    """Write one JSON object to standard output."""
    say(json.dumps(table, indent=2, allow_nan=False) + "\n")


def deliver(*ways: Callable[[], None]) -> None:
    """Hand over a result in every way; what fails in one way does not cost the others.

    Raises
    ------
    Exception
        What was raised; an `ExceptionGroup` where several were.
    """
    errors: list[Exception] = []
    for way in ways:
        try:
            way()
        except Exception as error:
            errors.append(error)
    if len(errors) > 1:
        raise ExceptionGroup("several ways failed", errors)
    if errors:
        raise errors[0]


def note(text: str) -> None:
    """Write one line to standard error."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(on_terminal(text) + "\n")
            sys.stderr.flush()


def tell(notes: Sequence[Fault], lang: str) -> None:
    """Write notes of reading to standard error, the first ones only: `check` has them all."""
    for told in notes[:MAX_NOTES]:
        note(T("Note: {message}", message=told.render(lang)).render(lang))
    if (more := len(notes) - MAX_NOTES) > 0:
        note(T("{count} more notes: see koopopt check.", count=more).render(lang))


def complain(text: str, lang: str) -> None:
    """Write an error to standard error."""
    note(T("Error: {message}", message=text).render(lang))


def page(lang: str) -> Page:
    """Return a page for standard output: its width, colours and characters."""
    from koopopt.report.terminal.page import Page

    return Page(lang, width(), colourful(), getattr(sys.stdout, "encoding", None) or "utf-8")


def width() -> int:
    """Columns that COLUMNS asks for, else those of the terminal; 80 where there is none."""
    columns = os.environ.get("COLUMNS", "")
    wide = int(columns) if columns.isdecimal() else 0
    with suppress(OSError, ValueError, AttributeError):
        wide = wide or os.get_terminal_size(sys.stdout.fileno()).columns
    return min(max(_NARROWEST, wide or _DEFAULT_WIDTH), _WIDEST)


def colourful() -> bool:
    """Whether standard output is a terminal that shows colours."""
    plain = os.environ.get("NO_COLOR") or dumb()
    return sys.stdout is not None and sys.stdout.isatty() and not plain


def dumb() -> bool:
    """Whether the terminal is one that only writes on: no colours, no way back in a line."""
    return os.environ.get("TERM", "" if os.name == "posix" else "xterm") in ("", "dumb", "unknown")


def chosen_language(words: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the language asked for by --lang, else by the environment, else English.

    The words are looked at before click parses them, so that its errors too are in that language.
    """
    for word, following in pairwise([*words, ""]):
        asked = following if word == "--lang" else word.removeprefix("--lang=")
        if word.startswith("--lang") and asked in LANGUAGES:
            return asked
    locale = next((environ[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(k)), "")
    return "de" if locale.lower().startswith("de") else "en"


def stopped(lang: str) -> None:
    """Say that a signal came before there was anything to show."""
    note(T("Stopped before there was a result.").render(lang))
