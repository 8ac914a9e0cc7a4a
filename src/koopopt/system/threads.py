"""Calls in threads of their own, which somebody watches meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

R = TypeVar("R")


class Watched(Generic[R]):
    """A call in a thread of its own, which does not hold the process when that ends.

    Parameters
    ----------
    work : callable
    name : str
        Of the thread.

    Attributes
    ----------
    done : threading.Event
        Set once the call has returned or raised.
    """

    def __init__(self, work: Callable[[], R], name: str) -> None:
        self.done = threading.Event()
        self._work = work
        self._results: list[R] = []
        self._errors: list[BaseException] = []
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def _run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # raised again by `result`
            self._errors.append(error)
        finally:
            self.done.set()

    def result(self) -> R:
        """Return what was returned, or raise what was raised; only once it is done."""
        if self._errors:
            raise self._errors[0]
        return self._results[0]
