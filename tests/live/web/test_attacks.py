"""A real room on 127.0.0.1 and somebody who means no good, with a socket."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tiny
from live.web.opened import SECONDS, Opened, Tab, answered, opened, rest
from processes import posix


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("room")


@pytest.fixture(scope="module")
def room(folder: Path) -> Iterator[Opened]:
    with opened(folder) as made:
        assert made.ask("GET", "/api/state", cookie=False).status == 403, "before anybody is in"
        wrong = made.ask("GET", "/?token=wrong", cookie=False)
        assert wrong.status == 403
        made.enter()
        assert made.ask("GET", f"/?token={made.token}", cookie=False).status == 403, "only once"
        yield made
        assert made.process.poll() is None, "and it is still there at the end"


@pytest.fixture(autouse=True)
def unharmed(room: Opened) -> Iterator[None]:
    """Whatever was tried: the room answers, and nothing has changed that was not asked for.

    It may turn somebody away until it has noticed that others have gone.
    """
    yield
    until = time.monotonic() + SECONDS
    while (status := room.ask("GET", "/api/state").status) == 0 and time.monotonic() < until:
        time.sleep(0.05)
    assert status == 200


def test_it_listens_on_this_machine_only(room: Opened) -> None:
    for kind, _, _, _, address in socket.getaddrinfo(socket.gethostname(), room.port):
        if address[0] in ("127.0.0.1", "::1") or kind not in (socket.AF_INET, socket.AF_INET6):
            continue
        with socket.socket(kind, socket.SOCK_STREAM) as line:
            line.settimeout(2)
            assert line.connect_ex(address) != 0, address
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", room.port), timeout=2)


TRAVERSALS = [
    "/../../../../etc/passwd", "/page/../../../../etc/passwd", "/page/..%2f..%2f..%2fetc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd", "/page/%2e%2e/room.py", "/page/%252e%252e/room.py",
    "/page/..\\..\\room.py", "/page//etc/passwd", "//etc/passwd", "/page/%2fetc%2fpasswd",
    "/api/exports/../trail.jsonl", "/api/exports/..%2ftrail.jsonl",
    "/api/exports/%2e%2e%2ftrail.jsonl",
    "/api/exports//etc/passwd", "/api/exports/%00", "/trail.jsonl", "/live/trail.jsonl",
    "/page/\u00c0\u00ae\u00c0\u00ae/room.py", "/page/room.py", "/api/exports/link.csv",
]  # fmt: skip


@pytest.mark.parametrize("target", TRAVERSALS)
def test_no_path_leads_out(room: Opened, folder: Path, target: str) -> None:
    (folder / "exports").mkdir(exist_ok=True)
    link = folder / "exports" / "link.csv"
    if not link.is_symlink():
        link.symlink_to(folder / "trail.jsonl")
    answer = room.ask("GET", target)
    assert answer.status in (400, 404)
    assert b"root:" not in answer.body
    assert b"koopopt live 1" not in answer.body


@pytest.mark.parametrize(
    "target", ["http://evil.example/api/state", "http://127.0.0.1/api/state", "*", "api/state"]
)
def test_targets_that_are_no_paths(room: Opened, target: str) -> None:
    assert room.ask("GET", target).status in (400, 404)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "[::1]:{port}"]
)
def test_a_rebound_name(room: Opened, host: str) -> None:
    said = host.format(port=room.port)
    assert room.ask("GET", "/api/state", Host=said).status == 403
    assert room.ask("POST", "/api/actions", {"action": {"kind": "undo"}}, Host=said).status == 403


@pytest.mark.parametrize(
    "head",
    ["GET /api/state HTTP/1.1\r\n\r\n", "GET /api/state HTTP/1.0\r\n\r\n",
     "GET /api/state HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example\r\n\r\n",
     "GET /api/state HTTP/1.1\r\nHost : 127.0.0.1:{port}\r\n\r\n", "GET\r\n\r\n",
     "\x16\x03\x01\x02",
     "POST /api/actions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 3\r\n"
     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "POST /api/actions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 3\r\n"
     "Content-Length: 5\r\n\r\nabc"],
)  # fmt: skip
def test_broken_heads_tell_nothing(room: Opened, head: str) -> None:
    with room.connect() as line:
        line.sendall(head.format(port=room.port).encode("latin-1"))
        line.shutdown(socket.SHUT_WR)
        answer = answered(rest(line))
    assert answer.status in (0, 400, 403)
    assert b"revision" not in answer.body


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:{port}", ""])
def test_another_origin(room: Opened, origin: str) -> None:
    before = room.ask("GET", "/api/state").json["revision"]
    answer = room.ask("POST", "/api/actions", {"action": {"kind": "reset"}},
                      Origin=origin.format(port=room.port))  # fmt: skip
    assert answer.status == 403
    assert room.ask("GET", "/api/state").json["revision"] == before


def test_a_form_of_another_page(room: Opened) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = room.ask("POST", "/api/actions", {"action": {"kind": "reset"}}, Content_Type=kind)
        assert answer.status == 415


HEAD = (
    "POST /api/actions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "Content-Type: application/json\r\nCookie: {cookie}\r\n"
)


def test_a_huge_body_is_refused_by_its_length(room: Opened) -> None:
    head = HEAD.format(port=room.port, cookie=room.cookie) + "Content-Length: 50000000000\r\n\r\n"
    assert answered(room.raw(head.encode())).status == 413


def test_a_huge_body_in_chunks_is_refused_while_it_comes(room: Opened) -> None:
    head = HEAD.format(port=room.port, cookie=room.cookie) + "Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    sent = 0
    with room.connect() as line:
        line.sendall(head.encode())
        try:
            for _ in range(4000):  # 260 MB, if nobody minds
                line.sendall(chunk)
                sent += len(chunk)
        except OSError:
            pass
        got = rest(line)
    assert sent < 60_000_000, "it was ended on the way"
    assert got == b"" or answered(got).status == 413


def test_floods_of_headers(room: Opened) -> None:
    many = "".join(f"X-{k}: {'y' * 100}\r\n" for k in range(5000))
    long = f"X: {'y' * 500_000}\r\n"
    for flood in (many, long):
        head = f"GET /api/state HTTP/1.1\r\nHost: 127.0.0.1:{room.port}\r\n{flood}\r\n"
        got = room.raw(head.encode())
        assert got == b"" or answered(got).status == 400
    query = f"GET /?token={'x' * 500_000} HTTP/1.1\r\nHost: 127.0.0.1:{room.port}\r\n\r\n"
    got = room.raw(query.encode())
    assert got == b"" or answered(got).status == 400


def test_connections_that_say_nothing_or_half(room: Opened) -> None:
    """More than are allowed: those that come last are turned away; others are served."""
    lines: list[socket.socket] = []
    try:
        for k in range(150):
            line = room.connect()
            line.sendall(b"" if k % 2 else b"POST /api/actions HTTP/1.1\r\nHost: 127")
            lines.append(line)
        assert room.ask("GET", "/api/state").status == 200
        for _ in range(100):
            lines.append(room.connect())
    finally:
        for line in lines:
            line.close()


def test_streams_that_nobody_reads_hold_nobody_up(room: Opened) -> None:
    streams = [room.events() for _ in range(10)]
    try:
        for k in range(30):
            room.act(kind="keep", name=f"variant {k} " + "x" * 150)
        state = room.ask("GET", "/api/state").json
        assert len(state["variants"]) >= 30
    finally:
        for line in streams:
            line.close()
    for variant in state["variants"]:
        room.act(kind="drop", id=variant["id"])


def test_whatever_names_hold_they_stay_names(room: Opened, folder: Path) -> None:
    held = set(folder.parent.iterdir())
    for name in [*tiny.HOSTILE, "../../x", "a\x00b", "</script><script>alert(1)</script>"]:
        state = room.act(kind="keep", name=name)
        assert state["variants"][-1]["name"] == name.strip()
        for what in ("plan", "trail"):
            answer = room.ask("POST", "/api/exports", {"what": what, "name": name})
            assert answer.status == 201, answer.body
            file = room.ask("GET", f"/{answer.json['url']}")
            assert file.status == 200
            assert file.headers["content-disposition"].startswith("attachment;")
            assert file.headers["x-content-type-options"] == "nosniff"
        room.act(kind="drop", id=state["variants"][-1]["id"])
    assert set(folder.parent.iterdir()) == held, "nothing was written outside"
    made = {path.name for path in (folder / "exports").iterdir()}
    assert not [name for name in made if set(name) & set('<>"\\|:*?\x00\x07\x1b\u202e\n')]


def test_the_page_can_be_no_part_of_another(room: Opened) -> None:
    answer = room.ask("GET", "/")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in answer.headers


def test_all_tabs_see_the_same_order(room: Opened) -> None:
    lines = [room.events(**{"Last-Event-ID": "99999"}) for _ in range(2)]
    tabs = [Tab(line) for line in lines]
    try:
        seen: list[list[int]] = [[], []]
        for tab, into in zip(tabs, seen, strict=True):
            ((name, state), *_) = tab.hear()
            assert name == "state"
            into.append(state["revision"])
        assert seen[0] == seen[1]
        for k in range(5):
            room.act(kind="keep", name=f"v{k}")
        last = room.ask("GET", "/api/state").json["revision"]
        for tab, into in zip(tabs, seen, strict=True):
            while into[-1] < last:
                into += [data["revision"] for name, data in tab.hear() if name == "state"]
        for into in seen:
            assert into == sorted(set(into)), "never back, and never twice"
    finally:
        for line in lines:
            line.close()


@posix
def test_it_holds_no_more_open_than_before(room: Opened) -> None:
    """What attacks left behind is gone: connections of theirs, streams, files."""
    place = f"/proc/{room.process.pid}/fd"
    if not os.path.isdir(place):
        pytest.skip("no /proc")
    for _ in range(100):
        if len(os.listdir(place)) < 60:
            return
        room.ask("GET", "/api/state")
    assert len(os.listdir(place)) < 60


def test_bodies_are_checked_by_the_real_room_too(room: Opened) -> None:
    wrong: list[Any] = [
        {"kind": "set", "place": "rules.nonsense", "value": 1},
        {"kind": "set", "place": "rules.max_members", "value": "many"},
        {"kind": "set", "place": "__class__", "value": 1},
        {"kind": "move", "service": "nowhere", "town": "x", "to": None},
        {"kind": "scenario", "value": "../../x"}, {"kind": "drop", "id": "../x"},
        {"kind": "start", "from": "variant", "id": "none"},
    ]  # fmt: skip
    before = room.ask("GET", "/api/state").json["revision"]
    for action in wrong:
        answer = room.ask("POST", "/api/actions", {"action": action})
        assert answer.status == 422, answer.body
        assert set(answer.json["problem"]) == {"en", "de"}
    assert room.ask("GET", "/api/state").json["revision"] == before
