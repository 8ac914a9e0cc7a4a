"""Who is with whom: pairs apart or together, alone or not, today's partnerships."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Len

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership
from koopopt.rules.base import Conditions, Ids, PartnershipRule, names
from koopopt.text import T, Text

Pair = Annotated[tuple[str, ...], Len(2, 2)]


@dataclass(frozen=True, slots=True)
class Apart(PartnershipRule):
    """Pairs that never share a partnership."""

    summary: ClassVar[str] = "a and b of a pair are never members of one partnership"
    town_keys: ClassVar[tuple[str, ...]] = ("apart",)
    apart: tuple[Pair, ...]

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        for a, b in self.apart:
            i, j = facts.index[a], facts.index[b]
            conditions.apart[i, j] = conditions.apart[j, i] = True
            conditions.pair[i, j] = conditions.pair[j, i] = False

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        for a, b in self.apart:
            if a in partnership.members and b in partnership.members:
                yield T("{names} must not share it.", names=names(facts, [a, b]))


@dataclass(frozen=True, slots=True)
class Together(PartnershipRule):
    """Pairs that always share a partnership."""

    summary: ClassVar[str] = "a and b of a pair are always members of one partnership"
    town_keys: ClassVar[tuple[str, ...]] = ("together",)
    together: tuple[Pair, ...]

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        for pair in self.together:
            _bind(conditions, [facts.index[i] for i in pair])

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        yield from _torn(facts, partnership, self.together)


@dataclass(frozen=True, slots=True)
class Alone(PartnershipRule):
    """Municipalities that stay alone."""

    summary: ClassVar[str] = "these municipalities stay alone"
    town_keys: ClassVar[tuple[str, ...]] = ("alone",)
    alone: Ids

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.pool[[facts.index[i] for i in self.alone]] = False

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        for town in self.alone:
            if partnership.pooled and town in partnership.members:
                yield T("{name} must stay alone.", name=names(facts, [town]))


@dataclass(frozen=True, slots=True)
class ForbidAlone(PartnershipRule):
    """Everyone, or the named ones, must pool."""

    summary: ClassVar[str] = "nobody (`true`), or none of these municipalities, stays alone"
    town_keys: ClassVar[tuple[str, ...]] = ("forbid_alone",)
    forbid_alone: bool | Ids

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.alone[[facts.index[i] for i in self._bound(facts)]] = False

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if not partnership.pooled and partnership.members[0] in self._bound(facts):
            yield T("{name} must not stay alone.", name=names(facts, partnership.members))

    def _bound(self, facts: Facts) -> Iterable[str]:
        if isinstance(self.forbid_alone, bool):
            return facts.ids if self.forbid_alone else ()
        return self.forbid_alone


@dataclass(frozen=True, slots=True)
class KeepExisting(PartnershipRule):
    """Who pools today stays together; others may join."""

    summary: ClassVar[str] = "the members of a status-quo partnership stay in one partnership"
    keep_existing: bool

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        for group in self._groups(facts, facts.services[service].id):
            _bind(conditions, [facts.index[i] for i in group])

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        yield from _torn(facts, partnership, self._groups(facts, partnership.service))

    def _groups(self, facts: Facts, service: str) -> list[Ids]:
        today = facts.instance.status_quo if self.keep_existing else ()
        return [p.members for p in today if p.service == service and p.pooled]


def _bind(conditions: Conditions, group: list[int]) -> None:
    conditions.groups.append(np.array(sorted(set(group)), np.int64))
    if len(set(group)) > 1:
        conditions.alone[group] = False


def _torn(facts: Facts, partnership: Partnership, groups: Iterable[Ids]) -> Iterator[Text]:
    """Name the groups of which some but not all are members."""
    for group in groups:
        inside = [town in partnership.members for town in group]
        if any(inside) and not all(inside):
            yield T("{names} must share it, all of them.", names=names(facts, group))
