"""`koopopt export`: the linear program behind an instance, as LP or MPS."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from koopopt.cli.command import command, option
from koopopt.cli.output import say
from koopopt.cli.sources import formulation_option, instance_argument, opened, weight_option
from koopopt.cli.types import OneOf, Target
from koopopt.storage.spared import spare
from koopopt.text import T


@command("export", text=T("Write the linear program of an instance as LP or MPS."))
@instance_argument
@option("--format", "format_", type=OneOf("lp", "mps"), required=True, text=T("The file format."))
@option(
    "-o",
    "--output",
    type=Target(standard_output=True),
    metavar="FILE",
    text=T("Write into this file instead of standard output."),
)
@formulation_option
@weight_option
def export(
    lang: str,
    *,
    instance: str,
    format_: Literal["lp", "mps"],
    output: Path | None,
    formulation: str,
    weights: dict[str, float],
) -> int:
    """Build the model and write it."""
    from koopopt.problem import Problem
    from koopopt.solving.export import text

    spare([instance], files=[output])
    problem = Problem.of(opened(instance, lang), weights=weights)
    written = text(problem, format_, formulation, weighted=bool(weights))
    if output is None:
        say(written)
    else:
        from koopopt.storage.files import replace

        replace(output, written)
    return 0
