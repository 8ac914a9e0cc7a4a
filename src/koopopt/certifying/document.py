"""What a certificate holds: the question, the rows, and a tree of duals.

All numbers but weights and limits are whole: a dual is a whole number of 2 ** -`digits` of the
weighted sum's own step (`koopopt.scale`), and multipliers of a cut are numerators over its divisor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Literal

from annotated_types import Ge, Le, MinLen
from pydantic import ConfigDict, Discriminator

from koopopt.case.library import STRICT
from koopopt.shown import Brief, Saved, counted

CERTIFICATE_FORMAT: Final = 1
CERTIFICATE_KEYS: Final = {"rows", "nodes"}
"""Keys by which a certificate is known."""
MAX_DIGITS: Final = 64
LARGEST: Final = 2**128
"""Whole numbers in a file are not larger."""

Whole = Annotated[int, Ge(-LARGEST), Le(LARGEST)]
CountRuleName = Literal["max_bodies", "min_bodies", "max_partnerships", "min_partnerships"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A municipality is in one partnership of a service."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["cover"] = "cover"
    """What kind it is."""
    service: str
    """Id of the service."""
    municipality: str
    """Id of the municipality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who seats a pooled partnership of a service keeps an office."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["office"] = "office"
    """What kind it is."""
    service: str
    """Id of the service."""
    municipality: str
    """Id of the municipality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfTown:
    """A rule about the whole plan, for one municipality."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["max_pooled", "max_memberships", "max_hosted"]
    """What kind it is."""
    municipality: str
    """Id of the municipality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """Who pools more of these services than may be seated elsewhere keeps an office itself."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["host"] = "host"
    """What kind it is."""
    municipality: str
    """Id of the municipality."""
    services: tuple[str, ...]
    """Ids of the services."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """A municipality's services are seated in so many others: one service counts at each seat."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["max_partner_seats"] = "max_partner_seats"
    """What kind it is."""
    municipality: str
    """Id of the municipality."""
    picked: Mapping[str, str]
    """The service that counts, by seat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A rule on the number of partnerships, in total (null) or of a service."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["count"] = "count"
    """What kind it is."""
    rule: CountRuleName
    """The rule."""
    service: str | None
    """Id of the service; null is all together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """The limit on a criterion."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["limit"] = "limit"
    """What kind it is."""
    criterion: str
    """Name of the criterion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """How many partnerships a service has, between what the splits above a node leave."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["number"] = "number"
    """What kind it is."""
    service: str
    """Id of the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank1:
    """A combination of the cover rows of a service, rounded down."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["rank1"] = "rank1"
    """What kind it is."""
    service: str
    """Id of the service."""
    weights: Mapping[str, Whole]
    """Numerators of the multipliers, by municipality."""
    divisor: Annotated[int, Ge(1), Le(LARGEST)]
    """Denominator of the multipliers."""


RowOf = Cover | Office | OfTown | Host | Seats | Counted | Limited | Number | Rank1
AnyRow = Annotated[RowOf, Discriminator("kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSplit:
    """First: the municipality seats no pooled partnership; second: it seats one at least."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["office"] = "office"
    """What kind it is."""
    municipality: str
    """Id of the municipality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSplit:
    """First: a service has at most so many partnerships, alone ones included; second: more."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["number"] = "number"
    """What kind it is."""
    service: str
    """Id of the service."""
    most: Whole
    """So many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSplit:
    """First: a municipality is alone (if so said) or pooled at one of these; second: neither."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["state"] = "state"
    """What kind it is."""
    service: str
    """Id of the service."""
    municipality: str
    """Id of the municipality."""
    alone: bool
    """Whether it may be alone, in the first half."""
    seats: tuple[str, ...]
    """Ids of the seats it may be pooled at, in the first half."""


SplitOf = OfficeSplit | NumberSplit | StateSplit
AnySplit = Annotated[SplitOf, Discriminator("kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A region of the tree: what is known there, and how it is split."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    duals: tuple[tuple[int, Whole], ...] | None = None
    """Number of the row, from 0, and its dual; other rows have 0. Null: as in the node above."""
    split: AnySplit | None = None
    """Null where the node is a leaf."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Certificate(Brief, Saved):
    """The certificate of a lower bound; `koopopt.confirm` says which one it proves."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    format: Literal[1] = CERTIFICATE_FORMAT
    """Format of the file."""
    instance: str
    """Name of the instance."""
    fingerprint: str
    """Of the instance."""
    source: str | None = None
    """Where the instance was."""
    weights: Mapping[str, float]
    """Weights of the criteria whose sum is bounded."""
    limits: Mapping[str, float]
    """Limits on criteria besides those of the instance."""
    digits: Annotated[int, Ge(0), Le(MAX_DIGITS)]
    """Binary digits of the duals behind the point."""
    aim: Whole | None
    """The weighted sum, in its steps, below which there is said to be no plan; null is none."""
    rows: tuple[AnyRow, ...]
    """Rows that have a dual in some node; numbered from 0."""
    nodes: Annotated[tuple[Node, ...], MinLen(1)]
    """In preorder: behind a node that is split all of its first half, then all of its second."""

    def _said(self) -> str:
        return f" {self.instance!r}: {counted(len(self.nodes), 'node')}"
