"""One thread that does the newest job; a newer one stops what it is doing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

Job = Callable[[threading.Event], None]
"""Works until it is done, or until the event is set."""

logger = logging.getLogger(__name__)


class Newest:
    """A thread that does jobs, the newest only.

    Parameters
    ----------
    name : str
        Of the thread.
    """

    def __init__(self, name: str) -> None:
        self._changed = threading.Condition()
        self._job: Job | None = None
        self._cancel = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def put(self, job: Job) -> None:
        """Stop what is being done, and do this next; what waited is forgotten."""
        with self._changed:
            self._cancel.set()
            self._job = job
            self._changed.notify()

    def stop(self) -> bool:
        """Stop what is being done, and forget what waits; return whether something waited."""
        with self._changed:
            self._cancel.set()
            waited, self._job = self._job is not None, None
            return waited

    def close(self, seconds: float = 5.0) -> None:
        """Stop for good; wait so long for the thread to end."""
        with self._changed:
            self._closed = True
            self._cancel.set()
            self._changed.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join(seconds)

    def _work(self) -> None:
        while True:
            with self._changed:
                while self._job is None and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                job, self._job = self._job, None
                cancel = self._cancel = threading.Event()
            assert job is not None
            try:
                job(cancel)
            except Exception:
                logger.exception("a job of the live room failed")
