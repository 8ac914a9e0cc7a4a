"""`koopopt verify`: whether a front holds what it claims, and which bound a certificate proves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from koopopt.cli.certificate import checked, stopping
from koopopt.cli.command import command, option
from koopopt.cli.output import page, say, say_json
from koopopt.cli.progress import Watch
from koopopt.cli.running import INTERRUPTED, going_on, now, read, run
from koopopt.cli.sources import json_option, quiet_option
from koopopt.cli.types import NumberOption, PlaceOption, SourceOption
from koopopt.errors import UsageError
from koopopt.text import T

if TYPE_CHECKING:
    import threading

    from koopopt.certifying.document import Certificate
    from koopopt.pareto.front import Front
    from koopopt.pareto.verify import Verification

FAILED, UNDECIDED = 1, 5
USUAL_SECONDS = 60.0


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
    metavar="SECONDS",
    text=T("Seconds for the sample, 60 unless said; for a certificate as many as it takes."),
)
@option("--seed", type=NumberOption(whole=True), text=T("Seed that chooses the sample."))
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
    time_limit: float | None,
    seed: int | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Read, check, show."""
    from koopopt.certifying.document import Certificate
    from koopopt.solvers import get

    if instance is not None and model is not None:
        raise UsageError(T("Give either --instance or --model."))
    if solver is not None:
        get(solver).version()
    of_front = {"--model": model, "--sample": sample, "--solver": solver, "--seed": seed}
    seconds = USUAL_SECONDS if time_limit is None else time_limit
    with Watch(lang, quiet) as watch:
        watch.phase(T("reading"))
        claimed = read(lambda: _opened(front, instance, model), watch.show, seconds)
    if not isinstance(claimed, Certificate):
        return _front(
            claimed, sample, solver, seconds, seed or 0, lang, as_json=as_json, quiet=quiet
        )
    for name, value in of_front.items():
        if value is not None:
            raise UsageError(
                T("For a certificate there is no {option}: leave it out.", option=name)
            )
    return _certificate(
        front.name, claimed, instance, time_limit, lang, as_json=as_json, quiet=quiet
    )


def _opened(path: Path, instance: str | None, model: Path | None) -> Certificate | Front:
    """Read what is to be checked, whatever it is."""
    from koopopt.storage import certificates, front_reading, stored

    if not os.path.isfile(path):  # unlike `Path.is_file` it takes names that are too long
        return front_reading.read(path, instance=instance, model=model)
    table = stored.parsed(path)
    if certificates.is_one(table):
        return certificates.of_table(path.name, table)
    return front_reading.of_table(path.name, table, instance=instance, model=model)


def _front(
    claimed: Front, sample: int | None, solver: str | None, time_limit: float, seed: int, lang: str,
    *, as_json: bool, quiet: bool,
) -> int:  # fmt: skip
    """Say what a front holds of what it claims."""
    from koopopt.pareto.verify import verify as verified
    from koopopt.report.terminal import fronts

    def work(cancel: threading.Event) -> Verification:
        left = max(1e-3, time_limit - now().seconds)
        return verified(
            claimed, sample=sample, solver=solver, seed=seed, time_limit=left, cancel=cancel
        )

    with Watch(lang, quiet) as watch:
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


def _certificate(
    name: str, claimed: Certificate, instance: str | None, time_limit: float | None, lang: str,
    *, as_json: bool, quiet: bool,
) -> int:  # fmt: skip
    """Say which bound a certificate proves; what is wrong with it is an error of the data."""
    from koopopt.report.terminal import certificates as shown
    from koopopt.storage.certificates import case_of

    with Watch(lang, quiet) as watch:
        watch.phase(T("reading"))
        case = read(lambda: case_of(claimed, name, instance), watch.show, time_limit)
        watch.phase(T("checking"))
        found = checked(claimed, case, name, watch, stopping(going_on(time_limit)))
    if as_json:
        say_json(shown.table(found))
    else:
        say(shown.confirmed(found, page(lang)))
    return 0
