"""Running something long in a thread of its own, so that Ctrl-C is heard at once.

Solvers spend their time in compiled code, during which Python hears no signal in that thread.
The main thread therefore only waits: the first Ctrl-C (or SIGTERM) asks the work to stop with
the best it has, the second leaves.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

R = TypeVar("R")

_TICK = 0.1


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
    cancel = threading.Event()
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

    with _signals(cancel):
        threading.Thread(target=body, name="koopopt-run", daemon=True).start()
        while not done.wait(_TICK):
            tick(cancel.is_set())
        tick(cancel.is_set())
    if errors:
        raise errors[0]
    return results[0], cancel.is_set()


@contextmanager
def _signals(cancel: threading.Event) -> Iterator[None]:
    """Let SIGINT and SIGTERM set `cancel`, and raise `KeyboardInterrupt` once it is set."""

    def handle(_: int, __: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            before[number] = signal.signal(number, handle)
        yield
    finally:
        for known, handler in before.items():
            signal.signal(known, handler)
