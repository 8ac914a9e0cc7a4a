"""A server of the decision room in a process of its own, that tests start, kill and start again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SERVE = """
import sys, threading
from koopopt.live.web.app import app
from koopopt.live.web import server
instance, folder, port, token = sys.argv[1:]
with server.bound(int(port)) as listening:
    room = app(instance, folder=folder, token=token or None, time_limit=20)
    print(listening.getsockname()[1], flush=True)
    cancel = threading.Event()
    serving = threading.Thread(target=server.serve, args=(room, listening, cancel))
    serving.start()
    sys.stdin.read()
    cancel.set()
    serving.join()
"""
"""Serves until its input ends, as when who started it has gone."""


class Serving:
    """A room of an instance at `address`; what is asked of it from here is for setting up."""

    def __init__(self, instance: str, folder: Path, token: str = "") -> None:
        self.instance, self.folder, self.token = instance, folder, token
        self.port = 0
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start, on the same port as before if it has been started before."""
        arguments = [self.instance, str(self.folder), str(self.port), self.token]
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def kill(self) -> None:
        """End it as a crash would: nothing is finished, nothing closed."""
        self.process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        self.process.wait()

    def stop(self) -> None:
        """End it as its user would."""
        if self.process.poll() is None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def ask(self, path: str, body: Any = None) -> Any:
        """Return what the API answers."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, data, headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.loads(reply.read())

    def act(self, **action: Any) -> Any:
        return self.ask("api/actions", {"action": action, "note": ""})

    def state(self) -> Any:
        return self.ask("api/state")

    def fresh(self) -> Any:
        """Ask what the instance asks, wait for its best plan, and show it."""
        state = self.state()
        if any(state["question"].values()):
            self.act(kind="reset")
        if state["mode"] != "follow":
            self.act(kind="start", **{"from": "best"})
        return self.settled()

    def settled(self, seconds: float = 60.0, *, after: int = -1) -> Any:
        """Return the state once its question is answered; that of a revision after this one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.state()
            answer = state["answer"]
            if state["revision"] <= after:
                threading.Event().wait(0.05)
                continue
            if answer["revision"] == state["revision"] and answer["status"] not in (
                "waiting",
                "solving",
            ):
                return state
            threading.Event().wait(0.05)
        raise AssertionError(f"no answer: {state['answer']['status']}")
