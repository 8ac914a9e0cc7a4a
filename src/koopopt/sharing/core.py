"""The core of a partnership: whether some of its members would do better by themselves.

v(S) is the least over divisions of S, so a group of several parts gains only if one of its parts
does: what has to be looked at are the admissible partnerships among the members, and each alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from koopopt.case.plan import Partnership
from koopopt.coalitions.admissible import all_admissible
from koopopt.coalitions.sets import COMPILED, Coalitions
from koopopt.linear import Bools, Floats, Ints
from koopopt.problem import Problem
from koopopt.sharing.admissible import Admissible
from koopopt.sharing.burdens import Burdens, wrong
from koopopt.sharing.keys import numbers

LARGEST_DIVIDED: Final = 10
"""Members of coalitions whose divisions are all looked at: 3^10 each."""
LARGEST_SHARED: Final = 14
"""Members of coalitions whose groups are all looked at: 2^14 each."""


def parts(problem: Problem, service: int, members: Ints) -> tuple[Coalitions, Floats]:
    """Return the admissible pooled partnerships among some municipalities, and their costs."""
    conditions = problem.conditions[service]
    inside = np.zeros(len(conditions.pool), bool)
    inside[members] = True
    narrow = replace(conditions, pool=conditions.pool & inside)
    return all_admissible(problem.facts, service, narrow)[:2]


def groups_that_gain(burdens: Burdens, p: Partnership) -> list[tuple[tuple[str, ...], int]]:
    """Return which members, alone or in a part, pay more than by themselves, and by how much.

    The most gaining first; cents a year.
    """
    problem, ids = burdens.problem, burdens.problem.facts.ids
    paid = np.zeros(problem.facts.n)
    for i, cents in burdens.of(p).items():
        paid[i] = cents
    who = numbers(problem, p.members)
    found = [((ids[i],), int(paid[i] - burdens.alone[i])) for i in who.tolist()]
    groups, cost = parts(problem, burdens.service, who)
    gain = groups.total(paid) - cost
    for k in np.flatnonzero((gain > 0) & (groups.size < len(who))).tolist():
        found.append((tuple(ids[i] for i in groups[k]), int(gain[k])))
    return sorted((f for f in found if f[1] > 0), key=lambda f: -f[1])


def perhaps_in_core(all_of: Admissible, burdens: Burdens | None) -> Bools:
    """Return which coalitions are not ruled out: those where no group gains under a key.

    Without a key: those that cost no more than divided, without which no shares are in the core.
    What is left has to be looked at one by one.
    """
    c, facts = all_of.coalitions, all_of.problem.facts
    out = np.zeros(len(c), bool)
    if not COMPILED or not len(c):
        return ~out
    from koopopt.sharing import kernels

    paid, largest = np.zeros(0), LARGEST_DIVIDED
    if burdens is not None:
        about = burdens.about(c, all_of.cost)
        paid, largest = about - wrong(about), LARGEST_SHARED
    alone = facts.alone_cents[all_of.service].astype(float)
    kernels.apart(
        c.start, c.member.astype(np.int64), all_of.cost, alone, *_table(c), paid, largest, out
    )
    return ~out


def perhaps_together(burdens: Burdens) -> Bools:
    """Return which coalitions are not ruled out: no group within them bears less by itself.

    A group is one of an admissible partnership or a single member; travel has no value.
    """
    all_of = burdens.all_of
    c, out = all_of.coalitions, np.zeros(len(all_of.coalitions), bool)
    if not COMPILED or not len(c):
        return ~out
    from koopopt.sharing import kernels

    about = burdens.about(c, all_of.cost)
    alone = np.where(all_of.alone, burdens.alone, np.inf)
    kernels.left(
        c.start, c.member.astype(np.int64), about - wrong(about), about + wrong(about), alone,
        *_table(c), LARGEST_SHARED, out,
    )  # fmt: skip
    return ~out


def _table(c: Coalitions) -> tuple[Ints, Ints, Ints]:
    """Return random numbers of municipalities, sums of them, and the table to find these in."""
    from koopopt.sharing import kernels

    number = np.random.default_rng(0).integers(2**56, size=c.n)
    total = np.add.reduceat(number[c.member], c.start[:-1])
    slot = np.full(1 << (2 * len(c)).bit_length(), -1)
    kernels.fill(total, slot)
    return number, total, slot


def least_subsidy(problem: Problem, service: int, p: Partnership) -> int:
    """Return the least money from outside with which shares in the core exist; cents a year."""
    raise NotImplementedError


def empty_core(problem: Problem, service: int, p: Partnership) -> bool:
    """Return whether some members would leave however the cost is shared."""
    raise NotImplementedError
