"""What follows if a member leaves a partnership, and on what terms a municipality could join one.

Offices are left out, and rules about the whole plan are not asked (section 8 of docs/semantics.md);
which of them the plan would break that it keeps now is told apart.

Who leaves is alone. The rest reacts as well as it can: by the cheapest division into admissible
partnerships and single members, each part sharing its cost by the same key. Then whoever of them
may be alone and would pay at least a cent less then leaves, too, the one with the largest gain
first (of equal ones the first in the order of the instance), and the rest of its part divides anew,
until nobody gains. Each leaves once, so this ends.

Where own travel has a value, burdens say who gains; what is new is seated where its members travel
least together, and how the rest divides is still a matter of costs only.

With more than `MOST_PLAYERS` members not all divisions can be looked at: then the rest goes on as
one where the rules allow that, and who would follow is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np

from koopopt.case.plan import Partnership, Plan
from koopopt.games.game import MOST_PLAYERS
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.rules import Violation
from koopopt.rules.stability import OWN_VALUES
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import Key, numbers
from koopopt.sharing.single import coalition_cost, rearranged
from koopopt.sharing.single import together as partnership_of
from koopopt.sharing.standalone import StandAlone

NOTHING: Final = Fraction(0)
Breaks = Callable[[Plan], tuple[Violation, ...]]
"""Says what a plan breaks that the present one keeps."""


@dataclass(frozen=True, slots=True)
class Round:
    """One member leaves, the rest of its part divides anew.

    Attributes
    ----------
    leaves : str
    gains : int
        Cents a year that it bears less from then on; negative where it bears more.
    parts : tuple of tuples of str
        Of all who were members at first: who is together after this round.
    pays, bears : mapping of str to int
        What each of them pays then, and what it bears with its own travel.
    """

    leaves: str
    gains: int
    parts: tuple[tuple[str, ...], ...]
    pays: dict[str, int]
    bears: dict[str, int]


@dataclass(frozen=True, slots=True)
class Departure:
    """A member leaves a partnership, and whoever follows.

    Attributes
    ----------
    partnership : Partnership
    pays, bears : mapping of str to int
        What each member pays before, in cents a year, and what it bears with its own travel.
    rounds : tuple of Round
        The first one is the departure asked for. None where the members are too many to look at
        their divisions, and the rest must not go on as one.
    followed : bool
        Whether it was asked who leaves, too: not where there are too many members.
    broken, broken_at_last : tuples of Violation
        What the plan would break after the first round and after the last one that it keeps now.
    """

    partnership: Partnership
    pays: dict[str, int]
    bears: dict[str, int]
    rounds: tuple[Round, ...]
    followed: bool = True
    broken: tuple[Violation, ...] = ()
    broken_at_last: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a municipality could join a partnership.

    Attributes
    ----------
    partnership : Partnership
    cost : int or None
        What it would cost with the municipality, in cents; None where the rules do not allow that.
    least : int
        What the others ask for at least: what it costs more with the municipality, and what their
        own travel counts more, as the seat may change.
    most : int
        What the municipality gives at most: what it bears now, less its own travel then.
    share : int or None
        What it would pay under the key; None where these are too many members for the key.
    lose : tuple of str
        Present members who would bear more under the key than now.
    broken : tuple of Violation
        What the plan would break with it that it keeps now.
    """

    partnership: Partnership
    cost: int | None
    least: int = 0
    most: int = 0
    share: int | None = None
    lose: tuple[str, ...] = ()
    broken: tuple[Violation, ...] = ()

    @property
    def agree(self) -> bool:
        """Whether there is a contribution that both sides accept."""
        return self.cost is not None and self.least <= self.most


def departure(burdens: Burdens, partnership: Partnership, town: str) -> Departure:
    """Return what follows if a member leaves a pooled partnership."""
    problem = burdens.problem
    who = numbers(problem, partnership.members)
    if len(who) > MOST_PLAYERS:
        return _of_many(burdens, partnership, town)
    own = StandAlone.of(problem, burdens.service, who)
    return _Cascade(burdens, own).run(partnership, town)


def _of_many(burdens: Burdens, partnership: Partnership, town: str) -> Departure:
    """Return what follows if the rest goes on as one."""
    problem, facts = burdens.problem, burdens.problem.facts
    pays, bears = _now(burdens, partnership)
    left = numbers(problem, [i for i in partnership.members if i != town])
    cost = coalition_cost(problem, burdens.service, left)
    if cost is None:
        return Departure(partnership, pays, bears, (), followed=False)
    i = facts.index[town]
    alone, shares = int(facts.alone_cents[burdens.service, i]), burdens.shares(left, cost)
    borne = np.array(shares, np.int64) + new_travel(burdens, left)
    paid = dict(zip(left.tolist(), shares, strict=True)) | {i: alone}
    then = dict(zip(left.tolist(), borne.tolist(), strict=True)) | {i: int(burdens.alone[i])}
    parts = sorted([(town,), tuple(facts.ids[j] for j in left)], key=lambda p: facts.index[p[0]])
    first = Round(
        town, bears[town] - then[i], tuple(parts),
        {j: paid[facts.index[j]] for j in pays}, {j: then[facts.index[j]] for j in pays},
    )  # fmt: skip
    return Departure(partnership, pays, bears, (first,), followed=False)


def _now(burdens: Burdens, partnership: Partnership) -> tuple[dict[str, int], dict[str, int]]:
    """Return what members of a partnership pay, and what they bear, by their ids."""
    ids = burdens.problem.facts.ids
    pays, bears = burdens.paid(partnership), burdens.of(partnership)
    return {ids[i]: c for i, c in pays.items()}, {ids[i]: c for i, c in bears.items()}


def new_travel(burdens: Burdens, who: Ints) -> Ints:
    """Return what members' own travel counts in a new partnership of theirs, or alone, in cents."""
    if not burdens.value:
        return np.zeros(len(who), np.int64)
    new = partnership_of(burdens.problem, burdens.service, who)
    assert new is not None, "a part that the rules forbid"
    return burdens.own_travel(who, burdens.problem.facts.index[new.seat])


class _Cascade:
    """Members leave one after the other."""

    def __init__(self, burdens: Burdens, own: StandAlone) -> None:
        self.burdens, self.own = burdens, own
        ids = burdens.problem.facts.ids
        self.ids = [ids[i] for i in own.members.tolist()]
        may_be_alone = burdens.problem.conditions[burdens.service].alone
        self.free = may_be_alone[own.members].tolist()
        self.home: list[int] = burdens.own_travel(own.members, own.members).tolist()

    def run(self, partnership: Partnership, town: str) -> Departure:
        """Go on until nobody gains."""
        before, borne = _now(self.burdens, partnership)
        bears = [borne[i] for i in self.ids]
        together = [(1 << len(self.ids)) - 1]
        leaves: int | None = self.ids.index(town)
        rounds = []
        while leaves is not None:
            gains = bears[leaves] - self._alone(leaves)
            together = self._without(together, leaves)
            pays, bears = self._shared(together)
            rounds.append(Round(
                self.ids[leaves], gains, tuple(map(self._named, together)),
                dict(zip(self.ids, pays, strict=True)), dict(zip(self.ids, bears, strict=True)),
            ))  # fmt: skip
            leaves = self._next(bears)
        return Departure(partnership, before, borne, tuple(rounds))

    def _without(self, together: Sequence[int], k: int) -> list[int]:
        """Return the parts once a member has left: the rest of its part divides anew."""
        found = []
        for part in together:
            if part >> k & 1:
                found += [1 << k, *self.own.division(part ^ (1 << k))]
            else:
                found.append(part)
        return sorted(found, key=lambda mask: mask & -mask)

    def _shared(self, together: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return what each pays, and what each bears."""
        pays, bears = [0] * len(self.ids), [0] * len(self.ids)
        for part in together:
            inside = [k for k in range(len(self.ids)) if part >> k & 1]
            who, shares = self.own.members[inside], [self.own.cost(part)]
            if len(inside) > 1:
                shares = self.burdens.shares(who, shares[0])
            travel = new_travel(self.burdens, who).tolist()
            for k, cents, more in zip(inside, shares, travel, strict=True):
                pays[k], bears[k] = cents, cents + more
        return pays, bears

    def _next(self, bears: Sequence[int]) -> int | None:
        """Return who would gain the most by going alone, None where nobody does."""
        gains = {k: borne - self._alone(k) for k, borne in enumerate(bears) if self.free[k]}
        most = max(gains, key=gains.__getitem__, default=None)
        return None if most is None or gains[most] <= 0 else most

    def _alone(self, k: int) -> int:
        return int(self.own.value[1 << k]) + self.home[k]

    def _named(self, part: int) -> tuple[str, ...]:
        return tuple(id_ for k, id_ in enumerate(self.ids) if part >> k & 1)


def terms(burdens: Burdens, plan: Plan, town: str) -> Iterator[Terms]:
    """Yield on what terms a municipality could join each pooled partnership of a service."""
    problem, facts = burdens.problem, burdens.problem.facts
    service, i = facts.services[burdens.service].id, facts.index[town]
    own = [p for p in plan.partnerships if p.service == service]
    now = next(burdens.of(p)[i] for p in own if town in p.members)
    for p in own:
        if not p.pooled or town in p.members:
            continue
        who = numbers(problem, (*p.members, town))
        cost = coalition_cost(problem, burdens.service, who)
        if cost is None:
            yield Terms(p, None)
            continue
        before = burdens.of(p)
        travel = dict(zip(who.tolist(), new_travel(burdens, who).tolist(), strict=True))
        least = cost + sum(travel[j] for j in before) - sum(before.values())
        most = now - travel[i]
        if burdens.key.rest_by in OWN_VALUES and len(who) > MOST_PLAYERS:
            yield Terms(p, cost, least, most)
            continue
        after = dict(zip(who.tolist(), burdens.shares(who, cost), strict=True))
        lose = tuple(facts.ids[j] for j in before if after[j] + travel[j] > before[j])
        yield Terms(p, cost, least, most, after[i], lose)


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a municipality could do in a service.

    Attributes
    ----------
    service : str
    pays, bears : int
        What it pays now, in cents a year, and what it bears with its own travel.
    departure : Departure or None
        What follows if it leaves; None where it is alone.
    terms : tuple of Terms
        On what terms it could join others.
    """

    service: str
    pays: int
    bears: int
    departure: Departure | None
    terms: tuple[Terms, ...]


def prospects(
    problem: Problem,
    service: int,
    key: Key,
    plan: Plan,
    town: str,
    breaks: Breaks,
    value: Fraction = NOTHING,
) -> Prospect:
    """Return what a municipality could do in a service of a plan.

    `value` is what a person-hour of own travel counts, in EUR.
    """
    burdens, id_ = Burdens(problem, service, key, value), problem.facts.services[service].id
    own = next(p for p in plan.partnerships if p.service == id_ and town in p.members)
    pays, bears = (paid[town] for paid in _now(burdens, own))
    leaves = departure(burdens, own, town) if own.pooled else None

    def broken(parts: Iterable[Sequence[str]]) -> tuple[Violation, ...]:
        return breaks(rearranged(problem, service, plan, parts))

    left: tuple[tuple[str, ...], ...] | None = ()
    if leaves is not None:
        first = leaves.rounds[0].parts if leaves.rounds else None
        left = None if first is None else tuple(part for part in first if town not in part)
        leaves = replace(
            leaves,
            broken=() if first is None else broken(first),
            broken_at_last=broken(leaves.rounds[-1].parts) if leaves.rounds[1:] else (),
        )

    def told(asked: Terms) -> Terms:
        if not asked.agree or left is None:  # None: nobody knows what becomes of those it leaves
            return asked
        return replace(asked, broken=broken([(*asked.partnership.members, town), *left]))

    return Prospect(id_, pays, bears, leaves, tuple(map(told, terms(burdens, plan, town))))
