"""The server: connections that ask for nothing end, and so does it when it is asked to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest

from koopopt.errors import UsageError
from koopopt.live.web import server
from koopopt.live.web.app import App
from live.web.opened import rest
from live.web.stand_in import StandIn


@pytest.fixture
def port(room: StandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Serve a room that solves nothing, with little patience."""
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(server, "IDLE_SECONDS", 1)
    monkeypatch.setattr(server, "MAX_CONNECTIONS", 20)
    cancel = threading.Event()
    with server.bound(0) as listening:
        number: int = listening.getsockname()[1]
        app = App(cast(Any, room), None)
        serving = threading.Thread(target=server.serve, args=(app, listening, cancel))
        serving.start()
        yield number
        cancel.set()
        serving.join(20)
        assert not serving.is_alive()


def line_to(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


@pytest.mark.parametrize("said", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: x\r\nX: "])
def test_half_a_request_is_given_up(port: int, said: bytes) -> None:
    with line_to(port) as line:
        line.sendall(said)
        assert rest(line) == b""


def test_dripping_letters_do_not_help(port: int) -> None:
    with line_to(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\n")
        line.settimeout(0.03)
        for k in range(1000):
            try:
                line.sendall(b"X%d: y\r\n" % k)
                if line.recv(1) == b"":
                    return
            except TimeoutError:
                continue
            except OSError:
                return
    raise AssertionError("it was listened to for ever")


def test_a_whole_request_is_not_hurried(port: int) -> None:
    with line_to(port) as line:
        for _ in range(3):  # on one connection
            line.sendall(b"GET /api/state HTTP/1.1\r\nHost: x\r\n\r\n")
            got = b""
            while not got.endswith(b"}"):
                got += line.recv(65536)
            assert got.startswith(b"HTTP/1.1 200")


def test_a_second_request_is_given_up_too(port: int) -> None:
    with line_to(port) as line:
        line.sendall(b"GET /api/state HTTP/1.1\r\nHost: x\r\n\r\nGET /half")
        assert rest(line).startswith(b"HTTP/1.1 200")


def test_who_comes_when_all_places_are_taken_is_turned_away(port: int) -> None:
    events = b"GET /api/events HTTP/1.1\r\nHost: x\r\n\r\n"
    lines = []
    try:
        for _ in range(20):
            line = line_to(port)
            line.sendall(events)
            assert line.recv(64)
            lines.append(line)
        with line_to(port) as late:
            try:
                late.sendall(events)
            except OSError:
                return
            assert rest(late) == b""
    finally:
        for line in lines:
            line.close()


def test_streams_end_with_the_server(room: StandIn, port: int) -> None:
    with line_to(port) as line:
        line.sendall(b"GET /api/events HTTP/1.1\r\nHost: x\r\n\r\n")
        got = line.recv(64)
        room.close()
        got += rest(line)
    assert got.endswith(b"0\r\n\r\n"), "it was ended, not cut off"


def test_a_port_is_had_by_one(port: int) -> None:
    with pytest.raises(UsageError, match="in use by another program"):
        server.bound(port)


@pytest.mark.parametrize("number", [65536, 10**9])
def test_what_is_no_port(number: int) -> None:
    with pytest.raises(UsageError, match="cannot be used"):
        server.bound(number)
