"""Wishes: what a user asks of partnerships on the map, besides the rules of the instance.

A wish that a rule of instance files can say becomes an entry of that rule; the others are rules
that no file says: `Fixed` for a partnership that stays as it is, and the two below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from koopopt.case.facts import Facts
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership
from koopopt.errors import UsageError
from koopopt.inquiry.changes import with_entry
from koopopt.inquiry.fixed import with_fixed
from koopopt.inquiry.in_words import place_names, service_titles
from koopopt.language.hints import Names
from koopopt.linear import Bools, Floats, Ints
from koopopt.problem import Problem
from koopopt.rules import Conditions, PartnershipRule
from koopopt.rules.base import names
from koopopt.text import T, Text

KINDS: Final = {"together": 2, "apart": 2, "alone": 1, "lock": None, "forbid": None, "no_seat": 0}
"""How many municipalities a wish of each kind names; None for one or more."""
LISTED: Final = ("together", "apart", "alone")
"""Kinds that are entries of the rule of the same name."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish.

    Attributes
    ----------
    kind : str
        One of `KINDS`: two municipalities together or apart, one alone, a partnership locked as it
        is or forbidden, a place that seats nobody.
    service : str or None
        None for all services; a partnership is of one.
    towns : tuple of str
        Ids of municipalities, in the order of the instance.
    seat : str or None
        The seat of a locked partnership, or the place that is no seat.
    """

    kind: str
    service: str | None
    towns: tuple[str, ...] = ()
    seat: str | None = None

    @classmethod
    def of(cls, given: Any, instance: Instance) -> Wish:
        """Read a wish, as `told` writes it.

        Raises
        ------
        UsageError
            Where it is none, or names what the instance does not have.
        """
        known = {"kind", "service", "towns", "seat"}
        if not isinstance(given, Mapping) or not set(given) <= known:
            raise UsageError(T("A wish is a table of kind, service, towns and seat."))
        kind, service = given.get("kind"), given.get("service")
        if not isinstance(kind, str) or kind not in KINDS:
            raise UsageError(
                T("There is no wish {kind}. Known are {kinds}.", kind=repr(kind),
                  kinds=", ".join(KINDS))
            )  # fmt: skip
        towns, seat = given.get("towns") or [], given.get("seat")
        _demand_listed(towns)
        ids = [m.id for m in instance.municipalities]
        for town in towns:
            demand(town, ids)
        if service is not None or kind not in LISTED:
            demand(service, [s.id for s in instance.services])
        if kind in ("lock", "no_seat"):
            inside = towns if kind == "lock" else ids
            demand(seat, [*inside, *(s.id for s in instance.sites if s.service == service)])
        elif seat is not None:
            raise UsageError(T("A wish {kind} names no seat.", kind=repr(kind)))
        count = KINDS[kind]
        if len(set(towns)) != len(towns) or (
            len(towns) != count if count is not None else not towns
        ):
            raise UsageError(
                T("A wish {kind} does not name {count} municipalities.", kind=repr(kind),
                  count=len(towns))
            )  # fmt: skip
        return cls(kind, service, tuple(sorted(towns, key=ids.index)), seat)

    @property
    def told(self) -> dict[str, Any]:
        """The wish as plain values."""
        made: dict[str, Any] = {"kind": self.kind, "service": self.service}
        if self.towns:
            made["towns"] = list(self.towns)
        if self.seat is not None:
            made["seat"] = self.seat
        return made

    def text(self, instance: Instance) -> Text:
        """Return the wish in words."""
        named = place_names(instance)
        towns = ", ".join(named[town] for town in self.towns)
        titles = service_titles(instance)
        where: Any = T("all services") if self.service is None else titles[self.service]
        values: dict[str, Any] = {"service": where, "towns": towns}
        match self.kind:
            case "together":
                return T("{service}: {towns} together", **values)
            case "apart":
                return T("{service}: {towns} apart", **values)
            case "alone":
                return T("{service}: {towns} alone", **values)
            case "forbid":
                return T("{service}: not {towns} in one partnership of their own", **values)
            case "lock":
                return T("{service}: {towns} as it is, seated in {seat}", **values,
                         seat=named[self.seat or ""])  # fmt: skip
            case _:
                return T("{service}: no seat in {seat}", service=where,
                         seat=named[self.seat or ""])  # fmt: skip


def _demand_listed(towns: Any) -> None:
    if not isinstance(towns, list | tuple) or not all(isinstance(t, str) for t in towns):
        raise UsageError(T("The towns of a wish are a list of ids."))


def demand(id_: Any, ids: Iterable[str]) -> None:
    """Raise `UsageError` where an id is none of these."""
    known = Names(ids)
    if not isinstance(id_, str) or id_ not in known:
        raise UsageError(
            T("There is no {id} here. {remedy}", id=repr(id_), remedy=known.remedy(str(id_)))
        )


def edited(instance: Instance, wishes: tuple[Wish, ...]) -> Instance:
    """Return the instance with the wishes that its rules can say."""
    for wish in wishes:
        if wish.kind in LISTED:
            every = [s.id for s in instance.services]
            entry = wish.towns[0] if wish.kind == "alone" else wish.towns
            for service in every if wish.service is None else [wish.service]:
                instance = with_entry(instance, service, wish.kind, entry)
    return instance


def bound(problem: Problem, wishes: tuple[Wish, ...]) -> Problem:
    """Return the problem with the wishes that no rule of a file says."""
    fixed = tuple(
        Partnership(w.service or "", w.towns, w.seat or "") for w in wishes if w.kind == "lock"
    )
    problem = with_fixed(problem, fixed)
    not_these = tuple((w.service or "", w.towns) for w in wishes if w.kind == "forbid")
    no_seats = tuple((w.service or "", w.seat or "") for w in wishes if w.kind == "no_seat")
    more: list[PartnershipRule] = [Forbidden(not_these)] if not_these else []
    more += [NoSeat(no_seats)] if no_seats else []
    if not more:
        return problem
    rules = tuple((*own, *more) for own in problem.partnership_rules)
    return replace(problem, partnership_rules=rules)


@dataclass(frozen=True, slots=True)
class Forbidden(PartnershipRule):
    """No partnership has exactly these members, whatever its seat; who is alone is not asked."""

    partnerships: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def name(self) -> str:
        """The rule that is most like it."""
        return "apart"

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        """Leave out coalitions of exactly these members."""
        wanted = frozenset(
            tuple(sorted(facts.index[t] for t in towns))
            for towns in self._of(facts.services[service].id)
        )
        if wanted:
            conditions.tests.append(NotThese(facts.towns, wanted))

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        """Yield that a partnership has exactly these members."""
        members = set(partnership.members)
        if partnership.pooled and any(set(t) == members for t in self._of(partnership.service)):
            yield T("{names} must not be a partnership of their own.",
                    names=names(facts, partnership.members))  # fmt: skip

    def _of(self, service: str) -> list[tuple[str, ...]]:
        return [towns for s, towns in self.partnerships if s == service]


@dataclass(frozen=True, slots=True)
class NotThese:
    """Coalitions that are not one of these sets of municipalities.

    Attributes
    ----------
    towns : int
        How many municipalities there are; members behind them are sites, which do not count.
    sets : frozenset of tuple of int
    """

    towns: int
    sets: frozenset[tuple[int, ...]]

    def keeps(self, start: Ints, member: NDArray[np.int16], cents: Floats) -> Bools:
        """Return (N,) whether coalitions may be formed."""
        size = np.add.reduceat(member < self.towns, start[:-1])  # sites are the last members
        keeps = np.ones(len(size), bool)
        for length in {len(s) for s in self.sets}:
            same = np.flatnonzero(size == length)
            rows = np.sort(member[start[same][:, None] + np.arange(length)], axis=1)
            for one in self.sets:
                if len(one) == length:
                    keeps[same[(rows == np.array(one)).all(axis=1)]] = False
        return keeps


@dataclass(frozen=True, slots=True)
class NoSeat(PartnershipRule):
    """No partnership of a service is seated at these places."""

    seats: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The rule that is most like it."""
        return "seats"

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        """Let nobody go to these seats."""
        for seat in self._of(facts.services[service].id):
            conditions.pair[:, facts.index[seat]] = False

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        """Yield that a partnership is seated at one of these places."""
        if partnership.pooled and partnership.seat in self._of(partnership.service):
            yield T("{seat} must not be a seat.", seat=names(facts, [partnership.seat]))

    def _of(self, service: str) -> list[str]:
        return [seat for s, seat in self.seats if s == service]
