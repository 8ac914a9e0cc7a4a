"""What is answered, as dataclasses that describe it to other programs; the room makes the values.

Municipalities, services, legal forms, seats and criteria are indices in the order of the case;
sites are numbered behind the municipalities. More keys may come to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Said = Mapping[Literal["en", "de"], str]
"""A sentence or a title in both languages."""
Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something was refused."""

    problem: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file that was saved."""

    file: str
    """Its name in the folder `exports` of the room."""
    url: str
    """Where it is fetched, relative to the page."""
    left_out: tuple[Said, ...]
    """Wishes that an instance cannot say, and that are missing from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipView:
    """A partnership of a plan, with its figures."""

    service: int
    members: tuple[int, ...]
    seat: int
    form: int | None
    cost: float | None
    """EUR a year."""
    minutes: tuple[float | None, ...]
    """Of each member to the seat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan, evaluated; differences are plan minus baseline, so that negative ones save."""

    partnerships: tuple[PartnershipView, ...]
    criteria: tuple[float | None, ...]
    value: float | None
    """The weighted sum."""
    alone: float | None
    """EUR a year against all alone."""
    today: float | None
    """EUR a year against today; null where today is not known."""
    cases: Table | None
    """EUR a year against `alone` and `today`, least and largest in 80 of 100 cases, as numbers with
    ranges take other values; null where no such number has one, and of what a move would mean."""
    scenarios: tuple[float, ...]
    """EUR a year against all alone in each scenario; none of what a move would mean."""
    violations: tuple[Said, ...]
    """Rules and wishes that it breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a move would mean."""

    plan: PlanView
    difference: tuple[float | None, ...]
    """Of the criteria, against the plan that is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A municipality."""

    id: str
    name: str
    population: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """Something with an id and a title."""

    id: str
    title: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionOf:
    """A criterion."""

    name: str
    title: Said
    unit: Said
    digits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A value that can be set."""

    place: str
    """As the action `set` takes it."""
    title: Said
    kind: str
    least: float | None
    most: float | None
    value: Any
    """Of the instance; null where it says none."""
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What does not change while the room is open."""

    title: Said
    name: str
    fingerprint: str
    koopopt: str
    """Version."""
    towns: tuple[Town, ...]
    sites: tuple[Table, ...]
    services: tuple[Titled, ...]
    forms: tuple[Titled, ...]
    criteria: tuple[CriterionOf, ...]
    scenarios: tuple[Titled, ...]
    today: PlanView | None
    alone: PlanView
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionOf:
    """What the optimiser is asked."""

    settings: Table
    wishes: tuple[Table, ...]
    scenario: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the optimiser says to this revision, and to no other."""

    revision: int
    status: Literal[
        "waiting", "solving", "optimal", "feasible", "infeasible", "unknown", "cancelled", "failed"
    ]
    value: float | None
    bound: float | None
    gap: float | None
    seconds: float | None
    plan: PlanView | None
    reasons: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A plan that was kept."""

    id: str
    name: str
    note: str
    when: str
    plan: PlanView


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A line of the trail."""

    number: int
    when: str
    what: Said
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """Whether everything is on disk."""

    ok: bool
    where: str | None
    problem: Said | None
    waits: bool
    """Whether what is not saved is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state of the room."""

    revision: int
    """Grows with every action."""
    question: QuestionOf
    mode: Literal["follow", "hand"]
    plan: PlanView
    """The one shown."""
    answer: Answer
    undo: bool
    redo: bool
    variants: tuple[Variant, ...]
    trail: tuple[Step, ...]
    front: Table
    prices: Table
    saved: Saved
    notices: tuple[Said, ...]
