"""`koopopt choose`: one plan out of a front, and why this one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from koopopt.cli import names
from koopopt.cli.command import command, option
from koopopt.cli.output import deliver, note, page, say, say_json
from koopopt.cli.progress import Watch
from koopopt.cli.running import INTERRUPTED, run
from koopopt.cli.sources import json_option, quiet_option, weight_option
from koopopt.cli.types import (
    InOrder,
    NameValue,
    NumberOption,
    OneOf,
    PlaceOption,
    SourceOption,
    Target,
    _Type,
    once,
    pair,
    unique,
)
from koopopt.errors import UsageError
from koopopt.storage.spared import spare
from koopopt.text import T, Text

if TYPE_CHECKING:
    import threading

    from koopopt.choice import Alternatives, Choice
    from koopopt.pareto.front import Front
    from koopopt.report.values.choices import Chosen

F = TypeVar("F", bound=Callable[..., Any])

KNEE = "knee"
SECONDS = 60.0
"""To look for other plans, unless said."""


class NamedValues(_Type):
    """NAME=VALUE,NAME=VALUE as it was typed: `_values` tells the parts; or one of a few words."""

    name = "NAME=VALUE,..."

    def __init__(self, *words: str) -> None:
        self.words = words

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Return the words and the pattern for the help."""
        return "|".join([*self.words, self.name])


def _assignments(*names: str, text: Text) -> Callable[[F], F]:
    """Add an option NAME=VALUE that can be repeated."""
    return option(*names, type=NameValue(), multiple=True, callback=once, text=text)


@command("choose", text=T("Choose one plan of a front, and see what speaks for it."))
@click.argument("front", metavar="FRONT", type=SourceOption())
@option(
    "--prefer",
    type=NamedValues(KNEE),
    text=T(
        "Values wished for, e.g. cost=11400000,travel=20: the closest plan; or the knee, where"
        " less of one criterion begins to cost much of another. By default the best value of each"
        " criterion is wished for."
    ),
)
@weight_option
@option(
    "--lexicographic",
    type=InOrder(),
    multiple=True,
    text=T(
        "Criteria in order: the least in the first, among those in the second, and so on. Can be"
        " repeated."
    ),
)
@_assignments(
    "--goal", "goals", text=T("A value that is good enough for a criterion. Can be repeated.")
)
@option(
    "--goals",
    "kind",
    type=OneOf("sum", "largest", "order"),
    default="sum",
    text=T("What to keep small: the sum of misses, the largest, or one after the other."),
)
@option(
    "--council",
    "councils",
    type=NamedValues(),
    multiple=True,
    text=T(
        "Weights of one of several councils, e.g. cost=1,travel=10: the plan that none of them"
        " regrets much. Can be repeated."
    ),
)
@option(
    "--relative",
    is_flag=True,
    text=T("Measure a council's regret by what is at stake for it, not in its own unit."),
)
@option(
    "--point", type=NumberOption(1, whole=True), text=T("Take the plan of this number, from 1.")
)
@_assignments(
    "--limit", "limits", text=T("Upper bound on a criterion of the front. Can be repeated.")
)
@option("--rates", is_flag=True, text=T("Show what it costs to move to other plans."))
@option("--robust", is_flag=True, text=T("Show which decisions the plans agree on."))
@option(
    "--alternatives",
    type=NumberOption(1, whole=True),
    metavar="N",
    text=T("Look for N other plans as good as this one, with others together."),
)
@_assignments(
    "--tolerance",
    "tolerance",
    text=T("By how much such a plan may be worse in a criterion. Can be repeated."),
)
@option(
    "--time-limit",
    type=NumberOption(open_=True),
    metavar="SECONDS",
    text=T("Seconds to look for other plans."),
)
@option(
    "--instance",
    type=PlaceOption(str),
    metavar="INSTANCE",
    text=T("The instance of the front, where its file does not find it."),
)
@option(
    "--model",
    type=SourceOption(),
    metavar="FILE",
    text=T("The MPS file of the front, where its file does not find it."),
)
@option(
    "--out",
    type=Target(),
    metavar="DIR",
    text=T("Write the plan into this folder as `solve --out` does, and choice.json."),
)
@json_option
@quiet_option
def choose(
    lang: str,
    *,
    front: Path,
    rates: bool,
    robust: bool,
    alternatives: int | None,
    tolerance: dict[str, float],
    time_limit: float | None,
    instance: str | None,
    model: Path | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
    **how: Any,
) -> int:
    """Read the front, choose, ask what else is asked, write, show."""
    import koopopt.choice as choosing
    from koopopt.report.values.choices import Chosen
    from koopopt.storage import files, run_writing
    from koopopt.storage.front_reading import file_of, read

    started = datetime.now(UTC)
    _check(how, alternatives, tolerance, time_limit)
    spare([file_of(front), instance, model], folders=[(out, run_writing.RUN_FILES)])
    known = read(front, instance=instance, model=model)
    _name(how, known.criteria)
    tolerance = names.by_name(tolerance, known.criteria, "--tolerance")
    _tell_kept(known, how["weights"], lang)
    choice = _choice(known, how)
    if out is not None:
        _writable(known)
        files.prepare(out, run_writing.RUN_FILES)
    among = choosing.kept(known, how["limits"]).nonzero()[0].tolist()
    others, stopped = None, False
    if alternatives is not None:
        others, stopped = _others(
            known, choice.index, alternatives, tolerance, time_limit or SECONDS, Watch(lang, quiet)
        )
    chosen = Chosen(
        known,
        choice,
        choosing.rates(known, choice.index) if rates else None,
        choosing.robustness(known, among=among) if robust else None,
        others,
    )

    def write() -> None:
        if out is not None:
            _write(out, chosen, started, lang)

    deliver(write, lambda: _show(chosen, lang, as_json))
    return INTERRUPTED if stopped else 0


CHOICE_OPTIONS = {
    "prefer": "--prefer",
    "weights": "--weight",
    "lexicographic": "--lexicographic",
    "goals": "--goal",
    "councils": "--council",
    "point": "--point",
}
"""Options that choose, of which one may be given."""


def _check(
    how: dict[str, Any],
    alternatives: int | None,
    tolerance: dict[str, float],
    time_limit: float | None,
) -> None:
    """Raise `UsageError` where options do not go together."""
    given = [option for name, option in CHOICE_OPTIONS.items() if how[name]]
    if len(given) > 1:
        raise UsageError(
            T("{first} and {second} are two ways to choose; give one of them.",
              first=given[0], second=given[1])
        )  # fmt: skip
    for needs, there, with_, what in (
        (how["kind"] != "sum", how["goals"], "--goals", "--goal"),
        (how["relative"], how["councils"], "--relative", "--council"),
        (tolerance, alternatives, "--tolerance", "--alternatives"),
        (time_limit, alternatives, "--time-limit", "--alternatives"),
    ):
        if needs and not there:
            raise UsageError(T("{option} means nothing without {other}.", option=with_, other=what))


def _name(how: dict[str, Any], known: Sequence[str]) -> None:
    """Replace what was typed for names by the names of the front that are meant."""
    how["lexicographic"] = names.in_order(how["lexicographic"], known, "--lexicographic")
    for given, option_ in (("weights", "--weight"), ("goals", "--goal"), ("limits", "--limit")):
        how[given] = names.by_name(how[given], known, option_)
    how["councils"] = [_values(text, known, "--council") for text in how["councils"]]
    if how["prefer"] not in (None, KNEE):
        how["prefer"] = _values(how["prefer"], known, "--prefer")


def _values(text: str, known: Sequence[str], option_: str) -> dict[str, float]:
    """Return the numbers of NAME=VALUE,NAME=VALUE by name."""
    parts = names.assignments(text, known, option_)
    pairs = [pair(part, option_) for part in parts]
    return names.by_name(unique(pairs, option_), known, option_)


def _tell_kept(front: Front, weights: dict[str, float], lang: str) -> None:
    """Say which weights of the instance count besides those that were given."""
    from koopopt.choice.weighing import usual

    kept = {n: w for n, w in usual(front).items() if n not in weights} if weights else {}
    if kept:
        said = T(
            "The weights of the instance count besides, as in solve: {weights}. Give a weight of 0"
            " to leave one out.",
            weights=", ".join(f"{n}={w:g}" for n, w in kept.items()),
        )
        note(T("Note: {message}", message=said).render(lang))


def _choice(front: Front, how: dict[str, Any]) -> Choice:
    """Choose in the way that was asked for."""
    import koopopt.choice as choosing

    limits = how["limits"]
    if how["point"]:
        return choosing.named(front, how["point"] - 1, limits=limits)
    if how["weights"]:
        return choosing.weighted(front, how["weights"], limits=limits)
    if how["lexicographic"]:
        return choosing.in_order(front, how["lexicographic"], limits=limits)
    if how["goals"]:
        return choosing.goals(front, how["goals"], kind=how["kind"], limits=limits)
    if how["councils"]:
        councils = {str(k): weights for k, weights in enumerate(how["councils"], 1)}
        return choosing.least_regret(front, councils, relative=how["relative"], limits=limits)
    if how["prefer"] == KNEE:
        return choosing.knee(front, limits=limits)
    wishes = how["prefer"] or choosing.ideal(front)
    return choosing.closest(front, wishes, limits=limits)


def _others(
    front: Front,
    index: int,
    count: int,
    tolerance: dict[str, float],
    time_limit: float,
    watch: Watch,
) -> tuple[Alternatives, bool]:
    """Look for other plans; the first Ctrl-C keeps what was found."""
    import koopopt.choice as choosing

    def work(cancel: threading.Event) -> Alternatives:
        return choosing.alternatives(
            front, index, count=count, tolerance=tolerance, time_limit=time_limit, cancel=cancel
        )

    with watch:
        watch.phase(T("looking for other plans"))
        return run(work, watch.show)


def _writable(front: Front) -> None:
    from koopopt.problem import Problem

    if not isinstance(front.subject, Problem):
        raise UsageError(T("A front of a linear model has no plan to write; leave out --out."))


def _write(out: Path, chosen: Chosen, started: datetime, lang: str) -> None:
    """Write the plan as a solve does, and beside it why it was chosen."""
    from koopopt.report.values.choices import as_result, to_table
    from koopopt.storage import run_writing

    result = replace(as_result(chosen), started=started)
    run_writing.write(out, result, to_table(chosen, lang))


def _show(chosen: Chosen, lang: str, as_json: bool) -> None:
    if as_json:
        from koopopt.report.values.choices import to_table

        say_json(to_table(chosen, lang))
    else:
        from koopopt.report.terminal import choices

        say(choices.render(chosen, page(lang)))
