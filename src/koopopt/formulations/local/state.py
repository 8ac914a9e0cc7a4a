"""A plan while it is changed: who is seated where, and how far that breaks the rules of plans."""

from __future__ import annotations

import numpy as np

from koopopt.case import sites
from koopopt.case.library import ALONE_FORM
from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA
from koopopt.formulations.local.values import CoalitionValues, Who
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.rules import CountRange


class LocalState:
    """Seats by service and municipality; the seat names the partnership.

    Attributes
    ----------
    seat : (S, n) int array
    members : list (one entry a service) of dict seat -> members
    hosts : (n,) int array
        In how many services a municipality seats a pooled partnership.
    pooled : (S,) list of int
        Pooled partnerships of each service.
    """

    def __init__(self, problem: Problem, values: list[CoalitionValues], plan: Plan) -> None:
        facts = problem.facts
        self.problem, self.values = problem, values
        self.seat: Ints = np.tile(np.arange(facts.n), (len(values), 1))
        self.members: list[dict[int, Who]] = [{} for _ in values]
        self.hosts = np.zeros(facts.n, np.int64)
        self.pooled = [0] * len(values)
        shares = [c.cost_share for c in CRITERIA.values()]
        self.office = float(problem.scale.floats @ shares) * facts.office_cents
        for s, who, h in sites.placed(facts, plan):
            self._put(s, h, tuple(sorted(who.tolist())))

    def _put(self, s: int, h: int, who: Who) -> None:
        self.members[s][h] = who
        self.seat[s, list(who)] = h
        if len(who) > 1:
            self.hosts[h] += 1
            self.pooled[s] += 1

    def _drop(self, s: int, h: int) -> None:
        if len(self.members[s].pop(h)) > 1:
            self.hosts[h] -= 1
            self.pooled[s] -= 1

    def best_seat(self, s: int, who: Who, freed: dict[int, int]) -> tuple[float, int] | None:
        """Return what a partnership costs at its best seat, office included, and that seat.

        `freed` says by how much other changes lower `hosts`.
        """
        if len(who) == 1 or not self.office:
            return self.values[s].best(who)
        at = self.values[s].at(who)
        if at is None:
            return None
        hosts = [self.hosts[h] - freed.get(h, 0) for h in who]
        at = at + np.where(np.array(hosts) > 0, 0.0, self.office)
        k = int(np.argmin(at))
        return (float(at[k]), who[k]) if np.isfinite(at[k]) else None

    def cost(self, s: int, h: int, freed: dict[int, int]) -> float:
        """Return what a partnership of now costs, its office included if nobody shares it.

        Counts the office in `freed`, so that asking for several at once is right.
        """
        who = self.members[s][h]
        at = self.values[s].at(who)
        value = float(at[who.index(h)]) if at is not None else np.inf
        if len(who) > 1:
            freed[h] = freed.get(h, 0) + 1
            value += self.office if self.hosts[h] == freed[h] else 0.0
        return value

    def change(self, s: int, old: list[int], new: list[tuple[int, Who]]) -> None:
        """Replace partnerships by others of the same municipalities."""
        for h in old:
            self._drop(s, h)
        for h, who in new:
            self._put(s, h, who)

    def idle(self, s: int) -> int:
        """Return how many sites seat nothing: they are no partnerships."""
        places = range(self.problem.facts.towns, len(self.hosts))
        return sum(self.members[s].get(h) == (h,) for h in places)

    def plan(self) -> Plan:
        """Return the plan, every partnership in its cheapest legal form."""
        facts = self.problem.facts
        forms = facts.instance.legal_forms
        found = []
        for s, members in enumerate(self.members):
            for h, who in members.items():
                form = self.values[s].made(who)[1]
                name = ALONE_FORM if form < 0 else forms[form].id
                found.append(sites.partnership(facts, s, who, h, name))
        return sites.plan(found)

    def criterion(self, name: str) -> float:
        """Return the amount of a criterion that is a sum, in units."""
        c, total = CRITERIA[name], 0.0
        facts = self.problem.facts
        everyone = np.arange(facts.n)
        for s, seat in enumerate(self.seat):
            if (terms := c.terms(facts, s)) is not None:
                total += float(terms[everyone, seat].sum())
        if c.per_body:
            total += c.per_body * float(self.hosts.sum())
        if c.cost_share:
            served = sum(
                values.made(who)[0]
                for values, members in zip(self.values, self.members, strict=True)
                for who in members.values()
            )
            offices = facts.office_cents * int((self.hosts > 0).sum())
            total += c.cost_share * (served + offices)
        return total


class PlanRules:
    """By how much a state breaks the rules of whole plans; 0 where it keeps them."""

    def __init__(self, problem: Problem) -> None:
        self.asked = problem.plan_conditions
        a = self.asked
        self.any = bool(
            a.counts
            or a.limits
            or a.max_pooled is not None
            or a.max_memberships is not None
            or a.max_hosted is not None
            or a.max_partner_seats is not None
        )

    def broken(self, state: LocalState) -> float:
        """Return how many are too many, all rules together; limits by their share."""
        a, seat = self.asked, state.seat
        n = seat.shape[1]
        away = seat != np.arange(n)
        towns = state.problem.facts.towns
        total = 0.0
        if a.max_pooled is not None:
            total += float(np.maximum(away.sum(axis=0) - a.max_pooled, 0).sum())
        if a.max_memberships is not None:
            pooled = np.stack([np.bincount(row, minlength=n)[row] > 1 for row in seat])
            joined = pooled.sum(axis=0)[:towns]
            total += float(np.maximum(joined - a.max_memberships, 0).sum())
        if a.max_hosted is not None:
            total += float(np.maximum(state.hosts[:towns] - a.max_hosted, 0).sum())
        if a.max_partner_seats is not None:
            order = np.sort(np.where(away, seat, -1), axis=0)
            new = np.ones(order.shape, bool)
            new[1:] = order[1:] != order[:-1]
            partners = (new & (order >= 0)).sum(axis=0)
            total += float(np.maximum(partners - a.max_partner_seats, 0).sum())
        for count in a.counts:
            number = self._number(count, state)
            total += max(0.0, number - count.high, count.low - number)
        for name, limit in a.limits.items():
            total += max(0.0, (state.criterion(name) - limit) / max(1.0, abs(limit)))
        return total

    def direction(self, state: LocalState) -> int:
        """Return -1 where rules ask for fewer partnerships, 1 for more, 0 for neither."""
        numbers = [(count, self._number(count, state)) for count in self.asked.counts]
        if any(number > count.high for count, number in numbers):
            return -1
        return int(any(number < count.low for count, number in numbers))

    def _number(self, count: CountRange, state: LocalState) -> int:
        which = range(len(state.members)) if count.service is None else [count.service]
        if count.pooled_only:
            return sum(state.pooled[s] for s in which)
        return sum(len(state.members[s]) - state.idle(s) for s in which)
