"""What a back end is: one small contract.

A back end takes a `LinearModel` and answers with a `Solution`. *Why it stopped* (`Termination`)
and *what it holds* (`Held`) are separate questions. A bound is given only where the back end
proved it; a back end never claims more than its solver said, and every value it returns may be
rubbish: callers check (`LinearModel.violation`, and the evaluator for plans).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final, Protocol, runtime_checkable

from koopopt.linear import Floats, LinearModel
from koopopt.system.memory import usual
from koopopt.text import Text

LATE_SECONDS: Final = 0.7
"""Seconds after the time of a run at which a solver that does not end is left behind."""

OVERTIME_SECONDS: Final = 5.0
"""So many more it gets where only a part of the run's time is over."""


class Termination(Enum):
    """Why the solver stopped."""

    OPTIMAL = auto()
    """The requested gap is proven."""
    INFEASIBLE = auto()
    """Proven infeasible."""
    UNBOUNDED = auto()
    """Proven unbounded, or infeasible or unbounded."""
    TIME_LIMIT = auto()
    INTERRUPTED = auto()
    LIMIT = auto()
    """A limit of the method itself: what it could look at is done, and the gap is not closed."""
    ERROR = auto()
    """Anything else: numerical trouble, crash, unreadable answer; see the message."""


class Held(Enum):
    """What solution is in hand."""

    NONE = auto()
    FEASIBLE = auto()
    OPTIMAL = auto()


class Feature(Enum):
    """What a back end can do beyond solving a MIP to optimality."""

    CONTINUOUS = "continuous columns"
    DUALS = "duals of linear programs"
    GAP = "gap"
    INTERRUPT = "interrupt"
    PROGRESS = "progress"
    SEED = "seed"
    THREADS = "threads"
    TIME_LIMIT = "time limit"
    WARM_START = "warm start"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a running solve stands.

    Attributes
    ----------
    seconds : float
        Since the start.
    incumbent, bound : float or None
        Objective of the best solution so far; proven lower bound.
    phase : str
        What is being done, one or two words.
    note : Text or None
        Something worth knowing, told once.
    """

    seconds: float
    incumbent: float | None
    bound: float | None
    phase: str = ""
    note: Text | None = None

    @property
    def gap(self) -> float | None:
        """(incumbent - bound) / |incumbent|, None where one is missing."""
        return relative_gap(self.incumbent, self.bound)


def relative_gap(objective: float | None, bound: float | None) -> float | None:
    """Return max(0, objective - bound) / |objective|; None where one is missing."""
    if objective is None or bound is None:
        return None
    distance = max(0.0, objective - bound)
    return distance / abs(objective) if distance and objective else distance


class Stopped(Exception):  # noqa: N818 - a signal, not an error
    """Cancelled or out of time."""


@dataclass(slots=True)
class Control:
    """Limits of a run, and the line to whoever watches it: one for all that a run does.

    Attributes
    ----------
    gap : float
        Relative gap at which to stop; 0 asks for a proof.
    time_limit : float or None
        Seconds from `began`.
    threads, seed : int
        Passed to the solver where it has the feature.
    cancel : threading.Event
        Set by anyone, any time, to stop early with the best solution so far.
    on_progress : callable or None
        Called with a `Progress` now and then, from any thread.
    began : float
        The moment, by `time.perf_counter`, from which time counts; that of creation unless said.
    memory : int or None
        Bytes to take at the most; `koopopt.system.memory.usual` unless said.
    late : float
        Seconds after its time at which a solver that does not end is left behind.
    enough : int or None
        A weighted sum (`Problem.scale`) that is good enough: a plan of at most that ends the run.
    """

    gap: float = 0.0
    time_limit: float | None = None
    threads: int = 1
    seed: int = 0
    cancel: threading.Event = field(default_factory=threading.Event)
    on_progress: Callable[[Progress], None] | None = None
    began: float = field(default_factory=time.perf_counter)
    memory: int | None = None
    late: float = LATE_SECONDS
    enough: int | None = None

    @classmethod
    def asked(
        cls,
        *,
        cancel: threading.Event | None,
        began: float | None,
        memory: int | None,
        **limits: Any,
    ) -> Control:
        """Return the control of a run whose caller may say None: never, now, the usual."""
        return cls(
            cancel=cancel or threading.Event(),
            began=time.perf_counter() if began is None else began,
            memory=usual() if memory is None else memory,
            **limits,
        )

    @property
    def budget(self) -> int:
        """Bytes to take at the most."""
        return usual() if self.memory is None else self.memory

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.began

    @property
    def remaining(self) -> float | None:
        """Seconds left, at least 0; None without a limit."""
        return None if self.time_limit is None else max(0.0, self.time_limit - self.seconds)

    @property
    def stopped(self) -> bool:
        """Whether to stop now: cancelled or out of time."""
        return self.cancel.is_set() or self.remaining == 0.0

    @property
    def why(self) -> Termination:
        """Why a run ends that is stopped: somebody asked for it, else its time is over."""
        return Termination.INTERRUPTED if self.cancel.is_set() else Termination.TIME_LIMIT

    def check(self) -> None:
        """Raise `Stopped` where it is time to stop."""
        if self.stopped:
            raise Stopped

    def share(self, share: float, on_progress: Callable[[Progress], None] | None = None) -> Control:
        """Return the control of a part of the run that may take such a share of what is left."""
        left = self.remaining
        return self.part(None if left is None else share * left, on_progress=on_progress)

    def part(
        self,
        seconds: float | None = None,
        *,
        gap: float | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        enough: int | None = None,
    ) -> Control:
        """Return the control of a part of the run that may take so many seconds from now.

        It never outlasts the run and stops with it; nobody is told of it unless said.
        """
        left = self.remaining
        limits = [x for x in (seconds, left) if x is not None]
        limit = min(limits, default=None)
        spare = OVERTIME_SECONDS if left is None or limit is None else left - limit
        return Control(
            self.gap if gap is None else gap, limit, self.threads, self.seed, self.cancel,
            on_progress, memory=self.memory, late=self.late + min(spare, OVERTIME_SECONDS),
            enough=self.enough if enough is None else enough,
        )  # fmt: skip

    def report(self, incumbent: float | None, bound: float | None, phase: str = "") -> None:
        """Tell the watcher, if there is one."""
        if self.on_progress is not None:
            self.on_progress(Progress(self.seconds, incumbent, bound, phase))

    def note(self, text: Text) -> None:
        """Tell the watcher something that is worth a line of its own."""
        if self.on_progress is not None:
            self.on_progress(Progress(self.seconds, None, None, "", text))


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What a back end answers.

    Attributes
    ----------
    termination : Termination
    held : Held
    values : (n,) array or None
        One value a column where a solution is held; integer columns are exactly integral.
    objective : float or None
        Weighted objective of `values`, recomputed from them.
    bound : float or None
        Proven lower bound on the weighted objective.
    duals : (m,) array or None
        Row duals, for pure linear programs where the back end has `Feature.DUALS`; minimisation,
        so a row a·x ≥ b has a dual ≥ 0.
    message : str
        The solver's own words where something went wrong.
    least : int or None
        The bound where the back end has it as a whole number, for programs in whole numbers.
    """

    termination: Termination
    held: Held = Held.NONE
    values: Floats | None = None
    objective: float | None = None
    bound: float | None = None
    duals: Floats | None = None
    message: str = ""
    least: int | None = None


@runtime_checkable
class Solver(Protocol):
    """A back end."""

    @property
    def name(self) -> str:
        """Name under which it is asked for, e.g. ``pulp:CBC``."""

    @property
    def features(self) -> frozenset[Feature]:
        """What it can do."""

    def version(self) -> str:
        """Return its version; raise `SolverError` saying why it is not available."""

    def solve(
        self,
        model: LinearModel,
        control: Control,
        *,
        weights: tuple[float, ...] | None = None,
        start: Floats | None = None,
    ) -> Solution:
        """Minimise the weighted objectives of `model`; see the module's docstring."""
