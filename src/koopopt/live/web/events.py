"""What happens in the room, as it happens: server-sent events.

Who connects gets the whole state first, so that nothing is missed by a connection that was lost;
what a browser says of the last event it had is not looked at. Whoever reads slowly gets the newest
and not all that lies between; who does not read at all is left after a while.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from koopopt.errors import UsageError
from koopopt.live.web.refusing import as_json

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from koopopt.live.room import Room

PING_SECONDS: Final = 15.0
"""After which a line is sent though nothing happened, to learn whether anybody is there."""
UNREAD_SECONDS: Final = 60.0
"""After which a stream is ended whose reader takes nothing."""
HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),  # proxies must not collect them
]


class Events:
    """One stream to one browser, as an ASGI application."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what happens until the browser goes or the room closes."""
        loop, bell = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # the server has stopped
                loop.call_soon_threadsafe(bell.set)

        try:
            feed = await run_in_threadpool(self._room.subscribe, wake)
        except UsageError:  # it is closed: who asks again later may find it open again
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        gone = asyncio.ensure_future(_gone(receive))
        gone.add_done_callback(lambda _: bell.set())

        async def sent(data: bytes) -> None:
            async with asyncio.timeout(UNREAD_SECONDS):
                await send({"type": "http.response.body", "body": data, "more_body": True})

        def following() -> bytes | None:
            event = feed.get(0)
            return None if event is None else written(*event)

        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            while not gone.done():
                bell.clear()
                while not gone.done() and (data := await run_in_threadpool(following)) is not None:
                    await sent(data)
                if feed.closed:
                    break
                try:
                    async with asyncio.timeout(PING_SECONDS):
                        await bell.wait()
                except TimeoutError:
                    await sent(b": ping\n\n")
            if not gone.done():
                await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            feed.close()


def written(name: str, data: object) -> bytes:
    """Return an event as it is sent; JSON has no line breaks."""
    return b"event: " + name.encode() + b"\ndata: " + as_json(data) + b"\n\n"


async def _gone(receive: Receive) -> None:
    """Return when the browser has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
