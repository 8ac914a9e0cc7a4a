"""The search: branch, price and cut over the pool.

A node is worked on in rounds; each leaves a proven bound and a smaller pool:

1. *generate*: solve the restricted master, price the pool with its duals, add what is negative,
   until nothing is: the value of the linear program is then a bound for the node;
2. *dive* (at the root): choose the largest column, generate again, and so on, gives a plan early;
3. *fix*: a coalition whose reduced cost exceeds the distance between plan and bound is in no
   better plan and leaves the pool for good;
4. *cut*: rows that every plan keeps and the fractional solution breaks raise the bound.

Where cuts raise it no more, an integer program decides over what is left if that is little, else
the node is split in two; the node with the least bound comes next.

Bounds and reduced costs are scaled numbers (`koopopt.scale`); what is best is decided in whole
ones: a node is done once no whole weighted sum lies between its bound and the best plan's.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import combinations, count, cycle
from typing import TypeVar

import numpy as np

from koopopt.case.plan import Plan
from koopopt.evaluation import all_alone, evaluate, status_quo
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition.coalitions import FORBIDDEN
from koopopt.formulations.partition.columns import (
    Columns,
    alone_columns,
    joined,
    pair_terms,
    pooled_columns,
)
from koopopt.formulations.partition.cuts import rank1_cuts
from koopopt.formulations.partition.enumerating import better_plans
from koopopt.formulations.partition.growing import add_negative, add_seat_cuts
from koopopt.formulations.partition.master import Master, UnsolvedError, unseen
from koopopt.formulations.partition.model import WholeModel, solution_of, whole
from koopopt.formulations.partition.node import ChosenColumn, Node, branchings
from koopopt.formulations.partition.pool import Pool, proven
from koopopt.formulations.partition.rows import SeatCuts
from koopopt.formulations.partition.selection import (
    LOWEST_COALITIONS,
    large,
    lowest_reduced_cost,
    regions,
    smallest,
)
from koopopt.linear import Floats, Ints, LinearModel
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Held, Solver, Termination
from koopopt.solvers.digits import decide_long, same_distance
from koopopt.solvers.judge import NO_SOLUTION_VALUE, Verdict, each_once
from koopopt.text import Text

T = TypeVar("T")

INTEGRALITY_TOLERANCE = 1e-6
BRANCHINGS_TRIED = 8
"""Ways to split a node that are tried."""
CLOSE_LOOK_SHARE = 1e-3
"""While the plan is poor, coalitions dearer than this share of the objective are not looked at
closer; once it is within ten times that, those that are in no better plan are not."""
NEAR_BOUND_GAP = 1e-4
"""A plan so close to the bound, relatively, leaves few coalitions: no need to improve it."""
MAX_FRUITLESS_PARTS = 15
"""Parts of a plan that are freed in vain before giving up."""
WORTHWHILE_GAP_SHARE = 0.1
"""Share of the gap that a gain must close to be worth more patience."""
NODES_BEFORE_BACK_END = 30
"""Nodes to work on before the back end is asked to decide over all that is left."""
MAX_BACK_END_COALITIONS = 10_000
"""Coalitions that are too many for that."""
LARGEST_DUAL = 1e17
"""Duals in steps are cut off here: they only make numbers small."""
SMALL_PROGRAM_COLUMNS = 60
"""An integer program over so many columns is quicker than going on."""


class SearchStopped(Exception):  # noqa: N818 - a signal inside this module
    """Cancelled or out of time, or the back end is."""

    def __init__(self, why: Termination = Termination.TIME_LIMIT) -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True, eq=False)
class PartitionSearch:
    """The state of a search.

    Attributes
    ----------
    plan, total, objective : Plan or None, int or None, float
        The best so far, its weighted sum as a whole number and scaled (or the next number above).
    bound : float
        Proven so far.
    nodes : int
        Worked on so far.
    """

    problem: Problem
    solver: Solver
    control: Control
    plan: Plan | None = None
    total: int | None = None
    objective: float = np.inf
    bound: float = -np.inf
    nodes: int = 0
    message: str = ""
    doubts: list[Text] = field(default_factory=list)
    master: Master = field(init=False)
    _known: set[tuple[int, int, bytes]] = field(default_factory=set)
    _seat_cuts: list[SeatCuts] = field(default_factory=list)
    _open: list[tuple[float, int, Node]] = field(default_factory=list)
    _ticket: count[int] = field(default_factory=count)
    _lacking: float = -np.inf
    """What the artificial columns have to be at least, in the first phase."""
    _left_at: float = np.inf
    """The least bound of the nodes that are done."""

    def run(self, pools: list[Pool], start: Plan | None = None) -> Outcome:
        """Search until the gap is closed, a limit is reached, or infeasibility is proven."""
        for plan in (all_alone(self.problem), status_quo(self.problem), start):
            if plan is not None:
                self._offer(plan)
        try:
            termination = self._tree(pools)
        except SearchStopped as stopped:
            cancelled = self.control.cancel.is_set()
            termination = Termination.INTERRUPTED if cancelled else stopped.why
        least = self._least(self.bound)
        return Outcome(termination, self.plan, least, self.message, each_once(self.doubts))

    def _tree(self, pools: list[Pool]) -> Termination:
        facts = self.problem.facts
        services = range(len(facts.services))
        terms = [pair_terms(facts, s) for s in services]
        alone = [c.alone for c in self.problem.conditions]
        first = joined(
            alone_columns(facts, s, np.flatnonzero(alone[s]), terms[s]) for s in services
        )
        unseen(self._known, first)
        self.master = Master(self.problem, first, terms)
        self.master.cancel = self.control.cancel
        root = Node.root(facts, pools, alone)
        try:
            return self._explored(root)
        except UnsolvedError as error:
            return self._without_master(root, error)

    def _explored(self, root: Node) -> Termination:
        """Work on the root and on what it is split into."""
        if not self._feasible(root):
            return Termination.INFEASIBLE
        self._push(root)
        while self._open and not self._closed():
            if self.nodes == NODES_BEFORE_BACK_END and self._hand_over(root):
                break
            bound, _, node = heapq.heappop(self._open)
            # All that is open has at least this bound.
            self._raise_bound(bound)
            self._check()
            if not self._pruned(node):
                self.nodes += 1
                self._work(node, root=self.nodes == 1)
            self._leave(node)
        return self._ended()

    def _ended(self) -> Termination:
        """Return what is proven where no node is left to work on, or the gap is closed."""
        if not self._open and self.plan is None:
            return Termination.INFEASIBLE
        if not self._open:
            self._raise_bound(self.objective)
        return Termination.OPTIMAL if self._closed() else Termination.LIMIT

    def _hand_over(self, root: Node) -> bool:
        """Let the back end decide over all that is left at the root, if that is not too much.

        Where many decisions hang together its tree search is better than this one.
        """
        self.master.enter(root)
        self._generate(root)
        self._fix(root)
        return self._decide_all(root)

    def _decide_all(self, root: Node) -> bool:
        """Let the back end decide over all that is left at the root; return whether it may."""
        left = self._left(root, few=MAX_BACK_END_COALITIONS)
        if left is None:
            return False
        self._open.clear()
        try:
            self._decide(root, left)
            self._leave(root)
        finally:
            self._raise_bound(root.bound)
        return True

    def _without_master(self, root: Node, error: UnsolvedError) -> Termination:
        """Go on where a linear program cannot be solved: the back end needs none.

        What is too much for it stays open, with the plan and the bound that are known.
        """
        self.master.first_phase(False)
        self.master.enter(root)
        root.level = -np.inf  # it was of other duals
        if self._decide_all(root):
            return self._ended()
        self.message = str(error)
        return Termination.ERROR

    def _work(self, node: Node, root: bool) -> None:
        """Bound a node; decide it, or push its two halves."""
        node.settle()
        self.master.enter(node)
        is_large = large(node)
        if root:
            self._prepare(node)
        self._tighten(node, root)
        if self._pruned(node):
            return
        integral = self._integral()
        if integral:
            self._fix(node)
        left = self._left(node, few=MAX_BACK_END_COALITIONS if integral else SMALL_PROGRAM_COLUMNS)
        if left is None and root and not is_large:
            self._improve(node.with_pools(lowest_reduced_cost(node)))
            self.master.enter(node)
            self._tighten(node, root)
            if self._pruned(node):
                return
            left = self._left(node)
        if left is not None:
            self._decide(node, left)
            return
        halves = self._split(node)
        if not halves:  # integral in all that matters, yet not a plan: let the back end see
            left = self._left(node, few=2**31)
            assert left is not None
            self._decide(node, left)
        for half in halves:
            self._push(half)

    def _prepare(self, node: Node) -> None:
        """Find a plan; in a large pool also cuts, both among what looks best."""
        is_large = large(node)
        self._generate(node, smallest(node) if is_large else None)
        self._raise_bound(node.bound)
        if not self._pruned(node) and not self._integral():
            hot = node.with_pools(lowest_reduced_cost(node))
            if is_large:
                self._tighten(hot, root=False, larger=True)
            self._dive(hot)
            if is_large:
                self._improve(hot)
        self.master.enter(node)

    def _split(self, node: Node) -> tuple[Node, ...]:
        """Return two halves of a node: of some likely ways, the one that raises bounds most.

        Strong branching: both halves of each way are tried with the columns at hand.
        """
        master = self.master
        ways = branchings(node, master.columns, master.value, master.office, most=BRANCHINGS_TRIED)
        here = master.objective
        best, chosen = -1.0, ways[:1]
        for way in ways if len(ways) > 1 else ():
            gains = []
            for half in way:
                self._check()
                master.enter(half)
                if not master.solve(self.control.remaining):
                    raise SearchStopped
                gains.append(min(master.objective, self.objective) - here)
            least = 1e-6 * self.problem.scale.step
            score = max(gains[0], least) * max(gains[1], least)
            if score > best:
                best, chosen = score, [way]
        return chosen[0] if chosen else ()

    def _tighten(self, node: Node, root: bool, larger: bool = False) -> None:
        """Generate, fix and cut until the bound rises no more."""
        last, slow = -np.inf, 0
        while True:
            self._generate(node)
            if root:
                self._raise_bound(node.bound)
            if self._pruned(node) or self._integral():
                return
            self._fix(node)
            distance = max(self.objective - last, self.problem.scale.step)
            slow = slow + 1 if (node.bound - last) < 0.05 * distance else 0
            last = node.bound
            if slow >= 2 or not self._cut(larger=root or larger):
                return

    def _push(self, node: Node) -> None:
        heapq.heappush(self._open, (node.bound, next(self._ticket), node))

    # -- generate ------------------------------------------------------------------------------

    def _feasible(self, node: Node) -> bool:
        """Whether nothing proves that the linear program has no solution (first phase).

        A plan needs nothing of the artificial columns: it is none where all need some.
        """
        self.master.first_phase(True)
        self._generate(node)
        need = self._lacking
        self.master.first_phase(False)
        return not need > 0.0

    def _generate(self, node: Node, hot: list[Pool] | None = None) -> None:
        """Solve the restricted master to optimality over the node's pool.

        A large pool is priced rarely: between two looks at all of it, columns come from the part
        that looked best last (`hot`).
        """
        first_phase = self.master.first
        while True:
            self._check()
            if not self.master.solve(self.control.remaining):
                raise SearchStopped
            if first_phase and self.master.objective <= 1e-7:
                return
            if hot is not None and self._price(node, hot):
                continue
            found, hot = self._price_all(node)
            if not first_phase:
                self._tell("columns")
                if self._pruned(node):
                    return
            if not found and not add_seat_cuts(self.master, self._seat_cuts):
                return

    def _price(self, node: Node, pools: list[Pool]) -> bool:
        """Add negative columns of these pools; return whether there were any."""
        prices, _ = self.master.prices()
        return self._add(
            [pool.reduced_cost(price) for pool, price in zip(pools, prices, strict=True)], pools
        )

    def _price_all(self, node: Node) -> tuple[bool, list[Pool] | None]:
        """Price the whole pool: add negative columns, prove the bound, find the best part.

        Returns whether there were any negative columns, and that part where the pool is large.
        """
        prices, rest = self.master.prices()
        look = CLOSE_LOOK_SHARE * abs(self.master.objective)
        distance = max(self._distance(node), 0.0)
        enough = distance if distance <= 10 * look else look
        priced = list(self._each(lambda p, q: p.reduced_cost(q, enough), node.pools, prices))
        node.reduced = [reduced for reduced, _ in priced]
        bound, node.level = proven(node.pools, prices, node.alone, node.reduced, rest)
        if self.master.first:
            self._lacking = bound
        else:
            node.bound = max(node.bound, bound)
        found = self._add(priced, node.pools)
        if not large(node):
            return found, None
        if self._distance(node) <= 10 * CLOSE_LOOK_SHARE * abs(self.objective):
            self._fix(node)
        return found, lowest_reduced_cost(node)

    def _each(self, what: Callable[..., T], *lists: Sequence[object]) -> Iterator[T]:
        """Apply a function to each service, on as many threads as are allowed."""
        if self.control.threads > 1 and sum(map(len, lists[0])) > LOWEST_COALITIONS:  # type: ignore[arg-type]
            with ThreadPoolExecutor(self.control.threads) as executor:
                yield from executor.map(what, *lists)
        else:
            yield from map(what, *lists)

    def _add(self, priced: list[tuple[Floats, Ints]], pools: list[Pool]) -> bool:
        return add_negative(self.master, self._known, pools, priced)

    # -- plans ---------------------------------------------------------------------------------

    def _integral(self) -> bool:
        """Take the solution of the linear program as a plan if it is integral."""
        value = self.master.value
        if np.abs(value - np.rint(value)).max(initial=0.0) > INTEGRALITY_TOLERANCE:
            return False
        return self._take(self.master.columns, np.flatnonzero(value > 0.5))

    def _dive(self, node: Node) -> None:
        """Choose the largest columns one after the other until a plan is found or none is left."""
        while not self._integral():
            value = self.master.value
            fractional = (value > INTEGRALITY_TOLERANCE) & (value < 1 - INTEGRALITY_TOLERANCE)
            if not fractional.any():  # integral, yet not a plan
                return
            largest = int(np.where(fractional, value, -1.0).argmax())
            chosen = np.flatnonzero(value >= 0.9)
            node = node.with_partnerships(self.master.columns.take(np.union1d(chosen, [largest])))
            node.settle()
            self.master.enter(node)
            self._generate(node)
            if self._pruned(node) or self.master.broken > INTEGRALITY_TOLERANCE:
                return

    def _improve(self, node: Node) -> None:
        """Free parts of the best plan in turn, and decide them anew, until that helps no more."""
        if self.plan is None:
            return
        facts = self.problem.facts
        services = range(len(facts.services))
        parts = [
            {(s, i) for s in pair for i in range(facts.n)} for pair in combinations(services, 2)
        ]
        parts += [{(s, i) for i in region for s in services} for region in regions(facts)]
        fruitless = 0
        for part in cycle(parts):
            before = self.objective
            if (
                before - self.bound <= NEAR_BOUND_GAP * abs(before)
                or fruitless >= MAX_FRUITLESS_PARTS
            ):
                return
            self._reopen(node, part)
            much = before - self.objective > WORTHWHILE_GAP_SHARE * (before - self.bound)
            fruitless = 0 if much else fruitless + 1

    def _reopen(self, node: Node, part: set[tuple[int, int]]) -> None:
        """Keep the partnerships of the best plan that do not touch a part, and decide the rest."""
        facts = self.problem.facts
        kept: list[ChosenColumn] = []
        assert self.plan is not None
        for p in self.plan.partnerships:
            s, members = facts.service_index[p.service], facts.members(p)
            if not any((s, i) in part for i in members.tolist()):
                kept.append((s, members.astype(np.int16), facts.index[p.seat]))
        node = node.with_partnerships(kept)
        node.settle()
        self.master.enter(node)
        self._generate(node)
        if self._pruned(node) or self.master.broken > INTEGRALITY_TOLERANCE or self._integral():
            return
        left = self._left(node, SMALL_PROGRAM_COLUMNS)
        if left is None:
            self._dive(node)
        else:
            self._solve(left)

    def _take(self, columns: Columns, chosen: Ints) -> bool:
        facts = self.problem.facts
        return self._offer(Plan(columns.partnership(facts, int(k)) for k in chosen))

    def _offer(self, plan: Plan) -> bool:
        """Keep a plan if it is the best; return whether the evaluator finds nothing wrong."""
        evaluation = evaluate(self.problem, plan)
        total = evaluation.total
        if evaluation.feasible and (self.total is None or total < self.total):
            self.plan, self.total = plan, total
            self.objective = self.problem.scale.above(total)
            self._tell("plan")
        return evaluation.feasible

    # -- fix and cut ---------------------------------------------------------------------------

    def _distance(self, node: Node) -> float:
        """Return how much reduced cost a column of a plan as good as the best may have."""
        return float(np.nextafter(self.objective - node.level, np.inf))

    def _fix(self, node: Node) -> None:
        """Drop coalitions that are in no better plan of the node."""
        if not np.isfinite(self.objective) or self.master.first:
            return
        for s, pool in enumerate(node.pools):
            kept = node.reduced[s] <= self._distance(node)
            if not kept.all():
                node.pools[s] = pool.take(kept)
                node.reduced[s] = node.reduced[s][kept]

    def _cut(self, larger: bool) -> bool:
        master = self.master
        block = rank1_cuts(self.problem.facts, master.columns, master.value, larger=larger)
        if block is not None:
            self.master.add_block(block)
        return block is not None

    # -- decide --------------------------------------------------------------------------------

    def _left(self, node: Node, few: int = SMALL_PROGRAM_COLUMNS) -> Columns | None:
        """Return all columns that may be in a better plan of the node, None if not few."""
        if sum(map(len, node.pools)) > few:
            return None
        facts = self.problem.facts
        prices, _ = self.master.prices()
        parts = []
        for s, (pool, price) in enumerate(zip(node.pools, prices, strict=True)):
            reduced = pool.by_seat(price, slice(None))
            row, seat = np.nonzero(reduced <= min(self._distance(node), FORBIDDEN / 2))
            alone = np.flatnonzero(node.alone[s])
            parts.append(alone_columns(facts, s, alone, self.master.terms[s]))
            parts.append(pooled_columns(facts, s, pool, row, seat, self.master.terms[s]))
        return joined(parts) if sum(map(len, parts)) <= 4 * few else None

    def _decide(self, node: Node, columns: Columns) -> None:
        """Find the best plan of the node among the columns that are left.

        What is not among them is no better than the best plan so far.
        """
        if self._looked_through(node, columns):
            return
        before = self.objective
        program = whole(self.problem, columns, self._worth())
        verdict, found = self._judged(program, self._start(columns, program.model))
        self.doubts += verdict.doubts
        if verdict.values is not None:
            self._take(columns, np.flatnonzero(verdict.values[: len(columns)] > 0.5))
        if found is not None:
            least, sum_ = np.inf, found + program.base
            # At the best plan the bound is that plan's own number, whatever digits it has.
            empty = verdict.least is not None and verdict.least >= NO_SOLUTION_VALUE
            if not empty and (self.total is None or sum_ < self.total):
                least = self.problem.scale.below(sum_)
            node.bound = max(node.bound, min(least, before, self.objective))
        if not self._pruned(node) and not self._blurred(node):
            # Not proven: the node stays open, and its bound is what is known.
            self._push(node)
            self.message = verdict.message
            claimed = verdict.settled or verdict.termination is Termination.UNBOUNDED
            raise SearchStopped(Termination.ERROR if claimed else verdict.termination)

    def _looked_through(self, node: Node, columns: Columns) -> bool:
        """Go through all plans of these columns if they are few, without asking anybody."""
        prices, rest = self.master.prices()
        if self.total is None:
            return False
        better = self.problem.scale.above(self.total - 1)
        found = better_plans(self.problem, columns, prices, rest, better)
        if found is None:
            return False
        for chosen in found:
            self._take(columns, chosen)
        node.bound = max(node.bound, self.objective)
        return True

    def _judged(self, program: WholeModel, start: Floats | None) -> tuple[Verdict, int | None]:
        c = self.control
        own = c.part(gap=same_distance(c.gap, self.total, program.model, program.unit, start))
        return decide_long(program.model, program.unit, program.rest, self.solver, own, start=start)

    def _worth(self) -> Floats:
        """Return what covering a municipality is worth at the last duals, (S, n), in steps."""
        duals = self.master.cover / self.problem.scale.step
        return np.clip(duals, -LARGEST_DUAL, LARGEST_DUAL)

    def _start(self, columns: Columns, model: LinearModel) -> Floats | None:
        """Return the best plan as a solution over these columns, None where it is none."""
        return None if self.plan is None else solution_of(self.problem, columns, model, self.plan)

    def _solve(self, columns: Columns) -> None:
        """Hand columns to the back end, and keep the plan it finds if it is better."""
        model = whole(self.problem, columns, self._worth()).model
        c = self.control
        solution = self.solver.solve(model, c.part(), start=self._start(columns, model))
        if solution.held is not Held.NONE and solution.values is not None:
            self._take(columns, np.flatnonzero(solution.values[: len(columns)] > 0.5))

    # -- small things --------------------------------------------------------------------------

    def _raise_bound(self, bound: float) -> None:
        if bound > self.bound:
            self.bound = max(self.bound, min(bound, self.objective, self._left_at))
            self._tell("bound")

    def _least(self, bound: float) -> int | None:
        """Return the least whole weighted sum that a scaled bound leaves."""
        if bound >= self.objective:
            return self.total
        return self.problem.scale.least(bound)

    def _within_gap(self, bound: float) -> bool:
        if self.total is None:
            return False
        least = self._least(bound)
        if least is None:
            return False
        distance = self.total - least
        return distance <= 0 or distance <= self.control.gap * abs(self.total)

    def _pruned(self, node: Node) -> bool:
        return node.bound == np.inf or self._within_gap(node.bound)

    def _blurred(self, node: Node) -> bool:
        """Whether a node is as good as done: what is left open in it is too little to be told."""
        if self.total is None:
            return False
        return self.problem.scale.blurred(self.total, self._least(node.bound))

    def _leave(self, node: Node) -> None:
        """Remember the bound of a node that is done: a wide gap may leave better plans in it."""
        if self._pruned(node) or self._blurred(node):
            self._left_at = min(self._left_at, node.bound)

    def _closed(self) -> bool:
        return self._within_gap(self.bound)

    def _check(self) -> None:
        if self.control.stopped:
            raise SearchStopped
        enough = self.control.enough
        if enough is not None and self.total is not None and self.total <= enough:
            raise SearchStopped(Termination.LIMIT)

    def _tell(self, phase: str) -> None:
        if self.control.on_progress is None:
            return
        scale, least = self.problem.scale, self._least(self.bound)
        incumbent = None if self.total is None else scale.shown(self.total)
        self.control.report(incumbent, None if least is None else scale.shown(least), phase)
