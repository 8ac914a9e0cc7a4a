"""What follows if a member leaves a partnership, and on what terms a municipality could join one.

Offices are left out, and rules about the whole plan are not asked (section 8 of docs/semantics.md).

Who leaves is alone. The rest reacts as well as it can: by the cheapest division into admissible
partnerships and single members, each part sharing its cost by the same key. Then whoever of them
would pay at least a cent less alone leaves, too, the one with the largest gain first (of equal ones
the first in the order of the instance), and the rest of its part divides anew, until nobody gains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.case.plan import Partnership, Plan
from koopopt.coalitions.admissible import evaluated, max_size, never_together, seats
from koopopt.coalitions.sets import Coalitions
from koopopt.errors import UsageError
from koopopt.games.game import MOST_PLAYERS
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import Key, numbers
from koopopt.sharing.standalone import StandAlone
from koopopt.text import T


@dataclass(frozen=True, slots=True)
class Round:
    """One member leaves, the rest of its part divides anew.

    Attributes
    ----------
    leaves : str
    gains : int
        Cents a year that it pays less from then on; negative where it pays more.
    parts : tuple of tuples of str
        Of all who were members at first: who is together after this round.
    pays : mapping of str to int
        What each of them pays then.
    """

    leaves: str
    gains: int
    parts: tuple[tuple[str, ...], ...]
    pays: dict[str, int]


@dataclass(frozen=True, slots=True)
class Departure:
    """A member leaves a partnership, and whoever follows.

    Attributes
    ----------
    partnership : Partnership
    pays : mapping of str to int
        What each member pays before, in cents a year.
    rounds : tuple of Round
        The first one is the departure asked for.
    """

    partnership: Partnership
    pays: dict[str, int]
    rounds: tuple[Round, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a municipality could join a partnership.

    Attributes
    ----------
    partnership : Partnership
    cost : int or None
        What it would cost with the municipality, in cents; None where the rules do not allow that.
    least : int
        What the others ask for at least: what it costs more with the municipality.
    most : int
        What the municipality gives at most: what it pays now.
    share : int
        What it would pay under the key.
    lose : tuple of str
        Present members who would pay more under the key than now.
    """

    partnership: Partnership
    cost: int | None
    least: int = 0
    most: int = 0
    share: int = 0
    lose: tuple[str, ...] = ()

    @property
    def agree(self) -> bool:
        """Whether there is a contribution that both sides accept."""
        return self.cost is not None and self.least <= self.most


def departure(burdens: Burdens, partnership: Partnership, town: str) -> Departure:
    """Return what follows if a member leaves a pooled partnership.

    Raises
    ------
    UsageError
        Where it has too many members to look at all their parts.
    """
    problem = burdens.problem
    who = numbers(problem, partnership.members)
    if len(who) > MOST_PLAYERS:
        raise UsageError(
            T("The partnership has {count} members; what follows is worked out up to {most}.",
              count=len(who), most=MOST_PLAYERS)
        )  # fmt: skip
    own = StandAlone.of(problem, burdens.service, who)
    return _Cascade(burdens, own).run(partnership, town)


class _Cascade:
    """Members leave one after the other."""

    def __init__(self, burdens: Burdens, own: StandAlone) -> None:
        self.burdens, self.own = burdens, own
        ids = burdens.problem.facts.ids
        self.ids = [ids[i] for i in own.members.tolist()]

    def run(self, partnership: Partnership, town: str) -> Departure:
        """Go on until nobody gains."""
        before = self.burdens.of(partnership)
        pays = [before[i] for i in self.own.members.tolist()]
        first = dict(zip(self.ids, pays, strict=True))
        together = [(1 << len(self.ids)) - 1]
        leaves: int | None = self.ids.index(town)
        rounds = []
        while leaves is not None:
            gains = pays[leaves] - self._alone(leaves)
            together = self._without(together, leaves)
            pays = self._shared(together)
            rounds.append(Round(
                self.ids[leaves], gains, tuple(map(self._named, together)),
                dict(zip(self.ids, pays, strict=True)),
            ))  # fmt: skip
            leaves = self._next(pays)
        return Departure(partnership, first, tuple(rounds))

    def _without(self, together: Sequence[int], k: int) -> list[int]:
        """Return the parts once a member has left: the rest of its part divides anew."""
        found = []
        for part in together:
            if part >> k & 1:
                found += [1 << k, *self.own.division(part ^ (1 << k))]
            else:
                found.append(part)
        return sorted(found, key=lambda mask: mask & -mask)

    def _shared(self, together: Sequence[int]) -> list[int]:
        """Return what each pays."""
        pays = [0] * len(self.ids)
        for part in together:
            inside = [k for k in range(len(self.ids)) if part >> k & 1]
            shares = [self.own.cost(part)]
            if len(inside) > 1:
                shares = self.burdens.shares(self.own.members[inside], shares[0])
            for k, cents in zip(inside, shares, strict=True):
                pays[k] = cents
        return pays

    def _next(self, pays: Sequence[int]) -> int | None:
        """Return who would gain the most by going alone, None where nobody does."""
        gains = [paid - self._alone(k) for k, paid in enumerate(pays)]
        most = max(range(len(gains)), key=lambda k: gains[k])
        return most if gains[most] > 0 else None

    def _alone(self, k: int) -> int:
        return int(self.own.value[1 << k])

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
        before, shares = burdens.of(p), burdens.shares(who, cost)
        after = dict(zip(who.tolist(), shares, strict=True))
        lose = tuple(facts.ids[j] for j in before if after[j] > before[j])
        yield Terms(p, cost, cost - facts.cents(p), now, after[i], lose)


def coalition_cost(problem: Problem, service: int, who: Ints) -> int | None:
    """Return what some municipalities pay together in cents; None where the rules forbid it."""
    if len(who) == 1:
        return int(problem.facts.alone_cents[service, who[0]])
    conditions = problem.conditions[service]
    apart = never_together(conditions)[np.ix_(who, who)]
    if len(who) > max_size(problem.facts, conditions) or not conditions.pool[who].all():
        return None
    if apart.any() or (conditions.contiguous and not problem.facts.reached(who).all()):
        return None
    table = np.zeros((1, problem.facts.n), bool)
    table[0, who] = True
    whole = Coalitions.of_table(table)
    kept, cost, _ = evaluated(problem.facts, service, conditions, whole)
    return int(cost[0]) if len(kept) and seats(conditions, kept).any() else None


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a municipality could do in a service.

    Attributes
    ----------
    service : str
    pays : int
        What it pays now, in cents a year.
    departure : Departure or None
        What follows if it leaves; None where it is alone.
    terms : tuple of Terms
        On what terms it could join others.
    """

    service: str
    pays: int
    departure: Departure | None
    terms: tuple[Terms, ...]


def prospects(problem: Problem, service: int, key: Key, plan: Plan, town: str) -> Prospect:
    """Return what a municipality could do in a service of a plan."""
    burdens, id_ = Burdens(problem, service, key), problem.facts.services[service].id
    own = next(p for p in plan.partnerships if p.service == id_ and town in p.members)
    pays = burdens.of(own)[problem.facts.index[town]]
    leaves = departure(burdens, own, town) if own.pooled else None
    return Prospect(id_, pays, leaves, tuple(terms(burdens, plan, town)))
