"""Who may ask: the browser that was opened with the token, from our own page, and nobody else.

The room is on 127.0.0.1, where every page in every browser of the machine can send requests, and
every user of the machine. So, in this order, before anything is looked at:

* the name that was asked for is ours: pages whose name was bent to 127.0.0.1 (DNS rebinding) keep
  their own;
* the token of the opened address is exchanged, once, for a cookie that only this browser has and
  that other sites cannot have sent (`SameSite=Strict`); without it nothing is told;
* what changes something comes from our own page (`Origin`, `Sec-Fetch-Site`) and is JSON, which no
  form of another page can send;
* it arrives whole, soon, and is not too large.

What is sent back says to the browser that nothing else may run in, frame or read it.
Cookies do not tell ports apart: another server on this machine that the user visits is sent ours.
Hence the checks of the origin beside it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qs

from koopopt.live.web import refusing
from koopopt.live.web.refusing import API, path_of, values
from koopopt.text import Text

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY: Final = 2_000_000
"""Bytes of a request."""
BODY_SECONDS: Final = 10.0
"""In which a request has to arrive."""
SAFE: Final = ("GET", "HEAD")
"""Methods that change nothing."""
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
"""What every answer carries."""


class Guard:
    """Lets through to `app` what may ask; see the module.

    Parameters
    ----------
    app : ASGI application
    token : str or None
        Opens the room once. With None who may ask is the concern of whoever mounts it: host and
        session are not looked at, all the rest is.
    """

    def __init__(self, app: App, token: str | None) -> None:
        self._app = app
        self._guarded = token is not None
        self._token = token
        self._session = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # a web socket: there is none
            await send({"type": "websocket.close", "code": 1008})
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in HEADERS}
                kept = [h for h in message.get("headers", ()) if h[0].lower() not in ours]
                message = {**message, "headers": [*kept, *HEADERS]}
            await send(message)

        refusal = self._stranger(scope)
        if refusal is None and self._guarded and not self._known(scope):
            if self._opens(scope):
                await self._open(scope, dressed)
                return
            refusal = 403, refusing.NO_SESSION
        refusal = refusal or _not_ours(scope, self._guarded)
        if refusal is None and scope["method"] not in SAFE:
            body = await _whole(scope, receive)
            if isinstance(body, bytes):
                receive = _again(body, receive)
            else:
                refusal = body
        if refusal is None:
            await self._app(scope, receive, dressed)
        else:
            await _refuse(scope, dressed, *refusal)

    def _stranger(self, scope: Scope) -> tuple[int, Text] | None:
        """Return the refusal of a request that was sent to another name than ours."""
        if not self._guarded or _one(values(scope, "host")) in _hosts(scope):
            return None
        return 403, refusing.NO_HOST

    def _known(self, scope: Scope) -> bool:
        """Whether a request carries the session's cookie."""
        name = _cookie(scope)
        pairs = (
            part.partition("=") for line in values(scope, "cookie") for part in line.split(";")
        )
        return any(
            key.strip() == name
            and secrets.compare_digest(value.strip().encode(), self._session.encode())
            for key, _, value in pairs
        )

    def _opens(self, scope: Scope) -> bool:
        """Whether a request carries the token, which is used up then."""
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        if self._token is None or scope["method"] != "GET" or path_of(scope) != "/":
            return False
        if len(asked) != 1 or not secrets.compare_digest(asked[0].encode(), self._token.encode()):
            return False
        self._token = None
        return True

    async def _open(self, scope: Scope, send: Send) -> None:
        """Hand out the cookie and lead to the page, whose address has no token."""
        place = f"{scope.get('root_path', '')}/"
        cookie = f"{_cookie(scope)}={self._session}; Path={place}; HttpOnly; SameSite=Strict"
        headers = [
            (b"location", place.encode("latin-1", "replace")),
            (b"set-cookie", cookie.encode()),
            (b"content-length", b"0"),
        ]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _one(given: list[str]) -> str | None:
    """Return the value of a header that may stand there once only."""
    return given[0].strip().lower() if len(given) == 1 else None


def _hosts(scope: Scope) -> set[str]:
    """Return the names under which the room is reached."""
    server = scope.get("server")
    port = server[1] if server else None
    bare = ("127.0.0.1", "localhost")
    return {f"{name}:{port}" for name in bare} | (set(bare) if port == _HTTP else set())


_HTTP: Final = 80


def _cookie(scope: Scope) -> str:
    """Return the name of the cookie: ports share cookies, and rooms must not take each other's."""
    server = scope.get("server")
    return f"koopopt-live-{server[1] if server else 0}"


def _not_ours(scope: Scope, guarded: bool) -> tuple[int, Text] | None:
    """Return the refusal of what another page sends, or of what is no JSON.

    Where others guard, the name that the browser knows need not be the one that arrives here.
    """
    site, origins = values(scope, "sec-fetch-site"), values(scope, "origin")
    safe = scope["method"] in SAFE
    if safe and not path_of(scope).startswith(API):
        return None  # the page itself may be led to from anywhere
    ours = ("same-origin", "none") if safe else ("same-origin",)
    host = _one(values(scope, "host"))
    wrong_origin = guarded and bool(origins) and _one(origins) != f"{scope['scheme']}://{host}"
    wrong_site = bool(site) and _one(site) not in ours
    silent = guarded and not safe and not site and not origins
    if wrong_origin or wrong_site or silent:
        return 403, refusing.NOT_OURS
    kind = _one(values(scope, "content-type"))
    if not safe and (kind is None or kind.partition(";")[0].strip() != "application/json"):
        return 415, refusing.NOT_JSON
    return None


async def _whole(scope: Scope, receive: Receive) -> bytes | tuple[int, Text]:
    """Return the body of a request, or its refusal, as soon as it is too large or too slow."""
    told = values(scope, "content-length")
    if any(not n.isdecimal() or len(n) > len(str(MAX_BODY)) or int(n) > MAX_BODY for n in told):
        return 413, refusing.TOO_LARGE
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return 400, refusing.STOPPED_BODY
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > MAX_BODY:
                    return 413, refusing.TOO_LARGE
    except TimeoutError:
        return 408, refusing.STOPPED_BODY
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what hands out a body that was read, and then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def handed() -> Message:
        return waiting.pop() if waiting else await receive()

    return handed


async def _refuse(scope: Scope, send: Send, status: int, text: Text) -> None:
    """Say why, and end the connection: what else comes on it is not looked at."""
    kind, body = refusing.told(scope, text)
    if scope["method"] == "HEAD":
        body = b""
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()),
               (b"connection", b"close")]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
