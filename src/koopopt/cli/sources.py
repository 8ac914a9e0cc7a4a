"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from koopopt.cli.command import option
from koopopt.cli.output import tell
from koopopt.cli.types import (
    Amount,
    NameValue,
    NumberOption,
    OneOf,
    PlaceOption,
    SolverOption,
    SourceOption,
    by_solver,
    once,
)
from koopopt.errors import DataError, KoopoptError
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.instance import Instance

F = TypeVar("F", bound=Callable[..., Any])

FORMULATIONS = ("auto", "partition", "assignment")
ALL = "--all"
"""The option that lists everything, however much it is."""


class ComputedError(KoopoptError):
    """A run or a front stands where an instance is expected."""

    exit_code = 3


def opened(instance: str, lang: str) -> Instance:
    """Read an instance, and tell on standard error what there is to note."""
    found = instance_at(instance)
    tell(found.notes, lang)
    return found


def instance_at(given: str) -> Instance:
    """Read an instance; of a run or a front, say which instance it is of."""
    from koopopt.reading.instance import read

    try:
        return read(given)
    except DataError:
        _refuse_computed(given)
        raise


def _refuse_computed(given: str) -> None:
    """Raise `ComputedError` where a run or a front is given in place of an instance."""
    from koopopt.storage.reading import files_of, instance_named

    for file in files_of(Path(given)):
        source = instance_named(file) if file.suffix == ".json" else None
        if source is not None:
            raise ComputedError(
                T("{path} is what was computed, not an instance. Give the instance: {instance}",
                  path=repr(given), instance=source)
            )  # fmt: skip


def instance_argument(function: F) -> F:
    """Add INSTANCE: the name of a shipped instance, or the path of a folder or workbook."""
    return click.argument("instance", metavar="INSTANCE", type=PlaceOption(str))(function)


def source_argument(function: F) -> F:
    """Add SOURCE: a run, a front, or a table of a plan."""
    return click.argument("source", metavar="SOURCE", type=SourceOption())(function)


def json_option(function: F) -> F:
    """Add --json."""
    return option(
        "--json", "as_json", is_flag=True, text=T("Print the result as one JSON object.")
    )(function)  # fmt: skip


def all_option(function: F) -> F:
    """Add --all."""
    return option(
        ALL, "everything", is_flag=True,
        text=T("List every partnership and municipality, however many there are."),
    )(function)  # fmt: skip


def quiet_option(function: F) -> F:
    """Add --quiet."""
    return option("--quiet", is_flag=True, text=T("Show no progress."))(function)


def time_option(function: F) -> F:
    """Add --time-limit of a command that shows how far it got."""
    return option(
        "--time-limit", type=NumberOption(open_=True), metavar="SECONDS",
        text=T("Stop after so many seconds with what there is."),
    )(function)  # fmt: skip


def processes_option(function: F) -> F:
    """Add --workers."""
    return option(
        "--workers", type=NumberOption(1, whole=True), text=T("Processes; one a core unless said.")
    )(function)  # fmt: skip


def limit_option(function: F) -> F:
    """Add --limit."""
    return option(
        "--limit", "limits", type=NameValue(), multiple=True, callback=once,
        text=T("Upper bound on a criterion. Can be repeated."),
    )(function)  # fmt: skip


def weight_option(function: F) -> F:
    """Add --weight."""
    return option(
        "--weight", "weights", type=NameValue(), multiple=True, callback=once,
        text=T("Weight of a criterion, instead of the instance's. Can be repeated."),
    )(function)  # fmt: skip


def plan_options(function: F) -> F:
    """Add --plan and --instance of a command about one plan; see `koopopt.cli.plans`."""
    text = T("The plan of a front to begin with, from 1; unless said the best by the weights.")
    with_plan = option("--plan", type=NumberOption(1, whole=True), text=text)
    with_instance = option(
        "--instance", type=PlaceOption(str), metavar="INSTANCE",
        text=T("The instance of a plan.csv; that of the run or the front if it is not where it"
               " was."),
    )  # fmt: skip
    return with_plan(with_instance(function))


def weighted_key_option(function: F) -> F:
    """Add --key of a command that shares by fixed weights."""
    return option(
        "--key", default="demand", metavar="KEY",
        text=T("By which members share: population, demand (unless said), equal, alone, or two"
               " parts as 30%equal+population."),
    )(function)  # fmt: skip


def travel_option(function: F) -> F:
    """Add --value-of-travel, of commands that ask who would be better off elsewhere."""
    return option(
        "--value-of-travel", type=NumberOption(), default=0.0, metavar="EUR",
        text=T("What a person-hour of own travel counts besides costs; nothing unless said."),
    )(function)  # fmt: skip


def formulation_option(function: F) -> F:
    """Add --formulation."""
    return option(
        "--formulation", type=OneOf(*FORMULATIONS), default="auto",
        text=T("How the problem is written as a linear program."),
    )(function)  # fmt: skip


def solver_options_option(function: F) -> F:
    """Add --solver-option."""
    return option(
        "--solver-option", "solver_options", type=SolverOption(), multiple=True,
        callback=by_solver,
        text=T("An option of the back end's own library, e.g. highs.mip_rel_gap=0.01. Can be"
               " repeated."),
    )(function)  # fmt: skip


def memory_option(function: F) -> F:
    """Add --memory."""
    return option(
        "--memory", type=Amount(), metavar="AMOUNT",
        text=T("Memory to take at the most, e.g. 4GB or 80%; half of what is free unless said."),
    )(function)  # fmt: skip
