"""What a comparison says, as plain values: they are what JSON files hold, and their schema."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from koopopt.case.library import STRICT

Plain = str | float | bool | None
"""A value as JSON has it; lists and tables are JSON texts."""
Verdict = Literal["higher", "lower", "within", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that differs; null where one side has none."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["changed", "only_a", "only_b"]
    """Whether both sides have it, or one only."""
    row: tuple[str, ...]
    """Which row: ids, as the table has them; none where it is a single value."""
    key: str
    """Which column or key; empty where the whole row is on one side only."""
    a: Plain
    """The value in A."""
    b: Plain
    """The value in B."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of two instances: a table, or the values of one kind."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: str
    """Its name: that of the table, or of the key in instance.toml."""
    equal: int
    """How many rows are equal."""
    changed: int
    """How many rows both have with other values."""
    only_a: int
    """How many rows A alone has."""
    only_b: int
    """How many rows B alone has."""
    differences: tuple[Difference, ...]
    """All that differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instances:
    """Two instances."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    same_fingerprint: bool
    """Whether they mean the same, order of rows included."""
    parts: tuple[Part, ...]
    """All parts that either of them has, equal ones too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """A partnership."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    service: str
    """Id of the service."""
    members: tuple[str, ...]
    """Ids of the municipalities."""
    seat: str
    """Id of its seat."""
    legal_form: str
    """Id of its legal form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A partnership that both plans have, in another form."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    a: Seated
    """As it is in A."""
    b: Seated
    """As it is in B."""
    joined: tuple[str, ...]
    """Members in B only."""
    left: tuple[str, ...]
    """Members in A only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """Two plans; only partnerships of more than one member, or at a site, are counted."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    equal: int
    """How many partnerships are equal."""
    new: tuple[Seated, ...]
    """In B only."""
    gone: tuple[Seated, ...]
    """In A only."""
    reseated: tuple[Kept, ...]
    """The same members at another seat."""
    reformed: tuple[Kept, ...]
    """The same members and seat in another legal form."""
    regrouped: tuple[Kept, ...]
    """Half of all members in common or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A number on both sides; null where there is none."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: str
    """What it is."""
    a: float | None
    """In A."""
    b: float | None
    """In B."""
    difference: float | None
    """B less A."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is known of one run."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    status: str
    """Whether a plan was found, and proved to be best."""
    gap: float | None
    """(objective − bound) / |objective|; null: unknown."""
    solver: str
    """The back end and its version."""
    formulation: str
    """The formulation."""
    verified: bool
    """Whether the data were at hand and the figures were computed anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Two runs."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    same_question: bool
    """Whether data, weights, order and limits are the same."""
    question: tuple[Difference, ...]
    """What differs in what was asked."""
    data: Instances | None
    """What differs in the data; null where they are the same, or not at hand."""
    plans: Plans
    """What differs in the plans."""
    criteria: tuple[Pair, ...]
    """Criteria of the plans."""
    sums: tuple[Pair, ...]
    """Weighted sum, bound and seconds."""
    a: Proof
    """What is known of A."""
    b: Proof
    """What is known of B."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPoint:
    """A point that one front has."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    number: int
    """Its number in its front, from 1."""
    values: tuple[float, ...]
    """Its values, in the order of the criteria."""
    dominated: bool
    """Whether a point of the other front is at least as good in all criteria, better in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicators:
    """How good one of two fronts is; all criteria scaled to the range of both together."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    points: int
    """Number of points."""
    complete: bool
    """Whether it is proved that no point is missing."""
    hypervolume: float
    """Share of the box from the best values of both to 1.1 times their range that is dominated."""
    epsilon: float | None
    """Share of the ranges by which it has to improve to cover the other; null: it has no points."""
    spacing: float | None
    """Standard deviation of distances to the nearest point (Schott); null: under two points."""
    coverage: float | None
    """Share of the other's points that one here equals or dominates; null: there are none."""
    verified: bool
    """Whether the data were at hand and the figures were computed anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """Shares of the same box, by how many of the two fronts dominate them."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    both: float
    """By both."""
    only_a: float
    """By A only."""
    only_b: float
    """By B only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fronts:
    """Two fronts in the same criteria."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    same_question: bool
    """Whether data and limits are the same."""
    question: tuple[Difference, ...]
    """What differs in what was asked."""
    data: Instances | None
    """What differs in the data; null where they are the same, or not at hand."""
    criteria: tuple[str, ...]
    """The criteria, in the order of A."""
    common: int
    """How many points both have."""
    only_a: tuple[FrontPoint, ...]
    """Points in A only."""
    only_b: tuple[FrontPoint, ...]
    """Points in B only."""
    a: Indicators
    """Of A."""
    b: Indicators
    """Of B."""
    attainment: Attainment
    """Which front dominates where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A number over the seeds of a cell."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    seeds: int
    """How many seeds have one."""
    low: float
    """The least."""
    middle: float
    """The median."""
    high: float
    """The largest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number of a cell in both results."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Literal["seconds", "value", "bound", "gap", "peak_mb"]
    """Its column."""
    a: Spread | None
    """In A; null: no run has one."""
    b: Spread | None
    """In B; null: no run has one."""
    ratio: float | None
    """Median of B over that of A; null where that is none or not above 0."""
    verdict: Verdict
    """Of B: all seeds beyond all of A and the medians further apart than both sides spread;
    else within their spread; unknown with fewer than two seeds on a side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What was run in both results."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    set: str
    """The set."""
    instance: str
    """The instance."""
    formulation: str
    """The formulation."""
    solver: str
    """The back end."""
    status_a: tuple[str, ...]
    """What came out in A, each status once."""
    status_b: tuple[str, ...]
    """What came out in B."""
    measures: tuple[Measure, ...]
    """Its numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All cells of one set, formulation and back end that both results have."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    set: str
    """The set; empty: all."""
    formulation: str
    """The formulation; empty: all."""
    solver: str
    """The back end; empty: all."""
    cells: int
    """How many cells."""
    seconds_a: float
    """Shifted geometric mean of the cells' median seconds in A, shifted by 1 s."""
    seconds_b: float
    """The same in B."""
    ratio: float
    """B over A, both with the shift."""
    a: Spread | None
    """The same mean seed by seed in A; null: no seed is in all cells."""
    b: Spread | None
    """The same in B."""
    verdict: Verdict
    """Of the seconds of B: beyond the spread of the seeds, within, or unknown."""
    faster: int
    """Cells in which B is faster beyond the spread of the seeds."""
    slower: int
    """Cells in which B is slower beyond the spread of the seeds."""
    within: int
    """Cells within the spread."""
    unknown: int
    """Cells with fewer than two seeds on a side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmarks:
    """Two results of benchmarks."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    machines_a: tuple[str, ...]
    """Machines in A."""
    machines_b: tuple[str, ...]
    """Machines in B."""
    versions_a: tuple[str, ...]
    """Versions in A."""
    versions_b: tuple[str, ...]
    """Versions in B."""
    groups: tuple[Group, ...]
    """By set, formulation and back end; the last is all."""
    cells: tuple[Cell, ...]
    """What both have."""
    only_a: tuple[tuple[str, ...], ...]
    """Cells in A only: set, instance, formulation, solver."""
    only_b: tuple[tuple[str, ...], ...]
    """Cells in B only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What `koopopt compare` found: exactly one of the last four is there."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["instances", "runs", "fronts", "benchmarks"]
    """What was compared."""
    equal: bool
    """Instances: all parts; runs: plans, criteria and question; fronts: points and question;
    benchmarks: the same cells, outcomes, values, bounds and gaps, and in no group other seconds,
    up to the spread of the seeds."""
    a: str
    """What A was called."""
    b: str
    """What B was called."""
    koopopt: str
    """Version that wrote it."""
    format: Literal[1] = 1
    """Version of the format."""
    instances: Instances | None = None
    """Two instances."""
    runs: Runs | None = None
    """Two runs."""
    fronts: Fronts | None = None
    """Two fronts."""
    benchmarks: Benchmarks | None = None
    """Two results of benchmarks."""


def table_of(found: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON has it."""
    return asdict(found)
