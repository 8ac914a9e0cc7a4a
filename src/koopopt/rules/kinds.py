"""All kinds of rules: koopopt's own, and those of plug-ins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import is_dataclass
from itertools import chain
from typing import Any, Final, TypeVar, overload

from koopopt.checking.schema import faults_of
from koopopt.packages import Entry
from koopopt.plugins import Door, Refused, imported, same_name, sentence, wrong_type
from koopopt.rules import partnership, plan
from koopopt.rules.base import PartnershipRule, PlanRule, Rule
from koopopt.text import T

R = TypeVar("R", bound=Rule)

REMARKS: Final = ("source", "confidence")
"""Keys of a table of rules that say where it comes from."""


def _outside(entry: Entry, thing: Any) -> type[Rule]:
    """Return a class of a package if it is a rule that can be read from a file."""
    if not (isinstance(thing, type) and issubclass(thing, (PartnershipRule, PlanRule))):
        wrong_type(thing, "koopopt.rules.PartnershipRule, koopopt.rules.PlanRule")
    if not (is_dataclass(thing) and thing.__dataclass_params__.frozen and thing.keys()):
        raise Refused(T("A rule must be a frozen dataclass with a field at least."))
    same_name(entry, thing.started_by()[0])
    _demand_words(thing)
    list(faults_of(thing, {}, file=""))  # raises where a field has a type that no file can hold
    return thing


def _demand_words(kind: type[Rule]) -> None:
    """Raise `TypeError` or `ValueError` where what a rule says of itself cannot be used."""
    if kind.title is not None:
        sentence(kind.title)
    if not isinstance(kind.summary, str):
        raise TypeError("its summary is no text")
    for name in ("triggers", "town_keys", "seat_keys", "service_keys"):
        named = getattr(kind, name)
        if not (isinstance(named, tuple) and set(named) <= set(kind.keys())):
            raise TypeError(f"its {name} are no tuple of its keys")


def _own_keys() -> Iterator[str]:
    yield from REMARKS
    yield from chain.from_iterable(kind.keys() for kind in (*partnership.OWN, *plan.OWN))


DOOR: Final[Door[type[Rule]]] = Door(
    imported("koopopt.rules", "rule", _outside), _own_keys, lambda kind: kind.keys()
)


class Kinds(Sequence[type[R]]):
    """Koopopt's own rules of a base class, and behind them those of plug-ins."""

    def __init__(self, own: tuple[type[R], ...], base: type[R]) -> None:
        self._own, self._base = own, base

    @property
    def _all(self) -> tuple[type[R], ...]:
        more = (kind for kind in DOOR.things.values() if issubclass(kind, self._base))
        return (*self._own, *more)

    @overload
    def __getitem__(self, which: int) -> type[R]: ...
    @overload
    def __getitem__(self, which: slice) -> Sequence[type[R]]: ...
    def __getitem__(self, which: int | slice) -> type[R] | Sequence[type[R]]:
        return self._all[which]

    def __iter__(self) -> Iterator[type[R]]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


PARTNERSHIP_RULES: Final = Kinds(partnership.OWN, PartnershipRule)
PLAN_RULES: Final = Kinds(plan.OWN, PlanRule)
