"""Pools that grow by pricing, and a bound for all that is not in them.

The bound is that of a relaxation's linear program (`approaching`). What is true of its columns, and
what the rules leave of the others (`proposing`), is the pool to begin with; it grows on by what has
negative reduced cost: what the relaxation proposes, then what a beam search finds (`beam`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Plan
from koopopt.coalitions.admissible import enumeration
from koopopt.coalitions.enumeration import TooMany
from koopopt.coalitions.sets import Coalitions
from koopopt.formulations.partition.approaching import NEAR_ENOUGH, Approach
from koopopt.formulations.partition.beam import beam
from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.columns import (
    Columns,
    alone_columns,
    joined,
    pair_terms,
    pooled_columns,
    unseen,
)
from koopopt.formulations.partition.cut_rows import SeatCuts
from koopopt.formulations.partition.growing import add_negative, add_seat_cuts
from koopopt.formulations.partition.lagrangian import Lagrangian, Look
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.pool import Pool, Prices, fill
from koopopt.formulations.partition.proposing import mended, propose
from koopopt.formulations.partition.relaxed import Cheapest
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
SMALLER_SIZES: Final = (9, 8, 7, 6, 5, 4, 3, 2)
"""Numbers of members up to which all coalitions are searched, if they are few."""
SMALLER_BYTES: Final = 1000.0
"""What each of them takes at the most."""
APPROACHING_SHARE, SETTLING_SHARE = 0.35, 0.3
"""Parts of the time for the relaxation's linear program, and for true coalitions."""
USED: Final = 1e-3
"""From this value on a column of the relaxation counts as used."""
SETTLING: Final = 10
"""Rounds in which true coalitions have to lower their linear program."""


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
        Those of its fixed rows that prove the bound.
    plan : Plan
        Of coalitions that fit together; some rules on the whole plan apart.
    further : callable
        Goes on with the bound, and returns it.
    """

    pools: list[Pool]
    bound: float
    carried: Carried
    duals: list[Floats]
    plan: Plan
    further: Callable[[Control], float]


def grow(problem: Problem, control: Control, start: Plan | None = None) -> Grown:
    """Return pools grown until pricing finds nothing more."""
    growth = _Growth(problem, control, start)
    with suppress(Stopped, UnsolvedError):
        growth.approach(control, APPROACHING_SHARE)
    with suppress(Stopped, UnsolvedError):
        growth.settle(control)
    lagrangian = growth.lagrangian

    def further(control: Control) -> float:
        with suppress(Stopped, UnsolvedError):
            growth.approach(control, 1.0)
        return lagrangian.best

    plan = growth.packed()
    return Grown(growth.pools, lagrangian.best, growth.carried, lagrangian.duals, plan, further)


class _Growth:
    """Pools that grow by pricing.

    Attributes
    ----------
    pools : list of Pool
    lagrangian : Lagrangian
        The best bound so far, and what proves it.
    carried : Carried
        The true columns of the last linear program.
    """

    def __init__(self, problem: Problem, control: Control, start: Plan | None) -> None:
        self._problem, self._control = problem, control
        self._facts = facts = problem.facts
        self._terms = [pair_terms(facts, s) for s in range(len(facts.services))]
        seeds = [smallest(facts, s, c, control) for s, c in enumerate(problem.conditions)]
        self._small = [pool for pool, _ in seeds]
        self.pools = [
            _with(facts, s, c, start, self._small[s]) for s, c in enumerate(problem.conditions)
        ]
        self._held = [{p.coalitions[k].tobytes() for k in range(len(p))} for p in self.pools]
        self._near = [np.flatnonzero(row).tolist() for row in facts.adjacent]
        self._known: set[tuple[int, int, bytes]] = set()
        self._cuts: list[SeatCuts] = []
        master = self._program()
        self.lagrangian = Lagrangian(problem, self._small, [most for _, most in seeds], master)
        self._relaxation = Approach(master, self.lagrangian, self._small)
        self.carried = Carried(master.columns.take(np.zeros(0, np.int64)), ())

    def _program(self) -> Master:
        """Return a linear program with nobody pooled."""
        facts, alone = self._facts, [c.alone for c in self._problem.conditions]
        first = joined(
            alone_columns(facts, s, np.flatnonzero(free), self._terms[s])
            for s, free in enumerate(alone)
        )
        master = Master(self._problem, first, self._terms)
        master.cancel = self._control.cancel
        master.first_phase(False)
        master.enter(Node.root(facts, self.pools, alone))
        return master

    def approach(self, control: Control, share: float) -> None:
        """Solve the relaxation's linear program, as far as a part of the time allows.

        What is used of it goes into the pools, what is true of it is carried on.
        """
        relaxation, part = self._relaxation, control.share(share, control.on_progress)
        master = relaxation.master
        try:
            relaxation.run(part)
        finally:
            true = relaxation.true & master.columns.pooled
            self.carried = Carried(master.columns.take(np.flatnonzero(true)), ())
            if len(master.value) == len(true):
                self._take_over(master.columns, np.flatnonzero(~true & (master.value > USED)))

    def _take_over(self, columns: Columns, used: Ints) -> None:
        """Add to the pools what the rules leave of the relaxation's coalitions."""
        for s, conditions in enumerate(self._problem.conditions):
            mine = columns.take(used[columns.service[used] == s])
            members = mine.coalitions.dense > 0
            sets = mended(self._facts, conditions, mine.seat, members, self._near)
            self._hold(s, sets)

    def settle(self, control: Control) -> None:
        """Solve the linear program over true coalitions, and price until there is nothing new."""
        part = control.share(SETTLING_SHARE, control.on_progress)
        master = self._program()
        unseen(self._known, master.columns)
        columns = self.carried.columns
        master.add(columns.take(np.array(unseen(self._known, columns), np.int64)))
        last, patience = np.inf, SETTLING
        try:
            while master.solve(part.remaining):
                patience -= 1
                if master.objective < last - NEAR_ENOUGH * abs(master.objective):
                    last, patience = master.objective, SETTLING
                master.centre(part.remaining)
                looked = self.lagrangian.look(master, control)
                if part.stopped or not patience or not self._priced(master, looked):
                    break
        finally:
            self.carried = Carried.of(master)
        logger.info(
            "grown: program %.10g, bound %.10g, %d columns of %d coalitions",
            master.objective, self.lagrangian.best, len(master.columns), sum(map(len, self.pools)),
        )  # fmt: skip

    def _priced(self, master: Master, looked: Look) -> bool:
        """Add what improves the linear program; return whether there is anything."""
        return (
            self._grown(master, looked.prices, self._proposed(looked.found))
            or self._grown(master, looked.prices, self._climbed(looked.prices))
            or add_seat_cuts(master, self._cuts)
        )

    def packed(self) -> Plan:
        """Return a plan of the coalitions that cost each member least, those that fit together."""
        master, facts, parts = self._program(), self._facts, []
        master.duals = self.lagrangian.duals
        seats = _Seats(self._problem)
        for s, (pool, price) in enumerate(zip(self.pools, master.prices()[0], strict=True)):
            reduced, seat = pool.reduced_cost(price)
            free = np.ones(facts.n, bool)
            chosen = []
            for k in np.argsort(reduced / pool.coalitions.size, kind="stable").tolist():
                who, h = pool.coalitions[k], int(seat[k])
                worth = free[who].all() and reduced[k] < price.alone[who].sum()
                if worth and seats.take(who.tolist(), h):
                    free[who] = False
                    chosen.append(k)
            which = np.array(chosen, np.int64)
            terms = self._terms[s]
            parts.append(pooled_columns(facts, s, pool, which, seat[which], terms))
            parts.append(alone_columns(facts, s, np.flatnonzero(free), terms))
        columns = joined(parts)
        return columns.plan(facts, np.arange(len(columns)))

    def _proposed(self, found: list[Cheapest]) -> Iterator[list[Bools]]:
        """Yield what the relaxation proposes for each service."""
        for s, conditions in enumerate(self._problem.conditions):
            yield propose(self._facts, conditions, found[s], self._near, self._control)

    def _climbed(self, prices: list[Prices]) -> Iterator[list[Bools]]:
        """Yield what a beam search finds for each service."""
        for s, conditions in enumerate(self._problem.conditions):
            seeds, check = self.pools[s].coalitions, self._control.check
            yield list(beam(self._facts, s, conditions, prices[s], seeds, check).dense > 0)

    def _grown(self, master: Master, prices: list[Prices], found: Iterator[list[Bools]]) -> bool:
        """Add to the pools what is found, and what is negative of them to the linear program.

        Returns whether any of that is new.
        """
        priced = []
        for s, sets in enumerate(found):
            self._hold(s, sets)
            priced.append(self.pools[s].reduced_cost(prices[s]))
        return add_negative(master, self._known, self.pools, priced)

    def _hold(self, s: int, sets: list[Bools]) -> None:
        """Add to a pool what the rules allow of these, and is new."""
        new = _fresh(sets, self._held[s], self._facts.n)
        added = fill(self._facts, s, self._problem.conditions[s], new)
        self.pools[s] = Pool.joined([self.pools[s], added])


class _Seats:
    """Where municipalities are seated so far, and what plan rules leave of that."""

    def __init__(self, problem: Problem) -> None:
        asked, n = problem.plan_conditions, problem.facts.n
        self._elsewhere: list[list[int]] = [[] for _ in range(n)]
        self._hosts, self._towns = [0] * n, problem.facts.towns
        self._partners, self._pooled = asked.max_partner_seats, asked.max_pooled
        self._hosted, self._memberships = asked.max_hosted, asked.max_memberships

    def take(self, who: list[int], seat: int) -> bool:
        """Seat a partnership unless a rule is against it; return whether."""
        others = [i for i in who if i != seat]
        town = seat < self._towns
        fits = all(
            _at_most(len({*self._elsewhere[i], seat}), self._partners)
            and _at_most(len(self._elsewhere[i]) + 1, self._pooled)
            and _at_most(len(self._elsewhere[i]) + 1 + self._hosts[i], self._memberships)
            for i in others
        )
        if town:
            fits = fits and _at_most(self._hosts[seat] + 1, self._hosted)
            both = self._hosts[seat] + 1 + len(self._elsewhere[seat])
            fits = fits and _at_most(both, self._memberships)
        if fits:
            self._hosts[seat] += 1
            for i in others:
                self._elsewhere[i].append(seat)
        return fits


def _at_most(count: int, most: int | None) -> bool:
    return most is None or count <= most


def smallest(
    facts: Facts,
    s: int,
    conditions: Conditions,
    control: Control,
    sizes: Sequence[int] = SMALL_SIZES,
    few: float = FEW,
) -> tuple[Pool, int]:
    """Return the smallest coalitions, as many sizes as are few, and how large they are."""
    found, held = Coalitions.of_table(np.zeros((0, facts.n), bool)), 0
    for size in sizes:
        everything = enumeration(facts, conditions, size)
        try:
            everything.count(few, check=control.check)
            found = Coalitions.joined(facts.n, [found, *everything.pieces(control.check)])
            held = size
            break
        except TooMany:
            continue
        except Stopped:
            break
    return fill(facts, s, conditions, found), held


def smaller(problem: Problem, control: Control, few: int = FEW) -> list[tuple[Pool, int]]:
    """Return all smaller coalitions of each service, and how large they are."""
    conditions = problem.conditions
    most = min(few, control.budget / (SMALLER_BYTES * len(conditions)))
    return [
        smallest(problem.facts, s, c, control, SMALLER_SIZES, most)
        for s, c in enumerate(conditions)
    ]


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
