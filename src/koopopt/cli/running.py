"""The clock and the signals of a command, and running something long in a thread of its own.

A command has one clock, which starts with its first moment, and one event that asks it to stop.
Ctrl-C and SIGTERM mean the same from that moment on: a command that searches is asked to stop with
the best it has, whatever it is doing (reading, counting, solving); any other one is left. The
second signal always leaves.

Solvers spend their time in compiled code, during which Python hears no signal in that thread.
The main thread therefore only waits while `run` has the work done elsewhere.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, TypeVar

R = TypeVar("R")

INTERRUPTED = 130
"""Exit code of a command that was stopped by a signal."""
_TICK = 0.1


@dataclass(slots=True)
class Moment:
    """When the command that runs now began, and whether it was asked to stop.

    Attributes
    ----------
    began : float
        By `time.perf_counter`.
    cancel : threading.Event
    patient : bool
        Whether a signal only asks it to stop.
    """

    began: float = field(default_factory=time.perf_counter)
    cancel: threading.Event = field(default_factory=threading.Event)
    patient: bool = False

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self.began


_now = [Moment()]


def now() -> Moment:
    """Return the moment of the command that runs."""
    return _now[0]


@contextmanager
def begun(*, last: bool = False) -> Iterator[Moment]:
    """Start the clock of a command, and hear Ctrl-C and SIGTERM until it is over.

    Where the process ends with it (`last`), they are heard until then.
    """

    def handle(_: int, __: FrameType | None) -> None:
        if over:
            os._exit(INTERRUPTED)
        if moment.cancel.is_set() or not moment.patient:
            raise KeyboardInterrupt
        moment.cancel.set()

    over = False

    moment = _now[0] = Moment()
    before: dict[int, Any] = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                before[number] = signal.signal(number, handle)
        yield moment
    finally:
        over = True
        for known, handler in () if last else before.items():
            signal.signal(known, handler)


def patient() -> Moment:
    """Let the first signal from here on only ask the command to stop with the best it has."""
    moment = now()
    moment.patient = True
    return moment


def run(work: Callable[[threading.Event], R], tick: Callable[[bool], None]) -> tuple[R, bool]:
    """Return what `work` returns, and whether it was asked to stop.

    Parameters
    ----------
    work : callable
        Called in another thread with an event that asks it to stop.
    tick : callable
        Called here several times a second with whether a stop was asked for.

    Raises
    ------
    KeyboardInterrupt
        At the second Ctrl-C; the work is still running then.
    """
    cancel = patient().cancel
    done = threading.Event()
    results: list[R] = []
    errors: list[BaseException] = []

    def body() -> None:
        try:
            results.append(work(cancel))
        except BaseException as error:  # raised again in the main thread
            errors.append(error)
        finally:
            done.set()

    threading.Thread(target=body, name="koopopt-run", daemon=True).start()
    while not done.wait(_TICK):
        tick(cancel.is_set())
    tick(cancel.is_set())
    if errors:
        raise errors[0]
    return results[0], cancel.is_set()
