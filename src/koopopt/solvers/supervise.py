"""Running a solve under watch, so that it can be interrupted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from koopopt.solvers.base import Control

OVERTIME: Final = 3.0
"""Seconds a solver may overrun its time limit before it is stopped."""

GRACE: Final = 5.0
"""Seconds a solver may take to end once it is told to; after that it is left behind."""

Result = TypeVar("Result")


class LeftBehind(Exception):  # noqa: N818 - an outcome, not an error of ours
    """The solver did not end when told to; its thread ends with the process."""


@dataclass(slots=True)
class Brake:
    """What makes a running solve end; pulled again and again until it does."""

    pull: Callable[[], None] = lambda: None


def supervised(work: Callable[[Brake], Result], control: Control) -> Result:
    """Run `work` in a thread of its own and pull its brake again and again once it should end.

    The calling thread stays free to receive Ctrl-C, which cancels: most solvers run in C++ and
    would hold it back until they are done. A thread of its own also gives HiGHS a scheduler of
    its own, whatever the number of threads of earlier solves.

    Raises
    ------
    LeftBehind
        If it does not end within `GRACE` seconds: some solvers ask nobody in long phases.
    """
    brake = Brake()
    done = threading.Event()
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work(brake))
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=run, name="koopopt-solver", daemon=True)
    thread.start()
    told: float | None = None
    while not done.is_set():
        try:
            done.wait(0.1)
        except KeyboardInterrupt:
            if control.cancel.is_set():
                raise
            control.cancel.set()
        late = control.time_limit is not None and control.seconds > control.time_limit + OVERTIME
        if control.cancel.is_set() or late:
            brake.pull()
            told = told or time.perf_counter()
            if time.perf_counter() - told > GRACE and not done.is_set():
                raise LeftBehind
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
