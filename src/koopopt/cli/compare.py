"""`koopopt compare`: what differs in two instances, runs, fronts or results of benchmarks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from koopopt.cli.command import command, option
from koopopt.cli.output import deliver, page, say, say_json, tell
from koopopt.cli.types import STANDARD_INPUT, PlaceOption
from koopopt.errors import UsageError
from koopopt.text import T

PRINTED = "-"
"""Given in place of a file: the object is printed."""


@command(
    "compare",
    text=T("Say what differs in two instances, runs, fronts or results of koopopt bench."),
)
@click.argument("a", metavar="A", type=PlaceOption(str))
@click.argument("b", metavar="B", type=PlaceOption(str))
@option(
    "--json",
    "target",
    is_flag=False,
    flag_value=PRINTED,
    type=PlaceOption(str),
    metavar="[FILE]",
    text=T(
        "Write the result as one JSON object into this file, besides what is printed; without a"
        " file print the object instead."
    ),
)
def compare(lang: str, *, a: str, b: str, target: str | None) -> int:
    """Read both, hold them against each other, show; 0 whether they differ or not."""
    from koopopt.comparing.values import table_of
    from koopopt.storage import comparable
    from koopopt.storage.files import prepare, replace
    from koopopt.storage.spared import spare

    for given in (a, b):
        if given in (PRINTED, STANDARD_INPUT):
            raise UsageError(T("Two of a kind are compared by their paths, not from standard"
                               " input."))  # fmt: skip
    file = None if target in (None, PRINTED) else Path(str(target))
    if file is not None:
        spare([*_read(a), *_read(b)], files=[file])
        prepare(file.parent, [file.name])
    mine = comparable.opened(a)
    other = comparable.opened(b)
    for one in (mine, other):
        tell(one.notes, lang)
    found = comparable.compare(mine, other)
    if target == PRINTED:
        say_json(table_of(found))
        return 0
    from koopopt.report.terminal import blocks as terminal
    from koopopt.report.values.compared import blocks

    told = terminal.render(blocks(found, {**other.towns, **mine.towns}), page(lang))
    ways: list[Callable[[], None]] = [partial(say, told)]
    if file is not None:
        ways.insert(0, lambda: replace(file, comparable.written(found)))
    deliver(*ways)
    return 0


def _read(given: str) -> tuple[Path, ...]:
    """Return the files that may be read there, besides those of an instance."""
    from koopopt.storage.reading import files_of

    path = Path(given)
    return (path, *files_of(path), *(path.glob("*.csv") if path.is_dir() else ()))
