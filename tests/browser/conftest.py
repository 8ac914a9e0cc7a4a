"""A real browser that opens reports from disk, with every network cut off.

Whatever a test does with a page, three things are checked at its end: the page asked for nothing
but itself, nothing was said on the console or thrown, and no dialog ever opened.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from browser import scenes
from browser.reading import settled, unfolded
from koopopt.pareto.front import Front
from koopopt.report import page as report
from koopopt.report.values.decision import Decision

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "No browser: install Chromium (Debian: apt-get install chromium) or name one in"
    " KOOPOPT_BROWSER."
)
POLICY = """document.addEventListener("securitypolicyviolation",
    (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));"""

Show = Callable[..., Page]


# Not for the session: while Playwright runs, nothing else in the process can start an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("KOOPOPT_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    with sync_playwright() as playwright:
        # CI runs as root, where Chromium has no sandbox.
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write a report, each only once."""
    folder = tmp_path_factory.mktemp("reports")
    known: dict[tuple[int, str], tuple[Decision, Path]] = {}

    def write(decision: Decision, lang: str) -> Path:
        key = id(decision), lang
        if key not in known:
            path = folder / f"Bericht & report {len(known)}.html"
            report.write(decision, path, lang)
            known[key] = decision, path
        return known[key][1]

    return write


@pytest.fixture
def wrong() -> list[str]:
    """What went wrong in pages so far; it has to be empty at the end."""
    return []


@pytest.fixture
def show(browser: Browser, written: Callable[..., Path], wrong: list[str]) -> Iterator[Show]:
    """Open a report: `show(decision, lang="de", at="plan=3", width=390)` returns its page."""
    contexts = []

    def go(
        decision: Decision, *, lang: str = "en", at: str = "", width: int = 1280, height: int = 900,
        unfold: bool = True, **settings: Any,
    ) -> Page:  # fmt: skip
        """Open it, with all parts unfolded that are no answer to a question, unless told not to."""
        path = written(decision, lang)
        context = browser.new_context(
            viewport={"width": width, "height": height}, offline=True, **settings
        )
        contexts.append(context)

        def gate(route: Route) -> None:
            if route.request.url.split("#")[0] == path.as_uri():
                route.continue_()
            else:
                wrong.append(f"request: {route.request.url[:200]}")
                route.abort()

        context.route("**/*", gate)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.add_init_script(POLICY)
        page.on("console", lambda m: wrong.append(f"console: {m.type}: {m.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("dialog", lambda d: (wrong.append(f"dialog: {d.message}"), d.dismiss()))
        page.on("popup", lambda other: wrong.append(f"window: {other.url}"))
        page.goto(path.as_uri() + (f"#{at}" if at else ""))
        if unfold:
            unfolded(page)
        return settled(page)

    yield go
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture(scope="session")
def front() -> Front:
    return scenes.county()


@pytest.fixture(scope="session")
def county(front: Front) -> Decision:
    return replace(Decision.of(front, scenes.DAY), chosen=2)
