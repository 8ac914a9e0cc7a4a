"""The partition formulation where there are too many coalitions to enumerate: a priced pool.

Columns come from a pricing heuristic, bounds from a relaxation of pricing:

* for a seat and a line under the cost curve, everything is linear, and the best coalition simply
  takes whoever has a negative price (grown along borders where it must be connected): one
  candidate for each seat and line; where these are not negative, a beam search looks for more;
* without the rules about who may be with whom, the same sum is a lower bound on the reduced cost
  of *every* coalition with that seat, so that Lagrangian duality gives a bound for the problem.

Where costs are linear (facility location, p-median) both agree and the bound is that of the
linear program; else a gap may remain, and is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from math import floor

import numpy as np

from koopopt.case.facts import CENTS_PER_EURO, Facts
from koopopt.case.plan import Plan
from koopopt.evaluation import evaluate
from koopopt.exact import AMOUNT_ERROR
from koopopt.formulations.base import Outcome, known
from koopopt.formulations.partition.beam import beam
from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.coalitions import COMPILED_FROM, FORBIDDEN, Coalitions
from koopopt.formulations.partition.columns import (
    alone_columns,
    joined,
    pair_terms,
    unseen,
)
from koopopt.formulations.partition.enumeration import TooMany
from koopopt.formulations.partition.growing import add_columns, add_seat_cuts
from koopopt.formulations.partition.holding import enumeration
from koopopt.formulations.partition.lines import lines_below
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.pool import Pool, Prices, fill, max_size
from koopopt.formulations.partition.proposing import cheapest_others, largest_size, propose
from koopopt.formulations.partition.rows import SeatCuts
from koopopt.formulations.partition.rows import prices as prices_of
from koopopt.formulations.partition.search import PartitionSearch
from koopopt.formulations.partition.ways import UnsolvedError
from koopopt.linear import Bools, Floats
from koopopt.problem import Problem
from koopopt.rules import Conditions
from koopopt.solvers.base import Control, Progress, Solver, Stopped, Termination

GROWING_SHARE, SEARCHING_SHARE = 0.45, 0.8
"""Parts of the time that is left: for the pool to grow, then for the search in it."""


def solve(problem: Problem, solver: Solver, control: Control, start: Plan | None = None) -> Outcome:
    """Solve with a pool that grows by pricing; the bound is valid for the whole problem."""
    left = control.remaining
    watch = control.on_progress
    growing = control.part(None if left is None else GROWING_SHARE * left, on_progress=watch)
    pools, bound, _ = grow(problem, growing, start)
    least = problem.scale.least(bound)
    if control.stopped:
        return known(problem, control, start, least)

    return over_a_part(problem, solver, control, pools, Outcome(Termination.LIMIT, start, least))


def over_a_part(
    problem: Problem,
    solver: Solver,
    control: Control,
    pools: list[Pool],
    so_far: Outcome,
    carried: Carried | None = None,
) -> Outcome:
    """Search for a plan in pools that are a part of the whole; what is known has the bound."""
    watch, least = control.on_progress, so_far.least
    shown = None if least is None else problem.scale.shown(least)

    def tell(progress: Progress) -> None:
        """Pass on the plan; what the search proves holds for its pool only."""
        control.report(progress.incumbent, shown, progress.phase)

    left = control.remaining
    searching = control.part(
        None if left is None else SEARCHING_SHARE * left, on_progress=tell if watch else None
    )
    search = PartitionSearch(problem, solver, searching, carried=carried)
    outcome = search.run(pools, so_far.plan)
    plan = outcome.plan
    if outcome.termination in (Termination.OPTIMAL, Termination.INFEASIBLE):
        proven = False
        if plan is not None and least is not None:
            total = evaluate(problem, plan).total
            least = min(least, total)
            proven = total - least <= control.gap * abs(total)
        termination = Termination.OPTIMAL if proven else Termination.LIMIT
        return replace(outcome, termination=termination, least=least)
    return replace(outcome, least=least)


def _shown(problem: Problem, bound: float) -> float | None:
    """Return a scaled bound as people see it, None where nothing is proven."""
    least = problem.scale.least(bound)
    return None if least is None else problem.scale.shown(least)


def grow(
    problem: Problem, control: Control, start: Plan | None = None
) -> tuple[list[Pool], float, Carried]:
    """Return pools grown until pricing finds nothing more, and the best bound on the way.

    They hold the partnerships of `start` as well. What their linear program has learnt is the third
    of what is returned.
    """
    growth = _Growth(problem, control, start)
    with suppress(Stopped, UnsolvedError):
        growth.run()
    return growth.pools, growth.best, Carried.of(growth.master)


class _Growth:
    """Pools that grow by pricing.

    Attributes
    ----------
    pools : list of Pool
    best : float
        The best bound so far.
    master : Master
        The linear program over them.
    """

    def __init__(self, problem: Problem, control: Control, start: Plan | None) -> None:
        self._problem, self._control = problem, control
        facts, services = problem.facts, range(len(problem.facts.services))
        self._terms = [pair_terms(facts, s) for s in services]
        self._alone = [c.alone for c in problem.conditions]
        self._lines = [lines_below(facts, s) for s in services]
        self.pools = [
            _with(facts, s, c, start, _seed(facts, s, c, control))
            for s, c in enumerate(problem.conditions)
        ]
        self._held = [{p.coalitions[k].tobytes() for k in range(len(p))} for p in self.pools]
        first = joined(
            alone_columns(facts, s, np.flatnonzero(self._alone[s]), self._terms[s])
            for s in services
        )
        self._known: set[tuple[int, int, bytes]] = set()
        unseen(self._known, first)
        self.master = Master(problem, first, self._terms)
        self.master.cancel = control.cancel
        self.master.first_phase(False)
        self.master.enter(Node.root(facts, self.pools, self._alone))
        start_prices = prices_of(problem, self.master.weights, self._terms)
        self.best = sum(
            _floor(facts, s, problem.conditions[s], start_prices[s], self._lines[s])
            for s in services
        )
        self._near = [np.flatnonzero(row).tolist() for row in facts.adjacent]
        self._cuts: list[SeatCuts] = []

    def run(self) -> None:
        """Solve and price until there is nothing new."""
        master, control = self.master, self._control
        while master.solve(control.remaining):
            control.check()
            master.centre(control.remaining)
            prices, bound = master.prices()
            linear = [self._linear(s, price) for s, price in enumerate(prices)]
            bound += sum(self._least(s, prices[s], linear[s]) for s in range(len(prices)))
            self.best = max(self.best, bound - 100 * AMOUNT_ERROR * abs(bound))
            control.report(None, _shown(self._problem, self.best), "columns")
            if not (
                self._grown(prices, self._proposed(linear))
                or self._grown(prices, self._climbed(prices))
                or add_seat_cuts(master, self._cuts)
            ):
                return

    def _least(self, s: int, price: Prices, linear: list[tuple[Floats, Floats]]) -> float:
        """Return what the reduced costs of a plan's columns add up to at least, for a service."""
        conditions = self._problem.conditions[s]
        least = _least(conditions, linear, largest_size(self.master.facts, conditions))
        alone = np.where(self._alone[s], price.alone, 0.0)
        return float(np.minimum(np.minimum(least, 0.0), alone).sum())

    def _linear(self, s: int, price: Prices) -> list[tuple[Floats, Floats]]:
        conditions = self._problem.conditions[s]
        return _linear(self.master.facts, s, conditions, price, self._lines[s])

    def _proposed(self, linear: list[list[tuple[Floats, Floats]]]) -> Iterator[list[Bools]]:
        """Yield what lines propose for each service."""
        for s, conditions in enumerate(self._problem.conditions):
            yield propose(self.master.facts, conditions, linear[s], self._near, self._control)

    def _climbed(self, prices: list[Prices]) -> Iterator[list[Bools]]:
        """Yield what a beam search finds for each service."""
        for s, conditions in enumerate(self._problem.conditions):
            seeds, check = self.pools[s].coalitions, self._control.check
            yield list(beam(self.master.facts, s, conditions, prices[s], seeds, check).dense > 0)

    def _grown(self, prices: list[Prices], found: Iterator[list[Bools]]) -> bool:
        """Add to the pools what is found, and what is negative of them to the linear program.

        Returns whether any of that is new.
        """
        master, facts, picked, seats = self.master, self.master.facts, [], []
        for s, (sets, conditions) in enumerate(zip(found, self._problem.conditions, strict=True)):
            added = fill(facts, s, conditions, _fresh(sets, self._held[s], facts.n))
            self.pools[s] = Pool.joined([self.pools[s], added])
            reduced, seat = self.pools[s].reduced_cost(prices[s])
            which = np.flatnonzero(reduced < -master.negligible)
            picked.append(which[np.argsort(reduced[which], kind="stable")[: 20 * facts.n]])
            seats.append(seat)
        return add_columns(master, self._known, self.pools, picked, seats)


def _seed(facts: Facts, s: int, conditions: Conditions, control: Control) -> Pool:
    """Return the smallest coalitions, as many sizes as are few."""
    found = Coalitions.of_table(np.zeros((0, facts.n), bool))
    for size in (4, 3, 2):
        everything = enumeration(facts, conditions, size)
        try:
            everything.count(COMPILED_FROM, check=control.check)
            found = Coalitions.joined(facts.n, [found, *everything.pieces(control.check)])
            break
        except TooMany:
            continue
        except Stopped:
            break
    return fill(facts, s, conditions, found)


def _with(facts: Facts, s: int, conditions: Conditions, plan: Plan | None, pool: Pool) -> Pool:
    """Return the pool with the partnerships of a plan."""
    pooled = [] if plan is None else [p for p in plan.of(facts.services[s].id) if p.pooled]
    if not pooled:
        return pool
    held = {pool.coalitions[k].tobytes() for k in range(len(pool))}
    table = np.zeros((len(pooled), facts.n), bool)
    for k, p in enumerate(pooled):
        table[k, facts.members(p)] = True
    return Pool.joined([pool, fill(facts, s, conditions, _fresh(list(table), held, facts.n))])


def _floor(
    facts: Facts,
    s: int,
    conditions: Conditions,
    price: Prices,
    lines: list[tuple[float, float]],
) -> float:
    """Return what a service costs at least, with prices that hold no duals.

    Whoever pools pays at least the least average cost for its demand, an equal share of the
    cheapest form, and the way to the nearest seat; the shares of a partnership's members add up.
    """
    demand = facts.demand[s]
    high, low = float(demand.sum()), float(demand[demand > 0].min(initial=np.inf))
    average = 0.0
    if high > 0:
        # On a line the average cost is least at an end.
        ends = [(a + b * d) / d for a, b in lines for d in (low, high)]
        average = max(0.0, min(ends))
    form = min((cost / k for k, cost in _form_costs(facts, conditions)), default=np.inf)
    # Rounding to the cent takes off half of one at the most.
    share = np.full(len(demand), np.inf)
    if np.isfinite(form):
        share = price.cost * (CENTS_PER_EURO * (average * demand + form) - 0.5)
    pooled = np.where(conditions.pool, share + price.pair.min(axis=0), np.inf)
    alone = np.where(conditions.alone, price.alone, np.inf)
    least = np.minimum(pooled, alone)
    least = least[np.isfinite(least)]
    return float((least - AMOUNT_ERROR * np.abs(least)).sum())


def _form_costs(facts: Facts, conditions: Conditions) -> Iterator[tuple[int, float]]:
    """Yield the numbers of members that a legal form allows, with its cost."""
    sizes, at_site = range(1, max_size(facts, conditions) + 1), facts.n > facts.towns
    for form, ok in zip(facts.instance.legal_forms, conditions.forms, strict=True):
        yield from ((k, form.cost(k)) for k in sizes if ok and form.fits(k, at_site=at_site))


def _linear(
    facts: Facts, s: int, conditions: Conditions, price: Prices, lines: list[tuple[float, float]]
) -> list[tuple[Floats, Floats]]:
    """Return for each line (price of the seat, price[h, i] of members), without cuts."""
    pair = np.where(conditions.pair.T & conditions.pool, price.pair, FORBIDDEN)
    form = min((cost for _, cost in _form_costs(facts, conditions)), default=FORBIDDEN)
    fixed = np.array([float(facts.fixed_cost(s, h)) for h in range(facts.n)])
    result = []
    for intercept, slope in lines:
        member = pair + price.cost * CENTS_PER_EURO * slope * facts.demand[s]
        cents = CENTS_PER_EURO * (intercept + form)
        # Rounding to the cent takes off half of one at the most, of whole cents nothing; with the
        # fixed cost of a site it may go either way.
        cents = cents - 0.5 if slope else floor(cents + 0.5 - AMOUNT_ERROR * max(1.0, abs(cents)))
        base = price.seat + price.body + price.cost * cents + member.diagonal()
        base += price.cost * np.where(fixed > 0, CENTS_PER_EURO * fixed - 1.0, 0.0)
        result.append((np.where(conditions.pool, base, FORBIDDEN), member))
    return result


def _least(conditions: Conditions, linear: list[tuple[Floats, Floats]], most: int) -> Floats:
    """Return (n,) a lower bound on the reduced cost of any pooled column seated at h."""
    least = np.full(len(conditions.pool), np.inf)
    for base, member in linear:
        least = np.minimum(least, base + cheapest_others(member, most))
    return least


def _fresh(sets: list[Bools], held: set[bytes], n: int) -> Coalitions:
    new = []
    for wanted in sets:
        key = np.flatnonzero(wanted).astype(np.int16).tobytes()
        if key not in held:
            held.add(key)
            new.append(wanted)
    return Coalitions.of_table(np.array(new) if new else np.zeros((0, n), bool))
