"""`koopopt front`: all efficient compromises, with a proof that none is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from koopopt.cli import names
from koopopt.cli.command import command, option
from koopopt.cli.output import deliver, note, page, say, say_json
from koopopt.cli.progress import Watch
from koopopt.cli.report import checked, report_option, reported
from koopopt.cli.running import going_on, patient, read, run
from koopopt.cli.searching import FrontWatch
from koopopt.cli.sources import (
    formulation_option,
    json_option,
    limit_option,
    memory_option,
    opened,
    processes_option,
    quiet_option,
    solver_options_option,
)
from koopopt.cli.types import (
    InOrder,
    NameValue,
    NumberOption,
    PlaceOption,
    SourceOption,
    Target,
    once,
)
from koopopt.errors import DataError, Fault, UsageError
from koopopt.storage.spared import spare
from koopopt.text import T, Text

if TYPE_CHECKING:
    import threading
    from concurrent.futures import Executor

    from koopopt.linear import LinearModel
    from koopopt.pareto.front import Front
    from koopopt.problem import Problem
    from koopopt.savings.saving import Savings


@command("front", text=T("Find all efficient compromises, and prove that none is missing."))
@click.argument("instance", metavar="[INSTANCE]", required=False, type=PlaceOption(str))
@option(
    "--model",
    type=SourceOption(),
    metavar="FILE",
    text=T("Instead of an instance: an MPS file with several N rows, each an objective."),
)
@option(
    "--criteria",
    type=InOrder(),
    multiple=True,
    text=T(
        "The criteria, two or more; cost,travel unless said, all objectives of a model."
        " Can be repeated."
    ),
)
@option(
    "--resolution",
    type=NameValue(),
    multiple=True,
    callback=once,
    text=T("Differences of a criterion that do not count. Can be repeated."),
)
@limit_option
@option(
    "--points", type=NumberOption(1, whole=True), text=T("Stop at so many points, well spread.")
)
@option(
    "--coverage",
    type=NumberOption(open_=True),
    metavar="SHARE",
    text=T("Stop once every plan has a point worse by at most this share of the ranges."),
)
@formulation_option
@option(
    "--solver",
    default="auto",
    metavar="NAME",
    text=T(
        "The back end; auto tries two and goes on with the faster one. `koopopt solvers` lists"
        " them all."
    ),
)
@solver_options_option
@option(
    "--time-limit",
    type=NumberOption(open_=True),
    metavar="SECONDS",
    text=T("Stop after so many seconds with the points so far."),
)
@memory_option
@processes_option
@option("--dask", metavar="ADDRESS", text=T("Let the workers of this Dask scheduler do the work."))
@option(
    "--seed", type=NumberOption(whole=True), default=0, text=T("Seed for the solver's randomness.")
)
@option(
    "--journal",
    type=Target(),
    metavar="FILE",
    text=T("Keep every answer in this file, and go on from it if it is there."),
)
@option("--no-journal", is_flag=True, text=T("Keep no journal: a killed search starts afresh."))
@option(
    "--out",
    type=Target(),
    metavar="DIR",
    text=T("Write front.json, tables of plans and partnerships, and the certificate here."),
)
@report_option
@json_option
@quiet_option
def front(
    lang: str,
    *,
    instance: str | None,
    model: Path | None,
    criteria: tuple[str, ...],
    resolution: dict[str, float],
    limits: dict[str, float],
    journal: Path | None,
    no_journal: bool,
    dask: str | None,
    workers: int | None,
    out: Path | None,
    reports: tuple[Path, ...],
    as_json: bool,
    quiet: bool,
    **asked: Any,
) -> int:
    """Read, search, write, show; `asked` goes to the search as it is."""
    from koopopt.pareto.find import front as search
    from koopopt.storage import front_writing
    from koopopt.storage.files import prepare

    if journal is not None and no_journal:
        raise UsageError(T("Give either --journal or --no-journal."))
    if reports and model is not None:
        raise UsageError(T("{option} is for instances, not for models.", option="--report"))
    moment = patient()
    given = [instance, model]
    spare(given, files=[journal], folders=[(out, front_writing.FRONT_FILES)])
    checked(reports, given)
    with Watch(lang, quiet) as reading:
        reading.phase(T("reading"))
        what, source = read(
            lambda: _subject(instance, model, limits, asked["formulation"], lang),
            reading.show, asked["time_limit"],
        )  # fmt: skip
    known = _known(what)
    criteria = names.in_order(criteria, known, "--criteria")
    resolution = names.by_name(resolution, known, "--resolution")
    if out is not None:
        prepare(out, front_writing.FRONT_FILES)
    chosen = criteria or _default(what)
    # A few good points are found anew within seconds; a journal would show more than was asked.
    spread = asked["points"] is not None or asked["coverage"] is not None
    unwanted = no_journal or spread
    kept = journal or (None if unwanted else _usual_journal(what, chosen, resolution))
    with (
        FrontWatch(lang, quiet, _titles(what, chosen)) as watch,
        _executor(dask) as (executor, threads),
    ):

        def work(cancel: threading.Event) -> Front:
            settings = dict(
                resolution=resolution, executor=executor, workers=workers or threads,
                on_progress=watch.hear, cancel=cancel, began=moment.began, **asked,
            )  # fmt: skip
            try:
                return search(what, criteria, journal=kept, **settings)
            except DataError as error:  # only a journal is read here
                if journal is not None or kept is None:
                    raise
                note(error.render(lang))
                return search(what, criteria, **settings)

        found, stopped = run(work, watch.show)
        watch.show(stopped)
    if found.complete and journal is None and kept is not None:
        kept.unlink(missing_ok=True)
    found = replace(found, source=source)

    def write() -> None:
        if out is not None:
            front_writing.write(found, out)

    def show() -> None:
        _show(found, lang, as_json, asked["time_limit"])

    deliver(write, show, lambda: reported(found, reports, lang, quiet))
    return _exit_code(found, stopped)


def _subject(
    instance: str | None, model: Path | None, limits: dict[str, float], formulation: str, lang: str
) -> tuple[Problem | LinearModel, str]:
    """Return what the front is of, and how it was named."""
    if (instance is None) == (model is None):
        raise UsageError(T("Give either an INSTANCE or a --model."))
    if model is not None:
        from koopopt.exchange import read_mps
        from koopopt.reading.whereabouts import located

        for given, name in ((limits, "--limit"), (formulation != "auto", "--formulation")):
            if given:
                raise UsageError(T("{option} is for instances, not for models.", option=name))
        program = read_mps(model)
        if (count := len(program.objectives)) < 2:
            rule = T("A front needs two objectives (N rows) at least; there are {count}.",
                     count=count)  # fmt: skip
            raise DataError([Fault(model.name, rule, T("Give each objective an N row."))])
        return program, located(model)
    from koopopt.problem import Problem
    from koopopt.reading.whereabouts import whereabouts

    assert instance is not None
    return Problem.of(opened(instance, lang), limits=limits), whereabouts(instance)


def _known(what: Problem | LinearModel) -> tuple[str, ...]:
    """Return the names that criteria can have."""
    from koopopt.criteria import CRITERIA
    from koopopt.linear import LinearModel

    return tuple(o.name for o in what.objectives) if isinstance(what, LinearModel) else (*CRITERIA,)


def _default(what: Problem | LinearModel) -> tuple[str, ...]:
    from koopopt.linear import LinearModel

    return _known(what) if isinstance(what, LinearModel) else ("cost", "travel")


def _titles(what: Problem | LinearModel, names: tuple[str, ...]) -> tuple[Text, ...]:
    from koopopt.criteria import criterion
    from koopopt.linear import LinearModel

    if isinstance(what, LinearModel):
        return tuple(Text("{name}", {"name": name}) for name in names)
    return tuple(criterion(name).title for name in names)


def _usual_journal(
    what: Problem | LinearModel, names: tuple[str, ...], resolution: dict[str, float]
) -> Path | None:
    """Return the journal of this search in the user's cache; None where none can be written."""
    from koopopt.linear import LinearModel
    from koopopt.pareto.journal import default_path
    from koopopt.storage.front_writing import fingerprint

    limits = [] if isinstance(what, LinearModel) else sorted(what.limits.items())
    asked = (fingerprint(what, names), limits, names, sorted(resolution.items()))
    try:
        path = default_path(hashlib.sha256(repr(asked).encode()).hexdigest())
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            return path
    except (OSError, RuntimeError):  # RuntimeError: a user without a home
        return None


@contextmanager
def _executor(address: str | None) -> Iterator[tuple[Executor | None, int | None]]:
    """Connect to a Dask scheduler; return its executor and how many questions it takes at once."""
    if address is None:
        yield None, None
        return
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            T("--dask needs the package {name}: pip install {name}.", name="distributed")
        ) from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(
            T("There is no Dask scheduler at {address}: {reason}.",
              address=repr(address), reason=_reason(error))
        ) from None  # fmt: skip
    with client:
        threads = sum(client.nthreads().values())
        yield client.get_executor(pure=False), max(1, threads)


def _reason(error: Exception) -> str:
    """Return the first line of an error; its kind where it says nothing."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def _show(found: Front, lang: str, as_json: bool, time_limit: float | None) -> None:
    savings = _savings(found, time_limit)
    if as_json:
        from koopopt.storage.front_writing import to_table

        say_json(to_table(found, savings))
    else:
        from koopopt.report.terminal import fronts
        from koopopt.report.values.fronts import summarise

        say(fronts.render(summarise(found, savings), page(lang)))


def _savings(found: Front, time_limit: float | None) -> Savings | None:
    """Return what the plans save; None where the front is of a model."""
    from koopopt.linear import LinearModel
    from koopopt.savings.saving import Savings

    if isinstance(found.subject, LinearModel):
        return None
    return Savings(found.subject, go_on=going_on(time_limit))


def _exit_code(found: Front, stopped: bool) -> int:
    """Return the exit code; a proof that came in spite of the interruption counts as one."""
    if found.infeasible:
        return 4
    if found.complete:
        return 0
    if stopped or found.interrupted:
        return 130
    if len(found):
        return 0
    return 1 if found.messages else 5
