"""The search: column generation, cuts, fixing, and one last integer program if need be.

Each round leaves a proven bound and a smaller pool:

1. *generate*: solve the restricted master, price the pool with its duals, add what is negative,
   until nothing is: the value of the linear program is then a bound for the whole problem;
2. *improve*: an integer program over the columns at hand gives a plan early;
3. *fix*: a coalition whose reduced cost exceeds the distance between plan and bound is in no
   better plan and leaves the pool for good;
4. *cut*: rows that every plan keeps and the fractional solution breaks raise the bound.

When few columns are left, or no cut is found, a last integer program over what is left decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from koopopt.evaluate import evaluate
from koopopt.facts import TOLERANCE
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition.columns import (
    Columns,
    alone_columns,
    joined,
    pair_terms,
    pooled_columns,
)
from koopopt.formulations.partition.cuts import seat_cuts, subset_cuts
from koopopt.formulations.partition.master import Master, twins
from koopopt.formulations.partition.model import write
from koopopt.formulations.partition.pool import FORBIDDEN, Pool, Prices
from koopopt.formulations.partition.rows import SubsetCuts
from koopopt.linear import Bools, Floats, Ints
from koopopt.plan import Plan
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Held, Solver, Termination

INTEGRAL = 1e-6
FEW = 2_000
"""An integer program over so many columns is quick enough to end the search with."""
MANY = 60_000
"""Over more columns it is hopeless: rather go on cutting."""


class Stopped(Exception):  # noqa: N818 - a signal inside this module
    """Cancelled or out of time."""


@dataclass(slots=True)
class Search:
    """The state of a search.

    Attributes
    ----------
    pools : list of Pool
        What each service may still form.
    alone : list of (n,) bool arrays
        Who may still stay alone, by service.
    plan, objective : Plan or None, float
        The best so far.
    bound : float
        Proven so far.
    """

    problem: Problem
    solver: Solver
    control: Control
    pools: list[Pool]
    alone: list[Bools]
    plan: Plan | None = None
    objective: float = np.inf
    bound: float = -np.inf
    master: Master = field(init=False)
    message: str = ""
    _known: set[tuple[int, int, bytes]] = field(default_factory=set)
    _reduced: list[Floats] = field(default_factory=list)
    _share: list[Floats] = field(default_factory=list)

    def run(self, start: Plan | None = None) -> Outcome:
        """Search until the gap is closed, a limit is reached, or infeasibility is proven."""
        if start is not None:
            self._offer(start)
        try:
            return self._outcome(self._rounds())
        except Stopped:
            cancelled = self.control.cancel.is_set()
            return self._outcome(Termination.INTERRUPTED if cancelled else Termination.TIME_LIMIT)

    def _outcome(self, termination: Termination) -> Outcome:
        bound = self.bound if np.isfinite(self.bound) else None
        return Outcome(termination, self.plan, bound, self.message)

    def _rounds(self) -> Termination:
        facts = self.problem.facts
        services = range(len(facts.services))
        terms = [pair_terms(facts, s) for s in services]
        first = joined(
            alone_columns(facts, s, np.flatnonzero(self.alone[s]), terms[s]) for s in services
        )
        twins(self._known, first)
        self.master = Master(self.problem, first, terms)
        if not self._feasible():
            return Termination.INFEASIBLE
        best, slow = -np.inf, 0
        while True:
            self._generate()
            if self._closed():
                return Termination.OPTIMAL
            self._round_off()
            self._fix()
            if self._closed():
                return Termination.OPTIMAL
            if not np.isfinite(self.objective) or best == -np.inf:
                self._improve()
                self._fix()
                if self._closed():
                    return Termination.OPTIMAL
            left = self._left()
            gained = (self.bound - best) / max(self.objective - best, 1e-12)
            slow = slow + 1 if gained < 0.05 else 0
            best = self.bound
            if left is not None and (len(left) <= FEW or slow >= 3):
                return self._finish(left)
            if not self._cut():
                left = self._left(hopeless_too=True)
                assert left is not None
                return self._finish(left)

    # -- 1 generate ----------------------------------------------------------------------------

    def _feasible(self) -> bool:
        """Whether the linear program with the whole pool has a solution (first phase)."""
        self.master.first_phase(True)
        self._generate(first_phase=True)
        feasible = self.master.objective <= 1e-7
        self.master.first_phase(False)
        return feasible

    def _generate(self, first_phase: bool = False) -> None:
        """Solve the restricted master to optimality over the whole pool."""
        while True:
            self._check()
            if not self.master.solve(self.control.remaining):
                raise Stopped
            if first_phase and self.master.objective <= 1e-7:
                return
            prices, bound = self.master.prices()
            new, bound = self._price(prices, bound)
            if not first_phase:
                self.bound = max(self.bound, bound)
                self._tell("columns")
                if self._closed():
                    return
            if sum(map(len, new)):
                self.master.add(joined(new))
            elif not self._cut_seats():
                return

    def _price(self, prices: list[Prices], bound: float) -> tuple[list[Columns], float]:
        """Return negative columns, and the bound that these prices prove."""
        facts = self.problem.facts
        scale = max(1.0, abs(self.master.objective))
        new = []
        self._reduced, self._share = [], []
        for s, (pool, price) in enumerate(zip(self.pools, prices, strict=True)):
            reduced, seat = pool.reduced_cost(price)
            share = np.where(self.alone[s], price.alone, np.inf)
            share = np.minimum(share, pool.least_share(reduced))
            self._reduced.append(reduced)
            self._share.append(share)
            bound += float(share.sum())
            which = _pick(pool, reduced, -1e-10 * scale)
            columns = pooled_columns(facts, s, pool, which, seat[which], self.master.terms[s])
            new.append(columns.take(np.array(twins(self._known, columns), np.int64)))
        return new, bound

    def _cut_seats(self) -> bool:
        most = self.problem.plan_conditions.max_partner_seats
        if most is None or most >= len(self.problem.facts.services):
            return False
        block = seat_cuts(self.problem.facts, self.master.columns, self.master.value, most)
        if block is not None:
            self.master.add_block(block)
        return block is not None

    # -- 2 improve -----------------------------------------------------------------------------

    def _round_off(self) -> None:
        """Take the solution of the linear program as a plan if it is integral."""
        value = self.master.value
        if np.abs(value - np.rint(value)).max(initial=0.0) <= INTEGRAL:
            self._take(self.master.columns, np.flatnonzero(value > 0.5))

    def _improve(self) -> None:
        """Look for a plan among the columns at hand."""
        control = self._part()
        columns = self.master.columns
        model = write(self.problem, columns)
        solution = self.solver.solve(model, control, weights=self._weights())
        if solution.held is not Held.NONE and solution.values is not None:
            self._take(columns, np.flatnonzero(solution.values[: len(columns)] > 0.5))
        self._tell("plan")

    def _take(self, columns: Columns, chosen: Ints) -> None:
        facts = self.problem.facts
        self._offer(Plan(columns.partnership(facts, int(k)) for k in chosen))

    def _offer(self, plan: Plan) -> None:
        """Keep a plan if it is better and the evaluator finds nothing wrong with it."""
        evaluation = evaluate(self.problem, plan)
        if evaluation.feasible and evaluation.objective < self.objective:
            self.plan, self.objective = plan, evaluation.objective

    # -- 3 fix ---------------------------------------------------------------------------------

    def _distance(self) -> float:
        """Return the distance of plan and bound, rounding included."""
        return self.objective - self.bound + TOLERANCE * max(1.0, abs(self.objective))

    def _fix(self) -> None:
        """Drop coalitions that are in no better plan."""
        if not np.isfinite(self.objective):
            return
        for s, (pool, reduced, share) in enumerate(
            zip(self.pools, self._reduced, self._share, strict=True)
        ):
            excess = reduced - pool.coalitions.total(np.where(np.isfinite(share), share, 0.0))
            kept = excess <= self._distance()
            if not kept.all():
                self.pools[s] = pool.take(kept)
                self._reduced[s] = reduced[kept]

    # -- 4 cut ---------------------------------------------------------------------------------

    def _cut(self) -> bool:
        block = subset_cuts(
            self.problem.facts, self.master.columns, self.master.value, per_service=40, per_town=8
        )
        if block is not None:
            self.master.add_block(block)
        return block is not None

    # -- the end -------------------------------------------------------------------------------

    def _left(self, hopeless_too: bool = False) -> Columns | None:
        """Return all columns that may be in a better plan, None if they are too many."""
        facts = self.problem.facts
        prices, _ = self.master.prices()
        parts = []
        count = 0
        for s, (pool, price) in enumerate(zip(self.pools, prices, strict=True)):
            share = np.where(np.isfinite(self._share[s]), self._share[s], 0.0)
            parts.append(
                alone_columns(facts, s, np.flatnonzero(self.alone[s]), self.master.terms[s])
            )
            if count + len(pool) > MANY and not hopeless_too:
                return None
            for a in range(0, len(pool), 50_000):
                rows = np.arange(a, min(a + 50_000, len(pool)))
                excess = pool.by_seat(price, rows)
                excess -= pool.coalitions.take(rows).total(share)[:, None]
                row, seat = np.nonzero(excess <= min(self._distance(), FORBIDDEN / 2))
                count += len(row)
                parts.append(
                    pooled_columns(facts, s, pool, rows[row], seat, self.master.terms[s])
                )
        return joined(parts) if hopeless_too or count <= MANY else None

    def _finish(self, columns: Columns) -> Termination:
        """Let the back end decide over the columns that are left."""
        cuts = [b for b in self.master.blocks if isinstance(b, SubsetCuts)]
        model = write(self.problem, columns, cuts)
        control = self._part(gap=self.control.gap)
        solution = self.solver.solve(model, control, weights=self._weights())
        self.message = solution.message
        if solution.held is not Held.NONE and solution.values is not None:
            self._take(columns, np.flatnonzero(solution.values[: len(columns)] > 0.5))
        if solution.termination is Termination.INFEASIBLE:
            if self.plan is None:
                return Termination.INFEASIBLE
            self.bound = self.objective
            return Termination.OPTIMAL
        if solution.bound is not None:
            # What is not in the model is not better than the plan in hand.
            self.bound = max(self.bound, min(solution.bound, self.objective))
        return solution.termination

    # -- small things --------------------------------------------------------------------------

    def _weights(self) -> tuple[float, ...]:
        return tuple(self.master.weights.tolist())

    def _part(self, gap: float = 0.0) -> Control:
        """Return a control for one call of the back end."""
        c = self.control
        return Control(gap, c.remaining, c.threads, c.seed, c.cancel)

    def _closed(self) -> bool:
        if not np.isfinite(self.objective):
            return False
        allowed = max(self.control.gap, TOLERANCE) * abs(self.objective)
        return self.objective - self.bound <= max(allowed, TOLERANCE)

    def _check(self) -> None:
        if self.control.stopped:
            raise Stopped

    def _tell(self, phase: str) -> None:
        incumbent = self.objective if np.isfinite(self.objective) else None
        bound = self.bound if np.isfinite(self.bound) else None
        self.control.report(incumbent, bound, phase)


def _pick(pool: Pool, reduced: Floats, below: float, passes: int = 3, most: int = 2000) -> Ints:
    """Return negative coalitions to add: several packings of disjoint ones, best first.

    Coalitions that fit together make better partitions than the few most negative ones, which
    are all alike.
    """
    negative = np.flatnonzero(reduced < below)
    if len(negative) > most:
        negative = negative[np.argpartition(reduced[negative], most)[:most]]
    negative = negative[np.argsort(reduced[negative], kind="stable")]
    members = [pool.coalitions[c] for c in negative.tolist()]
    picked: list[int] = []
    open_ = np.ones(len(negative), bool)
    for _ in range(passes):
        free = np.ones(pool.coalitions.n, bool)
        for k in np.flatnonzero(open_).tolist():
            if free[members[k]].all():
                free[members[k]] = False
                open_[k] = False
                picked.append(k)
    return negative[picked]
