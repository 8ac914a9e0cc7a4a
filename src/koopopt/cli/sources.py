"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
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
    by_solver,
    once,
)
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.instance import Instance

F = TypeVar("F", bound=Callable[..., Any])

FORMULATIONS = ("auto", "partition", "assignment")


def opened(instance: str, lang: str) -> Instance:
    """Read an instance, and tell on standard error what there is to note."""
    from koopopt.reading.instance import read

    found = read(instance)
    tell(found.notes, lang)
    return found


def instance_argument(function: F) -> F:
    """Add INSTANCE: the name of a shipped instance, or the path of a folder or workbook."""
    return click.argument("instance", metavar="INSTANCE", type=PlaceOption(str))(function)


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
