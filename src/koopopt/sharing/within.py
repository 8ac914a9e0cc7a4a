"""Coalitions that some of their members would leave, found within all coalitions at once.

Whoever would leave is one member, or the members of another admissible partnership; floating point
only rules out what is sure.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from koopopt.coalitions.sets import COMPILED, Coalitions
from koopopt.linear import Bools, Ints
from koopopt.sharing.admissible import Admissible
from koopopt.sharing.burdens import Burdens, wrong

LARGEST_DIVIDED: Final = 10
"""Members of coalitions whose divisions are all looked at: 3^10 each."""
LARGEST_SHARED: Final = 14
"""Members of coalitions whose groups are all looked at: 2^14 each."""


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
