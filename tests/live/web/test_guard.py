"""Who may ask: everything that is not the opened browser on our own page is refused in words."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from koopopt.live.web import guard
from koopopt.live.web.guard import Guard
from live.web.conftest import ADDRESS, OURS, TOKEN, client_of
from live.web.stand_in import StandIn

PLACES = [
    "/",
    "/page/main.js",
    "/api/state",
    "/api/events",
    "/api/openapi.json",
    "/api/exports/x.csv",
]
UNDO = {"action": {"kind": "undo"}}


@pytest.mark.parametrize("place", PLACES)
def test_without_the_cookie_nothing_is_told(stranger: TestClient, place: str) -> None:
    answer = stranger.get(place)
    assert answer.status_code == 403
    assert "koopopt live" in answer.text


def test_the_refusal_is_a_page_for_people_and_json_for_programs(stranger: TestClient) -> None:
    page = stranger.get("/", headers={"accept-language": "de-DE,de;q=0.9"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="de">' in page.text
    problem = stranger.get("/api/state").json()["problem"]
    assert problem["en"].startswith("This address opens nothing")


def test_the_token_opens_once_and_leaves_the_address(room: StandIn) -> None:
    browser = client_of(room)
    opened = browser.get(f"/?token={TOKEN}")
    assert (opened.status_code, opened.headers["location"]) == (303, "/")
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert TOKEN not in cookie
    assert browser.get("/api/state").status_code == 200
    browser.cookies.clear()
    assert browser.get(f"/?token={TOKEN}").status_code == 403


@pytest.mark.parametrize(
    "query", ["token=wrong", "token=", "token", f"token={TOKEN}&token={TOKEN}", f"token={TOKEN}x",
              f"Token={TOKEN}", "token=%ff%00", "x=" + "y" * 5000],
)  # fmt: skip
def test_another_token_opens_nothing(stranger: TestClient, query: str) -> None:
    assert stranger.get(f"/?{query}").status_code == 403
    assert stranger.get(f"/?token={TOKEN}").status_code == 303, "and does not use up the right one"


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_only_opening_the_page_uses_the_token(stranger: TestClient, method: str) -> None:
    refused = stranger.request(method, f"/?token={TOKEN}", headers=OURS)
    assert refused.status_code == 403
    assert stranger.get(f"/api/state?token={TOKEN}").status_code == 403
    assert stranger.get(f"/?token={TOKEN}").status_code == 303


@pytest.mark.parametrize(
    "cookie", ["", "x", "koopopt-live-8000=", "koopopt-live-8000=wrong", "=;=;"]
)
def test_another_cookie_is_none(stranger: TestClient, cookie: str) -> None:
    assert stranger.get("/api/state", headers={"cookie": cookie}).status_code == 403


def test_the_cookie_of_a_room_opens_no_other(client: TestClient, tmp_path: Path) -> None:
    other = client_of(StandIn(tmp_path / "other"))
    assert other.get("/api/state", headers={"cookie": _cookie(client)}).status_code == 403


def _cookie(client: TestClient) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000"])
def test_our_names_are_answered(client: TestClient, host: str) -> None:
    own = {"host": host, "origin": f"http://{host.lower()}"}
    assert client.get("/api/state", headers=own).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "127.0.0.1", "127.0.0.1:8001", "localhost:80", "",
     "127.0.0.1:8000.evil.example", "evil.example@127.0.0.1:8000", "[::1]:8000", "0.0.0.0:8000",
     "2130706433:8000"],
)  # fmt: skip
@pytest.mark.parametrize("place", ["/", f"/?token={TOKEN}", "/api/state"])
def test_a_rebound_name_is_refused_whatever_it_carries(
    client: TestClient, host: str, place: str
) -> None:
    assert client.get(place, headers={"host": host}).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        {"origin": "http://evil.example"}, {"origin": "null"}, {"origin": "http://127.0.0.1:8001"},
        {"origin": "https://127.0.0.1:8000"}, {"origin": "http://localhost:8000"}, {"origin": ""},
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"}, {"origin": ADDRESS, "sec-fetch-site": "cross-site"},
        {"origin": "http://evil.example", "sec-fetch-site": "same-origin"}, {},
    ],
)  # fmt: skip
def test_another_page_cannot_change_anything(
    client: TestClient, room: StandIn, sent: dict[str, str]
) -> None:
    del client.headers["origin"]
    answer = client.post("/api/actions", json=UNDO, headers=sent)
    assert answer.status_code == 403
    assert "another page" in answer.json()["problem"]["en"]
    assert room.calls == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_cannot_read_anything(client: TestClient, site: str) -> None:
    assert client.get("/api/state", headers={"sec-fetch-site": site}).status_code == 403
    assert client.get("/api/events", headers={"sec-fetch-site": site}).status_code == 403


@pytest.mark.parametrize("sent", [{"origin": ADDRESS}, {"sec-fetch-site": "same-origin"}])
def test_our_page_can(client: TestClient, sent: dict[str, str]) -> None:
    del client.headers["origin"]
    assert client.post("/api/actions", json=UNDO, headers=sent).status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "",
             "application/jsonp", "text/plain; application/json"],
)  # fmt: skip
def test_what_a_form_can_send_is_refused(client: TestClient, room: StandIn, kind: str) -> None:
    answer = client.post("/api/actions", content=b'{"action":{"kind":"undo"}}',
                         headers={"content-type": kind})  # fmt: skip
    assert answer.status_code == 415
    assert room.calls == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_get_the_same_look(client: TestClient, method: str) -> None:
    evil = {"origin": "http://evil.example"}
    assert client.request(method, "/api/actions", headers=evil).status_code == 403


@pytest.mark.parametrize("place", [*PLACES[:1], "/api/state", "/nowhere", "/api/exports/x"])
def test_every_answer_forbids_the_browser_what_it_can(client: TestClient, place: str) -> None:
    for answer in (client.get(place), client.get(place, headers={"host": "evil.example"})):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers


def test_web_sockets_are_refused(client: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/api/events"):
        pass


# Bodies: read whole, or refused as soon as that is known. Played to the guard piece by piece.


def played(
    pieces: list[dict[str, Any] | None], headers: list[tuple[bytes, bytes]] | None = None
) -> tuple[int, bytes | None, int]:
    """Return the status, the body the application got, and how many pieces were taken.

    None among the pieces stands for nothing that ever comes.
    """
    got: list[bytes] = []
    sent: list[Any] = []
    taken = 0

    async def application(_: Any, receive: Any, send: Any) -> None:
        got.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Any:
        nonlocal taken
        piece = pieces[taken] if taken < len(pieces) else None
        taken += 1
        if piece is None:
            await asyncio.Event().wait()
        return piece

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/api/actions", "root_path": "", "scheme": "http",
        "query_string": b"", "server": ("127.0.0.1", 8000),
        "headers": [(b"content-type", b"application/json"), *(headers or [])],
    }  # fmt: skip
    asyncio.run(Guard(application, None)(scope, receive, send))
    return sent[0]["status"], got[0] if got else None, taken


def piece(size: int, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


def test_a_body_in_pieces_arrives_whole() -> None:
    assert played([piece(3), piece(0), piece(4, more=False)]) == (200, b"x" * 7, 3)


def test_a_body_is_refused_by_its_length_before_it_is_read() -> None:
    told = [(b"content-length", str(guard.MAX_BODY + 1).encode())]
    assert played([piece(10, more=False)], told) == (413, None, 0)


@pytest.mark.parametrize("length", [b"-1", b"1e9", b"9" * 5000, b"0x10", "²".encode("latin-1")])
def test_a_length_that_is_none_is_refused(length: bytes) -> None:
    assert played([piece(10, more=False)], [(b"content-length", length)])[0] == 413


def test_a_body_without_a_length_is_refused_while_it_is_read() -> None:
    many = [piece(guard.MAX_BODY // 2) for _ in range(50)]
    status, body, taken = played([*many])
    assert (status, body, taken) == (413, None, 3)


def test_a_body_as_large_as_allowed_is_taken() -> None:
    status, body, _ = played([piece(guard.MAX_BODY, more=False)])
    assert (status, len(body or b"")) == (200, guard.MAX_BODY)


def test_a_body_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)
    assert played([piece(3), None]) == (408, None, 2)


def test_whoever_goes_in_the_midst_of_it_has_asked_nothing() -> None:
    assert played([piece(3), {"type": "http.disconnect"}])[1] is None


# Mounted in another application, which guards.


def mounted(room: StandIn, token: str | None) -> TestClient:
    app = client_of(room, token).app
    site = Starlette(routes=[Mount("/plan", app)])
    return TestClient(site, base_url=ADDRESS, follow_redirects=False)


def test_mounted_without_a_token_the_application_around_it_guards(room: StandIn) -> None:
    browser = mounted(room, None)
    assert browser.get("/plan/api/state", headers={"host": "www.example"}).status_code == 200
    json = {"content-type": "application/json", "host": "www.example"}
    done = browser.post("/plan/api/actions", json=UNDO, headers=json)
    assert done.status_code == 200
    evil = {**json, "sec-fetch-site": "cross-site"}
    assert browser.post("/plan/api/actions", json=UNDO, headers=evil).status_code == 403
    form = {"content-type": "text/plain"}
    assert browser.post("/plan/api/actions", json=UNDO, headers=form).status_code == 415


def test_mounted_with_a_token_everything_stays_below_its_place(room: StandIn) -> None:
    browser = mounted(room, TOKEN)
    assert browser.get("/plan/api/state").status_code == 403
    opened = browser.get(f"/plan/?token={TOKEN}")
    assert (opened.status_code, opened.headers["location"]) == (303, "/plan/")
    assert "Path=/plan/" in opened.headers["set-cookie"]
    assert browser.get("/plan/api/state").status_code == 200


def test_two_browsers_with_one_token_at_once_open_it_once(room: StandIn) -> None:
    app = client_of(room).app
    got: list[int] = []

    def ask() -> None:
        browser = TestClient(app, base_url=ADDRESS, follow_redirects=False)
        got.append(browser.get(f"/?token={TOKEN}").status_code)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [303, *[403] * 7]
