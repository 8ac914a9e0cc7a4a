"""The search: solve the hub model, ask the evaluator what is wrong with the plan, solve again.

Every model is a relaxation: each plan that keeps the rules is a solution of it, at no more than
its true cost. So what the back end proves of any of them holds for the problem, and a plan whose
true cost meets that bound is the best. Each round that does not end leaves a lesson (`cuts`):

* a cost that was under-estimated becomes exact at that demand;
* a partnership that breaks a rule is cut off, together with its likes where that can be told;
* a plan that breaks a rule about the whole plan is cut off.

Large models are first solved to a coarse gap, because most lessons can be had cheaply.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from koopopt.errors import SolverError
from koopopt.evaluate import Evaluation, all_alone, evaluate, status_quo
from koopopt.facts import TOLERANCE
from koopopt.formulations.assignment.cuts import (
    Lessons,
    NoGood,
    Separator,
    components,
    separators,
)
from koopopt.formulations.assignment.draft import Mode
from koopopt.formulations.assignment.model import HubModel, write
from koopopt.formulations.assignment.partnerships import partnership
from koopopt.formulations.assignment.services import allowed
from koopopt.formulations.base import Outcome
from koopopt.linear import Floats, Ints
from koopopt.plan import Partnership, Plan
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Held, Progress, Solution, Solver, Stopped, Termination

LARGE = 3_000
"""Columns from which a model is first solved coarsely."""
COARSE = 5e-3
"""The gap then."""
ROUNDING = 1e-6
"""What back ends that answer in text may miss."""
SAME = 1e-10
"""Relative difference of two costs that counts as none."""


@dataclass(slots=True)
class Search:
    """The state of a search.

    Attributes
    ----------
    lessons : Lessons
    best : Evaluation or None
        The best plan so far that keeps all rules.
    bound : float
        Proven so far.
    """

    problem: Problem
    solver: Solver
    control: Control
    lessons: Lessons = field(default_factory=Lessons)
    best: Evaluation | None = None
    bound: float = -np.inf

    def run(self, start: Plan | None = None) -> Outcome:
        """Search until the gap is closed, a limit is reached, or infeasibility is proven."""
        for plan in (start, status_quo(self.problem), all_alone(self.problem)):
            if plan is not None:
                self._offer(evaluate(self.problem, plan))
        gap: float | None = None
        while True:
            self.control.report(None, None, "writing")
            try:
                model = write(self.problem, self.lessons, self._priced, self.control.check)
            except Stopped:
                return self._outcome(self._why())
            if gap is None:
                large = len(model.linear.lower) > LARGE
                gap = max(self.control.gap, COARSE) if large else self.control.gap
            try:
                solution = self._solve(model, gap)
            except SolverError as error:
                return self._outcome(Termination.ERROR, str(error))
            if solution.bound is not None:
                self.bound = max(self.bound, solution.bound)
            learnt = False
            if solution.held is not Held.NONE and solution.values is not None:
                learnt = self._learn(model, solution.values)
            self._tell()
            if self._closed():
                return self._outcome(Termination.OPTIMAL)
            if solution.termination is Termination.INFEASIBLE and self.best is not None:
                return self._outcome(Termination.ERROR, "claimed infeasible, but a plan is known")
            if solution.termination is not Termination.OPTIMAL:
                return self._outcome(solution.termination, solution.message)
            if not learnt and gap <= self.control.gap:
                # Nothing is left to learn; a back end that rounds leaves a gap like its rounding.
                if self._closed(ROUNDING):
                    return self._outcome(Termination.OPTIMAL)
                return self._outcome(Termination.ERROR, "the gap does not close")
            if not learnt:
                gap = self.control.gap

    def _why(self) -> Termination:
        cancelled = self.control.cancel.is_set()
        return Termination.INTERRUPTED if cancelled else Termination.TIME_LIMIT

    @property
    def _priced(self) -> bool:
        """Whether it matters what a plan costs."""
        names = {c.name for c in self.problem.criteria if c.cost_share}
        return (
            any(self.problem.weights.get(name) for name in names)
            or not names.isdisjoint(self.problem.plan_conditions.limits)
            or any(c.no_losers for c in self.problem.conditions)
        )

    def _solve(self, model: HubModel, gap: float) -> Solution:
        c = self.control
        watch = None if c.on_progress is None else self._watch
        part = c.part(gap=gap, on_progress=watch)
        weights = tuple(self.problem.weights.get(x.name, 0.0) for x in self.problem.criteria)
        start = model.values(self.best.plan) if self.best else None
        return self.solver.solve(model.linear, part, weights=weights, start=start)

    def _learn(self, model: HubModel, values: Floats) -> bool:
        """Offer the plan of a solution; return whether anything new was learnt from it."""
        evaluation = evaluate(self.problem, model.plan(values))
        self._offer(evaluation)
        pools = model.pools(values)
        learnt = False
        if self._priced:
            for p in evaluation.plan.pooled:
                learnt |= self._learn_cost(pools, p)
        for violation in evaluation.violations:
            if violation.service is not None:
                service = self.problem.facts.service_index[violation.service]
                members = np.array([self.problem.facts.index[i] for i in violation.members])
                learnt |= self._learn_partnership(service, members, violation.rule)
        if not evaluation.feasible:
            self._offer(evaluate(self.problem, self._mended(evaluation)))
            learnt = learnt or self.lessons.plan(evaluation.plan)
        return learnt

    def _mended(self, evaluation: Evaluation) -> Plan:
        """Return the plan with every partnership that breaks a rule taken apart.

        By who borders whom where members must; else, and where that changes nothing, everyone is
        left alone.
        """
        facts = self.problem.facts
        broken = {(v.service, v.members) for v in evaluation.violations}
        result: list[Partnership] = []
        for p in evaluation.plan.partnerships:
            if (p.service, p.members) not in broken:
                result.append(p)
                continue
            s, who, seat = facts.service_index[p.service], facts.members(p), facts.index[p.seat]
            conditions = self.problem.conditions[s]
            parts = [np.array([i]) for i in who]
            if conditions.contiguous:
                masks = list(components(facts.adjacent, np.isin(np.arange(facts.n), who)))
                parts = [np.flatnonzero(mask) for mask in masks] if len(masks) > 1 else parts
            result += [
                partnership(facts, conditions, s, part, seat if seat in part else int(part[0]))
                for part in parts
            ]
        return Plan(result)

    def _learn_cost(
        self,
        pools: dict[tuple[int, int], tuple[Ints, float, Mode | None]],
        p: Partnership,
    ) -> bool:
        """Make the model exact where it under-estimates the cost of a partnership."""
        facts = self.problem.facts
        s, h = facts.service_index[p.service], facts.index[p.seat]
        who, modelled, mode = pools[s, h]
        true = facts.cost(p)
        if true - modelled <= SAME * max(1.0, abs(true)) or mode is None:
            return False
        demand = float(facts.demand[s, who].sum())
        if self.lessons.point(s, who.tolist(), demand):
            return True
        # Exact there already: the solution uses a mode that only rounding lets it have.
        return self.lessons.add([NoGood(s, h, tuple(who.tolist()), mode.key)])

    def _learn_partnership(self, service: int, members: Ints, rule: str) -> bool:
        """Cut off a partnership that breaks a rule."""
        facts = self.problem.facts
        if rule == "contiguous":
            may = allowed(facts, self.problem.conditions[service])
            cuts: list[Separator | NoGood] = [*separators(facts.adjacent, may, service, members)]
        else:
            inside = tuple(members.tolist())
            cuts = [NoGood(service, h, inside) for h in inside]
        if rule == "no_losers":
            for h in members.tolist():
                self.lessons.losers.setdefault((service, h), set()).update(members.tolist())
        return self.lessons.add(cuts)

    def _offer(self, evaluation: Evaluation) -> None:
        better = self.best is None or evaluation.objective < self.best.objective
        if evaluation.feasible and better:
            self.best = evaluation

    def _closed(self, tolerance: float = TOLERANCE) -> bool:
        if self.best is None:
            return False
        room = max(self.control.gap, tolerance) * abs(self.best.objective)
        return self.best.objective - self.bound <= max(room, tolerance)

    def _outcome(self, termination: Termination, message: str = "") -> Outcome:
        plan = self.best.plan if self.best else None
        bound = self.bound if np.isfinite(self.bound) else None
        return Outcome(termination, plan, bound, message)

    def _tell(self) -> None:
        incumbent = self.best.objective if self.best else None
        bound = self.bound if np.isfinite(self.bound) else None
        self.control.report(incumbent, bound, "hubs")

    def _watch(self, progress: Progress) -> None:
        """Pass on the bound; the back end's own incumbents are not yet plans."""
        known = [b for b in (self.bound, progress.bound) if b is not None and np.isfinite(b)]
        incumbent = self.best.objective if self.best else None
        self.control.report(incumbent, max(known, default=None), "hubs")
