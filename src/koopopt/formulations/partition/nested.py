"""A first plan from the smaller coalitions, where all of them are many.

Most partnerships of good plans are small, and small coalitions are few: a search over them alone
takes seconds. Its plan, its columns and its cuts are what the search over all begins with. An
answer is so never worse than that of a tighter rule on sizes, as far as that search came.
"""

from __future__ import annotations

from collections.abc import Sequence

from koopopt.case.plan import Plan
from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.pool import Pool
from koopopt.formulations.partition.search import PartitionSearch
from koopopt.formulations.partition.ways import is_large
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver

MANY_COALITIONS, FEW_COALITIONS = 75_000, 40_000
"""Coalitions a service from which on the smaller ones are searched first, and how many of them."""
FIRST_SHARE, FIRST_SECONDS, FIRST_GAP = 0.35, 30.0, 1e-3
"""Part of the time that is left for that, or seconds; how near its plan has to be to its bound."""


def many(problem: Problem, pools: Sequence[Pool]) -> bool:
    """Whether these are so many coalitions that the smaller ones are searched first.

    A large program is approached as quickly with all of them.
    """
    return sum(map(len, pools)) > MANY_COALITIONS * len(pools) and not is_large(problem.facts)


def begun(
    problem: Problem, smaller: list[Pool], solver: Solver, control: Control, start: Plan | None
) -> tuple[Plan | None, Carried | None]:
    """Return the best plan over some smaller coalitions, and what the search over them learnt."""
    left = control.remaining
    seconds = FIRST_SECONDS if left is None else FIRST_SHARE * left
    search = PartitionSearch(
        problem, solver, control.part(seconds, gap=max(FIRST_GAP, control.gap))
    )
    plan = search.run(smaller, start).plan
    return plan, None if search.master is None else Carried.of(search.master)
