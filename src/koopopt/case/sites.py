"""Facts with the sites among the municipalities: how formulations see an instance that has any.

There a site is a municipality without inhabitants, demand and cost, that is alone where it seats
nothing, and otherwise a member of the partnership at it. So what is true of seats, members and
covering everybody once is true of sites as well; who counts as a member for a rule, and what a
partnership costs, is said by the facts of the instance (`Facts.plain`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership, Plan
from koopopt.linear import Floats, Ints

A = TypeVar("A", bound=np.generic)


def with_sites(facts: Facts) -> Facts:
    """Return facts in which sites are municipalities; the same where there are no sites."""
    if facts.places == facts.n:
        return facts
    if facts.joined is None:
        object.__setattr__(facts, "joined", _joined(facts))
    assert facts.joined is not None
    return facts.joined


def _joined(facts: Facts) -> Facts:
    n, m = facts.n, facts.places
    seat = np.tile(np.arange(m), (len(facts.services), 1))
    seat[:, :n] = facts.status_quo_seat
    return replace(
        facts,
        plain=facts,
        population=padded(facts.population, m),
        minutes=_both_ways(facts.minutes),
        demand=padded(facts.demand, m),
        grains=padded(facts.grains, m),
        alone_cents=padded(facts.alone_cents, m),
        adjacent=padded(facts.adjacent, m, m),
        county=padded(facts.county, m),
        state=padded(facts.state, m),
        area=facts.seat_area,
        status_quo_seat=seat,
    )


def padded(array: NDArray[A], *size: int) -> NDArray[A]:
    """Return an array whose last axes have these sizes, with zeros behind what it holds."""
    more = [(0, 0)] * (array.ndim - len(size))
    more += [(0, s - have) for s, have in zip(size, array.shape[-len(size) :], strict=True)]
    return np.pad(array, more)


def _both_ways(minutes: Floats) -> Floats:
    """Return (m, m) minutes: from a site as long as to it, between sites longer than any."""
    n, m = minutes.shape
    result = np.full((m, m), 2.0 * minutes.max(initial=0.0) + 1.0)
    result[:n], result[n:, :n] = minutes, minutes[:, n:].T
    np.fill_diagonal(result, 0.0)
    return result


def partnership(
    facts: Facts, service: int, who: Iterable[int], seat: int, form: str
) -> Partnership:
    """Return a partnership of numbered members; a site that seats it is no member."""
    towns = tuple(facts.ids[i] for i in who if i < facts.towns)
    return Partnership(facts.services[service].id, towns, facts.ids[seat], form)


def plan(parts: Iterable[Partnership]) -> Plan:
    """Return the plan of all these but the sites that seat nothing."""
    return Plan(p for p in parts if p.members)


def placed(facts: Facts, plan: Plan) -> Iterator[tuple[int, Ints, int]]:
    """Yield the service, the members and the seat of each partnership, by their numbers.

    Where sites are municipalities, they are among the members, and alone where they seat nothing.
    """
    idle = set(range(facts.towns, facts.n))
    left = {s: set(idle) for s in range(len(facts.services))}
    for p in plan.partnerships:
        s, seat = facts.service_index[p.service], facts.index[p.seat]
        left[s].discard(seat)
        yield s, facts.members(p), seat
    for s, sites in left.items():
        for h in sorted(sites):
            yield s, np.array([h]), h


def served(facts: Facts, parts: Iterable[Partnership]) -> Iterator[tuple[int, Ints, Ints]]:
    """Yield the number of each service, its members, and the seats that they are served at."""
    members: dict[int, list[Ints]] = {}
    seats: dict[int, list[int]] = {}
    for p in parts:
        service = facts.service_index[p.service]
        members.setdefault(service, []).append(facts.members(p))
        seats.setdefault(service, []).append(facts.index[p.seat])
    for service, who in members.items():
        yield service, np.concatenate(who), np.repeat(seats[service], [len(own) for own in who])
