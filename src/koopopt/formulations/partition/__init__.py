"""The partition formulation: set partitioning over coalitions.

Every pooled partnership that a service may form is a column, every plan a choice of columns that
covers each municipality once. All coalitions that the rules allow are counted, enumerated and
evaluated exactly (`holding`, `enumeration`, `pool`). Where they are too many to hold, they are gone
through again and again until those that matter can be held (`streamed`, `stream`); where they are
too many for that, only those of negative reduced cost are made (`priced`). The linear program over
them is solved by column generation (`master`, `rows`), tightened by cuts (`cuts`), and what is left
decided by an integer program (`model`); `search` is the loop around them. What the next solve of
the same case can use is kept (`store`, `warm`, `carried`).
"""

from __future__ import annotations

import logging

import numpy as np

from koopopt.case.plan import Plan
from koopopt.coalitions.enumeration import TooMany
from koopopt.errors import UsageError
from koopopt.formulations.base import Effort, Outcome, Serves, Written, known
from koopopt.formulations.partition import priced, streamed
from koopopt.formulations.partition.columns import (
    Columns,
    alone_columns,
    joined,
    pair_terms,
    pooled_columns,
)
from koopopt.formulations.partition.holding import FEW_COALITIONS, Holding, PoolSize
from koopopt.formulations.partition.model import write
from koopopt.formulations.partition.pool import Pool
from koopopt.formulations.partition.store import Comparable, Store, pools_of
from koopopt.formulations.sites import joined as joined_problem
from koopopt.linear import Floats, LinearModel
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver, Stopped
from koopopt.system.memory import told
from koopopt.text import T

logger = logging.getLogger(__name__)

COALITIONS_PER_SECOND = 50_000.0
"""Coalitions that a proof takes a second for, roughly."""
MAX_WRITTEN_COLUMNS = 300_000
"""Columns of an explicit model."""


class Partition:
    """Set partitioning over coalitions, exact.

    It remembers what it counted, which estimating, solving and the stages of a lexicographic order
    share; a `Partition` is made for each solve. What may outlive it is in its `Store`.
    """

    name = "partition"

    def __init__(self, store: Store | None = None) -> None:
        self._store = Store() if store is None else store
        self._for: tuple[object, object] | None = None
        self._wanted: list[Comparable] = []
        self._holding: Holding | None = None
        self._size: PoolSize | TooMany | None = None
        self._found: dict[int, Pool] = {}
        self._missing: list[int] = []
        self._making = 0.0
        self._streamed: streamed.Counted | None = None
        self._pools: list[Pool] | None = None

    def estimate(self, problem: Problem, control: Control, worth: float = np.inf) -> Effort:
        """Return what the whole pool would take, where it can be held; counts, holds nothing.

        Beyond what takes so many seconds as it is `worth`, nothing is counted.
        """
        problem = joined_problem(problem)
        try:
            if (much := self._beyond(problem, control, worth)) is not None:
                return much
            size = self._counted(problem, control)
        except TooMany as many:
            if self._streamed is not None:
                number = self._streamed.number
                seconds = number * streamed.WALKS / streamed.PASSED_PER_SECOND
                return Effort(number, streamed.BYTES, seconds, more=self._streamed.more)
            return Effort(
                many.known, np.inf, np.inf,
                T("There are at least {count} possible coalitions, more than memory ({memory})"
                  " and time allow to hold.", count=many.known, memory=told(control.budget)),
            )  # fmt: skip
        return Effort(size.coalitions, size.bytes, size.coalitions / COALITIONS_PER_SECOND)

    def _beyond(self, problem: Problem, control: Control, worth: float) -> Effort | None:
        """Return the effort if it is known to be more than it is worth."""
        self._turn_to(problem)
        if self._size is not None or not np.isfinite(worth):
            return None
        assert self._holding is not None
        try:
            self._holding.count(control, max(worth * COALITIONS_PER_SECOND, FEW_COALITIONS))
        except TooMany as many:
            return Effort(
                many.known, 0.0, many.known / COALITIONS_PER_SECOND,
                T("There are at least {count} possible coalitions, which would take longer.",
                  count=many.known), more=True,
            )  # fmt: skip
        return None

    def pools(self, problem: Problem, control: Control) -> list[Pool]:
        """Return what each service may form, evaluated.

        Raises
        ------
        TooMany
            If that cannot be held.
        Stopped
        """
        self._counted(joined_problem(problem), control)
        if self._pools is None:
            assert self._holding is not None
            made = self._found
            if self._missing:
                self._store.drop(control.budget - self._making, self._wanted)
                new = self._holding.pools(control)
                made = made | dict(zip(self._missing, new, strict=True))
                logger.info("evaluated %d coalitions", sum(map(len, new)))
            self._pools = self._store.add(self._wanted, made)
        return self._pools

    def _turn_to(self, problem: Problem) -> None:
        """Begin anew where facts or rules are others."""
        what = problem.facts, problem.partnership_rules
        if self._for is None or self._for[0] is not what[0] or self._for[1] is not what[1]:
            self._for, self._pools, self._size = what, None, None
            self._wanted = pools_of(problem)
            self._found = self._store.find(self._wanted)
            self._missing = [s for s in range(len(self._wanted)) if s not in self._found]
            held = sum(pool.nbytes for pool in self._found.values())
            self._holding = Holding(problem, self._missing, held)

    def _counted(self, problem: Problem, control: Control) -> PoolSize:
        self._turn_to(problem)
        if self._size is None:
            assert self._holding is not None
            try:
                most = streamed.HELD_AT_MOST if streamed.possible(control) else np.inf
                self._size = self._holding.count(control, most)
            except TooMany as many:
                self._size = many
                self._streamed = streamed.count(problem, control)
                if self._streamed is None:
                    logger.info("counted at least %d coalitions: too many", many.known)
                else:
                    logger.info("counted %d coalitions: too many to hold", self._streamed.number)
            else:
                self._making = self._size.bytes - self._holding.held
                self._size.coalitions += sum(map(len, self._found.values()))
                logger.info("counted %d coalitions", self._size.coalitions)
        if isinstance(self._size, TooMany):
            raise self._size
        return self._size

    def build(self, problem: Problem) -> LinearModel:
        """Return the model over all columns."""
        return self.written(problem).model

    def written(self, problem: Problem) -> Written:
        """Return the model over all columns, and what its solutions mean."""
        problem = joined_problem(problem)
        columns = self.columns(problem)

        def plan(values: Floats) -> Plan:
            return columns.plan(problem.facts, np.flatnonzero(values[: len(columns)] > 0.5))

        column, member = columns.members()
        serves = Serves(column, columns.service[column], member, columns.seat[column])
        return Written(write(problem, columns), len(columns), plan, serves)

    def columns(self, problem: Problem, control: Control | None = None) -> Columns:
        """Return all columns: each pool with each seat that it may have.

        Raises
        ------
        UsageError
            Where they are too many to write down.
        Stopped
        """
        problem = joined_problem(problem)
        facts = problem.facts
        try:
            everything = self.pools(problem, control or Control())
        except TooMany:
            everything = None
        if (
            everything is None
            or sum(p.coalitions.size.sum() for p in everything) > MAX_WRITTEN_COLUMNS
        ):
            raise UsageError(
                T("The model would have more than {most} columns.", most=MAX_WRITTEN_COLUMNS)
            )
        parts = []
        for s, pool in enumerate(everything):
            terms = pair_terms(facts, s)
            alone = np.flatnonzero(problem.conditions[s].alone)
            parts.append(alone_columns(facts, s, alone, terms))
            allowed = (pool.coalitions.dense > 0) & pool.has_room(pool.coalitions)
            for h in range(facts.n):
                outside = (~pool.pair[:, h]).astype(float)
                allowed[:, h] &= pool.coalitions.total(outside) == 0
            row, seat = np.nonzero(allowed)
            parts.append(pooled_columns(facts, s, pool, row, seat, terms))
        return joined(parts)

    def solve(
        self, problem: Problem, solver: Solver, control: Control, start: Plan | None = None
    ) -> Outcome:
        """Solve by column generation over the whole pool, held if it is not too large."""
        problem = joined_problem(problem)
        try:
            everything = self.pools(problem, control)
        except TooMany:
            self._store.drop(0.0)  # the others may take all the memory
            if self._streamed is not None:
                countless = self._streamed.more
                return streamed.solve(problem, solver, control, start, countless=countless)
            return priced.solve(problem, solver, control, start)
        except Stopped:
            return known(problem, control, start)
        try:
            return self._store.warm(problem, everything).solve(problem, solver, control, start)
        except BaseException:
            self._store.cool()
            raise
        finally:
            self._store.drop(control.budget, self._wanted)


def pools(problem: Problem, control: Control | None = None, most: float = np.inf) -> list[Pool]:
    """Enumerate and evaluate what each service may form.

    Raises
    ------
    TooMany
        If there are more than `most` coalitions for all services together, or more than memory
        and time of `control` allow.
    Stopped
    """
    control = control or Control()
    holding = Holding(joined_problem(problem))
    holding.count(control, most)
    return holding.pools(control)
