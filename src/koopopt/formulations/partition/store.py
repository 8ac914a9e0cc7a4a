"""What the partition formulation keeps from one solve to the next: pools, and what it learnt.

A pool is kept by all that it depends on, compared exactly: numbers of the case, and the conditions
of its service. So one that is found again is the one that would be made. All of it counts against
the memory that a run may take; what does not fit is dropped, the oldest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.pool import Pool
from koopopt.formulations.partition.warm import Warm
from koopopt.problem import Problem
from koopopt.rules import Conditions

Comparable = tuple[Any, ...]
"""Values to compare, arrays as their bytes."""


@dataclass(slots=True, eq=False)
class Store:
    """Pools of services, and the warm answers to the problem that was asked last."""

    _pools: list[tuple[Comparable, Pool]] = field(default_factory=list)
    _warm: Warm | None = None
    _carried: Carried | None = None
    _of: Comparable = ()
    _for: Problem | None = None

    @property
    def pools(self) -> int:
        """How many pools are held."""
        return len(self._pools)

    @property
    def coalitions(self) -> int:
        """How many coalitions are held."""
        return sum(len(pool) for _, pool in self._pools)

    @property
    def nbytes(self) -> int:
        """About what is held."""
        pools = sum(pool.nbytes for _, pool in self._pools)
        learnt = self._carried if self._warm is None else self._warm
        return pools + (0 if learnt is None else learnt.nbytes)

    def twin(self) -> Store:
        """Return one that knows the same now, and goes its own way: pools never change."""
        learnt = self._carried if self._warm is None else self._warm.carried
        return Store(list(self._pools), None, learnt, self._of)

    def find(self, wanted: Sequence[Comparable]) -> dict[int, Pool]:
        """Return the pools that are held, or a part of one that is, by their place among wanted."""
        found = self._held(wanted)
        for s, key in enumerate(wanted):
            if s not in found and (part := self._part(key)) is not None:
                found[s] = part
        return dict(sorted(found.items()))

    def _held(self, wanted: Sequence[Comparable]) -> dict[int, Pool]:
        return {
            s: pool for s, key in enumerate(wanted) for known, pool in self._pools if known == key
        }

    def _part(self, key: Comparable) -> Pool | None:
        """Return what is left of a pool that lets members go to more seats; all else is equal."""
        *rest, (kind, shape, told_pair) = key
        pair = np.frombuffer(told_pair, kind).reshape(shape)
        wider = [
            pool
            for known, pool in self._pools
            if known[:-1] == tuple(rest) and not (pair & ~pool.pair).any()
        ]
        return min(wider, key=len).restricted(pair) if wider else None

    def add(self, wanted: Sequence[Comparable], made: Mapping[int, Pool]) -> list[Pool]:
        """Hold what was made of those wanted, and return the pools of all of them."""
        pools = self._held(wanted) | dict(made)
        self._pools = [entry for entry in self._pools if entry[0] not in wanted]
        for s, key in enumerate(wanted):
            if key not in wanted[:s]:  # equal services share one
                self._pools.append((key, pools[s]))
        return list(self._held(wanted).values())

    def warm(self, problem: Problem, pools: list[Pool]) -> Warm:
        """Return who answers for a problem; what was learnt of others is carried over to it."""
        if self._warm is not None and self._for is not None and self._for.differs_little(problem):
            return self._warm
        meaning = meaning_of(problem)
        if self._warm is None or meaning != self._of:
            self._rest()
            carried = self._carried if meaning[:1] == self._of[:1] else None
            if carried is not None:
                carried = carried.over(problem.facts, pools)
            self._warm = Warm(problem, pools, carried)
        self._of, self._for = meaning, problem
        return self._warm

    def cool(self) -> None:
        """Forget all but the pools, which never change: something went wrong in the middle."""
        self._warm = self._for = self._carried = None

    def drop(self, room: float, kept: Sequence[Comparable] = ()) -> None:
        """Drop what does not fit in so many bytes: other pools than those kept, then the rest."""
        others = [entry for entry in self._pools if entry[0] not in kept]
        while others and self.nbytes > room:
            self._rest()  # it may have been of that pool
            self._pools.remove(others.pop(0))
        if self._warm is not None:
            self._warm.forget(room - self.nbytes + self._warm.nbytes)
        if self.nbytes > room:
            self.cool()
            self._pools = [] if self.nbytes > room else self._pools

    def _rest(self) -> None:
        """Keep of the warm answers what other pools may begin with."""
        if self._warm is not None:
            self._carried = self._warm.carried
            self._warm = None


def meaning_of(problem: Problem) -> Comparable:
    """Return all that a linear program over a problem's columns depends on, limits apart.

    First who it is about: columns of others have no meaning here.
    """
    facts = problem.facts
    services = range(len(facts.services))
    about = facts.ids, tuple(service.id for service in facts.services)
    terms = [[told(c.terms(facts, s)) for c in problem.criteria] for s in services]
    alone = [told(conditions.alone) for conditions in problem.conditions]
    # What the rules ask, not the rules: that of others' rules may depend on any number.
    asked = replace(problem, plan_rules=problem.other_rules).plan_conditions
    return about, pools_of(problem), terms, alone, facts.office_cents, asked


def pools_of(problem: Problem) -> list[Comparable]:
    """Return all that the pool of each service depends on; last, who may go to which seat."""
    facts = problem.facts
    shared = tuple(map(told, (facts.adjacent, facts.population, facts.county, facts.state)))
    shared += (facts.instance.sites,)
    return [
        (
            shared, facts.instance.legal_forms, told(facts.form_costs[s]), service.cost,
            int(facts.per_unit[s]),
            told(facts.grains[s]), told(facts.alone_cents[s]),
            told(replace(problem.conditions[s], pair=np.zeros(0, bool))),
            told(problem.conditions[s].pair),
        )
        for s, service in enumerate(facts.services)
    ]  # fmt: skip


def told(value: Any) -> Any:
    """Return a value of arrays, lists and conditions as one that is compared exactly."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, list):
        return tuple(map(told, value))
    if type(value).__module__ == Conditions.__module__:
        # All of it, so that a condition that is added later is not forgotten.
        return tuple(told(getattr(value, f.name)) for f in fields(value))
    return value
