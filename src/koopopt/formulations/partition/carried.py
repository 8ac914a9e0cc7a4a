"""What one linear program leaves to the next: columns that improved it, binding cuts.

Neither says what anything costs. Every partition of the municipalities keeps a rank-1 cut, so it
holds for any pools, costs and rules. A column is a partnership by its service, members and seat;
where conditions or numbers have changed, it is looked up in the new pool (`over`), and is left out
where it is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.formulations.partition.columns import (
    Columns,
    joined,
    pair_terms,
    pooled_columns,
    unseen,
)
from koopopt.formulations.partition.cut_rows import Rank1Cuts
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.pool import Pool

MAX_CARRIED_COLUMNS: Final = 4000
"""Columns that are carried: the last ones of all that have paid."""


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """Pooled columns of one set of pools, and cuts.

    Attributes
    ----------
    columns : Columns
    cuts : tuple of Rank1Cuts
    """

    columns: Columns
    cuts: tuple[Rank1Cuts, ...]

    @classmethod
    def of(cls, master: Master) -> Carried:
        """Return what a linear program has."""
        pooled = np.flatnonzero(master.columns.pooled)[-MAX_CARRIED_COLUMNS:]
        return cls(master.columns.take(pooled), tuple(master.binding))

    @property
    def nbytes(self) -> int:
        """Bytes of the columns, as a linear program has them."""
        return 2 * (self.columns.coalitions.nbytes + self.columns.criteria.nbytes)

    def enter(self, master: Master, known: set[tuple[int, int, bytes]]) -> None:
        """Give a linear program, which has the columns `known`, all of it that is new."""
        new = np.array(unseen(known, self.columns), np.int64)
        master.add(self.columns.take(new))
        held = {
            key for block in master.blocks if isinstance(block, Rank1Cuts) for key in block.keys
        }
        for cuts in self.cuts:
            fresh = cuts.take(np.array([key not in held for key in cuts.keys], bool))
            if len(fresh.cuts):
                master.add_block(fresh)
                held.update(fresh.keys)

    def over(self, facts: Facts, pools: Sequence[Pool]) -> Carried:
        """Return the same over the pools of a problem with other numbers or conditions."""
        parts = []
        for s, pool in enumerate(pools):
            mine = self.columns.take(self.columns.service == s)
            at = pool.coalitions.find(mine.coalitions)
            there = np.flatnonzero(at >= 0)
            terms = pair_terms(facts, s)
            found = pooled_columns(facts, s, pool, at[there], mine.seat[there], terms)
            column, town = found.members()
            ok = np.ones(len(found), bool)
            np.logical_and.at(ok, column, pool.pair[town, found.seat[column]])
            ok &= pool.has_room(found.coalitions)[np.arange(len(found)), found.seat]
            parts.append(found.take(ok))
        return replace(self, columns=joined(parts))
