"""The server: on 127.0.0.1 only, until it is asked to stop.

Connections that send nothing, or half a request, are ended soon, and there are not more of them
than a few browsers need: who means no good on the same machine must not be able to occupy it.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import threading
from typing import TYPE_CHECKING, Any, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from koopopt.errors import UsageError, why
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.live.web.app import App

HOST: Final = "127.0.0.1"
HEAD_SECONDS: Final = 10.0
"""In which the head of a request has to arrive."""
MAX_HEAD: Final = 32_768
"""Bytes of it."""
MAX_CONNECTIONS: Final = 200
IDLE_SECONDS: Final = 30
"""After which a connection that is kept for more requests is ended."""
GRACE_SECONDS: Final = 1
"""For answers under way when the server stops."""


def bound(port: int) -> socket.socket:
    """Return a socket that listens on a port of this machine; 0 is any that is free.

    Raises
    ------
    UsageError
        Where the port cannot be had.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # on Windows it would let two programs have one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise UsageError(
                T("Port {port} is in use by another program. Give another with --port; 0 is any"
                  " that is free.", port=str(port))
            ) from None  # fmt: skip
        raise UsageError(
            T("Port {port} cannot be used: {reason}. Give another with --port; 0 is any that is"
              " free.", port=str(port), reason=why(error))
        ) from None  # fmt: skip
    return listening


class _Watched(H11Protocol):
    """A connection that must ask for something soon."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()
            return
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Give the head of a request its time, from its first byte; a whole one is waited for."""
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._patience is None:
            self._patience = self.loop.call_later(HEAD_SECONDS, self._end)

    def _forget(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _end(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()


class _Server(uvicorn.Server):
    """Stops when it is asked to: the room first, which ends the streams of events."""

    def __init__(self, config: uvicorn.Config, app: App, cancel: threading.Event) -> None:
        super().__init__(config)
        self._app, self._cancel = app, cancel

    async def on_tick(self, counter: int) -> bool:
        if self._cancel.is_set():
            await asyncio.to_thread(self._app.close)
            return True
        return await super().on_tick(counter)


def serve(app: App, listening: socket.socket, cancel: threading.Event) -> None:
    """Serve the room on a socket until `cancel` is set; returns when all is closed.

    Not in the main thread, which hears signals.
    """
    config = uvicorn.Config(
        app, http=_Watched, ws="none", lifespan="off", loop="asyncio", log_config=None,
        log_level="critical", access_log=False, proxy_headers=False, server_header=False,
        timeout_keep_alive=IDLE_SECONDS, timeout_graceful_shutdown=GRACE_SECONDS,
        h11_max_incomplete_event_size=MAX_HEAD,
    )  # fmt: skip
    _Server(config, app, cancel).run(sockets=[listening])
