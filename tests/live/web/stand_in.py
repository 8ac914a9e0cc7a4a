"""A room that solves nothing: what is asked of it is written down, and answered at once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import tiny
from koopopt.case.instance import Instance
from koopopt.errors import UsageError
from koopopt.evaluation import Evaluation, all_alone, evaluate
from koopopt.problem import Problem
from koopopt.solving.optimise import Result
from koopopt.text import T

HOSTILE = "<script>alert(1)</script>"


class Feed:
    """Events for one reader; a new state takes the place of one that was not read."""

    def __init__(self, wake: Callable[[], None] | None) -> None:
        self._wake = wake or (lambda: None)
        self._waiting: deque[tuple[str, dict[str, Any]]] = deque(maxlen=1)
        self.closed = False

    def put(self, name: str, data: dict[str, Any]) -> None:
        self._waiting.append((name, data))
        self._wake()

    def get(self, timeout: float | None = None) -> tuple[str, dict[str, Any]] | None:
        return self._waiting.popleft() if self._waiting else None

    def close(self) -> None:
        self.closed = True
        self._wake()


class StandIn:
    """What `koopopt.live.Room` is to the web layer."""

    def __init__(self, folder: Path | None = None, instance: Instance | None = None) -> None:
        self.instance = instance or tiny.instance()
        self.folder = folder
        self.calls: list[tuple[str, Any]] = []
        self.feeds: list[Feed] = []
        self.revision = 0
        self.steps: list[dict[str, Any]] = []
        self.solved: Result | None = None
        self.problem = Problem.of(self.instance)
        self.plan = all_alone(self.problem)
        self.lock = threading.Lock()

    def case(self) -> dict[str, Any]:
        return {"title": dict(self.instance.title), "name": self.instance.name}

    def state(self) -> dict[str, Any]:
        asked = {"settings": {}, "wishes": [], "scenario": None}
        return {"revision": self.revision, "question": asked, "trail": list(self.steps),
                "notices": []}  # fmt: skip

    def act(self, action: dict[str, Any], note: str = "") -> dict[str, Any]:
        if action["kind"] == "redo":
            raise UsageError(T("There is nothing to redo."))
        if action["kind"] == "reset":
            raise RuntimeError(HOSTILE)
        with self.lock:
            self.calls.append(("act", action))
            self.revision += 1
            said = str(action.get("name") or action["kind"])
            self.steps.append({"number": self.revision, "when": "2026-11-28T03:00:00+00:00",
                               "what": {"en": said, "de": said}, "note": note})  # fmt: skip
            state = self.state()
            for feed in self.feeds:
                feed.put("state", state)
        return state

    def look(self, service: str, town: str, to: list[str] | None) -> dict[str, Any]:
        self.calls.append(("look", (service, town, to)))
        return {"plan": {}, "difference": {"cost": -1.0}}

    def cancel(self) -> None:
        self.calls.append(("cancel", None))

    def resume(self) -> None:
        self.calls.append(("resume", None))

    def front(self, criteria: list[str]) -> None:
        self.calls.append(("front", criteria))

    def stop_front(self) -> None:
        self.calls.append(("stop_front", None))

    def prices(self) -> None:
        self.calls.append(("prices", None))

    def stop_prices(self) -> None:
        self.calls.append(("stop_prices", None))

    def subscribe(self, wake: Callable[[], None] | None = None) -> Feed:
        feed = Feed(wake)
        feed.put("state", self.state())
        self.feeds.append(feed)
        return feed

    def asked(self) -> Instance:
        return self.problem.instance

    def trail(self) -> list[dict[str, Any]]:
        return list(self.steps)

    def shown(self) -> Evaluation:
        return evaluate(self.problem, self.plan)

    def result(self) -> Result | None:
        return self.solved

    def close(self) -> None:
        for feed in self.feeds:
            feed.close()


def hostile_instance() -> Instance:
    """Return an instance whose title and names are everything that names can be."""
    made = tiny.instance()
    towns = tuple(
        replace(town, name=name)
        for town, name in zip(made.municipalities, tiny.HOSTILE, strict=False)
    )
    return replace(made, title={"en": HOSTILE, "de": HOSTILE}, municipalities=towns)
