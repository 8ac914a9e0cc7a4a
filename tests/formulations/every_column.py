"""All columns of the partition formulation, one by one: each coalition with each seat."""

from __future__ import annotations

import numpy as np

from koopopt.formulations.partition.columns import (
    Columns,
    alone_columns,
    joined,
    pair_terms,
    pooled_columns,
)
from koopopt.formulations.partition.pool import Pool
from koopopt.problem import Problem


def all_columns(problem: Problem, everything: list[Pool]) -> Columns:
    facts, parts = problem.facts, []
    for s, pool in enumerate(everything):
        terms = pair_terms(facts, s)
        alone = np.flatnonzero(problem.conditions[s].alone)
        parts.append(alone_columns(facts, s, alone, terms))
        for k in range(len(pool)):
            who = pool.coalitions[k]
            room = [c.weight[who].sum() <= c.room for c in pool.capacities]
            allowed = (h for h in who if pool.pair[who, h].all() and all(ok[h] for ok in room))
            seats = np.array([*allowed], np.int64)
            parts.append(pooled_columns(facts, s, pool, np.full(len(seats), k), seats, terms))
    return joined(parts)
