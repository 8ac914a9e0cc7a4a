"""Who answers the questions: this thread, processes, or any `concurrent.futures.Executor`.

Every process keeps the oracles it has made, one a subject, so that what an oracle learns from one
question helps it with the next.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Hashable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from typing import Final

from koopopt.pareto.oracle import Answer, Found, Oracle, Question, Subject

KEPT: Final = 4
"""Oracles that a process keeps."""
ATTEMPTS: Final = 4
"""Times that a question is asked again a little tighter, where the answer breaks its box."""

STEP: Final = 1e-9
"""By so much, relatively, the first time; ten times more every time."""

_oracles: dict[Hashable, tuple[Oracle, threading.Lock]] = {}
_guard = threading.Lock()


def answer(subject: Subject, question: Question, cancel: threading.Event | None = None) -> Answer:
    """Answer a question, in whatever process this is.

    A solver's tolerances may let a solution leave its box by a hair; then the box is drawn a
    little tighter.
    """
    oracle, lock = _oracle(subject)
    event = cancel or threading.Event()
    with lock:
        first = reply = oracle.ask(question, event)
        for attempt in range(ATTEMPTS):
            if reply.found is not Found.POINT or reply.point is None:
                break
            over = subject.grid.beyond(reply.point.values, question.upper)
            if max(over) == 0.0:
                break
            step = STEP * 10**attempt
            tighter = tuple(
                u - 2 * o - step * max(1.0, abs(u)) if o else u
                for u, o in zip(question.upper, over, strict=True)
            )
            question = replace(question, upper=tighter)
            reply = oracle.ask(question, event)
        else:
            reply = replace(reply, found=Found.STOPPED, point=None)
    if reply is first or reply.found is Found.EMPTY:
        return reply
    return replace(reply, bound=first.bound)  # what was proven of the tighter box does not count


def _oracle(subject: Subject) -> tuple[Oracle, threading.Lock]:
    with _guard:
        if subject.key not in _oracles:
            while len(_oracles) >= KEPT:
                del _oracles[next(iter(_oracles))]
            _oracles[subject.key] = subject.oracle(), threading.Lock()
        return _oracles[subject.key]


class Inline(Executor):
    """Does it all in the thread that asks."""

    def __init__(self, cancel: threading.Event) -> None:
        self._cancel = cancel

    def submit(self, function, /, *args, **named):  # type: ignore[no-untyped-def]
        """Call at once."""
        future: Future[object] = Future()
        try:
            future.set_result(function(*args, self._cancel, **named))
        except BaseException as error:
            future.set_exception(error)
        return future


class Processes(ProcessPoolExecutor):
    """Processes of this machine, fresh ones that share no thread or solver with this one."""

    def __init__(self, count: int) -> None:
        super().__init__(
            count, mp_context=get_context("spawn"), initializer=_watch, initargs=(os.getpid(),)
        )
        with _no_main():
            for _ in range(count):
                self.submit(int)

    def kill(self) -> None:
        """End at once, whatever is running."""
        processes = list((self._processes or {}).values())
        self.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()


@contextmanager
def _no_main() -> Iterator[None]:
    """Keep new processes from importing the user's script, which may have no main guard."""
    main = sys.modules["__main__"]
    kept = {name: main.__dict__.get(name) for name in ("__spec__", "__file__")}
    try:
        main.__dict__.update(__spec__=None)
        main.__dict__.pop("__file__", None)
        yield
    finally:
        main.__dict__.update({k: v for k, v in kept.items() if v is not None or k == "__spec__"})


def _watch(parent: int) -> None:
    """End this process once its parent is gone, even if that was killed."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    threading.Thread(target=look, name="koopopt-parent", daemon=True).start()
