"""Answers of the optimiser: what is known of a question, from the first moment on."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from koopopt.case.plan import Plan
from koopopt.errors import DataError, KoopoptError
from koopopt.evaluation import Evaluation, evaluate
from koopopt.formulations.partition.store import Store
from koopopt.formulations.plans import Plans
from koopopt.inquiry.asking import Begun
from koopopt.inquiry.scenarios import solving
from koopopt.live.question import Question
from koopopt.problem import Problem
from koopopt.solvers import chosen
from koopopt.solvers.base import Control, Progress, relative_gap
from koopopt.solving.optimise import Result, Status, answered
from koopopt.system.memory import usual
from koopopt.text import Text

MOST_MEMORY: Final = 1_500_000_000
"""Bytes that solves and what they leave behind may take, where more is free."""
MOST_KEPT: Final = 100_000_000
"""Bytes that stay between two questions: what makes the next ones quick, not all that ever was."""
MOST_KNOWN: Final = 64
"""Proven answers that are remembered."""
EVERY_SECONDS: Final = 0.2
"""Progress is told so often at the most."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one question.

    Attributes
    ----------
    status : str
        waiting, solving, optimal, feasible, infeasible, unknown, cancelled or failed.
    evaluation : Evaluation or None
        The best plan, judged by the problem of the question.
    value, bound : float or None
        Weighted sum of that plan, or the measure over scenarios; what no plan is below.
    seconds : float
    reasons : tuple of Text
    result : Result or None
        As `koopopt.solve` returns it.
    begun : Begun or None
        What the solve left, for prices of rules.
    """

    status: str
    evaluation: Evaluation | None = None
    value: float | None = None
    bound: float | None = None
    seconds: float = 0.0
    reasons: tuple[Text, ...] = ()
    result: Result | None = None
    begun: Begun | None = None

    @property
    def gap(self) -> float | None:
        """How far the plan may be off, as a share."""
        if self.status == "optimal":
            return 0.0
        return relative_gap(self.value, self.bound)

    @property
    def final(self) -> bool:
        """Whether nothing more will be known."""
        return self.status not in ("waiting", "solving")

    def under(self, problem: Problem) -> Answer:
        """Return it as one to a problem that asks the same, with other ranges."""
        found = self.evaluation
        if found is None or found.problem is problem:
            return self
        judged, result = evaluate(problem, found.plan), self.result
        if result is not None:
            result = replace(result, problem=problem, evaluation=judged)
        return replace(self, evaluation=judged, result=result)


class Optimiser:
    """Solves one question after another, each beginning with what the ones before left.

    Not for several threads at once.

    Parameters
    ----------
    time_limit : float
        Seconds a question.
    memory : int, optional
        Bytes; half of what is free, `MOST_MEMORY` at the most, unless said.
    """

    def __init__(self, time_limit: float, memory: int | None = None) -> None:
        self.time_limit = time_limit
        self.memory = min(usual(), MOST_MEMORY) if memory is None else memory
        self._store, self._plans = Store(), Plans()
        self._known: OrderedDict[str, Answer] = OrderedDict()

    def known(self, question: Question) -> Answer | None:
        """Return the proven answer to a question that was asked before, whatever its ranges."""
        return self._known.get(question.certain.key)

    def answer(
        self,
        question: Question,
        problem: Problem,
        start: Plan | None,
        cancel: threading.Event,
        tell: Callable[[Answer], None],
    ) -> Answer:
        """Solve a question.

        Parameters
        ----------
        question : Question
        problem : Problem
            Of the question.
        start : Plan or None
            A plan that is known.
        cancel : threading.Event
        tell : callable
            Called with what is known meanwhile.
        """
        began, last = time.perf_counter(), 0.0

        def progress(now: Progress) -> None:
            nonlocal last
            if cancel.is_set() or now.seconds - last < EVERY_SECONDS:
                return
            last = now.seconds
            tell(Answer("solving", None, now.incumbent, now.bound, now.seconds))

        try:
            if question.scenario is None:
                found = self._solved(problem, start, cancel, progress, began)
            else:
                found = self._over_scenarios(problem, question.scenario, cancel, progress)
        except KoopoptError as error:
            self._store.cool()
            seconds = time.perf_counter() - began
            return Answer("failed", seconds=seconds, reasons=_reasons(error))
        if found.status in ("optimal", "infeasible"):
            self._remember(question, found)
        return found

    def _solved(
        self,
        problem: Problem,
        start: Plan | None,
        cancel: threading.Event,
        progress: Callable[[Progress], None],
        began: float,
    ) -> Answer:
        self._plans.offer(problem, start)
        control = Control.asked(
            gap=0.0, time_limit=self.time_limit, threads=1, seed=0, cancel=cancel,
            on_progress=progress, memory=self.memory, began=began,
        )  # fmt: skip
        result = answered(problem, "auto", chosen("highs", {}), control, self._plans, self._store)
        self._store.drop(MOST_KEPT)
        begun = None
        if result.status is Status.OPTIMAL:
            begun = Begun(result, self._plans.twin(), self._store.twin())
        found = result.evaluation
        return Answer(
            _status(result.status, interrupted=result.interrupted), found,
            None if found is None else found.objective, result.bound, result.seconds,
            (*result.reasons, *result.doubts), result, begun,
        )  # fmt: skip

    def _over_scenarios(
        self,
        problem: Problem,
        measure: str,
        cancel: threading.Event,
        progress: Callable[[Progress], None],
    ) -> Answer:
        found = solving.solve(
            problem, measure, time_limit=self.time_limit, memory=self.memory,
            on_progress=progress, cancel=cancel,
        )  # fmt: skip
        status = _status(found.status, interrupted=found.interrupted)
        return Answer(
            status,
            found.evaluation,
            found.objective,
            found.least,
            found.seconds,
            found.doubts,
            found.result(),
        )

    def _remember(self, question: Question, answer: Answer) -> None:
        self._known[question.certain.key] = replace(answer, begun=None)  # pools are large
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


def _status(status: Status, *, interrupted: bool) -> str:
    if status in (Status.OPTIMAL, Status.INFEASIBLE):
        return str(status.value)
    if interrupted:
        return "cancelled"
    return "feasible" if status is Status.FEASIBLE else "unknown"


def _reasons(error: KoopoptError) -> tuple[Text, ...]:
    if isinstance(error, DataError):
        return tuple(fault.rule for fault in error.faults)
    return (error.message,)
