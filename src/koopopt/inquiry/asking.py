"""Questions that change a case in one place, answered side by side while a clock runs.

The case itself is solved first. Every question begins from what that solve left behind (pools,
columns, cuts and its plan), and from nothing that another question found. So an answer is the same
whatever else is asked, in whatever order, by however many workers; only the clock may change it.
Workers are threads: back ends and the compiled parts of enumeration leave Python alone while they
work, and all that was learnt is shared without being copied.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership, Plan
from koopopt.checking.request import check_request
from koopopt.formulations.partition.store import Store
from koopopt.formulations.plans import Plans
from koopopt.inquiry.fixed import with_fixed
from koopopt.problem import Problem
from koopopt.session import Session
from koopopt.solvers import chosen
from koopopt.solvers.base import Control, Progress
from koopopt.solving.optimise import Result, answered
from koopopt.system.memory import usual

R = TypeVar("R")

WORKERS: Final = 2
"""Threads that answer, unless said."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is changed of a problem before it is solved; see `Session.problem`.

    Attributes
    ----------
    rules : mapping
        Entries of the table `[rules]`; an entry None is left out.
    limits : mapping
        Upper bounds on criteria, besides those that there are.
    weights : mapping
        Weights that are replaced.
    instance : Instance or None
        The instance with whatever else changes.
    fixed : tuple of Partnership
        Partnerships that the plan has to hold, with these members and this seat.
    """

    rules: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    instance: Instance | None = None
    fixed: tuple[Partnership, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """What the solve of a case leaves for questions about it: plain data, fit for processes.

    Attributes
    ----------
    best : Result
    plans : Plans
    store : Store
    """

    best: Result
    plans: Plans
    store: Store


class Inquiry:
    """One case, its best plan, and the answers to questions about it.

    Parameters
    ----------
    problem : Problem
    workers : int
        How many questions are answered at a time.
    gap : float
        Relative gap at which a solve may stop.
    time_limit : float, optional
        Seconds for all of it; what is left is shared evenly by the solves that are left.
    memory : int, optional
        Bytes for all workers together; half of what is free unless said.
    seed : int
    on_progress : callable, optional
        Called with the `Progress` of any solve, from any thread.
    cancel : threading.Event, optional
    began : float, optional
        The moment, by `time.perf_counter`, from which the time counts.
    start : Plan, optional
        A plan that is known; the best one found is no worse, if it keeps the rules.
    begun : Begun, optional
        What is left of this case's solve; it is solved where that is not given.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        workers: int = WORKERS,
        gap: float = 0.0,
        time_limit: float | None = None,
        memory: int | None = None,
        seed: int = 0,
        on_progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
        began: float | None = None,
        start: Plan | None = None,
        begun: Begun | None = None,
    ) -> None:
        check_request(gap=gap, time_limit=time_limit, threads=workers, memory=memory, seed=seed)
        self.problem, self.workers, self.gap = problem, workers, gap
        self.cancel = threading.Event() if cancel is None else cancel
        self._limit, self._seed, self._on_progress = time_limit, seed, on_progress
        self._memory = (usual() if memory is None else memory) // workers
        self._began = time.perf_counter() if began is None else began
        self._session = Session(problem)  # makes problems of questions; solves none
        self._turn = threading.Lock()
        self._begun = begun
        self._store = Store() if begun is None else begun.store.twin()
        self._plans = Plans() if begun is None else begun.plans.twin()
        self._plans.offer(problem, start)

    @property
    def left(self) -> float | None:
        """Seconds that are left, None where there is no limit."""
        if self._limit is None:
            return None
        return max(0.0, self._limit - (time.perf_counter() - self._began))

    @property
    def over(self) -> bool:
        """Whether a stop was asked for, or the time is up."""
        return self.cancel.is_set() or self.left == 0

    @cached_property
    def best(self) -> Result:
        """The result of the case itself, in half of the time at the most."""
        if self._begun is not None:
            return self._begun.best
        left = self.left
        return self._solved(
            self.problem, None if left is None else left / 2, self._plans, self._store
        )

    @property
    def begun(self) -> Begun:
        """What the solve of the case left, the same whatever was asked since."""
        return Begun(self.best, self._plans.twin(), self._store.twin())

    def asked(self, question: Question) -> Problem:
        """Return the problem of a question.

        Raises
        ------
        DataError
            Where the changed instance is faulty: its rules contradict each other, for instance.
        """
        with self._turn:
            problem = self._session.problem(
                rules=question.rules, limits=question.limits, weights=question.weights,
                instance=question.instance,
            )  # fmt: skip
        return with_fixed(problem, question.fixed)

    def answers(
        self, problems: Sequence[Problem], starts: Mapping[int, Plan] | None = None
    ) -> Iterator[tuple[int, Result]]:
        """Yield the number of a problem and its result, as they come.

        Those that there was no time for are left out. `starts` are plans to begin from, by the
        number of the problem.
        """
        starts = starts or {}
        if not problems or self.over or self.best is None or self.over:
            return

        def answer(k: int, seconds: float | None) -> Result | None:
            if self.over:
                return None
            plans = self._plans.twin()
            plans.offer(problems[k], starts.get(k))
            return self._solved(problems[k], seconds, plans, self._store.twin())

        found = side_by_side(len(problems), self.workers, lambda: self.left, answer, self.cancel)
        for k, result in found:
            if result is not None:
                yield k, result

    def _solved(
        self, problem: Problem, seconds: float | None, plans: Plans, store: Store
    ) -> Result:
        control = Control.asked(
            gap=self.gap, time_limit=seconds, threads=1, seed=self._seed, cancel=self.cancel,
            on_progress=self._on_progress, memory=self._memory, began=time.perf_counter(),
        )  # fmt: skip
        return answered(problem, "auto", chosen("highs", {}), control, plans, store)


def side_by_side(
    count: int,
    workers: int,
    left: Callable[[], float | None],
    work: Callable[[int, float | None], R],
    cancel: threading.Event | None = None,
) -> Iterator[tuple[int, R]]:
    """Yield the number of a piece of work and what came of it, as they come.

    Parameters
    ----------
    count, workers : int
        Pieces, and threads.
    left : callable
        Says how many seconds are left, None for any number; each piece gets an even share.
    work : callable
        Of the number of a piece, and its seconds.
    cancel : threading.Event, optional
        Set on Ctrl-C, which threads do not hear; without it, or the second time, that is raised.
    """
    turn, waiting = threading.Lock(), count

    def one(k: int) -> R:
        nonlocal waiting
        with turn:
            seconds, among = left(), waiting
            waiting -= 1
        return work(k, None if seconds is None else min(seconds, seconds * workers / among))

    with ThreadPoolExecutor(workers, "koopopt-run") as pool:
        jobs = {pool.submit(one, k): k for k in range(count)}
        try:
            while jobs:
                try:
                    done, _ = wait(jobs, return_when=FIRST_COMPLETED)
                except KeyboardInterrupt:
                    if cancel is None or cancel.is_set():
                        raise
                    cancel.set()
                    continue
                for job in done:
                    yield jobs.pop(job), job.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def answers(
    problem: Problem, questions: Sequence[Question], **limits: Any
) -> Iterator[tuple[int, Result]]:
    """Yield the number of a question and its result, as they come.

    Those that there was no time for are left out.

    Parameters
    ----------
    problem : Problem
    questions : sequence of Question
    **limits
        As of `Inquiry`.
    """
    inquiry = Inquiry(problem, **limits)
    yield from inquiry.answers([inquiry.asked(question) for question in questions])
