"""Partitions that nobody leaves: who blocks a plan under a key, and a partition nobody blocks.

An admissible partnership blocks a plan under a key if every member would bear at least a cent less
in it than in the plan, offices apart (section 8 of docs/semantics.md). Under a fixed weight, travel
having no value, all members rank partnerships alike, by cost per weight, so taking the one of the
least ratio again and again gives a partition that none blocks (common ranking; Farrell and
Scotchmer 1988). Because cents are rounded, that is not taken for granted: what is claimed was
looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.case.plan import Partnership
from koopopt.coalitions.sets import COMPILED, COMPILED_FROM, Coalitions
from koopopt.linear import Ints
from koopopt.sharing.admissible import Admissible
from koopopt.sharing.burdens import CENT, Burdens, wrong


@dataclass(frozen=True, slots=True)
class Blocked:
    """A partnership that would replace parts of a plan.

    Attributes
    ----------
    service : str
    members : tuple of str
        Ids, in the order of the instance.
    gains : tuple of int
        Cents a year that each of them would bear less.
    bears : tuple of int
        Cents a year that each of them would bear.
    seat : str or None
        Where; None where it does not matter.
    """

    service: str
    members: tuple[str, ...]
    gains: tuple[int, ...]
    bears: tuple[int, ...]
    seat: str | None = None


def core_partition(all_of: Admissible, burdens: Burdens) -> list[Partnership]:
    """Return the partition that taking the least cost per weight again and again gives."""
    facts, s, weight = all_of.problem.facts, all_of.service, burdens.weight
    pooled = len(all_of.coalitions)
    total = np.concatenate([all_of.coalitions.total(weight), weight])
    cost = np.concatenate([all_of.cost, facts.alone_cents[s].astype(float)])
    worst = np.where(cost > 0, np.inf, -np.inf)
    ratio = np.divide(cost, total, out=worst, where=total > 0)
    # Who must not stay alone does so last of all, where nothing else is left.
    ratio[pooled:][~all_of.alone] = np.inf
    each = Coalitions(facts.n, np.arange(facts.n + 1), np.arange(facts.n, dtype=np.int16))
    c = Coalitions.joined(facts.n, [all_of.coalitions, each])
    order = np.argsort(ratio, kind="stable")
    return [all_of.partnership(c[k].astype(np.int64), k) for k in _disjoint(c, order)]


def _disjoint(c: Coalitions, order: Ints) -> list[int]:
    """Return the coalitions that are taken if each is that, in this order, has no member taken."""
    if COMPILED and len(c) > COMPILED_FROM:
        from koopopt.sharing import kernels

        taken = np.zeros(len(c), bool)
        kernels.take(c.start, c.member, order, np.ones(c.n, bool), taken)
        return [int(k) for k in order[taken[order]]]
    free, chosen = np.ones(c.n, bool), []
    for k in order.tolist():
        who = c[k]
        if free[who].all():
            free[who] = False
            chosen.append(k)
    return chosen


def losers(burdens: Burdens, partnerships: Sequence[Partnership]) -> list[Blocked]:
    """Return who bears more than alone, each as blocking by itself."""
    facts, found = burdens.problem.facts, []
    for p in partnerships:
        for i, bears in burdens.of(p).items():
            alone = int(burdens.alone[i])
            if bears > alone:
                found.append(Blocked(p.service, (facts.ids[i],), (bears - alone,), (alone,)))
    return found


def blocking(burdens: Burdens, partnerships: Sequence[Partnership], most: int) -> list[Blocked]:
    """Return partnerships that block these, which cover everybody; at most so many.

    Of several seats of the same members the one at which the least gain is largest.
    """
    facts, offers = burdens.problem.facts, burdens.offers
    borne = np.zeros(facts.n, np.int64)
    for p in partnerships:
        for i, cents in burdens.of(p).items():
            borne[i] = cents
    service = facts.services[burdens.service].id
    found: dict[tuple[str, ...], Blocked] = {}
    for k in _candidates(burdens, borne):
        who = offers.coalitions[k].astype(np.int64)
        bears = burdens.offered(k)
        gains = borne[who] - bears
        if gains.min() < 1:
            continue
        ids = tuple(facts.ids[i] for i in who)
        seat = facts.seat_ids[int(offers.seat[k])] if offers.seat[k] >= 0 else None
        new = Blocked(service, ids, tuple(gains.tolist()), tuple(bears.tolist()), seat)
        if ids not in found or min(found[ids].gains) < min(new.gains):
            if ids not in found and len(found) == most:
                break
            found[ids] = new
    return list(found.values())


def _candidates(burdens: Burdens, borne: Ints) -> list[int]:
    """Return which offers may block: those who stay alone first, then gaining most first."""
    offers = burdens.offers
    c = offers.coalitions
    # Who bears less by whole cents bears less than that by exact shares, too.
    gain = borne[c.member] - offers.about + wrong(offers.about) - CENT
    least = np.where(offers.free, np.minimum.reduceat(gain, c.start[:-1]), -np.inf)
    may = np.flatnonzero(least > 0)
    order = np.lexsort((-least[may], offers.row[may] >= 0))
    return [int(k) for k in may[order]]
