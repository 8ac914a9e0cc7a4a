"""The clock and the signals of a command, and running something long in a thread of its own.

A command has one clock, which starts with its first moment, and one event that asks it to stop.
Ctrl-C and SIGTERM mean the same from that moment on: a command that searches is asked to stop with
the best it has, whatever it is doing (reading, counting, solving); any other one is left. The
second signal always leaves.

Solvers spend their time in compiled code, during which Python hears no signal in that thread, and
reading may wait for a pipe. The main thread therefore only waits while `read` and `run` have the
work done elsewhere; what is read is left where it stands, what is run is asked to stop.
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

from koopopt.errors import KoopoptError
from koopopt.system.threads import Watched
from koopopt.text import T

R = TypeVar("R")

INTERRUPTED, NO_PLAN = 130, 5
"""Exit codes of a command that was stopped by a signal, or by a limit before it had anything."""
_TICK = 0.1
THREAD = "koopopt-run"
"""Name of the threads that commands work in."""
READING_GRACE = 0.6
"""Seconds that reading has to end in, once it is time to stop."""
SHOWING_GRACE = 1.0
"""Seconds in which what stands beside a result may be worked out, whatever became of the search."""


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
    lang : str or None
        The language that the command speaks, where it is not that of the command line.
    """

    began: float = field(default_factory=time.perf_counter)
    cancel: threading.Event = field(default_factory=threading.Event)
    patient: bool = False
    lang: str | None = None

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
        again = moment.cancel.is_set()
        moment.cancel.set()  # also where Python swallows what is raised in a callback
        if again or not moment.patient:
            raise KeyboardInterrupt

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


class NothingYetError(KoopoptError):
    """A command was stopped, or its time was over, before there was anything to show."""

    by_signal = T("Stopped while reading: there is nothing to show yet.")
    by_clock = T("The time limit was over while reading: there is nothing to show yet.")

    def __init__(self, *, stopped: bool) -> None:
        self.exit_code = INTERRUPTED if stopped else NO_PLAN  # type: ignore[misc]
        super().__init__(self.by_signal if stopped else self.by_clock)


class NotWorkedOutError(NothingYetError):
    """The same, of what is worked out of what was read."""

    by_signal = T("Stopped while working it out: there is nothing to show yet.")
    by_clock = T("The time limit was over while working it out: there is nothing to show yet.")


def unseen(_: bool) -> None:
    """Show no progress."""


def read(
    work: Callable[[], R],
    tick: Callable[[bool], None],
    time_limit: float | None = None,
    nothing: type[NothingYetError] = NothingYetError,
) -> R:
    """Return what `work` returns, which hears neither signals nor the clock: reading files.

    It has a moment (`READING_GRACE`) to end all the same: then there is something to show.

    Raises
    ------
    NothingYetError
        Where a stop is asked for, or the time limit is over; the work is left where it stands.
        `nothing` is one with other words.
    """
    moment = patient()
    job = Watched(work, THREAD)
    since: float | None = None
    while not job.done.wait(_TICK):
        stopped = moment.cancel.is_set()
        if stopped or (time_limit is not None and moment.seconds > time_limit):
            since = moment.seconds if since is None else since
            if moment.seconds > since + READING_GRACE:
                raise nothing(stopped=stopped)
        tick(stopped)
    return job.result()


def going_on(time_limit: float | None = None) -> Callable[[], bool]:
    """Return who says, asked again and again, whether to go on with what stands beside a result.

    It has a moment (`SHOWING_GRACE`) all the same, then as long as nobody asks the command to stop
    and there is time.
    """
    moment = now()
    since = moment.seconds

    def go_on() -> bool:
        over = time_limit is not None and moment.seconds > time_limit
        stopped = over or moment.cancel.is_set()
        return not stopped or moment.seconds < since + SHOWING_GRACE

    return go_on


def awaited(work: Callable[[], R]) -> R:
    """Return what `work` returns, which is left where it stands as soon as a signal comes.

    Only for work that changes nothing outside of it.
    """
    job = Watched(work, THREAD)
    while not job.done.wait(_TICK):
        pass
    return job.result()


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
    job = Watched(lambda: work(cancel), THREAD)
    while not job.done.wait(_TICK):
        tick(cancel.is_set())
    tick(cancel.is_set())
    return job.result(), cancel.is_set()
