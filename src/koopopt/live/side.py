"""What takes long and can wait: what each rule costs, and the efficient compromises."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from koopopt.case.instance import Instance
from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA, criterion
from koopopt.errors import KoopoptError, UsageError
from koopopt.evaluation import evaluate
from koopopt.formulations.partition import walking
from koopopt.inquiry.asking import Inquiry
from koopopt.inquiry.in_words import in_words
from koopopt.inquiry.prices import Price, one_by_one
from koopopt.inquiry.rules import InForce, in_force, with_parts
from koopopt.live.answers import Answer
from koopopt.live.question import Question
from koopopt.live.said import said
from koopopt.pareto.find import FrontProgress, front
from koopopt.problem import Problem
from koopopt.text import T

SECONDS: Final = 120.0
"""For all prices, or a front."""
POINTS: Final = 60
"""Points of a front, well spread: more cannot be told apart on a screen."""
NOT_IN_FILES: Final = ("together", "apart", "seats")
"""Rules whose names wishes take that no file says."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What rules cost, as far as it is known.

    Attributes
    ----------
    status : str
        none, running, done or stopped.
    of : int
        How many there are.
    found : tuple of tables
        As programs read them.
    """

    status: str = "none"
    of: int = 0
    found: tuple[dict[str, Any], ...] = ()

    @property
    def told(self) -> dict[str, Any]:
        """It as plain values."""
        return {
            "status": self.status, "done": len(self.found), "of": self.of,
            "found": list(self.found),
        }  # fmt: skip


def _priced(price: Price, instance: Instance) -> dict[str, Any]:
    effect, rule = price.without, price.rule
    return {
        "rule": rule.name, "text": said(in_words(rule, instance)), "low": effect.low,
        "high": effect.high, "exact": effect.exact,
        "cost": effect.criteria.get("cost") if effect.exact else None,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Front:
    """Efficient compromises, as far as they are known.

    Attributes
    ----------
    status : str
        none, running, done, stopped or failed.
    criteria : tuple of str
    points : tuple of (values of all criteria, Plan)
    revision : int
        In which it was asked for.
    question : str
        The key of the question, ranges apart, that it answers.
    complete : bool
        Whether it is proven that no other compromise is missing.
    """

    status: str = "none"
    criteria: tuple[str, ...] = ()
    points: tuple[tuple[tuple[float, ...], Plan], ...] = field(default=())
    revision: int = -1
    question: str = ""
    complete: bool = False

    @property
    def ended(self) -> str:
        """What its status is once nobody works at it."""
        return "stopped" if self.status == "running" else self.status

    def told(self, question: Question) -> dict[str, Any]:
        """Return it as plain values; the plan of a point is asked for by its number.

        It is ``earlier`` where another question holds than the one that it answers.
        """
        names = list(CRITERIA)
        return {
            "status": self.status, "criteria": [names.index(c) for c in self.criteria],
            "points": [{"criteria": list(values)} for values, _ in self.points],
            "revision": self.revision, "complete": self.complete,
            "earlier": self.status != "none" and self.question != question.certain.key,
        }  # fmt: skip


class Side:
    """Prices and fronts of a room, found by one thread after the other.

    Parameters
    ----------
    memory : int
        Bytes.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self.prices, self.front = Prices(), Front()

    def price(
        self,
        problem: Problem,
        question: Question,
        answer: Answer,
        cancel: threading.Event,
        tell: Callable[[Prices], None],
    ) -> None:
        """Find what each rule costs that files can say; told one by one."""
        walking.prepare()  # while nobody waits: the next question may need what takes long to load
        start = None if answer.evaluation is None else answer.evaluation.plan
        inquiry = Inquiry(
            problem, workers=1, time_limit=SECONDS, memory=self._memory, cancel=cancel,
            start=start, begun=answer.begun,
        )  # fmt: skip
        if inquiry.best.evaluation is None:
            return
        rules = _priceable(problem, question)
        now = Prices("running", len(rules))
        tell(now)
        for price in one_by_one(inquiry, rules):
            now = replace(now, found=(*now.found, _priced(price, problem.instance)))
            tell(now)
        tell(replace(now, status="stopped" if inquiry.over else "done"))

    def asked_front(
        self, question: Question, problem: Problem, criteria: Sequence[str], revision: int
    ) -> Front:
        """Return the front that is to be computed.

        Raises
        ------
        UsageError
            For unknown criteria, or a question in a scenario.
        """
        if question.scenario is not None:
            raise UsageError(T("A front is of the case itself; choose no scenario."))
        if not 2 <= len(set(criteria)) == len(criteria):
            raise UsageError(T("A front has two criteria or more, each once."))
        for name in criteria:
            criterion(name)
        return Front("running", tuple(criteria), (), revision, question.certain.key)

    def explore(
        self,
        problem: Problem,
        criteria: Sequence[str],
        cancel: threading.Event,
        tell: Callable[[Front], None],
    ) -> None:
        """Find the efficient compromises; told as they come, twice a second at the most."""
        now, last = self.front, 0.0
        known: dict[Plan, tuple[float, ...]] = {}

        def pointed(plan: Plan) -> tuple[float, ...]:
            if plan not in known:
                found = evaluate(problem, plan)
                known[plan] = tuple(found.criteria[name] for name in CRITERIA)
            return known[plan]

        def progress(at: FrontProgress) -> None:
            nonlocal now, last
            if at.newest is None or not isinstance(at.newest.solution, Plan):
                return
            plan = at.newest.solution
            now = replace(now, points=(*now.points, (pointed(plan), plan)))
            if time.perf_counter() - last > 0.5:
                last = time.perf_counter()
                tell(now)

        try:
            found = front(
                problem, criteria, points=POINTS, time_limit=SECONDS, on_progress=progress,
                cancel=cancel, memory=self._memory,
            )  # fmt: skip
        except KoopoptError:
            tell(replace(now, status="failed"))
            return
        plans = [p.solution for p in found.points if isinstance(p.solution, Plan)]
        points = tuple((pointed(plan), plan) for plan in plans)
        tell(
            replace(
                now,
                points=points,
                status="done" if found.complete or len(points) >= POINTS else "stopped",
                complete=found.complete,
            )
        )


def _priceable(problem: Problem, question: Question) -> list[InForce]:
    """Return the rules that have a price: those that are written somewhere."""
    bound = any(w.kind in ("lock", "forbid", "no_seat") for w in question.wishes)
    if bound:
        kept = tuple(
            tuple(rule for rule in own if rule.name not in NOT_IN_FILES)
            for own in problem.partnership_rules
        )
        problem = replace(problem, partnership_rules=kept)
    return with_parts(in_force(problem))
