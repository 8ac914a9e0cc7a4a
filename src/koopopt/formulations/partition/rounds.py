"""Bounding a node, in rounds; each leaves a proven bound and a smaller pool.

1. *generate*: solve the restricted master, price the pool with its duals, add what is negative,
   until nothing is: the value of the linear program is then a bound for the node;
2. *fix*: a coalition whose reduced cost exceeds the distance between plan and bound is in no
   better plan and leaves the pool for good;
3. *cut*: rows that every plan keeps and the fractional solution breaks raise the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.columns import unseen
from koopopt.formulations.partition.cut_rows import SeatCuts
from koopopt.formulations.partition.cuts import rank1_cuts
from koopopt.formulations.partition.growing import add_negative, add_seat_cuts
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.pool import Pool, proven
from koopopt.formulations.partition.selection import (
    LOWEST_COALITIONS,
    large,
    little,
    lowest_reduced_cost,
)
from koopopt.formulations.partition.standing import SearchStopped, Standing
from koopopt.formulations.partition.ways import (
    INTEGRALITY_TOLERANCE,
    LOOSEST,
    TIGHTEST,
    is_integral,
    tolerance_at,
)
from koopopt.linear import Floats, Ints

T = TypeVar("T")

NARROW_COALITIONS = 20_000
"""Coalitions of a node that leave of a large linear program what presolve makes small."""
NEAR, SMOOTHED = 1e-5, 0.5
"""How near an interior point comes first of a program much like the last one; the share of the best
duals in the next ones."""
NEAR_ENOUGH, PATIENCE = 2e-6, 8
"""Relative distance of bound and value at which a linear program is as good as solved; rounds that
prove no more before it is left at that."""

CLOSE_LOOK_SHARE = 1e-3
"""While the plan is poor, coalitions dearer than this share of the objective are not looked at
closer; once it is within ten times that, those that are in no better plan are not."""

USUAL_GAP, SLOW_SHARE = 1e-3, 0.05
"""What cuts may close, relatively, where the plan is farther away; rounds that close less than this
share of it are slow."""


@dataclass(slots=True, eq=False)
class Rounds:
    """The master at work on one node after the other."""

    standing: Standing
    master: Master
    _known: set[tuple[int, int, bytes]] = field(default_factory=set)
    """The columns that the master has."""
    _seat_cuts: list[SeatCuts] = field(default_factory=list)
    _lacking: float = -np.inf
    """What the artificial columns have to be at least, in the first phase."""
    _centre: list[Floats] = field(default_factory=list)
    """The best duals of the last program that was approached."""
    _proven: float = -np.inf
    """What the last duals prove."""
    whole: Node | None = None
    """The node of all plans: its bounds are the problem's."""

    def __post_init__(self) -> None:
        unseen(self._known, self.master.columns)

    def tighten(self, node: Node, root: bool, larger: bool = False) -> None:
        """Generate, fix and cut until the bound rises no more."""
        standing = self.standing
        last, slow = -np.inf, 0
        while True:
            self.generate(node)
            if root:
                standing.raise_bound(node.bound)
            if standing.pruned(node) or self.integral():
                return
            self.fix(node)
            distance = min(standing.objective - last, USUAL_GAP * abs(node.bound))
            distance = max(distance, standing.problem.scale.step)
            slow = slow + 1 if (node.bound - last) < SLOW_SHARE * distance else 0
            last = node.bound
            if slow >= 2 or not self.cut(larger=root or larger):
                return

    def integral(self) -> bool:
        """Take the solution of the linear program as a plan if it is integral."""
        value = self.master.value
        if not is_integral(value):
            return False
        return self.standing.take(self.master.columns, np.flatnonzero(value > 0.5))

    def solve(self) -> None:
        """Solve the restricted master over the columns at hand."""
        self.standing.check()
        if not self.master.solve(self.standing.control.remaining):
            raise SearchStopped

    # -- generate ------------------------------------------------------------------------------

    def feasible(self, node: Node) -> bool:
        """Whether nothing proves that the linear program has no solution (first phase).

        A plan needs nothing of the artificial columns: it is none where all need some.
        """
        self.master.first_phase(True)
        self.generate(node)
        need = self._lacking
        self.master.first_phase(False)
        return not need > 0.0

    def generate(self, node: Node, hot: list[Pool] | None = None, most: float = np.inf) -> None:
        """Solve the restricted master to optimality over the node's pool, a large one nearly so.

        Unless it takes more than `most` rounds: then it is left at that, once no row is broken.

        A large pool is priced rarely: between two looks at all of it, columns come from the part
        that looked best last (`hot`). Where new columns did not help, duals of the middle are next.
        """
        master = self.master
        first_phase, last, taken = master.first, np.inf, 0
        if not first_phase and master.large and sum(map(len, node.pools)) > NARROW_COALITIONS:
            self._approach(node)
            return
        while True:
            self.solve()
            if first_phase and master.objective <= 1e-7:
                return
            taken += 1
            if taken > most and not master.broken > INTEGRALITY_TOLERANCE:
                return
            stuck = master.objective >= last - master.negligible
            if stuck and most == np.inf and not first_phase and not little(node):
                master.centre(self.standing.control.remaining)
            last = master.objective
            if hot is not None and self._price(hot):
                continue
            found, hot = self._price_all(node)
            if not first_phase:
                self.standing.tell("columns")
                if self.standing.pruned(node):
                    return
            if not found and not add_seat_cuts(self.master, self._seat_cuts):
                return

    def _approach(self, node: Node) -> None:
        """Come near to the restricted master's optimum over the node's pool, from the middle.

        An interior point comes as near to a solution as is worth while the bound is still far, and
        duals keep near the best ones so far: both let fewer columns do.
        """
        master, best, stale = self.master, -np.inf, 0
        tolerance = NEAR if self._centre else LOOSEST
        while stale < PATIENCE:
            self.standing.check()
            if not master.approach(tolerance, self.standing.control.remaining):
                self.solve()
            value = master.objective
            master.keep_near(self._centre, SMOOTHED)
            found, _ = self._price_all(node)
            self.standing.tell("columns")
            if self.standing.pruned(node):
                return
            stale += 1
            if self._proven > best:
                best, stale, self._centre = self._proven, 0, [d.copy() for d in master.duals]
            distance = (value - best) / max(abs(value), 1e-9)
            done = distance <= NEAR_ENOUGH or (not found and tolerance <= TIGHTEST)
            if (done or not found) and add_seat_cuts(master, self._seat_cuts):
                stale = 0
            elif done:
                break
            tolerance = tolerance_at(distance)
        master.keep_near(self._centre, 1.0)
        self._price_all(node)

    def _price(self, pools: list[Pool]) -> bool:
        """Add negative columns of these pools; return whether there were any."""
        prices, _ = self.master.prices()
        return self.add(
            [pool.reduced_cost(price) for pool, price in zip(pools, prices, strict=True)], pools
        )

    def _price_all(self, node: Node) -> tuple[bool, list[Pool] | None]:
        """Price the whole pool: add negative columns, prove the bound, find the best part.

        Returns whether there were any negative columns, and that part where the pool is large.
        """
        prices, rest = self.master.prices()
        look = CLOSE_LOOK_SHARE * abs(self.master.objective)
        distance = max(self.standing.distance(node), 0.0)
        enough = distance if distance <= 10 * look else look
        priced = list(self._each(lambda p, q: p.reduced_cost(q, enough), node.pools, prices))
        node.reduced = [reduced for reduced, _ in priced]
        bound, node.level = proven(node.pools, prices, node.alone, node.reduced, rest)
        if self.master.first:
            self._lacking = bound
        else:
            self._proven = bound
            node.bound = max(node.bound, bound)
            if node is self.whole:
                self.standing.raise_bound(bound)
        found = self.add(priced, node.pools)
        if not large(node):
            return found, None
        if self.standing.distance(node) <= 10 * CLOSE_LOOK_SHARE * abs(self.standing.objective):
            self.fix(node)
        return found, lowest_reduced_cost(node)

    def _each(self, what: Callable[..., T], *lists: Sequence[object]) -> Iterator[T]:
        """Apply a function to each service, on as many threads as are allowed."""
        threads = self.standing.control.threads
        if threads > 1 and sum(map(len, lists[0])) > LOWEST_COALITIONS:  # type: ignore[arg-type]
            with ThreadPoolExecutor(threads) as executor:
                yield from executor.map(what, *lists)
        else:
            yield from map(what, *lists)

    def learn(self, carried: Carried) -> None:
        """Take in the columns and cuts of another search."""
        carried.enter(self.master, self._known)

    def add(self, priced: list[tuple[Floats, Ints]], pools: list[Pool]) -> bool:
        """Add the best of what is priced below 0; return whether there was anything new."""
        return add_negative(self.master, self._known, pools, priced)

    # -- fix and cut ---------------------------------------------------------------------------

    def fix(self, node: Node) -> None:
        """Drop coalitions that are in no better plan of the node."""
        if not np.isfinite(self.standing.objective) or self.master.first:
            return
        for s, pool in enumerate(node.pools):
            kept = node.reduced[s] <= self.standing.distance(node)
            if not kept.all():
                node.pools[s] = pool.take(kept)
                node.reduced[s] = node.reduced[s][kept]

    def cut(self, larger: bool) -> bool:
        """Add cuts that the last solution breaks; return whether there were any."""
        master = self.master
        facts = self.standing.problem.facts
        master.drop_slack_cuts()
        self._centre = self._centre[: master.fixed]
        larger = larger and not master.large
        block = rank1_cuts(facts, master.columns, master.value, larger=larger)
        if block is not None:
            master.add_block(block)
        return block is not None
