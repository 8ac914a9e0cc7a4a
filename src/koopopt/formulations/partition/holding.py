"""Holding a problem's coalitions: counted first, then enumerated and evaluated in pieces.

Services with the same limits on who may be with whom share an enumeration. What a coalition takes
in memory is estimated from its number of members; how long it takes to have it, too, so that a run
with a time limit does not spend all of it on making its pool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.coalitions.admissible import (
    AnyEnumeration,
    enumeration,
    max_size,
    never_together,
)
from koopopt.coalitions.enumeration import TooMany
from koopopt.coalitions.sets import Coalitions
from koopopt.formulations.partition.pool import Pool, fill
from koopopt.problem import Problem
from koopopt.solvers.base import Control

COALITION_BYTES, MEMBER_BYTES = 100.0, 12.0
"""What a held coalition takes with its numbers and, for a while, its copy; and each member."""
HELD_PER_SECOND = 1_000_000.0
"""Coalitions that are enumerated, evaluated and looked at a few times in a second."""
FEW_COALITIONS = 100_000.0
"""Coalitions that are few enough whatever the time."""
POOL_TIME_SHARE = 0.3
"""Part of the time that is left which making the pool may take."""


@dataclass(slots=True)
class PoolSize:
    """How many coalitions there are for all services together, and the bytes they take."""

    coalitions: int = 0
    bytes: float = 0.0


class Holding:
    """The coalitions of a problem, not yet enumerated.

    Parameters
    ----------
    problem : Problem
    services : sequence of int, optional
        Those whose coalitions are wanted; all unless said.
    held : float
        Bytes that are held already and count with them.
    """

    def __init__(
        self, problem: Problem, services: Sequence[int] | None = None, held: float = 0.0
    ) -> None:
        self.problem, self.held = problem, held
        self.services = range(len(problem.conditions)) if services is None else services
        groups: dict[object, tuple[AnyEnumeration, list[int]]] = {}
        for s in self.services:
            conditions = problem.conditions[s]
            key = (
                conditions.contiguous,
                conditions.pool.tobytes(),
                never_together(conditions).tobytes(),
                max_size(problem.facts, conditions),
                conditions.pair[:, problem.facts.towns :].tobytes(),
            )
            group = groups.setdefault(key, (enumeration(problem.facts, conditions), []))
            group[1].append(s)
        self.groups = tuple(groups.values())

    def count(self, control: Control, most: float = np.inf) -> PoolSize:
        """Count what would have to be held.

        Raises
        ------
        TooMany
            If it takes more memory than may be taken, more time than there is, or if there are
            more than `most`.
        Stopped
        """
        room = float(control.budget)
        if control.remaining is not None:
            most = min(
                most, max(POOL_TIME_SHARE * control.remaining * HELD_PER_SECOND, FEW_COALITIONS)
            )
        size = PoolSize(bytes=self.held)
        for of, services in self.groups:
            control.report(None, None, "counting")
            weight = COALITION_BYTES + MEMBER_BYTES * np.arange(of.max_size + 1)
            # Of memory and of the number, whatever is used up sooner.
            each = np.maximum(weight / room, 1.0 / most) * len(services)
            left = 1.0 - max(size.bytes / room, size.coalitions / most)
            try:
                number = of.count(left, each, control.check)
            except TooMany as many:
                raise TooMany(size.coalitions + many.known * len(services)) from None
            size.coalitions += int(number.sum()) * len(services)
            size.bytes += float(number @ weight) * len(services)
        return size

    def pools(self, control: Control) -> list[Pool]:
        """Enumerate and evaluate what each wanted service may form; `count` comes first.

        Raises
        ------
        Stopped
        """
        problem = self.problem
        result: dict[int, Pool] = {}
        for of, services in self.groups:
            parts: dict[int, list[Pool]] = {s: [] for s in services}
            none = Coalitions.of_table(np.zeros((0, problem.facts.n), bool))
            control.report(None, None, "evaluating")
            for s in services:
                parts[s].append(fill(problem.facts, s, problem.conditions[s], none))
            for piece in of.pieces(control.check):
                for s in services:
                    control.check()
                    part = fill(problem.facts, s, problem.conditions[s], piece)
                    if len(part):
                        parts[s].append(part)
            for s in services:
                control.check()
                result[s] = Pool.joined(parts.pop(s))
        return [result[s] for s in self.services]
