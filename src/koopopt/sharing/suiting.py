"""Which key suits whom: what each municipality pays over all services under each key.

Offices are in it, and what it pays where it stays alone, which no key changes; so under every key
all municipalities together pay what the plan costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from koopopt.case.plan import Plan
from koopopt.problem import Problem
from koopopt.sharing.allocation import Allocation
from koopopt.sharing.keys import Key


@dataclass(frozen=True, slots=True)
class Suiting:
    """What one municipality pays under each key.

    Attributes
    ----------
    municipality : str
    pools : bool
        Whether it is in a pooled partnership, so that keys make a difference.
    pays : mapping name of a key -> int or None
        Cents a year over all services; None where a key could not be worked out for one of its
        partnerships.
    cheapest : tuple of Key
        Those under which it pays least, of those that are known; several only where equal.
    """

    municipality: str
    pools: bool
    pays: Mapping[str, int | None]
    cheapest: tuple[Key, ...]


def suiting(
    problem: Problem, plan: Plan, found: Sequence[Allocation], keys: Sequence[Key]
) -> list[Suiting]:
    """Return what everybody pays under these keys, in the order of the instance.

    `found` are the `allocations` of the plan under the same keys.
    """
    facts = problem.facts
    pays: dict[str, dict[str, int | None]] = {
        id_: dict.fromkeys((key.name for key in keys), 0) for id_ in facts.ids
    }
    for p in plan.partnerships:
        if not p.pooled:
            mine = pays[p.members[0]]
            for name, before in mine.items():
                mine[name] = _plus(before, facts.cents(p))
    for a in found:
        for k, id_ in enumerate(a.members):
            mine = pays[id_]
            for name, before in mine.items():
                paid = a.payments.get(name)
                more = None if paid is None else paid.cents[k] + paid.office[k]
                mine[name] = _plus(before, more)
    pooling = {id_ for a in found for id_ in a.members}
    return [Suiting(i, i in pooling, pays[i], _cheapest(pays[i], keys)) for i in facts.ids]


def _plus(before: int | None, more: int | None) -> int | None:
    return None if before is None or more is None else before + more


def _cheapest(pays: Mapping[str, int | None], keys: Sequence[Key]) -> tuple[Key, ...]:
    known = {name: cents for name, cents in pays.items() if cents is not None}
    least = min(known.values(), default=None)
    return tuple(key for key in keys if key.name in known and known[key.name] == least)
