"""The partition formulation where there are too many coalitions to hold, but few enough to see.

Between a pool that is held and one that is priced stands a streamed one: all coalitions are gone
through again and again (`stream`), and only those of least reduced cost are held meanwhile.

1. The linear program is solved over what pricing finds (`grown`), which is almost all that
   it needs, or over the smaller coalitions where sizes are limited, then over those that a walk
   keeps, until a walk finds none that is negative: its value is then the bound that the whole pool
   gives. Until then walks take duals from the middle of the optimal ones: at those of a vertex they
   leave out little, and find what does not help.
2. Plans and cuts bring plan and bound closer.
3. As soon as a walk has kept every coalition whose reduced cost is less than the distance between
   them, those are the pool: all others are in no better plan, and the search over the pool
   (`search`) decides for the whole problem.

Where that does not come in time, a plan is looked for among what is held, and plan and bound are
what is known, as with a priced pool.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from koopopt.case.plan import Plan
from koopopt.coalitions.admissible import max_size
from koopopt.coalitions.enumeration import TooMany
from koopopt.coalitions.sets import COMPILED
from koopopt.evaluation import all_alone, status_quo
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.grown import Grown, grow, smaller
from koopopt.formulations.partition.holding import Holding
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.pool import Pool, Prices, proven
from koopopt.formulations.partition.priced import further, higher, over_a_part
from koopopt.formulations.partition.search import PartitionSearch, Tree
from koopopt.formulations.partition.selection import lowest_reduced_cost
from koopopt.formulations.partition.standing import SearchStopped, Standing
from koopopt.formulations.partition.stream import Seen, Stream
from koopopt.formulations.partition.ways import UnsolvedError
from koopopt.linear import Floats
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver, Termination

logger = logging.getLogger(__name__)

PASSED_PER_SECOND: Final = 200_000_000.0
"""Coalitions that a walk passes in a second, most of them unseen: it leaves out whole branches."""
WALKS: Final = 10
"""Walks that a proof takes, roughly."""
HELD_AT_MOST: Final = 8e6
"""Coalitions for all services up to which holding them is the quicker way."""
MOST_STREAMED: Final = 1e9
"""Coalitions of a service that are too many where there is no time limit."""
COUNTED_PER_SECOND, COUNTING_SHARE = 1e8, 0.01
"""How quickly they are counted, and for which part of the time that is left."""
MOST_TRIED: Final = 250
"""Municipalities up to which it is tried within a time limit, however many coalitions there are."""
FEW_KEPT, MOST_KEPT = 20_000, 400_000
"""Coalitions of a service to keep while duals change, and to search over."""
SOME: Final = 100_000
"""Coalitions of a service, the smaller ones, that are held before the first walk where sizes are
limited: at their prices it leaves out more."""
BYTES: Final = 1e9
"""About what all that takes."""
INTERIOR_ERROR: Final = 1e-7
"""How far, relatively, what duals of the middle prove may be below the linear program's value: what
is so near is held as well."""
STREAMING_SHARE, COUNTED_SHARE = 0.6, 0.85
"""Parts of the time that is left for getting so far that what is left can be held: where coalitions
are countless, and where they are not."""
TRIAL_SHARE: Final = 0.5
"""Part of the time that is left there for walks that may never end."""
NEAR_SHARE: Final = 0.4
"""With this share of the distance seen, it is worth to look whether all of it can be held."""
WALKABLE: Final = 0.003
"""Relative distance of plan and bound up to which a walk keeps all in between at once."""
SOLVED: Final = 1e-5
"""Relative distance of bound and value at which the linear program is as good as solved."""
SMALL_SHARE: Final = 0.5
"""Share of the municipalities up to which partnerships are small."""
LOOSE, LOOSELY = 0.2, 1e-3
"""Share of the distance of plan and bound from which on the relaxation's prices are no use, and of
all: walks first look for what is negative then."""
WORTHWHILE_SHARE: Final = 0.05
"""Share of the distance that cuts must take off, else (twice) no more are looked for."""


def possible(control: Control) -> bool:
    """Whether coalitions can be streamed here."""
    return COMPILED and control.budget >= BYTES


@dataclass(frozen=True, slots=True)
class Counted:
    """How many coalitions there are for all services; `more`: it was counted no further."""

    number: int
    more: bool


def count(problem: Problem, control: Control) -> Counted | None:
    """Return how many coalitions there are, None if they cannot be streamed.

    With sites they cannot. Along borders it is worth a try however many there are, where the time
    for it is limited.

    Raises
    ------
    Stopped
    """
    if not possible(control) or problem.facts.n > problem.facts.towns:
        return None
    left = control.remaining
    tried = left is not None and problem.facts.towns <= MOST_TRIED
    tried = tried and all(c.contiguous for c in problem.conditions)
    room = MOST_STREAMED if left is None else left * COUNTING_SHARE * COUNTED_PER_SECOND
    total, more = 0, False
    for of, services in Holding(problem).groups:
        try:
            number = int(of.count(room, check=control.check).sum())
        except TooMany as many:
            if not tried:
                return None
            number, more = int(many.known), True
        room -= number
        total += number * len(services)
    return Counted(total, more)


def solve(
    problem: Problem,
    solver: Solver,
    control: Control,
    start: Plan | None = None,
    *,
    countless: bool = False,
) -> Outcome:
    """Solve over all coalitions, seen again and again until what matters can be held.

    Where they are `countless`, walks may never end: they have a part of the time.
    """
    share = STREAMING_SHARE if countless else COUNTED_SHARE
    part = control.share(share, control.on_progress)
    standing = Standing(problem, solver, part)
    for plan in (all_alone(problem), status_quo(problem), start):
        if plan is not None:
            standing.offer(plan)
    streamed = None
    try:
        streamed = _Streamed(standing, countless=countless)
        streamed.narrow()
    except (SearchStopped, UnsolvedError) as stopped:
        if isinstance(stopped, SearchStopped) and stopped.why is Termination.LIMIT:
            return standing.outcome(Termination.LIMIT)
    if standing.closed:
        return standing.outcome(Termination.OPTIMAL)
    known = standing.outcome(control.why)
    if streamed is None or control.stopped:
        return known
    carried = Carried.of(streamed.tree.master)
    pools = streamed.tree.root.pools
    if not streamed.whole:
        outcome = over_a_part(problem, solver, control, pools, known, carried)
        if streamed.grown is not None:
            outcome = further(problem, control, streamed.grown, outcome)
        if outcome.termination is Termination.OPTIMAL or not streamed.last_walk(outcome):
            return outcome
        known, pools = standing.outcome(control.why), streamed.tree.root.pools
        if standing.closed:
            return standing.outcome(Termination.OPTIMAL)
    search = PartitionSearch(problem, solver, control, carried=carried)
    # What was left out is no better than the plan that was known, which the search began with.
    return _better(search.run(pools, known.plan), known)


def _joined(pool: Pool, more: Pool) -> Pool:
    """Return a pool with what is new of another one."""
    return Pool.joined([pool, more.take(pool.coalitions.find(more.coalitions) < 0)])


def _sizes_are_limited(problem: Problem) -> bool:
    """Whether partnerships may only be small, beside the country.

    Without borders the best of a whole country fit in: the relaxation says too little then.
    """
    most = max(max_size(problem.facts, conditions) for conditions in problem.conditions)
    return most <= SMALL_SHARE * problem.facts.towns


def _better(outcome: Outcome, known: Outcome) -> Outcome:
    """Return an outcome with the better one of two bounds."""
    return replace(outcome, least=higher(outcome.least, known.least))


class _Streamed:
    """The linear program over what walks have kept.

    Attributes
    ----------
    tree : Tree
        Its root holds what the last walk kept, or all walks until the linear program is solved.
    settled : bool
        Whether the linear program over all coalitions was solved once.
    grown : Grown or None
        What pricing found before, where sizes are not limited.
    whole : bool
        Whether no better plan has anything else than what the root has.
    """

    def __init__(self, standing: Standing, *, countless: bool) -> None:
        self.standing, self._countless = standing, countless
        self.settled = self.whole = False
        problem = standing.problem
        facts = problem.facts
        self._streams = [Stream(facts, s, c) for s, c in enumerate(problem.conditions)]
        self.grown: Grown | None = None
        carried = None
        if _sizes_are_limited(problem):
            pools = [pool for pool, _ in smaller(problem, standing.control, SOME)]
        else:
            self.grown = grown = grow(problem, standing.control, standing.plan)
            standing.raise_bound(grown.bound)
            standing.offer(grown.plan)
            pools, carried = grown.pools, grown.carried
        self.tree = Tree(standing, pools, carried)
        self.tree.master.first_phase(False)

    def narrow(self) -> None:
        """Go on until the root's pools hold every better plan, or never will (`whole` says it)."""
        self.tree.plans.polish()
        if self.grown is None:
            self._solve()
        else:
            self._begin(self.grown)
        self._walk_on()
        if self.whole and not self.standing.closed:
            root = self.tree.root
            self.tree.master.enter(root)
            self.tree.rounds.fix(root)
            self.tree.rounds.tighten(root, root=True)

    def _solve(self) -> None:
        """Solve the linear program: walk for what is negative, until that is little."""
        standing, root = self.standing, self.tree.root
        new = True
        while new and not standing.closed:
            self._generate()
            held = list(root.pools)
            new, _ = self._walk(FEW_KEPT, negative=True)
            if self.whole:
                return
            root.pools = [_joined(*both) for both in zip(held, root.pools, strict=True)]
            new = new and self.tree.master.objective - root.bound > SOLVED * abs(root.bound)
        if not standing.closed:
            self._improve(self._generate(), thoroughly=True)

    def _begin(self, grown: Grown) -> None:
        """Begin at the prices of the relaxation."""
        standing, root = self.standing, self.tree.root
        self._improve(self._generate())  # the better the plan, the more a walk leaves out
        if standing.closed:
            return
        if self._loose(grown) or self._far:
            if self._countless:
                standing.control = standing.control.share(TRIAL_SHARE, standing.control.on_progress)
            self._solve()
            return
        _, beyond = self._walk(FEW_KEPT, grown.duals)
        if not self.whole and beyond >= NEAR_SHARE * standing.distance(root):
            self._walk(MOST_KEPT, grown.duals)

    def _walk_on(self) -> None:
        """Walk until the linear program is solved, then cut, until the root holds what matters."""
        standing, root = self.standing, self.tree.root
        last, slow = -np.inf, 0
        while not standing.closed and not self.whole:
            hot = self._generate()
            new, beyond = self._walk(FEW_KEPT)
            if new or standing.closed or self.whole:
                continue
            first, self.settled = not self.settled, True
            self._improve(hot, thoroughly=first)
            distance = standing.distance(root)
            slow = slow + 1 if root.bound - last < WORTHWHILE_SHARE * distance else 0
            last = root.bound
            if beyond >= NEAR_SHARE * distance or slow > 1:
                new, _ = self._walk(MOST_KEPT)
                if new or standing.closed or self.whole:
                    continue
                root.pools = lowest_reduced_cost(root)
            if slow > 1 or not self.tree.rounds.cut(larger=True):
                return

    def last_walk(self, outcome: Outcome) -> bool:
        """Walk in what time is left if nothing else did, with a better plan; return `whole`."""
        standing = self.standing
        if not self._countless or self.grown is None:
            return False
        if outcome.plan is not None:
            standing.offer(outcome.plan)
        with suppress(SearchStopped, UnsolvedError):
            self._generate()
            self._walk(MOST_KEPT, self.grown.duals)
        return self.whole

    def _loose(self, grown: Grown) -> bool:
        """Whether the relaxation is far below the linear program, beside the plan's distance."""
        bound, objective = grown.bound, self.standing.objective
        below = self.tree.master.objective - bound
        return bool(below > LOOSE * (objective - bound) and below > LOOSELY * abs(objective))

    @property
    def _far(self) -> bool:
        """Whether a walk that keeps all between plan and bound may never end."""
        standing = self.standing
        distance = standing.objective - standing.bound
        return self._countless and distance > WALKABLE * max(abs(standing.objective), 1e-9)

    def _generate(self) -> Node:
        """Solve the linear program over the root's pools; what it proves holds for them only."""
        root = self.tree.root
        hot = replace(root, pools=list(root.pools), reduced=[], bound=-np.inf, level=-np.inf)
        self.tree.master.enter(hot)
        self.tree.rounds.generate(hot)
        if len(self.tree.master.value) < len(self.tree.master.columns):
            self.tree.rounds.solve()  # it ended where what is held cannot be better than the plan
        return hot

    def _improve(self, hot: Node, *, thoroughly: bool = False) -> None:
        """Look for a better plan in what is held."""
        if self.tree.rounds.integral():
            return
        hottest = hot.with_pools(lowest_reduced_cost(hot))
        if thoroughly:
            self.tree.choose(hottest)
        else:
            self.tree.plans.dive(hottest)
            self.tree.plans.polish()
        self._generate()

    def _walk(
        self, room: int, duals: list[Floats] | None = None, *, negative: bool = False
    ) -> tuple[bool, float]:
        """Go through all coalitions at the last duals; the root holds those that are kept.

        Or at others, of the fixed rows; what is kept costs less than a better plan may have, or
        only what is `negative`.

        Returns whether the linear program got new ones, and from which reduced cost on not all are
        held.
        """
        standing, root, master = self.standing, self.tree.root, self.tree.master
        if duals is not None:
            master.duals = duals + [np.zeros_like(d) for d in master.duals[len(duals) :]]
        elif not self.settled:
            master.centre(standing.control.remaining)
        prices, rest = master.prices()
        value = master.objective if duals is None else standing.bound
        distance = 0.0 if negative else 1.01 * (standing.objective - value)
        below = max(distance, 2 * master.negligible, INTERIOR_ERROR * abs(standing.objective))
        seen = list(self._each(prices, below, room))
        root.pools = [s.pool for s in seen]
        root.reduced = [s.reduced for s in seen]
        beyond = [s.beyond for s in seen]
        bound, root.level = proven(root.pools, prices, root.alone, root.reduced, rest, beyond)
        root.bound = max(root.bound, bound)
        standing.raise_bound(root.bound)
        self.whole = min(beyond) >= standing.distance(root)
        logger.info(
            "walked: kept %d coalitions, others cost %.4g or more; program %.10g, bound %.10g, plan"
            " %.10g", sum(map(len, root.pools)), min(beyond), master.objective, bound,
            standing.objective,
        )  # fmt: skip
        priced = [(s.reduced, s.seat) for s in seen]
        return self.tree.rounds.add(priced, root.pools), min(beyond)

    def _each(self, prices: list[Prices], below: float, room: int) -> Iterator[Seen]:
        """Walk for each service, on as many threads as are allowed."""
        check = self.standing.check

        def walked(stream: Stream, price: Prices) -> Seen:
            return stream.least(price, below, room, check)

        threads = self.standing.control.threads
        if threads > 1:
            with ThreadPoolExecutor(threads) as executor:
                yield from executor.map(walked, self._streams, prices)
        else:
            yield from map(walked, self._streams, prices)
