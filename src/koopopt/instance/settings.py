"""The schema of instance.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import ConfigDict

from koopopt.library import STRICT, NonNegative, Sourced, Title


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel(Sourced):
    """Estimated minutes: great-circle km × detour / speed."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    speed_kmh: Annotated[float, Gt(0), Le(300)] = 50.0
    detour: Annotated[float, Ge(1), Le(10)] = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Office(Sourced):
    """EUR a year for each municipality that seats a pooled partnership."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    cost: NonNegative = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What instance.toml holds; its rules and overrides are checked elsewhere."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    schema: Literal[1]
    services: Annotated[tuple[str, ...], MinLen(1)]
    legal_forms: Annotated[str, MinLen(1)]
    name: Annotated[str, MinLen(1)] = ""
    title: Title = field(default_factory=dict)
    sources: tuple[Mapping[str, Any], ...] = ()
    travel: Travel = Travel()
    office: Office = Office()
    weights: Mapping[str, NonNegative] = field(
        default_factory=lambda: {"cost": 1.0, "travel": 10.0}
    )
    rules: Mapping[str, Any] = field(default_factory=dict)
    service: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
