"""The stream of events: whole at first, in order, quiet at the end, and nobody's burden."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from koopopt.live.web import app, events
from koopopt.live.web.events import Events
from live.web.stand_in import StandIn


class Reader:
    """A browser, played: what it is sent, and when it goes; it may take nothing."""

    def __init__(self, room: StandIn, *, takes: int = 10**6) -> None:
        self.sent: list[Any] = []
        self.takes = takes
        self.gone = asyncio.Event()
        self.arrived = asyncio.Event()
        self.task = asyncio.create_task(Events(cast(Any, room))({}, self._receive, self._send))

    async def _receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if len(self.sent) >= self.takes:
            await asyncio.Event().wait()
        self.sent.append(message)
        self.arrived.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.sent) < count:
                self.arrived.clear()
                await self.arrived.wait()

    @property
    def text(self) -> str:
        return b"".join(m.get("body", b"") for m in self.sent).decode()


def act(room: StandIn, name: str) -> None:
    room.act({"kind": "keep", "name": name})


def test_the_whole_state_comes_first_whatever_was_heard_before(room: StandIn) -> None:
    async def play() -> None:
        act(room, "before")
        reader = Reader(room)
        await reader.until(2)
        reader.gone.set()
        await reader.task
        start, first = reader.sent[:2]
        assert dict(start["headers"])[b"content-type"] == b"text/event-stream; charset=utf-8"
        name, data = first["body"].decode().splitlines()[:2]
        assert name == "event: state"
        assert json.loads(data.removeprefix("data: "))["revision"] == 1

    asyncio.run(play())


def test_what_another_thread_does_arrives(room: StandIn) -> None:
    async def play() -> None:
        reader = Reader(room)
        await reader.until(2)
        threading.Thread(target=act, args=(room, "two\n\nlines\r\nevent: state")).start()
        await reader.until(3)
        reader.gone.set()
        await reader.task
        assert reader.text.count("\n\n") == 2, "a name is no end of an event"

    asyncio.run(play())


def test_it_ends_when_the_room_closes(room: StandIn) -> None:
    async def play() -> None:
        reader = Reader(room)
        await reader.until(2)
        room.close()
        async with asyncio.timeout(20):
            await reader.task
        assert reader.sent[-1] == {"type": "http.response.body", "body": b""}

    asyncio.run(play())


def test_it_ends_when_the_browser_goes_and_listens_no_more(room: StandIn) -> None:
    async def play() -> None:
        reader = Reader(room)
        await reader.until(2)
        reader.gone.set()
        async with asyncio.timeout(20):
            await reader.task
        assert [feed.closed for feed in room.feeds] == [True]
        act(room, "nobody hears it")

    asyncio.run(play())


def test_a_quiet_room_is_heard_from_now_and_then(
    room: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "PING_SECONDS", 0.02)

    async def play() -> None:
        reader = Reader(room)
        await reader.until(4)
        reader.gone.set()
        await reader.task
        assert reader.text.count(": ping\n\n") >= 2

    asyncio.run(play())


def test_who_takes_nothing_is_left(room: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "UNREAD_SECONDS", 0.05)

    async def play() -> None:
        reader = Reader(room, takes=1)
        with pytest.raises(TimeoutError):
            await reader.task
        assert room.feeds[0].closed

    asyncio.run(play())


def test_a_closed_room_has_no_stream(room: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from koopopt.errors import UsageError
    from koopopt.text import T

    def closed(_: Any = None) -> Any:
        raise UsageError(T("The room is closed."))

    monkeypatch.setattr(room, "subscribe", closed)

    async def play() -> None:
        reader = Reader(room)
        await reader.task
        assert reader.sent[0]["status"] == 503

    asyncio.run(play())


def test_there_are_not_more_streams_than_a_few_browsers_need(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "MAX_STREAMS", 0)
    answer = client.get("/api/events")
    assert answer.status_code == 503
    assert "Too many pages" in answer.json()["problem"]["en"]
