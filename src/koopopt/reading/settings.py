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
    Range,
    Sourced,
    Title,
)
from koopopt.case.ranges import fault, faults
from koopopt.case.scenario import Scenario
from koopopt.case.years import Horizon
from koopopt.checking.schema import faults_of, validate
from koopopt.checking.unranged import RANGE
from koopopt.criteria import CRITERIA, weight_faults
from koopopt.errors import Fault, UsageError
from koopopt.language.hints import Names
from koopopt.reading.tables import Document
from koopopt.text import T

NAME_PATTERN = re.compile(r"[\w(][\w .,()&'+-]{0,99}")
"""Names of instances: they become names of files and folders."""
Speed = Annotated[float, Gt(0), Le(300)]
Detour = Annotated[float, Ge(1), Le(10)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel(Sourced):
    """Estimated minutes: great-circle km × detour / speed."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    speed_kmh: Speed = 50.0
    """Kilometres an hour."""
    detour: Detour = 1.3
    """Kilometres of road for each kilometre as the crow flies."""
    speed_kmh_range: Range[Speed] | None = None
    """The least and the largest `speed_kmh` that may be."""
    detour_range: Range[Detour] | None = None
    """The least and the largest `detour` that may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office(Sourced):
    """EUR a year for each municipality that seats a pooled partnership."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    cost: NonNegative = 0.0
    """EUR a year."""
    cost_range: Range[NonNegative] | None = None
    """The least and the largest `cost` that may be."""


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
    horizon: Horizon | None = None
    """Years over which one-off costs count, and the rate of interest."""
    weights: Mapping[str, NonNegative] = field(
        default_factory=lambda: {"cost": 1.0, "travel": 10.0}
    )
    """Weights of the criteria in the sum that is minimised; `X_range` is the range of `X`."""
    scenario: tuple[Scenario, ...] = ()
    """Scenarios: other futures, in which the same plan is judged."""
    # What is in the rules and in the changes of services is checked elsewhere.
    rules: Mapping[str, Any] = field(default_factory=dict)
    """Rules for every service and for the whole plan."""
    relax: Mapping[str, Any] = field(default_factory=dict)
    """What giving up a rule counts where rules contradict each other, by its name; 1 unless said,
    and `"never"` for one that is not to be given up."""
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


RangesOfWeights = Mapping[str, Range[NonNegative]]
"""Ranges in the table `[weights]`, by key: ``travel_range`` beside ``travel``."""


def parted(data: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """Return what instance.toml holds without the ranges of weights, and these by key."""
    weights = data.get("weights")
    if not isinstance(weights, Mapping):
        return dict(data), {}
    own = {key: value for key, value in weights.items() if not key.endswith(RANGE)}
    ranges = {key: value for key, value in weights.items() if key.endswith(RANGE)}
    return {**data, "weights": own}, ranges


def ranges_of_weights(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ranges of weights by criterion, of what instance.toml holds."""
    return {key.removesuffix(RANGE): tuple(ends) for key, ends in parted(data)[1].items()}


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
    data, ranges = parted(document.data)
    of_weights: Any = RangesOfWeights
    wrong = [
        *faults_of(Settings, data, file=document.file),
        *faults_of(of_weights, ranges, file=document.file, prefix="weights"),
    ]
    yield from wrong or _range_faults(validate(Settings, data), ranges, document.file)
    name = document.data.get("name")
    if isinstance(name, str) and name and not NAME_PATTERN.fullmatch(name):
        yield Fault(
            document.file,
            T("The name serves as a file name: letters, digits and blanks, at most 100."),
            T("Put anything else into the title."),
            column="name",
            value=name,
        )
    weights = data.get("weights")
    if isinstance(weights, Mapping):
        yield from weight_faults(weights, document.file)


def _range_faults(settings: Settings, ranges: Mapping[str, Any], file: str) -> Iterator[Fault]:
    yield from faults(settings, file)
    for key, ends in ranges.items():
        name = key.removesuffix(RANGE)
        if name not in CRITERIA:
            rule, remedy = T("There is no criterion of this name."), Names(CRITERIA).remedy(name)
            yield Fault(file, rule, remedy, column=f"weights.{key}", value=name)
            continue
        yield from fault(file, f"weights.{key}", name, settings.weights.get(name), ends)
