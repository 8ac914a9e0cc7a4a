"""The best plan over scenarios: of one, of the mean, of the worst, of the largest regret."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from koopopt.case.plan import Plan
from koopopt.case.scenario import MEASURES
from koopopt.checking.request import check_request
from koopopt.criteria import LARGEST_LOSS
from koopopt.errors import InternalError, UsageError
from koopopt.evaluation import Evaluation, all_alone, evaluate, status_quo
from koopopt.formulations.losses import demand_losses
from koopopt.inquiry.asking import WORKERS, side_by_side
from koopopt.inquiry.scenarios.cases import Cases
from koopopt.inquiry.scenarios.columns import Choices, Whole, narrowed
from koopopt.inquiry.scenarios.search import Search, Standing
from koopopt.inquiry.tables import Table, Tabled
from koopopt.problem import Problem
from koopopt.shown import figure
from koopopt.solvers import chosen as equipped
from koopopt.solvers.base import Control, Progress, Solver, Stopped, Termination, relative_gap
from koopopt.solvers.judge import each_once
from koopopt.solving.optimise import Result, Status
from koopopt.solving.over_scenarios import OverScenarios
from koopopt.text import T, Text

OWN_SHARE: Final = 0.75
"""Part of the time for the scenarios' own best plans, before the largest regret is minimised."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """What is known of the best plan of one scenario.

    Attributes
    ----------
    plan : Plan or None
    total : int or None
        Its weighted sum there, in whole numbers (`Scale`).
    least : int or None
        No plan is below.
    """

    plan: Plan | None
    total: int | None
    least: int | None

    @property
    def proven(self) -> bool:
        """Whether none is better."""
        return self.total is not None and self.total == self.least


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Robust(Tabled):
    """The best plan by a measure over scenarios.

    Attributes
    ----------
    cases : Cases
    measure : str
        ``expected``, ``worst``, ``regret``, or the id of one scenario.
    status : Status
    evaluation : Evaluation or None
        The plan in the base case, where its rules are judged.
    totals : tuple of int
        Its weighted sum in each scenario, in whole numbers.
    value, bound : Fraction or None
        The measure, and what no plan is below, in steps of the problem's scale. Of the regret:
        where an own optimum is not proven, `value` counts from what is proven of it.
    optima : tuple of Optimum
        The scenarios' own; empty unless they were asked for.
    seconds : float
    solver : str
    interrupted : bool
    nodes : int
        Parts that the search went through.
    doubts : tuple of Text
        What back ends said that is known to be wrong, or could not be confirmed.
    """

    cases: Cases
    measure: str
    status: Status
    evaluation: Evaluation | None
    totals: tuple[int, ...]
    value: Fraction | None
    bound: Fraction | None
    optima: tuple[Optimum, ...]
    seconds: float
    solver: str
    interrupted: bool = False
    nodes: int = 0
    doubts: tuple[Text, ...] = ()

    def table(self, lang: str = "en") -> Table:
        """Return a row a scenario, none where there is no plan; see `of_comparison`."""
        from koopopt.inquiry.scenarios.comparing import Comparison

        plans = [] if self.plan is None else [self.plan]
        return Comparison.of(self.cases, plans, self.optima).table(lang)

    def _said(self) -> str:
        return f" {self.status.value}, {self.measure!r}: {figure(self.objective)}"

    @property
    def plan(self) -> Plan | None:
        """The plan, None where none was found."""
        return self.evaluation.plan if self.evaluation else None

    @property
    def objective(self) -> float | None:
        """The measure of the plan, in the user's own numbers."""
        return self._shown(self.value)

    @property
    def least(self) -> float | None:
        """What is proven of every plan, in the user's own numbers; not above `objective`."""
        return self._shown(self.bound)

    @property
    def gap(self) -> float | None:
        """(objective - least) / |objective|."""
        return relative_gap(self.objective, self.least)

    def result(self, **asked: Any) -> Result:
        """Return it as what is stored and reported of one plan.

        The figures are those of the base case, of which nothing is proven: what is proven of the
        measure stands beside (`Result.over_scenarios`).

        Parameters
        ----------
        **asked
            What `Result` says of the asking: ``seed``, ``threads``, ``gap_asked``, ``time_limit``,
            ``started``, ``source``.
        """
        status = self.status
        if self.evaluation is not None:
            status = Status.FEASIBLE
        elif self.cases.judged and status is Status.INFEASIBLE:
            status = Status.NO_SOLUTION  # a plan may keep the rules of the base case
        scale = self.cases.base.scale
        own = {
            s.id: None if o.least is None else scale.shown(o.least)
            for s, o in zip(self.cases.scenarios, self.optima, strict=bool(self.optima))
        }
        over = OverScenarios(
            measure=self.measure, status=self.status.value, objective=self.objective,
            bound=self.least, own=own,
        )  # fmt: skip
        return Result(
            problem=self.cases.base, status=status, evaluation=self.evaluation, bound=None,
            formulation="partition", solver=self.solver, seconds=self.seconds,
            interrupted=self.interrupted, doubts=self.doubts, over_scenarios=over, **asked,
        )  # fmt: skip

    def _shown(self, value: Fraction | None) -> float | None:
        return None if value is None else float(value * self.cases.base.scale.grain)


def demand_answerable(problem: Problem) -> None:
    """Raise `UsageError` for what is asked of a problem that no measure over scenarios knows.

    `largest_loss` is known: what it adds is never below 0, so the bounds of the other criteria
    hold, and a plan is worth what the evaluator says. It only takes longer to prove.
    """
    if problem.lexicographic:
        raise UsageError(T("Over scenarios a weighted sum is minimised: there is no order."))
    if problem.stable is not None:
        raise UsageError(
            T("The rule stable is met in rounds, for one case; leave it out over scenarios.")
        )
    if problem.asks(LARGEST_LOSS):
        demand_losses(problem)
    for c in problem.criteria:
        if c.largest is not None and problem.weights.get(c.name):
            raise UsageError(
                T("{name} is no sum; over scenarios it can have a limit, but no weight.",
                  name=c.name)
            )  # fmt: skip


def solve(
    what: Problem | Cases,
    measure: str,
    *,
    formulation: str = "auto",
    solver: str | Solver = "highs",
    gap: float = 0.0,
    time_limit: float | None = None,
    threads: int = 1,
    seed: int = 0,
    memory: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
    began: float | None = None,
) -> Robust:
    """Return the plan that is best over scenarios, with what is proven of it.

    Parameters
    ----------
    what : Problem or Cases
    measure : str
        ``expected``: the weighted mean; ``worst``: the largest; ``regret``: the largest difference
        to a scenario's own best plan; or the id of a scenario: its own best plan.
    formulation : {"auto", "partition"}
    solver : str or Solver
        The back end that is asked first to decide integer programs.
    gap, time_limit, threads, seed, memory, on_progress, cancel, began
        As of `koopopt.solve`.

    Raises
    ------
    UsageError
        Where there are no scenarios, none of this id, or something is asked that is not known.
    """
    check_request(gap=gap, time_limit=time_limit, threads=threads, memory=memory, seed=seed)
    if formulation == "assignment":
        raise UsageError(
            T("The formulation assignment knows one case; over scenarios there is partition.")
        )
    cases = what if isinstance(what, Cases) else Cases.of(what)
    demand_answerable(cases.base)
    which = None if measure in MEASURES else cases.number(measure)
    control = Control.asked(
        gap=gap, time_limit=time_limit, threads=threads, seed=seed, cancel=cancel,
        on_progress=on_progress, memory=memory, began=began,
    )  # fmt: skip
    asking = _Asking(cases, equipped(solver, {}) if isinstance(solver, str) else solver, control)
    return asking.answer(measure, which)


def optima(cases: Cases, control: Control, solver: str | Solver = "highs") -> tuple[Optimum, ...]:
    """Return the scenarios' own best plans, as far as they are found in time."""
    demand_answerable(cases.base)
    backend = equipped(solver, {}) if isinstance(solver, str) else solver
    return _Asking(cases, backend, control).own(1.0)


class _Asking:
    """The questions about one case in its scenarios."""

    def __init__(self, cases: Cases, solver: Solver, control: Control) -> None:
        self.cases, self.solver, self.control = cases, solver, control
        self._choices: Choices | None = None
        self._plans: list[Plan] = [all_alone(cases.base), status_quo(cases.base)]
        self._known: dict[Plan, tuple[int, ...] | None] = {}
        self._doubts: list[Text] = []

    @property
    def choices(self) -> Choices:
        if self._choices is None:
            self.control.check()
            self._choices = Choices.of(self.cases, self.control)
        return self._choices

    def totals(self, plan: Plan) -> tuple[int, ...] | None:
        """Return the weighted sums of a plan, None where it breaks a rule."""
        if plan not in self._known:
            broken = any(True for _ in self.cases.violations(plan))
            self._known[plan] = None if broken else self.cases.totals(plan)
        return self._known[plan]

    def answer(self, measure: str, which: int | None) -> Robust:
        count = len(self.cases.problems)
        weights = np.array(self.cases.weights, object)
        below = 1
        optima: tuple[Optimum, ...] = ()
        offsets = [0] * count
        rows: list[list[int]] = [[int(k == j) for j in range(count)] for k in range(count)]
        if which is not None:
            rows, offsets = [rows[which]], [0]
        elif measure == "expected":
            rows, offsets, below = [weights.tolist()], [0], int(weights.sum())
        elif measure == "regret":
            optima = self.own(OWN_SHARE)
            if any(o.total is None and o.least is None for o in optima):
                nothing = Standing(termination=self.control.why)
                return self._told(measure, nothing, 1, optima, closed=False)
            offsets = [o.least if o.least is not None else 0 for o in optima]
        standing = self._minimised(rows, offsets, self.control, self._plans)
        closed = all(o.proven for o in optima)
        return self._told(measure, standing, below, optima, closed=closed)

    def own(self, share: float) -> tuple[Optimum, ...]:
        """Return the scenarios' own best plans, found side by side in a share of the time.

        Each begins from the same plans, so results do not depend on which is found first.
        """
        count, remaining = len(self.cases.problems), self.control.remaining
        until = None if remaining is None else time.perf_counter() + share * remaining
        starts = tuple(self._plans)
        if not self.control.stopped:
            with contextlib.suppress(Stopped):
                self.choices  # noqa: B018  # once, before there are several threads

        def left() -> float | None:
            return None if until is None else max(0.0, until - time.perf_counter())

        def one(k: int, seconds: float | None, starts: Sequence[Plan] = starts) -> Standing:
            part = self.control.part(seconds, gap=0.0, on_progress=None)
            row = [int(k == j) for j in range(count)]
            return self._minimised([row], [0], part, starts)

        by_number = dict(side_by_side(count, WORKERS, left, one, self.control.cancel))
        # What the clock left open is asked once more, in the time that the others did not need.
        still = [k for k, s in by_number.items() if s.termination is Termination.TIME_LIMIT]

        def again(k: int, seconds: float | None) -> Standing:
            before = by_number[still[k]]
            known = starts if before.plan is None else (*starts, before.plan)
            return one(still[k], seconds, known).beside(before)

        if left():
            found = dict(side_by_side(len(still), WORKERS, left, again, self.control.cancel))
            by_number |= {still[k]: standing for k, standing in found.items()}
        own = [by_number[k] for k in range(count)]
        self._plans += [standing.plan for standing in own if standing.plan is not None]
        return tuple(Optimum(s.plan, s.total, s.least) for s in own)

    def _minimised(
        self, rows: list[list[int]], offsets: list[int], control: Control, starts: Sequence[Plan]
    ) -> Standing:
        """Minimise the largest of sums over scenarios, less its offset."""

        def value(plan: Plan) -> int | None:
            totals = self.totals(plan)
            if totals is None:
                return None
            sums = (sum(w * t for w, t in zip(row, totals, strict=True)) for row in rows)
            return max(s - r for s, r in zip(sums, offsets, strict=True))

        try:
            control.check()
            objectives: Whole = narrowed(
                np.array(rows, object) @ self.choices.totals.astype(object)
            )
        except Stopped:
            return self._simplest(value, control, starts)
        search = Search(self.choices, objectives, offsets, value, self.solver, control)
        standing = search.run(tuple(dict.fromkeys(starts)))
        self._doubts += standing.doubts
        return standing

    def _simplest(
        self, value: Callable[[Plan], int | None], control: Control, starts: Sequence[Plan]
    ) -> Standing:
        """Return the best plan that is known without a search."""
        standing = Standing(termination=control.why)
        for plan in starts:
            total = value(plan)
            if total is not None and (standing.total is None or total < standing.total):
                standing.plan, standing.total = plan, total
        return standing

    def _told(
        self, measure: str, standing: Standing, below: int, optima: Sequence[Optimum], *,
        closed: bool,
    ) -> Robust:  # fmt: skip
        cases, plan = self.cases, standing.plan
        evaluation = None if plan is None else evaluate(cases.base, plan)
        status = Status.NO_SOLUTION
        if standing.termination is Termination.INFEASIBLE:
            status = Status.INFEASIBLE
        elif standing.total is not None:
            distance = None if standing.least is None else standing.total - standing.least
            near = distance is not None and distance <= self.control.gap * abs(standing.total)
            status = Status.OPTIMAL if near and closed else Status.FEASIBLE
        least = standing.least
        if standing.total is not None and least is not None and least > standing.total:
            raise InternalError(T("A bound is above a plan. This is a defect of koopopt; please"
                                  " report it."))  # fmt: skip
        if standing.total is None:
            standing.least = None  # no plan: there is nothing to be below
        value = None if standing.total is None else Fraction(standing.total, below)
        bound = None if standing.least is None else Fraction(standing.least, below)
        if measure == "regret" and not closed:
            bound = Fraction(0) if value is not None else None  # what is proven of own optima moves
        totals = () if plan is None else cases.totals(plan)
        return Robust(
            cases, measure, status, evaluation, totals, value, bound, tuple(optima),
            self.control.seconds, f"{self.solver.name} {self.solver.version()}",
            interrupted=standing.termination is Termination.INTERRUPTED, nodes=standing.nodes,
            doubts=each_once(self._doubts),
        )  # fmt: skip
