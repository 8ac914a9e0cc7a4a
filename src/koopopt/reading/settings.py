"""The schema of instance.toml, and what types cannot say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import ConfigDict

from koopopt.case.library import (
    STRICT,
    NonNegative,
    Sourced,
    Title,
)
from koopopt.case.scenario import Scenario
from koopopt.checking.schema import faults_of
from koopopt.criteria import weight_faults
from koopopt.errors import Fault, UsageError
from koopopt.reading.tables import Document
from koopopt.text import T

NAME_PATTERN = re.compile(r"[\w(][\w .,()&'+-]{0,99}")
"""Names of instances: they become names of files and folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel(Sourced):
    """Estimated minutes: great-circle km × detour / speed."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    speed_kmh: Annotated[float, Gt(0), Le(300)] = 50.0
    """Kilometres an hour."""
    detour: Annotated[float, Ge(1), Le(10)] = 1.3
    """Kilometres of road for each kilometre as the crow flies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office(Sourced):
    """EUR a year for each municipality that seats a pooled partnership."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    cost: NonNegative = 0.0
    """EUR a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What instance.toml holds."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    schema: Literal[1]
    """Version of the format."""
    services: Annotated[tuple[str, ...], MinLen(1)]
    """Services: models of the library by name, or files of this folder (`fire.toml`)."""
    legal_forms: Annotated[str, MinLen(1)]
    """Legal forms: a set of the library by name, or a file of this folder."""
    name: Annotated[str, MinLen(1)] = ""
    """Name of the instance, also in names of files; by default that of the folder."""
    decimal: Literal[".", ","] | None = None
    """How numbers like 850.000 are meant where nothing else says it."""
    title: Title = field(default_factory=dict)
    """Title by language: `de`, `en`."""
    sources: tuple[Mapping[str, Any], ...] = ()
    """Where the data come from: `what`, `from`, `year`, `licence`; shown in every report."""
    travel: Travel = Travel()
    office: Office = Office()
    weights: Mapping[str, NonNegative] = field(
        default_factory=lambda: {"cost": 1.0, "travel": 10.0}
    )
    """Weights of the criteria in the sum that is minimised."""
    scenario: tuple[Scenario, ...] = ()
    """Scenarios: other futures, in which the same plan is judged."""
    # What is in the rules and in the changes of services is checked elsewhere.
    rules: Mapping[str, Any] = field(default_factory=dict)
    """Rules for every service and for the whole plan."""
    service: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Changes to service models by id: the tables and keys of the model, and its rules."""

    def all_sources(self) -> tuple[Mapping[str, Any], ...]:
        """Return the sources, and where the numbers of [travel] and [office] come from."""
        tables = (("[travel]", self.travel), ("[office]", self.office))
        own = (
            {"what": what, "from": table.source, "confidence": table.confidence}
            for what, table in tables
            if table.source
        )
        return (*self.sources, *own)


def demand_name(name: str) -> None:
    """Raise `UsageError` for what cannot be the name of an instance."""
    if not NAME_PATTERN.fullmatch(name):
        raise UsageError(
            T(
                "{name} cannot be the name of an instance:"
                " it has letters, digits and blanks, at most 100.",
                name=repr(name),
            )
        )


def settings_faults(document: Document) -> Iterator[Fault]:
    """Yield what is wrong with instance.toml, but for services, legal forms and rules."""
    yield from faults_of(Settings, document.data, file=document.file)
    name = document.data.get("name")
    if isinstance(name, str) and name and not NAME_PATTERN.fullmatch(name):
        yield Fault(
            document.file,
            T("The name serves as a file name: letters, digits and blanks, at most 100."),
            T("Put anything else into the title."),
            column="name",
            value=name,
        )
    weights = document.data.get("weights")
    if isinstance(weights, Mapping):
        yield from weight_faults(weights, document.file)
