"""The partition formulation where there are too many coalitions to enumerate: a priced pool.

Columns come from a pricing heuristic, bounds from a relaxation of pricing:

* for a seat and a line under the cost curve, everything is linear, and the best coalition simply
  takes whoever has a negative price (grown along borders where it must be connected): one
  candidate for each seat and line;
* without the rules about who may be with whom, the same sum is a lower bound on the reduced cost
  of *every* coalition with that seat, so that Lagrangian duality gives a bound for the problem.

Where costs are linear (facility location, p-median) both agree and the bound is that of the
linear program; else a gap may remain, and is told.
"""

from __future__ import annotations

import heapq
from dataclasses import replace
from itertools import pairwise
from math import floor

import numpy as np

from koopopt.evaluate import evaluate
from koopopt.exact import NOISE
from koopopt.facts import CENTS, Facts
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition.coalitions import FORBIDDEN, SMALL, Coalitions, TooMany
from koopopt.formulations.partition.columns import (
    Columns,
    alone_columns,
    joined,
    pair_terms,
    pooled_columns,
)
from koopopt.formulations.partition.cuts import seat_cuts
from koopopt.formulations.partition.master import Master, twins
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.pool import Pool, Prices, candidates, fill, max_size
from koopopt.formulations.partition.rows import SeatCuts
from koopopt.formulations.partition.search import Search
from koopopt.library import PowerCost, TierCost
from koopopt.linear import Bools, Floats
from koopopt.plan import Plan
from koopopt.problem import Problem
from koopopt.rules import Conditions
from koopopt.solvers.base import Control, Solver, Termination

LINES = 12
"""Lines under a cost curve."""


def solve(problem: Problem, solver: Solver, control: Control, start: Plan | None = None) -> Outcome:
    """Solve with a pool that grows by pricing; the bound is valid for the whole problem."""
    pools, bound = _grow(problem, control)
    outcome = Search(problem, solver, control).run(pools, start)
    # What the search proves holds for its pool only.
    plan, least = outcome.plan, problem.scale.least(bound)
    if outcome.termination in (Termination.OPTIMAL, Termination.INFEASIBLE):
        proven = False
        if plan is not None and least is not None:
            total = evaluate(problem, plan).total
            least = min(least, total)
            proven = total - least <= control.gap * abs(total)
        termination = Termination.OPTIMAL if proven else Termination.LIMIT
        return replace(outcome, termination=termination, least=least)
    return replace(outcome, least=least)


def _grow(problem: Problem, control: Control) -> tuple[list[Pool], float]:
    """Return pools grown until pricing finds nothing more, and the best bound on the way."""
    facts, services = problem.facts, range(len(problem.facts.services))
    terms = [pair_terms(facts, s) for s in services]
    alone = [c.alone for c in problem.conditions]
    lines = [_lines(facts, s) for s in services]
    pools = [_seed(facts, s, c) for s, c in enumerate(problem.conditions)]
    held: list[set[bytes]] = [{p.coalitions[k].tobytes() for k in range(len(p))} for p in pools]
    first = joined(alone_columns(facts, s, np.flatnonzero(alone[s]), terms[s]) for s in services)
    known: set[tuple[int, int, bytes]] = set()
    twins(known, first)
    master = Master(problem, first, terms)
    master.first_phase(False)
    master.enter(Node.root(facts, pools, alone))
    best = -np.inf
    cuts: list[SeatCuts] = []
    most = problem.plan_conditions.max_partner_seats
    while not control.stopped and master.solve(control.remaining):
        prices, bound = master.prices()
        new: list[Columns] = []
        for s, price in enumerate(prices):
            conditions = problem.conditions[s]
            linear = _linear(facts, s, conditions, price, lines[s])
            least = np.minimum(_least(conditions, linear, max_size(facts, conditions)), 0.0)
            bound += float(np.minimum(least, np.where(alone[s], price.alone, 0.0)).sum())
            found = _fresh(_propose(facts, conditions, linear), held[s], facts.n)
            added = fill(facts, s, conditions, found)
            pools[s] = _joined(pools[s], added)
            reduced, seat = pools[s].reduced_cost(price)
            which = np.flatnonzero(reduced < -master.negligible)
            which = which[np.argsort(reduced[which], kind="stable")[: 20 * facts.n]]
            columns = pooled_columns(facts, s, pools[s], which, seat[which], terms[s])
            new.append(columns.take(np.array(twins(known, columns), np.int64)))
        best = max(best, bound)
        proven = problem.scale.least(best)
        control.report(None, None if proven is None else problem.scale.shown(proven), "columns")
        if sum(map(len, new)):
            master.add(joined(new))
            continue
        cut = None if most is None else seat_cuts(facts, master.columns, master.value, most)
        if cut is None or cut in cuts:
            break
        cuts.append(cut)
        master.add_block(cut)
    return pools, best


def _seed(facts: Facts, s: int, conditions: Conditions) -> Pool:
    """Return the smallest coalitions, as many sizes as are few."""
    empty = Coalitions(facts.n, np.zeros(1, np.int64), np.empty(0, np.int16))
    for size in (4, 3, 2):
        try:
            return fill(facts, s, conditions, candidates(facts, conditions, SMALL, size))
        except TooMany:
            continue
    return fill(facts, s, conditions, empty)


def _lines(facts: Facts, s: int) -> list[tuple[float, float]]:
    """Return (intercept, slope) of lines whose minimum lies below the cost curve.

    Chords between breakpoints of the demand, lowered to below the curve where it is not concave.
    Kinks and jumps of the curve are breakpoints: between two samples one could go unseen.
    """
    curve, demand = facts.services[s].cost, facts.demand[s]
    low, high = float(demand.min(initial=0.0)), float(demand.sum())
    if high <= low:
        return [(float(curve(np.array([low]))[0]), 0.0)]
    step = np.geomspace(max(low, high / 1e4), high, LINES)
    points = np.unique(np.concatenate([[low], step, np.clip(_kinks(curve), low, high)]))
    lines = []
    for a, b in pairwise(points.tolist()):
        inner = np.linspace(a, b, 65)
        value = curve(inner)
        slope = float((value[-1] - value[0]) / (b - a))
        # Between the samples a rising curve is at least its value at the sample before.
        floor = np.append(value[:-1] - slope * np.where(slope > 0, inner[1:], inner[:-1]), np.inf)
        chord = value - slope * inner
        lines.append((float(chord.min() if _concave(curve, a) else floor.min()), slope))
    return lines


def _concave(curve: PowerCost | TierCost, low: float) -> bool:
    """Whether a curve is concave from a demand to its next kink, exactly."""
    if isinstance(curve, TierCost):
        return True  # the cheapest of straight lines
    flat = curve.flat_above
    return curve.elasticity <= 1.0 or (flat is not None and low >= flat)


def _kinks(curve: PowerCost | TierCost) -> list[float]:
    """Return the demands at which a curve is not smooth, where tiers cross apart (concave)."""
    if isinstance(curve, TierCost):
        return [t.up_to for t in curve.tiers if t.up_to is not None]
    return [] if curve.flat_above is None else [curve.flat_above]


def _linear(
    facts: Facts, s: int, conditions: Conditions, price: Prices, lines: list[tuple[float, float]]
) -> list[tuple[Floats, Floats]]:
    """Return for each line (price of the seat, price[h, i] of members), without cuts."""
    pair = np.where(conditions.pair.T & conditions.pool, price.pair, FORBIDDEN)
    forms = [f for f, ok in zip(facts.instance.legal_forms, conditions.forms, strict=True) if ok]
    sizes = range(2, max_size(facts, conditions) + 1)
    form = min((f.cost(k) for f in forms for k in sizes if f.fits(k)), default=np.inf)
    form = form if np.isfinite(form) else FORBIDDEN
    result = []
    for intercept, slope in lines:
        member = pair + price.cost * CENTS * slope * facts.demand[s]
        cents = CENTS * (intercept + form)
        # Rounding to the cent takes off half of one at the most, of whole cents nothing.
        cents = cents - 0.5 if slope else floor(cents + 0.5 - NOISE * max(1.0, abs(cents)))
        base = price.seat + price.body + price.cost * cents + member.diagonal()
        result.append((np.where(conditions.pool, base, FORBIDDEN), member))
    return result


def _least(conditions: Conditions, linear: list[tuple[Floats, Floats]], most: int) -> Floats:
    """Return (n,) a lower bound on the reduced cost of any pooled column seated at h."""
    least = np.full(len(conditions.pool), np.inf)
    for base, member in linear:
        others = np.minimum(member, 0.0)
        np.fill_diagonal(others, 0.0)
        kept = np.sort(others, axis=1)[:, : max(0, most - 1)]
        least = np.minimum(least, base + kept.sum(axis=1))
    return least


def _propose(
    facts: Facts, conditions: Conditions, linear: list[tuple[Floats, Floats]]
) -> list[Bools]:
    """Return for each seat and line the members with negative prices."""
    most = max_size(facts, conditions)
    graph = facts.adjacent if conditions.contiguous else np.ones((facts.n, facts.n), bool)
    sets = []
    for base, member in linear:
        for h in np.flatnonzero(base < FORBIDDEN / 2).tolist():
            price = member[h].copy()
            price[h] = 0.0
            wanted = price < 0
            if conditions.contiguous or conditions.apart.any():
                wanted = _grown(graph, conditions.apart, h, price, most)
            elif wanted.sum() > most - 1:
                wanted = np.zeros(facts.n, bool)
                wanted[np.argsort(price, kind="stable")[: most - 1]] = True
            wanted[h] = True
            for group in conditions.groups:
                if wanted[group].any():
                    wanted[group] = True
            spoilt = conditions.groups and not _may_meet(graph, conditions, wanted)
            if wanted.sum() >= 2 and not spoilt:
                sets.append(wanted)
    return sets


def _may_meet(graph: Bools, conditions: Conditions, wanted: Bools) -> bool:
    """Whether these are what `candidates` would enumerate: groups may have spoilt it."""
    who = np.flatnonzero(wanted)
    if not conditions.pool[who].all() or conditions.apart[np.ix_(who, who)].any():
        return False
    free = np.zeros((len(who), len(who)), bool)
    return bool(_grown(graph[np.ix_(who, who)], free, 0, -np.ones(len(who)), len(who)).all())


def _grown(adjacent: Bools, apart: Bools, h: int, price: Floats, most: int) -> Bools:
    """Return the members reached from h over negative prices, the best ones first."""
    inside = np.zeros(len(price), bool)
    queue = [(0.0, h)]
    while queue and inside.sum() < most:
        _, i = heapq.heappop(queue)
        if inside[i] or (apart[i] & inside).any():
            continue
        inside[i] = True
        for j in np.flatnonzero(adjacent[i] & ~inside & (price < 0)).tolist():
            heapq.heappush(queue, (float(price[j]), j))
    return inside


def _fresh(sets: list[Bools], held: set[bytes], n: int) -> Coalitions:
    new = []
    for wanted in sets:
        key = np.flatnonzero(wanted).astype(np.int16).tobytes()
        if key not in held:
            held.add(key)
            new.append(wanted)
    return Coalitions.of_table(np.array(new) if new else np.zeros((0, n), bool))


def _joined(pool: Pool, more: Pool) -> Pool:
    a, b = pool.coalitions, more.coalitions
    start = np.concatenate([a.start, a.start[-1] + b.start[1:]])
    return Pool(
        Coalitions(a.n, start, np.concatenate([a.member, b.member])),
        np.concatenate([pool.cost, more.cost]),
        np.concatenate([pool.form, more.form]),
        pool.pair,
        pool.compiled,
    )
