"""The page in real browsers, Chromium and Firefox, before a real server.

Whatever a test does, at its end nothing was said on the console or thrown, and nothing was asked of
any other place than the room itself.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from live.page.serving import Serving

Open = Callable[..., Page]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOX = ("firefox-esr", "firefox")
expect.set_options(timeout=20_000)  # machines that test are busy
READY = "html[data-ready=yes]"
SOLVED = "#answer .optimal, #answer .feasible"


def _program(variable: str, names: tuple[str, ...]) -> str:
    path = os.environ.get(variable) or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        message = f"No browser: install {names[0]} or name one in {variable}."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    return path


def _chromium(playwright: Playwright) -> Browser:
    path = _program("KOOPOPT_BROWSER", CHROMIUM)
    # CI runs as root, where Chromium has no sandbox.
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


def _firefox(playwright: Playwright) -> Browser:
    path = _program("KOOPOPT_FIREFOX", FIREFOX)
    # The one of the system, not Playwright's own build: it is driven by WebDriver BiDi.
    return playwright.firefox.launch(channel="moz-firefox", executable_path=path)


# Not for the session: while Playwright runs, nothing else in the process can start an event loop.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = _chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest, playwright: Playwright) -> Iterator[Browser]:
    """Both, one after the other."""
    if request.param == "chromium":
        yield request.getfixturevalue("chromium")
        return
    browser = _firefox(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def room(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    """The room of a real county, or of the module's `INSTANCE`."""
    instance = getattr(request.module, "INSTANCE", "werra-meissner")
    serving = Serving(instance, tmp_path_factory.mktemp("room"))
    yield serving
    serving.stop()


@pytest.fixture
def wrong() -> list[str]:
    """What went wrong in pages so far; it has to be empty at the end."""
    return []


def opener(browser: Browser, room: Serving, wrong: list[str]) -> Iterator[Open]:
    """Open the page: `open_(lang="de", width=390)`."""
    contexts = []

    def go(*, lang: str = "en", width: int = 1280, height: int = 900, path: str = "",
           **settings: Any) -> Page:  # fmt: skip
        context = browser.new_context(viewport={"width": width, "height": height}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda m: wrong.append(f"console: {m.type}: {m.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on(
            "request", lambda r: None if r.url.startswith(room.address) else wrong.append(r.url)
        )
        page.goto(f"{room.address}{path}?lang={lang}")
        page.wait_for_selector(READY)
        return page

    yield go
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def open_(chromium: Browser, room: Serving, wrong: list[str]) -> Iterator[Open]:
    """Open the page in Chromium."""
    room.fresh()
    yield from opener(chromium, room, wrong)


@pytest.fixture
def open_both(browser: Browser, room: Serving, wrong: list[str]) -> Iterator[Open]:
    """Open the page in each browser."""
    room.fresh()
    yield from opener(browser, room, wrong)
