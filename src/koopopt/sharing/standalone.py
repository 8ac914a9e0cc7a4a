"""What every part of a partnership's members would pay at least by itself.

v(S) is the cheapest division of S into parts, each of them a municipality alone or a pooled
partnership that the rules about partnerships allow, in its cheapest seat and legal form, offices
apart (section 8 of docs/semantics.md). Sets of members are bit masks: bit k is `members[k]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.coalitions.admissible import all_admissible, among
from koopopt.coalitions.sets import COMPILED
from koopopt.games.divisions import divided
from koopopt.games.game import MOST_PLAYERS, Game
from koopopt.linear import Bools, Ints
from koopopt.problem import Problem


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
        conditions = among(problem.conditions[service], members)
        coalitions, cost, _ = all_admissible(facts, service, conditions)
        bit = np.zeros(facts.n, np.int64)
        bit[members] = np.int64(1) << np.arange(k)
        parts = np.zeros(len(coalitions), np.int64)
        if len(coalitions):
            parts = np.add.reduceat(bit[coalitions.member], coalitions.start[:-1])
        alone = facts.alone_cents[service, members]
        return cls.made(members, alone, parts, cost.astype(np.int64))

    @classmethod
    def made(cls, members: Ints, alone: Ints, parts: Ints, cost: Ints) -> StandAlone:
        """Return the values that follow from what members pay alone and what parts cost."""
        k = len(members)
        masks = np.concatenate([np.int64(1) << np.arange(k), parts])
        value = divided(k, masks, np.concatenate([alone, cost]), compiled=COMPILED)
        return cls(members, value, parts, cost)

    def game(self, players: Sequence[str], cents: int) -> Game:
        """Return the game of all members, who together pay so many cents."""
        value = self.value.copy()
        value[-1] = cents
        return Game(tuple(players), "cost", value)

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
