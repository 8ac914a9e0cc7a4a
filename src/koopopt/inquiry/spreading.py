"""Many cases of one problem, worked out in parts by this thread or by several processes.

A part is a fixed number of cases in their order, whoever works, and begins from nothing. So what
comes of it does not depend on who worked it out, nor on what was worked out there before: results
are the same for any number of workers.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Final, TypeVar

from koopopt.pareto.workers import Processes, outcome, portable

P = TypeVar("P")
R = TypeVar("R")

Work = Callable[[P, float | None, threading.Event | None], R]
"""Works out a part, within so many seconds; the event asks it to stop. A process hears no event."""

_TICK: Final = 0.1
GRACE: Final = 2.0
"""Seconds after which processes are ended that should have come to an end."""


def spread(
    work: Work[P, R],
    parts: Sequence[P],
    *,
    workers: int = 1,
    time_limit: float | None = None,
    began: float | None = None,
    cancel: threading.Event | None = None,
) -> Iterator[tuple[int, R]]:
    """Yield the number of a part and what came of it, as they come.

    Parts that there is no time for are left out; those that were begun are left where they stand
    when a stop is asked for, in this thread with what they have.

    Parameters
    ----------
    work : callable
        A function of a module, which processes find by its name.
    parts : sequence
    workers : int
        Processes; with 1, or where a part cannot be sent to others, it is done here.
    time_limit : float, optional
        Seconds from `began`, a moment by `time.perf_counter`; what is left is shared evenly.
    began : float, optional
    cancel : threading.Event, optional

    Raises
    ------
    SolverError
        If a process dies.
    """
    began = time.perf_counter() if began is None else began
    count = min(workers, len(parts))

    def left() -> float | None:
        return None if time_limit is None else time_limit - (time.perf_counter() - began)

    def share(number: int) -> float | None:
        seconds = left()
        return seconds and max(0.0, seconds) / math.ceil((len(parts) - number) / max(count, 1))

    def over(grace: float = 0.0) -> bool:
        seconds = left()
        asked = cancel is not None and cancel.is_set()
        return asked or (seconds is not None and seconds + grace <= 0)

    if count <= 1 or not portable(parts[0]):  # type: ignore[arg-type]
        for k, part in enumerate(parts):
            if over():
                return
            yield k, work(part, share(k), cancel)
        return
    try:
        pool = Processes(count)
    except OSError:  # there are none to be had
        yield from spread(work, parts, time_limit=time_limit, began=began, cancel=cancel)
        return
    try:
        running: dict[Future[R], int] = {}
        following = 0
        while running or following < len(parts):
            while len(running) < count and following < len(parts) and not over():
                running[pool.submit(work, parts[following], share(following), None)] = following
                following += 1
            if not running or over(GRACE):
                return
            done, _ = wait(running, _TICK, FIRST_COMPLETED)
            for future in sorted(done, key=running.__getitem__):
                yield running.pop(future), outcome(future)  # type: ignore[arg-type,misc]
    finally:
        pool.kill()
