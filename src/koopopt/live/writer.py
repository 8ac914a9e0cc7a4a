"""What is saved of a room: every event at once, and again after a while what could not be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from koopopt.live.journal import Journal
from koopopt.live.said import said

AGAIN_SECONDS: Final = 2.0
"""Until what could not be written is tried again, and again."""


class Writer:
    """Writes the events of a room, whose lock is held by whoever asks it to.

    Parameters
    ----------
    journal : Journal or None
        None where nothing is saved.
    folder : Path or None
    lock : RLock
        Of the room.
    tell : callable
        Called, without the lock, when what waited is saved after all. That may be at any time once
        whoever makes this lets go of the lock: the room makes it last.
    """

    def __init__(
        self,
        journal: Journal | None,
        folder: Path | None,
        lock: threading.RLock,
        tell: Callable[[], None],
    ) -> None:
        self._journal, self._folder, self._lock, self._tell = journal, folder, lock, tell
        self._timer: threading.Timer | None = None
        self._closed = False
        self._wait()

    @property
    def told(self) -> dict[str, Any]:
        """Whether everything is saved, where, and why not, as plain values."""
        problem = None if self._journal is None else self._journal.problem
        return {
            "ok": self._journal is not None and problem is None,
            "where": "" if self._folder is None else str(self._folder),
            "problem": None if problem is None else said(problem),
            "waits": self._journal is not None and self._journal.waits,
        }

    def write(self, event: Mapping[str, Any]) -> None:
        """Save an event, or have it wait; `told` says which."""
        if self._journal is not None:
            self._journal.write(event)
            self._wait()

    def close(self) -> None:
        """Try once more, and let others have the file."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
            if self._journal is not None:
                self._journal.close()

    def _wait(self) -> None:
        """Try again later if something waits."""
        if self._timer is None and self._journal is not None and self._journal.waits:
            self._timer = threading.Timer(AGAIN_SECONDS, self._again)
            self._timer.daemon = True
            self._timer.start()

    def _again(self) -> None:
        with self._lock:
            self._timer = None
            if self._closed or self._journal is None or not self._journal.waits:
                return
            self._journal.retry()
            self._wait()
            saved = not self._journal.waits
        if saved:
            self._tell()
