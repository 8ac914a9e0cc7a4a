"""The partition formulation: set partitioning over coalitions.

Every pooled partnership that a service may form is a column, every plan a choice of columns that
covers each municipality once. All coalitions that the rules allow are enumerated and evaluated
exactly (`coalitions`, `pool`); the linear program over them is solved by column generation
(`master`, `rows`), tightened by cuts (`cuts`), and what is left decided by an integer program
(`model`); `search` is the loop around them.
"""

from __future__ import annotations

import numpy as np

from koopopt.errors import UsageError
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition import priced
from koopopt.formulations.partition.coalitions import Coalitions, TooMany
from koopopt.formulations.partition.columns import (
    alone_columns,
    joined,
    pair_terms,
    pooled_columns,
)
from koopopt.formulations.partition.model import write
from koopopt.formulations.partition.pool import Pool, candidates, fill, max_size
from koopopt.formulations.partition.search import Search
from koopopt.linear import LinearModel
from koopopt.plan import Plan
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver
from koopopt.text import T, Text

MOST = 8_000_000
"""Coalitions to hold for all services together: about 2 GiB."""
MOST_WRITTEN = 300_000
"""Columns of an explicit model."""


class Partition:
    """Set partitioning over coalitions, exact.

    It remembers the last pool, which asking (`refuses`), solving and the stages of a lexicographic
    order share; a `Partition` is made for each solve, so nothing outlives it.
    """

    name = "partition"

    def __init__(self) -> None:
        self._last: tuple[object, object, list[Pool]] | None = None

    def _pools(self, problem: Problem) -> list[Pool]:
        facts, rules = problem.facts, problem.partnership_rules
        if self._last is None or self._last[0] is not facts or self._last[1] is not rules:
            self._last = facts, rules, pools(problem)
        return self._last[2]

    def refuses(self, problem: Problem) -> Text | None:
        """Return why the problem is too large to enumerate, None where it is not."""
        try:
            self._pools(problem)
        except TooMany:
            return T("There are too many possible coalitions to enumerate.")
        return None

    def build(self, problem: Problem) -> LinearModel:
        """Return the model over all columns."""
        facts = problem.facts
        try:
            everything = self._pools(problem)
        except TooMany:
            everything = None
        if everything is None or sum(p.coalitions.size.sum() for p in everything) > MOST_WRITTEN:
            raise UsageError(T("The model would have more than {most} columns.", most=MOST_WRITTEN))
        parts = []
        for s, pool in enumerate(everything):
            terms = pair_terms(facts, s)
            alone = np.flatnonzero(problem.conditions[s].alone)
            parts.append(alone_columns(facts, s, alone, terms))
            allowed = pool.coalitions.dense > 0
            for h in range(facts.n):
                outside = (~pool.pair[:, h]).astype(float)
                allowed[:, h] &= pool.coalitions.total(outside) == 0
            row, seat = np.nonzero(allowed)
            parts.append(pooled_columns(facts, s, pool, row, seat, terms))
        return write(problem, joined(parts))

    def solve(
        self, problem: Problem, solver: Solver, control: Control, start: Plan | None = None
    ) -> Outcome:
        """Solve by column generation over the whole pool, or a priced one if it is too large."""
        try:
            everything = self._pools(problem)
        except TooMany:
            return priced.solve(problem, solver, control, start)
        return Search(problem, solver, control).run(everything, start)


def pools(problem: Problem, most: int = MOST) -> list[Pool]:
    """Enumerate and evaluate what each service may form.

    Services with the same limits on who may be with whom share one enumeration.

    Raises
    ------
    TooMany
        If there are more than `most` coalitions for all services together.
    """
    shared: dict[object, Coalitions] = {}
    result = []
    for s, conditions in enumerate(problem.conditions):
        key = (
            conditions.contiguous,
            conditions.pool.tobytes(),
            conditions.apart.tobytes(),
            max_size(problem.facts, conditions),
        )
        if key not in shared:
            each = most // max(1, len(problem.conditions))
            shared[key] = candidates(problem.facts, conditions, each)
        result.append(fill(problem.facts, s, conditions, shared[key]))
    return result
