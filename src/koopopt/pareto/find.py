"""Finding a front: the loop between the exploration, the workers and the journal."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from koopopt.case.instance import Instance
from koopopt.checking.request import check_request, shown
from koopopt.checking.typed import checked
from koopopt.criteria import criterion
from koopopt.errors import SolverError, UsageError
from koopopt.linear import LinearModel
from koopopt.pareto import models, plans, units
from koopopt.pareto.explore import Exploration, Policy
from koopopt.pareto.front import Front
from koopopt.pareto.journal import Journal, unfinished
from koopopt.pareto.oracle import Answer, Found, Point, Question, Subject
from koopopt.pareto.state import SearchTask
from koopopt.pareto.workers import Inline, Processes, answer, outcome, portable
from koopopt.problem import Problem
from koopopt.reading.whereabouts import source_of
from koopopt.solvers.base import Solver
from koopopt.solvers.options import Options, table
from koopopt.solvers.portfolio import solver_or_portfolio
from koopopt.solving.asked import problem_of
from koopopt.system.memory import usual
from koopopt.text import T

logger = logging.getLogger(__name__)

SECONDS_BEFORE_WORKERS: Final = 4.0
"""Seconds to search in this process before others are started: most fronts are small."""
OVERVIEW_TIME_LIMIT: Final = 60.0
"""With a time limit up to this the search is an overview all along, complete or not."""
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
) -> Front:
    """Return all efficient compromises, with a proof that none is missing.

    Parameters
    ----------
    what : Problem, Instance, LinearModel, str or Path
        A name or path is that of an instance, as `koopopt.read` takes it. Weights and
        lexicographic order of a problem do not matter here; its rules do.
    criteria : sequence of str, optional
        Two or more; by default cost and travel, or all objectives of a model.
    resolution : mapping, optional
        By criterion: differences that do not count (see `pareto.grid`). By default the finest.
    points : int, optional
        Stop at so many points, well spread; questions are then asked one after the other, so that
        the points do not depend on the workers.
    coverage : float, optional
        Stop once every plan is proven to have a point that is worse by at most this share of the
        range in each criterion.
    solver : str or Solver
        ``auto`` lets HiGHS and CP-SAT race.
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
    cancel : threading.Event, optional
        Set it to stop early with what has been found.
    memory : int, optional
        Bytes that all processes together may take; half of what is free unless said.
    began : float, optional
        The moment, by `time.perf_counter`, from which `time_limit` counts; by default the call.

    Returns
    -------
    Front
        Sorted by the first criterion; `Front.complete` says whether all of it is there, and
        `Front.infeasible` whether it is empty for that reason.

    Raises
    ------
    UsageError
        For unknown names or impossible values.
    DataError
        If the journal cannot be gone on with.
    SolverError
        If a back end is missing or cannot solve such programs.
    """
    began = time.perf_counter() if began is None else began
    check_request(time_limit=time_limit, workers=workers, points=points, memory=memory, seed=seed)
    if solver_options:
        solver_or_portfolio(solver, solver_options)  # wrong ones are told before anything is done
    options = table(solver_options or {})
    count = 1 if points is not None else workers or os.cpu_count() or 1
    source: Problem | LinearModel
    subject: models.ModelSubject | plans.PlanSubject
    if isinstance(what, LinearModel):
        source, subject, names, policy = _of_model(what, criteria, resolution or {}, solver, seed)
    else:
        source = problem_of(what)
        subject, names, policy = _of_problem(
            source, criteria, resolution or {}, solver, formulation, seed
        )
        # Every process holds what it needs for itself, this one too.
        each = (usual() if memory is None else memory) // (count + 1 if count > 1 else 1)
        subject = replace(subject, memory=each)
    subject = replace(subject, options=options)
    hurried = time_limit is not None and time_limit <= OVERVIEW_TIME_LIMIT
    policy = replace(policy, points=points, coverage=coverage, hurried=hurried)
    if coverage is not None and not 0 < coverage < 1:
        raise UsageError(
            T("The coverage is {value}; it must be between 0 and 1.", value=shown(coverage))
        )
    exploration = Exploration(subject.grid, policy)
    fingerprint = hashlib.sha256(repr((subject.digest, names, subject.grid)).encode()).hexdigest()
    book = None
    if journal is not None:
        book, answers = Journal.open(Path(journal), fingerprint)
        for task, reply in unfinished(answers):
            exploration.take(task, _again(subject, reply))
    loop = _Loop(
        exploration, subject, book, began, time_limit, cancel or threading.Event(), on_progress
    )
    try:
        # Which points come first would depend on who is done first.
        loop.run(count, executor)
    finally:
        if book is not None:
            book.close()
    points_found = exploration.chosen()
    logger.info(
        "front of %d points after %d questions, %.2f s",
        len(points_found), len(exploration.state.records), time.perf_counter() - began,
    )  # fmt: skip
    return Front(
        subject=source,
        criteria=names,
        resolution=subject.grid.resolution,
        points=tuple(points_found),
        certificate=exploration.state.certificate(points_found),
        seconds=time.perf_counter() - began,
        interrupted=loop.cancel.is_set(),
        infeasible=exploration.state.infeasible,
        messages=tuple(dict.fromkeys([*loop.messages, *exploration.state.doubts])),
        source=source_of(what),
        solver_options=options,
    )


def _again(subject: Subject, reply: Answer) -> Answer:
    """Return an answer from a journal, its point evaluated again: what is none is left out."""
    if reply.point is None:
        return reply
    amounts = subject.amounts(reply.point.solution)
    if amounts is None:
        return replace(reply, found=Found.STOPPED, point=None, bound=None)
    return replace(reply, point=Point(subject.grid.values(amounts), reply.point.solution))


def _of_model(
    model: LinearModel,
    criteria: Sequence[str],
    resolution: Mapping[str, float],
    solver: str | Solver,
    seed: int,
) -> tuple[LinearModel, models.ModelSubject, tuple[str, ...], Policy]:
    model = models.with_objectives(model, criteria)
    names = tuple(o.name for o in model.objectives)
    _check(names, resolution)
    subject = models.ModelSubject(model, units.grid_of(model, resolution), solver, seed)
    ordered = all(subject.grid.exact)
    return model, subject, names, Policy(False, ordered, subject.highest())


def _of_problem(
    problem: Problem,
    criteria: Sequence[str],
    resolution: Mapping[str, float],
    solver: str | Solver,
    formulation: str,
    seed: int,
) -> tuple[plans.PlanSubject, tuple[str, ...], Policy]:
    names = tuple(criteria) or ("cost", "travel")
    for name in names:
        criterion(name)
    _check(names, resolution)
    grid = plans.grid_of(names, resolution)
    plugins = plans.needed(problem, solver)
    subject = plans.PlanSubject(problem, names, grid, solver, formulation, seed, plugins=plugins)
    return subject, names, Policy(True, False, (None,) * len(names))


def _check(names: tuple[str, ...], resolution: Mapping[str, float]) -> None:
    if len(names) < 2:
        raise UsageError(T("A front needs two criteria at least."))
    if len(set(names)) < len(names):
        raise UsageError(T("A criterion stands twice."))
    for name, delta in resolution.items():
        if name not in names:
            raise UsageError(
                T("There is a resolution for {name}, which is no criterion of the front.",
                  name=repr(name))
            )  # fmt: skip
        if not 0 < delta < float("inf"):
            raise UsageError(
                T("The resolution of {name} is {value}; it must be more than 0.",
                  name=name, value=shown(delta))
            )  # fmt: skip


class _Loop:
    """Asks, waits, takes in, writes down, tells."""

    def __init__(
        self,
        exploration: Exploration,
        subject: Subject,
        journal: Journal | None,
        began: float,
        time_limit: float | None,
        cancel: threading.Event,
        on_progress: Callable[[FrontProgress], None] | None,
    ) -> None:
        self.exploration = exploration
        self.cancel = cancel
        self.messages: list[str] = []
        self._subject = subject
        self._journal = journal
        self._began = began
        self._limit = time_limit
        self._tell = on_progress
        self._told = -1.0
        self._share = 1.0
        self._running: dict[Future[Answer], SearchTask] = {}

    def run(self, workers: int, executor: Executor | None) -> None:
        """Search until nothing is left to ask, or it is time to stop."""
        if executor is not None:
            self._drive(executor, workers)
            return
        inline = Inline(self.cancel)
        until = self._began + SECONDS_BEFORE_WORKERS if workers > 1 else float("inf")
        self._drive(inline, 1, until)
        if workers < 2 or self._stopped or not self._next(1):
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
            if not self.cancel.wait(POLL_SECONDS):
                raise
            self._running.clear()
        finally:
            processes.kill()

    @property
    def _seconds(self) -> float:
        return time.perf_counter() - self._began

    @property
    def _left(self) -> float | None:
        return None if self._limit is None else max(0.0, self._limit - self._seconds)

    @property
    def _stopped(self) -> bool:
        return self.cancel.is_set() or self._left == 0.0

    def _next(self, most: int) -> list[SearchTask]:
        chosen: list[SearchTask] = []
        if most > 0:
            for task in self.exploration.tasks([t.key for t in self._running.values()]):
                chosen.append(task)
                if len(chosen) == most:
                    break
        return chosen

    def _drive(self, executor: Executor, slots: int, until: float = float("inf")) -> None:
        heard = (self.cancel,) if isinstance(executor, ThreadPoolExecutor) else ()
        while not self._stopped and time.perf_counter() < until:
            for task in self._next(slots - len(self._running)):
                question = Question(
                    self._subject.grid.limits(task.upper),
                    task.weights,
                    task.start,
                    self._left,
                    task.kind,
                )
                self._running[executor.submit(answer, self._subject, question, *heard)] = task
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
        new = self.exploration.take(task, reply)
        if new is not None:
            logger.info("new point %s", new.values)
            self._report(new)

    def _report(self, newest: Point | None, force: bool = False) -> None:
        if self._tell is None:
            return
        if force or self._seconds - self._told > 1.0:
            self._share = self.exploration.state.unexplored()
            self._told = self._seconds
        elif newest is None:
            return
        state = self.exploration.state
        found, asked = len(state.points), len(state.records)
        self._tell(FrontProgress(self._seconds, found, asked, self._share, "front", newest))
