"""What may be asked: the bodies of requests, as dataclasses that check and describe themselves.

An unknown kind, key or type is refused in one sentence. Whether there is such a municipality,
service or rule, the room says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal, NoReturn, TypeVar

from annotated_types import MaxLen
from pydantic import ConfigDict, Discriminator, Field

from koopopt.case.library import STRICT
from koopopt.checking.schema import faults_of
from koopopt.errors import UsageError
from koopopt.text import T

B = TypeVar("B")
Id = Annotated[str, MaxLen(400)]
"""Of a municipality, service, site, legal form, criterion or variant."""
Name = Annotated[str, MaxLen(200)]
"""What a person calls something."""
Note = Annotated[str, MaxLen(4000)]
"""Why, in a person's words."""
Ids = Annotated[tuple[Id, ...], MaxLen(20000)]
One = Annotated[tuple[Id], MaxLen(1)]
Two = Annotated[tuple[Id, Id], MaxLen(2)]
Value = bool | int | float | str | tuple[str | float, ...] | None


class _Checked:
    """A table with known keys only."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(_Checked):
    """One partnership of a plan."""

    service: Id
    members: Ids
    """Ids of municipalities."""
    seat: Id
    """Id of a municipality or a site."""
    legal_form: Id | None = None
    """Null: the cheapest that it may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together(_Checked):
    """Two municipalities share their partnership, or do not."""

    kind: Literal["together", "apart"]
    towns: Two
    service: Id | None = None
    """Null: in every service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone(_Checked):
    """A municipality stays alone in a service."""

    kind: Literal["alone"]
    service: Id
    towns: One


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock(_Checked):
    """A partnership is in the plan, with these members and this seat."""

    kind: Literal["lock"]
    service: Id
    towns: Ids
    seat: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbid(_Checked):
    """There is no partnership of exactly these members."""

    kind: Literal["forbid"]
    service: Id
    towns: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSeat(_Checked):
    """No partnership of this service is seated there."""

    kind: Literal["no_seat"]
    service: Id
    seat: Id


Wish = Annotated[Together | Alone | Lock | Forbid | NoSeat, Discriminator("kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(_Checked):
    """Give a weight, a limit or a rule another value."""

    kind: Literal["set"]
    place: Id
    """As `koopopt whatif --set` takes it: rules.max_members, weights.cost, limits.travel, ..."""
    value: Value
    """False lifts a rule or a limit; null is the instance's own value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishing(_Checked):
    """Add a wish, or take it back."""

    kind: Literal["wish", "unwish"]
    wish: Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(_Checked):
    """Ask in a scenario of the instance."""

    kind: Literal["scenario"]
    value: Id | None
    """Null: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(_Checked):
    """A municipality goes to another partnership."""

    kind: Literal["move"]
    service: Id
    town: Id
    to: Ids | None
    """Members of that partnership; null: alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat(_Checked):
    """The partnership of a municipality is seated elsewhere."""

    kind: Literal["seat"]
    service: Id
    town: Id
    seat: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(_Checked):
    """The partnership of a municipality has another legal form."""

    kind: Literal["form"]
    service: Id
    town: Id
    form: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(_Checked):
    """Start from a plan; all but the best are gone on with by hand."""

    kind: Literal["start"]
    from_: Annotated[
        Literal["today", "alone", "best", "variant", "point", "plan"], Field(alias="from")
    ]
    """Which plan."""
    id: Id | None = None
    """Of the variant."""
    number: int | None = None
    """Of the point of the front, from 0."""
    plan: tuple[Member, ...] | None = None
    """The partnerships of a plan; who is not named is alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode(_Checked):
    """Follow the optimiser, or plan by hand."""

    kind: Literal["mode"]
    value: Literal["follow", "hand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(_Checked):
    """Undo, redo, or begin afresh with what the instance asks."""

    kind: Literal["undo", "redo", "reset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep(_Checked):
    """Keep the plan that is shown as a variant."""

    kind: Literal["keep"]
    name: Name
    note: Note = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(_Checked):
    """Forget a variant."""

    kind: Literal["drop"]
    id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename(_Checked):
    """Give a variant another name."""

    kind: Literal["rename"]
    id: Id
    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark(_Checked):
    """Say why a step was taken."""

    kind: Literal["note"]
    number: int
    text: Note


Action = Annotated[
    Set
    | Wishing
    | Scenario
    | Move
    | Seat
    | Form
    | Start
    | Mode
    | Undo
    | Keep
    | Drop
    | Rename
    | Remark,
    Discriminator("kind"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(_Checked):
    """Something to do, and why."""

    action: Action
    note: Note = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look(_Checked):
    """What a move would mean."""

    service: Id
    town: Id
    to: Ids | None
    """Members of the partnership to go to; null: alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontOf(_Checked):
    """The criteria of a front."""

    criteria: Annotated[tuple[Id, ...], MaxLen(20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export(_Checked):
    """What to save to take along."""

    what: Literal["instance", "plan", "workbook", "page", "trail"]
    name: Name = ""
    """Of the file; one that ends in .xlsx makes a workbook of an instance, in .md a text of the
    trail."""
    lang: Literal["en", "de"] = "en"
    """Language of what is written for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile(_Checked):
    """A file with a plan: plan.csv, or run.json."""

    name: Name
    text: str
    """What it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMember:
    """One partnership of a run.json; what it costs is not looked at."""

    service: Id
    members: Ids
    seat: Id
    legal_form: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What a run.json holds as far as its plan goes; other keys are not looked at."""

    partnerships: tuple[RunMember, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing(_Checked):
    """An empty object."""


def parsed(text: bytes) -> dict[str, Any]:
    """Return a JSON object.

    Raises
    ------
    UsageError
        Where it is something else.
    """
    try:
        value = json.loads(text.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise UsageError(T("The request is no JSON, or none that can be read.")) from None
    if not isinstance(value, dict):
        raise UsageError(T("The request must be a JSON object."))
    return value


def checked(kind: type[B], text: bytes) -> dict[str, Any]:
    """Return the JSON object of a body that is a `kind`.

    Raises
    ------
    UsageError
        With the first thing that is wrong with it.
    """
    table = parsed(text)
    demand(kind, table)
    return table


def demand(kind: type[Any], table: dict[str, Any]) -> None:
    """Raise `UsageError` with the first thing that keeps a table from being a `kind`."""
    fault = next(faults_of(kind, table, file=""), None)
    if fault is None:
        return
    place = fault.column if fault.value is None else f"{fault.column} = {_short(fault.value)}"
    raise UsageError(
        T("The request cannot be meant: {place}: {rule} {remedy}", place=place or "-",
          rule=fault.rule, remedy=fault.remedy)
    )  # fmt: skip


def _short(value: str) -> str:
    return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}…"


def _no_number(said: str) -> NoReturn:
    raise ValueError(said)


_SHOWN: Final = 60
"""Most characters of a wrong value that are said again."""
