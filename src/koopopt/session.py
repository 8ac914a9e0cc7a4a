"""A session: one case, solved again and again while what is asked of it changes.

Pools of coalitions, the columns and cuts that paid, and the plans that were found stay from one
solve to the next (`formulations.partition.store`, `formulations.plans`). None of them says anything
of the changed problem that is not worked out anew: pools are taken again only where all that they
depend on is equal, plans are evaluated again, and bounds come from the changed problem's numbers.

Instances and rules may hold tables that whoever gave them changes afterwards, so a session keeps
copies of its own: what is asked next is compared with what was asked, not with what became of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from koopopt.case.instance import Instance
from koopopt.checking.request import check_request
from koopopt.checking.typed import checked
from koopopt.errors import UsageError
from koopopt.formulations import demand_known
from koopopt.formulations.partition.store import Store
from koopopt.formulations.plans import Plans
from koopopt.language.hints import Names
from koopopt.pareto.find import FrontProgress, front
from koopopt.pareto.front import Front
from koopopt.pareto.plans import PlanOracle, PlanSubject
from koopopt.problem import Problem
from koopopt.reading.whereabouts import source_of
from koopopt.shown import Brief
from koopopt.solvers import chosen as equipped
from koopopt.solvers.base import Control, Progress, Solver
from koopopt.solvers.options import Options
from koopopt.solving.asked import problem_of
from koopopt.solving.optimise import Result, answered
from koopopt.system.memory import told, usual
from koopopt.text import T


class Session(Brief):
    """Solves one case again and again, each time quicker than from scratch.

    Threads may share it; they take turns. It is a context manager: what it holds is freed where
    the block ends.

    Parameters
    ----------
    what : Problem, Instance, or what `read` takes
    solver : str or Solver
    solver_options : mapping, optional
        Options of the back end's own library, as of `koopopt.solve`.
    formulation : {"auto", "partition", "assignment"}
        Assignment begins with the plans that are known; only partition keeps more.
    memory : int, optional
        Bytes that a solve may take, what is kept included; half of what is free unless said.
    threads, seed : int

    Raises
    ------
    UsageError
        For unknown names or impossible values, and of any call after `close`.
    DataError
        For a faulty instance.

    Examples
    --------
    >>> import koopopt
    >>> with koopopt.Session("three-villages") as session:
    ...     [session.solve(weights={"travel": w}).objective for w in (10.0, 60.0)]
    [116500.0, 135000.0]
    """

    @checked
    def __init__(
        self,
        what: Problem | Instance | str | Path,
        *,
        solver: str | Solver = "highs",
        solver_options: Options | None = None,
        formulation: str = "auto",
        memory: int | None = None,
        threads: int = 1,
        seed: int = 0,
    ) -> None:
        check_request(threads=threads, memory=memory, seed=seed)
        self._closed = False
        self._turn = threading.Lock()
        self._busy: set[int] = set()  # threads that work for the call whose turn it is
        demand_known(formulation)
        mine = deepcopy(what)  # what its owner changes later is no change of the session's
        self._given = mine if isinstance(mine, Problem) else None
        self._base, self._named = problem_of(mine), source_of(what)
        self._solver = equipped(solver, solver_options or {})
        self._options = deepcopy(dict(solver_options or {}))
        self._formulation = formulation
        self._memory = usual() if memory is None else memory
        self._threads, self._seed = threads, seed
        self._store, self._plans = Store(), Plans()
        self._last: tuple[Instance, Problem] = self._base.instance, self._base

    def problem(
        self,
        *,
        weights: Mapping[str, float] | None = None,
        lexicographic: Sequence[str] | None = None,
        limits: Mapping[str, float] | None = None,
        rules: Mapping[str, Any] | None = None,
        population: Mapping[str, float] | None = None,
        instance: Instance | None = None,
    ) -> Problem:
        """Return the session's problem with changes. Nothing is kept of changes made before.

        Parameters
        ----------
        weights : mapping, optional
            Replaces single weights and leaves the others.
        lexicographic : sequence of str, optional
            Replaces the order.
        limits : mapping, optional
            Upper bounds on criteria, besides those of the instance or problem.
        rules : mapping, optional
            Replaces entries of the table `[rules]`; an entry None is left out.
        population : mapping, optional
            Inhabitants by municipality; demand that the instance gives stays.
        instance : Instance, optional
            The instance with whatever other changes.
        """
        self._check()
        base = self._base.instance if instance is None else instance
        changed = _changed(base, deepcopy(dict(rules or {})), population or {})
        last, problem = self._last
        if changed is self._base.instance:
            problem = self._base
        elif changed != last:
            own = changed if instance is None else deepcopy(changed)
            problem = self._of(own)
            self._last = own, problem
        return problem.asked(weights=weights, lexicographic=lexicographic, limits=limits)

    @checked
    def solve(
        self,
        *,
        weights: Mapping[str, float] | None = None,
        lexicographic: Sequence[str] | None = None,
        limits: Mapping[str, float] | None = None,
        rules: Mapping[str, Any] | None = None,
        population: Mapping[str, float] | None = None,
        instance: Instance | None = None,
        gap: float = 0.0,
        time_limit: float | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Result:
        """Return what `koopopt.solve` does of the changed problem (see `problem`).

        Parameters
        ----------
        gap : float
        time_limit : float, optional
            Seconds, once it is this call's turn.
        on_progress : callable, optional
        cancel : threading.Event, optional
            Heard once it is this call's turn.
        """
        check_request(gap=gap, time_limit=time_limit)
        with self._mine():
            began = time.perf_counter()
            problem = self.problem(
                weights=weights, lexicographic=lexicographic, limits=limits, rules=rules,
                population=population, instance=instance,
            )  # fmt: skip
            control = Control.asked(
                gap=gap, time_limit=time_limit, threads=self._threads, seed=self._seed,
                cancel=cancel, on_progress=self._told(on_progress), memory=self._memory,
                began=began,
            )  # fmt: skip
            found = answered(
                problem, self._formulation, self._solver, control, self._plans, self._store
            )
            same = problem.instance is self._base.instance
            return replace(found, source=self._named) if same else found

    @checked
    def front(
        self,
        criteria: Sequence[str] = (),
        *,
        limits: Mapping[str, float] | None = None,
        rules: Mapping[str, Any] | None = None,
        population: Mapping[str, float] | None = None,
        instance: Instance | None = None,
        resolution: Mapping[str, float] | None = None,
        points: int | None = None,
        coverage: float | None = None,
        time_limit: float | None = None,
        workers: int = 1,
        journal: str | Path | None = None,
        on_progress: Callable[[FrontProgress], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Front:
        """Return what `koopopt.front` does of the changed problem, asked of this session.

        Parameters
        ----------
        workers : int
            Other processes know nothing of the session, and help only with long fronts.
        resolution, points, coverage, time_limit, journal, on_progress, cancel
            As of `koopopt.front`; the clock starts, and `cancel` is heard, once it is this call's
            turn.
        """

        def oracle(subject: PlanSubject) -> PlanOracle:
            return PlanOracle(subject, self._store, self._plans)

        with self._mine():
            began = time.perf_counter()
            problem = self.problem(
                limits=limits, rules=rules, population=population, instance=instance
            )
            return front(
                problem, criteria, resolution=resolution, points=points, coverage=coverage,
                solver=self._solver, solver_options=self._options, formulation=self._formulation,
                time_limit=time_limit, workers=workers, seed=self._seed, journal=journal,
                on_progress=self._told(on_progress), cancel=cancel, memory=self._memory,
                began=began, oracle=oracle,
            )  # fmt: skip

    def close(self) -> None:
        """Free what is held, once a running solve is done; the session is of no use any more."""
        self._demand_other_thread()
        with self._turn:
            self._closed = True
            self._store, self._plans = Store(), Plans()
            self._last = self._base.instance, self._base

    def __enter__(self) -> Session:
        self._check()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        """Return how many coalitions are held."""
        return self._store.coalitions

    def __bool__(self) -> bool:
        return not self._closed

    def _said(self) -> str:
        held = (
            f"{self._store.pools} pools, {len(self)} coalitions, {len(self._plans)} plans,"
            f" {told(self._store.nbytes)}"
        )
        return f" {self._base.instance.name}: {'closed' if self._closed else held}"

    # -- small things --------------------------------------------------------------------------

    @contextmanager
    def _mine(self) -> Iterator[None]:
        """Wait for this thread's turn."""
        self._demand_other_thread()
        with self._turn:
            self._check()
            with self._working():
                yield

    def _demand_other_thread(self) -> None:
        if threading.get_ident() in self._busy:
            raise UsageError(T("The session is solving; its progress must not ask it again."))

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Work for the call whose turn it is: it would wait for itself if this thread asked."""
        new = {threading.get_ident()} - self._busy
        self._busy |= new
        try:
            yield
        finally:
            self._busy -= new

    def _told(self, on_progress: Any) -> Any:
        """Return who is told of progress, from the back ends' own threads, too."""
        if not callable(on_progress):
            return on_progress  # none, or what is refused where it is checked

        def tell(progress: Any) -> None:
            with self._working():
                on_progress(progress)

        return tell

    def _check(self) -> None:
        if self._closed:
            raise UsageError(T("The session is closed; make another one."))

    def _of(self, instance: Instance) -> Problem:
        """Return the problem of a changed instance, with what a given problem has beside."""
        problem, given = Problem.of(instance), self._given
        if given is None:
            return problem
        rules = (*problem.plan_rules, *self._beside)
        return replace(
            problem, weights=given.weights, lexicographic=given.lexicographic, plan_rules=rules
        )

    @cached_property
    def _beside(self) -> tuple[Any, ...]:
        """The plan rules that the problem given has beside those of its instance."""
        own = Problem.of(self._base.instance)
        beside = list(self._base.plan_rules)
        same = own.partnership_rules == self._base.partnership_rules
        for rule in own.plan_rules:
            same = same and rule in beside
            if same:
                beside.remove(rule)
        if not same:
            raise UsageError(
                T("The problem has other rules than its instance, so the instance cannot be"
                  " changed; give the session an instance.")
            )  # fmt: skip
        return tuple(beside)


def _changed(
    instance: Instance, rules: Mapping[str, Any], population: Mapping[str, float]
) -> Instance:
    """Return the instance with other rules and inhabitants; itself where there are none."""
    known = Names(m.id for m in instance.municipalities)
    for town in population:
        if town not in known:
            raise UsageError(
                T("There is no municipality {id}. {remedy}", id=repr(town),
                  remedy=known.remedy(town))
            )  # fmt: skip
    if rules:
        table = {**instance.rules, **rules}
        kept = {name: value for name, value in table.items() if value is not None}
        instance = replace(instance, rules=kept)
    if population:
        towns = tuple(
            replace(m, population=population.get(m.id, m.population))
            for m in instance.municipalities
        )
        instance = replace(instance, municipalities=towns)
    return instance
