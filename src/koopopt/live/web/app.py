"""The whole application: page, API, events and exports behind the guard."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route as Path_

from koopopt.live.defaults import SECONDS
from koopopt.live.said import said
from koopopt.live.web import exports, files, openapi, routes
from koopopt.live.web.events import Events
from koopopt.live.web.exports import Exports
from koopopt.live.web.guard import Guard
from koopopt.live.web.refusing import as_json, refused, told
from koopopt.live.web.routes import Desk
from koopopt.text import T

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from koopopt.case.instance import Instance
    from koopopt.live.room import Room

MAX_STREAMS: Final = 64
"""Browsers that are told of events at the same time."""


class App:
    """The decision room of one case as an ASGI application; see `app`.

    Attributes
    ----------
    room : Room
    """

    def __init__(self, room: Room, token: str | None) -> None:
        self.room = room
        self._desk = Desk(room, Exports(room))
        self._streams = 0
        self._asgi: ASGIApp = Guard(self._inside(), token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as ASGI has it."""
        await self._asgi(scope, receive, send)

    def close(self) -> None:
        """End all streams and all work of the room; what was accepted is saved."""
        self.room.close()

    def _inside(self) -> Starlette:
        listed = files.listed()
        served: list[Any] = [
            Path_(route.path, routes.endpoint(route, self._desk), methods=[route.method])
            for route in routes.ROUTES
        ]
        served += [
            Path_("/", partial(_file, listed, files.INDEX)),
            Path_("/page/{name:path}", partial(_file, listed, None)),
            Path_("/api/openapi.json", _document),
            Path_("/api/exports/{name}", self._export),
            Path_("/api/events", self._events),
        ]
        handlers: Any = {404: _missing, 405: _not_so}
        made = Starlette(routes=served, exception_handlers=handlers)
        made.router.redirect_slashes = False
        return made

    async def _events(self, _: Request) -> Any:
        if self._streams >= MAX_STREAMS:
            problem = said(T("Too many pages are open at once. Close some."))
            status, kind, body = refused(problem, 503)
            return Response(body, status, media_type=kind)
        return self._stream

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._streams += 1
        try:
            await Events(self.room)(scope, receive, send)
        finally:
            self._streams -= 1

    async def _export(self, request: Request) -> Response:
        path = self._desk.exports.find(request.path_params["name"])
        if path is None:
            return _missing(request, None)
        kind = exports.TYPES[path.suffix]
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(path.name, '')}"}
        return await _content(request, path, kind, headers)


async def _file(listed: dict[str, Path], name: str | None, request: Request) -> Response:
    """Answer with a file of the page."""
    path = listed.get(request.path_params["name"] if name is None else name)
    if path is None:
        return _missing(request, None)
    return await _content(request, path, files.TYPES[path.suffix], {})


async def _content(request: Request, path: Path, kind: str, headers: dict[str, str]) -> Response:
    try:
        data = await run_in_threadpool(path.read_bytes)
    except OSError:
        return _missing(request, None)
    return Response(data, headers={**headers, "content-type": kind})


async def _document(_: Request) -> Response:
    return Response(await run_in_threadpool(_described), media_type="application/json")


@cache
def _described() -> bytes:
    return as_json(openapi.document())


def _missing(request: Request, _: Exception | None) -> Response:
    kind, body = told(request.scope, T("There is nothing here."))
    return Response(body, 404, headers={"content-type": kind})


def _not_so(request: Request, error: Any) -> Response:
    kind, body = told(request.scope, T("This cannot be asked in this way."))
    return Response(body, 405, headers={**(error.headers or {}), "content-type": kind})


def app(
    instance: Instance | str | Path,
    *,
    token: str | None = None,
    folder: str | Path | None = None,
    time_limit: float = SECONDS,
    memory: int | None = None,
) -> App:
    """Return the decision room of a case as an ASGI application, to be mounted in another one.

    The page lies at the place where it is mounted, with a slash at its end; everything else below.
    One process serves one room: it is no application for several workers.

    Parameters
    ----------
    instance : Instance, str or Path
        Also the name of a shipped one.
    token : str, optional
        Opens the room once, as ``/?token=...``, for one browser, which gets a cookie; requests for
        another name than 127.0.0.1 or localhost are refused then. Without one *the application
        around it guards*: whoever reaches the room may read and change everything in it. In both
        cases what changes something must be JSON, and must not come from another site.
    folder : str or Path, optional
        Where every step is saved, and read again when the room is opened the next time; files
        to take along are written below it, and nothing else. Without one nothing is saved.
    time_limit : float
        Seconds for each question.
    memory : int, optional
        Bytes to take at the most; half of what is free unless said.

    Returns
    -------
    App
        With `close()`, to be called when the application around it ends.

    Raises
    ------
    DataError
        Where the instance is faulty.
    UsageError
        Where the folder cannot be used, or another process has it.

    Examples
    --------
    >>> from starlette.applications import Starlette  # doctest: +SKIP
    >>> from starlette.routing import Mount  # doctest: +SKIP
    >>> room = koopopt.live.app("three-villages", folder="room")  # doctest: +SKIP
    >>> site = Starlette(routes=[Mount("/room", room)])  # doctest: +SKIP
    """
    from koopopt.live.room import Room

    return App(Room(instance, folder=folder, time_limit=time_limit, memory=memory), token)
