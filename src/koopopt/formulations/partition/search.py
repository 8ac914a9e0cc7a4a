"""The search: branch, price and cut over the pool.

A node is bounded in rounds (`rounds.py`); at the root plans are found on the way (`improving.py`).
Where cuts raise the bound no more, what is left is decided at once if that is little
(`handover.py`), else the node is split in two; which node comes next says `waiting.py`. What is
known meanwhile, and whether that is enough, is the standing of the search (`standing.py`).
"""

from __future__ import annotations

from contextlib import nullcontext
from time import perf_counter

import numpy as np

from koopopt.case.plan import Plan
from koopopt.evaluation import all_alone, status_quo
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.columns import everybody_alone, pair_terms, unseen
from koopopt.formulations.partition.handover import (
    MOMENT_COLUMNS,
    SMALL_PROGRAM_COLUMNS,
    Handover,
)
from koopopt.formulations.partition.improving import NEAR_BOUND_GAP, Improving
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.pool import Pool
from koopopt.formulations.partition.regional import Regional
from koopopt.formulations.partition.rounds import Rounds
from koopopt.formulations.partition.rows import coupled
from koopopt.formulations.partition.selection import large, little, lowest_reduced_cost, smallest
from koopopt.formulations.partition.splitting import split
from koopopt.formulations.partition.standing import SearchStopped, Standing
from koopopt.formulations.partition.waiting import Waiting
from koopopt.formulations.partition.ways import UnsolvedError
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver, Termination

NODES_BEFORE_BACK_END = 1
"""Nodes to work on before the back end is asked to decide over all that is left."""
TREE_FIRST = 6.0
"""Where little is left at the root, the tree comes first, for so many times as long as the root
took, and the back end is asked after it."""
NODE_STEPS = 2_000_000
"""How far it is tried to go through all plans of a node below the root."""
SHRUNK = 0.7
"""The share of its coalitions that may be left of a node for it to be bounded again."""
BACK_END_SECONDS, BACK_END_SHARE = 5.0, 2.0
"""Seconds for that, at least, and how many times as long as the search has taken until then."""
TREE_SHARE = 0.5
"""How long the search goes on, as a share of what all has taken, before it is asked again."""
PROMISING_SHARE = 0.4
"""Choosing among the most promising coalitions may take this share of what all has taken."""
POOR_SECONDS, POOR_SHARE = 1.0, 0.4
"""Going through all plans while the best is poor may take so long, or this share of what all has
taken."""
POOR_GAP = 2e-3
"""A plan that is farther from the bound of a large pool is a poor one: linear programs without cuts
are about half of this too low."""
FIRST_COALITIONS, EARLY_COALITIONS, EARLY_SECONDS = 350, 500, 5.0
"""Coalitions that are few enough to try at once, before and after the plan was made better, and how
long."""
MAX_ENUMERATED_COALITIONS, FIRST_STEPS, COUPLED_STEPS = 20_000, 100_000_000, 20_000_000
"""Coalitions that are too many to go through all plans of, and how far that is tried at first; less
far where rules couple services: too many partitions break those together."""
MAX_BACK_END_COALITIONS = 10_000
"""Coalitions that are too many for that."""


class PartitionSearch:
    """One question, and the search for its answer.

    Attributes
    ----------
    master : Master or None
        The linear program, once the search has begun.
    carried : Carried or None
        Columns and cuts of other searches to begin with.
    """

    def __init__(
        self,
        problem: Problem,
        solver: Solver,
        control: Control,
        *,
        carried: Carried | None = None,
    ) -> None:
        self.master: Master | None = None
        self._standing = Standing(problem, solver, control)
        self._carried = carried

    def run(self, pools: list[Pool], start: Plan | None = None) -> Outcome:
        """Search until the gap is closed, a limit is reached, or infeasibility is proven."""
        standing = self._standing
        for plan in (all_alone(standing.problem), status_quo(standing.problem), start):
            if plan is not None:
                standing.offer(plan)
        try:
            tree = Tree(standing, pools, self._carried)
            self.master = tree.master
            termination = tree.explore()
        except SearchStopped as stopped:
            cancelled = standing.control.cancel.is_set()
            termination = Termination.INTERRUPTED if cancelled else stopped.why
        return standing.outcome(termination)


class Tree:
    """The nodes, the least bound first.

    Attributes
    ----------
    root : Node
        All plans over the pools.
    nodes : int
        Worked on so far.
    """

    def __init__(
        self, standing: Standing, pools: list[Pool], carried: Carried | None = None
    ) -> None:
        self.standing = standing
        self.master = started(standing, carried)
        self.rounds = Rounds(standing, self.master)
        self.handover = Handover(standing, self.master)
        self.plans = Improving(standing, self.rounds, self.handover)
        self.regional = Regional(standing)
        problem = standing.problem
        self.root = Node.root(problem.facts, pools, [c.alone for c in problem.conditions])
        self.rounds.whole = self.root
        self.nodes = 0
        self._began = perf_counter()
        self._asks_again = 0.0
        self._open = Waiting()

    def explore(self) -> Termination:
        """Work on the root and on what it is split into, until nothing is open or needed."""
        try:
            return self._explored()
        except UnsolvedError as error:
            return self._without_master(error)

    def _explored(self) -> Termination:
        standing = self.standing
        if not self.rounds.feasible(self.root):
            return Termination.INFEASIBLE
        self._open.add([self.root])
        while self._open and not standing.closed:
            if self._turn_of_back_end and self._hand_over():
                break
            # All that is open has at least this bound.
            standing.raise_bound(self._open.least)
            standing.check()
            node = self._open.next(down=self._poor)
            if not standing.pruned(node):
                self.nodes += 1
                self._work(node, root=self.nodes == 1)
            standing.leave(node)
        return self._ended()

    def _ended(self) -> Termination:
        """Return what is proven where no node is left to work on, or the gap is closed."""
        if not self._open and self.standing.plan is None:
            return Termination.INFEASIBLE
        if not self._open:
            self.standing.raise_bound(self.standing.objective)
        return Termination.OPTIMAL if self.standing.closed else Termination.LIMIT

    # -- the back end instead of the tree ------------------------------------------------------

    @property
    def _taken(self) -> float:
        """Seconds that the search has taken."""
        return perf_counter() - self._began

    @property
    def _turn_of_back_end(self) -> bool:
        return self.nodes >= NODES_BEFORE_BACK_END and self._taken >= self._asks_again

    def _hand_over(self) -> bool:
        """Let the back end decide over all that is left at the root, if that is not too much.

        Where many decisions hang together its tree search is better than this one; where it is not,
        this one goes on. Return whether it did.
        """
        self.master.enter(self.root)
        self.rounds.generate(self.root)
        self.rounds.fix(self.root)
        before = self.standing.objective
        done = self._decide_all(max(BACK_END_SECONDS, BACK_END_SHARE * self._taken))
        if self.standing.objective == before:
            self._asks_again = (1.0 + TREE_SHARE) * self._taken
        return done

    def _decide_all(self, seconds: float | None = None) -> bool:
        """Let the back end decide over all that is left at the root; return whether it did."""
        left = self.handover.left(self.root, few=MAX_BACK_END_COALITIONS)
        if left is None:
            return False
        try:
            done = self.handover.decide(self.root, left, seconds)
            if done:
                self._open.clear()
                self.standing.leave(self.root)
        finally:
            self.standing.raise_bound(self.root.bound)
        return done

    def _without_master(self, error: UnsolvedError) -> Termination:
        """Go on where a linear program cannot be solved: the back end needs none.

        What is too much for it stays open, with the plan and the bound that are known.
        """
        self.master.first_phase(False)
        self.master.enter(self.root)
        self.root.level = -np.inf  # it was of other duals
        if self._decide_all():
            return self._ended()
        self.standing.message = str(error)
        return Termination.ERROR

    # -- one node ------------------------------------------------------------------------------

    def _work(self, node: Node, root: bool) -> None:
        """Bound a node; decide it, or push its two halves."""
        pruned = self.standing.pruned
        node.settle()
        self.master.enter(node)
        with self.regional.beside(node) if root and self.by_regions else nullcontext():
            if root:
                self._prepare(node)
            self.rounds.tighten(node, root)
        worthwhile = not root or self.standing.near(POOR_GAP)
        if pruned(node) or (worthwhile and self._looked_through(node, root)):
            return
        if root and self._poor and not self.by_regions:
            self._improve(node)
            self.master.enter(node)
            self.rounds.tighten(node, root)
            if pruned(node) or self._looked_through(node, root):
                return
        integral = self.rounds.integral()
        if integral:
            self.rounds.fix(node)
        left = self.handover.left(
            node, few=MAX_BACK_END_COALITIONS if integral else SMALL_PROGRAM_COLUMNS
        )
        if left is None and root:
            if self._found_plans(node):
                return
            left = self.handover.left(node)
        if left is not None:
            self.handover.decide(node, left)
            return
        chosen = split(self.rounds, node, self.standing.objective)
        if chosen is None:  # integral in all that matters, yet not a plan: let the back end see
            left = self.handover.left(node, few=2**31)
            assert left is not None
            self.handover.decide(node, left)
            return
        self._open.add(chosen.halves, chosen.likely)

    def _found_plans(self, root: Node) -> bool:
        """Find better plans; return whether the root is done.

        Where little is left, parts of a plan are gone through in a moment, and nodes are, too:
        neither choosing nor an integer program over the rest is worth its time then.
        """
        few = little(root)
        if self._decided_early(root, FIRST_COALITIONS):
            return True
        if self.by_regions:
            while self.regional.improve_long(root) and not self.standing.pruned(root):
                with self.regional.beside(root):
                    self.rounds.tighten(root, root=True)
            return self.standing.pruned(root)
        for way in (self._improve,) if few else (self._choose, self._improve):
            before = self.standing.objective
            way(root)
            self.master.enter(root)
            if self.standing.objective < before:
                self.rounds.tighten(root, root=True)
                if self._looked_through(root, True):
                    return True
            if self.standing.pruned(root):
                return True
            if not few and self._decided_early(root, EARLY_COALITIONS):
                return True
        if little(root) and self.standing.plan is not None:
            self._asks_again = (1.0 + TREE_FIRST) * self._taken
        return False

    def _choose(self, node: Node) -> None:
        self.plans.choose(node, PROMISING_SHARE * self._taken)

    def _improve(self, node: Node) -> None:
        thorough = not little(node)
        self.plans.improve(node.with_pools(lowest_reduced_cost(node)), thorough)
        self.plans.polish()

    @property
    def by_regions(self) -> bool:
        """Whether this is a country whose plan is made better region by region."""
        return self.master.large and self.regional.possible()

    @property
    def _first_steps(self) -> int:
        fixed = self.master.blocks[: self.master.fixed]
        return COUPLED_STEPS if coupled(fixed) else FIRST_STEPS

    @property
    def _poor(self) -> bool:
        return not self.standing.near(NEAR_BOUND_GAP)

    def _looked_through(self, node: Node, root: bool) -> bool:
        """Go through all plans that may be better if those are few; return whether they were.

        While the plan is poor, those near the bound come first, and not for long. What is learnt
        of too many plans leaves fewer coalitions: then cuts raise the bound again, and the rest is
        fewer.
        """
        rounds, handover, few = self.rounds, self.handover, MAX_ENUMERATED_COALITIONS
        steps = self._first_steps if root else NODE_STEPS
        while True:
            rounds.fix(node)
            control = self.standing.control
            if self._poor:
                control = control.part(max(POOR_SECONDS, POOR_SHARE * self._taken))
                if handover.looked_near(node, few, steps, control):
                    return True
                if control.stopped:
                    return False
            before = sum(map(len, node.pools))
            left = handover.left(node, few)
            if left is None:
                return False
            if handover.looked_through(node, left, steps, control) or self.standing.pruned(node):
                return True
            if len(left) <= MOMENT_COLUMNS and handover.ask(node, left, EARLY_SECONDS):
                return True
            if sum(map(len, node.pools)) >= SHRUNK * before:
                return False
            self.master.enter(node)
            rounds.tighten(node, root)
            if self.standing.pruned(node):
                return True

    def _decided_early(self, node: Node, few: int) -> bool:
        """Let the back end decide in a moment, which often takes less than better plans would."""
        self.rounds.fix(node)
        left = self.handover.left(node, few)
        return left is not None and self.handover.decide(node, left, EARLY_SECONDS)

    def _prepare(self, node: Node) -> None:
        """Find a plan; in a large pool also cuts, both among what looks best."""
        rounds, is_large = self.rounds, large(node)
        rounds.generate(node, smallest(node.pools) if is_large else None)
        self.standing.raise_bound(node.bound)
        if self.by_regions:
            self.regional.improve_long(node)
        elif not self.standing.pruned(node) and not rounds.integral():
            hot = node.with_pools(lowest_reduced_cost(node))
            if is_large:
                self.choose(hot)
            else:
                self.plans.dive(hot)
                self.plans.polish()
        self.master.enter(node)

    def choose(self, hot: Node) -> None:
        """Find cuts and a plan among what looks best."""
        self.rounds.tighten(hot, root=False, larger=True)
        self.plans.choose(hot, PROMISING_SHARE * self._taken)
        self.plans.polish()
        if not self.standing.near(POOR_GAP):
            self.plans.dive(hot)
            self.plans.polish()


def started(standing: Standing, carried: Carried | None) -> Master:
    """Return a master in which everybody stays alone, with what other searches left."""
    problem = standing.problem
    facts = problem.facts
    terms = [pair_terms(facts, s) for s in range(len(facts.services))]
    first = everybody_alone(facts, [c.alone for c in problem.conditions], terms)
    master = Master(problem, first, terms)
    master.cancel = standing.control.cancel
    if carried is not None:
        known: set[tuple[int, int, bytes]] = set()
        unseen(known, first)
        carried.enter(master, known)
    return master
