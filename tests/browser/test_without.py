"""Where scripts may not run, or charts cannot be drawn: the page says so, and nothing untrue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from browser.conftest import Show
from browser.reading import READY, plain, texts, unfolded
from koopopt.report.page import data
from koopopt.report.values.decision import Decision
from koopopt.report.words.labels import WORDS

ADDRESS = "http://report.test/"
Open = Callable[..., Page]


@pytest.fixture
def open_(browser: Browser, written: Callable[..., Path]) -> Iterator[Open]:
    """Open a report as a server or a program would show it: `open_(decision, "sandbox")`."""
    contexts = []

    def go(decision: Decision, policy: str = "", before: str = "", **settings: Any) -> Page:
        body = written(decision, "de").read_bytes()
        headers = {"Content-Type": "text/html; charset=utf-8"}
        if policy:
            headers["Content-Security-Policy"] = policy
        context = browser.new_context(viewport={"width": 1100, "height": 900}, **settings)
        contexts.append(context)

        def answer(route: Route) -> None:
            route.fulfill(body=body, headers=headers)

        context.route("**/*", answer)
        page = context.new_page()
        if before:
            page.add_init_script(before)
        page.goto(ADDRESS)
        return page

    yield go
    for context in contexts:
        context.close()


def visible(page: Page) -> str:
    return plain(page.inner_text("body"))


@pytest.mark.parametrize(
    "how",
    [
        {"policy": "script-src 'none'"},
        {"policy": "sandbox"},
        {"policy": "default-src 'none'"},  # no style either
        {"java_script_enabled": False},
    ],
    ids=str,
)
def test_without_scripts(how: dict[str, Any], open_: Open, county: Decision) -> None:
    page = open_(county, **how)
    shown = visible(page)
    for lang in ("de", "en"):
        assert WORDS["no_script"].render(lang) in shown
    assert WORDS["everyone_alone"].render("de") not in shown
    assert f"{WORDS['plain'].render('de')} – Plan 3" in shown
    assert plain(county.verdict[0].render("de")) in shown
    for key in ("matrix", "towns", "print", "sources"):
        assert WORDS[key].render("de") not in shown.splitlines()
    assert page.locator("section:visible").count() == 2  # the first screen, and the council paper
    lead = data.of(county, "de")["plans"][county.chosen]["lead"]
    assert len(lead) == 3
    for sentence in lead:
        assert plain(sentence.render("de")) in shown
    picture = page.locator("#map-chart svg.still")
    assert picture.is_visible()
    assert picture.locator("path[fill]").count() >= county.problem.facts.n
    towns = {m.name for m in county.problem.instance.municipalities}
    assert set(texts(page, "svg.still text")) <= towns


def test_with_scripts_nothing_is_said_to_be_missing(show: Show, county: Decision) -> None:
    page = show(county)
    assert (
        page.locator("[data-live][hidden]:not(#to-town), #still:visible, #broken:visible").count()
        == 0
    )


NO_EVAL = "script-src 'self' 'unsafe-inline'"
INSTEAD = """const other = {};
    Object.defineProperty(window, "vegaEmbed", {{ set() {{}}, get: () => other }});"""
BROKEN = {
    "eval forbidden": ("", NO_EVAL),
    "no chart library": (INSTEAD.format("undefined"), ""),
    "a library that throws": (INSTEAD.format("() => { throw Error(); }"), ""),
    "a library that draws nothing": (INSTEAD.format("async () => ({ view: {} })"), ""),
}


@pytest.mark.parametrize(("before", "policy"), BROKEN.values(), ids=BROKEN)
def test_without_charts(before: str, policy: str, open_: Open, county: Decision) -> None:
    page = open_(county, policy, before)
    page.wait_for_selector(READY)
    said = WORDS["no_chart"]
    unfolded(page)
    charts = page.locator(".chart:visible")
    assert charts.count() == 5
    assert set(charts.all_inner_texts()) == {said.render("de")}
    assert page.locator("#still:visible, #broken:visible").count() == 0
    page.click("#next")
    page.click("[data-lang=en]")
    page.wait_for_selector(READY)
    assert "Plan 4 of" in page.locator("#current").inner_text()
    assert page.locator("#matrix-table tbody tr").count() == county.problem.facts.n
    assert set(charts.all_inner_texts()) == {said.render("en")}


def test_one_chart_that_fails_leaves_the_others(open_: Open, county: Decision) -> None:
    before = """let real;
        Object.defineProperty(window, "vegaEmbed", {
            set(value) { real = value; },
            get: () => (place, ...rest) => {
                if (place.id === "map-chart") throw new Error("no map");
                return real(place, ...rest);
            },
        });"""
    page = open_(county, before=before)
    page.wait_for_selector(READY)
    assert page.locator("#map-chart").inner_text() == WORDS["no_chart"].render("de")
    for other in ("tradeoffs-chart", "first-chart", "second-chart", "heat-chart"):
        assert page.locator(f"#{other} svg").count() == 1


def test_without_a_canvas(open_: Open, county: Decision) -> None:
    """The library measures texts with one, and manages without."""
    before = "HTMLCanvasElement.prototype.getContext = () => null;"
    page = open_(county, before=before)
    page.wait_for_selector(READY)
    for chart in page.locator(".chart:visible").all():
        assert chart.locator("svg").count() or chart.inner_text() == WORDS["no_chart"].render("de")


def test_data_that_arrived_in_part(open_: Open, county: Decision) -> None:
    """A mail that was cut off: what was written into the page stays, and the notice."""
    before = """const parse = JSON.parse;
        JSON.parse = (text, ...rest) => parse(text.slice(0, -10), ...rest);"""
    page = open_(county, before=before)
    assert WORDS["no_script"].render("de") in visible(page)
    assert page.locator("section:visible").count() == 2  # the first screen, and the council paper


def test_a_part_that_fails_is_told(open_: Open, county: Decision) -> None:
    before = """const real = Intl.NumberFormat;
        Intl.NumberFormat = function (lang, options) {
            if (options?.style === "percent") throw new Error("no percent");
            return new real(lang, options);
        };"""
    page = open_(county, before=before)
    page.wait_for_selector(READY)
    assert page.locator("#broken").inner_text() == WORDS["broken"].render("de")
    assert page.locator("#map-chart svg").count() == 1
    assert page.locator("#matrix-table tbody tr").count() == county.problem.facts.n
