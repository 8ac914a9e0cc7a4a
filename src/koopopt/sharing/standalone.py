"""What every part of a partnership's members would pay at least by itself.

v(S) is the cheapest division of S into parts, each of them a municipality alone or a pooled
partnership that the rules about partnerships allow, in its cheapest seat and legal form, offices
apart (section 8 of docs/semantics.md). Sets of members are bit masks: bit k is `members[k]`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from koopopt.coalitions.admissible import all_admissible
from koopopt.coalitions.sets import COMPILED
from koopopt.linear import Bools, Ints
from koopopt.problem import Problem

MOST_PLAYERS: Final = 22
"""Members up to which all their 2^k sets are worked out."""
UNKNOWN: Final = np.iinfo(np.int64).max // 4
"""More than anything costs."""


@dataclass(frozen=True, slots=True, eq=False)
class StandAlone:
    """The stand-alone values of all sets of some municipalities, in cents a year.

    Attributes
    ----------
    members : (k,) int array
        Numbers of the municipalities, in their order.
    value : (2^k,) int array
        v(S) by bit mask; v of nobody is 0.
    parts, part_cost : (N,) int arrays
        The admissible pooled partnerships among them, as bit masks, and what each costs.
    """

    members: Ints
    value: Ints
    parts: Ints
    part_cost: Ints

    @classmethod
    def of(cls, problem: Problem, service: int, members: Ints) -> StandAlone:
        """Work out all sets of these municipalities, of which there are at most `MOST_PLAYERS`."""
        facts, k = problem.facts, len(members)
        if k > MOST_PLAYERS:
            raise ValueError(f"{k} members are more than {MOST_PLAYERS}")
        members = np.sort(np.asarray(members, np.int64))
        conditions = problem.conditions[service]
        inside = np.zeros(len(conditions.pool), bool)
        inside[members] = True
        conditions = replace(conditions, pool=conditions.pool & inside)
        coalitions, cost, _ = all_admissible(facts, service, conditions)
        bit = np.zeros(facts.n, np.int64)
        bit[members] = np.int64(1) << np.arange(k)
        parts = np.zeros(len(coalitions), np.int64)
        if len(coalitions):
            parts = np.add.reduceat(bit[coalitions.member], coalitions.start[:-1])
        paid = cost.astype(np.int64)
        alone = facts.alone_cents[service, members]
        return cls(members, divided(k, alone, parts, paid), parts, paid)

    def division(self, whole: int) -> list[int]:
        """Return a cheapest division of a set into admissible parts and single members.

        Bit masks; of equally cheap ones, the one whose parts are the largest, lowest member first.
        """
        found, left = [], whole
        known = dict(zip(self.parts.tolist(), self.part_cost.tolist(), strict=True))
        for k in range(len(self.members)):
            known.setdefault(1 << k, int(self.value[1 << k]))
        order = sorted(known, key=lambda mask: (-mask.bit_count(), mask))
        while left:
            lowest = left & -left
            part = next(
                mask for mask in order
                if mask & lowest and mask & ~left == 0
                and known[mask] + int(self.value[left ^ mask]) == int(self.value[left])
            )  # fmt: skip
            found.append(part)
            left ^= part
        return found

    def cost(self, mask: int) -> int:
        """Return what a part of a division costs."""
        if mask.bit_count() == 1:
            return int(self.value[mask])
        return int(self.part_cost[np.flatnonzero(self.parts == mask)[0]])

    def mask(self, some: Ints | Bools) -> int:
        """Return the bit mask of some of the members, given by their numbers."""
        return int((np.isin(self.members, some) << np.arange(len(self.members))).sum())


def divided(players: int, alone: Ints, parts: Ints, cost: Ints) -> Ints:
    """Return (2^players,) the least cost of dividing each set into single players and parts.

    Parameters
    ----------
    players : int
    alone : (players,) int array
    parts, cost : (N,) int arrays
        Bit masks of other parts, and what each costs.
    """
    single = np.int64(1) << np.arange(players)
    mask = np.concatenate([single, parts]).astype(np.int64)
    paid = np.concatenate([alone, cost]).astype(np.int64)
    lowest = np.log2(mask & -mask).astype(np.int64)
    order = np.argsort(lowest, kind="stable")
    mask, paid = mask[order], paid[order]
    first = np.searchsorted(lowest[order], np.arange(players + 1)).astype(np.int64)
    value = np.full(1 << players, UNKNOWN, np.int64)
    value[0] = 0
    if COMPILED:
        from koopopt.sharing import kernels

        kernels.divide(first, mask, paid, value)
        return value
    for b in range(players - 1, -1, -1):
        rest = np.arange(1 << (players - 1 - b), dtype=np.int64) << (b + 1)
        for k in range(first[b], first[b + 1]):
            free = rest[rest & mask[k] == 0]
            whole = free | mask[k]
            value[whole] = np.minimum(value[whole], paid[k] + value[free])
    return value
