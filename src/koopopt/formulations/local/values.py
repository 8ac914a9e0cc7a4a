"""What a coalition costs at each of its seats, remembered: the coin of a local search."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from koopopt.coalitions.sets import FORBIDDEN, Coalitions
from koopopt.formulations.partition.columns import pair_terms
from koopopt.formulations.partition.pool import Pool, fill
from koopopt.formulations.partition.rows import prices
from koopopt.linear import Floats
from koopopt.problem import Problem

Who = tuple[int, ...]
"""Members, ascending."""

MAX_REMEMBERED_COALITIONS = 400_000
"""Coalitions to remember, a service."""


class CoalitionValues:
    """The coalitions of one service: weighted cost by seat, infinite where rules forbid it.

    Offices are apart: whether a seat keeps one depends on the other services.
    """

    def __init__(self, problem: Problem, service: int) -> None:
        facts, conditions = problem.facts, problem.conditions[service]
        self.facts, self.service, self.conditions = facts, service, conditions
        weights = problem.scale.floats
        # Prices without duals are the weighted criteria.
        terms = [pair_terms(facts, s) for s in range(len(facts.services))]
        self._price = prices(problem, weights, terms)[service]
        self._pair = np.where(conditions.pair.T, self._price.pair, FORBIDDEN)
        self.borders = [np.flatnonzero(row).tolist() for row in facts.adjacent]
        self.near = self.borders
        """Who may come together with whom: neighbours, and the sites with whom they may serve."""
        if facts.n > facts.towns:
            served = conditions.pair & (np.arange(facts.n) >= facts.towns)
            np.fill_diagonal(served, False)
            together = facts.adjacent | served | served.T
            self.near = [np.flatnonzero(row).tolist() for row in together]
        self._known: dict[Who, Floats | None] = {}
        self._made: dict[Who, tuple[float, int]] = {}
        self._best: dict[Who, tuple[float, int] | None] = {}
        size = float(np.abs(self._price.alone).sum() + np.abs(self._price.pair).max(axis=0).sum())
        self.penalty = 1e3 * (size + 1.0)
        """Of a municipality that may not stay alone."""
        self.alone = np.where(conditions.alone, self._price.alone, self._price.alone + self.penalty)

    def learn(self, coalitions: Iterable[Who]) -> None:
        """Evaluate coalitions together: that is many times quicker than one by one."""
        new = [who for who in dict.fromkeys(coalitions) if len(who) > 1 and who not in self._known]
        if not new:
            return
        if len(self._known) > MAX_REMEMBERED_COALITIONS:
            self._known.clear()
            self._made.clear()
            self._best.clear()
        self._known.update(dict.fromkeys(new))
        meeting = [who for who in new if self._may_meet(who)]
        if not meeting:
            return
        size = np.array([len(who) for who in meeting])
        start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        member = np.fromiter((i for who in meeting for i in who), np.int16, int(start[-1]))
        pool: Pool = fill(
            self.facts, self.service, self.conditions, Coalitions(self.facts.n, start, member)
        )
        base = (self._price.cost * pool.cost + self._price.body).tolist()
        room = pool.has_room(pool.coalitions)
        for k, fixed in enumerate(base):
            here = pool.coalitions[k]
            at = self._pair[here[:, None], here].sum(axis=1) + fixed
            at[at > FORBIDDEN / 2] = np.inf
            if pool.capacities:
                at[~room[k, here]] = np.inf
            who = tuple(here.tolist())
            self._known[who] = at
            self._made[who] = float(pool.cost[k]), int(pool.form[k])

    def at(self, who: Who) -> Floats | None:
        """Return the cost at each member as the seat, None where the rules forbid it anyhow."""
        if len(who) == 1:
            return self.alone[list(who)]
        if who not in self._known:
            self.learn([who])
        return self._known[who]

    def best(self, who: Who) -> tuple[float, int] | None:
        """Return the least cost and its seat, None where the rules forbid the coalition."""
        if who in self._best:
            return self._best[who]
        at = self.at(who)
        found = None
        if at is not None:
            k = int(at.argmin())
            found = (float(at[k]), who[k]) if np.isfinite(at[k]) else None
        self._best[who] = found
        return found

    def made(self, who: Who) -> tuple[float, int]:
        """Return the cents and the number of the legal form, -1 for alone."""
        if len(who) == 1:
            return float(self.facts.alone_cents[self.service, who[0]]), -1
        if who not in self._made:
            self._known.pop(who, None)
            self.learn([who])
        return self._made.get(who, (np.inf, 0))

    def parts(self, who: Iterable[int]) -> list[Who]:
        """Return the components that borders leave, all together where borders do not matter."""
        left = set(who)
        if not self.conditions.contiguous:
            return [tuple(sorted(left))] if left else []
        sites = {i for i in left if i >= self.facts.towns}
        left -= sites
        found = []
        while left:
            todo, part = [left.pop()], []
            while todo:
                i = todo.pop()
                part.append(i)
                for j in self.borders[i]:
                    if j in left:
                        left.remove(j)
                        todo.append(j)
            found.append(tuple(sorted(part)))
        if sites:  # it goes on with most of them
            found.sort(key=len)
            found.append((*(found.pop() if found else ()), *sorted(sites)))
        return found

    def _may_meet(self, who: Who) -> bool:
        """Whether these are what enumeration would find; the rest `fill` says."""
        c, here = self.conditions, list(who)
        if not c.pool[here].all():
            return False
        if c.apart.any() and c.apart[np.ix_(here, here)].any():
            return False
        return len(self.parts(who)) == 1
