"""Running a solve under watch, so that it can be interrupted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from koopopt.solvers.base import Control
from koopopt.system.threads import Watched

GRACE_SECONDS: Final = 3.0
"""Seconds a solver may take to end once it is told to; after that it is left behind."""

BRAKING_SECONDS: Final = 0.3
"""Seconds after its time at which a solver is told to end."""

READING_SECONDS: Final = 0.3
"""Seconds, at the most, that a solver ends early: its answer has to be read and judged."""

THREAD_NAME: Final = "koopopt-solver"
"""Name of the threads in which solvers run."""

R = TypeVar("R")


class LeftBehind(Exception):  # noqa: N818 - an outcome, not an error of ours
    """The solver did not end when told to; its thread ends with the process."""


@dataclass(slots=True)
class Brake:
    """What makes a running solve end; pulled again and again until it does."""

    pull: Callable[[], None] = lambda: None


def supervised(work: Callable[[Brake], R], control: Control) -> R:
    """Run `work` in a thread of its own and pull its brake again and again once it should end.

    The calling thread stays free to receive Ctrl-C, which cancels: most solvers run in C++ and
    would hold it back until they are done. A thread of its own also gives HiGHS a scheduler of
    its own, whatever the number of threads of earlier solves.

    Raises
    ------
    LeftBehind
        If it ends neither within `GRACE_SECONDS` of being told to nor `LATE_SECONDS` after its
        time: some solvers ask nobody in long phases.
    """
    brake = Brake()
    running = Watched(lambda: work(brake), THREAD_NAME)
    told: float | None = None
    while not running.done.is_set():
        try:
            running.done.wait(min(0.1, max(0.01, control.remaining or 0.1)))
        except KeyboardInterrupt:
            if control.cancel.is_set():
                raise
            control.cancel.set()
        limit = control.time_limit
        over = -1.0 if limit is None else control.seconds - limit
        # Who is told loses what it was about to answer, so it may end by itself first.
        if (control.cancel.is_set() or over > BRAKING_SECONDS) and not running.done.is_set():
            brake.pull()
            told = told or time.perf_counter()
            late = over > control.late
            if late or time.perf_counter() - told > GRACE_SECONDS:
                raise LeftBehind
    return running.result()


def seconds_for(control: Control) -> float | None:
    """Return the seconds to give a solver: a little less than is left, so that it ends in time."""
    left = control.remaining
    return None if left is None else left - min(READING_SECONDS, 0.05 * left)
