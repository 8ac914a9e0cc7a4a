"""`koopopt bench`: named sets of instances, solved by several methods, and how these compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from koopopt.cli.command import command, option
from koopopt.cli.output import deliver, note, page, say, say_json
from koopopt.cli.sources import json_option, quiet_option
from koopopt.cli.types import Amount, NumberOption, PlaceOption, Target
from koopopt.errors import UsageError
from koopopt.text import T

if TYPE_CHECKING:
    import threading

    from koopopt.bench.registry import BenchSet
    from koopopt.bench.results import Folder
    from koopopt.bench.running import Limits, Todo
    from koopopt.cli.progress import Watch

MOST_SEEDS: Final = 1000


@command(
    "bench",
    text=T("Solve named sets of instances by several methods, each run in a process of its own,"
           " and compare them. Without SET the sets are listed."),
)  # fmt: skip
@click.argument("names", metavar="[SET]...", nargs=-1)
@option(
    "--solvers", metavar="NAME,NAME", default="highs",
    text=T("Back ends; highs unless said."),
)  # fmt: skip
@option(
    "--formulations", metavar="NAME,NAME", default="auto",
    text=T("auto, partition or assignment; auto unless said. An empty text leaves koopopt itself"
           " out."),
)  # fmt: skip
@option(
    "--peers", metavar="NAME,NAME", default="",
    text=T("Back ends that get the assignment model as it is written, for comparison."),
)  # fmt: skip
@option(
    "--time", "seconds", type=NumberOption(open_=True), default=60.0, metavar="SECONDS",
    text=T("What each run may take; 60 unless said."),
)  # fmt: skip
@option(
    "--memory", type=Amount(), metavar="AMOUNT",
    text=T("What each process may take, e.g. 2GB; one that takes more is ended."),
)  # fmt: skip
@option(
    "--seeds", metavar="N,N|N-N", default="0",
    text=T("Seeds of the back ends, such as 0,1,2 or 0-4; 0 unless said."),
)  # fmt: skip
@option(
    "--instances", "only", metavar="NAME,NAME", default="",
    text=T("Only these instances of the sets."),
)  # fmt: skip
@option(
    "--sample", type=NumberOption(1, whole=True), metavar="N",
    text=T("Only N instances of each set, spread over it evenly."),
)  # fmt: skip
@option(
    "--data", type=PlaceOption(), metavar="FOLDER",
    text=T("Your folder, for sets that are made of files of yours."),
)  # fmt: skip
@option(
    "--out", type=Target(), metavar="FOLDER",
    text=T("Where rows are kept and the page is written; bench-SET unless said. The same command"
           " goes on there."),
)  # fmt: skip
@json_option
@quiet_option
def bench(lang: str, *, names: tuple[str, ...], as_json: bool, quiet: bool, **given: Any) -> int:
    """List the sets, or run some of them."""
    from koopopt.bench import methods, recipes, registry, results, running

    if not names:
        return _listed(lang, as_json)
    sets = registry.chosen(names)
    how = methods.methods(_parts(given["solvers"]), _parts(given["formulations"]),
                          _parts(given["peers"]))  # fmt: skip
    if not how:
        raise UsageError(T("There is no method: name one with --formulations or --peers."))
    seeds = _seeds(given["seeds"])
    found = [recipes.sampled(recipes.recipes(one, given["data"]), given["sample"]) for one in sets]
    wanted = _only([recipe for part in found for recipe in part], _parts(given["only"]))
    limits = running.Limits(given["seconds"], given["memory"])
    out = given["out"] or Path("bench-" + "-".join(one.name for one in sets))
    data = given["data"] if any(one.kind not in recipes.NAMES for one in sets) else None
    folder = results.Folder(out, running.settings(limits, data))
    return _run(lang, quiet, as_json, sets, running.todo(wanted, how, seeds), folder, limits)


def _run(
    lang: str, quiet: bool, as_json: bool, sets: Sequence[BenchSet], wanted: Sequence[Todo],
    folder: Folder, limits: Limits,
) -> int:  # fmt: skip
    """Run what is missing, then write and show what there is: also after Ctrl-C."""
    from koopopt.cli.progress import Watch
    from koopopt.cli.running import INTERRUPTED, run

    keys = {one.key for one in wanted}
    if gone_on := len(keys & folder.known()):
        note(T("{count} of {all} runs are known already.", count=gone_on,
               all=len(keys)).render(lang))  # fmt: skip
    with Watch(lang, quiet) as watch:

        def work(cancel: threading.Event) -> None:
            _work(wanted, folder, limits, {one.name: one for one in sets}, watch, cancel)

        _, stopped = run(work, watch.show)
    rows = [row for row in folder.rows if row.key in keys]
    left = len(keys) - len(rows)
    if not rows:
        note(T("There is no row yet.").render(lang))
        return INTERRUPTED
    _deliver(lang, as_json, sets, folder, keys)
    if left:
        note(T("{count} runs are left; the same command goes on.", count=left).render(lang))
    return INTERRUPTED if stopped and left else 0


def _work(
    wanted: Sequence[Todo], folder: Folder, limits: Limits, sets: dict[str, BenchSet],
    watch: Watch, cancel: threading.Event,
) -> None:  # fmt: skip
    """Run what is missing until somebody cancels; say each row as it comes."""
    from koopopt.bench import running
    from koopopt.bench.processes import Cancelled
    from koopopt.bench.told import status

    missing = [one for one in wanted if one.key not in folder.known()]
    at = iter(range(1, len(missing) + 1))

    def going() -> None:
        if (k := next(at, None)) is not None:
            one = missing[k - 1]
            watch.phase(
                T("run {number} of {all}: {instance}, {formulation} · {solver}", number=k,
                  all=len(missing), instance=one.recipe.instance,
                  formulation=one.method.formulation, solver=one.method.solver)
            )  # fmt: skip

    going()
    try:
        for row in running.run(missing, folder, limits, sets, lambda: not cancel.is_set()):
            watch.tell(
                T("{instance}, {method}: {status}, {seconds} s", instance=row.instance,
                  method=row.method, status=status(row.status), seconds=round(row.seconds, 2))
            )  # fmt: skip
            going()
    except Cancelled:
        return


def _deliver(
    lang: str, as_json: bool, sets: Sequence[BenchSet], folder: Folder, keys: set[Any]
) -> None:
    """Write the page and the tables, show the comparison."""
    from dataclasses import asdict

    from koopopt.bench import told
    from koopopt.bench.page import html
    from koopopt.bench.results import PAGE
    from koopopt.report.terminal.blocks import render
    from koopopt.storage import files

    rows = [row for row in folder.rows if row.key in keys]

    def write() -> None:
        written = folder.finish()
        files.replace(folder.path / PAGE, html(rows, folder.track, sets, lang))
        for path in [*written, folder.path / PAGE]:
            note(T("Written: {path}", path=str(path)).render(lang))

    def show() -> None:
        if as_json:
            say_json({"sets": [one.name for one in sets], "runs": [asdict(row) for row in rows]})
        else:
            say(render(told.blocks(rows, sets), page(lang)))

    deliver(write, show)


def _listed(lang: str, as_json: bool) -> int:
    from koopopt.bench import recipes, registry, told
    from koopopt.report.terminal.blocks import render

    known = registry.registry()
    counts = {name: len(one.entries) for name, one in known.items() if one.kind in recipes.NAMES}
    if as_json:
        table = [{"set": name, "title": dict(one.title), "source": dict(one.source),
                  "instances": counts.get(name), "best": {k: {"value": b.value, "bound": b.bound}
                                                         for k, b in one.best.items()}}
                 for name, one in known.items()]  # fmt: skip
        say_json({"sets": table})
    else:
        say(render(told.sets(list(known.values()), counts), page(lang)))
    return 0


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _seeds(text: str) -> list[int]:
    """Return whole numbers of ``0,1,2`` or ``0-4``."""
    found: list[int] = []
    for part in _parts(text):
        low, dash, high = part.partition("-")
        ends = [low, high if dash else low]
        if not all(end.strip().isascii() and end.strip().isdecimal() for end in ends):
            raise UsageError(
                T("--seeds: {value} is no whole number from 0 on, and no range such as 0-4.",
                  value=repr(part))
            )  # fmt: skip
        first, last = (int(end) for end in ends)
        if not first <= last < first + MOST_SEEDS or last > 2**31 - 1:
            raise UsageError(
                T("--seeds: {value} is no range from a smaller to a larger number, of {most} at"
                  " most.", value=repr(part), most=MOST_SEEDS)
            )  # fmt: skip
        found += range(first, last + 1)
    if not found:
        raise UsageError(T("--seeds names no seed. Write for instance 0,1,2 or 0-4."))
    return list(dict.fromkeys(found))


def _only(found: list[Any], names: Sequence[str]) -> list[Any]:
    """Return the recipes of these instances, all where none is named."""
    from koopopt.language.hints import Names

    known = Names([recipe.instance for recipe in found])
    for name in names:
        if name not in known.known:
            raise UsageError(
                T("--instances: there is no {value}. {remedy}", value=repr(name),
                  remedy=known.remedy(name))
            )  # fmt: skip
    return [recipe for recipe in found if not names or recipe.instance in names]
