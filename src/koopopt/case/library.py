"""The model library's values: what a service costs and demands, what a legal form allows.

One definition serves twice: the dataclasses below are what the engine computes with, and their
annotations are the schema that files are checked against (`koopopt.checking.schema`).
Units are EUR a year, the service's own demand unit a year, minutes and inhabitants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import numpy as np
from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import ConfigDict, Discriminator

from koopopt.exact import AMOUNT_ERROR, fraction, power
from koopopt.linear import Bools, Floats
from koopopt.shown import Brief

Confidence = Literal["high", "medium", "assumption"]
NonNegative = Annotated[float, Ge(0)]
Positive = Annotated[float, Gt(0)]
Share = Annotated[float, Ge(0), Le(1)]
Count = Annotated[int, Ge(0)]
Size = Annotated[int, Ge(1)]
Title = Annotated[Mapping[str, str], MinLen(1)]
Said = str | Title
"""What an author says: one text for all languages, or one by language (`de`, `en`)."""
Exponent = Annotated[float, Gt(0), Le(2)]
N = TypeVar("N")
Range = Annotated[tuple[N, ...], MinLen(2), MaxLen(2)]
"""Between which values a number may lie: the least and the largest (`koopopt.case.ranges`)."""

STRICT = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True, arbitrary_types_allowed=True)
"""Files must hold exactly the keys named here, with values of the right type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """A table of numbers that says where they come from; without a word it is an assumption."""

    source: Said = ""
    """Where these numbers come from: a text, or one by language (`de`, `en`)."""
    confidence: Confidence = "assumption"
    """How sure they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand(Sourced):
    """Demand of a service: `per_inhabitant` units a year, the unit being e.g. ``m3``."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    per_inhabitant: NonNegative
    """Units that an inhabitant demands, a year."""
    unit: str = "inhabitants"
    """What demand is counted in, such as m3."""
    per_inhabitant_range: Range[NonNegative] | None = field(default=None, compare=False)
    """The least and the largest `per_inhabitant` that may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCost(Sourced):
    """C(D) = scale · D^elasticity; from `flat_above` on the average cost stays constant."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["power"]
    """Economies of scale as a power of demand."""
    scale: NonNegative
    """EUR a year of a demand of 1."""
    elasticity: Exponent
    """Exponent of demand: below 1 size is an advantage."""
    flat_above: Positive | None = None
    """Units a year from which on the average cost stays constant."""
    scale_range: Range[NonNegative] | None = field(default=None, compare=False)
    """The least and the largest `scale` that may be."""
    elasticity_range: Range[Exponent] | None = field(default=None, compare=False)
    """The least and the largest `elasticity` that may be; `scale` goes with it."""
    flat_above_range: Range[Positive] | None = field(default=None, compare=False)
    """The least and the largest `flat_above` that may be."""

    def __call__(self, demand: Floats) -> Floats:
        """Return the cost of each demand, EUR a year, same shape."""
        d = np.asarray(demand, float)
        if self.flat_above is None:
            return np.asarray(self.scale * d**self.elasticity)
        capped = np.minimum(d, self.flat_above)
        return np.asarray(self.scale * capped**self.elasticity * np.maximum(d / self.flat_above, 1))

    def doubtful(self, demand: Floats) -> Bools:
        """Return for each demand that floating point has it nearly right, same shape."""
        return np.zeros(np.shape(demand), bool)

    def exact(self, demand: Fraction) -> Fraction:
        """Return the cost of one demand, to more digits than floating point has."""
        top = demand if self.flat_above is None else min(demand, fraction(self.flat_above))
        served = fraction(self.scale) * power(top, fraction(self.elasticity))
        return served if top == demand else served * demand / top


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A size of plant: serves demand up to `up_to` (no end where missing)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    fixed: NonNegative
    """EUR a year, whatever the demand."""
    per_unit: NonNegative = 0.0
    """EUR for each unit of demand."""
    up_to: Positive | None = None
    """Largest demand it serves, units a year; only the last tier has none."""
    fixed_range: Range[NonNegative] | None = field(default=None, compare=False)
    """The least and the largest `fixed` that may be."""
    per_unit_range: Range[NonNegative] | None = field(default=None, compare=False)
    """The least and the largest `per_unit` that may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCost(Sourced):
    """C(D) = the cheapest fixed + per_unit · D among the tiers with D ≤ up_to."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["tiers"]
    """Sizes of plant, the cheapest of which is taken."""
    tiers: Annotated[tuple[Tier, ...], MinLen(1)]
    """Sizes of plant, in the order of their `up_to`."""

    def __call__(self, demand: Floats) -> Floats:
        """Return the cost of each demand, EUR a year, same shape."""
        d = np.asarray(demand, float)
        best = np.full(d.shape, np.inf)
        for tier in self.tiers:
            fits = True if tier.up_to is None else d <= tier.up_to
            best = np.where(fits, np.minimum(best, tier.fixed + tier.per_unit * d), best)
        return best

    def doubtful(self, demand: Floats) -> Bools:
        """Return whether floating point cannot tell which tiers serve each demand, same shape."""
        d = np.asarray(demand, float)
        ends = [tier.up_to for tier in self.tiers if tier.up_to is not None]
        near = (np.abs(d - end) <= AMOUNT_ERROR * end for end in ends)
        return np.asarray(np.logical_or.reduce([np.zeros(d.shape, bool), *near]))

    def exact(self, demand: Fraction) -> Fraction:
        """Return the cost of one demand, exactly."""
        return min(
            fraction(tier.fixed) + fraction(tier.per_unit) * demand
            for tier in self.tiers
            if tier.up_to is None or demand <= fraction(tier.up_to)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trips(Sourced):
    """Trips to the seat, per inhabitant and year."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    trips_per_inhabitant: NonNegative
    """Trips to the seat and back, per inhabitant and year."""
    trips_per_inhabitant_range: Range[NonNegative] | None = field(default=None, compare=False)
    """The least and the most trips that may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Sourced):
    """How much it matters to be served from elsewhere."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    weight: NonNegative = 1.0
    """Factor on the inhabitants who are served from elsewhere."""
    weight_range: Range[NonNegative] | None = field(default=None, compare=False)
    """The least and the largest `weight` that may be."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ServiceModel(Brief):
    """What a service demands and costs, how often people travel for it, and its own rules."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Annotated[str, MinLen(1)]
    """Name of the service: that of its file."""
    title: Title
    """Title by language: `de`, `en`."""
    description: Mapping[str, str] = field(default_factory=dict)
    """Description by language: `de`, `en`."""
    demand: Demand
    cost: Annotated[PowerCost | TierCost, Discriminator("kind")]
    """Cost of one body that serves a demand D: C(D), EUR a year."""
    travel: Trips
    identity: Identity = Identity()
    one_off: NonNegative = 0.0
    """EUR once, for founding a partnership; counts as an annuity over the `[horizon]`."""
    one_off_per_member: NonNegative = 0.0
    """EUR once for each member of it (IT, moving)."""
    rules: Mapping[str, Any] = field(default_factory=dict)
    """Rules of this service; they win over `[rules]` of instance.toml."""
    part_of: str = field(default="", compare=False)
    """Another service whose cost holds that of this one already: both together count it twice."""

    def _said(self) -> str:
        return f" {self.id!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes(Sourced):
    """Votes in the assembly: base + floor(population / inhabitants_per_vote).

    With three members and more none may have more than `max_share` of all votes.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    base: Count = 1
    """Votes of every member."""
    inhabitants_per_vote: Positive
    """Inhabitants for each vote more."""
    max_share: Annotated[float, Gt(0), Le(1)] = 1.0
    """Largest share of all votes, between 0 and 1."""

    def of(self, population: Floats) -> Floats:
        """Return the votes of members with `population`, same shape."""
        return self.base + np.floor(np.asarray(population, float) / self.inhabitants_per_vote)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Sourced):
    """A one-off grant by number of members (keys ``"2"``, ``"3"``, ``"4+"``), over `years`."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    amounts: Mapping[str, NonNegative]
    """EUR once, by number of members: `"2"`, `"3"`, `"4+"`."""
    years: Positive
    """Years that it is spread over."""
    amounts_range: Mapping[str, Range[NonNegative]] = field(default_factory=dict, compare=False)
    """The least and the largest amounts that may be, by number of members."""
    years_range: Range[Positive] | None = field(default=None, compare=False)
    """The fewest and the most `years` that may be."""

    def a_year(self, members: int) -> Fraction:
        """Return the grant in EUR a year for a pool of `members`, exactly."""
        key = str(members)
        if key not in self.amounts:
            open_ended = [int(k[:-1]) for k in self.amounts if k.endswith("+")]
            key = f"{max((size for size in open_ended if size <= members), default=0)}+"
        return fraction(self.amounts.get(key, 0.0)) / fraction(self.years)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LegalForm(Brief, Sourced):
    """A legal form that a pooled partnership may take."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Annotated[str, MinLen(1)]
    """Name that rules and plans use."""
    title: Title
    """Title by language: `de`, `en`."""
    description: Mapping[str, str] = field(default_factory=dict)
    """Description by language: `de`, `en`."""
    services: Literal["all"] | tuple[str, ...] = "all"
    """Services it is open to: `"all"`, or a list of ids."""
    fixed_cost: float = 0.0
    """EUR a year."""
    cost_per_extra_member: float = 0.0
    """EUR a year for each member after the first."""
    cost_per_pair: float = 0.0
    """EUR a year for each pair of members: what grows where everyone deals with everyone."""
    one_off: NonNegative = 0.0
    """EUR once, for founding a partnership; counts as an annuity over the `[horizon]`."""
    one_off_per_member: NonNegative = 0.0
    """EUR once for each member."""
    min_members: Size = 2
    """Least number of members."""
    max_members: Size | None = None
    """Largest number of members."""
    same_county: bool = False
    """Whether all members must lie in one county."""
    same_state: bool = False
    """Whether all members must lie in one state."""
    votes: Votes | None = None
    grant: Grant | None = None
    fixed_cost_range: Range[float] | None = field(default=None, compare=False)
    """The least and the largest `fixed_cost` that may be."""
    cost_per_extra_member_range: Range[float] | None = field(default=None, compare=False)
    """The least and the largest `cost_per_extra_member` that may be."""
    cost_per_pair_range: Range[float] | None = field(default=None, compare=False)
    """The least and the largest `cost_per_pair` that may be."""

    def serves(self, service: str) -> bool:
        """Whether the form is open to the service with this id."""
        return self.services == "all" or service in self.services

    def fits(self, members: int, *, at_site: bool = False) -> bool:
        """Whether a pool of this size may take the form; at a site one member is a pool, too."""
        least = max(1 if at_site else 2, self.min_members)
        return least <= members <= (self.max_members or members)

    def exact(self, members: int, *, granted: bool = True) -> Fraction:
        """Return EUR a year that the form itself costs a pool of `members`, less the grant.

        Unless `granted` the grant is left out.
        """
        extra = fraction(self.cost_per_extra_member) * (members - 1)
        pairs = fraction(self.cost_per_pair) * (members * (members - 1) // 2)
        grant = self.grant.a_year(members) if self.grant and granted else 0
        return fraction(self.fixed_cost) + extra + pairs - grant

    def cost(self, members: int) -> float:
        """Return `exact` in floating point."""
        return float(self.exact(members))

    def most(self, members: int) -> float:
        """Return EUR a year that no pool of at most so many costs or is granted more than."""
        members = min(members, self.max_members or members)
        grant = (
            max(self.grant.amounts.values(), default=0.0) / self.grant.years if self.grant else 0
        )
        extra = abs(float(self.cost_per_extra_member)) * max(members - 1, 0)
        pairs = abs(float(self.cost_per_pair)) * (members * (members - 1) // 2)
        return abs(float(self.fixed_cost)) + extra + pairs + grant

    def _said(self) -> str:
        return f" {self.id!r}"


ALONE_FORM = "alone"
"""Legal form of a municipality that serves itself: costs nothing, one member, no votes."""
