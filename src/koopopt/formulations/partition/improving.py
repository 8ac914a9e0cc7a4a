"""Finding plans early: by diving, and by freeing parts of the best one in turn.

Neither proves anything. A good plan lets most coalitions leave the pool, and nodes unopened.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, cycle
from typing import TYPE_CHECKING

import numpy as np

from koopopt.case.facts import Facts
from koopopt.formulations.partition.handover import Handover
from koopopt.formulations.partition.node import ChosenColumn, Node
from koopopt.formulations.partition.rounds import Rounds
from koopopt.formulations.partition.selection import regions
from koopopt.formulations.partition.standing import Standing
from koopopt.formulations.partition.ways import INTEGRALITY_TOLERANCE

if TYPE_CHECKING:
    from koopopt.formulations.local import Local

NEAR_BOUND_GAP = 1e-4
"""A plan so close to the bound, relatively, leaves few coalitions: no need to improve it."""
MAX_FRUITLESS_PARTS = 15
"""Parts of a plan that are freed in vain before giving up."""
PROMISING_COALITIONS, PROMISING_SECONDS = 400, 2.0
"""Coalitions of the least reduced cost that the back end chooses among, and how long."""
PART_COALITIONS, PART_SECONDS = 150, 1.0
"""The same where a part of a plan is decided anew."""
PART_LOOKED_THROUGH, PART_STEPS = 5_000, 2_000_000
"""Coalitions of a part of a plan that are few enough to go through all plans, and how far."""
PROMISING_PART_COALITIONS, PROMISING_PART_SECONDS = 300, 2.0
"""The same where all that is left of it is too much."""
DIVED_WAYS, NEARLY_CHOSEN = 3, 0.9
"""Columns that a dive tries next; the value from which it chooses others with them."""
DIVE_ROUNDS = 5
"""Rounds of pricing between two choices of a dive: the last ones gain little."""
LARGE = 200
"""Municipalities times services from which on only one is tried: linear programs take long."""
POLISHING_SECONDS = 1.0
"""How long moves of single members are tried."""
PROMISING_GAP = 1e-5
"""A plan is good enough then."""
WORTHWHILE_GAP_SHARE = 0.1
"""Share of the gap that an improvement must close for the search to go on."""

Part = set[tuple[int, int]]
"""Services and municipalities."""


@dataclass(frozen=True, eq=False)
class Improving:
    """The ways to a better plan."""

    standing: Standing
    rounds: Rounds
    handover: Handover

    def dive(self, node: Node) -> None:
        """Choose large columns one after the other until a plan is found or none is left.

        Of the largest the one that raises the bound least comes next (strong diving).
        """
        while not self.rounds.integral():
            ways = self._chosen_next(node)
            if not ways:  # integral, yet not a plan
                return
            node = min(ways, key=self._at_hand) if len(ways) > 1 else ways[0]
            if self._hopeless(node, DIVE_ROUNDS):
                return

    def _chosen_next(self, node: Node) -> list[Node]:
        """Return the narrower nodes in which one more column of the last solution is chosen."""
        master = self.rounds.master
        value = master.value
        fractional = (value > INTEGRALITY_TOLERANCE) & (value < 1 - INTEGRALITY_TOLERANCE)
        ways = DIVED_WAYS if master.facts.n * len(master.facts.services) < LARGE else 1
        count = min(ways, int(fractional.sum()))
        largest = np.argsort(-np.where(fractional, value, -1.0), kind="stable")[:count]
        chosen = np.flatnonzero(value >= NEARLY_CHOSEN)
        return [
            node.with_partnerships(master.columns.take(np.union1d(chosen, [k]))) for k in largest
        ]

    def _at_hand(self, node: Node) -> float:
        """Return the value of a node's linear program over the columns at hand."""
        node.settle()
        self.rounds.master.enter(node)
        self.rounds.solve()
        return self.rounds.master.objective

    @cached_property
    def _local(self) -> Local:
        """The local search, which remembers what coalitions cost."""
        from koopopt.formulations.local import Local  # it stands on the pools of this package

        return Local(self.standing.problem)

    def polish(self) -> None:
        """Move and exchange members of the best plan as long as that helps."""
        standing = self.standing
        if standing.plan is not None:
            own = standing.control.part(POLISHING_SECONDS)
            plan = self._local.improved(own, standing.plan)
            if plan is not None:
                standing.offer(plan)

    def choose(self, node: Node, seconds: float = 0.0) -> None:
        """Let the back end choose among the coalitions that look best.

        It has some time in any case, or more `seconds`.
        """
        columns = self.handover.promising(node, PROMISING_COALITIONS)
        self.handover.solve(columns, max(PROMISING_SECONDS, seconds), PROMISING_GAP)

    def improve(self, node: Node, thorough: bool = True) -> None:
        """Free parts of the best plan in turn, and decide them anew, until that helps no more.

        What is too much of a part to be decided is searched for better ones if it is `thorough`.
        """
        standing = self.standing
        if standing.plan is None:
            return
        fruitless = 0
        for part in cycle(_parts(standing.problem.facts)):
            before = standing.objective
            if standing.near(NEAR_BOUND_GAP) or fruitless >= MAX_FRUITLESS_PARTS:
                return
            self._reopen(node, part, thorough)
            much = before - standing.objective > WORTHWHILE_GAP_SHARE * (before - standing.bound)
            fruitless = 0 if much else fruitless + 1

    def _reopen(self, node: Node, part: Part, thorough: bool) -> None:
        """Keep the partnerships of the best plan that do not touch a part, and decide the rest."""
        node = node.with_partnerships(self._kept(part))
        if self._hopeless(node) or self.rounds.integral():
            return
        self.rounds.fix(node)
        left = self.handover.left(node, PART_LOOKED_THROUGH)
        if left is not None and self.handover.looked_through(node, left, PART_STEPS):
            return
        left = self.handover.left(node, PART_COALITIONS)
        if left is not None:
            self.handover.solve(left, PART_SECONDS)
            return
        if not thorough:
            return
        before = self.standing.objective
        promising = self.handover.promising(node, PROMISING_PART_COALITIONS)
        self.handover.solve(promising, PROMISING_PART_SECONDS, PROMISING_GAP)
        if self.standing.objective == before:
            self.dive(node)

    def _kept(self, part: Part) -> list[ChosenColumn]:
        """Return the partnerships of the best plan that do not touch a part."""
        facts, plan = self.standing.problem.facts, self.standing.plan
        assert plan is not None
        kept: list[ChosenColumn] = []
        for p in plan.partnerships:
            s, members = facts.service_index[p.service], facts.members(p)
            if not any((s, i) in part for i in members.tolist()):
                kept.append((s, members.astype(np.int16), facts.index[p.seat]))
        return kept

    def _hopeless(self, node: Node, most: float = np.inf) -> bool:
        """Solve the linear program of a narrower node; return whether no better plan is in it."""
        node.settle()
        self.rounds.master.enter(node)
        self.rounds.generate(node, most=most)
        return self.standing.pruned(node) or self.rounds.master.broken > INTEGRALITY_TOLERANCE


def _parts(facts: Facts) -> list[Part]:
    """Return the parts of a plan to free: two services everywhere, or all services in a region."""
    services = range(len(facts.services))
    pairs = [{(s, i) for s in pair for i in range(facts.n)} for pair in combinations(services, 2)]
    return pairs + [{(s, i) for i in region for s in services} for region in regions(facts)]
