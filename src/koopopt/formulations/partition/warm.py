"""What is kept of a set of pools from one solve to the next, and how it answers.

Weights, order and limits change neither the pools nor their columns and cuts: one linear program
(`bounds`) serves them all. Every `View` of it holds for any weights and limits; together they rule
out most coalitions before anything is solved, and a small integer program decides over the rest.
Where that is not small, `search` does it, from the columns that paid before.

A view is of its pools, numbers and plan rules and of no others: `Warm` answers for problems that
differ from its own in weights, order and limits only (`store` sees to that). All plans that it is
given to begin with are evaluated for the problem that is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA
from koopopt.evaluation import evaluate
from koopopt.formulations.base import Outcome, known
from koopopt.formulations.partition import nested
from koopopt.formulations.partition.bounds import Bounds, View
from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.model import solution_of, whole
from koopopt.formulations.partition.pool import Pool
from koopopt.formulations.partition.search import PartitionSearch
from koopopt.formulations.partition.selection import smallest
from koopopt.linear import Bools, Floats
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Held, Solver, Termination
from koopopt.solvers.digits import same_distance
from koopopt.solvers.judge import NO_SOLUTION_VALUE, decide, each_once

FEW_COALITIONS: Final = 300
"""Coalitions that are few enough to stop looking for better bounds."""
MAX_PLAIN, MAX_PLAIN_COLUMNS = 700, 9_000
"""Coalitions and columns that are too many for a plain integer program: searching is quicker."""
PLAIN_SECONDS: Final = 10.0
"""What it may take; then it is searched."""
GUESS_COALITIONS, GUESS_GAP = 100, 1e-3
"""Coalitions to look among for a plan to begin with, and the gap at which it is good enough."""
FULL_VIEWS: Final = 4
"""Views that are asked about every coalition of a box."""
MAX_REMEMBERED_NUMBERS: Final = 2e7
"""Reduced costs to remember, in numbers: 160 MB."""

Seen = list[tuple[View, float]]
"""Views, each with the largest weighted sum that matters."""


class Warm:
    """Answers for all weights and limits over one set of pools.

    Parameters
    ----------
    problem : Problem
        Its rules and numbers count; its weights, order and limits do not.
    pools : list of Pool
    carried : Carried, optional
        Columns and cuts of other pools, looked up in these.
    """

    def __init__(self, problem: Problem, pools: list[Pool], carried: Carried | None = None) -> None:
        rules = problem.other_rules
        self._own = replace(problem, weights={}, lexicographic=(), plan_rules=rules)
        self.pools = pools
        self._carried = carried
        self._names: tuple[str, ...] = ()
        self._bounds: Bounds | None = None
        self._views: list[View] = []

    @property
    def carried(self) -> Carried | None:
        """What other pools may begin with; None before anything was solved."""
        return self._carried if self._bounds is None else self._bounds.carried

    @property
    def nbytes(self) -> int:
        """About what it takes beside the pools."""
        views = sum(8 * view.size + sum(p.pair.nbytes for p in view.prices) for view in self._views)
        program = self._carried if self._bounds is None else self._bounds
        return views + (0 if program is None else program.nbytes)

    def forget(self, room: float) -> None:
        """Drop the oldest views until the rest fits in so many bytes; then most columns."""
        while self._views and self.nbytes > room:
            del self._views[0]
        if self._bounds is not None and self.nbytes > room:
            self._carried, self._bounds, self._names = self.carried, None, ()

    def solve(
        self, problem: Problem, solver: Solver, control: Control, start: Plan | None = None
    ) -> Outcome:
        """Minimise the weighted sum within the limits; see `Formulation.solve`.

        Without anything to begin with there is nothing to rule out by, and it is searched.
        """
        asked = _Asked(problem, solver, control)
        asked.offer(start)
        if self._carried is None or (asked.start is None and not asked.limits):
            return self._searched(asked, self.pools)
        return self._ruled_out(asked)

    def _ruled_out(self, asked: _Asked) -> Outcome:
        """Rule out by bounds, then decide over what is left."""
        if asked.enough:
            return Outcome(Termination.LIMIT, asked.start)
        bounds = self._bounded(asked.limits)
        seen = [(view, bounds.most(view, asked.limits)) for view in self._views]
        if asked.start is None and _none(seen):
            return Outcome(Termination.INFEASIBLE)
        seen = _best(bounds, seen)
        if asked.start is None and _count(bounds.kept(seen)) > FEW_COALITIONS:
            # A weight on what has no limit would say nothing of what is in the box.
            limited = [name in asked.limits for name in CRITERIA]
            view = self._view(bounds, asked, np.where(limited, asked.problem.scale.floats, 0.0))
            if view is not None:
                seen.append((view, bounds.most(view, asked.limits)))
                if _none(seen[-1:]):
                    return Outcome(Termination.INFEASIBLE)
        if asked.start is not None:
            view = self._view(bounds, asked, asked.problem.scale.floats)
            if view is not None:
                most = bounds.most(view, asked.limits)
                asked.bound(view)
                if _count(bounds.kept([*seen, (view, asked.most(view, most))])) > MAX_PLAIN:
                    _guess(asked, bounds, view, seen)
                seen.append((view, asked.most(view, most)))
        if asked.near:
            return Outcome(Termination.OPTIMAL, asked.start, asked.least)
        if asked.control.stopped:
            return known(asked.problem, asked.control, asked.start, asked.least)
        return asked.completed(self._decided(asked, bounds, seen))

    def _view(self, bounds: Bounds, asked: _Asked, weights: Floats) -> View | None:
        """Bound other weights, and see whether that solution is a plan; None if it is stopped."""
        view = bounds.view(weights, asked.problem.scale.step, asked.limits, asked.control)
        if view is not None:
            self._views.append(view)
            while len(self._views) * view.size > MAX_REMEMBERED_NUMBERS and len(self._views) > 1:
                del self._views[0]
            asked.offer(bounds.plan())
        return view

    def _decided(self, asked: _Asked, bounds: Bounds, seen: Seen) -> Outcome:
        """Let back ends choose among the columns that are left, if they are not many."""
        kept = bounds.kept(seen)
        if _count(kept) <= MAX_PLAIN:
            columns = bounds.columns(seen, kept)
            if len(columns) <= MAX_PLAIN_COLUMNS:
                outcome = _chosen(asked, columns, bounds)
                if outcome is not None:
                    return outcome
        pools = [pool.take(k) for pool, k in zip(self.pools, kept, strict=True)]
        return self._searched(asked, pools)

    def _searched(self, asked: _Asked, pools: list[Pool]) -> Outcome:
        if self._carried is None and nested.many(asked.problem, pools):
            plan, self._carried = nested.begun(
                asked.problem,
                smallest(pools, nested.FEW_COALITIONS),
                asked.solver,
                asked.control,
                asked.start,
            )
            asked.offer(plan)
        search = PartitionSearch(asked.problem, asked.solver, asked.control, carried=self.carried)
        outcome = search.run(pools, asked.start)
        if search.master is not None:
            learnt = Carried.of(search.master)
            if self._bounds is None:
                self._carried = learnt
            else:
                self._bounds.learn(learnt)
        return outcome

    # -- what is known -------------------------------------------------------------------------

    def _bounded(self, limits: Mapping[str, int]) -> Bounds:
        """Return the linear program, with rows for these limits; others stay."""
        names = tuple(dict.fromkeys([*self._names, *limits]))
        if self._bounds is None or names != self._names:
            self._carried = self.carried
            self._bounds = Bounds(self._own, self.pools, names, self._carried)
            self._names = names
        return self._bounds


@dataclass(slots=True, eq=False)
class _Asked:
    """A problem to solve, what is known of it, and who solves it.

    Attributes
    ----------
    limits : mapping criterion name -> largest amount
    start, total : Plan or None, int or None
        The best plan that is known to keep all rules, and its weighted sum.
    least : int or None
        Proven for the weighted sum.
    """

    problem: Problem
    solver: Solver
    control: Control
    limits: Mapping[str, int] = field(init=False)
    start: Plan | None = None
    total: int | None = None
    least: int | None = None
    _values: dict[Plan, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.limits = self.problem.plan_conditions.limits

    def value(self, plan: Plan) -> int | None:
        """Return the weighted sum of a plan, None where it breaks a rule."""
        if plan not in self._values:
            evaluation = evaluate(self.problem, plan)
            self._values[plan] = evaluation.total if evaluation.feasible else None
        return self._values[plan]

    def offer(self, plan: Plan | None) -> None:
        """Begin with a plan if it keeps all rules and is better."""
        total = None if plan is None else self.value(plan)
        if total is not None and (self.total is None or total < self.total):
            self.start, self.total = plan, total
            self.control.report(self.problem.scale.shown(total), None, "plan")

    def bound(self, view: View) -> None:
        """Take in a view of the problem's own weights."""
        least = self.problem.scale.least(float(np.nextafter(view.bound - view.sides, -np.inf)))
        if least is not None and self.total is not None:
            self.least = min(least, self.total)

    def most(self, view: View, inside: float) -> float:
        """Return the largest sum, by the weights of a view of one's own, that matters.

        That is `inside` the limits, and no worse than the plan that is known.
        """
        if self.total is None:
            return inside
        above = self.problem.scale.above(self.total)
        return min(inside, float(np.nextafter(above + view.sides, np.inf)))

    @property
    def enough(self) -> bool:
        """Whether the plan that is known is as good as somebody needs it."""
        enough = self.control.enough
        return enough is not None and self.total is not None and self.total <= enough

    @property
    def near(self) -> bool:
        """Whether the plan that is known is proven as good as was asked for."""
        if self.total is None or self.least is None:
            return False
        return self.total - self.least <= self.control.gap * abs(self.total)

    def completed(self, outcome: Outcome) -> Outcome:
        """Return an outcome with what was known before where that is better."""
        if self.start is None or self.total is None:
            return outcome
        self.offer(outcome.plan)
        least = max((x for x in (outcome.least, self.least) if x is not None), default=None)
        # What was left out is no better than the plan that was known.
        least = None if least is None else min(least, self.total)
        return replace(outcome, plan=self.start, least=least)


def _guess(asked: _Asked, bounds: Bounds, view: View, seen: Seen) -> None:
    """Look for a plan among the coalitions that look best: a better one rules out more."""
    reduced = np.concatenate(view.reduced)
    if len(reduced) <= GUESS_COALITIONS:
        return
    near = view.level + float(np.partition(reduced, GUESS_COALITIONS)[GUESS_COALITIONS])
    views = [*seen, (view, near)]
    columns = bounds.columns(views, bounds.kept(views))
    model = whole(asked.problem, columns, bounds.worth(asked.problem.scale.step)).model
    solution = asked.solver.solve(model, asked.control.part(gap=max(GUESS_GAP, asked.control.gap)))
    if solution.held is not Held.NONE and solution.values is not None:
        asked.offer(_plan(asked.problem, columns, solution.values))


def _plan(problem: Problem, columns: Columns, values: Floats) -> Plan:
    return columns.plan(problem.facts, np.flatnonzero(values[: len(columns)] > 0.5))


def _chosen(asked: _Asked, columns: Columns, bounds: Bounds) -> Outcome | None:
    """Return the best plan of some columns; None where nobody can tell."""
    problem, start, control = asked.problem, asked.start, asked.control
    program = whole(problem, columns, bounds.worth(problem.scale.step), bounds.binding)
    if program.unit > 1:
        return None
    begin = None if start is None else solution_of(problem, columns, program.model, start)
    if start is not None and begin is None:
        return None
    gap = same_distance(control.gap, asked.total, program.model, program.unit, begin)
    own = control.part(PLAIN_SECONDS, gap=gap)
    verdict = decide(program.model, asked.solver, own, start=begin, confirm=not asked.limits)
    if not verdict.settled and not control.stopped:
        return None
    plan = None
    if verdict.values is not None:
        plan = _plan(problem, columns, verdict.values)
        if asked.value(plan) is None:
            return None
    least = None
    if verdict.least is not None and verdict.least < NO_SOLUTION_VALUE:
        least = program.least(verdict.least)
    return Outcome(verdict.termination, plan, least, verdict.message, each_once(verdict.doubts))


def _best(bounds: Bounds, views: Seen) -> Seen:
    """Return the views that leave the fewest coalitions, of the most promising ones."""
    finite = [(view, most) for view, most in views if np.isfinite(most)]
    room = [(most - view.level) / view.scale for view, most in finite]
    finite = [finite[k] for k in np.argsort(room, kind="stable")[: 3 * FULL_VIEWS].tolist()]
    count = [bounds.few(view, most) for view, most in finite]
    return [finite[k] for k in np.argsort(count, kind="stable")[:FULL_VIEWS].tolist()]


def _none(views: Seen) -> bool:
    """Whether some view proves that no plan has such weighted sums."""
    return any(v.bound > most for v, most in views)


def _count(kept: list[Bools]) -> int:
    return sum(int(part.sum()) for part in kept)
