"""The root of all commands: language, errors in words, exit codes.

0 a plan was found · 1 unexpected · 2 usage · 3 invalid data · 4 infeasible · 5 limit reached
without a plan · 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from koopopt.cli.command import Group, Option
from koopopt.cli.early import interrupts
from koopopt.cli.output import chosen_language, complain, note, say, stopped
from koopopt.cli.running import INTERRUPTED, begun, now
from koopopt.cli.streams import claim
from koopopt.cli.verbose import shown
from koopopt.errors import DataWarning, KoopoptError, PluginWarning, why
from koopopt.language.hints import Names
from koopopt.text import T, Text

UNEXPECTED, USAGE = 1, 2
WORKING = ("koopopt-solver", "koopopt-run", "koopopt-loading")
"""Threads that may still be in compiled code when a command is over."""


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        import koopopt

        say(f"koopopt {koopopt.__version__}\n")
        ctx.exit()


class Root(Group):
    """The group of all commands; `main` turns whatever happens into words and an exit code."""

    def __init__(self, name: str, *, text: Text, commands: Sequence[click.Command]) -> None:
        super().__init__(
            name, text=text, commands=list(commands), no_args_is_help=True,
            params=[
                Option(
                    ["-v", "--verbose"], count=True, expose_value=False, callback=shown,
                    text=T("Show what is done, on standard error; twice for all that is asked of"
                           " solvers. Stands before the command."),
                ),
                Option(
                    ["--version"], text=T("Show the version and stop."), is_flag=True,
                    is_eager=True, expose_value=False, callback=_show_version,
                )
            ],
        )  # fmt: skip

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run the command line `args` (by default the process's) and exit."""
        words = list(sys.argv[1:] if args is None else args)
        lang = chosen_language(words, os.environ)
        try:
            with begun(last=args is None), _telling(lang):
                claim()
                settings = {**extra, "obj": lang, "standalone_mode": False}
                code = super().main(words, **{"prog_name": "koopopt", **settings})
        except (KeyboardInterrupt, Exception) as error:  # words instead of a traceback
            lang = now().lang or lang
            if interrupts(error):
                if not now().patient:  # else it has been told already
                    stopped(lang)
                _leave(INTERRUPTED)
            if _debugging(words, os.environ) and not isinstance(error, click.ClickException):
                note(traceback.format_exc())
            code = _explain(error, lang)
        # A second signal while Python winds up would end the process in its own way.
        left = any(thread.name in WORKING for thread in threading.enumerate())
        if args is None and (left or now().cancel.is_set()):
            _leave(code or 0)
        sys.exit(code or 0)


@contextmanager
def _telling(lang: str) -> Iterator[None]:
    """Say warnings of data and plug-ins in the user's language on standard error, quiet or not."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def tell(message: Warning | str, *rest: Any) -> None:
            if isinstance(message, DataWarning):
                note(T("Warning: {message}", message=message.fault.render(lang)).render(lang))
            elif isinstance(message, PluginWarning):
                note(T("Warning: {message}", message=message.text).render(lang))
            else:
                show(message, *rest)

        warnings.showwarning = tell  # type: ignore[assignment]
        warnings.simplefilter("always", DataWarning)
        warnings.simplefilter("always", PluginWarning)
        yield


def _debugging(words: Sequence[str], environ: Mapping[str, str]) -> bool:
    return "--debug" in words or environ.get("KOOPOPT_DEBUG", "0") not in ("", "0")


def _explain(error: BaseException, lang: str) -> int:
    """Say on standard error what went wrong; return the exit code."""
    if isinstance(error, ExceptionGroup):
        first, *_ = [_explain(one, lang) for one in error.exceptions]
        return first
    if isinstance(error, KoopoptError):
        complain(error.render(lang), lang)
        return error.exit_code
    if isinstance(error, click.ClickException):
        asked_nothing = getattr(click.exceptions, "NoArgsIsHelpError", ())
        if isinstance(error, asked_nothing):
            note(error.format_message())
        else:
            complain(_in_words(error).render(lang), lang)
        return USAGE
    if isinstance(error, OSError):  # a full disk, a folder that is gone: not koopopt's doing
        reason = why(error)
        text = T("The system refuses: {reason}.", reason=reason)
        if error.filename is not None:
            text = T("{path}: {text}", path=repr(error.filename), text=text)
        complain(text.render(lang), lang)
        return UNEXPECTED
    what = f"{type(error).__name__}: {error}".rstrip(": ").splitlines()[0]
    report = T(
        "Unexpected: {what}. This is a defect of koopopt; please report it with what"
        " KOOPOPT_DEBUG=1 shows.",
        what=what,
    )
    complain(report.render(lang), lang)
    return UNEXPECTED


def _in_words(error: click.ClickException) -> Text:
    """Return click's own errors as translatable sentences, the frequent ones at least."""
    said = getattr(error, "command_name", getattr(error, "option_name", ""))
    near = Names(getattr(error, "possibilities", None) or ()).near(said, 0.0)
    remedy = T("Did you mean {near}?", near=repr(near)) if near else T("See --help.")
    if isinstance(error, click.NoSuchOption):
        return T("There is no option {name}. {remedy}", name=repr(error.option_name), remedy=remedy)
    if hasattr(error, "command_name"):
        return T(
            "There is no command {name}. {remedy}", name=repr(error.command_name), remedy=remedy
        )
    if isinstance(error, click.BadOptionUsage):
        return T("{option}: a value is missing, or one too many. {remedy}",
                 option=error.option_name, remedy=remedy)  # fmt: skip
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return T("{name} is missing. {remedy}", name=error.param.get_error_hint(error.ctx),
                 remedy=remedy)  # fmt: skip
    return T("{message}. {remedy}", message=error.format_message().rstrip("."), remedy=remedy)


def _leave(code: int) -> NoReturn:
    """End at once: a solver that still runs in another thread must not hold the process."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)
