"""A part of a country as a problem of its own: what a plan has there is free, the rest stays.

In each service those municipalities are free whose partnership lies wholly inside the part. The
partnerships that reach across its border are there as well, with all their members, and may not
change, so that offices and seats are counted as in the whole. What their members do in other
services, far from the border, costs the same in all plans; here they are alone in these. So plans
of a region differ by as much as the whole plans that they are parts of.

Nothing is evaluated anew: which coalitions there are, and their costs, the whole pool knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership, Plan
from koopopt.coalitions.sets import Coalitions
from koopopt.formulations.partition.pool import Pool
from koopopt.linear import Bools, Ints
from koopopt.problem import Problem
from koopopt.rules import Capacity, Conditions, PartnershipRule
from koopopt.rules.base import names
from koopopt.text import T, Text

ABSENT, KEPT, FREE = range(3)
"""What somebody is in a service of a region: alone by definition, kept as in the plan, free."""
SUMS: Final = ("counts", "limits")
"""Rules about a plan as a whole, which no part of it can be asked."""


@dataclass(frozen=True, slots=True, eq=False)
class Inside(PartnershipRule):
    """What is asked of a service's partnerships in a region: its `conditions`; no file has it."""

    conditions: Conditions

    @property
    def name(self) -> str:
        """The rule that is most like it."""
        return "forbid_alone"

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        """Ask the same."""
        for f in fields(Conditions):
            setattr(conditions, f.name, getattr(self.conditions, f.name))

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        """Yield who must not stay alone; of pooled ones there are none but those allowed."""
        members = partnership.members
        if not partnership.pooled and not self.conditions.alone[facts.index[members[0]]]:
            yield T("{name} must not stay alone.", name=names(facts, members))


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A region of a plan.

    Attributes
    ----------
    problem : Problem
        Of the region alone.
    pools : list of Pool
        What may be formed in it, and what is kept.
    plan : Plan
        The plan's part.
    free : int
        How many, each in each service, are free.
    """

    problem: Problem
    pools: list[Pool]
    plan: Plan
    free: int
    _mine: frozenset[Partnership]

    def whole(self, plan: Plan, now: Plan) -> Plan | None:
        """Return the plan of now with its part in the region as in a plan of the region.

        None where that part is not what it was any more: somebody else has changed it.
        """
        others = set(now.partnerships) - self._mine
        if len(others) != len(now.partnerships) - len(self._mine):
            return None
        mine = {(p.service, town) for p in self._mine for town in p.members}
        new = (p for p in plan.partnerships if (p.service, p.members[0]) in mine)
        return Plan((*others, *new))


def possible(problem: Problem) -> bool:
    """Whether parts of a plan can be decided by themselves: nothing is asked of sums over it all.

    With sites it is not tried, nor where rules are of plug-ins, nor of a part once more.
    """
    facts, asked = problem.facts, problem.plan_conditions
    return not (
        any(getattr(asked, name) for name in SUMS)
        or facts.places > facts.n
        or facts.plain is not None
        or problem.stable is not None
        or problem.plugins
        or any(isinstance(rule, Inside) for own in problem.partnership_rules for rule in own)
        or any(c.tests for c in problem.conditions)
        or any(not c.additive and problem.asks(c.name) for c in problem.criteria)
    )


def touched(facts: Facts, plan: Plan, inside: Bools) -> list[Partnership]:
    """Return the partnerships of a plan that have somebody `inside`."""
    return [p for p in plan.partnerships if inside[facts.members(p)].any()]


def region(problem: Problem, pools: Sequence[Pool], plan: Plan, inside: Bools) -> Region:
    """Return the region of the municipalities that are `inside`, (n,), in a plan.

    `pools` have all partnerships of the plan that are not wholly outside.
    """
    facts = problem.facts
    state = np.full((len(facts.services), facts.n), ABSENT)
    mine = touched(facts, plan, inside)
    seat = np.full(state.shape, -1)
    for p in mine:
        s, who = facts.service_index[p.service], facts.members(p)
        state[s, who] = FREE if inside[who].all() else KEPT
        seat[s, who] = facts.index[p.seat]
    towns = np.flatnonzero((state != ABSENT).any(axis=0))
    here = _facts(problem, towns)
    told = {(p.service, town) for p in mine for town in p.members}
    alone = (
        Partnership(service.id, (town,), town)
        for service in here.services
        for town in here.ids
        if (service.id, town) not in told
    )
    own = [_conditions(c, towns, state[s], seat[s]) for s, c in enumerate(problem.conditions)]
    return Region(
        replace(problem, facts=here, partnership_rules=tuple((Inside(c),) for c in own)),
        [
            _pool(*both, towns, state[s], seat[s])
            for s, both in enumerate(zip(pools, own, strict=True))
        ],
        Plan((*mine, *alone)),
        int((state == FREE).sum()),
        frozenset(mine),
    )


def _facts(problem: Problem, towns: Ints) -> Facts:
    """Return the facts of some municipalities."""
    facts, among = problem.facts, np.ix_(towns, towns)
    instance = facts.instance
    some = tuple(instance.municipalities[i] for i in towns.tolist())
    ids = {town.id for town in some}
    place = _numbers(towns, facts.n)
    seat = place[facts.status_quo_seat[:, towns]]
    here = replace(
        facts,
        instance=replace(
            instance,
            municipalities=some,
            neighbours=tuple(p for p in instance.neighbours if {p.a, p.b} <= ids),
            travel={}, demand={}, alone_cost={}, status_quo=(), boundaries={},
        ),
        index={town.id: k for k, town in enumerate(some)},
        population=facts.population[towns],
        minutes=facts.minutes[among],
        demand=facts.demand[:, towns],
        grains=facts.grains[:, towns],
        alone_cents=facts.alone_cents[:, towns],
        adjacent=facts.adjacent[among],
        county=facts.county[towns],
        state=facts.state[towns],
        area=facts.area[towns],
        seat_area=facts.seat_area[towns],
        status_quo_seat=np.where(seat < 0, np.arange(len(towns)), seat),
    )  # fmt: skip
    for s in range(len(facts.services)):
        for c in problem.criteria:
            if c.pair is not None or c.largest is not None:
                terms = c.sizes(facts, s) if c.pair is None else c.terms(facts, s)
                assert terms is not None
                here.terms[c.name, s] = terms[among]
    return here


def _numbers(towns: Ints, n: int) -> Ints:
    """Return (n,) the number of each in the region, -1 for those who are not in it."""
    place = np.full(n, -1)
    place[towns] = np.arange(len(towns))
    return place


def _conditions(c: Conditions, towns: Ints, state: Ints, seat: Ints) -> Conditions:
    """Return the conditions of one service among some municipalities, by what they are in it."""
    among, place = np.ix_(towns, towns), _numbers(towns, len(state))
    free, kept, at = state[towns] == FREE, state[towns] == KEPT, place[seat[towns]]
    pair = c.pair[among] & free & free[:, None]
    pair[kept, at[kept]] = True
    return replace(
        c,
        alone=np.where(free, c.alone[towns], ~kept),
        pool=np.where(free, c.pool[towns], kept),
        pair=pair,
        apart=c.apart[among],
        groups=[place[group] for group in c.groups if (place[group] >= 0).all()],
        ranges=[replace(r, weight=r.weight[towns]) for r in c.ranges],
        capacities=[_capacity(capacity, towns) for capacity in c.capacities],
        distinct=[replace(d, label=d.label[towns]) for d in c.distinct],
        no_losers=[replace(r, share=r.share[towns]) for r in c.no_losers],
    )


def _capacity(capacity: Capacity, towns: Ints) -> Capacity:
    return replace(capacity, weight=capacity.weight[towns], high=capacity.high[towns])


def _pool(pool: Pool, conditions: Conditions, towns: Ints, state: Ints, seat: Ints) -> Pool:
    """Return what a pool has among those who are free, and what is kept, numbered as there."""
    coalitions = pool.coalitions
    within = coalitions.total((state != FREE).astype(float)) == 0.0
    # Of those kept at one seat there is one partnership: the coalition of all of them.
    kept = np.flatnonzero(state == KEPT)
    table = np.unique(seat[kept])[:, None] == np.where(state == KEPT, seat, -1)
    at = coalitions.find(Coalitions.of_table(table))
    which = np.concatenate([np.flatnonzero(within), at[at >= 0]])
    some = coalitions.take(which)
    place = _numbers(towns, coalitions.n).astype(np.int16)
    some = Coalitions(len(towns), some.start, place[some.member])
    return Pool(
        some, pool.cost[which], pool.form[which], conditions.pair, some.many,
        [_capacity(c, towns) for c in pool.capacities],
    )  # fmt: skip
