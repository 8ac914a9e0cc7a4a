"""Who listens to a room: events by their names, the newest of each, so that nothing piles up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

Event = tuple[str, dict[str, Any]]


class Subscription:
    """What one listener has not heard yet: of each kind of event only the newest.

    Parameters
    ----------
    wake : callable, optional
        Called from any thread whenever there is something new, or it is closed.
    end : callable
        Called once when it is closed.
    """

    def __init__(self, wake: Callable[[], None] | None, end: Callable[[Subscription], None]):
        self._wake, self._end = wake, end
        self._changed = threading.Condition()
        self._new: dict[str, dict[str, Any]] = {}
        self.closed = False

    def put(self, name: str, data: dict[str, Any]) -> None:
        """Add an event; one of the same name that was not heard is forgotten.

        A new state makes all that was said of an earlier one void.
        """
        with self._changed:
            if name == "state":
                self._new.clear()
            self._new.pop(name, None)
            self._new[name] = data
            self._changed.notify_all()

    def woken(self) -> None:
        """Tell the listener that there is something new."""
        if self._wake is not None:
            self._wake()

    def get(self, timeout: float | None = None) -> Event | None:
        """Return the oldest event that was not heard; None where none comes in time."""
        with self._changed:
            if not self._new and not self.closed:
                self._changed.wait(timeout)
            if not self._new:
                return None
            name = next(iter(self._new))
            return name, self._new.pop(name)

    def close(self) -> None:
        """Hear nothing more."""
        with self._changed:
            if self.closed:
                return
            self.closed = True
            self._changed.notify_all()
        self._end(self)
        self.woken()


class Listeners:
    """Everybody who listens to a room."""

    def __init__(self) -> None:
        self._all: list[Subscription] = []
        self._turn = threading.Lock()

    def add(self, wake: Callable[[], None] | None, first: Event) -> Subscription:
        """Return a new one, whose first event this is."""
        made = Subscription(wake, self._remove)
        made.put(*first)
        with self._turn:
            self._all.append(made)
        return made

    def put(self, name: str, data: dict[str, Any]) -> None:
        """Tell all of an event; they are woken afterwards."""
        for one in self._every():
            one.put(name, data)

    def wake(self) -> None:
        """Tell all that there is something new."""
        for one in self._every():
            one.woken()

    def close(self) -> None:
        """Let nobody hear anything more."""
        for one in self._every():
            one.close()

    def _every(self) -> list[Subscription]:
        with self._turn:
            return list(self._all)

    def _remove(self, one: Subscription) -> None:
        with self._turn:
            if one in self._all:
                self._all.remove(one)
