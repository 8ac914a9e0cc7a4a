"""A better plan for a country, region by region, each decided anew by a search of its own.

Around a municipality its nearest ones are free, all else stays as the plan has it (`region`): that
is a problem like a county, which takes a second. Regions overlap, and each begins with what the ones
before have made of the plan; those in which nothing has changed since they were decided are left
out. Once all are decided, larger ones are next.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from koopopt.formulations.partition.pool import Pool
from koopopt.formulations.partition.region import possible, region
from koopopt.formulations.partition.standing import Standing
from koopopt.linear import Bools, Ints

FIRST_SIZE, GROWTH, LARGEST_SIZE = 28, 1.4, 80
"""Municipalities of a region in the beginning, by how much regions grow, and up to how many."""
REGION_SECONDS, REGION_GAP = 4.0, 1e-4
"""What a region of the first size may take, and how near to its bound its plan has to be."""


@dataclass(slots=True, eq=False)
class Regional:
    """Regions of the best plan.

    Attributes
    ----------
    standing : Standing
    """

    standing: Standing
    _size: float = FIRST_SIZE
    _visits: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """How often each municipality was in a region of the present size."""
    _decided: dict[int, int] = field(default_factory=dict)
    """What was free around a municipality when that region was decided."""

    def possible(self) -> bool:
        """Whether there is a plan that regions may be taken of, larger than a region."""
        standing = self.standing
        large = standing.problem.facts.n > 2 * FIRST_SIZE
        return large and standing.plan is not None and possible(standing.problem)

    def improve(self, pools: list[Pool], seconds: float) -> bool:
        """Decide regions anew for some seconds; return whether there is anything left to decide."""
        standing = self.standing
        facts, plan = standing.problem.facts, standing.plan
        if plan is None:
            return False
        if not len(self._visits):
            self._visits = np.zeros(facts.n, np.int64)
        near = np.argsort(facts.minutes + facts.minutes.T, axis=1, kind="stable")
        part = standing.control.part(seconds)
        fruitless = 0
        while not part.stopped and not standing.closed:
            standing.check()
            centre = int(np.argmin(self._visits))
            inside = np.zeros(facts.n, bool)
            inside[near[centre, : int(self._size)]] = True
            self._visits[inside] += 1
            self._visits[centre] += 1
            if self._decide(centre, inside, pools):
                fruitless = 0
                continue
            fruitless += 1
            if fruitless > facts.n:
                if self._size >= LARGEST_SIZE or self._size >= facts.n:
                    return False
                self._size, fruitless = self._size * GROWTH, 0
                self._decided.clear()
        return True

    def _decide(self, centre: int, inside: Bools, pools: list[Pool]) -> bool:
        """Decide a region anew unless it is as it was; return whether that was done."""
        from koopopt.formulations.partition.search import PartitionSearch  # it stands on this

        standing = self.standing
        assert standing.plan is not None
        here = region(standing.problem, pools, standing.plan, inside)
        if self._decided.get(centre) == hash(here.plan.partnerships):
            return False
        seconds = REGION_SECONDS * max(1.0, self._size / FIRST_SIZE) ** 2
        control = standing.control.part(seconds, gap=max(standing.control.gap, REGION_GAP))
        search = PartitionSearch(here.problem, standing.solver, replace(control, enough=None))
        plan = search.run(here.pools, here.plan).plan
        if plan is not None:
            standing.offer(here.whole(plan))
            after = region(standing.problem, pools, standing.plan, inside)
            self._decided[centre] = hash(after.plan.partnerships)
        return True
