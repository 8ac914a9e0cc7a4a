"""Finding a front: the loop between the exploration, the workers and the journal."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from koopopt.case.instance import Instance
from koopopt.checking.request import check_request
from koopopt.checking.typed import checked
from koopopt.errors import SolverError
from koopopt.formulations import beyond_memory
from koopopt.linear import LinearModel
from koopopt.pareto.explore import Exploration
from koopopt.pareto.front import Front
from koopopt.pareto.journal import Journal, unfinished
from koopopt.pareto.oracle import Answer, Found, Oracle, Point, Question, Subject
from koopopt.pareto.plans import PlanSubject, unasked
from koopopt.pareto.posed import Posed, posed
from koopopt.pareto.state import SearchTask
from koopopt.pareto.workers import Inline, Processes, answer, outcome, portable
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver
from koopopt.solvers.options import Options
from koopopt.system import cores

logger = logging.getLogger(__name__)

SECONDS_BEFORE_WORKERS: Final = 4.0
"""Seconds to search in this process before others are started: most fronts are small."""
OVERVIEW_TIME_LIMIT: Final = 60.0
"""With a time limit up to this the search of a model is an overview all along, complete or not."""
POLL_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class FrontProgress:
    """Where a running search stands.

    Attributes
    ----------
    seconds : float
    points, solves : int
    unexplored : float
        See `Certificate`.
    phase : str
    newest : Point or None
        The point that was just found.
    """

    seconds: float
    points: int
    solves: int
    unexplored: float
    phase: str = "front"
    newest: Point | None = None


@checked
def front(
    what: Problem | Instance | LinearModel | str | Path,
    criteria: Sequence[str] = (),
    *,
    resolution: Mapping[str, float] | None = None,
    points: int | None = None,
    coverage: float | None = None,
    solver: str | Solver = "auto",
    solver_options: Options | None = None,
    formulation: str = "auto",
    time_limit: float | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    seed: int = 0,
    journal: str | Path | None = None,
    on_progress: Callable[[FrontProgress], None] | None = None,
    cancel: threading.Event | None = None,
    memory: int | None = None,
    began: float | None = None,
    oracle: Callable[[PlanSubject], Oracle] | None = None,
) -> Front:
    """Return all efficient compromises, with a proof that none is missing.

    Parameters
    ----------
    what : Problem, Instance, LinearModel, str or Path
        Of a problem weights and lexicographic order do not matter here; its rules do.
    criteria : sequence of str, optional
        Two or more; by default cost and travel, or all objectives of a model.
    resolution : mapping, optional
        By criterion: differences that do not count (see `pareto.grid`). By default the finest.
    points : int, optional
        Stop at so many points, well spread; on a slow machine they may be others.
    coverage : float, optional
        Stop once each plan has a point that is worse by at most this share of each range.
    solver : str or Solver
        ``auto`` takes the faster one of HiGHS and CP-SAT.
    solver_options : mapping, optional
        Options of back ends' own libraries, by name: ``{"highs": {"mip_rel_gap": 0.01}}``.
    formulation : {"auto", "partition", "assignment"}
    time_limit : float, optional
        Seconds.
    workers : int, optional
        Processes of this machine; by default one a core.
    executor : Executor, optional
        Who works instead, for instance that of a Dask client; `workers` says how many at once.
    seed : int
    journal : str or Path, optional
        File that keeps every answer; where it exists already, the search goes on from it.
    on_progress : callable, optional
        Called with a `FrontProgress` once a second and for every new point.
    cancel, memory, began
        As of `koopopt.solve`; the memory is that of all processes together.
    oracle : callable, optional
        Makes who answers in this process; `Session.front` gives itself.

    Returns
    -------
    Front
        Sorted by the first criterion; `Front.complete` says whether all of it is there.

    Raises
    ------
    UsageError, DataError, SolverError
        For unknown names or impossible values; if the search cannot go on from the journal; if a
        back end is missing or cannot solve such programs.
    """
    check_request(time_limit=time_limit, workers=workers, points=points, memory=memory, seed=seed)
    control = Control.asked(time_limit=time_limit, cancel=cancel, memory=memory, began=began)
    count = 1 if points is not None else workers or cores.usable()
    each, options = _share(control, count), solver_options or {}
    asked = posed(what, criteria, resolution or {}, solver, formulation, seed, each, options)
    # Questions for plans may be long: with any limit the search may end early.
    short = math.inf if asked.policy.draft else OVERVIEW_TIME_LIMIT
    asked = asked.until(points, coverage, time_limit is not None and time_limit <= short)
    return _found(asked, journal, control, on_progress, count, executor, oracle)


def _share(control: Control, workers: int) -> int:
    """Return the memory of a process: each holds what it needs for itself, this one too."""
    return control.budget // (workers + 1 if workers > 1 else 1)


def _found(
    asked: Posed,
    journal: str | Path | None,
    control: Control,
    on_progress: Callable[[FrontProgress], None] | None,
    workers: int,
    executor: Executor | None,
    oracle: Callable[[PlanSubject], Oracle] | None,
) -> Front:
    """Search from where the journal ends; return what is found."""
    subject = asked.subject
    exploration = Exploration(subject.grid, asked.policy)
    simple = _unasked(subject, control)
    book = None
    if journal is not None and simple is None:
        book, answers = Journal.open(Path(journal), asked.fingerprint)
        for task, reply in unfinished(answers):
            exploration.take(task, _again(subject, reply))
    loop = _Loop(exploration, subject, book, control, on_progress)
    if oracle is not None and isinstance(subject, PlanSubject):
        loop.mine = oracle(subject)
    try:
        if simple is None:
            loop.run(workers, executor)
        else:
            loop.end(simple)
    finally:
        if book is not None:
            book.close()
    exploration.state.keep_alone()
    points = exploration.chosen()
    logger.info(
        "front of %d points after %d questions, %.2f s",
        len(points), len(exploration.state.records), control.seconds,
    )  # fmt: skip
    return Front(
        subject=asked.source,
        criteria=asked.names,
        resolution=subject.grid.resolution,
        points=tuple(points),
        certificate=exploration.state.certificate(points),
        seconds=control.seconds,
        interrupted=control.cancel.is_set(),
        infeasible=exploration.state.infeasible,
        messages=tuple(dict.fromkeys([*loop.messages, *exploration.state.doubts])),
        source=asked.named,
        solver_options=subject.options,
    )


def _unasked(subject: Subject, control: Control) -> Answer | None:
    """Return what is known and why nothing is asked: its pairs alone would fill the memory."""
    if not isinstance(subject, PlanSubject):
        return None
    reason = beyond_memory(subject.problem, replace(control, memory=subject.memory))
    return None if reason is None else unasked(subject, str(reason))


def _again(subject: Subject, reply: Answer) -> Answer:
    """Return an answer from a journal, its point evaluated again: what is none is left out."""
    if reply.point is None:
        return reply
    amounts = subject.amounts(reply.point.solution)
    if amounts is None:
        return replace(reply, found=Found.STOPPED, point=None, bound=None)
    return replace(reply, point=Point(subject.grid.values(amounts), reply.point.solution))


class _Loop:
    """Asks, waits, takes in, writes down, tells."""

    def __init__(
        self,
        exploration: Exploration,
        subject: Subject,
        journal: Journal | None,
        control: Control,
        on_progress: Callable[[FrontProgress], None] | None,
    ) -> None:
        self.messages: list[str] = []
        self._exploration = exploration
        self._subject = subject
        self._journal = journal
        self._control = control
        self._tell = on_progress
        self._told = -1.0
        self._share = 1.0
        self._running: dict[Future[Answer], SearchTask] = {}
        self.mine: Oracle | None = None

    def run(self, workers: int, executor: Executor | None) -> None:
        """Search until nothing is left to ask, or it is time to stop."""
        if executor is not None:
            self._drive(executor, workers)
            return
        inline = Inline(self._control.cancel)
        until = self._control.began + SECONDS_BEFORE_WORKERS if workers > 1 else float("inf")
        self._drive(inline, 1, until)
        if workers < 2 or self._control.stopped or not self._next(1):
            return
        if not portable(self._subject):  # a solver of the user's own
            self._drive(inline, 1)
            return
        logger.info("going on in %d processes", workers)
        try:
            processes = Processes(workers)
        except OSError:  # no processes to be had here
            self._drive(inline, 1)
            return
        try:
            self._drive(processes, workers)
        except SolverError:
            # A signal to the whole group ends the workers, and asks this process to stop.
            if not self._control.cancel.wait(POLL_SECONDS):
                raise
            self._running.clear()
        finally:
            processes.kill()

    def end(self, known: Answer) -> None:
        """Take in what is known without a question, and why none is asked."""
        everything, weights = self._exploration.state.everything, self._subject.grid.weights
        self._take(SearchTask(everything, weights, None), known)
        self._report(None, force=True)

    def _next(self, most: int) -> list[SearchTask]:
        chosen: list[SearchTask] = []
        if most > 0:
            for task in self._exploration.tasks([t.key for t in self._running.values()]):
                chosen.append(task)
                if len(chosen) == most:
                    break
        return chosen

    def _drive(self, executor: Executor, slots: int, until: float = float("inf")) -> None:
        heard = (self._control.cancel,) if isinstance(executor, ThreadPoolExecutor) else ()
        ask = self._ask if isinstance(executor, Inline) else answer
        while not self._control.stopped and time.perf_counter() < until:
            for task in self._next(slots - len(self._running)):
                question = Question(
                    self._subject.grid.limits(task.upper),
                    task.weights,
                    task.start,
                    self._seconds(task),
                    task.kind,
                    task.gap,
                )
                self._running[executor.submit(ask, self._subject, question, *heard)] = task
            if not self._running:
                break
            done, _ = wait(self._running, POLL_SECONDS, FIRST_COMPLETED)
            for future in done:
                self._take(self._running.pop(future), outcome(future))
            self._report(None)
        for future in self._running:
            future.cancel()
        self._running.clear()
        self._report(None, force=True)

    def _seconds(self, task: SearchTask) -> float | None:
        """Return how long to try: what is left, or less where that is enough."""
        limits = [s for s in (self._control.remaining, task.seconds) if s is not None]
        return min(limits, default=None)

    def _ask(self, subject: Subject, question: Question, cancel: threading.Event) -> Answer:
        """Answer a question in this process."""
        mine = self.mine
        return answer(subject, question, cancel) if mine is None else mine.ask(question, cancel)

    def _take(self, task: SearchTask, reply: Answer) -> None:
        logger.debug(
            "question %s below %s: %s, bound %s, by %s, %.2f s",
            task.weights, task.upper, reply.found.value, reply.bound, reply.solver, reply.seconds,
        )  # fmt: skip
        if reply.message:
            logger.warning("%s", reply.message)
            self.messages.append(reply.message)
        if self._journal is not None:
            try:
                self._journal.write(task, reply)
            except OSError as error:  # a full disk must not cost the search
                self.messages.append(f"the journal ends early: {error.strerror or error}")
                self._journal = None
        new = self._exploration.take(task, reply)
        if new is not None:
            logger.info("new point %s", new.values)
            self._report(new)

    def _report(self, newest: Point | None, force: bool = False) -> None:
        if self._tell is None:
            return
        if force or self._control.seconds - self._told > 1.0:
            self._share = self._exploration.state.unexplored()
            self._told = self._control.seconds
        elif newest is None:
            return
        state = self._exploration.state
        found, asked = len(state.points), len(state.records)
        self._tell(FrontProgress(self._control.seconds, found, asked, self._share, "front", newest))
