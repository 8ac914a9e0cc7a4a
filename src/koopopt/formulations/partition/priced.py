"""The partition formulation where there are too many coalitions to enumerate: a priced pool.

Columns come from a pricing heuristic, bounds from a relaxation of pricing (`grown`). Where costs
are linear (facility location, p-median) both agree and the bound is that of the linear program;
else a gap may remain, and is told.
"""

from __future__ import annotations

from dataclasses import replace

from koopopt.case.plan import Plan
from koopopt.evaluation import evaluate
from koopopt.formulations.base import Outcome, known
from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.grown import Grown, grow, smaller
from koopopt.formulations.partition.pool import Pool
from koopopt.formulations.partition.search import PartitionSearch
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Progress, Solver, Termination

GROWING_SHARE, SEARCHING_SHARE = 0.45, 0.8
"""Parts of the time that is left: for the pool to grow, then for the search in it."""


def solve(problem: Problem, solver: Solver, control: Control, start: Plan | None = None) -> Outcome:
    """Solve with a pool that grows by pricing; the bound is valid for the whole problem."""
    growing = control.share(GROWING_SHARE, control.on_progress)
    grown = grow(problem, growing, start)
    least = problem.scale.least(grown.bound)
    if control.stopped:
        return known(problem, control, start, least)

    plans = [e for e in (evaluate(problem, p) for p in (start, grown.plan) if p) if e.feasible]
    best = min(plans, key=lambda e: e.total, default=None)
    so_far = Outcome(Termination.LIMIT, None if best is None else best.plan, least)
    outcome = over_a_part(problem, solver, control, grown.pools, so_far, grown.carried)
    return further(problem, control, grown, outcome)


def over_a_part(
    problem: Problem,
    solver: Solver,
    control: Control,
    pools: list[Pool],
    so_far: Outcome,
    carried: Carried | None = None,
) -> Outcome:
    """Search for a plan in pools that are a part of the whole; what is known has the bound.

    Smaller coalitions are in it, so that no plan of these is better than what is found.
    """
    watch, least = control.on_progress, so_far.least
    shown = None if least is None else problem.scale.shown(least)

    def tell(progress: Progress) -> None:
        """Pass on the plan; what the search proves holds for its pool only."""
        control.report(progress.incumbent, shown, progress.phase)

    searching = control.share(SEARCHING_SHARE, tell if watch else None)
    search = PartitionSearch(problem, solver, searching, carried=carried)
    outcome = search.run(_with_smaller(problem, searching, pools), so_far.plan)
    if outcome.termination in (Termination.OPTIMAL, Termination.INFEASIBLE):
        outcome = replace(outcome, termination=Termination.LIMIT)  # of these pools
    return _with_bound(problem, control, outcome, least)


def further(problem: Problem, control: Control, grown: Grown, outcome: Outcome) -> Outcome:
    """Return an outcome with a better bound, where time is left to go on with it."""
    if outcome.termination is Termination.OPTIMAL or control.remaining is None or control.stopped:
        return outcome
    least = problem.scale.least(grown.further(control))
    return _with_bound(problem, control, outcome, higher(least, outcome.least))


def higher(a: int | None, b: int | None) -> int | None:
    """Return the higher one of two bounds that may not be known."""
    return max((x for x in (a, b) if x is not None), default=None)


def _with_bound(problem: Problem, control: Control, outcome: Outcome, least: int | None) -> Outcome:
    """Return an outcome with a bound, optimal if its plan is as near as is asked."""
    if outcome.plan is None or least is None:
        return replace(outcome, least=least)
    total = evaluate(problem, outcome.plan).total
    near = total - least <= control.gap * abs(total)
    termination = Termination.OPTIMAL if near else outcome.termination
    return replace(outcome, termination=termination, least=min(least, total))


def _with_smaller(problem: Problem, control: Control, pools: list[Pool]) -> list[Pool]:
    """Return the pools with all smaller coalitions, up to a size at which they are not too many."""
    result = []
    for pool, (few, held) in zip(pools, smaller(problem, control), strict=True):
        towns, _ = pool.coalitions.apart(problem.facts.towns)
        result.append(Pool.joined([few, pool.take(towns.size > held)]))
    return result
