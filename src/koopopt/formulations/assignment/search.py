"""The search: solve the hub model, ask the evaluator what is wrong with the plan, solve again.

Every model is a relaxation: each plan that keeps the rules is a solution of it, at no more than
its true cost. So what the back end proves of any of them holds for the problem, and a plan whose
true cost meets that bound is the best. Each round that does not end leaves a lesson (`cuts`):

* a cost that was under-estimated becomes exact at that demand, or for just those members;
* a partnership that breaks a rule is cut off, together with its likes where that can be told;
* a plan that breaks a rule about the whole plan is cut off.

Large models are first solved to a coarse gap, because most lessons can be had cheaply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from koopopt.case.plan import Partnership, Plan
from koopopt.case.sites import plan as plan_of
from koopopt.errors import SolverError
from koopopt.evaluation import (
    Evaluation,
    all_alone,
    evaluate,
    status_quo,
)
from koopopt.formulations.assignment.cuts import (
    Exact,
    Lessons,
    NoGood,
    Separator,
    components,
    separators,
    site_separators,
)
from koopopt.formulations.assignment.draft import Mode
from koopopt.formulations.assignment.model import write
from koopopt.formulations.assignment.narrowing import Narrowed, Narrowing
from koopopt.formulations.assignment.partnerships import partnership
from koopopt.formulations.assignment.services import allowed
from koopopt.formulations.assignment.whole import WholeHubs, whole
from koopopt.formulations.base import Outcome
from koopopt.formulations.pieces import is_exact
from koopopt.linear import Floats, Ints, restricted
from koopopt.problem import Problem
from koopopt.rules import Violation
from koopopt.solvers.base import Control, Progress, Solver, Stopped, Termination
from koopopt.solvers.digits import decide_long, same_distance
from koopopt.solvers.judge import NO_SOLUTION_VALUE, Verdict, each_once
from koopopt.text import Text

COARSE_FROM_COLUMNS = 3_000
"""Columns from which a model is first solved coarsely."""
COARSE_GAP = 5e-3
"""The gap then."""
EXACT_WITHIN_CENTS = 2
"""Cents a member by which lines miss a cost that they are exact at, since they are rounded."""


@dataclass(slots=True)
class AssignmentSearch:
    """The state of a search.

    Attributes
    ----------
    lessons : Lessons
    best : Evaluation or None
        The best plan so far that keeps all rules.
    least : int or None
        No plan has a weighted sum below this, proven so far.
    """

    problem: Problem
    solver: Solver
    control: Control
    lessons: Lessons = field(default_factory=Lessons)
    best: Evaluation | None = None
    least: int | None = None
    doubts: list[Text] = field(default_factory=list)

    def run(self, start: Plan | None = None) -> Outcome:
        """Search until the gap is closed, a limit is reached, or infeasibility is proven."""
        for plan in (start, status_quo(self.problem), all_alone(self.problem)):
            if plan is not None:
                self._offer(evaluate(self.problem, plan))
        gap: float | None = None
        narrowing = Narrowing(self._tried, self.control.check)
        while True:
            self.control.report(None, None, "writing")
            try:
                hubs = write(self.problem, self.lessons, self._priced, self.control.check)
                model = whole(hubs, self.lessons)
                narrowed = narrowing.narrowed(model)
            except Stopped:
                return self._outcome(self.control.why)
            if narrowed is not None:
                self._raise(narrowed.least)
                self._tell()
                if self._closed():
                    return self._outcome(Termination.OPTIMAL)
            if gap is None:
                columns = len(model.model.lower) if narrowed is None else int(narrowed.kept.sum())
                large = columns > COARSE_FROM_COLUMNS and self._learns
                gap = max(self.control.gap, COARSE_GAP) if large else self.control.gap
            try:
                verdict, found = self._solve(model, narrowed, gap)
            except SolverError as error:
                return self._outcome(Termination.ERROR, str(error))
            self.doubts += verdict.doubts
            if (
                found is not None
                and verdict.least is not None
                and verdict.least < NO_SOLUTION_VALUE
            ):
                self._raise(_held(found + model.base, narrowed))
            learnt = False
            if verdict.values is not None:
                learnt = self._learn(model, verdict.values)
            self._tell()
            enough = self.control.enough
            if enough is not None and self.best is not None and self.best.total <= enough:
                return self._outcome(Termination.LIMIT)
            if self._closed():
                return self._outcome(Termination.OPTIMAL)
            if verdict.termination is Termination.INFEASIBLE and self.best is not None:
                return self._outcome(Termination.ERROR, "claimed infeasible, but a plan is known")
            if verdict.termination is not Termination.OPTIMAL:
                return self._outcome(verdict.termination, verdict.message)
            if not learnt and gap <= 0.0:
                return self._outcome(Termination.LIMIT, "the gap does not close")
            if not learnt:
                # A gap of numbers that are made small may be a wide one of the sums.
                gap = self.control.gap if gap > self.control.gap else 0.0

    @property
    def _first(self) -> bool:
        """Whether the question is whether there is any plan at all."""
        return self.best is None and not self.problem.plan_conditions.limits

    @property
    def _learns(self) -> bool:
        """Whether there are rules or costs that the model leaves to be learnt."""
        facts = self.problem.facts
        least = facts.demand.min(axis=1, initial=np.inf)
        bent = any(
            not is_exact(facts.services[s].cost, 2.0 * float(low)) for s, low in enumerate(least)
        )
        return (bent and self._priced) or any(
            c.contiguous or c.no_losers or c.savings for c in self.problem.conditions
        )

    @property
    def _priced(self) -> bool:
        """Whether it matters what a plan costs."""
        names = {c.name for c in self.problem.criteria if c.cost_share}
        return (
            any(self.problem.weights.get(name) for name in names)
            or not names.isdisjoint(self.problem.plan_conditions.limits)
            or any(c.no_losers or c.savings for c in self.problem.conditions)
        )

    def _tried(self, plan: Plan | None) -> int | None:
        """Take a plan, if it is one; return the weighted sum of the best so far."""
        if plan is not None:
            self._offer(evaluate(self.problem, plan))
        return None if self.best is None else self.best.total

    def _raise(self, least: int) -> None:
        """Take a bound that is proven."""
        self.least = least if self.least is None else max(self.least, least)

    def _solve(
        self, model: WholeHubs, narrowed: Narrowed | None, gap: float
    ) -> tuple[Verdict, int | None]:
        """Let back ends decide over what is left of a model."""
        c = self.control

        def watch(progress: Progress) -> None:
            """Pass on the bound; the back end's own incumbents are not yet plans."""
            if progress.bound is not None and np.isfinite(progress.bound):
                self._tell(_held(model.least(ceil(progress.bound - 1.0)), narrowed))

        start = model.values(self.best.plan) if self.best else None
        total = None if self.best is None else self.best.total
        gap = same_distance(gap, total, model.model, model.unit, start)
        told = None if c.on_progress is None else watch
        part = c.part(gap=gap, on_progress=told)
        kept = np.ones(model.model.shape[1], bool) if narrowed is None else narrowed.kept
        left = model.model if kept.all() else restricted(model.model, kept)
        verdict, least = decide_long(
            left, model.unit, model.rest[kept], self.solver, part,
            start=None if start is None else start[kept], confirm=self._first,
        )  # fmt: skip
        if verdict.values is not None:
            values = np.zeros(len(kept))
            values[kept] = verdict.values
            verdict.values = values
        return verdict, least

    def _learn(self, model: WholeHubs, values: Floats) -> bool:
        """Offer the plan of a solution; return whether anything new was learnt from it."""
        evaluation = evaluate(self.problem, model.hubs.plan(values))
        self._offer(evaluation)
        pools = model.hubs.pools(values)
        learnt = False
        if self._priced:
            for p in evaluation.plan.pooled:
                learnt |= self._learn_cost(model, pools, p)
        for violation in evaluation.violations:
            if violation.service is not None:
                service = self.problem.facts.service_index[violation.service]
                members = np.array([self.problem.facts.index[i] for i in violation.members])
                learnt |= self._learn_partnership(
                    service, members, violation.rule, self._site(evaluation.plan, violation)
                )
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
        return plan_of(result)

    def _learn_cost(
        self,
        model: WholeHubs,
        pools: dict[tuple[int, int], tuple[Ints, int, Mode | None]],
        p: Partnership,
    ) -> bool:
        """Make the model exact where it under-estimates the cost of a partnership."""
        facts = self.problem.facts
        s, h = facts.service_index[p.service], facts.index[p.seat]
        who, modelled, mode = pools[s, h]
        members = tuple(who.tolist())
        true = facts.cents(p)
        missing = true - modelled - model.cents(s, h, members)
        if missing <= 0 or mode is None:
            return False
        demand = float(facts.demand[s, who].sum())
        if missing > EXACT_WITHIN_CENTS * len(members) and self.lessons.point(s, members, demand):
            return True
        if self.lessons.cost(Exact(s, h, members, true)):
            return True
        # Exact there already: the solution uses a mode that only rounding lets it have.
        return self.lessons.add([NoGood(s, h, members, mode.key)])

    def _site(self, plan: Plan, violation: Violation) -> int | None:
        """Return the site of the partnership that breaks a rule, None where its seat is none."""
        facts = self.problem.facts
        for p in plan.of(violation.service or ""):
            if p.members == violation.members and facts.index[p.seat] >= facts.towns:
                return facts.index[p.seat]
        return None

    def _learn_partnership(
        self, service: int, members: Ints, rule: str, site: int | None = None
    ) -> bool:
        """Cut off a partnership that breaks a rule."""
        facts = self.problem.facts
        if site is not None:
            return self.lessons.add(self._learn_at(service, members, rule, site))
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

    def _learn_at(
        self, service: int, members: Ints, rule: str, site: int
    ) -> Iterator[Separator | NoGood]:
        """Yield what cuts off members at a site."""
        facts = self.problem.facts
        if rule == "contiguous":
            may = allowed(facts, self.problem.conditions[service])
            yield from site_separators(facts.adjacent, may, service, site, members)
            return
        if rule == "no_losers":
            self.lessons.losers.setdefault((service, site), set()).update(members.tolist())
        yield NoGood(service, site, (*members.tolist(), site))

    def _offer(self, evaluation: Evaluation) -> None:
        better = self.best is None or evaluation.total < self.best.total
        if evaluation.feasible and better:
            self.best = evaluation

    def _closed(self) -> bool:
        if self.best is None or self.least is None:
            return False
        distance = self.best.total - self.least
        return distance <= 0 or distance <= self.control.gap * abs(self.best.total)

    def _outcome(self, termination: Termination, message: str = "") -> Outcome:
        plan, least = None, self.least
        if self.best is not None:
            plan = self.best.plan
            least = None if least is None else min(least, self.best.total)
        return Outcome(termination, plan, least, message, each_once(self.doubts))

    def _tell(self, least: int | None = None) -> None:
        """Report where the search stands; `least` is a bound besides its own."""
        scale = self.problem.scale
        known = [b for b in (self.least, least) if b is not None]
        incumbent = self.best.objective if self.best else None
        self.control.report(incumbent, scale.shown(max(known)) if known else None, "hubs")


def _held(least: int, narrowed: Narrowed | None) -> int:
    """Return what a bound of what is left of a model proves of all plans."""
    return least if narrowed is None else min(least, narrowed.ceiling)
