"""A real `koopopt live` on this machine, and a client that may say anything to it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from processes import started

SECONDS = 30.0
"""Longest that anything may take; nothing is measured."""


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Opened:
    """A room that was opened in a browser of ours.

    Attributes
    ----------
    process : Popen
    port : int
    token : str
    cookie : str
        Empty until `enter` is called.
    """

    process: subprocess.Popen[str]
    port: int
    token: str
    cookie: str = field(default="")

    def enter(self) -> None:
        """Exchange the token."""
        answer = self.ask("GET", f"/?token={self.token}", cookie=False)
        assert answer.status == 303
        self.cookie = answer.headers["set-cookie"].partition(";")[0]

    def ask(
        self, method: str, target: str, body: Any = None, *, cookie: bool = True, **headers: str
    ) -> Answer:
        """Ask as our own page does; `headers` are said besides, or instead."""
        data = b"" if body is None else json.dumps(body).encode()
        said = {"Host": f"127.0.0.1:{self.port}", "Connection": "close"}
        if cookie and self.cookie:
            said["Cookie"] = self.cookie
        if method not in ("GET", "HEAD"):
            said |= {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/json",
                     "Content-Length": str(len(data))}  # fmt: skip
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [
            f"{method} {target} HTTP/1.1",
            *(f"{k}: {v}" for k, v in said.items() if v),
            "",
            "",
        ]
        return answered(self.raw("\r\n".join(lines).encode("latin-1") + data))

    def act(self, **action: Any) -> Any:
        answer = self.ask("POST", "/api/actions", {"action": action})
        assert answer.status == 200, answer.body
        return answer.json

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)

    def raw(self, data: bytes) -> bytes:
        """Send these bytes, and return all that comes until the connection ends."""
        with self.connect() as line:
            with suppress(OSError):  # it was refused while we spoke
                line.sendall(data)
            return rest(line)

    def events(self, **headers: str) -> socket.socket:
        """Return a connection on which events come."""
        line = self.connect()
        said = {"Host": f"127.0.0.1:{self.port}", "Cookie": self.cookie, **headers}
        lines = ["GET /api/events HTTP/1.1", *(f"{k}: {v}" for k, v in said.items()), "", ""]
        line.sendall("\r\n".join(lines).encode())
        return line


def rest(line: socket.socket) -> bytes:
    """Return what comes until the connection ends."""
    got = b""
    try:
        while part := line.recv(65536):
            got += part
    except ConnectionError:
        pass
    return got


def answered(data: bytes) -> Answer:
    """Return the answer in these bytes."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    assert headers.get("transfer-encoding") != "chunked"
    return Answer(int(first.split(" ")[1]) if first else 0, headers, body)


@dataclass(slots=True)
class Tab:
    """Who reads events."""

    line: socket.socket
    got: bytes = b""

    def hear(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the events that come next, one at least."""
        for _ in range(1000):
            part = self.line.recv(65536)
            assert part, "the stream ended"
            *whole, self.got = (self.got + part).replace(b"\r", b"").split(b"\n\n")
            found = [event for text in whole if (event := _event(text)) is not None]
            if found:
                return found
        raise AssertionError("nothing came but pings")


def _event(text: bytes) -> tuple[str, dict[str, Any]] | None:
    lines = text.splitlines()
    name = next((x[7:] for x in lines if x.startswith(b"event: ")), None)
    data = next((x[6:] for x in lines if x.startswith(b"data: ")), None)
    return None if name is None or data is None else (name.decode(), json.loads(data))


@contextmanager
def opened(folder: Path, *more: str, instance: str = "three-villages") -> Iterator[Opened]:
    """Run `koopopt live` and read the address it shows."""
    command = [sys.executable, "-m", "koopopt", "live", instance, "--folder", str(folder),
               "--no-browser", *more]  # fmt: skip
    with started(command) as process:
        assert process.stdout is not None
        address = urlsplit(process.stdout.readline().strip())
        assert address.port, process.stderr.read() if process.stderr else ""
        yield Opened(process, address.port, address.query.partition("=")[2])
