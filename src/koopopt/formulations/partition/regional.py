"""A better plan for a country, region by region, each decided anew by a search of its own.

Around a municipality its nearest ones are free, all else stays as the plan has it (`region`): that
is a problem like a county, which takes a second. Regions overlap, and each begins with what those
before have made of the plan; where nothing has changed since it was decided, it is left out. Once
all are decided, larger ones are next.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event

import numpy as np

from koopopt.case.plan import Partnership
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.pool import Pool
from koopopt.formulations.partition.region import possible, region, touched
from koopopt.formulations.partition.selection import regions
from koopopt.formulations.partition.standing import Standing
from koopopt.linear import Bools, Ints
from koopopt.solvers.base import Control

FIRST_SIZE, GROWTH, LARGEST_SIZE = 28, 1.4, 80
"""Municipalities of a region in the beginning, by how much regions grow, and up to how many."""
REGION_SECONDS, REGION_GAP = 4.0, 1e-4
"""What a region of the first size may take, and how near to its bound its plan has to be."""

AT_ONCE_SECONDS, WORTHWHILE_SHARE = 20.0, 0.04
"""Regions are decided anew for so long, again and again while that closes such a share of the gap:
cuts do less."""


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
    _decided: dict[int, set[Partnership]] = field(default_factory=dict)
    """The partnerships of the region around a municipality when that was decided."""

    def possible(self) -> bool:
        """Whether there is a plan that regions may be taken of, larger than a region."""
        standing = self.standing
        large = standing.problem.facts.n > 2 * FIRST_SIZE
        return large and standing.plan is not None and possible(standing.problem)

    def improve_long(self, root: Node) -> bool:
        """Decide regions anew while that is worth while; return whether more is to be had."""
        standing, more, worthwhile = self.standing, True, True
        while more and worthwhile and not standing.pruned(root):
            before = standing.objective
            more = self.improve(root, standing.control.part(AT_ONCE_SECONDS))
            standing.check()
            worthwhile = before - standing.objective > WORTHWHILE_SHARE * (before - root.bound)
        return more

    def improve(self, root: Node, control: Control) -> bool:
        """Decide regions anew while time is left; return whether there is anything to decide.

        What is left in the pools of the root counts.
        """
        standing = self.standing
        facts = standing.problem.facts
        near = regions(facts, int(self._size))
        if not len(self._visits):
            self._visits = np.zeros(facts.n, np.int64)
        fruitless = 0
        while not control.stopped and not standing.closed:
            centre = int(np.argmin(self._visits))
            inside = np.zeros(facts.n, bool)
            inside[near[centre]] = True
            self._visits[inside] += 1
            self._visits[centre] += 1
            if self._decide(centre, inside, root.pools, control):
                fruitless = 0
                continue
            fruitless += 1
            if fruitless > facts.n:
                if self._size >= min(LARGEST_SIZE, facts.n):
                    return False
                self._size, fruitless = self._size * GROWTH, 0
                near = regions(facts, int(self._size))
                self._decided.clear()
        return True

    def _decide(self, centre: int, inside: Bools, pools: list[Pool], control: Control) -> bool:
        """Decide a region anew unless it is as it was; return whether that was done."""
        from koopopt.formulations.partition.search import PartitionSearch  # it stands on this

        standing = self.standing
        assert standing.plan is not None
        facts = standing.problem.facts
        if self._decided.get(centre) == set(touched(facts, standing.plan, inside)):
            return False
        here = region(standing.problem, pools, standing.plan, inside)
        seconds = REGION_SECONDS * max(1.0, self._size / FIRST_SIZE) ** 2
        own = control.part(seconds, gap=max(control.gap, REGION_GAP))
        search = PartitionSearch(here.problem, standing.solver, replace(own, enough=None))
        plan = search.run(here.pools, here.plan).plan
        whole = None if plan is None else here.whole(plan, standing.plan)
        if whole is not None:
            standing.offer(whole)
            self._decided[centre] = set(touched(facts, standing.plan, inside))
        return True

    @contextmanager
    def beside(self, root: Node) -> Iterator[None]:
        """Decide regions while something else is done, where a thread is allowed for it."""
        control = self.standing.control
        if control.threads < 2:
            yield
            return
        enough = Event()
        own = replace(control, cancel=enough, threads=1, on_progress=None)
        with ThreadPoolExecutor(1) as executor:
            running = executor.submit(self.improve, root, own)
            try:
                yield
            finally:
                enough.set()
        running.result()
