"""`koopopt verify`: whether a front holds what it claims, and which bound a certificate proves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from koopopt.cli.certificate import checked
from koopopt.cli.command import command, option
from koopopt.cli.output import page, say, say_json
from koopopt.cli.progress import Watch
from koopopt.cli.running import INTERRUPTED, now, read, run
from koopopt.cli.sources import json_option, quiet_option
from koopopt.cli.types import NumberOption, PlaceOption, SourceOption
from koopopt.errors import UsageError
from koopopt.text import T

if TYPE_CHECKING:
    import threading

    from koopopt.pareto.verify import Verification

FAILED, UNDECIDED = 1, 5


@command(
    "verify", text=T("Check a front, or the certificate of a bound, without trusting who made it.")
)
@click.argument("front", metavar="FILE", type=SourceOption())
@option(
    "--instance",
    type=PlaceOption(str),
    metavar="INSTANCE",
    text=T("The instance, if it is not where it was."),
)
@option(
    "--model",
    type=SourceOption(),
    metavar="FILE",
    text=T("The MPS file, if it is not where it was."),
)
@option(
    "--sample",
    type=NumberOption(whole=True),
    text=T(
        "How many empty boxes are asked about once more, 0 for none; "
        "by default as many as the time allows, and ten at least."
    ),
)
@option(
    "--solver",
    metavar="NAME",
    text=T("With which back end; by default another than the one that was used."),
)
@option(
    "--time-limit",
    type=NumberOption(open_=True),
    default=60.0,
    metavar="SECONDS",
    text=T("Seconds for the sample."),
)
@option("--seed", type=NumberOption(whole=True), default=0, text=T("Seed that chooses the sample."))
@json_option
@quiet_option
def verify(
    lang: str,
    *,
    front: Path,
    instance: str | None,
    model: Path | None,
    sample: int | None,
    solver: str | None,
    time_limit: float,
    seed: int,
    as_json: bool,
    quiet: bool,
) -> int:
    """Read, check, show."""
    from koopopt.pareto.verify import verify as verified
    from koopopt.report.terminal import fronts
    from koopopt.solvers import get
    from koopopt.storage import certificates
    from koopopt.storage.front_reading import read as read_front

    if certificates.is_one(front):
        if model is not None:
            raise UsageError(T("A certificate is of an instance, not of a model."))
        return _certificate(front, instance, lang, as_json=as_json, quiet=quiet)
    if instance is not None and model is not None:
        raise UsageError(T("Give either --instance or --model."))
    if solver is not None:
        get(solver).version()

    def work(cancel: threading.Event) -> Verification:
        left = max(1e-3, time_limit - now().seconds)
        return verified(
            claimed, sample=sample, solver=solver, seed=seed, time_limit=left, cancel=cancel
        )

    with Watch(lang, quiet) as watch:
        watch.phase(T("reading"))
        claimed = read(
            lambda: read_front(front, instance=instance, model=model), watch.show, time_limit
        )
        watch.phase(T("checking"))
        found, stopped = run(work, watch.show)
    if as_json:
        warnings = [fault.render(lang) for fault in claimed.warnings]
        say_json(fronts.verification_table(found, lang) | {"warnings": warnings})
    else:
        say(fronts.verification(found, page(lang)))
    if found.failed:
        return FAILED
    if found.ok:
        return 0
    return INTERRUPTED if stopped else UNDECIDED


def _certificate(path: Path, instance: str | None, lang: str, *, as_json: bool, quiet: bool) -> int:
    """Say which bound a certificate proves; what is wrong with it is an error of the data."""
    from koopopt.report.terminal import certificates as shown

    with Watch(lang, quiet) as watch:
        watch.phase(T("checking"))
        found = checked(path, instance, watch)
    if as_json:
        say_json(shown.table(found))
    else:
        say(shown.confirmed(found, page(lang)))
    return 0
