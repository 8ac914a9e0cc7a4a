"""A browser that was opened with the token, and a room that solves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from koopopt.live.web.app import App
from live.web.stand_in import StandIn

TOKEN = "of-the-test"
ADDRESS = "http://127.0.0.1:8000"
OURS = {"origin": ADDRESS, "content-type": "application/json"}
"""What our own page sends with what changes something."""


def client_of(room: StandIn, token: str | None = TOKEN) -> TestClient:
    """Return a browser before the room of this token, which it has not used yet."""
    app: Any = App(cast(Any, room), token)
    return TestClient(app, base_url=ADDRESS, follow_redirects=False)


@pytest.fixture
def room(tmp_path: Path) -> StandIn:
    return StandIn(tmp_path / "room")


@pytest.fixture
def stranger(room: StandIn) -> TestClient:
    """Return a browser that has not used the token."""
    return client_of(room)


@pytest.fixture
def client(room: StandIn) -> TestClient:
    browser = client_of(room)
    assert browser.get(f"/?token={TOKEN}").status_code == 303
    browser.headers.update(OURS)
    return browser
