"""Whether some of the rules leave a plan: the question that all others come down to.

What is cheap comes first: plans that are known, contradictions that are known, then each service
by itself, which is exact where no rule about the plan joins services and a relaxation where one
does. Only what that leaves open is asked of the whole problem. All of it goes through `solve`, so a
plan has passed the evaluator, and "none" is proven.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from koopopt.case.facts import Facts
from koopopt.case.plan import Plan
from koopopt.criteria import LARGEST_LOSS
from koopopt.errors import InternalError, KoopoptError
from koopopt.evaluation import evaluate
from koopopt.formulations.plans import Plans
from koopopt.inquiry.conflicts.known import seen, simple_plans
from koopopt.inquiry.conflicts.ruleset import Keep, RuleSet, for_service, one_service
from koopopt.problem import Problem
from koopopt.solvers import chosen as equipped
from koopopt.solvers.base import Control
from koopopt.solving.optimise import Status, answered

MIN_SECONDS: Final = 0.05
"""Seconds below which a question is not worth it."""
ANY_PLAN: Final = 2**200
"""A weighted sum that is good enough: the first plan ends a search."""
Answer = Plan | bool | None
"""A plan, `False` where it is proven that there is none, None where that is open."""
Attempt = Callable[[Problem, float], Answer]
"""Looks for any plan of a problem for some seconds; raises `Unanswerable`."""


class Unanswerable(Exception):  # noqa: N818 - a signal between two functions, not an error
    """No back end or formulation can be asked this, however long there is for it."""


def attempt(
    *,
    formulation: str = "auto",
    solver: str = "highs",
    memory: int | None = None,
    seed: int = 0,
    cancel: threading.Event | None = None,
) -> Attempt:
    """Return the way to look for a plan with a back end; any plan will do."""
    backend = equipped(solver, {})

    def tried(problem: Problem, seconds: float) -> Answer:
        control = Control.asked(
            gap=0.0, time_limit=seconds, memory=memory, seed=seed, cancel=cancel, began=None,
            enough=ANY_PLAN,
        )  # fmt: skip
        try:
            found = answered(problem, formulation, backend, control, Plans())
        except InternalError:
            raise
        except KoopoptError as error:  # too large to be written down, a back end that fails
            raise Unanswerable from error
        return False if found.status is Status.INFEASIBLE else found.plan

    return tried


@dataclass(slots=True, eq=False)
class Oracle:
    """Answers whether some of the rules leave a plan, and remembers what it learnt.

    Attributes
    ----------
    rules : RuleSet
    attempt : callable
    deadline : float or None
        By `time.perf_counter`.
    cancel : threading.Event
    plans : dict plan -> the rules that it keeps
    none : list of sets of rules that leave no plan
    beyond : set of sets of rules
        Of these it stays open whether they leave a plan, however long there is.
    """

    rules: RuleSet
    attempt: Attempt
    deadline: float | None = None
    cancel: threading.Event = field(default_factory=threading.Event)
    plans: dict[Plan, Keep] = field(default_factory=dict)
    none: list[Keep] = field(default_factory=list)
    beyond: set[Keep] = field(default_factory=set)
    _by_service: dict[tuple[int, Keep], Answer] = field(default_factory=dict)
    _facts: dict[tuple[int, int], Facts] = field(default_factory=dict)
    _culprit: int | None = None
    _refused: Problem | None = None

    def __post_init__(self) -> None:
        """Begin with the plans that need no search."""
        bare = self.rules.with_only(frozenset())
        for plan in simple_plans(bare):
            if evaluate(bare, plan).feasible:
                self.learn(plan)

    def learn(self, plan: Plan) -> Keep:
        """Remember a plan, and return the rules that it keeps."""
        if plan not in self.plans:
            self.plans[plan] = self.rules.kept_by(plan)
        return self.plans[plan]

    @property
    def remaining(self) -> float:
        """Seconds left; infinite without a limit."""
        return float("inf") if self.deadline is None else self.deadline - time.perf_counter()

    @property
    def stopped(self) -> bool:
        """Whether to stop now."""
        return self.cancel.is_set() or self.remaining < MIN_SECONDS

    def known(self, keep: Keep) -> Answer:
        """Return what is known of it already."""
        for plan, kept in self.plans.items():
            if keep <= kept:
                return plan
        return False if any(some <= keep for some in self.none) else None

    def contradiction(self, keep: Keep) -> Keep:
        """Return the smallest part of these rules that is known to leave no plan."""
        return min((some for some in self.none if some <= keep), key=len, default=keep)

    def ask(self, keep: Keep, seconds: float = float("inf")) -> Answer:
        """Return a plan that keeps these rules, or whether there is none."""
        answer = self.known(keep)
        if answer is not None or self.stopped or keep in self.beyond:
            return answer
        whole = self.rules.with_only(keep)
        if seen(whole):
            self.none.append(keep)
            return False
        until = time.perf_counter() + min(seconds, self.remaining)
        answer = self._searched(keep, whole, until)
        if answer is None and self._refused is whole:
            answer = self._without_losses(whole, until)
            self.beyond.add(keep)
        if isinstance(answer, Plan):
            self.learn(answer)
        elif answer is False and self.known(keep) is None:
            self.none.append(keep)
        return answer

    def _searched(self, keep: Keep, whole: Problem, until: float) -> Answer:
        """Ask the service that had no plan the last time, then all together, then each service."""
        began = time.perf_counter()
        if self._culprit is not None:
            half = began + (until - began) / 2
            if self._of_service(keep, whole, self._culprit, half) is False:
                return False
        answer: Answer = None
        if not self._separable(keep):
            began = time.perf_counter()
            answer = self.tried(whole, began + (until - began) / 2)
        if answer is None and self._several:
            answer = self._apart(keep, whole, until)
        elif answer is False and self._several and self._culprit is None:
            now = time.perf_counter()  # fewer rules are to blame where one service has no plan
            self._apart(keep, whole, min(until, now + 2 * (now - began)))
        return self.tried(whole, until) if answer is None else answer

    def tried(self, problem: Problem, until: float) -> Answer:
        """Look for any plan of a problem until a moment; what cannot be asked stays open."""
        left = until - time.perf_counter()
        if left < MIN_SECONDS or self.cancel.is_set():
            return None
        try:
            return self.attempt(problem, left)
        except Unanswerable:
            self._refused = problem
            return None

    def _without_losses(self, whole: Problem, until: float) -> Answer:
        """Ask without what most seldom can be asked; its plan may keep that as well."""
        if not whole.asks(LARGEST_LOSS):
            return None
        answer = self.tried(whole.without(LARGEST_LOSS), until)
        if isinstance(answer, Plan) and not evaluate(whole, answer).feasible:
            return None
        return answer

    @property
    def _several(self) -> bool:
        """Whether services can be looked at one by one."""
        rules = self.rules.problem
        return rules.stable is None and len(rules.partnership_rules) > 1

    def _separable(self, keep: Keep) -> bool:
        """Whether there is a plan just if there is one for each service."""
        return self._several and not any(self.rules.rules[k].about_plan for k in keep)

    def _apart(self, keep: Keep, whole: Problem, until: float) -> Answer:
        """Ask each service by itself: no plan of one is none of all; plans of each may fit."""
        count = len(self.rules.problem.partnership_rules)
        parts: list[Answer] = []
        for s in range(count):
            now = time.perf_counter()
            answer = self._of_service(keep, whole, s, now + (until - now) / (count - s))
            if answer is False:
                self._culprit = s  # it may well be that one again
                return False
            parts.append(answer)
        plans = [part for part in parts if isinstance(part, Plan)]
        if len(plans) < count:
            return None
        plan = Plan(p for part in plans for p in part.partnerships)
        return plan if evaluate(whole, plan).feasible else None

    def _of_service(self, keep: Keep, whole: Problem, s: int, until: float) -> Answer:
        """Return a plan of one service under what the rules ask of it alone."""
        rules = self.rules.rules
        mine = frozenset(k for k in keep if rules[k].about_plan or s in rules[k].binds)
        if (s, mine) not in self._by_service:
            answer = self.tried(self._alone(whole, s), until)
            if answer is None:
                return None
            self._by_service[s, mine] = answer
            if answer is False:
                self.none.append(mine)
        return self._by_service[s, mine]

    def _alone(self, whole: Problem, s: int) -> Problem:
        key = (id(whole.facts), s)
        if key not in self._facts:
            self._facts[key] = Facts.of(one_service(whole.instance, s))
        service = whole.instance.services[s].id
        return replace(
            whole,
            facts=self._facts[key],
            partnership_rules=(whole.partnership_rules[s],),
            plan_rules=for_service(whole.plan_rules, service, only=False),
        )
