"""Pools that grow by pricing, and a bound for all that is not in them.

1. A linear program over true coalitions and over those of a relaxation (`relaxed`) is solved by
   column generation, with duals from the middle, which an interior point reaches long before the
   end: its value is a bound for the whole problem, near that of all coalitions, and every round's
   duals prove a bound of their own.
2. What is true of its columns, and what the rules leave of the others (`proposing`), is the pool.
   It grows on by what has negative reduced cost: what the relaxation proposes, then what a beam
   search finds (`beam`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA
from koopopt.exact import AMOUNT_ERROR
from koopopt.formulations.partition.beam import beam
from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.coalitions import Coalitions
from koopopt.formulations.partition.columns import (
    Columns,
    alone_columns,
    joined,
    pair_terms,
    unseen,
)
from koopopt.formulations.partition.enumeration import TooMany
from koopopt.formulations.partition.growing import add_columns, add_negative, add_seat_cuts
from koopopt.formulations.partition.holding import enumeration
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.pool import Pool, Prices, fill
from koopopt.formulations.partition.proposing import propose
from koopopt.formulations.partition.relaxed import Cheapest, Relaxation, least_shares
from koopopt.formulations.partition.rows import CoverRows, SeatCuts
from koopopt.formulations.partition.rows import prices as prices_of
from koopopt.formulations.partition.ways import UnsolvedError
from koopopt.linear import Bools, Floats, Ints
from koopopt.problem import Problem
from koopopt.rules import Conditions
from koopopt.solvers.base import Control, Stopped

logger = logging.getLogger(__name__)

SMALL_SIZES: Final = (4, 3, 2)
"""Numbers of members up to which all coalitions are held, if they are few."""
FEW: Final = 20_000
"""Coalitions of a service that are few."""
APPROACHING_SHARE: Final = 0.35
"""Part of the time for the relaxation's linear program."""
NEARER: Final = 0.5
"""An interior point comes nearer than the bound is by this share."""
LOOSEST, TIGHTEST = 0.1, 1e-8
"""How near it comes, relatively, in the beginning and in the end."""
NEAR_ENOUGH: Final = 1e-7
"""Relative distance of bound and value at which the linear program is as good as solved."""
CLOSE, PATIENCE, MOST_ROUNDS = 1e-3, 20, 500
"""Relative distance from which on it has to fall by a tenth in so many rounds; rounds in all."""
SETTLING: Final = 10
"""Rounds in which true coalitions have to lower their linear program."""
SMOOTHED: Final = 0.8
"""Share of the best duals so far in the next ones."""
ASCENDING_AFTER, STEPS = 6, 60
"""After so many rounds that prove no more, duals go uphill by so many steps."""
STEPS_DOWN, SHORTER, DEFLECTED = 12, 0.6, 0.7
"""After so many steps that prove no more they get shorter; share of the way before in a step."""
STALE: Final = 0.9
"""That share falls to this part of it with every round that proves no more."""


@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """Pools that pricing has found, and what it has proved of all the others.

    Attributes
    ----------
    pools : list of Pool
        With the partnerships of the plan to start from.
    bound : float
        Of the scaled weighted sum of every plan.
    carried : Carried
        The columns of their linear program.
    duals : list of arrays
        Those of its fixed rows that prove the bound, none where there is no other than a simple
        one.
    """

    pools: list[Pool]
    bound: float
    carried: Carried
    duals: list[Floats]


def grow(problem: Problem, control: Control, start: Plan | None = None) -> Grown:
    """Return pools grown until pricing finds nothing more."""
    growth = _Growth(problem, control, start)
    with suppress(Stopped, UnsolvedError):
        growth.approach()
        growth.settle()
    return Grown(growth.pools, growth.best, growth.carried, growth.duals)


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What prices show: the cheapest coalitions, the bound, and whether it is the best so far.

    `uncovered` is (S · n,): 1 less how many of what is worth its price have a municipality.
    """

    prices: list[Prices]
    found: list[Cheapest]
    bound: float
    better: bool
    uncovered: Floats


class _Growth:
    """Pools that grow by pricing.

    Attributes
    ----------
    pools : list of Pool
    best : float
        The best bound so far.
    duals : list of arrays
        What proves it.
    """

    def __init__(self, problem: Problem, control: Control, start: Plan | None) -> None:
        self._problem, self._control = problem, control
        self._facts = facts = problem.facts
        services = range(len(facts.services))
        self._terms = [pair_terms(facts, s) for s in services]
        self._alone = [c.alone for c in problem.conditions]
        seeds = [_seed(facts, s, c, control) for s, c in enumerate(problem.conditions)]
        self._small = [pool for pool, _ in seeds]
        self._relaxed = [
            Relaxation(facts, s, c, held)
            for (s, c), (_, held) in zip(enumerate(problem.conditions), seeds, strict=True)
        ]
        self.pools = [
            _with(facts, s, c, start, self._small[s]) for s, c in enumerate(problem.conditions)
        ]
        self._held = [{p.coalitions[k].tobytes() for k in range(len(p))} for p in self.pools]
        self._near = [np.flatnonzero(row).tolist() for row in facts.adjacent]
        self._program()
        self._fixed = len(self._master.blocks)
        # To begin with, each costs what it does at the least: a bound, and duals to start from.
        prices = prices_of(problem, self._master.weights, self._terms)
        shares = [least_shares(facts, s, c, prices[s]) for s, c in enumerate(problem.conditions)]
        self.best = float(sum(share.sum() for share in shares))
        self.duals = [
            np.concatenate(shares) if isinstance(block, CoverRows) else np.zeros(len(block.names))
            for block in self._master.blocks
        ]

    def _program(self, columns: Columns | None = None) -> None:
        """Begin a linear program over true columns, and nobody pooled."""
        first = joined(
            alone_columns(self._facts, s, np.flatnonzero(alone), self._terms[s])
            for s, alone in enumerate(self._alone)
        )
        self._known: set[tuple[int, int, bytes]] = set()
        unseen(self._known, first)
        self._cuts: list[SeatCuts] = []
        self._master = master = Master(self._problem, first, self._terms)
        master.cancel = self._control.cancel
        master.first_phase(False)
        if columns is not None:
            master.add(columns.take(np.array(unseen(self._known, columns), np.int64)))
        self._true = [np.ones(len(master.columns), bool)]
        master.enter(Node.root(self._facts, self.pools, self._alone))

    @property
    def carried(self) -> Carried:
        """The true columns of the linear program."""
        columns = self._master.columns
        true = np.concatenate(self._true) & columns.pooled
        return Carried(columns.take(np.flatnonzero(true)), ())

    # -- the relaxation ------------------------------------------------------------------------

    def approach(self) -> None:
        """Solve the linear program with the coalitions of the relaxation in it."""
        control, left = self._control, self._control.remaining
        stop = None if left is None else (1 - APPROACHING_SHARE) * left
        tolerance, last, patience = LOOSEST, np.inf, PATIENCE
        rounds, stale, smoothed = 0, 0, True
        # From nothing, an interior point finds nowhere to begin.
        while self._master.approach(tolerance, control.remaining) or self._master.solve(
            control.remaining
        ):
            master, rounds = self._master, rounds + 1
            if smoothed:
                master.duals = _between(master.duals, self.duals, SMOOTHED * STALE**stale)
            looked = self._look()
            stale = 0 if looked.better else stale + 1
            grown = self._add(looked)
            distance = self._distance()
            if distance > CLOSE and stale >= ASCENDING_AFTER:
                self._ascend(stop)
                distance, stale = self._distance(), 0
            if distance <= 0.9 * last or distance > CLOSE:
                last, patience = distance, PATIENCE
            patience -= 1
            if distance <= NEAR_ENOUGH or not patience or self._past(stop) or rounds == MOST_ROUNDS:
                break
            if grown:
                tolerance = min(LOOSEST, max(TIGHTEST, NEARER * distance))
            elif tolerance > TIGHTEST:
                tolerance, smoothed = max(TIGHTEST, tolerance / 10), False
            elif not add_seat_cuts(master, self._cuts):
                break
        logger.info(
            "relaxed: program %.10g, bound %.10g, %d columns, %d rounds",
            self._master.objective, self.best, len(self._master.columns), rounds,
        )  # fmt: skip

    def _distance(self) -> float:
        """Return how far the best bound is from the linear program's value, relatively."""
        value = self._master.objective
        return (value - self.best) / max(abs(value), 1e-9)

    def _past(self, stop: float | None) -> bool:
        """Whether no more time is left than that."""
        return stop is not None and (self._control.remaining or 0.0) <= stop

    def _ascend(self, stop: float | None) -> None:
        """Go uphill from the best duals, along what is covered too seldom or too often.

        Subgradient steps of Polyak's length, deflected by the ones before; each municipality's by
        its part of the costs. Better ones' coalitions go into the linear program.
        """
        master, value = self._master, self._master.objective
        at = next(k for k, block in enumerate(master.blocks) if isinstance(block, CoverRows))
        scale = np.abs(self.duals[at]) + 1e-9
        length, stale, way = 1.0, 0, np.zeros(len(scale))
        cover = self.duals[at]
        for _ in range(STEPS):
            master.duals = [*self.duals]
            master.duals[at] = cover
            master.duals += [np.zeros(len(block.names)) for block in master.blocks[self._fixed :]]
            looked = self._look()
            if looked.better:
                stale = 0
                self._add(looked)
            else:
                stale += 1
            if self._past(stop):
                return
            if stale == STEPS_DOWN:
                length, stale, way, cover = (
                    SHORTER * length,
                    0,
                    np.zeros(len(scale)),
                    self.duals[at],
                )
                continue
            slope = looked.uncovered
            way = DEFLECTED * way + (1 - DEFLECTED) * slope if way.any() else slope
            rise = float((scale * way) @ slope)
            if rise <= 0.0:
                way, rise = slope, float((scale * slope) @ slope)
            if rise <= 0.0:
                return
            cover = cover + length * max(0.0, value - looked.bound) / rise * scale * way

    def _look(self) -> _Look:
        """Price everything at the linear program's duals, and take over what they prove."""
        self._control.check()
        prices, bound = self._master.prices()
        found = [r.cheapest(p) for r, p in zip(self._relaxed, prices, strict=True)]
        uncovered = np.ones((len(prices), self._facts.n))
        for s, (price, cheapest) in enumerate(zip(prices, found, strict=True)):
            least = np.minimum(cheapest.reduced, 0.0)
            members = cheapest.members.copy()
            if len(self._small[s]):
                small = self._small[s].by_seat(price, slice(None))
                which = np.flatnonzero(small.min(axis=0) < least)
                members[which] = False
                for h, k in zip(
                    which.tolist(), small[:, which].argmin(axis=0).tolist(), strict=True
                ):
                    members[h, self._small[s].coalitions[k]] = True
                least = np.minimum(least, small.min(axis=0))
            alone = np.where(self._alone[s], price.alone, 0.0)
            which = np.flatnonzero(alone < least)
            members[which] = np.eye(self._facts.n, dtype=bool)[which]
            least = np.minimum(least, alone)
            bound += float(least.sum())
            uncovered[s] -= members[least < 0.0].sum(axis=0)
        bound -= 100 * AMOUNT_ERROR * abs(bound)
        better = bool(bound > self.best)
        if better:
            self.best, self.duals = bound, self._master.duals[: self._fixed]
            self._control.report(None, _shown(self._problem, self.best), "columns")
        return _Look(prices, found, bound, better, uncovered.ravel())

    def _add(self, looked: _Look) -> bool:
        """Add what has a negative reduced cost; return whether anything has."""
        grown = self._add_small(looked.prices)
        return self._add_relaxed(looked.found) or grown

    def _add_small(self, prices: list[Prices]) -> bool:
        """Add small coalitions of negative reduced cost, for each municipality about one."""
        facts, below, picked, seats = self._facts, -self._master.negligible, [], []
        for pool, price in zip(self._small, prices, strict=True):
            reduced, seat = pool.reduced_cost(price)
            which = np.flatnonzero(reduced < below)
            picked.append(which[np.argsort(reduced[which], kind="stable")[: facts.n]])
            seats.append(seat)
        before = len(self._master.columns)
        grown = add_columns(self._master, self._known, self._small, picked, seats)
        self._true.append(np.ones(len(self._master.columns) - before, bool))
        return grown

    def _add_relaxed(self, found: list[Cheapest]) -> bool:
        """Add the relaxation's coalitions of negative reduced cost as columns of their own."""
        new = []
        for s, cheapest in enumerate(found):
            seats = np.flatnonzero(cheapest.reduced < -self._master.negligible)
            if len(seats):
                coalitions = Coalitions.of_table(cheapest.members[seats])
                new.append(_columns(s, coalitions, seats, cheapest.cents[seats], self._terms[s]))
        if not new:
            return False
        self._master.add(joined(new))
        self._true.append(np.zeros(sum(map(len, new)), bool))
        return True

    # -- true coalitions -----------------------------------------------------------------------

    def settle(self) -> None:
        """Solve the linear program over true coalitions, and price until there is nothing new."""
        self._program(self.carried.columns)
        master, control = self._master, self._control
        last, patience = np.inf, SETTLING
        while master.solve(control.remaining):
            patience -= 1
            if master.objective < last - NEAR_ENOUGH * abs(master.objective):
                last, patience = master.objective, SETTLING
            master.centre(control.remaining)
            looked = self._look()
            prices = looked.prices
            if (
                not (
                    self._grown(prices, self._proposed(looked.found))
                    or self._grown(prices, self._climbed(prices))
                    or add_seat_cuts(master, self._cuts)
                )
                or not patience
            ):
                break
        logger.info(
            "grown: program %.10g, bound %.10g, %d columns of %d coalitions",
            master.objective, self.best, len(master.columns), sum(map(len, self.pools)),
        )  # fmt: skip

    def _proposed(self, found: list[Cheapest]) -> Iterator[list[Bools]]:
        """Yield what the relaxation proposes for each service."""
        for s, conditions in enumerate(self._problem.conditions):
            yield propose(self._facts, conditions, found[s], self._near, self._control)

    def _climbed(self, prices: list[Prices]) -> Iterator[list[Bools]]:
        """Yield what a beam search finds for each service."""
        for s, conditions in enumerate(self._problem.conditions):
            seeds, check = self.pools[s].coalitions, self._control.check
            yield list(beam(self._facts, s, conditions, prices[s], seeds, check).dense > 0)

    def _grown(self, prices: list[Prices], found: Iterator[list[Bools]]) -> bool:
        """Add to the pools what is found, and what is negative of them to the linear program.

        Returns whether any of that is new.
        """
        master, facts, priced = self._master, self._facts, []
        for s, (sets, conditions) in enumerate(zip(found, self._problem.conditions, strict=True)):
            added = fill(facts, s, conditions, _fresh(sets, self._held[s], facts.n))
            self.pools[s] = Pool.joined([self.pools[s], added])
            priced.append(self.pools[s].reduced_cost(prices[s]))
        before = len(master.columns)
        grown = add_negative(master, self._known, self.pools, priced)
        self._true.append(np.ones(len(master.columns) - before, bool))
        return grown


def _between(duals: list[Floats], centre: list[Floats], share: float) -> list[Floats]:
    """Return duals on the way from those of a centre, where that has them."""
    new = [share * c + (1 - share) * d for c, d in zip(centre, duals, strict=False)]
    return new + duals[len(new) :]


def _shown(problem: Problem, bound: float) -> float | None:
    """Return a scaled bound as people see it, None where nothing is proven."""
    least = problem.scale.least(bound)
    return None if least is None else problem.scale.shown(least)


def _columns(
    service: int, coalitions: Coalitions, seat: Ints, cents: Floats, terms: list[Floats | None]
) -> Columns:
    """Return coalitions of the relaxation as columns."""
    to = np.repeat(seat, coalitions.size)
    criteria = np.zeros((len(seat), len(CRITERIA)))
    for k, (criterion, pair) in enumerate(zip(CRITERIA.values(), terms, strict=True)):
        criteria[:, k] += criterion.cost_share * cents + criterion.per_body
        if pair is not None:
            criteria[:, k] += np.add.reduceat(pair[coalitions.member, to], coalitions.start[:-1])
    none = np.full(len(seat), -1)
    return Columns(np.full(len(seat), service), seat, none, coalitions, criteria)


def _seed(facts: Facts, s: int, conditions: Conditions, control: Control) -> tuple[Pool, int]:
    """Return the smallest coalitions, as many sizes as are few, and how large they are."""
    found, held = Coalitions.of_table(np.zeros((0, facts.n), bool)), 0
    for size in SMALL_SIZES:
        everything = enumeration(facts, conditions, size)
        try:
            everything.count(FEW, check=control.check)
            found = Coalitions.joined(facts.n, [found, *everything.pieces(control.check)])
            held = size
            break
        except TooMany:
            continue
        except Stopped:
            break
    return fill(facts, s, conditions, found), held


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


def _fresh(sets: list[Bools], held: set[bytes], n: int) -> Coalitions:
    new = []
    for wanted in sets:
        key = np.flatnonzero(wanted).astype(np.int16).tobytes()
        if key not in held:
            held.add(key)
            new.append(wanted)
    return Coalitions.of_table(np.array(new) if new else np.zeros((0, n), bool))
