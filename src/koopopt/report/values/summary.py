"""A plan in words and figures, as plain values: what every report says, before any looks.

Nothing here knows a language: titles are mappings by language, sentences are `Text`.
`koopopt.report.values.summarise` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from koopopt.text import T, Text

Title = Mapping[str, str]
"""A title by language."""


@dataclass(frozen=True, slots=True)
class PoolSummary:
    """A pooled partnership, in words and figures.

    `cost` is EUR a year without the seat's office, `saving` what the members cost alone above it;
    `minutes` is the longest way to the seat, `size` the number of members.
    """

    service: Title
    seat: str
    members: tuple[str, ...]
    legal_form: Title
    cost: float
    cost_per_inhabitant: float
    minutes: float
    size: int
    saving: float


@dataclass(frozen=True, slots=True)
class AloneSummary:
    """The municipalities that stay alone in one service."""

    service: Title
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A criterion: of the plan, if all were alone, and today; shown with `digits` decimals."""

    name: str
    title: Text
    unit: Text
    value: float
    all_alone: float
    status_quo: float
    digits: int = 0

    def per(self, inhabitants: float) -> Comparison:
        """Return the same figures per inhabitant."""
        return Comparison(
            f"{self.name}_per_inhabitant",
            T("{title} per inhabitant", title=self.title),
            self.unit,
            self.value / inhabitants,
            self.all_alone / inhabitants,
            self.status_quo / inhabitants,
            digits=2,
        )


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a plan breaks: in which service, who is concerned, what is wrong."""

    rule: str
    service: Title | None
    members: tuple[str, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class MunicipalitySummary:
    """What a plan means for one municipality, all services together.

    Attributes
    ----------
    name : str
    pooled : int
        Services seated elsewhere or shared.
    cost_alone, cost_share : float
        EUR a year alone, and in the plan (costs shared by demand, offices included).
    per_inhabitant : float
        The difference, EUR per inhabitant and year; NaN without inhabitants.
    minutes : float
        Longest way to a seat.
    """

    name: str
    pooled: int
    cost_alone: float
    cost_share: float
    per_inhabitant: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Summary:
    """A plan in words and figures.

    Attributes
    ----------
    title : Title
    verdict : tuple of Text
        What is known of the plan, for laypeople; first the sentence that matters most.
    found : bool
        Whether there is a plan; everything about plans is empty otherwise.
    pools, alone, criteria, broken, municipalities
    today_is_alone : bool
        Whether nobody pools anything today.
    notes : tuple of Text
        What a reader must know before using the figures.
    run : Text or None
        How it was found.
    """

    title: Title
    verdict: tuple[Text, ...]
    found: bool
    pools: tuple[PoolSummary, ...] = ()
    alone: tuple[AloneSummary, ...] = ()
    criteria: tuple[Comparison, ...] = ()
    broken: tuple[Broken, ...] = ()
    municipalities: tuple[MunicipalitySummary, ...] = ()
    today_is_alone: bool = True
    notes: tuple[Text, ...] = ()
    run: Text | None = None
