"""What a rule is, and the small vocabulary that formulations understand.

A rule is a frozen dataclass whose fields are its keys in a TOML table. It says twice what it
means, independently: `violations` looks at a finished plan and speaks in words (the evaluator
uses it), `restrict` writes the same demand into `Conditions` or `PlanConditions` (formulations
use those). The tests hold the two against each other by brute force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from pkgutil import resolve_name
from typing import Any, ClassVar, Final, Protocol, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from koopopt.case.facts import TOLERANCE, Facts
from koopopt.case.plan import Partnership, Plan
from koopopt.linear import Bools, Floats, Ints
from koopopt.shown import Brief
from koopopt.text import Text

OTHERS: Final = "default"
"""The key of a table by municipality that stands for all whom it does not name."""
Ids = tuple[str, ...]
"""Ids of municipalities, legal forms or kinds of places."""


@dataclass(frozen=True, slots=True, repr=False)
class Violation(Brief):
    """A rule that a plan breaks, in words.

    Attributes
    ----------
    rule : str
        Key of the rule, or ``plan`` where the plan itself is malformed.
    text : Text
        What is wrong.
    service : str or None
    members : tuple of str
        Municipality ids concerned.
    """

    rule: str
    text: Text
    service: str | None = None
    members: tuple[str, ...] = ()

    def _said(self) -> str:
        return f" of {self.rule!r}: {self.text}"


@dataclass(frozen=True, slots=True)
class Range:
    """low ≤ Σ_{i ∈ M} weight_i ≤ high for every pooled partnership."""

    weight: Floats
    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True, slots=True)
class Capacity:
    """Σ_{i ∈ M} weight_i ≤ high_h for every pooled partnership seated at h; (n,) and (m,)."""

    weight: Floats
    high: Floats

    @property
    def room(self) -> Floats:
        """(m,) the bounds, forgiving the rounding of sums (as `facts.at_most`)."""
        return self.high + TOLERANCE * np.maximum(1.0, np.abs(self.high))


@dataclass(frozen=True, slots=True)
class Distinct:
    """At most `high` different labels among the members of a pooled partnership."""

    label: Ints
    high: int


@dataclass(frozen=True, slots=True)
class NoLosers:
    """share_i / Σ_M share · cost(p) ≤ (1 + tolerance) · alone_i for every member."""

    share: Floats
    tolerance: float


class CoalitionTest(Protocol):
    """What else is asked of a coalition: known by what it costs and who its members are."""

    def keeps(self, start: Ints, member: NDArray[np.int16], cents: Floats) -> Bools:
        """Return (N,) whether pooled coalitions (`Coalitions`) of such costs may be formed."""


@dataclass(frozen=True, slots=True)
class Saving:
    """cost(p) ≤ kept · Σ_M alone, in whole cents, in the legal form that the partnership takes.

    Unless `granted`, with cost(p) as it would be without the grant of that form. Of legal forms
    only those in which it holds may be taken.
    """

    kept: Fraction
    granted: bool = True


@dataclass(slots=True, eq=False)
class Conditions:
    """What the partnership rules ask of one service, for n municipalities and m seats.

    Seats are the municipalities and, behind them, the sites.

    Attributes
    ----------
    alone : (n,) bool
        Who may stay alone.
    pool : (n,) bool
        Who may be a member of a pooled partnership.
    pair : (n, m) bool
        Whether i may be a member of a pooled partnership seated at h.
    apart : (n, n) bool
        Pairs that never share a partnership (symmetric).
    groups : list of int arrays
        Municipalities that share one partnership, all of them.
    contiguous : bool
        Whether members must induce a connected subgraph of the neighbour graph.
    ranges, capacities, distinct, no_losers, savings : lists
        See the classes above.
    tests : list of CoalitionTest
        What no file says but a search asks, such as burdens (`sharing.burdens`).
    forms : (number of legal forms of the instance,) bool
        Legal forms that may be taken.
    """

    alone: Bools
    pool: Bools
    pair: Bools
    apart: Bools
    forms: Bools
    groups: list[Ints] = field(default_factory=list)
    contiguous: bool = False
    ranges: list[Range] = field(default_factory=list)
    capacities: list[Capacity] = field(default_factory=list)
    distinct: list[Distinct] = field(default_factory=list)
    no_losers: list[NoLosers] = field(default_factory=list)
    savings: list[Saving] = field(default_factory=list)
    tests: list[CoalitionTest] = field(default_factory=list)

    @classmethod
    def free(cls, facts: Facts, service: int) -> Conditions:
        """Return the conditions without any rule."""
        n, id_ = facts.n, facts.services[service].id
        return cls(
            alone=np.ones(n, bool),
            pool=np.ones(n, bool),
            pair=np.ones((n, facts.places), bool),
            apart=np.zeros((n, n), bool),
            forms=np.array([f.serves(id_) for f in facts.instance.legal_forms], bool),
        )

    def ranges_at(self, seat: int) -> list[Range]:
        """Return the ranges, and behind them the capacities of one seat as such."""
        return self.ranges + [Range(c.weight, high=float(c.high[seat])) for c in self.capacities]


@dataclass(frozen=True, slots=True)
class CountRange:
    """low ≤ number of partnerships ≤ high, over one service or all; pooled ones only or all."""

    pooled_only: bool
    service: int | None = None
    low: float = -np.inf
    high: float = np.inf


@dataclass(slots=True)
class PlanConditions:
    """What the plan rules ask.

    Attributes
    ----------
    max_pooled, max_memberships, max_hosted, max_partner_seats : int or None
        For every municipality; see section 5 of docs/semantics.md.
    counts : list of CountRange
    limits : dict criterion name -> largest amount, in units
    """

    max_pooled: int | None = None
    max_memberships: int | None = None
    max_hosted: int | None = None
    max_partner_seats: int | None = None
    counts: list[CountRange] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)


class Rule:
    """Base of all rules: keys of a TOML table with a meaning.

    The dataclass fields are the keys. The first one, or those in `triggers`, make the rule
    exist; the others modify it.
    """

    __slots__ = ()
    triggers: ClassVar[tuple[str, ...]] = ()
    town_keys: ClassVar[tuple[str, ...]] = ()
    """Keys whose strings, or the keys of whose table, are municipality ids."""
    seat_keys: ClassVar[tuple[str, ...]] = ()
    """Keys whose strings, or the keys of whose table, are ids of municipalities or sites."""
    service_keys: ClassVar[tuple[str, ...]] = ()
    """Keys that may be a table by service id."""
    summary: ClassVar[str] = ""
    """The rule in one line, for the documentation."""
    title: ClassVar[Text | None] = None
    """The rule in a few words, for a council."""

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Return the keys of the table that belong to this rule."""
        return tuple(f.name for f in fields(cls))  # type: ignore[arg-type]

    @classmethod
    def started_by(cls) -> tuple[str, ...]:
        """Return the keys that make the rule exist."""
        return cls.triggers or cls.keys()[:1]

    @property
    def name(self) -> str:
        """Name of the rule: the key that makes it exist."""
        return self.started_by()[0]

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        """Make it fit for a process that may lack the package of its class: see `Lost`."""
        kind = type(self)
        if kind.__module__.partition(".")[0] in ("koopopt", "__main__"):
            return super().__reduce_ex__(protocol)
        values = {key: getattr(self, key) for key in self.keys()}
        return _again, (kind.__module__, kind.__qualname__, values)


@dataclass(frozen=True, slots=True)
class Lost(Rule):
    """Stands for a rule whose package is missing in this process.

    Such a process may hand it on to one that has the package, as a scheduler does between workers;
    there it is the rule again.
    """

    module: str
    qualified: str
    values: Mapping[str, Any]

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return _again, (self.module, self.qualified, self.values)


def _again(module: str, name: str, values: Mapping[str, Any]) -> Rule:
    try:
        kind: type[Rule] = resolve_name(f"{module}:{name}")
    except (ImportError, AttributeError):
        return Lost(module, name, values)
    return kind(**values)


class PartnershipRule(Rule):
    """A rule about one partnership at a time."""

    __slots__ = ()

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        """Write the rule into the conditions of a service."""
        raise NotImplementedError

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        """Yield what the partnership breaks, in words."""
        raise NotImplementedError


class PlanRule(Rule):
    """A rule about a whole plan."""

    __slots__ = ()

    def restrict(self, facts: Facts, conditions: PlanConditions) -> None:
        """Write the rule into the conditions of the plan."""
        raise NotImplementedError

    def violations(self, facts: Facts, plan: Plan) -> Iterator[Text]:
        """Yield what the plan breaks, in words."""
        raise NotImplementedError


def names(facts: Facts, ids: Sequence[str]) -> str:
    """Return the names of municipalities and sites, for a sentence."""
    return ", ".join(map(facts.seat_name, ids))
