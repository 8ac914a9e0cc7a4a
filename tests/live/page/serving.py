"""A server of the decision room in a process of its own, that tests start, kill and start again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SERVE = """
import errno, os, sys, threading
fsync, full = os.fsync, os.environ["FULL_WHILE_THERE"]
def crowded(file):
    if os.path.exists(full):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    fsync(file)
os.fsync = crowded
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
"""Serves until its input ends, as when who started it has gone; its disk can be full."""


class Serving:
    """A room of an instance at `address`; what is asked of it from here is for setting up."""

    def __init__(self, instance: str, folder: Path, token: str = "") -> None:
        self.instance, self.folder, self.token = instance, folder, token
        self.port = 0
        self.full = folder.with_name(f"{folder.name}-full")
        """The disk of the server is full while this file is there."""
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
            env={**os.environ, "OMP_NUM_THREADS": "1", "FULL_WHILE_THERE": str(self.full)},
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


class Wire:
    """A way to a port that can be cut and mended, while the server behind it goes on."""

    def __init__(self, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self.port = 0
        self._lines: list[socket.socket] = []
        self.mend()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def mend(self) -> None:
        """Listen, on the same port as before."""
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def cut(self) -> None:
        """Take nobody any more, and end what is under way."""
        for line in (self._listening, *self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self._lines.clear()

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.create_connection(self._to)
                self._lines += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while part := one.recv(65536):
                other.sendall(part)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)
