"""Who answers the questions: this thread, processes, or any `concurrent.futures.Executor`.

Every process keeps the oracles it has made, one a subject, so that what an oracle learns from one
question helps it with the next.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time
import warnings
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
)
from contextlib import contextmanager
from multiprocessing import current_process, get_context
from typing import Any, Final, ParamSpec, TypeVar

from koopopt.errors import PluginWarning, SolverError
from koopopt.pareto.oracle import Answer, Oracle, Question, Subject
from koopopt.system.algebra import one_thread_each
from koopopt.text import T

P = ParamSpec("P")
R = TypeVar("R")

ORACLES_KEPT: Final = 4
"""Oracles that a process keeps."""
KILL_SECONDS: Final = 5.0
"""Seconds that killed processes may take to end."""

_oracles: dict[Hashable, tuple[Oracle, threading.Lock]] = {}
_guard = threading.Lock()


def answer(subject: Subject, question: Question, cancel: threading.Event | None = None) -> Answer:
    """Answer a question, in whatever process this is."""
    oracle, lock = _oracle(subject)
    with lock:
        return oracle.ask(question, cancel or threading.Event())


def _oracle(subject: Subject) -> tuple[Oracle, threading.Lock]:
    with _guard:
        if subject.key not in _oracles:
            while len(_oracles) >= ORACLES_KEPT:
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
    """Processes of this machine, fresh ones that share no thread or solver with this one.

    Raises
    ------
    OSError
        If there are none to be had.
    """

    def __init__(self, count: int) -> None:
        if current_process().daemon:  # for instance a worker of Dask
            raise OSError("a daemonic process may have no children")
        super().__init__(
            count, mp_context=get_context("spawn"), initializer=_watch, initargs=(os.getpid(),)
        )
        for _ in range(count):
            self.submit(int)

    def submit(self, function: Callable[P, R], /, *args: P.args, **named: P.kwargs) -> Future[R]:
        """Schedule a call; processes are started here, one by one, as long as some are missing.

        Raises
        ------
        SolverError
            If one of them died.
        """
        try:
            with _no_main(), one_thread_each(), _unheard():
                return super().submit(function, *args, **named)
        except BrokenExecutor as error:  # one died since the last question
            raise _lost(error) from error

    def kill(self) -> None:
        """End at once, whatever is running."""
        processes = list((self._processes or {}).values())
        manager: Any = self._executor_manager_thread
        self.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        if manager is not None:  # else it may still close its pipe while the interpreter ends
            manager.join(KILL_SECONDS)


def outcome(future: Future[Answer]) -> Answer:
    """Return what a worker answered.

    Raises
    ------
    SolverError
        If it died, or is out of reach.
    """
    try:
        return future.result()
    except (BrokenExecutor, CancelledError, OSError) as error:
        raise _lost(error) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] == "distributed":  # Dask's own words for it
            raise _lost(error) from error
        raise


def _lost(error: BaseException) -> SolverError:
    said = str(error).strip() or type(error).__name__
    return SolverError(
        T("A worker died or is out of reach, perhaps for want of memory: {reason} "
          "Try fewer workers; a journal keeps what was found.",
          reason=said if said.endswith(".") else f"{said}.")
    )  # fmt: skip


def portable(subject: Subject) -> bool:
    """Whether a subject can be sent to other processes; a solver of the user's own may not be."""
    try:
        pickle.dumps(subject)
    except (pickle.PicklingError, TypeError, AttributeError):
        return False
    return True


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


@contextmanager
def _unheard() -> Iterator[None]:
    """Keep Ctrl-C from processes that start here, which inherit it; `_watch` comes too late."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _watch(parent: int) -> None:
    """End this process once its parent is gone, even if that was killed."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    warnings.simplefilter("ignore", PluginWarning)  # it has said it
    threading.Thread(target=look, name="koopopt-parent", daemon=True).start()
