"""Commands and options whose help speaks the reader's language.

Click fixes help texts when a module is imported; here they are `Text` and are rendered when the
help is shown. The language is the context's object: see `koopopt.cli.root`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import click

from koopopt.cli.output import say
from koopopt.cli.types import OneOf
from koopopt.text import LANGUAGES, T, Text

F = TypeVar("F", bound=Callable[..., Any])


class Option(click.Option):
    """An option with a translatable help text."""

    def __init__(self, names: list[str], *, text: Text, **settings: Any) -> None:
        super().__init__(names, **settings)
        self.text = text


def option(*names: str, text: Text, **settings: Any) -> Callable[[F], F]:
    """Add an `Option` to a command."""
    return click.option(*names, cls=Option, text=text, **settings)


def _show_help(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        say(f"{ctx.get_help()}\n")
        ctx.exit()


def _common_options() -> list[click.Parameter]:
    """Return what every command takes; root reads the first two before click does."""
    flag: dict[str, Any] = {"is_flag": True, "expose_value": False}
    return [
        Option(
            ["--lang"],
            text=T("Language of the output; by default that of the environment."),
            type=OneOf(*sorted(LANGUAGES)),
            expose_value=False,
        ),
        Option(["--debug"], text=T("Show the traceback of an unexpected error."), **flag),
        Option(
            ["--help"],
            text=T("Show this help and stop."),
            is_eager=True,
            callback=_show_help,
            **flag,
        ),
    ]


class Helpful:
    """What commands and groups share: help in the reader's language."""

    text: Text

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write usage, purpose, commands and options."""
        assert isinstance(self, click.Command)
        lang = language(ctx)
        usage = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, usage, T("Usage: ").render(lang))
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.text.render(lang))
        sections = [
            (T("Commands"), list(self._commands(lang))),
            (T("Options"), _options(self, ctx)),
        ]
        for title, rows in sections:
            if rows:
                with formatter.section(title.render(lang)):
                    formatter.write_dl(rows)

    def _commands(self, lang: str) -> Iterator[tuple[str, str]]:
        if isinstance(self, click.Group):
            for name, command in self.commands.items():
                text = getattr(command, "text", None)
                if isinstance(text, Text):
                    yield name, text.render(lang)


def _options(command: click.Command, ctx: click.Context) -> list[tuple[str, str]]:
    rows = []
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is not None and isinstance(parameter, Option):
            rows.append((record[0], parameter.text.render(language(ctx))))
    return rows


def language(ctx: click.Context) -> str:
    """Return the language of a context."""
    return str(ctx.obj) if ctx.obj in LANGUAGES else "en"


class Command(Helpful, click.Command):
    """A command with a translatable purpose and the common options."""

    def __init__(self, name: str | None, *, text: Text, **settings: Any) -> None:
        super().__init__(name, add_help_option=False, **settings)
        self.text = text
        self.params += _common_options()


class Group(Helpful, click.Group):
    """A group of commands with a translatable purpose and the common options."""

    def __init__(self, name: str | None, *, text: Text, **settings: Any) -> None:
        super().__init__(name, add_help_option=False, **settings)
        self.text = text
        self.params += _common_options()


def command(name: str, *, text: Text) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command; it is passed the language first and returns an exit code."""

    def made(function: Callable[..., Any]) -> Command:
        return click.command(name, cls=Command, text=text)(click.pass_obj(function))

    return made
